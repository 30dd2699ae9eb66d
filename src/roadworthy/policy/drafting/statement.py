"""What a policy document says, as values: sentences with their places, and the statements in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.subject import STRICT


class Modality(StrEnum):
    """What kind of thing a statement says."""

    OBLIGATION = "obligation"
    PROHIBITION = "prohibition"
    """Includes what is allowed *only* under a condition."""

    PERMISSION = "permission"
    RECOMMENDATION = "recommendation"
    DEFINITION = "definition"
    CONTEXT = "context"
    """Everything else: reasons, headings, questions, code."""

    @property
    def binds(self) -> bool:
        """Whether a pack can be asked to enforce it."""
        return self in (Modality.OBLIGATION, Modality.PROHIBITION)


class Language(StrEnum):
    """Languages whose words of duty are known."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the document something stands."""

    __pydantic_config__: ClassVar = STRICT

    line: int
    """1-based line on which it begins."""

    headings: tuple[str, ...] = ()
    """Headings above it, outermost first."""

    clause: str = ""
    """The document's own number, e.g. ``4.2`` or ``4.2(b)``; empty where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of the document, without its markup."""

    __pydantic_config__: ClassVar = STRICT

    text: str
    place: Place
    kind: Literal["prose", "item", "cell", "heading", "code", "comment", "metadata"]
    stem: str = ""
    """What introduces the list that it is an item of, e.g. ``Owners must:``."""

    column: str = ""
    """Of a table's cell: the head of its column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number that a statement names, and what it is a number of."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["share", "deadline", "period", "retention", "count"]
    """``deadline``: within 24 hours. ``period``: every 90 days. ``retention``: for ten years. ``share``: 95 %."""

    value: float
    """A fraction in [0, 1] for a share, days for times, else a number of ``unit``."""

    bound: Literal["at_least", "at_most", "exactly"]
    unit: str = ""
    """Of a count: what is counted, e.g. ``steps``."""

    text: str
    """As the document writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that the document says, readable alone."""

    __pydantic_config__: ClassVar = STRICT

    number: int
    """1-based, in the order of the document."""

    text: str
    """Readable alone: a list's introduction and a shared subject are put back."""

    source: str
    """The part of the document that it was read from; the parts of a sentence, joined, are the sentence."""

    place: Place
    modality: Modality
    language: Language
    actor: str = ""
    """Who must act, as the document names them; empty where it does not."""

    object: str = ""
    """What it is about."""

    conditions: tuple[str, ...] = ()
    """``where …``, ``unless …``, ``if …``, as written."""

    quantities: tuple[Quantity, ...] = ()
    refers_to: tuple[str, ...] = ()
    """Clauses that it points to."""

    is_exception: bool = False
    """Takes something out of what was said before it."""

    is_unseen: bool = False
    """Stands in code, in a comment or before the text, where nobody looks for a rule."""

    @property
    def digest(self) -> Digest:
        """Over its words, whatever their case, spacing and place: a moved statement is the same one."""
        return digest_of(" ".join(self.text.casefold().split()))
