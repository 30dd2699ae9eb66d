"""What an address carries: text that was encoded, long values, and what should not be in an address."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote, unquote_plus

from roadworthy.guard.rails.exfiltration.address import Address

_TOKEN = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){10,}")
_BASE32 = re.compile(r"[A-Za-z2-7]{16,}")
_LETTERS = re.compile(r"[A-Za-z]{3}")
_MIN_DECODED = 10
_MIN_VALUE = 16
_MIN_RANDOM = 48
_RANDOM_BITS = 4.6
_MAX_SEPARATORS = 0.08
"""Fraction of a random token that may be characters which join words elsewhere: two of 64 are to be expected."""

_MAX_PARTS = 40
"""Segments of a path, or values of a query, that are looked at one by one; more are found as such."""

_LONG_LABEL = 40
_LONG_NAME = 90
_LONG_QUERY = 4
"""Times the longest value."""

_SENSITIVE = re.compile(
    r"(?P<secret>eyJ[\w-]{8,}\.[\w-]{8,}\.|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30}|sk-[\w-]{20}|xox[abprs]-\w{8}"
    r"|-----BEGIN|(?:^|[?&;#])(?:pass(?:word|wd|phrase)?|secret|client_secret|private_?key)=[^&\s<>{}\[\]$*]{6})"
    r"|(?P<personal>[\w.+-]{1,64}@[\w-]{1,63}\.[A-Za-z]{2,24}(?![\w.]*/)|(?:^|[?&;#])(?:ssn|iban|cvv|passport)=[^&\s<>{}]{3})",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?<![0-9])(?:(?:4[0-9]|5[1-5]|2[2-7]|6[05])[0-9](?:[ -]?[0-9]){13}|3[47][0-9](?:[ -]?[0-9]){12})(?![0-9])"
)


def decoded_texts(value: str) -> Iterator[str]:
    """Yield the readable texts that ``value`` encodes in base64, base32 or hexadecimal.

    >>> list(decoded_texts("dGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI="))
    ['the password is hunter2']
    """
    if _HEX.fullmatch(value):
        yield from _readable(bytes.fromhex(value))
    elif _BASE32.fullmatch(value):
        with suppress(binascii.Error):
            yield from _readable(base64.b32decode(value.upper() + "=" * (-len(value) % 8)))
    if _TOKEN.fullmatch(value):
        plain = value.rstrip("=").replace("-", "+").replace("_", "/")
        with suppress(binascii.Error):
            yield from _readable(base64.b64decode(plain + "=" * (-len(plain) % 4)))


def carried(address: Address, *, max_payload: int) -> Iterator[tuple[str, str]]:
    """Yield what is suspicious in what ``address`` carries: the kind, and how it was told.

    Args:
        address: Of a host that is not trusted.
        max_payload: The most characters of one value.
    """
    for value in _values(address):
        if len(value) < _MIN_VALUE:
            continue
        if len(value) > max_payload:
            yield "url_payload", "long value"
        if any(True for _ in decoded_texts(value)):
            yield "url_payload", "encoded text"
        elif _is_random(value):
            yield "url_payload", "high entropy"
    if len(address.query) + len(address.fragment) > _LONG_QUERY * max_payload:
        yield "url_payload", "long query"
    if any(len(segment) > 2 * max_payload for segment in address.path.split("/", _MAX_PARTS)):
        yield "url_payload", "long path"
    if address.path.count("/") > _MAX_PARTS or address.query.count("&") + address.query.count(";") > _MAX_PARTS:
        yield "url_payload", "many parts"
    yield from _in_host(address)
    yield from _sensitive(address)


def texts_of(address: Address) -> Iterator[str]:
    """Yield the texts that ``address`` says, decoded in every way known."""
    for value in (*_values(address), *_below(address)):
        yield value
        yield from decoded_texts(value)
    yield unquote_plus(address.path).replace("/", " ").replace("-", " ")
    yield unquote_plus(address.query)


def bits_per_character(value: str) -> float:
    """Return the entropy of the characters of ``value``, in bits; 0 for an empty one.

    >>> bits_per_character("aabb")
    1.0
    """
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())


def _is_random(value: str) -> bool:
    if len(value) < _MIN_RANDOM or _TOKEN.fullmatch(value) is None:
        return False
    separators = sum(value.count(separator) for separator in "-_+/")
    return separators <= _MAX_SEPARATORS * len(value) and bits_per_character(value) >= _RANDOM_BITS


def _values(address: Address) -> list[str]:
    pairs = re.split(r"[&;]", address.query, maxsplit=_MAX_PARTS)
    values = [unquote_plus(pair.partition("=")[2] or pair) for pair in pairs]
    segments = [unquote(segment) for segment in address.path.split("/", _MAX_PARTS)]
    tokens = [segment.rsplit(".", 1)[0] for segment in segments if _TOKEN.match(segment)]
    return [value for value in (*values, unquote(address.fragment), *tokens) if value]


def _below(address: Address) -> list[str]:
    labels = address.labels[:-2]
    return [label for label in (*labels, "".join(labels)) if label]


def _in_host(address: Address) -> Iterator[tuple[str, str]]:
    below = _below(address)
    if any(True for label in below for _ in decoded_texts(label)):
        yield "dns_payload", "encoded text"
    elif any(len(label) >= _LONG_LABEL for label in below[:-1]) or sum(map(len, below[:-1])) > _LONG_NAME:
        yield "dns_payload", "long name"


def _sensitive(address: Address) -> Iterator[tuple[str, str]]:
    text = f"{unquote_plus(address.path)}?{unquote_plus(address.query)}#{unquote_plus(address.fragment)}"
    for match in _SENSITIVE.finditer(text):
        yield ("secret_in_url", "") if match["secret"] else ("personal_data_in_url", "")
    if any(_luhn(match[0]) for match in _CARD.finditer(text)):
        yield "personal_data_in_url", "card number"


def _readable(data: bytes) -> Iterator[str]:
    if len(data) < _MIN_DECODED:
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    if text.isprintable() and _LETTERS.search(text):
        yield text


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed([int(c) for c in digits if c.isdigit()])):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
