"""Numbers with a format and a check: cards, IBANs, national and tax identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.sensitive.personal.checks import IBAN_LENGTHS, is_iban, is_issued_card, luhn
from roadworthy.sensitive.personal.context import NUMBER_OF, TOPICS
from roadworthy.sensitive.personal.forms.national import SCHEMES, Scheme
from roadworthy.sensitive.personal.forms.words import Topic
from roadworthy.sensitive.personal.kind import CHECKED, SHAPED, TOLD, Found, Kind, Wanted
from roadworthy.sensitive.personal.layout import SCHEMES_OF, SPACED, Layout, Window
from roadworthy.sensitive.personal.run import FEWEST_IN_IBAN, Run

_LINED = re.compile(
    r"[0-9]{4}(?<![0-9A-Za-z][0-9]{4})(?<![0-9][ -][0-9]{4})"
    r"(?:([ -])[0-9]{4}\1[0-9]{4}[ \t-]?\r?\n[ \t>]{0,4}[0-9]{1,7}"
    r"|[ -]?[0-9]{4}[ \t-]?\r?\n[ \t>]{0,4}[0-9]{4}[ -]?[0-9]{4}"
    r"|[ \t-]?\r?\n[ \t>]{0,4}[0-9]{4}([ -])[0-9]{4}\2[0-9]{4}|[ -][0-9]{6}[ \t-]?\r?\n[ \t>]{0,4}[0-9]{4,5})"
    r"(?![0-9A-Za-z]|[ -][0-9])"
)
_NEXT_LINE = re.compile(r"\n(?:(?<=[0-9]\n)|(?<=[0-9][ \t-]\n)|(?<=[0-9]\r\n)|(?<=[0-9][ \t-]\r\n))[ \t>]{0,4}[0-9]")
"""Without this there is none. It begins with one character, for which `re` searches many times faster."""

_YEARS, _CENTURIES = re.compile(r"(?:(?:19|20)[0-9]{2}[ -]?)+"), frozenset({"19", "20"})
_LETTER = re.compile(r"[ -]?[A-Za-z](?![0-9A-Za-z])")
_EPOCH = re.compile("1[4-9][0-9]{11}")
"""Milliseconds since 1970, from 2014 on."""

_ONE_BY_ONE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9] )[0-9](?: [0-9]){11,18}(?![0-9A-Za-z])(?! [0-9](?![0-9A-Za-z]))")
_WITHOUT_DIGIT = frozenset({"", "is_cpr", "is_ssn", "is_nino", "stdnum.ar.dni", "stdnum.us.ein", "is_itin"})
"""Checks of a range of numbers: the form tells, or the words beside it."""

_UNCHECKED = _WITHOUT_DIGIT | {"is_dni_pe"}

_ASIDE = len(TOPICS)
_CARD, _OTHER = NUMBER_OF[Topic.CARD], NUMBER_OF[Topic.OTHER_NUMBER]
_NATIONAL = frozenset({NUMBER_OF[Topic.NATIONAL]})
_TAX = _NATIONAL | {NUMBER_OF[Topic.TAX]}
_SHAPES_ALONE = frozenset(shape for scheme in SCHEMES for shape in scheme.stands_alone)


_NO_WORDS: frozenset[int] = frozenset()
_WORDS_OF = {shape: _TAX | {_OTHER} | {_ASIDE + number for number in schemes} for shape, schemes in SCHEMES_OF.items()}
"""What words can say of a number, by its form: without any, there is no need to see where they stand."""


def numbers(run: Run, *, wanted: Wanted, regions: frozenset[str]) -> list[Found]:
    """Return the cards and identifiers in one run of digits."""
    everything: list[Found] = []
    if run.is_short and not run.layout.holds_numbers:
        return everything
    for base, plan in ((run.base, run.layout),) if run.is_short else run.blocks():
        cards = _cards(run, base, plan) if wanted.card and plan.cards else []
        everything += cards
        for low, high, shape in plan.identifiers if wanted.identifiers else ():
            if run.told.isdisjoint(_WORDS_OF[shape]) and shape not in _SHAPES_ALONE:
                continue
            window = Window(base + low, base + high, shape)
            found = None if cards and _is_part(window, cards) else _identifier(run, window, wanted, regions)
            if found is not None:
                everything.append(found)
    if wanted.card and run.layout.pieces >= SPACED:
        everything += _spaced(run)
    return everything


def _is_part(window: Window, cards: list[Found]) -> bool:
    """Whether the window is a part of a card, which stands against it anyway."""
    return any(
        one.rank is CHECKED
        and one.start <= window.start
        and window.end <= one.end
        and window.end - window.start < one.end - one.start
        for one in cards
    )


def _cards(run: Run, base: int, plan: Layout) -> list[Found]:
    found = []
    for low, high, _ in plan.cards:
        start, end = base + low, base + high
        digits = run.text[start:end]
        if not digits.isdigit():
            digits = digits.replace(" ", "").replace("-", "").replace(".", "")
        if is_issued_card(digits):
            found.append(Found(start, end, Kind.CARD, 0.9, rank=CHECKED))
        elif _CARD in run.told and luhn(digits) and len(set(digits)) > 1 and _CARD in run.beside(start, end):
            found.append(Found(start, end, Kind.CARD, 0.6, rank=TOLD))
    return found


def lined_cards(text: str) -> Iterator[Found]:
    """Yield cards whose number goes on in the next line."""
    if _NEXT_LINE.search(text) is None:
        return
    for found in _LINED.finditer(text):
        if is_issued_card("".join(filter(str.isdigit, found.group()))):
            yield Found(*found.span(), Kind.CARD, 0.9, rank=CHECKED)


def _spaced(run: Run) -> Iterator[Found]:
    """Yield cards whose digits stand one by one, with a space after each."""
    for found in _ONE_BY_ONE.finditer(run.text, run.start, run.end):
        digits = found.group().replace(" ", "")
        if is_issued_card(digits):
            yield Found(*found.span(), Kind.CARD, 0.9, rank=CHECKED)


def _identifier(run: Run, window: Window, wanted: Wanted, regions: frozenset[str]) -> Found | None:
    """Return the identifier that the window is: of a wanted region first, then by words beside it, then by itself."""
    is_told = not run.told.isdisjoint(_WORDS_OF[window.shape])
    text = run.text[window.start : window.end]
    if len(set(text)) < 3 or (text[:2] in _CENTURIES and _YEARS.fullmatch(text)):
        return None
    words = run.beside(window.start, window.end) if is_told else _NO_WORDS
    if not words and window.shape not in _SHAPES_ALONE:
        return None
    if text[0] == "1" and _EPOCH.fullmatch(text) and not any(number >= _ASIDE for number in words):
        return None
    candidates = SCHEMES_OF[window.shape]
    if len(candidates) > 1 and words:
        # What the words name and the check disproves is not another country's number by chance.
        candidates = [number for number in candidates if _ASIDE + number in words] or candidates
    best: tuple[int, Scheme] | None = None
    for number in candidates:
        scheme = SCHEMES[number]
        if not (wanted.tax_id if scheme.kind is Kind.TAX_ID else wanted.national_id):
            continue
        standing = _standing(scheme, window, text, words=words, own=_ASIDE + number, regions=regions)
        if standing and (best is None or standing > best[0]) and _accepts(scheme, run.text, window):
            best = (standing, scheme)
    if best is None:
        return None
    standing, scheme = best
    has_check = scheme.check not in _WITHOUT_DIGIT
    rank = CHECKED if has_check and (scheme.is_rare or standing >= _BY_WORDS) else SHAPED if has_check else TOLD
    confidence = 1.0 if scheme.is_rare else 0.9 if has_check else 0.6
    return Found(window.start, window.end, scheme.kind, confidence, scheme.country, scheme.name, rank)


def _accepts(scheme: Scheme, text: str, window: Window) -> bool:
    """Whether the number passes, and is no part of one that ends with a letter for its check, which disproves it."""
    is_part = scheme.check in _UNCHECKED and _LETTER.match(text, window.end) is not None
    return not is_part and scheme.accepts(text[window.start : window.end])


_ALONE, _GENERALLY, _BY_WORDS = 1, 2, 3


def _standing(
    scheme: Scheme, window: Window, text: str, *, words: frozenset[int], own: int, regions: frozenset[str]
) -> int:
    """Return what lets the number be looked at: its own words, general words, its format alone; 0 for nothing."""
    if own in words:
        return _BY_WORDS
    if (scheme.is_rare or scheme.country in regions) and words & (_TAX if scheme.kind is Kind.TAX_ID else _NATIONAL):
        return _GENERALLY
    if window.shape not in scheme.stands_alone or (_OTHER in words and not scheme.is_rare):
        return 0
    return _ALONE if text == text.upper() else 0


_CHECK_DIGITS = re.compile(r"[0-9]{2}(?:(?<=[A-Za-z]{2}[0-9]{2})|(?<=[A-Z]{2}[ -][0-9]{2}))(?=[ .-]?[0-9A-Za-z])")
"""The check digits behind a country. The pattern begins with a class, for which `re` searches many times faster."""

_CAPITAL, _SMALL = re.compile(r"[ -]?[0-9]{2}(?:[ .-]?[0-9A-Z])*+"), re.compile(r"[ -]?[0-9]{2}(?:[ .-]?[0-9a-z])*+")
_GROUPING = re.compile(r"[ .-]")


def ibans(text: str) -> Iterator[Found]:
    """Yield the IBANs whose length and check digits are right."""
    after = 0
    for found in _CHECK_DIGITS.finditer(text):
        at = found.start() - 2 - (not text[found.start() - 1].isalpha())
        length = IBAN_LENGTHS.get(text[at : at + 2].upper())
        if length is None or at < after or text[at - 1 : at].isalnum():
            continue
        end = _end_of_iban(text, at, length)
        value = _GROUPING.sub("", text[at:end])
        if end and sum(map(str.isdigit, value)) >= FEWEST_IN_IBAN and is_iban(value):
            after = end
            yield Found(at, end, Kind.IBAN, 1.0, country=value[:2].upper(), rank=CHECKED)


def _end_of_iban(text: str, at: int, length: int) -> int:
    """Return where ``length`` letters and digits from ``at`` on end, and a word with them; 0: nowhere."""
    found = (_CAPITAL if text[at].isupper() else _SMALL).match(text, at + 2, at + 2 * length)
    if found is None:
        return 0
    end = at
    while length and end < found.end():
        length -= text[end].isalnum()
        end += 1
    return 0 if length or text[end : end + 1].isalnum() else end
