"""The rail for personal data: what it says of a find, how it is covered, and what is never said."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.looked_at import edited, looked, said, scene, triggered
from fakes.scripted_entities import ScriptedEntities
from roadworthy.guard.ports import DetectorError
from roadworthy.guard.rails.known import BUILDERS, Detectors
from roadworthy.guard.rails.personal_data import (
    PersonalDataRail,
    PersonalDataSettings,
    Redaction,
    Style,
    covered,
    personal_data_rail,
)
from roadworthy.guard.reading.reading import read
from roadworthy.sensitive.personal.kind import Kind


def examined(rail, text):
    return list(looked(rail, text))


DEFAULT = PersonalDataRail(PersonalDataSettings())


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Mail ana@shop.test or +49 30 901820.", "Mail [EMAIL] or [PHONE]."),
        ("card ４１１１ １１１１ １１１１ １１１１!", "card [CARD]!"),
        ("card 4111\u200b1111\u200b1111\u200b1111!", "card [CARD]!"),
        ("ana\u200b@shop.test", "[EMAIL]"),
        ("name [at] shop [dot] com", "[EMAIL]"),
        ("nothing at all", "nothing at all"),
    ],
)
def test_what_is_found_is_covered_however_it_is_written(text, clean):
    assert edited(text, examined(DEFAULT, text)) == clean


def test_what_stands_encoded_is_found_as_all_that_encodes_it():
    hidden = base64.b64encode(b"my e-mail is ana.berg@shop.test, write soon").decode()
    text = f"decode {hidden} please"

    assert edited(text, examined(DEFAULT, text)) == "decode [EMAIL] please"
    assert examined(PersonalDataRail(PersonalDataSettings(encoded=False)), text) == []


@pytest.mark.parametrize(
    ("kind", "style", "value", "shown"),
    [
        (Kind.CARD, Style.LABEL, "4111 1111 1111 1111", "[CARD]"),
        (Kind.CARD, Style.LAST_4, "4111 1111 1111 1234", "[CARD …1234]"),
        (Kind.PASSPORT, Style.LAST_4, "X1234567", "[PASSPORT]"),
        (Kind.NATIONAL_ID, Style.MASK, "536-90-4399", "***-**-****"),
        (Kind.EMAIL, Style.DOMAIN, "ana@shop.test", "[EMAIL]@shop.test"),
        (Kind.EMAIL, Style.DOMAIN, "ana [at] shop.test", "[EMAIL]"),
        (Kind.URL, Style.DOMAIN, "https://ana:pw@shop.test/a?b=1", "[URL] shop.test"),
        (Kind.PHONE, Style.DOMAIN, "+49 30 901820", "[PHONE]"),
    ],
)
def test_each_style_shows_what_it_says_and_no_more(kind, style, value, shown):
    assert covered(value, kind=kind, style=style) == shown


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Write to Help@Shop.example.", "Write to Help@Shop.example."),
        ("help\u200b@shop.example", "help\u200b@shop.example"),
        ("Write to not-help@shop.example.", "Write to [EMAIL]."),
        ("Write to help@shop.example.org.", "Write to [EMAIL]."),
        ("help@shop.example or ana@shop.example", "help@shop.example or [EMAIL]"),
    ],
)
def test_what_everybody_may_know_stays_and_what_only_holds_it_goes(text, clean):
    rail = PersonalDataRail(PersonalDataSettings(public=("help@shop.example",)))

    assert edited(text, examined(rail, text)) == clean


@pytest.mark.parametrize("value", ["", "a@b", " help@shop.example"])
def test_what_everybody_may_know_is_a_whole_value(value):
    with pytest.raises(ValueError, match="`public` are whole values of at least 5 characters"):
        PersonalDataSettings(public=(value,))


def test_styles_go_by_kind():
    settings = PersonalDataSettings(redactions=(Redaction(entity=Kind.EMAIL, style=Style.DOMAIN),))
    text = "ana@shop.test, 4111 1111 1111 1111"

    assert edited(text, examined(PersonalDataRail(settings), text)) == "[EMAIL]@shop.test, [CARD]"


@pytest.mark.parametrize(
    ("given_settings", "said"),
    [
        ({"regions": ("de",)}, "two capital letters"),
        ({"min_confidence": 1.5}, r"in \[0, 1\]"),
        ({"redactions": (Redaction(entity=Kind.CARD, style=Style.MASK),) * 2}, "twice"),
    ],
)
def test_wrong_settings_are_refused(given_settings, said):
    with pytest.raises(ValueError, match=said):
        PersonalDataSettings(**given_settings)


def test_a_detection_never_repeats_the_value():
    text = "ana.berg@shop.test, SSN 536-90-4399, DE89 3704 0044 0532 0130 00"
    said = repr([(one.kind, one.detail, one.score, one.span) for one in examined(DEFAULT, text)])
    edits = " ".join(one.edit.replacement for one in examined(DEFAULT, text))

    assert not any(part in said + edits for part in ("ana", "shop", "4399", "3704"))


def test_names_come_from_the_detector_and_then_the_whole_text_decides():
    settings = PersonalDataSettings(detector="names")
    detectors = Detectors(entities={"names": ScriptedEntities("Ana Berg")}, languages={}, poison={})
    rail = BUILDERS[PersonalDataSettings](settings, detectors)

    found = examined(rail, "Ana Berg, ana@shop.test")

    assert [(one.kind, one.edit.replacement) for one in found] == [("person", "[PERSON]"), ("email", "[EMAIL]")]
    assert (rail.reach, rail.triggers) == (None, None)
    assert rail.operating_point.detector == "scripted"


def test_a_detector_that_is_not_there_is_an_error_when_the_rail_is_made():
    with pytest.raises(LookupError, match="names"):
        personal_data_rail(PersonalDataSettings(detector="names"), {})


def test_a_detector_that_fails_fails_the_rail():
    rail = PersonalDataRail(PersonalDataSettings(detector="x"), detector=ScriptedEntities(broken=True))

    with pytest.raises(DetectorError, match="not loaded"):
        examined(rail, "Ana")


@given(st.text(st.sampled_from("0159 -.@:/()+abcXYZ<[]\u200b１é"), max_size=60))
def test_a_text_without_a_trigger_and_without_oddities_has_no_find(text):
    assert triggered(DEFAULT, text) or not DEFAULT.examine(said(text), read(text), scene(said(text)))
