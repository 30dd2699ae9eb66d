"""Numbers, amounts of money and dates in their many spellings, each with one key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

_SIGNS = "$€£¥₹₽₩₺₴₪฿"
_NUMBER = re.compile(rf"(-?)[{_SIGNS}]?([0-9][0-9.,'’_\u00a0\u202f\u2009]*[0-9]|[0-9])(?:[{_SIGNS}%])?")
_THOUSANDS_COMMA = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_THOUSANDS_DOT = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_THOUSANDS_SPACE = re.compile(r"[1-9][0-9]{0,2}(?:['’_\u00a0\u202f\u2009][0-9]{3})+(?:[.,][0-9]+)?")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_LONGEST = 40
_SHORT = 10**_LONGEST
_MOST_BITS = 10_000


def number_of(said: str) -> str:
    """Return the number that ``said`` is, as short as it can be written; empty: it is none, or a name of digits.

    A number with leading zeros is a name (``0042`` is not ``42``).

    >>> number_of("1,000"), number_of("10,00"), number_of("€1.234,50"), number_of("007"), number_of("1.2.3")
    ('1000', '10', '1234.5', '', '')
    """
    match = _NUMBER.fullmatch(said) if len(said) <= _LONGEST else None
    if match is None:
        return ""
    digits = match[2]
    if digits.isdecimal():
        plain = digits
    elif _THOUSANDS_COMMA.fullmatch(digits):
        plain = digits.replace(",", "")
    elif _THOUSANDS_DOT.fullmatch(digits):
        plain = digits.replace(".", "").replace(",", ".")
    elif _THOUSANDS_SPACE.fullmatch(digits):
        plain = re.sub(r"['’_\u00a0\u202f\u2009]", "", digits).replace(",", ".")
    elif _PLAIN.fullmatch(digits):
        plain = digits.replace(",", ".")
    else:
        return ""
    if len(plain) > 1 and plain[0] == "0" and plain[1] != ".":
        return ""
    return _short(match[1] + plain)


def _short(plain: str) -> str:
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def number_text(value: float) -> str:
    """Return a JSON number or truth value as it is written; of an integer that is too long to write, its length.

    >>> number_text(True), number_text(1.50), number_text(10)
    ('true', '1.5', '10')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        bits = value.bit_length()
        return int.__repr__(value) if bits <= _MOST_BITS else f"({bits} bits)"
    return float.__repr__(value)


def key_of_number(value: float) -> str:
    """Return the key of a JSON number.

    >>> key_of_number(10), key_of_number(10.0), key_of_number(1e-3)
    ('#10', '#10', '#0.001')
    """
    if isinstance(value, int):
        return f"#{value}" if -_SHORT < value < _SHORT else f"#{value:#x}"
    plain = repr(value)
    if "e" not in plain and "n" not in plain:
        return f"#{_short(plain)}"
    try:
        return f"#{_short(format(Decimal(repr(value)), 'f'))}"
    except InvalidOperation:
        return f"#{value!r}"


_MONEY = "EUR|Euros?|USD|dollars?|GBP|pounds?|CHF|Franken|francs?|SEK|NOK|DKK|kr|PLN|JPY|yen"
_AMOUNT = re.compile(
    rf"(?<![\w.,-])(?:(?:{_MONEY}|[{_SIGNS}])\s?(-?[0-9][0-9.,'’ \u00a0\u202f\u2009]{{0,30}}[0-9]|[0-9])"
    rf"|(-?[0-9][0-9.,'’ \u00a0\u202f\u2009]{{0,30}}[0-9]|[0-9])\s?(?:(?:{_MONEY})\b|[{_SIGNS}]))(?![\w]|[.,][0-9])",
    re.IGNORECASE,
)
_HAS_MONEY = re.compile(rf"[{_SIGNS}]|(?i:{_MONEY})")
_DOT_AS_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_SPACE_AS_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]{1,2})?")


def amounts(text: str, *, whole: bool = False) -> Iterator[str]:
    """Yield keys of the amounts of money in ``text``, which may have dots or spaces between thousands.

    >>> list(amounts("1.500 EUR or 2 000 €"))
    ['#1500€', '#1500', '#1.5€', '#1.5', '#2000€', '#2000']
    >>> list(amounts("10 dollars", whole=True))
    ['#10$']
    """
    if not whole and _HAS_MONEY.search(text) is None:
        return
    matches = _AMOUNT.finditer(text) if not whole else filter(None, (_AMOUNT.fullmatch(text),))
    for match in matches:
        said = match[1] or match[2]
        unit = unit_of(match.group())
        numbers = [said.replace(".", "")] if _DOT_AS_THOUSANDS.fullmatch(said) else []
        if " " in said:
            if not _SPACE_AS_THOUSANDS.fullmatch(said):
                continue
            said = said.replace(" ", "")
        numbers.append(number_of(said))
        for number in filter(None, numbers):
            yield f"#{number}{unit}"
            if not whole:
                yield f"#{number}"


