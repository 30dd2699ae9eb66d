"""What every `LanguageIdentifier` does."""

from __future__ import annotations

import pytest

from roadworthy.adapters.guard.languages import LangidIdentifier
from roadworthy.guard.ports import LanguageIdentifier
from roadworthy.guard.rails.language_words import WordsIdentifier


@pytest.fixture(scope="module", params=[WordsIdentifier, LangidIdentifier])
def identifier(request: pytest.FixtureRequest) -> LanguageIdentifier:
    made: LanguageIdentifier = request.param()
    return made


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Could you tell me where the station is and when the next train leaves?"),
        ("de", "Könnten Sie mir sagen, wo der Bahnhof ist und wann der nächste Zug fährt?"),
        ("fr", "Pouvez-vous me dire où est la gare et quand part le prochain train ?"),
        ("es", "¿Me puede decir dónde está la estación y cuándo sale el próximo tren?"),
        ("ru", "Скажите, пожалуйста, где находится вокзал и когда отходит следующий поезд?"),
        ("ja", "駅はどこですか。次の電車はいつ出ますか。"),
        ("zh", "请问火车站在哪里？下一班火车什么时候开？"),
    ],
)
def test_a_clear_text_is_told(identifier: LanguageIdentifier, language: str, text: str) -> None:
    guess = identifier.identify(text)

    assert guess.language == language
    assert 0 < guess.confidence <= 1


@pytest.mark.parametrize("text", ["", "   ", "12345 67", "!?", "😀"])
def test_what_has_no_letters_is_in_no_language(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.identify(text).language == "und"


@pytest.mark.parametrize("text", ["\ud800 \udfff ab", "\x00\x1b[", "a" * 100_000, "e\u0301" * 5_000])
def test_hostile_text_gets_an_answer(identifier: LanguageIdentifier, text: str) -> None:
    assert 0 <= identifier.identify(text).confidence <= 1


def test_the_same_text_always_gets_the_same_answer(identifier: LanguageIdentifier) -> None:
    text = "The same text always gets the same answer."

    assert identifier.identify(text) == identifier.identify(text)


def test_it_says_who_it_is(identifier: LanguageIdentifier) -> None:
    assert identifier.operating_point.detector
    assert identifier.operating_point.version


def test_a_confidence_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="`min_confidence` must be in"):
        LangidIdentifier(min_confidence=1.5)
