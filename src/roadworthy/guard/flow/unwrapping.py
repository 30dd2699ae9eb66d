"""What a text may say once its wrapping is undone: encodings, reversals, look-alikes, words that say the same.

Generous: nothing here asks whether what comes out makes sense. It counts only where it meets something that was read.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from roadworthy.guard.flow.number_words import DIGITS
from roadworthy.guard.reading.everywhere import each_reading
from roadworthy.guard.reading.look_alike import as_latin
from roadworthy.guard.reading.reading import read

MAX_VIEWS = 64
_MAX_DEPTH = 3
_LEAST, _SHORTEST = 4, 2
_BYTES = 256
_DECODED_PER_CHAR, _DECODED_ANYWAY, _MOST_DECODED = 24, 8192, 64_000
_PRINTABLE = 0.8
_CUT_OFF = 3
"""Bytes of a character that was cut through, on both sides."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
_BASE32 = re.compile(r"[A-Za-z2-7]{8,}={0,6}")
_HEX = re.compile(r"(?:(?:0x|\\x|%|&#x)?[0-9A-Fa-f]{2}[ :;,._-]?){3,}")
_CODES = re.compile(r"(?:(?:&#|\\)?[0-9]{1,6}(?:;|[ ,;:._-]+|$)){4,}")
_BITS = re.compile(r"(?:[01]{7,8}[ ,;:_-]?){3,}")
_BACKSLASH = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{4,6})\}?|x([0-9A-Fa-f]{2})|U([0-9A-Fa-f]{8})|([0-7]{3})|(.))")
_QUOTED = re.compile(r"=\r?\n|=([0-9A-Fa-f]{2})")
_WHITE = re.compile(r"\s+")
_AT = re.compile(r" ?[\[(]?\bat\b[\])]? ?", re.IGNORECASE)
_DOT = re.compile(r" ?[\[(]?\bdot\b[\])]? ?", re.IGNORECASE)
_LONGEST_LEET = 120
_LEET_SIGN = re.compile(r"[0-9@$!]")
_LEET = str.maketrans("013457@$!8", "oleastasib")
_ATBASH = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"
)
_SPELLED = re.compile("|".join(sorted(DIGITS, key=len, reverse=True)), re.IGNORECASE)


def views(text: str, *, same: Sequence[Sequence[str]] = ()) -> tuple[str, ...]:
    """Return ``text``, and all that it may say once its wrapping is undone, at most `MAX_VIEWS` texts.

    >>> "bob@corp.test" in views("Ym9iQGNvcnAudGVzdA=="), "Bob Smith" in views("htimS boB")
    (True, True)
    """
    known: dict[str, None] = {text: None}
    level = [(text, False)]
    budget = min(_DECODED_PER_CHAR * len(text) + _DECODED_ANYWAY, _MOST_DECODED)
    for _ in range(_MAX_DEPTH):
        further: list[tuple[str, bool]] = []
        for one, is_shuffled in level:
            for said, shuffled in _unwrapped(one, same, is_shuffled=is_shuffled):
                if len(said) < _SHORTEST or said in known:
                    continue
                budget -= len(said)
                if budget < 0 or len(known) >= MAX_VIEWS:
                    return tuple(known)
                known[said] = None
                further.append((said, shuffled))
        level = further
    return tuple(known)


def _unwrapped(text: str, same: Sequence[Sequence[str]], *, is_shuffled: bool) -> Iterator[tuple[str, bool]]:
    """Yield what ``text`` may say, and whether its letters were only put otherwise, which is done but once."""
    for inner, _ in each_reading(read(text)):
        yield inner.plain, is_shuffled
    if not text.isascii():
        yield as_latin(text), is_shuffled
        yield plain_letters(text), is_shuffled
    for undo in _UNDO:
        yield from ((said, is_shuffled) for said in undo(text))
    if not is_shuffled:
        yield from ((said, True) for said in _letters(text))
        yield from ((said, False) for said in with_same(text, same))


def plain_letters(text: str) -> str:
    """Return ``text`` without marks on its letters.

    >>> plain_letters("Müller, ＡＣＭＥ")
    'Muller, ACME'
    """
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


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


def _text_of(data: bytes) -> str:
    if b"\0" in data and len(data) % 2 == 0:
        for encoding in ("utf-16-le", "utf-16-be"):
            said = data.decode(encoding, "ignore")
            if said.isprintable():
                return said
    said = data.decode("utf-8", "ignore")
    shown = sum(sign.isprintable() or sign in "\n\t\r" for sign in said)
    is_text = len(said) >= _LEAST and shown >= _PRINTABLE * len(said)
    return said if is_text and len(said.encode()) >= len(data) - _CUT_OFF else ""