_OF_UNITS = f"{_SIGNS}%abcdefghijklmnopqrstuvwxyz"
_UNIT = re.compile(rf"[{_SIGNS}%]|(?i:{_MONEY})")
_UNITS = {
    word: sign
    for sign, words in (
        ("$", "usd dollar dollars"), ("€", "eur euro euros"), ("£", "gbp pound pounds"), ("¥", "jpy yen"),
        ("chf", "chf franken franc francs"),
    )
    for word in words.split()
}  # fmt: skip


def bare(key: str) -> str:
    """Return the key of a number without its currency.

    >>> bare("#10€"), bare("#10"), bare("bob")
    ('#10', '#10', 'bob')
    """
    return key.rstrip(_OF_UNITS) if key[:1] == "#" else key


def unit_of(said: str) -> str:
    """Return the currency or the per cent sign of an amount; empty: it has none, as a plain number has.

    >>> unit_of("$10"), unit_of("10 Euro"), unit_of("10%"), unit_of("10")
    ('$', '€', '%', '')
    """
    match = None if said.isdecimal() else _UNIT.search(said)
    return _UNITS.get(match.group().lower(), match.group().lower()) if match else ""


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?<![\w./-])(?:(?P<y>[0-9]{{4}})(?P<sep>[-/.])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<d>[0-9]{{1,2}})"
    rf"|(?P<a>[0-9]{{1,2}})(?P<sep2>[./-])\s?(?P<b>[0-9]{{1,2}})(?P=sep2)\s?(?P<y2>[0-9]{{4}})"
    rf"|(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th|\.)?(?:\s+(?:of|de))?[\s-]+(?P<n3>{_NAMES})\.?(?:\s+(?:de|of))?,?[\s-]+(?P<y3>[0-9]{{4}})"
    rf"|(?P<n4>{_NAMES})\.?\s+(?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>[0-9]{{4}}))"
    r"(?![\w/]|[.-]\w)",
    re.IGNORECASE,
)


_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_MONTH = re.compile(_NAMES, re.IGNORECASE)
_DATE_SIGNS = ("-", "/", ".")
_BEFORE_YEAR = 24
"""Characters of a date before its year, at most."""


def date_keys(text: str, *, anywhere: bool = False) -> Iterator[str]:
    """Yield keys of the date that ``text`` is, or of all dates in it; one that can be read two ways has both.

    >>> list(date_keys("Nov 21st, 2026")), list(date_keys("21.11.2026")), list(date_keys("03/04/2026"))
    (['@2026-11-21'], ['@2026-11-21'], ['@2026-04-03', '@2026-03-04'])
    """
    for match in _dates(text) if anywhere else filter(None, (_DATE.fullmatch(text),)):
        for year, month, day in _readings(match):
            try:
                yield f"@{date(int(year), month, day).isoformat()}"
            except ValueError:
                continue


def date_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the dates in ``text`` stand.

    >>> list(date_places("by 21.11.2026 or 99.99.2026"))
    [(3, 13)]
    """
    for match in _dates(text):
        if any(date_keys(match.group())):
            yield match.span()


def _dates(text: str) -> Iterator[re.Match[str]]:
    """Yield all dates in ``text``: those around its years, as looking at every place would take long."""
    done = 0
    for year in _YEAR.finditer(text):
        start, end = year.span()
        if start < done:
            continue
        match = _DATE.match(text, start) if text[end : end + 1] in _DATE_SIGNS else None
        begin = max(done, start - _BEFORE_YEAR)
        before = text[begin:start]
        if match is None and (before.rstrip()[-1:] in _DATE_SIGNS or _MONTH.search(before)):
            while match is None and begin < start:
                match = _DATE.match(text, begin) if text[begin].isalnum() else None
                begin += 1
        if match:
            done = match.end()
            yield match


def _readings(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    if match["y"]:
        yield match["y"], int(match["m"]), int(match["d"])
    elif match["y2"]:
        first, second = int(match["a"]), int(match["b"])
        yield match["y2"], second, first
        if match["sep2"] != "." and first != second:
            yield match["y2"], first, second
    elif match["y3"]:
        yield match["y3"], _MONTHS[match["n3"].lower()], int(match["d3"])
    else:
        yield match["y4"], _MONTHS[match["n4"].lower()], int(match["d4"])
