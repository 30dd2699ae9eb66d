"""Check digits and issue plans that no library here has, or that must be quick. All take letters and digits alone."""

from __future__ import annotations

import re

_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
_LETTERS = {letter: value for value, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}
_VALUES = {**{str(digit): digit for digit in range(10)}, **_LETTERS, "<": 0}

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip
"""Characters of an IBAN by country. Source: SWIFT, IBAN registry, release 101."""


def luhn(digits: str) -> bool:
    """Return whether the check digit holds (ISO/IEC 7812-1, annex B).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    codes = digits.encode()
    return (sum(codes[-1::-2]) + sum(codes[-2::-2].translate(_DOUBLED)) - 48 * len(codes)) % 10 == 0


def is_iban(value: str) -> bool:
    """Return whether ``value`` has its country's length and check digits (ISO 13616, ISO/IEC 7064 MOD 97-10).

    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    value = value.upper()
    if IBAN_LENGTHS.get(value[:2]) != len(value) or not (value.isascii() and value.isalnum()):
        return False
    return int("".join(str(_VALUES[c]) for c in value[4:] + value[:4])) % 97 == 1


def is_issued_card(digits: str) -> bool:
    """Return whether a network issues cards with these first digits and this length, and the check digit holds.

    Source: ISO/IEC 7812; the networks' published ranges.

    >>> is_issued_card("5555555555554444"), is_issued_card("9999999999999995")
    (True, False)
    """
    return _is_issued(digits, len(digits)) and luhn(digits) and len(set(digits)) > 1


def _is_issued(digits: str, length: int) -> bool:
    first, two, four = digits[0], digits[:2], digits[:4]
    if first == "4":
        return length in (13, 16, 19)
    if first == "5":
        return (length == 16 and "51" <= two <= "55") or (
            12 <= length <= 19 and (two in _MAESTRO or four in _MAESTRO_4)
        )
    if first == "3":
        return (
            (length == 15 and two in ("34", "37"))
            or (length in (14, 16) and ("300" <= digits[:3] <= "305" or two in ("36", "38", "39")))
            or (16 <= length <= 19 and "3528" <= four <= "3589")
        )
    if first == "6":
        return (12 <= length <= 19 and four in _MAESTRO_4) or (
            16 <= length <= 19 and (four == "6011" or two in ("60", "62", "65") or "644" <= digits[:3] <= "649")
        )
    return (
        (length == 16 and ("2200" <= four <= "2204" or "2221" <= four <= "2720" or two in ("81", "82", "97")))
        or (length == 15 and four in ("2131", "1800"))
        or (length == 15 and four in ("2014", "2149"))
    )


_MAESTRO = frozenset({"56", "57", "58"})
_MAESTRO_4 = frozenset({"5018", "5020", "5038", "5067", "5090", "6304", "6759", "6761", "6762", "6763"})


def is_ssn(value: str) -> bool:
    """Return whether a US social security number can have these digits: no area 000, 666 or 900 to 999, no zero part.

    Source: Social Security Administration, POMS RM 10201.035.

    >>> is_ssn("536904399"), is_ssn("666124321")
    (True, False)
    """
    return (
        len(value) == 9
        and value[:3] not in ("000", "666")
        and value[0] != "9"
        and value[3:5] != "00"
        and value[5:] != "0000"
        and value not in ("123456789", "078051120", "219099999")
        and len(set(value)) > 1
    )


def is_itin(value: str) -> bool:
    """Return whether ``value`` begins with 9 as individual taxpayer numbers in the US do (IRS Publication 1915)."""
    return len(value) == 9 and value[0] == "9" and value[3:5] != "00" and len(set(value)) > 1


def is_resident_cn(value: str) -> bool:
    """Return whether ``value`` is a Chinese resident identity number (GB 11643, ISO/IEC 7064 MOD 11-2).

    >>> is_resident_cn("11010519491231002X"), is_resident_cn("110105194912310021")
    (True, False)
    """
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    if not value[:17].isdigit() or not "1" <= value[0] <= "8" or not "1900" <= value[6:10] <= "2035":
        return False
    return (
        _is_day(value[12:14], value[10:12]) and "10X98765432"[_weighted(value[:17], weights) % 11] == value[17].upper()
    )


def is_rrn(value: str) -> bool:
    """Return whether ``value`` has the date and century of a Korean number; since 2020 it has no check digit."""
    return len(value) == 13 and _is_day(value[4:6], value[2:4]) and value[6] in "12345678"


_NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")


def is_nino(value: str) -> bool:
    """Return whether ``value`` has the form of a National Insurance number (HMRC, NIM39110).

    >>> is_nino("AB123456C"), is_nino("GB123456C")
    (True, False)
    """
    return _NINO.fullmatch(value.upper()) is not None


def is_vehicle_id(value: str) -> bool:
    """Return whether ``value`` is a vehicle identification number with its check digit (49 CFR 565.15).

    Only North American ones have a check digit that is always set.

    >>> is_vehicle_id("1HGCM82633A004352"), is_vehicle_id("1HGCM82633A004353")
    (True, False)
    """
    value = value.upper()
    if len(value) != 17 or any(c in "IOQ" for c in value):
        return False
    total = sum(_VIN[c] * weight for c, weight in zip(value, _VIN_WEIGHTS, strict=True))
    return value[8] == "0123456789X"[total % 11]


