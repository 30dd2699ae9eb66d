"""What a text may say once its wrapping is undone: encodings, reversals, look-alikes, words that say the same.

Generous: nothing here asks whether what comes out makes sense. It counts only where it meets something that was read.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from urllib.parse import unquote

from roadworthy.guard.flow.wrapping.alphabets import redrawn, signalled
from roadworthy.guard.flow.wrapping.decoding import DECODERS, UnpackedTooMuchError, without_prefixes
from roadworthy.guard.flow.wrapping.number_words import with_digits, with_signs, written_out
from roadworthy.guard.reading.everywhere import each_reading
from roadworthy.guard.reading.look_alike import as_latin
from roadworthy.guard.reading.reading import read

_MAX_DEPTH = 4
_LEAST_STILL = 16
"""Characters of a text that is still wrapped after so many wrappings were undone."""

_SHORTEST = 2
_CHARS_PER_CHAR, _CHARS_ANYWAY = 28, 16_000

_BACKSLASH = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{2,6})\}?|x([0-9A-Fa-f]{2})|U([0-9A-Fa-f]{8})|([0-7]{3})|(.))")
_QUOTED = re.compile(r"=\r?\n|=([0-9A-Fa-f]{2})")
_PERCENT = re.compile("%[0-9A-Fa-f]{2}")
_RAW = re.compile("[\x80-\xff]{2,}")
_WHITE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]{0,400}>")
_FIELD_NAME = re.compile(r"[?&;][\w.-]{1,20}=")
_LEET_SIGN = re.compile(r"[^\W\d_][0-9@$!|+]|[0-9@$!|+][^\W\d_]")
_LEET = str.maketrans("013457@$!8", "oleastasib")
_LEET_TOO = str.maketrans("013457@$!89|+", "oieastasibgit")
_ATBASH = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"
)
_DIGITS_OTHERWISE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_FOREIGN_DIGIT = re.compile(r"[^\x00-\x7f]")
_FEW_WORDS, _FEW_MIXED = 4, 10


class Wrapping(IntEnum):
    """What was done to a text to get a view of it, from what leaves its words as they are to what does not."""

    NONE = 0
    ENCODED = 1
    SPELLED = 2
    """Words, numbers or letters are written otherwise."""

    SHUFFLED = 3
    """Its letters stood in another order, or for others."""


@dataclass(frozen=True, slots=True)
class View:
    """What a text may say."""

    text: str = field(repr=False)
    wrapping: Wrapping


@dataclass(frozen=True, slots=True)
class Views:
    """All that a text may say."""

    each: tuple[View, ...]
    is_whole: bool
    """Whether that is all; else there was more than is looked at."""


def views(text: str, *, same: Sequence[Sequence[str]] = ()) -> Views:
    """Return ``text``, and all that it may say once its wrapping is undone.

    >>> [one.text for one in views("Ym9iQGNvcnAudGVzdA==").each][:2]
    ['Ym9iQGNvcnAudGVzdA==', 'bob@corp.test']
    """
    found = _Found(text)
    level = [View(text, Wrapping.NONE)]
    try:
        for _ in range(_MAX_DEPTH):
            level = [further for view in level if found.room >= 0 for further in _unwrapped(view, found, same)]
        is_whole = found.room >= 0 and not any(map(_is_still_wrapped, level))
    except UnpackedTooMuchError:
        is_whole = False
    return Views(tuple(found.each.values()), is_whole)


class _Found:
    """What a text was found to say so far."""

    def __init__(self, text: str) -> None:
        self.each = {text: View(text, Wrapping.NONE)}
        self.room = _CHARS_PER_CHAR * len(text) + _CHARS_ANYWAY
        """Characters that may still be put in; below 0: something was left out."""

    def put(self, said: str, wrapping: Wrapping) -> View | None:
        """Return the view that ``said`` is, if it is new and there is room."""
        if len(said) < _SHORTEST or said in self.each:
            return None
        self.room -= len(said)
        if self.room < 0:
            return None
        view = self.each[said] = View(said, wrapping)
        return view


def _is_still_wrapped(view: View) -> bool:
    return any(len(said) >= _LEAST_STILL for decoder in DECODERS[:2] for said in decoder(view.text))


def _unwrapped(view: View, found: _Found, same: Sequence[Sequence[str]]) -> Iterator[View]:
    """Yield what is to be unwrapped further, after all that is now known was put into ``found``.

    What is decoded goes together, each piece on a line of its own, so that there is but little to look at however many
    pieces there are.
    """
    is_shuffled = view.wrapping is Wrapping.SHUFFLED
    light = list(_light(view.text, is_normal=is_shuffled))
    for said in light if not is_shuffled else light[-1:]:
        found.put(said, Wrapping.SPELLED)
    plain = light[-1] if light else view.text
    pieces = dict.fromkeys(() if is_shuffled else _smuggled(view.text))
    for said in dict.fromkeys((view.text, plain)):
        pieces |= dict.fromkeys(_decoded(said))
    further = found.put("\n".join(pieces), Wrapping.SHUFFLED if is_shuffled else Wrapping.ENCODED)
    if further:
        yield further
    if is_shuffled or found.room < 0:
        return
    for said in (*redrawn(view.text), *_spelled(plain, same)):
        found.put(said, Wrapping.SPELLED)
    for said in _shuffled(plain):
        further = found.put(said, Wrapping.SHUFFLED)
        if further:
            yield further


def _smuggled(text: str) -> Iterator[str]:
    return (inner.plain for inner, within in each_reading(read(text)) if within is not None)


def _decoded(text: str) -> Iterator[str]:
    for decoder in DECODERS:
        yield from decoder(text)


def plain_letters(text: str) -> str:
    """Return ``text`` without marks on its letters.

    >>> plain_letters("Müller, ＡＣＭＥ")
    'Muller, ACME'
    """
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _light(text: str, *, is_normal: bool) -> Iterator[str]:
    """Yield ``text`` after each thing that can be undone in its place, one after the other."""
    for undo in _LIGHT[is_normal:]:
        said = undo(text)
        if said != text:
            text = said
            yield text


def _normal(text: str) -> str:
    return read(text).plain


def _latin(text: str) -> str:
    return text if text.isascii() else as_latin(text)


def _percent(text: str) -> str:
    return unquote(text.replace("+", " ")) if _PERCENT.search(text) else text


def _html(text: str) -> str:
    return html.unescape(text) if "&" in text else text


def _quoted_printable(text: str) -> str:
    if not _QUOTED.search(text):
        return text
    data = _QUOTED.sub(lambda match: chr(int(match[1], 16)) if match[1] else "", text)
    return _RAW.sub(lambda match: match.group().encode("latin-1").decode("utf-8", "replace"), data)


def _unescaped(text: str) -> str:
    return _BACKSLASH.sub(_backslash, text) if "\\" in text else text


def _untagged(text: str) -> str:
    text = _TAG.sub("", text) if "<" in text else text
    return _FIELD_NAME.sub("", text) if "=" in text else text


_LIGHT = (_normal, _percent, _html, _untagged, _quoted_printable, _unescaped, without_prefixes)


_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "0": ""}


def _backslash(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code or match[4]:
        number = int(code, 16) if code else int(match[4], 8)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
    return _SHORT.get(match[5], match[5])


def _spelled(text: str, same: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield ``text`` with what is written otherwise as it is mostly written, one thing after the other."""
    said = _FOREIGN_DIGIT.sub(_digit, text).translate(_DIGITS_OTHERWISE) if not text.isascii() else text
    yield plain_letters(_latin(said))
    said = with_digits(said)
    yield from signalled(said)
    yield with_signs(written_out(said))
    yield from with_same(text, same)
    small = said.lower()
    if "ae" in small or "oe" in small or "ue" in small:
        yield small.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    chunks = small.split()
    mixed = [chunk for chunk in chunks if _LEET_SIGN.search(chunk)]
    if mixed:
        if len(mixed) * _FEW_MIXED < len(chunks):
            small = " ".join(mixed)
        yield small.translate(_LEET)
        yield small.translate(_LEET_TOO)


