"""What becomes of each statement: covered already, proposed as a control, not translated, or no requirement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy
from roadworthy.policy.drafting.matching import Nearest
from roadworthy.policy.drafting.statement import Statement
from roadworthy.policy.model import Control, Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A control of a shipped pack asks for it already: a link, not another control."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["covered"] = "covered"
    by_control: str
    """Its id."""

    confidence: float
    """In [0, 1]: how much of the statement's telling weight the control shares. Not a probability."""

    because: tuple[str, ...]
    """What they share."""

    needs_you: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A control of its own, to be edited and reviewed by a person."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["proposed"] = "proposed"
    control: Control
    confidence: float
    """In [0, 1]: how clearly the words point to one topic and to a known control. Not a probability."""

    because: tuple[str, ...]
    """The words that it was read from."""

    topic: str = ""
    """What it was taken to be about; empty where a model proposed it."""

    tests: tuple[str, ...] = ()
    """Evaluation categories whose runs could test it."""

    lint: tuple[str, ...] = ()
    """Rules of ``rw lint`` that look for it."""

    evidence: tuple[str, ...] = ()
    """Types of documents, reviews and drills that could show it."""

    monitor: str = ""
    """Figure that could show it in production."""

    guard: str = ""
    """What a guard could do about it."""

    nearest: tuple[Nearest, ...] = ()
    needs_you: tuple[str, ...] = ()
    """What a person must decide."""

    by: Literal["matching", "model"] = "matching"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTranslated:
    """A requirement that nothing here can test."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["not_translated"] = "not_translated"
    reason: Literal["vague", "unknown", "too_long"]
    because: str
    """Why, in one sentence."""

    words: tuple[str, ...] = ()
    """The words that make it untestable."""

    question: str
    """What to ask whoever wrote the policy."""

    nearest: tuple[Nearest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotARequirement:
    """Leave, advice, a definition, or nothing that asks for anything."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["not_a_requirement"] = "not_a_requirement"
    because: str


Disposition: TypeAlias = Annotated[Covered | Proposed | NotTranslated | NotARequirement, TaggedBy("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A statement and what becomes of it."""

    __pydantic_config__: ClassVar = STRICT

    statement: Statement
    disposition: Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many statements became what; the three parts add up to the whole."""

    __pydantic_config__: ClassVar = STRICT

    statements: int
    translated: int
    """Covered and proposed."""

    not_translated: int
    not_requirements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A policy document, read."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/policy-draft/v1"] = "roadworthy/policy-draft/v1"
    document: str
    """Name of its file."""

    title: str
    """Of the document."""

    digest: Digest
    """Of its bytes."""

    entries: tuple[Entry, ...]
    pack: Pack | None
    """With the controls proposed; None where none is."""

    @property
    def counts(self) -> Counts:
        """Count the dispositions."""
        kinds = [entry.disposition.kind for entry in self.entries]
        return Counts(
            statements=len(kinds),
            translated=kinds.count("covered") + kinds.count("proposed"),
            not_translated=kinds.count("not_translated"),
            not_requirements=kinds.count("not_a_requirement"),
        )
