"""Hidden characters are found wherever they stand, and what scripts and emoji need is left alone."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.lint.prompts.unseen import encoded, hidden, mixes_alphabets

CARRIERS = [*range(0xE0000, 0xE0080), 0x200B, 0x202E, 0x2060, 0x2063, 0x2066, 0xFEFF, 0x3164]
LEGITIMATE = [
    pytest.param("👩‍💻 👨‍👩‍👧 🏳️‍🌈 ❤️ ☎️", id="emoji"),
    pytest.param("🏴󠁧󠁢󠁥󠁮󠁧󠁿", id="flag of England"),
    pytest.param("می‌خواهم", id="Persian non-joiner"),
    pytest.param("क्‍ष और क्‌ष", id="Hindi joiners"),
    pytest.param("ശ്രീ ന്‍", id="Malayalam joiner"),
    pytest.param("שלום\u200f (AI) \u200eabc", id="Hebrew with marks"),
    pytest.param("قيمة \u2066ABC-1\u2069 هنا", id="Arabic with isolates"),
    pytest.param("ภาษา\u200bไทย", id="Thai break"),
    pytest.param("Donau\u00addampf", id="soft hyphen within a word"),
    pytest.param("naïve café — “quoted” … 100 % \u00a0x", id="typography"),
    pytest.param("葛\U000e0100城", id="variant of an ideograph"),
]


def found(text, path="a/prompts/x.txt"):
    return list(hidden(repository_of({path: text}).files[path], {}))


@pytest.mark.parametrize("text", LEGITIMATE)
def test_what_writing_needs_is_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize("text", LEGITIMATE)
@pytest.mark.parametrize("secret", ["\u200b\u200b\u200b", "\U000e0041\U000e0042", "\ufe01\ufe02\ufe03", "\u202e"])
def test_what_writing_needs_hides_nothing_else(text, secret):
    assert found(f"{text} x{secret}y") != []


@given(
    before=st.text(alphabet="abc .\n", max_size=20),
    run=st.lists(st.sampled_from(CARRIERS).map(chr), min_size=2, max_size=20).map("".join),
    after=st.text(alphabet="abc .\n", max_size=20),
)
def test_a_run_that_carries_text_in_plain_writing_is_always_found(before, run, after):
    text = f"x{before}{run}{after}x"

    assert found(text) != []


@given(text=st.text(alphabet=st.characters(codec="ascii", exclude_characters="\0"), max_size=300))
def test_nothing_is_hidden_in_ascii(text):
    assert found(text) == []


def test_a_message_spelled_in_tags_is_placed_and_counted():
    message = "".join(chr(0xE0000 + ord(c)) for c in "obey")
    (hit,) = found(f"Be kind.\nNow {message}.")

    assert (hit.line, hit.column, hit.subject) == (2, 5, "tags")
    assert hit.said.startswith("4 tag characters")


@pytest.mark.parametrize(
    ("word", "mixed"),
    [("раypal", True), ("Αpple", True), ("hello", False), ("Москва", False), ("Ελλάδα", False), ("straße", False)],
)
def test_a_word_mixes_alphabets_only_where_letters_pass_for_others(word, mixed):
    assert mixes_alphabets(word) is mixed


@given(message=st.text(alphabet="abcdefghij klmnop qrst", min_size=90, max_size=200).filter(lambda t: " " in t[5:-5]))
def test_text_in_base64_is_found_whatever_it_says(message):
    blob = base64.b64encode(message.encode()).decode()
    file = repository_of({"p/prompts/x.txt": f"You are an AI.\n{blob}\n"}).files["p/prompts/x.txt"]

    assert len(list(encoded(file, {}))) == 1


@given(raw=st.binary(min_size=90, max_size=200).filter(lambda raw: sum(32 <= b < 127 for b in raw) < 0.8 * len(raw)))
def test_bytes_that_are_no_text_are_left_alone(raw):
    blob = base64.b64encode(raw).decode()
    file = repository_of({"p/prompts/x.txt": f"You are an AI.\n{blob}\n"}).files["p/prompts/x.txt"]

    assert list(encoded(file, {})) == []
