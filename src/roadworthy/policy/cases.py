"""A pack's own cases: a situation and what a rule must say of it, so that a changed rule is noticed.

Values only: the gate's judge tries them (``roadworthy.gates.trying``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Literal, TypeAlias

from roadworthy.core.evidence import Assurance, Origin
from roadworthy.core.subject import STRICT

Want: TypeAlias = Literal[
    "pass", "fail", "missing", "stale", "underpowered", "error", "not_applicable", "pending", "applies"
]
"""What the rule must say. ``applies``: its condition is true, whatever it says then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSlice:
    """What a run found on one value of a slice, e.g. ``language`` ``de``.

    Raises:
        ValueError: If more failed than were assessed.
    """

    __pydantic_config__: ClassVar = STRICT

    name: str
    value: str
    assessed: int
    failures: int = 0

    def __post_init__(self) -> None:
        _require_count(self.failures, assessed=self.assessed, of=f"slice {self.name}={self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRun:
    """An evaluation that one task of the release was put to.

    Raises:
        ValueError: If more failed than were assessed, or more were assessed than attempted.
    """

    __pydantic_config__: ClassVar = STRICT

    assessed: int
    failures: int = 0
    attempted: int | None = None
    """None: as many as were assessed."""

    category: str = ""
    """What the task measures; empty: what the rule asks for. A rule that asks for something else is noticed only
    by a case that names it."""

    metric: str = ""
    """The scorer that judged the answers; empty: the one that the rule asks for."""

    age_days: int = 1
    about: Literal["this_release", "another_release"] = "this_release"
    verified: bool = True
    """Whether its signature holds."""

    slices: tuple[CaseSlice, ...] = ()
    imported: bool = False
    """Whether another tool ran it; the release then has no task of the category."""

    judge_age_days: int | None = None
    """A model judged the answers, and its errors were counted so many days ago; None: fixed rules judged them."""

    def __post_init__(self) -> None:
        _require_count(self.failures, assessed=self.assessed, of="the run")
        if self.attempted is not None and self.attempted < self.assessed:
            raise ValueError(f"{self.assessed} assessed of {self.attempted} attempted is not a count")
        if min(self.age_days, self.judge_age_days or 0) < -MAX_AGE_DAYS or self.age_days > MAX_AGE_DAYS:
            raise ValueError(f"`age_days` must lie within {MAX_AGE_DAYS} days, got {self.age_days}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDeclaration:
    """What somebody declared or attested."""

    __pydantic_config__: ClassVar = STRICT

    type: str = ""
    """E.g. ``document:runbook``; empty: what the rule asks for."""

    age_days: int = 1
    supports: bool = True
    origin: Origin = Origin.HUMAN_DECLARED
    assurance: Assurance = Assurance.SELF_ATTESTED
    about: Literal["this_release", "another_release"] = "this_release"
    verified: bool = True
    leaves_out: tuple[str, ...] = ()
    """Types of components that it does not cover."""

    tried: Literal["this_policy", "another_policy", "other_faults"] = "this_policy"
    """Of a proof that controls work: which controls it tried, and whether with every fault that is on the list."""

    def __post_init__(self) -> None:
        if abs(self.age_days) > MAX_AGE_DAYS:
            raise ValueError(f"`age_days` must lie within {MAX_AGE_DAYS} days, got {self.age_days}")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSystem:
    """Facts of a system that many entries ask about. A pack's ``cases/systems.yaml`` is a list of these."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTry:
    """One situation of an entry that has several."""

    __pydantic_config__: ClassVar = STRICT

    want: Want
    note: str = ""
    facts: dict[str, object] | None = None
    """None: those of the entry."""

    run: CaseRun | None = None
    declaration: CaseDeclaration | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEntry:
    """An entry of ``cases/*.yaml``: one case, or every one of ``tries`` for every one of ``rules``.

    Raises:
        ValueError: If it names no rule or both kinds, both facts and a system, or states both a ``want`` and
            ``tries`` or neither.
    """

    __pydantic_config__: ClassVar = STRICT

    note: str
    rule: str = ""
    rules: tuple[str, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    system: str = ""
    """Name of a system of ``cases/systems.yaml`` whose facts it takes instead of its own; empty: none."""

    want: Want | None = None
    run: CaseRun | None = None
    declaration: CaseDeclaration | None = None
    on: date | None = None
    tries: tuple[CaseTry, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.rule) == bool(self.rules):
            raise ValueError(f"{self.note!r}: name either a `rule` or `rules`")
        if self.facts and self.system:
            raise ValueError(f"{self.note!r}: state either `facts` or a `system`")
        if (self.want is None) == (not self.tries):
            raise ValueError(f"{self.note!r}: state either a `want` or `tries`")
        if self.tries and (self.run, self.declaration, self.on) != (None, None, None):
            raise ValueError(f"{self.note!r}: with `tries`, each try has its own `run`, `declaration` and `on`")
        if len(set(self.rules)) != len(self.rules):
            raise ValueError(f"{self.note!r}: names a rule twice")


def expanded(entry: CaseEntry, *, systems: Mapping[str, CaseSystem] = MappingProxyType({})) -> tuple[Case, ...]:
    """Return the cases that ``entry`` stands for, rule by rule.

    Args:
        entry: The entry.
        systems: Those that it may name, by name.

    Raises:
        ValueError: If it names a system that is not among them.

    >>> entry = CaseEntry(note="silence", rules=("p/a", "p/b"), want="missing")
    >>> [(case.rule, case.note) for case in expanded(entry)]
    [('p/a', 'silence (p/a)'), ('p/b', 'silence (p/b)')]
    """
    if entry.system and entry.system not in systems:
        raise ValueError(
            f"{entry.note!r}: there is no system {entry.system!r}; known are {', '.join(systems) or 'none'}"
        )
    facts = systems[entry.system].facts if entry.system else entry.facts
    whole = CaseTry(want=entry.want, run=entry.run, declaration=entry.declaration, on=entry.on) if entry.want else None
    return tuple(
        Case(
            note=_note(entry, part, rule=rule, number=number),
            rule=rule,
            facts=facts if part.facts is None else part.facts,
            want=part.want,
            run=part.run,
            declaration=part.declaration,
            on=part.on,
        )
        for rule in entry.rules or (entry.rule,)
        for number, part in enumerate((whole,) if whole is not None else entry.tries, start=1)
    )


def _note(entry: CaseEntry, part: CaseTry, *, rule: str, number: int) -> str:
    tried = f": {number}. {part.note or part.want}" if entry.tries else ""
    return f"{entry.note}{tried} ({rule})" if entry.rules else f"{entry.note}{tried}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCase:
    """A case and where it was read."""

    case: Case
    where: str
    """``file:line:column`` of its entry."""


MAX_AGE_DAYS = 100_000
"""Oldest evidence of a case, in days: far beyond any rule's limit, and within what a calendar holds."""


def _require_count(failures: int, *, assessed: int, of: str) -> None:
    if not 0 <= failures <= assessed <= MAX_ASSESSED:
        raise ValueError(f"{of}: {failures} failures of {assessed} assessed is not a count up to {MAX_ASSESSED}")


MAX_ASSESSED = 20_000
"""Most samples of a case's run; more tell nothing new and take long to judge."""
