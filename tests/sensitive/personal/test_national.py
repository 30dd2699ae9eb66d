"""Identifiers of all countries: true ones are found, those with a wrong digit and other numbers are not."""

from __future__ import annotations

import random
import re

import pytest

from roadworthy.sensitive.personal.find import Finder
from roadworthy.sensitive.personal.forms.national import SCHEMES
from roadworthy.sensitive.personal.kind import Kind

FINDER = Finder(kinds=frozenset({Kind.NATIONAL_ID, Kind.TAX_ID}))
WITHOUT_DIGIT = {"", "is_cpr", "is_ssn", "is_itin", "is_nino", "is_rrn",
                 "stdnum.ar.dni", "stdnum.us.ein", "stdnum.kr.brn",
                 "stdnum.pk.cnic", "stdnum.in_.pan", "is_egyptian_id", "is_dni_pe", "stdnum.de.stnr", "stdnum.eg.tn",
                 "stdnum.dz.nif", "stdnum.ke.pin", "stdnum.in_.epic", "stdnum.nz.ird"}  # fmt: skip
"""Where a wrong digit can still be a number that was given."""

FORMS = ["{word}: {value}", '{{"{word}": "{value}", "n": 3}}', "id;{word}\n7;{value}\n",
         "2026-11-21T10:00:00Z {word}={value} ok",
         "The {word} was {value}."]  # fmt: skip
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def made(scheme, rng):
    """Return a number that passes, in one of the scheme's formats; empty where chance gives none."""
    for _ in range(400):
        written = rng.choice(scheme.formats)
        value = "".join(dated(written, rng))
        at = len(value) - (2 if value[-1] == ")" else 1)
        for last in "0123456789" if value[at].isdigit() else LETTERS:
            candidate = value[:at] + last + value[at + 1 :]
            if scheme.accepts(candidate) and len(set(candidate)) > 3:
                return candidate
    return ""


def dated(written, rng):
    """Yield characters of a format, with a date in the first six of eight places or more, where many have one."""
    digits = iter(
        f"{rng.randint(50, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}" if rng.random() < 0.5 else ""
    )
    for sign in written:
        yield (next(digits, rng.choice("0123456789")) if sign == "0" else rng.choice(LETTERS) if sign == "A" else sign)


def word_of(scheme):
    words = [word.rstrip("!") for word in scheme.words.split("|")]
    return next(word for word in words if re.fullmatch(r"[\w ]+", word))


def is_found(text, value):
    start = text.index(value)
    return any(one.start < start + len(value) and start < one.end for one in FINDER.find(text))


def test_at_least_forty_countries_have_one():
    assert len({scheme.country for scheme in SCHEMES if scheme.check}) >= 40


def test_names_and_formats_are_told_apart():
    assert len({(scheme.country, scheme.name) for scheme in SCHEMES}) == len(SCHEMES)
    assert all(set(scheme.stands_alone) <= set(scheme.formats) for scheme in SCHEMES)


def counted(seed):
    rng = random.Random(seed)  # noqa: S311 - made-up numbers
    found = wrong = total = off = 0
    countries = set()
    for scheme in SCHEMES:
        for _ in range(3):
            value = made(scheme, rng)
            if not value:
                continue
            countries.add(scheme.country)
            text = rng.choice(FORMS).format(word=word_of(scheme), value=value)
            total += 1
            found += is_found(text, value)
            if scheme.check not in WITHOUT_DIGIT:
                place = rng.choice([n for n, c in enumerate(value) if c.isdigit()])
                digit = rng.choice([d for d in "0123456789" if d != value[place]])
                changed = value[:place] + digit + value[place + 1 :]
                if not scheme.accepts(changed):
                    off += 1
                    wrong += is_found(text.replace(value, changed), changed)
    return found, total, wrong, off, countries


@pytest.mark.parametrize("seed", [1, 2])
def test_true_numbers_are_found_and_those_with_a_wrong_digit_are_not(seed):
    found, total, wrong, off, countries = counted(seed)

    assert len(countries) >= 40
    assert found / total >= 0.99, f"{found} of {total}"
    assert found / (found + wrong) > 0.99, f"{wrong} of {off}"


def test_random_numbers_in_plain_text_are_seldom_taken_for_one():
    rng = random.Random(3)  # noqa: S311 - made-up numbers
    texts = [f"Item {rng.randint(10 ** (n - 1), 10**n - 1)} is in stock." for n in range(6, 19) for _ in range(150)]

    taken = sum(bool(FINDER.find(text)) for text in texts)

    assert taken / len(texts) <= 0.01
