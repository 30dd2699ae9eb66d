"""Numbers, signs and days of the week as words: English, German, French, Spanish and Italian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

_UNITS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici "
    "diciassette diciotto diciannove",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante septante quatre-vingt nonante",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
}
_ORDINAL = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
"""
_FURTHER: dict[str, dict[str, int]] = {
    "en": {"oh": 0, "nought": 0, "hundred": 100, "thousand": 1000, "million": 10**6}
    | {
        word: place
        for place, word in enumerate(
            _ORDINAL.split(),
            start=1,
        )
    }
    | {"thirtieth": 30},
    "de": {"ein": 1, "zwo": 2, "dreissig": 30, "fuenf": 5, "zwoelf": 12}
    | {"hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6},
    "fr": {"une": 1, "quatre-vingts": 80, "quatre vingt": 80, "quatre vingts": 80, "huitante": 80, "dix sept": 17}
    | {"dix huit": 18, "dix neuf": 19, "cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6},
    "es": {"un": 1, "una": 1, "veintiuno": 21, "veintiún": 21, "veintidós": 22, "veintitrés": 23, "veinticuatro": 24}
    | {"veinticinco": 25, "veintiséis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29}
    | {"cien": 100, "ciento": 100, "mil": 1000, "millón": 10**6, "millones": 10**6}
    | {
        f"{word}cient{end}s": number
        for word, number in (
            ("dos", 200), ("tres", 300), ("cuatro", 400), ("seis", 600), ("sete", 700), ("ocho", 800), ("nove", 900),
        )
        for end in "oa"
    }
    | {"quinientos": 500, "quinientas": 500},
    "it": {"un": 1, "cento": 100, "mille": 1000, "mila": 1000, "milione": 10**6, "milioni": 10**6}
    | {f"{ten[:-1]}{unit}": number for ten, unit, number in (
        (ten, unit, 10 * (place + 2) + one)
        for place, ten in enumerate(_TENS["it"].split())
        for unit, one in (("uno", 1), ("un", 1), ("otto", 8))
    )},
}  # fmt: skip
_BETWEEN = {"en": "and|&", "de": "und", "fr": "et", "es": "y", "it": "e"}
_ORDINALS = 32
_AGAIN = {"double": 2, "triple": 3, "doppel": 2}


@dataclass(frozen=True, slots=True)
class _Language:
    words: dict[str, int]
    run: re.Pattern[str]
    word: re.Pattern[str]


def _language(name: str) -> _Language:
    words = {word: number for number, word in enumerate(_UNITS[name].split())}
    tens = {word: 10 * number for number, word in enumerate(_TENS[name].split(), start=2)}
    words |= tens | _FURTHER[name]
    if name == "de":
        ones = {word: number for word, number in words.items() if 0 < number < 10 and word != "eins"}
        words |= {f"{one}und{ten}": tens[ten] + ones[one] for ten in tens for one in ones}
    words |= {plain: number for word, number in words.items() if (plain := _plain(word)) != word}
    one = "|".join(sorted(map(re.escape, (*words, *_AGAIN)), key=len, reverse=True))
    between = rf"(?:[\s,-]{{0,3}}(?:(?:{_BETWEEN[name]})(?![^\W\d_]{{12}})[\s-]{{0,2}})?)"
    run = rf"(?<![^\W\d_])(?:{one})(?:{between}(?:{one}|[0-9]))*(?![^\W\d_])"
    return _Language(words, re.compile(run, re.IGNORECASE), re.compile(f"{one}|[0-9]", re.IGNORECASE))


def _plain(word: str) -> str:
    return word.translate(str.maketrans("éóúñ", "eoun"))


_LANGUAGES = tuple(map(_language, _UNITS))


def with_digits(text: str) -> str:
    """Return ``text`` with numbers that are told by several words as digits.

    >>> with_digits("eighty-five thousand four hundred and seven"), with_digits("four seven one one")
    ('85407', '4 7 1 1')
    >>> with_digits("fünfundachtzigtausendvierhundert"), with_digits("quatre-vingt-dix mille deux cents")
    ('85400', '90200')
    """
    for language in _LANGUAGES:
        text = language.run.sub(partial(_digits, language), text)
    return text


def _digits(language: _Language, match: re.Match[str]) -> str:
    said = match.group()
    numbers: list[int] = []
    times = 1
    for word in language.word.findall(said.lower()):
        if word in _AGAIN:
            times = _AGAIN[word]
            continue
        numbers += [int(word) if word.isdecimal() else language.words[word]] * times
        times = 1
    if len(numbers) < 2 and not (numbers and numbers[0] < _ORDINALS and said.lower() in _FURTHER["en"]):
        return said if not numbers or numbers[0] < _ORDINALS or numbers[0] in (100, 1000) else str(numbers[0])
    found = composed(numbers)
    return ("" if max(found) > 9 else " ").join(map(str, found))


def composed(parts: Sequence[int]) -> list[int]:
    """Return the numbers that are said by their parts, in order.

    >>> composed([85, 1000, 4, 100, 7]), composed([20, 26]), composed([4, 7, 1, 1]), composed([60, 15])
    ([85407], [20, 26], [4, 7, 1, 1], [75])
    """
    found: list[int] = []
    total, current, is_open = 0, 0, False
    for part in parts:
        if is_open and part >= 1000 and part > current:
            total, current = total + max(current, 1) * part, 0
        elif is_open and part == 100 and 0 < current < 100:
            current *= 100
        elif is_open and _fits(part, current, total):
            current += part
        else:
            if is_open:
                found.append(total + current)
            total, current, is_open = (part, 0, True) if part >= 1000 else (0, part, True)
    if is_open:
        found.append(total + current)
    return found


def _fits(part: int, current: int, total: int) -> bool:
    """Return whether ``part`` goes into the empty places of a number."""
    if not part or (not current and not total):
        return False
    if current % 100 in (60, 80) and 10 <= part < 20:
        return True
    if part < 10:
        return current % 10 == 0 and current % 100 != 10
    return current % (100 if part < 100 else 1000) == 0


_SCALED = re.compile(
    r"(?<![\w.,])([0-9]{1,3}(?:[.,' ][0-9]{3})+|[0-9]{1,12}(?:[.,][0-9]{1,6})?)\s?"
    r"(k|thousand|grand|tsd\.?|tausend|mille|mil|mila|m|mn|mio\.?|millions?|millionen|millones|million)(?![^\W_])",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"(?<![\w.])[0-9](?:[.,][0-9]{1,15})?e[+-]?0?[0-9]{1,2}(?!\w)", re.IGNORECASE)
_HEX_NUMBER = re.compile(r"(?<!\w)0x([0-9a-f]{3,12})(?!\w)", re.IGNORECASE)


def written_out(text: str) -> str:
    """Return ``text`` with numbers that are shortened, or written in hex, as all of their digits.

    >>> written_out("85.4k, 1.2 million, 8.54e+04, 0x1267")
    '85400, 1200000, 85400, 4711'
    """
    said = _SCALED.sub(_scaled, text)
    said = _SCIENTIFIC.sub(lambda match: f"{float(match.group().replace(',', '.')):.15g}", said)
    return _HEX_NUMBER.sub(lambda match: str(int(match[1], 16)), said)


def _scaled(match: re.Match[str]) -> str:
    scale = 10**6 if match[2].lower()[0] == "m" and match[2].lower() not in ("mil", "mila", "mille") else 1000
    groups = re.split("[., ']", match[1])
    whole = groups[0] if len(groups) == 2 else "".join(groups)
    rest = groups[1] if len(groups) == 2 else "0"
    return f"{float(f'{whole}.{rest}') * scale:.15g}"


_SIGNS = {
    "at": "@", "arroba": "@", "arobase": "@", "chiocciola": "@", "klammeraffe": "@", "dot": ".",
    "punkt": ".", "point": ".", "punto": ".", "dash": "-",
    "hyphen": "-", "minus": "-", "bindestrich": "-", "guion": "-", "guión": "-", "tiret": "-", "trattino": "-",
    "underscore": "_", "unterstrich": "_", "slash": "/", "schrägstrich": "/", "plus": "+", "colon": ":",
    "comma": ",", "komma": ",", "space": " ", "leerzeichen": " ", "nospam": "", "hash": "#",
}  # fmt: skip
_ONE_SIGN = "|".join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))
_SIGN = re.compile(rf"\s?(?:(?<!\w)(?:{_ONE_SIGN})(?!\w)\.?|[\[(](?:at|dot|a)[\])])\s?", re.IGNORECASE)


def with_signs(text: str) -> str:
    """Return ``text`` with the names of signs as those.

    >>> with_signs("bob dash smith at corp dot test"), with_signs("bob[at]corp(dot)test")
    ('bob-smith@corp.test', 'bob@corp.test')
    """
    return _SIGN.sub(lambda match: _SIGNS.get(match.group().strip(" ()[].").lower(), "@"), text)


WEEKDAYS = (
    ("monday", "montag", "lundi", "lunes"),
    ("tuesday", "dienstag", "mardi", "martes"),
    ("wednesday", "mittwoch", "mercredi", "miércoles"),
    ("thursday", "donnerstag", "jeudi", "jueves"),
    ("friday", "freitag", "vendredi", "viernes"),
    ("saturday", "samstag", "samedi", "sábado"),
    ("sunday", "sonntag", "dimanche", "domingo"),
)
"""Lines of words that say the same."""
