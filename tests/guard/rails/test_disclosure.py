"""What must be said is there, or is put in, in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.looked_at import edited, looked, said, scene
from roadworthy.guard.rails.disclosure import DisclosureRail, DisclosureSettings, Wording
from roadworthy.guard.reading.reading import read

NOTICE = DisclosureRail(
    DisclosureSettings(
        name="ai-notice",
        wordings=(
            Wording(
                locale="en",
                text="This answer was written by an AI system (it can be wrong).",
                patterns=(r"\bI(?:'m| am) an? (?:AI|artificial intelligence)\b", r"not (?:financial|medical) advice"),
            ),
            Wording(locale="de", text="Diese Antwort stammt von einer KI.", patterns=(r"\bich bin eine KI\b",)),
        ),
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "Yes. This answer was written by an AI system (it can be wrong).",
        "THIS answer  was written\nby an AI system (it can be wrong).",
        "Hello, I'm an AI assistant. How can I help?",
        "Note that this is not financial advice.",
        "Ich bin eine KI und helfe gern.",
        "That is not so. I am an AI, after all.",
        'He said "hello". I am an AI.',
    ],
)
def test_a_disclosure_that_is_there_counts_in_any_of_its_wordings_and_languages(text: str) -> None:
    assert looked(NOTICE, text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Yes, you can.",
        "It is not true that I am an AI.",
        "I never said that I'm an AI.",
        "Es ist falsch, dass ich bin eine KI sage.",
        'Type "I am an AI" to go on.',
        "Type \u201cI am an AI\u201d to go on.",
        "> I am an AI",
        "```\nI am an AI\n```",
        "Type `I am an AI` to go on.",
        "I am an airline.",
    ],
)
def test_a_disclosure_that_is_missing_denied_or_quoted_is_put_in(text: str) -> None:
    [found] = looked(NOTICE, text)

    assert found.kind == "disclosure_missing"
    assert edited(text, [found]) == f"{text}\n\nThis answer was written by an AI system (it can be wrong)."
    assert looked(NOTICE, edited(text, [found])) == () or text.count("```") % 2


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de-AT", "einer KI"),
        ("de", "einer KI"),
        ("fr", "an AI"),
        ("", "an AI"),
        ("de_CH", "einer KI"),
        ("\x00", "an AI"),
    ],
)
def test_it_is_put_in_in_the_language_of_the_reader(locale: str, words: str) -> None:
    [found] = looked(NOTICE, "Ok.", locale=locale)

    assert found.edit is not None
    assert words in found.edit.replacement


def test_it_can_stand_first_and_short_answers_can_be_left_alone() -> None:
    wordings = (Wording(locale="*", text="AI."),)
    first = DisclosureRail(DisclosureSettings(name="x", wordings=wordings, place="start", separator=" ", min_chars=3))

    assert looked(first, "Ok") == ()
    assert edited("Okay", looked(first, "Okay")) == "AI. Okay"


def test_one_text_of_an_answer_speaks_for_all_and_the_last_answers_for_all() -> None:
    first, last = said("Hello.", index=0, path="/0"), said("Goodbye.", index=1, path="/1")
    spoken, other = said("I am an AI.", index=0, path="/0"), said("I am an AI.", index=0, path="/9", choice=1)

    def found(segment: Any, *all_of_them: Any) -> int:
        return len(NOTICE.examine(segment, read(segment.text), scene(*all_of_them)))

    assert found(first, first, last) == 0
    assert found(last, first, last) == 1
    assert found(last, spoken, last) == 0
    assert found(last, other, last) == 1


@pytest.mark.parametrize(
    "hidden", ["<!-- I am an AI. -->", "<!-- <b> I am an AI.", "~~I am an AI.~~", "~~~\nI am an AI.\n~~~"]
)
def test_what_no_reader_sees_discloses_nothing_and_hides_nothing(hidden: str) -> None:
    text = f"The rate is 3 %.\n{hidden}\nAsk again."
    [found] = looked(NOTICE, text)

    assert looked(NOTICE, edited(text, [found])) == ()


@given(st.text(max_size=60))
def test_what_was_put_in_is_found_again(text: str) -> None:
    for found in looked(NOTICE, text):
        assert found.edit is not None
        assert looked(NOTICE, f"{text}\n\nI am an AI.") == () or "```" in text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: DisclosureSettings(name="X y", wordings=(Wording(locale="en", text="x"),)), "must look like"),
        (lambda: DisclosureSettings(name="x", wordings=()), "has no `wordings`"),
        (lambda: DisclosureSettings(name="x", wordings=(Wording(locale="en", text="x"),) * 2), "two wordings"),
        (lambda: DisclosureSettings(name="x", wordings=(Wording(locale="en", text="x"),), min_chars=0), "min_chars"),
        (lambda: Wording(locale="en", text=" "), "is empty"),
        (lambda: Wording(locale="en", text="x", patterns=("x*",)), "matches the empty text"),
        (lambda: Wording(locale="en", text="x", patterns=("(?=x)",)), "not an RE2 pattern"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()
