"""A pack's own cases: facts and what a rule must say of them, so that a changed rule is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from roadworthy.core.digest import JsonValue, plain
from roadworthy.core.subject import STRICT
from roadworthy.policy.model import FactCheck, Pack, Rule
from roadworthy.policy.ports import Broken, ConditionLanguage, Fails, Holds, Missing

Want: TypeAlias = Literal["pass", "fail", "missing", "error", "not_applicable", "applies"]
"""``applies``: the rule asks for a measurement or a document, and its condition is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One situation and what one rule says of it."""

    __pydantic_config__: ClassVar = STRICT

    note: str
    """What the case shows, unique in its pack."""

    rule: str
    facts: dict[str, object]
    """Only the facts that matter; every other one is not stated."""

    want: Want


def outcome(rule: Rule, facts: Mapping[str, JsonValue], language: ConditionLanguage) -> Want:
    """Return what ``rule`` says of ``facts``, as far as facts alone can tell."""
    applies = language.evaluate(rule.applies_when, facts)
    if not isinstance(applies, Holds):
        return "not_applicable" if isinstance(applies, Fails) else _unknown(applies)
    if not isinstance(rule.require, FactCheck):
        return "applies"
    truth = language.evaluate(rule.require.condition, facts)
    if isinstance(truth, Missing | Broken):
        return _unknown(truth)
    return "pass" if isinstance(truth, Holds) else "fail"


def _unknown(truth: Missing | Broken) -> Literal["missing", "error"]:
    return "missing" if isinstance(truth, Missing) else "error"


def failures(pack: Pack, cases: Iterable[Case], language: ConditionLanguage) -> tuple[str, ...]:
    """Return a line for each case that ``pack`` does not meet, in the order of the cases."""
    rules = {rule.id: rule for control in pack.controls for rule in control.rules}
    lines = []
    for case in cases:
        rule = rules.get(case.rule)
        if rule is None:
            lines.append(f"{case.note}: the pack has no rule {case.rule!r}")
            continue
        facts = plain(case.facts)
        got = outcome(rule, facts, language) if isinstance(facts, dict) else "error"
        if got != case.want:
            lines.append(f"{case.note}: {case.rule} says {got}, not {case.want}")
    return tuple(lines)


def uncovered(pack: Pack, cases: Iterable[Case]) -> tuple[str, ...]:
    """Return the fact rules of ``pack`` that no case shows passing, failing and missing.

    A rule that has never been seen to fail may be one that cannot.
    """
    shown = {(case.rule, case.want) for case in cases}
    return tuple(
        f"{rule.id}: no case wants {want}"
        for control in pack.controls
        for rule in control.rules
        if isinstance(rule.require, FactCheck)
        for want in ("pass", "fail", "missing")
        if (rule.id, want) not in shown
    )
