"""A block helps: there is a text for every category and language, and it holds nothing that the user wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.guarded_runs import ADA, guard, tool_bundle
from roadworthy.guard.calls.policy import Approval, Grant
from roadworthy.guard.completions.crisis import CRISIS_LINES
from roadworthy.guard.completions.selecting import message_for, select
from roadworthy.guard.completions.shipped import WORDINGS, shipped
from roadworthy.guard.completions.texts.wording import CATEGORIES, Wording
from roadworthy.guard.locale import candidates
from roadworthy.guard.policy.model import Completion
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.session.errors import BlockedError


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl", "pl"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_text_in_every_language(category: str, language: str) -> None:
    said = message_for(shipped(), category=category, locale=language, stub="stub-7")

    assert said.completion_id == f"{category}/{language}"
    assert said.text.endswith("stub-7")
    assert 40 < len(said.text) < 700
    assert "{" not in said.text


def test_no_two_languages_say_the_same_and_no_two_categories_do() -> None:
    texts = [text for wording in WORDINGS for text in wording.texts.values()]

    assert len(set(texts)) == len(texts) == 8 * len(CATEGORIES)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de-AT", ("de-at", "de", "en-at", "en", "*")),
        ("zh-Hant-TW", ("zh-hant-tw", "zh-hant", "zh", "en-tw", "en", "*")),
        ("pt_BR", ("pt-br", "pt", "en-br", "en", "*")),
        ("en", ("en", "*")),
        ("", ("en", "*")),
        ("../../etc/passwd", ("en", "*")),
        ("x" * 10_000, ("en", "*")),
    ],
)
def test_a_locale_falls_back_to_what_serves_it(locale: str, expected: tuple[str, ...]) -> None:
    assert candidates(locale) == expected


def test_the_policys_own_completion_comes_first_and_an_unknown_category_gets_the_general_one() -> None:
    ours = Completion(category="privacy", locale="de", text="Unser Text.")

    assert select((ours, *shipped()), category="privacy", locale="de-CH") is ours
    assert select(shipped(), category="no-such", locale="fr-CA").category == "unknown"
    assert message_for((), category="privacy", locale="de", stub="").completion_id == "unknown/*"


@pytest.mark.parametrize("country", CRISIS_LINES)
def test_a_reader_in_crisis_is_told_who_to_call_where_they_are(country: str) -> None:
    lines = CRISIS_LINES[country]

    for language in ("de", "ja"):
        said = message_for(shipped(), category="self-harm", locale=f"{language}-{country}", stub="s1").text
        assert all(line in said for line in lines.lines)
        assert re.search(rf"\b{lines.emergency}\b", said)
    assert said.rindex("Reference: s1") > said.rindex(lines.emergency)


def test_a_reader_in_crisis_in_a_country_that_is_not_known_is_told_where_to_look() -> None:
    assert "findahelpline.com" in message_for(shipped(), category="self-harm", locale="ja", stub="").text


def test_every_number_has_a_source() -> None:
    sources = files("roadworthy.guard.completions").joinpath("SOURCES.md").read_text(encoding="utf-8")
    rows = [row.split("|") for row in sources.splitlines() if row.startswith("| ")]
    stated = {
        (number.strip(" †"), country.strip())
        for _, what, where, *_ in rows
        for number in what.split(",")
        for country in where.split(",")
    }

    for country, lines in CRISIS_LINES.items():
        for line in lines.lines:
            assert any(number in line for number, where in stated if where == country), (country, line)
        assert lines.emergency == "112" or (lines.emergency, country) in stated


def test_a_hand_off_is_said_in_the_readers_language() -> None:
    said = message_for(shipped(hand_off="+43 1 23"), category="medical", locale="de-AT", stub="").text

    assert said.endswith("Hier hilft Ihnen ein Mensch: +43 1 23")


@given(category=st.text(max_size=20), locale=st.text(max_size=20), stub=st.text(max_size=90))
def test_nothing_that_came_from_outside_gets_into_a_message_but_an_id(category: str, locale: str, stub: str) -> None:
    said = message_for(shipped(), category=category, locale=locale, stub=stub)

    known = {message_for((one,), category=one.category, locale=one.locale, stub="").text for one in shipped()}
    last = said.text.rsplit("\n", 1)[-1]
    is_id = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}", stub) is not None
    assert (said.text.rsplit("\n", 1)[0] if is_id else said.text) in known
    assert not is_id or last.endswith(stub)


def test_braces_of_an_author_are_no_format() -> None:
    odd = Completion(category="x", locale="*", text="Use {curly} and {0} and %s. {stub}")

    assert message_for((odd,), category="x", locale="", stub="a.b").text == "Use {curly} and {0} and %s. a.b"


def test_a_wording_that_lacks_a_category_is_refused() -> None:
    with pytest.raises(ValueError, match="'child-safety' is missing or not known"):
        Wording(
            language="xx", texts={c: c for c in CATEGORIES if c != "child-safety"}, reference="", emergency="",
            crisis_line="", anywhere="", person="",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "locale", "said"),
    [
        ("shell", "de-AT", "Ich habe das nicht getan"),
        ("shell", "fr", "Je ne l'ai pas fait"),
        ("shell", "", "I did not do this"),
        ("publish", "nl", "Voordat dit gebeurt, moet iemand ermee instemmen"),
    ],
)
def test_of_a_call_that_is_held_back_a_person_is_told_in_their_language_and_without_the_policys_words(
    tool: str, locale: str, said: str
) -> None:
    asking = Grant(tool="publish", effects=(Effect.SHARE,), approval=Approval(by=("agent",)))
    run = guard(tool_bundle(asking)).run(replace(ADA, locale=locale))

    with pytest.raises(BlockedError) as held:
        run.call(tool, {})

    assert held.value.message.startswith(said)
    assert tool not in held.value.message
