"""Drives a codec of streams as a gateway does, with an editor in the guard's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from roadworthy.guard.protocols.codec import StreamCodec
from roadworthy.guard.stream.model import Closed, Foreign, Opened, Piece, Released, Stripped, Text

Editor = Callable[[str, str], str]
"""New text of a field, by its path and its text."""


class Pump:
    """Releases every field when it closes, as ``edit`` has it, or character by character as it comes.

    Args:
        codec: Of one stream.
        edit: What becomes of each field.
        eager: Whether what comes is released at once, unedited.
        strip: Whether foreign events are stripped.
    """

    def __init__(
        self, codec: StreamCodec, *, edit: Editor = lambda _, text: text, eager: bool = False, strip: bool = False
    ) -> None:
        self.codec = codec
        self.fields: dict[str, tuple[str, str]] = {}
        self.segments: dict[str, Opened] = {}
        self.foreign: list[str] = []
        self._edit, self._eager, self._strip = edit, eager, strip

    def run(self, data: bytes, *, cuts: Sequence[int] = ()) -> bytes:
        """Return what leaves of ``data``, read in stretches that end at ``cuts``."""
        out = b""
        edges = [0, *sorted({cut for cut in cuts if cut < len(data)}), len(data)]
        for start, end in pairwise(edges):
            out += self.codec.emit(self._judged(self.codec.feed(data[start:end])))
        out += self.codec.emit(self._judged(self.codec.end()))
        return out + self.codec.finish()

    @property
    def texts(self) -> dict[str, str]:
        """Every field's text by its path."""
        return dict(self.fields.values())

    def _judged(self, pieces: Sequence[Piece]) -> list[Released | Stripped]:
        releases: list[Released | Stripped] = []
        for piece in pieces:
            match piece:
                case Opened():
                    self.fields[piece.key] = (piece.segment.path, "")
                    self.segments[piece.key] = piece
                case Text():
                    path, before = self.fields[piece.key]
                    self.fields[piece.key] = (path, before + piece.text)
                    if self._eager:
                        releases += [Released(key=piece.key, text=one, consumed=1) for one in piece.text]
                case Closed():
                    path, text = self.fields[piece.key]
                    text = "" if self._eager else text
                    new = "" if self._eager else self._edit(path, text)
                    releases.append(Released(key=piece.key, text=new, consumed=len(text), closes=True))
                case Foreign():
                    self.foreign.append(piece.path)
                    if self._strip:
                        releases.append(Stripped(path=piece.path))
        return releases
