"""What a document says and on what it rests: a statement of the team, a measurement, a record, or a gap."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy
from roadworthy.evidence.documents.claim import Citation


class Basis(StrEnum):
    """On what a passage rests. A reader must be able to tell these apart at a glance."""

    STATED = "stated"
    """The team wrote it into the manifest; nobody checked it."""

    ATTESTED = "attested"
    """A person said it in a signed declaration."""

    MEASURED = "measured"
    """Signed evidence of a run or another check shows it."""

    RECORDED = "recorded"
    """It follows by rule from records that are kept by digest: a release, an assessment, a decision."""


BASIS_WORD = {
    Basis.STATED: "Stated by the team",
    Basis.ATTESTED: "Attested by a person",
    Basis.MEASURED: "Shown by evidence",
    Basis.RECORDED: "From the records",
}
GAP_WORD = "Gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence or two, and what they rest on.

    Raises:
        ValueError: If what is measured or attested cites no evidence.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["passage"] = "passage"
    basis: Basis
    text: str
    source: str
    """Where it can be looked up, e.g. ``roadworthy.yaml: system.purpose``, a rule, a record's id."""

    cites: tuple[Citation, ...] = ()
    tone: Literal["good", "bad", "open", "plain"] = "plain"
    """Whether it speaks for the system, against it, leaves it open, or neither."""

    def __post_init__(self) -> None:
        if self.basis in (Basis.MEASURED, Basis.ATTESTED) and not self.cites:
            raise ValueError(f"{self.text!r} is said to be {self.basis.value}, and cites no evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that the reader expects here and that is not known. It is named, never filled in."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["gap"] = "gap"
    text: str
    """What is not known, and why."""

    who: str
    """The role that can close it."""

    closes: str
    """What closes it: one imperative sentence."""

    command: str = ""
    """The command to run, where one helps."""


Part: TypeAlias = Annotated[Passage | Gap, TaggedBy("kind")]
"""Read through its ``kind``."""
