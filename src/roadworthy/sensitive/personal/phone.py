"""Telephone numbers: international ones everywhere, national ones by how they are written or by the words beside them.

The form counts and not whether a number is in service: numbers kept free for films
(``555-01xx``) are found as well, since covering one does no harm.

Source: ITU-T E.164 (country codes, at most 15 digits), E.123 (notation).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from roadworthy.sensitive.personal.context import NUMBER_OF
from roadworthy.sensitive.personal.forms.phone import (
    CHINESE_MOBILE,
    COUNTRY_CODES,
    NORTH_AMERICAN,
    UNMISTAKABLE,
    WITH_TRUNK_ZERO,
)
from roadworthy.sensitive.personal.forms.words import Topic
from roadworthy.sensitive.personal.kind import SHAPED, TOLD, Found, Kind
from roadworthy.sensitive.personal.layout import shape_of
from roadworthy.sensitive.personal.run import Run

_WRITTEN = re.compile(r"[+(]{0,2}[0-9](?:[ .\-/()]{0,3}+[0-9])*+")
_GROUP = re.compile("0+")
_ALL_BUT_DIGITS = b" .-/()+"
_PART_AFTER = frozenset(":.,")
"""What joins the parts of a time or of a number with decimals."""

_OPENERS = ("+", "(")
_EXTENSION = re.compile(
    r"\)?,?[ ]?(?:x|ext\.?|extension|Ext\.?|EXT\.?|#|Durchwahl|poste|int\.?|wew\.?)[ .:]?[0-9]{1,6}(?![0-9A-Za-z])"
)
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}([-./ ])[01]?[0-9]\1[0-3]?[0-9](?![0-9]|[-./][0-9])|[0-3]?[0-9]([-./])[0-3]?[0-9]\2(?:19"
    r"|20)?[0-9]{2}(?![0-9]|[-./][0-9])"
    r"|(?:1[5-9]|20)[0-9]{2} ?[-/] ?(?:1[5-9]|20)?[0-9]{2}(?![0-9])"
)

_LABEL_AFTER = re.compile(
    r"[ ]?[-–(,]{0,2}[ ]?(?:office|fax|mobile|cell|home|work|desk|direct|main|tel|phone|büro|bureau|oficina|ufficio"
    r"|fijo|privat|dienstlich|portable"
    r"|móvil|cellulare|telemóvel|mobiel|kom|mob)\b",
    re.IGNORECASE,
)
"""What people write behind a number to say which telephone it is."""

_BEFORE_LABEL, _BEFORE_EXTENSION = frozenset(" -–(,"), frozenset("), xeE#Dpiw")

_PHONE = NUMBER_OF[Topic.PHONE]
_AGAINST = frozenset(
    NUMBER_OF[topic]
    for topic in (
        Topic.OTHER_NUMBER, Topic.CARD, Topic.ACCOUNT, Topic.ROUTING, Topic.MEDICAL, Topic.PASSPORT, Topic.DRIVER,
        Topic.VAT,
        Topic.DEVICE, Topic.COORDINATES, Topic.NATIONAL, Topic.TAX,
    )
)  # fmt: skip
_MOST, _LEAST_TOLD, _LEAST_BARE, _MOST_GROUPS = 15, 6, 7, 8


def phones(run: Run, *, regions: frozenset[str]) -> Sequence[Found]:
    """Return the telephone numbers in one run of digits.

    Args:
        run: Where to look.
        regions: Countries whose numbers are expected as they are written at home: bare ten digits of ``US`` …
    """
    plan = run.layout
    if plan.digits < _LEAST_TOLD and run.is_short:
        return ()
    text, begin = run.text, run.first
    is_whole = plan.pieces == 1 or (plan.pieces == 2 and run.base < run.start)
    is_alone = is_whole and not (regions or _PHONE in run.told) and text[begin - 1 : begin] not in _OPENERS
    if is_alone and not text.startswith("00", begin) and not _is_labelled(text, run.end):
        # Nothing beside it makes it a telephone number, as with most cards, amounts and identifiers.
        return ()
    if run.start == begin:
        least = max(run.floor, begin - 2)
        while begin > least and text[begin - 1] in "+(":
            begin -= 1
        written = _WRITTEN.match(text, begin, run.end + 1)
        end = written.end() if written else begin
        if text[end : end + 1] == ")" and "(" in text[begin:end]:
            end += text.count("(", begin, end) > text.count(")", begin, end)
        after = text[end : end + 1]
        if end > begin and (not after.isalpha() or not after.isascii() or _EXTENSION.match(text, end)):
            found = _whole(run, begin, end, regions)
            if found is not None:
                return (found,)
    return tuple(_by_window(run)) if plan.phones or not run.is_short else ()


def _whole(run: Run, begin: int, end: int, regions: frozenset[str]) -> Found | None:
    """Return the run as one number, if it is one."""
    text = run.text
    written = text[begin:end]
    shape = shape_of(written)
    count = shape.count("0")
    if not _LEAST_TOLD <= count <= _MOST + 1 or run.is_amount or _is_part(text, begin):
        return None
    digits = written.encode().translate(None, _ALL_BUT_DIGITS).decode()
    if shape[0] == "+" or shape[:2] == "(+" or digits[:2] == "00":
        found = _international(run, begin, end, digits)
        if found is not None or "+" in shape:
            return found
    is_bare = len(shape) == count
    is_formed = not is_bare and _is_home(shape, digits)
    is_labelled = _is_labelled(text, end)
    if not (is_formed or is_labelled or _PHONE in run.told or (is_bare and regions)):
        return None
    words = run.about()
    is_about = is_labelled or _PHONE in words
    if is_bare:
        return _bare(run, begin, end, digits, is_about=is_about, regions=regions)
    is_at_home = is_formed and (is_about or words.isdisjoint(_AGAINST))
    if not is_at_home and not (is_about and _could_be_told(written, shape, digits)):
        return None
    if _DATE.fullmatch(written.strip("( )")):
        return None
    return _found(text, begin, end, 0.8 if is_at_home else 0.6, SHAPED if is_at_home else TOLD)


def _bare(run: Run, begin: int, end: int, digits: str, *, is_about: bool, regions: frozenset[str]) -> Found | None:
    """Return a number without signs, if words about telephones are near, or it is of a form that is expected."""
    if is_about and len(digits) >= _LEAST_BARE and len(set(digits)) > 1:
        return _found(run.text, begin, end, 0.6, TOLD)
    is_expected = "US" in regions and len(digits) == 10 and _is_north_american(digits)
    return _found(run.text, begin, end, 0.5, TOLD) if is_expected and run.about().isdisjoint(_AGAINST) else None


def _international(run: Run, begin: int, end: int, digits: str) -> Found | None:
    text = run.text
    has_plus = "+" in text[begin : begin + 2]
    number = digits if has_plus else digits[2:]
    if not len(number) >= 7 or COUNTRY_CODES.isdisjoint((number[:1], number[:2], number[:3])):
        return None
    if has_plus:
        return (
            None
            if begin and text[begin - 1].isalnum() and text[begin - 1].isascii()
            else _found(text, begin, end, 0.9, SHAPED)
        )
    is_grouped = end - begin > len(digits) and len(number) >= 9 and run.about().isdisjoint(_AGAINST)
    return _found(text, begin, end, 0.6, TOLD) if is_grouped or _PHONE in run.about() else None


def _is_home(shape: str, digits: str) -> bool:
    """Whether the number is written as one is at home, and hardly anything else is."""
    if shape in NORTH_AMERICAN:
        return len(digits) == 10 or digits[0] == "1"
    if shape in UNMISTAKABLE or (shape in CHINESE_MOBILE and digits[0] == "1" and digits[1] in "3456789"):
        return True
    if digits[0] != "0":
        return shape == "000 000 0000" and _is_north_american(digits)
    if shape in WITH_TRUNK_ZERO:
        return digits[1] != "0"
    if shape[0] == "(" and ")" in shape:
        return 8 <= len(digits) <= 12
    groups = [len(group) for group in _GROUP.findall(shape)]
    is_grouped = 2 <= len(groups) <= 5 and min(groups) >= 2 and max(groups) <= 8 and "." not in shape
    return is_grouped and 9 <= len(digits) <= 12 and digits[1] != "0"


def _is_north_american(digits: str) -> bool:
    return digits[0] > "1" and digits[3] > "1" and digits[1:3] != "11"


def _could_be_told(written: str, shape: str, digits: str) -> bool:
    """Whether words about telephones may make it one: it begins with no date and is no decimal number or IP address."""
    groups = _GROUP.findall(shape)
    return (
        len(groups) <= _MOST_GROUPS
        and max(map(len, groups)) >= 2
        and len(set(digits)) > 1
        and _DATE.match(written.strip("( )")) is None
        and not (shape.count(".") in (1, 3) and set(shape) == {"0", "."} and (len(groups) == 2 or len(digits) < 13))
    )


def _by_window(run: Run) -> Iterator[Found]:
    """Yield numbers among others, where their form is unmistakable."""
    text = run.text
    if run.is_amount:
        return
    for base, plan in run.blocks():
        for low, high, shape in plan.phones:
            start, end = base + low, base + high
            opener = "(" if text[start - 1 : start] == "(" and ")" in shape else ""
            start -= len(opener)
            if opener + shape in NORTH_AMERICAN or opener + shape in UNMISTAKABLE:
                words = run.beside(start, end)
                if _PHONE in words or words.isdisjoint(_AGAINST):
                    yield _found(text, start, end, 0.8, SHAPED)


def _is_part(text: str, begin: int) -> bool:
    """Whether digits stand before, as in a time or in a number with decimals."""
    before = text[max(begin - 2, 0) : begin]
    return before[1:] in _PART_AFTER and before[0] in "0123456789"


def _is_labelled(text: str, end: int) -> bool:
    """Whether the words behind say which telephone it is."""
    after = text[end : end + 1]
    return (after in _BEFORE_LABEL or after.isalpha()) and _LABEL_AFTER.match(text, end) is not None


def _found(text: str, start: int, end: int, confidence: float, rank: int) -> Found:
    more = _EXTENSION.match(text, end) if text[end : end + 1] in _BEFORE_EXTENSION else None
    return Found(start, more.end() if more else end, Kind.PHONE, confidence, rank=SHAPED if rank == SHAPED else TOLD)
