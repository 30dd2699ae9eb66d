"""A pack's own cases: facts and what a rule must say of them, so that a changed rule is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, TypeAlias

from roadworthy.core.digest import JsonValue, plain
from roadworthy.core.evidence import Assurance, Origin
from roadworthy.core.subject import STRICT
from roadworthy.policy.model import FactCheck, Pack, Rule
from roadworthy.policy.ports import Broken, ConditionLanguage, Fails, Holds, Missing

Want: TypeAlias = Literal[
    "pass", "fail", "missing", "stale", "underpowered", "error", "not_applicable", "pending", "applies"
]
"""What the rule must say. ``applies``: it asks for a measurement or a document, and its condition is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSlice:
    """What a run found on one value of a slice, e.g. ``language`` ``de``."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    value: str
    failures: int
    assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRun:
    """An evaluation of the category that a measure rule asks for."""

    __pydantic_config__: ClassVar = STRICT

    assessed: int
    failures: int = 0
    attempted: int | None = None
    """None: as many as were assessed."""

    age_days: int = 1
    about: Literal["this_release", "another_release"] = "this_release"
    verified: bool = True
    """Whether its signature holds."""

    slices: tuple[CaseSlice, ...] = ()
    imported: bool = False
    """Whether another tool ran it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDeclaration:
    """Evidence of the type that an evidence rule asks for."""

    __pydantic_config__: ClassVar = STRICT

    age_days: int = 1
    supports: bool = True
    origin: Origin = Origin.HUMAN_DECLARED
    assurance: Assurance = Assurance.SELF_ATTESTED
    about: Literal["this_release", "another_release"] = "this_release"
    verified: bool = True
    leaves_out: tuple[str, ...] = ()
    """Types of components that it does not cover."""


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
    run: CaseRun | None = None
    """For a measure rule; None: no task of the category was ever run."""

    declaration: CaseDeclaration | None = None
    """For an evidence rule; None: there is none."""

    on: date | None = None
    """The day of the decision, where a rule takes effect later; None: a day on which every rule is in effect."""


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
