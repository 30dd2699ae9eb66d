"""One scan says which rules are asked, and no rule that could find something is left out."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.guard_rails import ScriptedSettings, found, saying, scripted
from fakes.guard_world import bundle, event, rule, segment
from roadworthy.guard.engine.compiling.plan import is_unusual
from roadworthy.guard.engine.compiling.scan import TriggerScan, believed
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.reading.reading import read
from roadworthy.guard.verdict import Action

FINDS = {"builders": scripted(rail=saying(found(0, 1)))}


@pytest.mark.parametrize(
    ("triggers", "text", "asked"),
    [
        pytest.param(None, "hello", True, id="a rail without triggers is always asked"),
        pytest.param(("ell",), "hello", True, id="its trigger is there"),
        pytest.param(("xyz", "ell"), "hello", True, id="one of its triggers is there"),
        pytest.param(("xyz",), "hello", False, id="none of them is"),
        pytest.param(("ELL",), "hello", True, id="a trigger in capitals"),
        pytest.param(("ell",), "HELLO", True, id="a text in capitals"),
        pytest.param(("ell",), "ＨＥＬＬＯ", True, id="a text in full width"),
        pytest.param((), "hello", False, id="a rail that nothing triggers"),
        pytest.param(("ell",), "hello \ud800", True, id="half a character beside it"),
    ],
)
def test_a_rail_is_asked_where_a_trigger_is(triggers, text, asked):
    judged = bundle(rule("r", rail=ScriptedSettings(triggers=triggers)), compiled=FINDS)

    assert enforce(judged, event(text)).stops is asked


@pytest.mark.parametrize(
    ("text", "unusual"),
    [
        pytest.param("hello", False, id="ASCII"),
        pytest.param("委员会开会，讨论预算。", False, id="Chinese with its full-width commas"),
        pytest.param("ＡＢＣ１２３", True, id="words in full width, which a reader would not expect"),
        pytest.param("Grüße, naïve Übung", False, id="letters with marks of their own"),
        pytest.param("“so” – it’s 😀 fun", False, id="quotes and dashes of typography, and emoji"),
        pytest.param("👩\u200d🔧", False, id="emoji that are joined"),
        pytest.param("Привет", False, id="what normalising leaves alone"),
        pytest.param("he\u200bllo", True, id="a zero-width space"),
        pytest.param("=\u0338x", True, id="an ASCII character that a combining mark takes away"),
        pytest.param("a\u00a0b", True, id="a hard space"),
        pytest.param("ﬁne ½ Ⅷ", True, id="a ligature and numbers"),
    ],
)
def test_a_text_is_unusual_where_normalising_changed_what_is_not_merely_wide(text, unusual):
    assert is_unusual(read(text)) is unusual


def test_every_character_that_counts_as_usual_is_normalised_by_itself():
    usual = [chr(place) for place in range(0x80, 0x10000) if not 0xD800 <= place <= 0xDFFF]
    usual = [one for one in usual if not is_unusual(read(one)) and unicodedata.normalize("NFKC", one) != one]

    assert usual
    assert all(0xFF01 <= ord(one) <= 0xFF5E for one in usual)
    assert all(len(unicodedata.normalize("NFKC", f"<{one}=")) == 3 for one in usual)


@given(
    st.lists(st.sampled_from(["ab", "b+c", "[0-9]{3}", "ü", "x.{0,3}y", r"\bq"]), max_size=5),
    st.text("abcüxyq 01", max_size=30),
)
def test_a_scan_finds_what_each_pattern_finds_alone(patterns, text):
    together = set(TriggerScan(patterns).found(text))

    assert together == {n for n, pattern in enumerate(patterns) if TriggerScan([pattern]).found(text)}


@pytest.mark.parametrize("found", [None, [], [0]])
def test_an_automaton_that_ran_out_of_memory_finds_everything(found):
    assert list(believed(found, num_patterns=2)) == [0, 1]


def test_a_pattern_that_is_none_is_refused():
    with pytest.raises(ValueError, match="trigger 2 is not an RE2 pattern"):
        TriggerScan(["a", "("])


def test_triggers_too_many_for_one_automaton_are_refused():
    with pytest.raises(ValueError, match="too many for one automaton"):
        TriggerScan([f"{number}a{{1000}}b{{1000}}c{{1000}}" for number in range(400)])


def test_rules_share_one_scan_and_each_keeps_its_own_triggers():
    judged = bundle(
        rule("one", "abra", action=Action.TRANSFORM),
        rule("two", "abra", "zzz", action=Action.TRANSFORM),
        rule("three", "zzz", action=Action.TRANSFORM),
    )

    def rules_for(text):
        return {verdict.rule for verdict in enforce(judged, event(text)).verdicts}

    assert rules_for("abra") == {"t/one", "t/two"}
    assert rules_for("zzz") == {"t/three", "t/two"}
    assert len(judged.plan(segment(""), event()).scans) == 1