_VIN = {**{str(d): d for d in range(10)},
        **dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
                   strict=True))}  # fmt: skip
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def mrz_digit(value: str) -> int:
    """Return the check digit of a field of a travel document (ICAO Doc 9303, part 3, 4.9).

    >>> mrz_digit("L898902C3")
    6
    """
    return sum(_VALUES[c] * (7, 3, 1)[place % 3] for place, c in enumerate(value.upper())) % 10


def is_mrz_number(value: str) -> bool:
    """Return whether the last character is the check digit of what stands before it, as on German documents."""
    return value[-1].isdigit() and mrz_digit(value[:-1]) == int(value[-1])


def is_routing_number(digits: str) -> bool:
    """Return whether ``digits`` are a routing number of a bank in the US (ABA).

    >>> is_routing_number("021000021"), is_routing_number("021000022")
    (True, False)
    """
    if len(digits) != 9 or not (digits[:2] <= "12" or "21" <= digits[:2] <= "32" or "61" <= digits[:2] <= "72"):
        return False
    return digits != "000000000" and _weighted(digits, (3, 7, 1) * 3) % 10 == 0


def is_hkid(value: str) -> bool:
    """Return whether ``value`` is a Hong Kong identity card number (Immigration Department)."""
    value = value.upper().rjust(9)
    values = [36 if c == " " else _VALUES[c] for c in value[:8]]
    remainder = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True)) % 11
    return value[8] == ("0" if remainder == 0 else "A" if remainder == 1 else str(11 - remainder))


def is_nric_sg(value: str) -> bool:
    """Return whether ``value`` is an NRIC or FIN of Singapore."""
    value = value.upper()
    if value[0] not in "STFGM":
        return False
    total = _weighted(value[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(value[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "KLJNPQRTUWX"}.get(value[0], "XWUTRQPNMLK")
    place = total % 11
    return value[8] == (letters[10 - place] if value[0] == "M" else letters[place])


def is_twid(value: str) -> bool:
    """Return whether ``value`` is an identity number of Taiwan."""
    value = value.upper()
    if value[1] not in "1289":
        return False
    first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(value[0]) + 10
    return (first // 10 + first % 10 * 9 + _weighted(value[1:9], range(8, 0, -1)) + int(value[9])) % 10 == 0


def is_cpr(value: str) -> bool:
    """Return whether ``value`` has a date as a Danish number has; since 2007 there need be no check digit."""
    return _is_day(value[0:2], value[2:4])


def is_rvnr(value: str) -> bool:
    """Return whether ``value`` is a German social security number (VKVV, section 4)."""
    value = value.upper()
    if not value[8].isalpha():
        return False
    digits = value[:8] + f"{ord(value[8]) - 64:02d}" + value[9:11]
    total = sum(
        (product := int(d) * w) // 10 + product % 10
        for d, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)
    )
    return total % 10 == int(value[11]) and 1 <= int(value[4:6]) <= 12


def is_naf(value: str) -> bool:
    """Return whether ``value`` is a Spanish social security number of a person."""
    body = value[:2] + value[2:10].lstrip("0") if value[2] == "0" else value[:10]
    return len(value) == 12 and int(body) % 97 == int(value[10:])


def is_taj(value: str) -> bool:
    """Return whether ``value`` is a Hungarian social security number."""
    return _weighted(value[:8], (3, 7) * 4) % 10 == int(value[8])


def is_adoszam(value: str) -> bool:
    """Return whether ``value`` is a Hungarian tax number, with or without the places after its eight."""
    return (10 - _weighted(value[:7], (9, 7, 3, 1, 9, 7, 3))) % 10 == int(value[7])


def is_snils(value: str) -> bool:
    """Return whether ``value`` is a Russian SNILS."""
    return _weighted(value[:9], range(9, 0, -1)) % 101 % 100 == int(value[9:])


def is_dowod(value: str) -> bool:
    """Return whether ``value`` is the number of a Polish identity card."""
    values = [_VALUES[c] for c in value.upper()]
    return (sum(v * w for v, w in zip(values, (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True))) % 10 == 0


def is_medicare_au(value: str) -> bool:
    """Return whether ``value`` is the number of an Australian Medicare card."""
    return value[0] in "23456" and _weighted(value[:8], (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(value[8])


def is_matricule_lu(value: str) -> bool:
    """Return whether ``value`` is a national number of Luxembourg: a date, and the first of its two check digits."""
    return "1880" <= value[:4] <= "2035" and _is_day(value[6:8], value[4:6]) and luhn(value[:12])


def is_egyptian_id(value: str) -> bool:
    """Return whether ``value`` has the century, date and province of an Egyptian national id."""
    return value[0] in "23" and _is_day(value[5:7], value[3:5]) and ("01" <= value[7:9] <= "35" or value[7:9] == "88")


def is_dni_pe(value: str) -> bool:
    """Return whether ``value`` is a Peruvian identity number, with its check digit where it has one."""
    if len(value) == 8:
        return True
    remainder = 11 - _weighted(value[:8], (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return value[8] == str(remainder % 11 % 10 if remainder != 10 else 0)


def is_ci_uy(value: str) -> bool:
    """Return whether ``value`` is a Uruguayan identity number."""
    return -_weighted(value.zfill(8)[:7], (2, 9, 8, 7, 6, 3, 4)) % 10 == int(value[-1])


def _weighted(digits: str, weights: tuple[int, ...] | range) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True))


def _is_day(day: str, month: str) -> bool:
    return "01" <= day <= "31" and "01" <= month <= "12"
