"""A string that is planted in a prompt and must not come out, and the dresses that it could come out in."""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from roadworthy.guard.reading.reading import lowered

_MIN_DRESSED = 8
"""Letters and digits from which a canary is looked for otherwise than as it stands; shorter ones occur by chance."""

_NO_LETTER = re.compile(r"[\W_]+")
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")


class Canary(str):
    """A planted string. Its dresses are worked out once and are gone with it.

    >>> Canary("kite-7F3A9C") == "kite-7F3A9C", repr(Canary("kite-7F3A9C"))
    (True, 'Canary()')
    """

    def __repr__(self) -> str:
        return "Canary()"

    @cached_property
    def dresses(self) -> Dresses:
        """How it may come out."""
        return dresses(str(self))


@dataclass(frozen=True, slots=True)
class Dresses:
    """The strings that show that a canary is there. No repr: a canary is not to be logged."""

    exact: str
    squeezed: tuple[str, ...]
    """Among the letters and digits of the folded text: split, spaced, backwards, shifted by 13, in hex."""

    unspaced: tuple[bytes, ...]
    """Among the characters of the text but blanks: in base64, whatever stands before and after within it."""

    def __repr__(self) -> str:
        return "Dresses()"


def dresses(canary: str) -> Dresses:
    """Return how ``canary`` may come out."""
    bare = _NO_LETTER.sub("", lowered(canary))
    if len(bare) < _MIN_DRESSED:
        return Dresses(canary, (), ())
    cased = dict.fromkeys((canary, canary.lower(), canary.upper(), canary[::-1]))
    forms = [form.encode("utf-8", "replace") for form in cased]
    hexed = (form.hex() for form in forms)
    return Dresses(
        canary,
        tuple(dict.fromkeys((bare, bare[::-1], bare.translate(_ROT13), *hexed))),
        _in_base64(forms),
    )


def _in_base64(forms: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return what base64 of any text with one of ``forms`` in it has in it, for each of the three places in a group."""
    found = []
    for data in forms:
        length = len(data)
        found.append(b2a_base64(data[: length - length % 3], newline=False))
        found.append(b2a_base64(b"\0" + data[: length - (length + 1) % 3], newline=False)[4:])
        found.append(b2a_base64(b"\0\0" + data[: length - (length + 2) % 3], newline=False)[4:])
    return tuple(found)


def dresses_of(canary: str) -> Dresses:
    """Return how ``canary`` may come out, from the canary itself where it knows."""
    return canary.dresses if isinstance(canary, Canary) else dresses(canary)
