"""Numbers that only the words beside them tell: licences, passports, patients, accounts, plates, vehicles, devices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from roadworthy.sensitive.personal.checks import is_routing_number, is_vehicle_id, luhn, mrz_digit
from roadworthy.sensitive.personal.context import NUMBER_OF, near, places
from roadworthy.sensitive.personal.forms.words import Topic
from roadworthy.sensitive.personal.kind import CHECKED, SHAPED, TOLD, Found, Kind
from roadworthy.sensitive.personal.run import Run

_JOINED = re.compile(r"[0-9A-Za-z]+(?:[-./][0-9A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class _Told:
    """One kind, the words that tell it, and how its numbers are written (letters in capitals)."""

    topic: Topic
    kind: Kind
    shape: re.Pattern[str]
    check: Callable[[str], bool] | None = None


def _told(topic: Topic, kind: Kind, shape: str, check: Callable[[str], bool] | None = None) -> _Told:
    return _Told(topic, kind, re.compile(shape), check)


_WRITTEN_IDS = r"(?=[^0-9]*[0-9](?:[^0-9]*[0-9]){2})[0-9A-Z](?:[-./ ]?[0-9A-Z]){4,23}"
_TOLD = (
    _told(Topic.VEHICLE, Kind.VEHICLE_ID, r"[0-9A-HJ-NPR-Z]{17}"),
    _told(Topic.DEVICE, Kind.DEVICE_ID, r"[0-9]{2}[- ]?[0-9]{6}[- ]?[0-9]{6}[- ]?[0-9]", luhn),
    _told(Topic.DRIVER, Kind.DRIVER_LICENCE, r"(?=[^0-9]*[0-9](?:[^0-9]*[0-9]){1})[0-9A-Z](?:[-./ *]?[0-9A-Z]){4,23}"),
    _told(Topic.PASSPORT, Kind.PASSPORT,
          r"(?=[^0-9]*[0-9](?:[^0-9]*[0-9]){4})[A-Z]{0,3} ?[0-9][0-9A-Z]{4,9}|"
          r"[0-9]{2} ?[0-9]{2} ?[0-9]{6}|[0-9]{2} [0-9]{7}|"
          r"[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8}"),
    _told(Topic.MEDICAL, Kind.MEDICAL_ID, _WRITTEN_IDS),
    _told(Topic.VAT, Kind.VAT_NUMBER, r"(?:[A-Z]{2,3} ?-?)?[0-9A-Z](?:[-. ]?[0-9A-Z]){6,13}"),
    _told(Topic.ROUTING, Kind.BANK_ACCOUNT, r"[0-9]{9}|[0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2}|[0-9]{3}[ -][0-9]{3}"
    r"|[0-9]{3} ?[0-9]{3} ?[0-9]{2}"
          r"|[A-Z]{4}0[0-9A-Z]{6}|[0-9]{5}-[0-9]{3}"),
    _told(Topic.ACCOUNT, Kind.BANK_ACCOUNT, r"[0-9](?:[- ./]?[0-9]){5,21}"),
)  # fmt: skip
"""In order: the first whose words and form fit counts."""

_NUMBERS = frozenset(NUMBER_OF[told.topic] for told in _TOLD)
_LONGEST, _FURTHEST = 26, 48
_STAMP = re.compile("(?:19|20)[0-9]{2}([-/.])[01][0-9]\\1[0-3][0-9](?![0-9])")
"""What a line of a log begins with."""

LONGEST_LINES = 2 * 44 + 1
_MRZ = re.compile(
    r"(?<![0-9A-Z<])(?:P[A-Z<][A-Z]{3}[A-Z<]{39}\s{0,2})?([0-9A-Z<]{9}[0-9])[A-Z<]{3}([0-9]{6}[0-9])[MFX<]([0-9]{6}[0-9])[0-9A-Z<]{14}[0-9<][0-9]"
    r"(?![0-9A-Z<])"
)
_BIC = re.compile(r"(?<![0-9A-Za-z])[A-Z]{4}[A-Z]{2}[0-9A-Z]{2}(?:[0-9A-Z]{3})?(?![0-9A-Za-z])")
_COORDINATES = re.compile(
    r"(?<![\w.])[-+]?(?:[0-8]?[0-9]|90)\.[0-9]{3,10}°?,? ?[NS]?,? ?(?<=[ ,])[-+]?(?:1[0-7][0-9]|[0-9]?[0-9]"
    r"|180)\.[0-9]{3,10}°?(?: ?[EW])?(?![\w.]|\.[0-9])"
    r"|(?<![\w.])[0-9]{1,2}° ?[0-9]{1,2}['′] ?(?:[0-9]{1,2}(?:\.[0-9]{1,4})?[\"″] ?)?[NS],? ?[0-9]{1,3}°"
    r" ?[0-9]{1,2}['′] ?(?:[0-9]{1,2}(?:\.[0-9]{1,4})?[\"″] ?)?[EW]"
)


def labelled(run: Run, *, kinds: frozenset[Kind]) -> Iterator[Found]:
    """Yield what the words beside one run of digits tell it to be."""
    words = run.close() & _NUMBERS or run.about() & _NUMBERS
    if not words or run.end - run.start > _FURTHEST or _STAMP.match(run.text, run.start):
        return
    text = run.text
    stretches = {(run.start, run.end)}
    if run.base < run.start and text[run.base].isupper():
        stretches.add((run.base, run.end))
    joined = _JOINED.match(text, run.start)
    if joined is not None:
        stretches.add(joined.span())
    for begin, end in sorted(stretches, key=lambda span: span[0] - span[1]):
        if end - begin > _LONGEST or text[begin - 1 : begin].isalnum():
            continue
        found = _as_told(text, begin, end, words, kinds)
        if found is not None:
            yield found
            return


def _as_told(text: str, start: int, end: int, words: frozenset[int], kinds: frozenset[Kind]) -> Found | None:
    value = text[start:end].upper()
    for told in _TOLD:
        if NUMBER_OF[told.topic] not in words or told.kind not in kinds or told.shape.fullmatch(value) is None:
            continue
        joined = "".join(filter(str.isalnum, value))
        if told.check is not None and not told.check(joined):
            continue
        is_checked = told.kind is Kind.VEHICLE_ID and is_vehicle_id(joined)
        is_checked = is_checked or (told.kind is Kind.BANK_ACCOUNT and is_routing_number(joined))
        return Found(start, end, told.kind, 0.9 if is_checked else 0.6, rank=SHAPED if is_checked else TOLD)
    return None


def travel_documents(text: str) -> Iterator[Found]:
    """Yield machine-readable lines of passports whose check digits hold (ICAO Doc 9303)."""
    for found in _MRZ.finditer(text):
        if all(mrz_digit(field[:-1]) == int(field[-1]) for field in found.groups()):
            yield Found(*found.span(), Kind.PASSPORT, 1.0, name="machine-readable lines", rank=CHECKED)


def bank_codes(text: str, folded: str) -> Iterator[Found]:
    """Yield BICs with a country in them, where words speak of one."""
    for found in _BIC.finditer(text):
        if found.group()[4:6] in _COUNTRIES and NUMBER_OF[Topic.BIC] in near(
            folded, start=found.start(), end=found.end()
        ):
            yield Found(*found.span(), Kind.BIC, 0.9, country=found.group()[4:6], rank=SHAPED)


def plates(text: str, folded: str) -> Iterator[Found]:
    """Yield plates of vehicles behind words for them."""
    for _, end in places(folded, topic=Topic.PLATE):
        found = _PLATE.match(text, end)
        if found is not None:
            yield Found(*found.span(1), Kind.LICENCE_PLATE, 0.6, rank=TOLD)


_PLATE = re.compile(
    r"[\w.]{0,12}(?:[ ](?:is|was|are|number|no\.?|nr\.?|num|ist|est|es|è|é|lautet|to|jest|är|er|on|n°"
    r"|nº)\b){0,2}[ :#=\"'-]{0,4}"
    r"(?<![0-9A-Za-z])((?=[^0-9\n]{0,9}[0-9])[0-9A-ZÄÖÜА-Я]{1,5}(?:[-· .]{0,2}[0-9A-ZÄÖÜА-Я]{1,5}){1,3})(?![0-9A-Za-z])"
)
_CODES = (
    "ADAEAFAGAIALAMAOARATAUAWAZBABBBDBEBFBGBHBIBJBMBNBOBRBSBTBWBYBZCACDCFCGCHCICLCMCNCOCRCUCVCYCZDEDJDKDM"
    "DODZECEEEGESETFIFJFOFRGAGBGDGEGGGHGIGLGMGNGRGTGUGYHKHNHRHTHUIDIEILIMINIQIRISITJEJMJOJPKEKGKHKIKMKRKW"
    "KYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMKMLMMMNMOMRMTMUMVMWMXMYMZNANENGNINLNONPNZOMPAPEPGPHPKPLPRPSPTPY"
    "QARORSRURWSASBSCSDSESGSISKSLSMSNSOSRSSSTSVSYSZTCTDTGTHTJTLTMTNTRTTTWTZUAUGUSUYUZVAVCVEVGVNVUWSXKYEZA"
    "ZMZW"
)
_COUNTRIES = frozenset(_CODES[at : at + 2] for at in range(0, len(_CODES), 2))
"""ISO 3166."""


def coordinates(text: str) -> Iterator[Found]:
    """Yield pairs of latitude and longitude of three decimal places or more, about a hundred metres."""
    for found in _COORDINATES.finditer(text):
        yield Found(*found.span(), Kind.COORDINATES, 0.6, rank=TOLD)
