"""Undoes encodings of bytes: base64 and its kin, hex, lists of character codes, and what was packed before.

Generous: an encoding may begin anywhere, be cut into pieces, and have anything around it. What comes out of bytes that
were none is left out only where it could not be text.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

_LEAST = 4
"""Characters of a text that is all of some bytes."""

_LEAST_RUN, _SHORT = 6, 4
"""Characters of an encoded text, and of a piece of one that may be a word."""

_LEAST_WITHIN = 8
"""Bytes of a text among others that are none."""

_CUT_OFF = 3
"""Bytes of a character that was cut through, on both sides."""

_TOLD = 0.5
"""Share of letters, digits and spaces in a text."""

_SURE = 16
"""Characters of a text of whatever signs: so many are not printable by chance."""

_LONG = 40
"""Characters of a text that may be of more than two scripts."""

_BYTES = 256
MOST_UNPACKED = 16_000
"""Bytes that are unpacked of one packed text."""

_LONGEST_BASE58 = 1_024

_BASE64 = re.compile(r"[+/_-]*[A-Za-z0-9][A-Za-z0-9+/_-]*={0,2}")
_BASE64_PIECE = re.compile(r"[A-Za-z0-9]{6,}={0,2}")
_BASE32 = re.compile(r"(?<![0189])[A-Za-z2-7]+(?![0189])")
_BASE32_HEX = re.compile(r"(?<![W-Zw-z])[A-Va-v0-9]+(?![W-Zw-z])")
_WORDS = re.compile("[A-Za-z0-9]+")
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]{6,1024}")
_SIGNS = re.compile(r"\S{5,}")
_AROUND = ".,:;!?\"'()[]{}"
_HEX = re.compile(r"(?:(?:0x|\\x|%|&#x|U\+|\\u\{?)?(?:[0-9A-Fa-f]{2})+[^0-9A-Za-z\\%&]{0,4}){3,}")
_HEX_PREFIX = re.compile(r"0x|[^0-9A-Fa-f]")
_HEX_CODES = re.compile(r"(?:(?:0x|\\x|&#x|U\+|\\u\{?|\\)[0-9A-Fa-f]{1,6}[^0-9A-Za-z\\&]{0,4}){3,}")
_HEX_CODE = re.compile(r"(?:0x|\\x|&#x|U\+|\\u\{?|\\)([0-9A-Fa-f]{1,6})")
_CODES = re.compile(r"[0-9]{1,6}(?:[^0-9]{1,8}[0-9]{1,6}){3,}")
_BITS = re.compile(r"(?:[01]{7,8}[ ,;:_\n-]{0,2}){3,}")
_OCTAL = re.compile(r"(?<![0-9])[0-7]{2,3}(?![0-9])")
_PREFIX = re.compile(r"(?m)^[ \t]*(?:(?:[>|+*#-]+|[0-9]{1,4}[.):](?!\S))[ \t]*)+")
_WHITE = re.compile(r"\s+")
_SIGN = rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
_TEXT = re.compile(_SIGN + rb"{8,}")
_ALL_TEXT = re.compile(rb"[\x80-\xff]{0,3}" + _SIGN + rb"{4,}[\x80-\xff]{0,3}")
_WIDE = re.compile(rb"(?:[\x20-\x7e]\0){4,}|(?:\0[\x20-\x7e]){4,}")
_UU_LINE = re.compile(r"(?m)^([!-M])([ -`]{2,84})$")
_DIGITS58 = {sign: place for place, sign in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_TO_INT32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")


class UnpackedTooMuchError(Exception):
    """There is more in packed bytes than is looked at."""


def texts_of(data: bytes) -> Iterator[str]:
    r"""Yield what ``data`` may say: all of it, or the stretches of it that are text.

    >>> list(texts_of(b"Bob Smith")), list(texts_of(b"\xff\x01\x9cBob Smith\x00\xfe"))
    (['Bob Smith'], ['Bob Smith'])
    """
    if _ALL_TEXT.fullmatch(data):
        said = data.decode("utf-8", "ignore")
        if _is_text(said):
            yield said
        return
    if len(data) < _LEAST_WITHIN:
        return
    for match in _TEXT.finditer(data):
        said = match.group().decode("utf-8", "ignore")
        if len(said) >= _LEAST_WITHIN and _is_text(said):
            yield said
    if b"\0" in data:
        for match in _WIDE.finditer(data):
            yield match.group().replace(b"\0", b"").decode("ascii")


def _is_text(said: str) -> bool:
    """Return whether ``said`` may be a text: mostly letters and digits, of two scripts at most."""
    if any(not sign.isprintable() and sign not in "\n\t\r" for sign in said):
        return False
    told = [sign for sign in said if sign.isalnum() or sign == " "]
    if len(said) < _SURE and len(told) < _TOLD * len(said):
        return False
    return said.isascii() or len(said) >= _LONG or len({_script(sign) for sign in told}) <= 2


def _script(sign: str) -> int:
    code = ord(sign)
    return 0 if code < 0x250 else 1 if code >= 0x2E80 else code >> 8


def unpacked(data: bytes) -> Iterator[str]:
    """Yield what bytes that were packed (gzip, zlib, deflate, bzip2, xz) say.

    Raises:
        UnpackedTooMuchError: It is `MOST_UNPACKED` bytes or more.
    """
    for unpacker in _unpackers(data):
        try:
            plain = unpacker.decompress(data, MOST_UNPACKED)
        except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError):
            continue
        if len(plain) >= MOST_UNPACKED:
            raise UnpackedTooMuchError
        if plain and (unpacker.eof or len(plain) >= _LEAST_WITHIN):
            yield from texts_of(plain)


def _unpackers(data: bytes) -> Iterator[Any]:
    if data[:2] == b"\x1f\x8b" or (data[:1] == b"\x78" and int.from_bytes(data[:2]) % 31 == 0):
        yield zlib.decompressobj(zlib.MAX_WBITS | 32)
    elif data[:3] == b"BZh":
        yield bz2.BZ2Decompressor()
    elif data[:6] == b"\xfd7zXZ\0":
        yield lzma.LZMADecompressor(memlimit=1 << 26)
    else:
        yield zlib.decompressobj(-zlib.MAX_WBITS)


def without_prefixes(text: str) -> str:
    r"""Return ``text`` without what stands before lines that are quoted, listed or numbered.

    >>> without_prefixes("> 1. Bob\n> 2. Ann")
    'Bob\nAnn'
    """
    return _PREFIX.sub("", text)


def _runs(text: str, token: re.Pattern[str]) -> Iterator[str]:
    """Yield the stretches of ``text`` that are encoded, the pieces that each was cut into put together.

    Words end a stretch, unless they are as short as a piece may be.
    """
    run: list[str] = []
    for chunk in text.split():
        pieces = [piece.rstrip("=") for piece in token.findall(chunk)]
        if all(len(piece) <= _SHORT or not _is_word(piece) for piece in pieces) or not all(map(_is_word, pieces)):
            run += pieces
            continue
        if run:
            yield "".join(run)
        run = []
    if run:
        yield "".join(run)


def _said_by(data: bytes) -> Iterator[str]:
    found = list(texts_of(data))
    yield from found
    if not found or len(found[0]) < len(data) // 2:
        yield from unpacked(data)


def from_base64(text: str) -> Iterator[str]:
    """Yield what stands in base64 in ``text``."""
    for match in _BASE64.finditer(text):
        said = match.group().rstrip("=")
        if len(said) >= _LEAST_RUN and not _is_words(said):
            yield from _from_base64(said)
            if not said.isalnum():
                for piece in _BASE64_PIECE.findall(said):
                    if not _is_word(piece):
                        yield from _from_base64(piece)
    for run in _runs(text, _BASE64):
        if len(run) > _LEAST_RUN and not _is_words(run):
            yield from _from_base64(run)


def _is_word(run: str) -> bool:
    return run.isdecimal() or (run.isalpha() and (run.islower() or run.istitle() or run.isupper()))


def _is_words(run: str) -> bool:
    return _is_word(run) if run.isalnum() else all(map(_is_word, _WORDS.findall(run)))


def _from_base64(run: str) -> Iterator[str]:
    run = run.replace("-", "+").replace("_", "/")
    for skip in range(4):
        part = run[skip:]
        part = part[:-1] if len(part) % 4 == 1 else part
        data = binascii.a2b_base64(part + "=" * (-len(part) % 4))
        yield from _said_by(data) if not skip else texts_of(data)


def from_base32(text: str) -> Iterator[str]:
    """Yield what stands in base32 in ``text``, in either alphabet."""
    for pattern, table in ((_BASE32, _TO_INT32), (_BASE32_HEX, None)):
        runs = (*pattern.findall(text), *_runs(text, pattern))
        for run in dict.fromkeys(runs):
            if len(run) > _LEAST_RUN and (run.isupper() or not _is_word(run)):
                yield from _of_bits(run.upper().translate(table) if table else run)


def _of_bits(run: str) -> Iterator[str]:
    number, length = int(run, 32), 5 * len(run)
    for skip in (0, 5, 2, 7, 4, 1, 6, 3):
        size = (length - skip) // 8
        data = (number >> (length - skip - 8 * size) & ((1 << 8 * size) - 1)).to_bytes(size)
        yield from texts_of(data)


def from_base58(text: str) -> Iterator[str]:
    """Yield what stands in base58 in ``text``."""
    for match in _BASE58.finditer(text):
        run = match.group()
        if _is_word(run):
            continue
        number = 0
        for sign in run:
            number = number * 58 + _DIGITS58[sign]
        yield from texts_of(number.to_bytes(number.bit_length() // 8 + 1).lstrip(b"\0"))


def from_base85(text: str) -> Iterator[str]:
    """Yield what stands in base85 or ASCII85 in ``text``."""
    sources = [_WHITE.sub("", text), *_SIGNS.findall(text)]
    for said in dict.fromkeys(one for source in sources for one in (source, source.strip(_AROUND))):
        if len(said) < 5 or _is_words(said):
            continue
        for decode in (base64.b85decode, _ascii85):
            try:
                data = decode(said)
            except (ValueError, binascii.Error):
                continue
            yield from texts_of(data)


def _ascii85(said: str) -> bytes:
    return base64.a85decode(said.removeprefix("<~").removesuffix("~>"))


def from_uu(text: str) -> Iterator[str]:
    """Yield what stands uuencoded in ``text``, line by line."""
    data = b""
    for match in _UU_LINE.finditer(text):
        try:
            data += binascii.a2b_uu(match.group())
        except binascii.Error:
            continue
    yield from texts_of(data)


def from_hex(text: str) -> Iterator[str]:
    """Yield what stands in hex in ``text``."""
    for match in _HEX.finditer(text):
        digits = _HEX_PREFIX.sub("", match.group())
        said = list(_said_by(bytes.fromhex(digits[: len(digits) // 2 * 2])))
        if not said and len(digits) > 2 * _LEAST:
            said = list(texts_of(bytes.fromhex(digits[1 : len(digits) - 1 + len(digits) % 2])))
        yield from said
    for match in _HEX_CODES.finditer(text):
        yield of_codes([int(one, 16) for one in _HEX_CODE.findall(match.group())])


def from_codes(text: str) -> Iterator[str]:
    """Yield what the numbers in ``text`` say as codes of characters: decimal, octal and binary."""
    for match in _CODES.finditer(text):
        yield of_codes([int(one) for one in re.findall("[0-9]+", match.group())])
        yield of_codes([int(one, 8) for one in _OCTAL.findall(match.group())])
    for match in _BITS.finditer(text):
        yield of_codes([int(one, 2) for one in re.findall("[01]{7,8}", match.group())])


def of_codes(numbers: Sequence[int]) -> str:
    """Return the characters, or the text in bytes, of ``numbers``; what is no character ends a line.

    >>> of_codes([66, 111, 98]), of_codes([195, 188, 66]), of_codes([7])
    ('Bob', 'üB', '')
    """
    known = [one for one in numbers if 32 <= one < 0x110000 and not 0xD800 <= one < 0xE000]
    if known and all(one < _BYTES for one in known):
        try:
            return bytes(known).decode()
        except ValueError:
            pass
    return "".join(chr(one) for one in known)


DECODERS: tuple[Callable[[str], Iterator[str]], ...] = (
    from_base64,
    from_hex,
    from_base32,
    from_codes,
    from_base85,
    from_base58,
    from_uu,
)
"""Each yields what it finds in a text, in pieces."""
