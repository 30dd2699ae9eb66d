"""Questions and answers as values. An answer says on what it rests; never *compliant*, and never *yes* alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import Day, require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.citation import Part
from roadworthy.evidence.documents.claim import Citation

MAX_QUESTIONS = 5_000
MAX_QUESTION_CHARACTERS = 20_000


class Confidence(StrEnum):
    """On what an answer rests, strongest first."""

    EVIDENCE = "answered from evidence"
    STATED = "stated by the team"
    PARTLY = "partly"
    """Some of it rests on evidence or a stated fact, some of it on nothing, or the evidence is too little."""

    CANNOT = "cannot answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a questionnaire."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """As the customer wrote it; the number of its row where there is none."""

    text: str
    row: int
    """0-based place among the rows below the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, and what a reader needs to judge it."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    question: str
    confidence: Confidence
    text: str
    controls: tuple[str, ...]
    """Controls that the question was understood to be about, best first."""

    because: tuple[str, ...]
    """Words and subjects by which it was understood so."""

    parts: tuple[Part, ...]
    """What is stated, shown and missing, one by one."""

    citations: tuple[Citation, ...]
    freshness: str
    """Age of the oldest evidence cited, and until when it counts; empty where none is cited."""

    unsupported_claims: tuple[str, ...]
    """What the question asks about and what nothing supports, or what evidence refutes. Nobody may claim it."""

    nearest: tuple[str, ...]
    """Where it was not understood: controls that share most words with it. They are no answer."""

    attest: str
    """Role of the person who must read the answer and stand behind it before it is sent."""

    attested_by: str = ""
    """Who stood behind it, where it is from the library."""

    attested_until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A whole questionnaire's answers, and their JSON form."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/questionnaire-answers/v1"] = "roadworthy/questionnaire-answers/v1"
    questionnaire: Digest
    """Of the file that was answered."""

    system: str
    version: str
    release: Digest
    decision: str
    decision_digest: Digest
    verdict: str
    written_at: datetime
    valid_until: datetime
    why_lapsed: str = ""
    """Why the decision was no longer in force when the answers were written; empty where it was."""

    answers: tuple[Answer, ...]
    """In the order of the questions."""

    def __post_init__(self) -> None:
        for name in ("written_at", "valid_until"):
            object.__setattr__(self, name, require_aware(getattr(self, name), name=name))


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryAnswer:
    """An answer that a person stands behind until a day.

    Raises:
        ValueError: If a text is empty or it ends before it begins.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    question: str
    also: tuple[str, ...] = ()
    """Other wordings of the question."""

    answer: str
    attested_by: str
    attested_on: Day
    valid_until: Day
    """Last day on which it may be given."""

    def __post_init__(self) -> None:
        for name in ("id", "question", "answer", "attested_by"):
            if not getattr(self, name).strip():
                raise ValueError(f"answer {self.id!r}: `{name}` is empty")
        if self.valid_until < self.attested_on:
            raise ValueError(f"answer {self.id!r}: `valid_until` is before `attested_on`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Answers that people stand behind."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/answer-library/v1"]
    answers: tuple[LibraryAnswer, ...]

    def __post_init__(self) -> None:
        ids = [one.id for one in self.answers]
        repeated = sorted({one for one in ids if ids.count(one) > 1})
        if repeated:
            raise ValueError(f"the answer {repeated[0]!r} is there twice")
