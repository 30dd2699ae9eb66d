"""Values in texts: IBANs, telephone numbers, dates and amounts, of several words or within one, each with its key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from roadworthy.guard.flow.quantity import amounts, date_keys, date_places
from roadworthy.guard.flow.spelling import Spelling, whole_key
from roadworthy.sensitive.personal.checks import IBAN_LENGTHS, is_iban

_DIGIT = re.compile("[0-9]")
_DIGITS_OF_DATE = 5
"""Digits that a date has at least, and a telephone number and an IBAN more of."""

_LONGEST_VALUE = 64
_IBAN_START = re.compile(r"[A-Za-z]{2}[0-9]{2}")
_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?(?![^\W_])")
_MANY_DIGITS = re.compile(r"[0-9][0-9 ()./-]{5,20}[0-9]")
_PHONE = re.compile(r"(?<![\w.,@/+-])[+(]?[0-9][0-9 ()./-]{5,20}[0-9](?![\w@/]|[.,][0-9])")
_OTHER_THAN_DIGIT = re.compile("[^0-9]")
_DIGITS_APART = re.compile("[0-9][ ./-][0-9]")
_NO_PHONE = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9]+\.[0-9]+")
"""Thousands, addresses of machines, and decimals."""

NO_KEYS: frozenset[str] = frozenset()
"""Of a text without values in values."""

_Place = tuple[int, int]


def further_keys(text: str, spelling: Spelling) -> Sequence[str]:
    """Return the other keys by which values in ``text`` can be asked for: of several words, or within a word.

    >>> from roadworthy.guard.flow.spelling import spelled
    >>> said = "by 21 November 2026 to:bob@x.test"
    >>> sorted(set(further_keys(said, spelled(said))))
    ['@2026-11-21', 'bob@x.test']
    """
    if not _DIGIT.search(text) or (text.isdecimal() and text[0] != "0"):
        return spelling.within
    keys = list(spelling.within)
    if len(_DIGIT.findall(text)) >= _DIGITS_OF_DATE:
        if _IBAN_START.search(text):
            keys += [_iban(text[start:end]) for start, end in _ibans(text)]
        if text[0] != "0" and text.isalnum():
            return [*keys, *amounts(text)]
        if _MANY_DIGITS.search(text):
            keys += [key for match in _PHONE.finditer(text) for key in _phone(match.group())]
        keys += date_keys(text, anywhere=True)
    keys += amounts(text)
    return keys


def inner_keys(text: str, spelling: Spelling) -> frozenset[str]:
    """Return the keys of numbers that stand in ``text`` only as parts of an IBAN, a telephone number or a date.

    They are no amounts: who says ``21 November 2026`` has not said 2026 euros.

    >>> from roadworthy.guard.flow.spelling import spelled
    >>> said = "10 to DE89 3704 0044 0532 0130 00 on 21 November 2026, for 21 people"
    >>> sorted(inner_keys(said, spelled(said)))
    ['#2026', '#3704']
    """
    if len(spelling.keys) < 2 or len(_DIGIT.findall(text)) < _DIGITS_OF_DATE:
        return NO_KEYS
    places = [*date_places(text)]
    if _IBAN_START.search(text):
        places += [(start, end) for start, end in _ibans(text) if is_iban(_compact(text[start:end]))]
    if _MANY_DIGITS.search(text):
        places += [match.span() for match in _PHONE.finditer(text) if match.group()[0] in "+0(" and _is_phone(match)]
    if not places:
        return NO_KEYS
    inside: set[str] = set()
    outside: set[str] = set()
    for key, (start, end) in zip(spelling.keys, spelling.spans, strict=True):
        if key.startswith("#"):
            is_inside = any(low <= start and end <= high for low, high in places)
            (inside if is_inside else outside).add(key)
    return frozenset(inside - outside)


def value_keys(text: str, spelling: Spelling) -> Sequence[str]:
    """Return the keys of ``text`` as an IBAN, a telephone number, a date or an amount of money."""
    if len(text) > _LONGEST_VALUE or not spelling.keys:
        return ()
    digits = len(_DIGIT.findall(text))
    if not digits:
        return ()
    keys: list[str] = []
    said = text.strip()
    if digits >= _DIGITS_OF_DATE:
        if _IBAN.fullmatch(said):
            keys.append(_iban(said))
        elif _PHONE.fullmatch(said):
            keys += _phone(said)
        keys += date_keys(said)
    if len(spelling.keys) > 1 or not spelling.keys[0].startswith("#"):
        keys += amounts(said, whole=True)
    return keys


def whole_keys(text: str, spelling: Spelling) -> set[str]:
    """Return the keys of ``text`` as one value: each that is known explains all of it."""
    key = whole_key(text, spelling)
    return {key, *value_keys(text, spelling)} if key else set()


def _ibans(text: str) -> Iterator[_Place]:
    """Yield where IBANs stand: as far as the check digits are right, else as far as it may be one."""
    match = _IBAN.search(text)
    while match is not None:
        start, end = match.span()
        length = _length(match.group())
        if length and is_iban(_compact(text[start : start + length])) and not text[start + length : end][:1].isalnum():
            end = start + length
        yield start, end
        match = _IBAN.search(text, end)


def _length(said: str) -> int:
    """Return how many characters of ``said`` make up as many letters and digits as its country's IBANs have."""
    left = IBAN_LENGTHS.get(said[:2].upper(), 0)
    for place, sign in enumerate(said) if left else ():
        left -= sign.isalnum()
        if not left:
            return place + 1
    return 0


def _compact(said: str) -> str:
    return said.replace(" ", "").replace("-", "")


def _iban(said: str) -> str:
    return f"iban:{_compact(said).upper()}"


def _is_phone(match: re.Match[str]) -> bool:
    return any(_phone(match.group()))


def _phone(said: str) -> Iterator[str]:
    """Yield the key of a telephone number: of an international one with its sign, of others all digits as they are."""
    digits = _OTHER_THAN_DIGIT.sub("", said)
    if not 7 <= len(digits) <= 15:
        return
    if said[0] == "+" or said.startswith("00"):
        yield "tel:+" + digits.removeprefix("00" if said[0] != "+" else "")
    elif said[0] in "0(" or (_DIGITS_APART.search(said) and not _NO_PHONE.fullmatch(said) and not any(date_keys(said))):
        yield "tel:" + digits
