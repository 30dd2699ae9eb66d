"""What goes into a guarded stream and what comes out, in no protocol's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from roadworthy.guard.segment import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A field begins whose text will come in parts."""

    key: str
    """Names the field for as long as the stream lasts, such as ``choices/0/content``."""

    segment: Segment
    """What is known of it; its text is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """More text of a field."""

    key: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A field is whole."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """An event or a field that the adapter does not know."""

    path: str = field(repr=False)
    """Not in its repr: a sender may write anything as the name of a member."""

    characters: int


Piece: TypeAlias = Opened | Text | Closed | Foreign
"""What an adapter makes of the events of its protocol, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Text of a field that may leave now, after edits."""

    key: str
    text: str = field(repr=False)
    consumed: int
    """Characters of the field, as it came, that this stands for."""

    closes: bool = False
    """Whether nothing of the field will follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """A foreign event that must not leave."""

    path: str = field(repr=False)


Release: TypeAlias = Released | Stripped
