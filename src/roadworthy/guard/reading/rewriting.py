"""Rewrites a text and keeps the way back to the places it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text that was made from another."""

    text: str = field(repr=False)
    offsets: list[int] | None = None
    """Place in the first text of each character, and of its end; None: each is where it was."""

    def then(self, other: Rewritten) -> Rewritten:
        """Return what ``other``, which was made from this, was made from the first text."""
        if self.offsets is None:
            return other
        if other.offsets is None:
            return Rewritten(other.text, self.offsets)
        return Rewritten(other.text, list(map(self.offsets.__getitem__, other.offsets)))

    def with_text(self, text: str) -> Rewritten:
        """Return ``text``, of as many characters, in place of the text."""
        return Rewritten(text, self.offsets)


def rewritten(text: str, edits: Iterable[tuple[int, int, str]]) -> Rewritten:
    """Return ``text`` after ``edits``.

    Args:
        text: Any.
        edits: First place, place after the last, and what stands there instead; in order, and apart.

    >>> made = rewritten("a--b", [(1, 3, "")])
    >>> made.text, made.offsets
    ('ab', [0, 3, 4])
    """
    pieces: list[str] = []
    offsets: list[int] = []
    done, same_places = 0, True
    for start, end, instead in edits:
        size = len(instead)
        pieces += (text[done:start], instead) if size else (text[done:start],)
        offsets += range(done, start)
        if size:
            offsets += [start] * size
        same_places = same_places and size == 1 == end - start
        done = end
    if not done and not offsets and not pieces:
        return Rewritten(text)
    pieces.append(text[done:])
    if same_places:
        return Rewritten("".join(pieces))
    offsets += range(done, len(text) + 1)
    return Rewritten("".join(pieces), offsets)