def _digit(match: re.Match[str]) -> str:
    number = unicodedata.decimal(match.group(), -1)
    return match.group() if number < 0 else str(number)


def with_same(text: str, same: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield ``text`` with every word of the table in the first spelling of its line, the second, and so on."""
    pattern, lines = _table(tuple(map(tuple, same)))
    if pattern is None or pattern.search(text) is None:
        return
    for place in range(max(len(line) for line in same)):

        def instead(match: re.Match[str], place: int = place) -> str:
            line = lines[match.group().lower()]
            return line[min(place, len(line) - 1)]

        yield pattern.sub(instead, text)


@lru_cache(maxsize=32)
def _table(same: tuple[tuple[str, ...], ...]) -> tuple[re.Pattern[str] | None, dict[str, tuple[str, ...]]]:
    lines = {word.lower(): line for line in same for word in line if word}
    if not lines:
        return None, lines
    words = "|".join(re.escape(word) for word in sorted(lines, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), lines


def _shuffled(text: str) -> Iterator[str]:
    """Yield ``text`` with its letters in another order, and for others."""
    yield text[::-1]
    yield codecs.encode(text, "rot13")
    yield text.translate(_ATBASH)
    words = text.split()
    if len(words) > 1:
        yield " ".join(word[::-1] for word in words)
        yield " ".join(reversed(words))
    if len(words) >= _FEW_WORDS:
        yield "".join(word[0] for word in words)
        yield "".join(line[:1] for line in map(str.strip, text.splitlines()))


def disguises(text: str) -> Iterator[str]:
    """Yield what ``text`` may say by rarer disguises, in which nothing else is looked for once more.

    ROT47, ROT13 with digits, every second letter, letters that changed places by twos.
    """
    yield codecs.encode(text, "rot13").translate(_ROT5)
    yield text.translate(_ROT47)
    for first in (0, 1):
        yield text[first::2]
        yield "".join(text[place + 1 : place + 2] + text[place] for place in range(first, len(text), 2))


_ROT5 = str.maketrans("0123456789", "5678901234")
_ROT47 = str.maketrans({chr(33 + place): chr(33 + (place + 47) % 94) for place in range(94)})
MOVED = tuple(
    {ord(first) + place: chr(ord(first) + (place + by) % 26) for first in "aA" for place in range(26)}
    for by in range(1, 26)
    if by != 13
)
"""Tables that move letters along the alphabet, but for ROT13, which `views` undoes."""
