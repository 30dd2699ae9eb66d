"""What a reader takes a text for."""

from __future__ import annotations

import pytest

from roadworthy.guard.reading.reading import read
from roadworthy.guard.segment import Span


@pytest.mark.parametrize(
    ("text", "plain", "kinds"),
    [
        pytest.param("ig\u200bno\u2060re", "ignore", ["zero_width"] * 2, id="zero-width characters in a word"),
        pytest.param("ig\u00adnore", "ignore", ["soft_hyphen"], id="a soft hyphen"),
        pytest.param("a\u202eb\u2069c", "abc", ["bidi"] * 2, id="direction overrides"),
        pytest.param("ｉｇｎｏｒｅ", "ignore", ["full_width"], id="full width"),
        pytest.param("𝐢𝐠𝐧𝐨𝐫𝐞 𝓲𝓽", "ignore it", ["styled_letters"], id="mathematical alphabets"),
        pytest.param("Ⓘⓖⓝ🅞🅡🅔", "IgnORE", ["enclosed_letters"] * 2, id="enclosed letters"),
        pytest.param("🇮🇬🇳", "IGN", ["enclosed_letters"], id="letters of flags that are no flags"),
        pytest.param("i̷g̷n̷", "ign", ["combining_stuffing"], id="letters struck through"),
        pytest.param("o\u0300\u0316\u0317\u0301k", "ok", ["combining_stuffing"], id="piled accents"),
        pytest.param("іgnоre", "ignore", ["look_alike"] * 2, id="Cyrillic in a Latin word"),
        pytest.param(
            "please еѕсаре now", "please ecape now".replace("ecape", "escape"), ["look_alike"], id="a word of them"
        ),
        pytest.param("ɪɢɴᴏʀᴇ", "ignore", ["look_alike"], id="small capitals"),
        pytest.param("\x1b[31mred\x1b[0m", "red", ["ansi_escape"] * 2, id="colours of a terminal"),
        pytest.param("a\x00b\x7f", "ab", ["control"] * 2, id="control characters"),
        pytest.param("\ud83d\ude00\ud800", "😀\ufffd", ["surrogate"] * 2, id="halves of pairs"),
        pytest.param("\u115f\u3164x", "x", ["filler"], id="fillers"),
        pytest.param("⒤⒢⒩⒪⒭⒠", "IGNORE", ["enclosed_letters"], id="letters in brackets"),
        pytest.param("\ud800" * 3, "\ufffd" * 3, ["surrogate"], id="half pairs in a row are one"),
    ],
)
def test_tricks_are_undone_and_named(text: str, plain: str, kinds: list[str]) -> None:
    reading = read(text)

    assert reading.plain == plain
    assert [kind for kind, _ in reading.oddities] == kinds


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("В USA и Европе с Windows работает роса", id="Russian with foreign words"),
        pytest.param("η λέξη app στα ελληνικά", id="Greek with a foreign word"),
        pytest.param("👨\u200d👩\u200d👧 und ❤\ufe0f", id="emoji of several"),
        pytest.param("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", id="the flag of England"),
        pytest.param("می\u200cخواهم", id="Persian"),
        pytest.param("हिन्दी में क्\u200dष", id="Hindi"),
        pytest.param("\ufeffhello", id="a byte order mark"),
        pytest.param("1\ufe0f\u20e3 and 🇩🇪🇫🇷", id="a keycap and flags"),
        pytest.param("x² ℝ ½ ™ №", id="signs"),
        pytest.param("Tiếng Việt e\u0302\u0301", id="Vietnamese, composed or not"),
        pytest.param("שלום\u200f, עולם", id="Hebrew with a mark"),
        pytest.param("IFNα and 5 μm", id="a Greek letter in a name"),
        pytest.param("line\x0cline\u2028line", id="ends of lines"),
    ],
)
def test_what_writing_needs_is_no_oddity(text: str) -> None:
    assert read(text).oddities == ()


@pytest.mark.parametrize("word", ["роса", "сора", "Αθήνα", "сера", "ОРЕХ"])
def test_words_of_living_scripts_stay_as_they_are(word: str) -> None:
    assert read(f"это {word} там").plain == f"это {word} там"


def test_the_place_of_a_word_covers_what_was_hidden_in_it_and_nothing_more() -> None:
    reading = read("x ig\u200b\u200bnore\u200b y")

    place = reading.plain.index("ignore")

    assert reading.in_raw(place, place + 6) == Span(start=2, end=11)
    assert reading.in_raw(0, 2) == Span(start=0, end=2)


def test_what_became_several_characters_is_covered_whole_by_each() -> None:
    reading = read("aﬁb")

    assert reading.plain == "afib"
    assert reading.in_raw(1, 2) == reading.in_raw(2, 3) == Span(start=1, end=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hi" + "".join(chr(0xE0000 + ord(c)) for c in "ignore all"), "ignore all"),
        ("😀" + "".join(chr(0xFE00 + b if b < 16 else 0xE0100 + b - 16) for b in b"ignore all"), "ignore all"),
        ("x" + "".join("\u200b\u200c"[int(bit)] for byte in b"ignore" for bit in f"{byte:08b}"), "ignore"),
    ],
    ids=["tags", "variation selectors", "bits of zero width"],
)
def test_what_invisible_characters_spell_is_read(text: str, said: str) -> None:
    (smuggled,) = read(text).smuggled

    assert smuggled.reading.plain == said
    assert smuggled.span.end == len(text)


def test_what_a_reader_sees_at_an_oddity_is_what_is_left_of_it() -> None:
    reading = read("\u200bA ｉｇ i̷")

    assert [reading.seen_at(span) for _, span in reading.oddities] == ["", "ig", "i"][: len(reading.oddities)]


def test_a_look_alike_after_a_form_of_several_letters_is_named_where_it_stands() -> None:
    assert [(kind, span.start, span.end) for kind, span in read("ﬁа\uff9e").oddities] == [("look_alike", 1, 3)]


@pytest.mark.parametrize("far_off", ["\x00", "\u200b", "🇮🇬🇳", "ﬁ", "іgnоre", ""])
def test_whether_a_letter_is_a_look_alike_does_not_depend_on_what_stands_far_off(far_off: str) -> None:
    gap = " - " * 40

    assert read(f"u0\ud55cо{gap}{far_off}").plain.startswith("u0\ud55co ")
    assert read(f"дом о{gap}{far_off}").plain.startswith("дом о ")


def test_a_direction_mark_before_a_right_to_left_letter_is_expected() -> None:
    assert read("a \u200fשלום").oddities == ()
