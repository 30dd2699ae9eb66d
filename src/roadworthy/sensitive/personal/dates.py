"""Dates of birth: a date with words of birth before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.sensitive.personal.context import places
from roadworthy.sensitive.personal.forms.words import Topic
from roadworthy.sensitive.personal.kind import TOLD, Found, Kind

_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|fevr|mars|avr|juin|juil|août|aout|déc"
    "|ene|abr|ago|dic|enero|gen|mag|giu"
    "|lug|set|ott|fev|out|mrt|mei|maa|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|led|úno|bře|dub|kvě|čer|srp|zář"
    "|říj|pro|tam|hel|huh|tou|kes|hei|elo"
    "|syy|lok|mar|ян|фев|мар|апр|ма|июн|июл|авг|сен|окт|ноя|дек|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|ian|iun|iul"
    "|febr|márc|ápr|máj|jún|júl"
)
_YEAR = r"(?:18|19|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?<![\w.])(?:{_YEAR}[-./ ]{{1,2}}[01]?[0-9][-./ ]{{1,2}}[0-3]?[0-9](?:T[0-9:.Z+]{{4,20}})?"
    rf"|[0-3]?[0-9](?:[-/]|\. ?)[0-3]?[0-9](?:[-/]|\. ?)(?:{_YEAR}|[0-9]{{2}})(?![0-9])"
    rf"|[0-3]?[0-9] [0-3]?[0-9] {_YEAR}(?![0-9])"
    rf"|[0-3]?[0-9](?:st|nd|rd|th|er|º|ª|\.)?[ -](?:of |de |d')?(?:{_MONTHS})[^\W\d_]{{0,9}}\.?,?[ -](?:de |del |of"
    rf" )?(?:{_YEAR}|'?[0-9]{{2}})"
    rf"|{_YEAR}年[0-9]{{1,2}}月[0-9]{{1,2}}日|{_YEAR}년 ?[0-9]{{1,2}}월 ?[0-9]{{1,2}}일"
    rf"|{_YEAR}[01][0-9][0-3][0-9])(?![0-9])",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<![\w.])(?:{_MONTHS})[^\W\d_]{{0,9}}\.? [0-3]?[0-9](?:st|nd|rd|th)?,? (?:{_YEAR}|'[0-9]{{2}})", re.IGNORECASE
)
_MAY_BE_MONTH_FIRST = re.compile(r" [0-3]?[0-9](?:st|nd|rd|th)?,? (?:18|19|20|')[0-9]")
_DIGIT = re.compile("[0-9]")
_TIME = re.compile("[T ]{1,2}[0-2][0-9]:[0-5][0-9]")
_BEHIND, _AHEAD = 72, 32
"""Characters behind words of birth, and ahead of them, in which a date is one of birth."""


def births(text: str, folded: str) -> Iterator[Found]:
    """Yield the dates beside which words speak of a birth."""
    for start, end in places(folded, topic=Topic.BORN):
        for low, high in ((max(start - _AHEAD, 0), start), (end, end + _BEHIND)):
            digit = _DIGIT.search(text, low, high)
            if digit is None:
                continue
            found = list(_DATE.finditer(text, digit.start(), high))
            if _MAY_BE_MONTH_FIRST.search(text, low, high):
                found += _MONTH_FIRST.finditer(text, low, high)
            for date in found:
                if low < start and _TIME.match(text, date.end()):
                    # When it was written down.
                    continue
                yield Found(*date.span(), Kind.DATE_OF_BIRTH, 0.6, rank=TOLD)
