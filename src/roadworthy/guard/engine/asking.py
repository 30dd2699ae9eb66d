"""Asks conditions of one set of facts, making the facts ready only when one is asked and only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias, runtime_checkable

from roadworthy.core.digest import JsonValue
from roadworthy.policy.ports import ConditionLanguage, Truth

Ask: TypeAlias = Callable[[str], Truth]
"""Says whether a condition holds for the facts that it was made with."""

Asker: TypeAlias = Callable[[dict[str, JsonValue]], Ask]


@runtime_checkable
class PreparingLanguage(Protocol):
    """A language of conditions that can make facts ready once for many conditions."""

    def prepared(self, facts: dict[str, JsonValue]) -> Ask:
        """Return what asks conditions of ``facts`` as they are now. What it returns never raises."""
        ...


def asker(language: ConditionLanguage) -> Asker:
    """Return what makes facts ready for ``language``."""
    if isinstance(language, PreparingLanguage):
        return language.prepared
    return lambda facts: lambda condition: language.evaluate(condition, facts)
