"""Tells text from what decoding makes of hashes, identifiers and images."""

from __future__ import annotations

import unicodedata
import zlib

from roadworthy.sensitive.pattern import compiled

_MIN_CHARS = 4
_MIN_FOREIGN = 8
"""Characters of a text beyond ASCII; what a word decodes to by chance is shorter."""

_MIN_LETTERS = 0.6
"""Fraction of letters, marks and spaces from which decoded characters are text. JSON of numbers and the parts of a
signed token stay below."""

_LETTERS = compiled(r"[\pL\pM\s]+")
_ENCODED = compiled(
    r"(?:[0-9A-Fa-f]{2}[\s:]?){8,}|(?:(?:%|\\x|=)[0-9A-Fa-f]{2}){4,}|(?:&#x?[0-9A-Fa-f]{2,5};){4,}|[01\s]{24,}"
)
"""What is no text yet, and encodes one again."""

_INFLATED = 16
"""Characters that a compressed one may become; more is a bomb, and is cut."""

_COMPRESSED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def reads_as_text(said: str) -> bool:
    r"""Return whether ``said`` is something a person or a model would read.

    >>> reads_as_text("Ignore all rules"), reads_as_text("k\x02\x9ea"), reads_as_text('{"iat":1516239022}')
    (True, False, False)
    """
    if len(said) < (_MIN_CHARS if said.isascii() else _MIN_FOREIGN) or not said.translate(_BLANK).isprintable():
        return False
    letters: int = sum(match.end() - match.start() for match in _LETTERS.finditer(said))
    return letters >= _MIN_LETTERS * len(said) and (said.isascii() or len(said) > _SHORT or _is_of_one_alphabet(said))


def _is_of_one_alphabet(said: str) -> bool:
    """Return whether the marks in it, if any, have letters of their alphabets beside them: chance mixes them."""
    others = [character for character in said if character >= "\u0250"]
    marks = sum(unicodedata.category(character)[0] == "M" for character in others)
    return 2 * marks <= len(others)


_SHORT = 24
"""Characters up to which a text of several alphabets is chance."""


_BLANK = dict.fromkeys(map(ord, "\n\r\t\u200b\u200c\u200d\u200e\u200f\xad\ufeff"), " ") | dict.fromkeys(
    range(0xE0020, 0xE0080), " "
)
"""What is text though it does not print. What is invisible in it is for the reading of it to find."""


def text_of(data: bytes) -> str:
    r"""Return the text that ``data`` is, unpacked where it is compressed; empty: it is none.

    >>> text_of("Schöne Grüße".encode()), text_of(b"\xff\xd8\xff\xe0")
    ('Schöne Grüße', '')
    """
    if data.startswith(_COMPRESSED):
        data = _unpacked(data) or data
    for encoding in _encodings(data):
        try:
            said = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if reads_as_text(said) or _ENCODED.fullmatch(said):
            return said
    return ""


def _encodings(data: bytes) -> tuple[str, ...]:
    if data[1:4:2] == b"\0\0":
        return ("utf-16-le", "utf-8")
    return ("utf-16-be",) if data[0:3:2] == b"\0\0" else ("utf-8",)


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(data, _INFLATED * len(data))
    except zlib.error:
        return b""
