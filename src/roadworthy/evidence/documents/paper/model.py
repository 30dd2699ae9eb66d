"""Paper: what every page-like document is made of, so that one renderer each makes HTML, Markdown and PDF of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy
from roadworthy.evidence.documents.citation import Part
from roadworthy.evidence.documents.wording import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph. What stands between backticks is code."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["prose"] = "prose"
    text: str
    quiet: bool = False
    """Whether it is a note beside the matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Statements, measurements and gaps, one under the other, told apart at a glance."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["parts"] = "parts"
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Items in an order."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["listing"] = "listing"
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table.

    Raises:
        ValueError: If a row has more or fewer cells than there are columns.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["grid"] = "grid"
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    """Share of the width by column; empty: all alike."""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row has not the {len(self.columns)} cells that the table has columns")
        if self.widths and len(self.widths) != len(self.columns):
            raise ValueError("`widths` needs one number for each column")


Block: TypeAlias = Annotated[Prose | Parts | Listing | Grid, TaggedBy("kind")]
"""Read through its ``kind``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    __pydantic_config__: ClassVar = STRICT

    anchor: str
    """Unique in the document; of ``a-z``, ``0-9`` and ``-``."""

    title: str
    level: Literal[2, 3] = 2
    lead: str = ""
    """What the section is about or what is asked for here, in small print under the heading."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The one thing that a reader must see first."""

    __pydantic_config__: ClassVar = STRICT

    word: str
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document to read or to print.

    Raises:
        ValueError: If two sections have one anchor.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: str
    """What sort of document it is, e.g. ``Decision memo``."""

    title: str
    subtitle: str
    banner: Banner | None
    facts: tuple[tuple[str, str], ...]
    """Name and value of what identifies it: release, decision, times."""

    sections: tuple[Section, ...]
    closing: str
    """What the document does not say, and how to check it."""

    contents: bool = True
    """Whether a list of the sections stands at the front."""

    def __post_init__(self) -> None:
        anchors = [section.anchor for section in self.sections]
        repeated = sorted({anchor for anchor in anchors if anchors.count(anchor) > 1})
        if repeated:
            raise ValueError(f"two sections have the anchor {repeated[0]!r}")
