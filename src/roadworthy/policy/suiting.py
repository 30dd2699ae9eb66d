"""For which systems a pack is meant. It decides nothing: what binds a system is what its manifest names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, assert_never

from roadworthy.core.digest import JsonValue
from roadworthy.core.subject import STRICT
from roadworthy.policy.model import Pack
from roadworthy.policy.ports import Broken, ConditionLanguage, Fails, Holds, Missing


class Fit(StrEnum):
    """Whether a pack is meant for a system."""

    SUITS = "suits"
    DOES_NOT_SUIT = "does_not_suit"
    CANNOT_TELL = "cannot_tell"
    """A fact that would decide it is not stated. This is never read as *does not suit*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suiting:
    """Whether a pack is meant for a system."""

    __pydantic_config__: ClassVar = STRICT

    fit: Fit
    obstacle: str = ""
    """Why it cannot be told, in one clause; empty where it can."""


def suiting(pack: Pack, language: ConditionLanguage, facts: Mapping[str, JsonValue]) -> Suiting:
    """Return whether ``pack`` is meant for the system that ``facts`` describe.

    Args:
        pack: The pack; one without `Pack.suits` is meant for every system.
        language: Evaluates its condition.
        facts: What is stated of the system; what is absent is not stated.
    """
    if not pack.suits:
        return Suiting(fit=Fit.SUITS)
    match language.evaluate(pack.suits, facts):
        case Holds():
            return Suiting(fit=Fit.SUITS)
        case Fails():
            return Suiting(fit=Fit.DOES_NOT_SUIT)
        case Missing(reason=reason) | Broken(reason=reason):
            return Suiting(fit=Fit.CANNOT_TELL, obstacle=reason)
        case never:
            assert_never(never)
