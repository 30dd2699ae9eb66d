"""One reading of a text, which all rails share: normalised once, with the way back to the characters as they came."""

from __future__ import annotations

from dataclasses import dataclass, field

from roadworthy.guard.segment import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as rails read it.

    Attributes of offsets are empty where the normalised text has the same length as the raw one, character by
    character, which is so for all of ASCII.
    """

    raw: str = field(repr=False)
    plain: str = field(repr=False)
    """NFKC, without invisible characters, look-alikes as the letters they look like; case kept."""

    folded: str = field(repr=False)
    """`plain`, caseless, character by character: every place is the same in both."""

    offsets: tuple[int, ...] = field(default=(), repr=False)
    """Place in `raw` of each character of `plain`, and of the end; empty: the same places."""

    oddities: tuple[tuple[str, Span], ...] = ()
    """What normalising changed and a reader would not expect, with its place in `raw`: ``zero_width``, ``bidi``,
    ``tag_characters``, ``variation_selector``, ``look_alike``, ``control`` …, in order of place."""

    smuggled: tuple[Smuggled, ...] = ()
    """Texts that stand encoded in this one, in order of place."""

    def in_raw(self, start: int, end: int) -> Span:
        """Return the characters of `raw` that became those from ``start`` to ``end`` of `plain`."""
        if not self.offsets:
            return Span(start=start, end=end)
        return Span(start=self.offsets[start], end=self.offsets[end])


@dataclass(frozen=True, slots=True)
class Smuggled:
    """A text that stood encoded in another."""

    encoding: str
    """``base64``, ``hex``, ``percent``, ``html``, ``rot13``, ``tag_characters`` …"""

    span: Span
    """Where, in the raw text of the reading that holds it."""

    reading: Reading
    """What it says, read likewise."""


def read(text: str) -> Reading:
    """Return the reading of ``text``.

    >>> read("Hello").folded
    'hello'
    """
    return Reading(raw=text, plain=text, folded=text.lower() if text.isascii() else _lowered(text))


def _lowered(text: str) -> str:
    return "".join(c if len(low := c.lower()) != 1 else low for c in text)
