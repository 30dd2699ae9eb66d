"""Finds personal identifiers in text: only kinds that can be told from other numbers with good precision.

Each has a check digit that is computed, a strict national format, or a plan of valid
numbers. A bare run of digits that merely could be an identifier is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.personal.checks import is_issued_card
from roadworthy.sensitive.personal.forms.national import SCHEMES, Scheme
from roadworthy.sensitive.personal.run import compact

_MOST_FINDS = 20_000
"""Candidates of a kind that are looked at in one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One identifier found. Its value is for comparison and goes into no outcome, finding or message."""

    kind: str
    value: str
    """Letters and digits alone, caseless; an e-mail address as it is, caseless."""

    def __repr__(self) -> str:
        return f"Identifier(kind={self.kind!r}, value=…)"


_EMAIL = r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}"
_IBAN = r"(?i)\b[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}"
_CARD = r"\b[0-9](?:[ -]?[0-9]){12,18}\b"
_PHONE = r"\+[0-9(][0-9 ().\-/]{6,24}[0-9]"
_NATIONAL_PHONE = r"\(?[0-9][0-9 ().\-/]{5,20}[0-9]"

_NATIONAL_IDS = tuple(scheme for scheme in SCHEMES if scheme.search)


def identifiers(text: str, *, regions: tuple[str, ...] = ()) -> Iterator[Identifier]:
    """Yield the personal identifiers in ``text``, one kind after the other.

    Args:
        text: Any text.
        regions: Countries (ISO 3166) whose phone numbers count without ``+`` as well.

    >>> [found.kind for found in identifiers("Write to ana@shop.test, card 4111 1111 1111 1111.")]
    ['e-mail address', 'payment card']
    """
    for value in _candidates(_EMAIL, text):
        yield Identifier(kind="e-mail address", value=value.casefold())
    for value in _candidates(_IBAN, text):
        if (number := _iban(value)) is not None:
            yield Identifier(kind="IBAN", value=number)
    for value in _candidates(_CARD, text):
        if is_issued_card(compact(value)):
            yield Identifier(kind="payment card", value=compact(value))
    for scheme in _NATIONAL_IDS:
        for value in _candidates(scheme.search, text):
            if scheme.accepts(value):
                yield Identifier(kind=scheme.name, value=compact(value))
    yield from _phones(text, regions)


def _candidates(shape: str, text: str) -> Iterator[str]:
    seen: set[str] = set()
    for number, found in enumerate(compiled(shape).finditer(text)):
        if number >= _MOST_FINDS:
            return
        value: str = found.group(0)
        if value not in seen:
            seen.add(value)
            yield value


def _iban(candidate: str) -> str | None:
    """Return the IBAN that ``candidate`` starts with: the shape may run on into the next word."""
    from stdnum import iban

    joined = "".join(filter(str.isalnum, candidate)).upper()[:34]
    found = next((joined[:n] for n in _checking(joined) if iban.is_valid(joined[:n], check_country=False)), None)
    return found.casefold() if found else None


def _checking(joined: str) -> Iterator[int]:
    """Yield each length from 15 at which the check digits hold: what else a valid IBAN needs costs far more to tell."""
    head = int("".join(str(int(c, 36)) for c in joined[:4]))
    scale = 10 ** len(str(head)) if joined[:1] != "0" else 10**6
    remainder = 0
    for length, character in enumerate(joined[4:], start=5):
        digits = str(int(character, 36))
        remainder = (remainder * 10 ** len(digits) + int(digits)) % 97
        if length >= 15 and (remainder * scale + head) % 97 == 1:
            yield length


def _iban_length(candidate: str) -> int:
    """Return how many characters of ``candidate``, spaces included, are an IBAN; 0 for none."""
    number = _iban(candidate)
    if number is None:
        return 0
    left = len(number)
    for index, character in enumerate(candidate):
        left -= character.isalnum()
        if left == 0:
            return index + 1
    return 0


def _phones(text: str, regions: tuple[str, ...]) -> Iterator[Identifier]:
    # Imported here: the numbering plans of all countries take longer than every other scorer.
    import phonenumbers

    shapes: tuple[tuple[str, str | None], ...] = ((_PHONE, None), *((_NATIONAL_PHONE, region) for region in regions))
    for shape, region in shapes:
        for candidate in _candidates(shape, text):
            try:
                number = phonenumbers.parse(candidate, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                yield Identifier(kind="phone number", value=phonenumbers.national_significant_number(number))


def _phone_length(candidate: str) -> int:
    import phonenumbers

    try:
        number = phonenumbers.parse(candidate, None)
    except phonenumbers.NumberParseException:
        return 0
    return len(candidate) if phonenumbers.is_valid_number(number) else 0


def _valid_length(scheme: Scheme, candidate: str) -> int:
    return len(candidate) if scheme.accepts(candidate) else 0


KINDS: tuple[tuple[str, str, Callable[[str], int]], ...] = (
    ("e-mail address", _EMAIL, len),
    ("IBAN", _IBAN, _iban_length),
    ("payment card", _CARD, lambda candidate: len(candidate) if is_issued_card(compact(candidate)) else 0),
    *((scheme.name, scheme.search, partial(_valid_length, scheme)) for scheme in _NATIONAL_IDS),
    ("phone number", _PHONE, _phone_length),
)
"""Each kind with the shape of its candidates, and how many characters of a candidate are one; 0 for none."""