def _base64(text: str) -> Iterator[str]:
    for source in dict.fromkeys((text, _WHITE.sub("", text))):
        for match in _BASE64.finditer(source):
            run = match.group().rstrip("=").replace("-", "+").replace("_", "/")
            if run.isalpha() and (run.islower() or run.istitle() or run.isupper()):
                continue
            for skip in range(4):
                part = run[skip:]
                part = part[:-1] if len(part) % 4 == 1 else part
                try:
                    said = _text_of(base64.b64decode(part + "=" * (-len(part) % 4)))
                except (ValueError, binascii.Error):
                    continue
                if said:
                    yield said


def _base32(text: str) -> Iterator[str]:
    for source in dict.fromkeys((text, _WHITE.sub("", text))):
        for match in _BASE32.finditer(source):
            run = match.group().rstrip("=").upper()
            run = run[: len(run) - (1 if len(run) % 8 in (1, 3, 6) else 0)]
            try:
                said = _text_of(base64.b32decode(run + "=" * (-len(run) % 8)))
            except (ValueError, binascii.Error):
                continue
            if said:
                yield said


def _base85(text: str) -> Iterator[str]:
    said = _WHITE.sub("", text)
    if len(said) < 5:
        return
    for decode in (base64.b85decode, base64.a85decode):
        try:
            found = _text_of(decode(said))
        except (ValueError, binascii.Error):
            continue
        if found:
            yield found


def _hex(text: str) -> Iterator[str]:
    for match in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|&#x|[^0-9A-Fa-f]", "", match.group())
        said = _text_of(bytes.fromhex(digits[: len(digits) // 2 * 2]))
        if said:
            yield said
            yield text[: match.start()] + said + text[match.end() :]


def _codes(text: str) -> Iterator[str]:
    for match in _CODES.finditer(text):
        numbers = [int(one) for one in re.findall("[0-9]+", match.group())]
        if all(32 <= one < 0x11000 for one in numbers):
            yield _of_codes(numbers)
        octal = [int(one, 8) for one in re.findall("[0-7]+", match.group())]
        if octal and all(32 <= one < 256 for one in octal):
            yield _of_codes(octal)
    for match in _BITS.finditer(text):
        yield _of_codes([int(one, 2) for one in re.findall("[01]{7,8}", match.group())])


def _of_codes(numbers: Sequence[int]) -> str:
    said = "".join(chr(one) for one in numbers if not 0xD800 <= one < 0xE000)
    if all(one < _BYTES for one in numbers):
        said = bytes(numbers).decode("utf-8", "ignore") or said
    return said


def _escapes(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
        yield unquote(text.replace("+", " "))
    if "&" in text:
        yield html.unescape(text)
    if "=" in text:
        data = _QUOTED.sub(lambda match: chr(int(match[1], 16)) if match[1] else "", text)
        yield data
        yield data.encode("latin-1", "replace").decode("utf-8", "replace")
    if "\\" in text:
        yield _BACKSLASH.sub(_backslash, text)


_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "0": ""}


def _backslash(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code or match[4]:
        number = int(code, 16) if code else int(match[4], 8)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
    return _SHORT.get(match[5], match[5])


def _letters(text: str) -> Iterator[str]:
    yield text[::-1]
    yield codecs.encode(text, "rot13")
    yield text.translate(_ATBASH)
    if _WHITE.search(text):
        yield " ".join(word[::-1] for word in text.split())
        yield " ".join(reversed(text.split()))
    if len(text) <= _LONGEST_LEET and _LEET_SIGN.search(text) and any(sign.isalpha() for sign in text):
        yield text.lower().translate(_LEET)
        yield text.lower().replace("1", "i").translate(_LEET)
    words = text.split()
    if len(words) >= _LEAST:
        yield "".join(word[0] for word in words)


def _words(text: str) -> Iterator[str]:
    if _SPELLED.search(text):
        yield _SPELLED.sub(lambda match: DIGITS[match.group().lower()], text)
    small = text.lower()
    if "ae" in small or "oe" in small or "ue" in small:
        yield small.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if " at " in small or " dot " in small or "(at)" in small or "[at]" in small:
        yield _DOT.sub(".", _AT.sub("@", _WHITE.sub(" ", text)))


_UNDO: tuple[Callable[[str], Iterator[str]], ...] = (
    _escapes,
    _base64,
    _hex,
    _words,
    _base32,
    _codes,
    _base85,
)
