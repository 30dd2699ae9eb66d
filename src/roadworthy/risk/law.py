"""Legal decision tables as values: data that a lawyer edits. Nothing is decided here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.risk.facts import named_facts
from roadworthy.risk.source import CatalogueSource, SourceStatus

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_FACT = re.compile(r"[a-z][a-z0-9_]*")
LEGAL_PREFIX = "system.legal_facts."

Role = Literal["provider", "deployer", "importer", "distributor", "product_manufacturer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A yes-or-no question about the system; its answer stands in the manifest's ``legal_facts``."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """The key below ``system.legal_facts``."""

    text: str
    closed_by: str | None = None
    """A wider question: where that is answered *no* and this one not at all, this one counts as *no*."""

    def __post_init__(self) -> None:
        if _FACT.fullmatch(self.id) is None:
            raise ValueError(f"question id must look like 'some_fact', got {self.id!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """A duty that follows from a row, in our words."""

    __pydantic_config__: ClassVar = STRICT

    text: str
    citation: str
    roles: tuple[Role, ...] = ()
    """Who bears it; empty: every role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClass:
    """One of a regime's classes."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    phrase: str = ""
    """A few words for the headline of an assessment, e.g. ``Article 50 applies``; empty: not worth saying."""

    obligations: tuple[Obligation, ...] = ()
    """Duties of every system of this class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Takes a system out of a row, or out of the regime. It must be shown; silence exempts nothing."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    when: str
    """CEL over the facts."""

    outcome: str
    """Class that remains."""

    tier_floor: RiskTier
    citation: str
    obligations: tuple[Obligation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRow:
    """One row of a decision table: a condition on facts, and what the law makes of it."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    when: str
    """CEL over the facts; three-valued."""

    outcome: str
    """Id of one of the regime's classes."""

    tier_floor: RiskTier
    citation: str
    effective_from: date
    """First day on which it applies."""

    review_by: date
    """Day from which the row may be out of date."""

    obligations: tuple[Obligation, ...] = ()
    """Duties beyond those of its class."""

    exempted_by: tuple[str, ...] = ()
    """Ids of the regime's exemptions that can take a system out of this row."""

    def __post_init__(self) -> None:
        if not self.citation.strip():
            raise ValueError(f"row {self.id} cites nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRegime:
    """One law as a decision table.

    Raises:
        ValueError: If ids repeat, a row or exemption names a class or exemption that
            does not exist, or the table has no source.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/legal-table/v1"]
    id: str
    title: str
    jurisdiction: str
    version: str
    licence: str
    """SPDX id of the table's own text."""

    legal_data_as_of: date
    """Day whose state of the law the table means to describe."""

    review_by: date
    """Day from which readers are warned that the table is old."""

    sources: tuple[CatalogueSource, ...]
    scope: str
    """CEL: whether the regime reaches the system at all."""

    scope_citation: str
    classes: tuple[LegalClass, ...]
    """Gravest first."""

    default_class: str
    """Class of a system in scope that meets no row."""

    out_of_scope_class: str
    rows: tuple[LegalRow, ...]
    exclusions: tuple[Exemption, ...] = ()
    """Each takes a system out of the whole regime."""

    exemptions: tuple[Exemption, ...] = ()
    notes: str = ""
    """What a reader of the table must know, e.g. that it is challenged in court."""

    def __post_init__(self) -> None:
        if not self.licence.strip():
            raise ValueError(f"legal table {self.id} states no licence")
        if not self.sources:
            raise ValueError(f"legal table {self.id} names no source")
        if not self.rows:
            raise ValueError(f"legal table {self.id} has no rows")
        self._check_ids()
        self._check_references()

    def _check_ids(self) -> None:
        groups = (
            [row.id for row in self.rows],
            [cls.id for cls in self.classes],
            [exemption.id for exemption in (*self.exclusions, *self.exemptions)],
        )
        for group in groups:
            if repeated := sorted({i for i in group if group.count(i) > 1}):
                raise ValueError(f"legal table {self.id}: ids repeat: {', '.join(repeated)}")
            if malformed := [i for i in group if _ID.fullmatch(i) is None]:
                raise ValueError(f"legal table {self.id}: malformed id {malformed[0]!r}")

    def _check_references(self) -> None:
        known = {cls.id for cls in self.classes}
        named = [self.default_class, self.out_of_scope_class]
        named += [row.outcome for row in self.rows]
        named += [exemption.outcome for exemption in (*self.exclusions, *self.exemptions)]
        if unknown := sorted(set(named) - known):
            raise ValueError(f"legal table {self.id}: unknown classes: {', '.join(unknown)}")
        exemptions = {exemption.id for exemption in self.exemptions}
        for row in self.rows:
            if missing := sorted(set(row.exempted_by) - exemptions):
                raise ValueError(f"legal table {self.id}, row {row.id}: unknown exemptions: {', '.join(missing)}")

    @property
    def source_status(self) -> SourceStatus:
        """`VERIFIED` only when every source is."""
        verified = all(source.status is SourceStatus.VERIFIED for source in self.sources)
        return SourceStatus.VERIFIED if verified else SourceStatus.UNVERIFIED

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Every condition of the table, each with the id of what it belongs to."""
        exemptions = (*self.exclusions, *self.exemptions)
        return (
            ("scope", self.scope),
            *((row.id, row.when) for row in self.rows),
            *((exemption.id, exemption.when) for exemption in exemptions),
        )

    def class_named(self, identifier: str) -> LegalClass:
        """Return the class with this id.

        Raises:
            KeyError: If the regime has none.
        """
        return {cls.id: cls for cls in self.classes}[identifier]

    def gravity(self, identifier: str) -> int:
        """Return how grave a class is: 0 for the mildest, higher for graver."""
        order = [cls.id for cls in self.classes]
        return len(order) - 1 - order.index(identifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRegimes:
    """The laws that we know, and the questions whose answers they read.

    Raises:
        ValueError: If a table asks for a fact that no question asks for, or the
            questions close each other in a circle.
    """

    __pydantic_config__: ClassVar = STRICT

    questions: tuple[Question, ...]
    tables: tuple[LegalRegime, ...] = ()

    def __post_init__(self) -> None:
        ids = [question.id for question in self.questions]
        if repeated := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"questions repeat: {', '.join(repeated)}")
        for question in self.questions:
            self.ancestors(question.id)
        for regime in self.tables:
            for place, condition in regime.conditions:
                asked = {f.removeprefix(LEGAL_PREFIX) for f in named_facts(condition) if f.startswith(LEGAL_PREFIX)}
                if unknown := sorted(asked - set(ids)):
                    raise ValueError(f"{regime.id}, {place}: no question asks for {', '.join(unknown)}")

    def ancestors(self, identifier: str) -> tuple[str, ...]:
        """Return the wider questions of one, nearest first.

        Raises:
            ValueError: If there is no such question, or they close each other in a circle.
        """
        by_id = {question.id: question for question in self.questions}
        found: list[str] = []
        current: str | None = identifier
        while current is not None:
            if current not in by_id:
                raise ValueError(f"question {identifier!r}: there is no question {current!r}")
            current = by_id[current].closed_by
            if current is not None and current in (identifier, *found):
                raise ValueError(f"questions close each other in a circle: {identifier!r}, {current!r}")
            if current is not None:
                found.append(current)
        return tuple(found)

    def text_of(self, identifier: str) -> str:
        """Return the wording of a question; the id itself when there is none."""
        return next((q.text for q in self.questions if q.id == identifier), identifier)
