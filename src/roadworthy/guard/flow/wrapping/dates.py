"""Dates in whatever spelling, for the generous search: one that can be read several ways has all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_NAMES = (
    "jan january januar janvier enero gennaio gen ene janeiro", "feb february februar février fevrier febrero febbraio",
    "mar march märz marz mars marzo maerz mär", "apr april avril abril aprile avr abr", "may mai mayo maggio mag",
    "jun june juni juin junio giugno giu", "jul july juli juillet julio luglio lug",
    "aug august août aout agosto ago", "sep sept september septembre septiembre settembre set",
    "oct october oktober okt octobre octubre ottobre ott", "nov november novembre noviembre",
    "dec december dezember dez décembre diciembre dicembre dic",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_ROMAN_NUMBERS = "I II III IV V VI VII VIII IX X XI XII"
_ROMAN = {name: number for number, name in enumerate(_ROMAN_NUMBERS.split(), start=1)}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_BETWEEN = r"(?:(?:st|nd|rd|th|er|º|ª)?[\s.,/'’_-]{1,3}(?:(?:of|de|del|den|der)\s{1,2})?['’]?)"
_NUMBER = r"[0-9]{4}|[0-9]{1,2}"
_PATTERNS = (
    re.compile(rf"(?<![0-9])(?=({_NUMBER}){_BETWEEN}({_NUMBER}){_BETWEEN}({_NUMBER})(?![0-9]))"),
    re.compile(rf"(?<![0-9])({_NUMBER})(?:{_BETWEEN})?({_NAME})(?:{_BETWEEN})?({_NUMBER})(?![0-9])", re.IGNORECASE),
    re.compile(rf"(?<![^\W\d_])({_NAME}){_BETWEEN}({_NUMBER}){_BETWEEN}({_NUMBER})(?![0-9])", re.IGNORECASE),
    re.compile(rf"(?<![0-9])({_NUMBER}){_BETWEEN}((?:X|I)?(?:IX|IV|V?I{{1,3}}|V|X)){_BETWEEN}({_NUMBER})(?![0-9])"),
    re.compile(r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})"),
)
_COMPACT = re.compile(r"(?<![0-9])(?:[0-9]{8}|[0-9]{6})(?![0-9])")
_SIGN = re.compile("[0-9]{2}")


def dates_in(text: str, *, is_plain: bool = False) -> Iterator[date]:
    """Yield every day that something in ``text`` may mean.

    Args:
        text: Any.
        is_plain: Whether only dates count that have all digits of their year, and something between their parts.

    >>> sorted(one.isoformat() for one in dates_in("2026年11月21日")), len(list(dates_in("21-Nov-26")))
    (['2026-11-21'], 4)
    """
    if _SIGN.search(text) is None:
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not is_plain or len(match[1]) == 4 or len(match[3]) == 4:
                yield from _readings(match[1], match[2], match[3])
    for match in _COMPACT.finditer(text) if not is_plain else ():
        said = match.group()
        if len(said) == len("20261121"):
            yield from _readings(said[:4], said[4:6], said[6:])
            yield from _readings(said[:2], said[2:4], said[4:])
        else:
            yield from _readings(said[:2], said[2:4], said[4:])


def _readings(first: str, second: str, third: str) -> Iterator[date]:
    for year, month, day in ((first, second, third), (third, second, first), (third, first, second)):
        number = _month(month)
        if not number or not day.isdecimal() or not year.isdecimal() or len(day) > 2:
            continue
        for full in (int(year),) if len(year) == 4 else (1900 + int(year), 2000 + int(year)) if len(year) == 2 else ():
            try:
                yield date(full, number, int(day))
            except ValueError:
                continue


def _month(said: str) -> int:
    if said.isdecimal():
        return int(said) if len(said) <= 2 else 0
    return _MONTHS.get(said.lower(), 0) or _ROMAN.get(said, 0)
