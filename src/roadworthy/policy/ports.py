"""What policy needs from outside: a language for conditions, and packs from somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.policy.model import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """The condition is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fails:
    """The condition is false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The condition names a fact that is not stated."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The condition cannot be evaluated: a wrong type, a wrong operator, not a boolean."""

    reason: str


Truth: TypeAlias = Holds | Fails | Missing | Broken
"""Kleene's logic with the reason kept: neither `Missing` nor `Broken` is ever read as true or false."""


class ConditionLanguage(Protocol):
    """Evaluates conditions over facts. Implementations pass ``tests/contract/test_condition_language.py``."""

    def problem(self, expression: str) -> str | None:
        """Return why ``expression`` does not compile, or None when it does."""
        ...

    def evaluate(self, expression: str, facts: Mapping[str, JsonValue]) -> Truth:
        """Return whether ``expression`` holds for ``facts``. Deterministic; does no I/O; never raises."""
        ...


class PackSource(Protocol):
    """Reads packs. Implementations live in ``roadworthy.adapters.packs``."""

    def load(self, reference: str) -> Pack:
        """Return the pack named ``reference``: a shipped pack's name, or a folder.

        Raises:
            PackError: With every problem found, each with its file and field.
        """
        ...
