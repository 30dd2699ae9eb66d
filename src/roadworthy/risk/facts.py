"""Facts as conditions name them: which ones an expression reads, and whether they are stated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from roadworthy.core.digest import JsonValue

Facts: TypeAlias = Mapping[str, JsonValue]
"""``{"system": {…}, "components": […]}``: plain JSON, without a key for what is not stated."""

_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAMED = re.compile(r"(?<![\w.])(system\.legal_facts\.\w+|system\.\w+|components)\b")
_UNSTATED_WHEN_EMPTY = ("users", "affected_groups", "markets", "languages", "intended_use")


def named_facts(expression: str) -> tuple[str, ...]:
    """Return the facts that a condition reads, in the order of their naming, each once.

    >>> named_facts("'EU' in system.markets && !system.legal_facts.social_scoring")
    ('system.markets', 'system.legal_facts.social_scoring')
    """
    found = _NAMED.findall(_TEXT.sub("''", expression))
    return tuple(dict.fromkeys(name for name in found if name != "system.legal_facts"))


def stated(facts: Facts, name: str) -> JsonValue | None:
    """Return the value of the fact ``name``, or None when it is not stated.

    >>> stated({"system": {"role": "provider"}}, "system.role")
    'provider'
    """
    value: JsonValue = dict(facts)
    for step in name.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def unstated(facts: Facts, expression: str) -> tuple[str, ...]:
    """Return the facts that ``expression`` reads and nobody has stated."""
    return tuple(name for name in named_facts(expression) if stated(facts, name) is None)


def legal_answers(facts: Facts) -> dict[str, bool]:
    """Return the stated answers to the legal questions.

    Raises:
        ValueError: If an answer is no boolean.
    """
    answers = stated(facts, "system.legal_facts")
    if answers is None:
        return {}
    if not isinstance(answers, dict):
        raise ValueError("`system.legal_facts` must be a mapping of questions to true or false")
    checked: dict[str, bool] = {}
    for key, answer in answers.items():
        if not isinstance(answer, bool):
            raise ValueError(f"`system.legal_facts.{key}` must be true or false, got {answer!r}")
        checked[key] = answer
    return checked


def prepared(facts: Facts, answers: Mapping[str, bool]) -> dict[str, JsonValue]:
    """Return ``facts`` with ``answers`` as their legal facts and without what says nothing.

    Nulls are dropped, and so are lists of markets, users and the like that are empty:
    no system has no users, so that an empty list means that nobody wrote them down.
    """
    system = stated(facts, "system")
    known = dict(system) if isinstance(system, dict) else {}
    kept: dict[str, JsonValue] = {
        key: value
        for key, value in known.items()
        if value is not None and not (key in _UNSTATED_WHEN_EMPTY and not value)
    }
    kept["legal_facts"] = dict(answers)
    components = stated(facts, "components")
    listed = components if isinstance(components, list | tuple) else []
    result: dict[str, JsonValue] = {"system": kept}
    result["components"] = [_without_nulls(component) for component in listed]
    return result


def _without_nulls(component: JsonValue) -> JsonValue:
    if not isinstance(component, dict):
        return component
    return {key: value for key, value in component.items() if value is not None}
