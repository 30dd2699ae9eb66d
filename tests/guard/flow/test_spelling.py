"""What a run has read before makes spelling quicker, and changes nothing."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from roadworthy.guard.flow.spelling import Words, key_of_word, spelled

WORDS = [
    "pay", "Bob", "ALPHA", "MiXed", "x1", "12", "007", "0012345678", "1,000", "a.b", "1e5", "9,50€", "été", "日本",
    "ﬁ", "٣", "bob@x.test", "Bob@X.test.", "to:bob@x.test", "it's", "https://x.test/a", "2026-11-21",
    "GB82WEST12345698765432", "",
]  # fmt: skip
SAID = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), min_size=1, max_size=6)


@given(SAID.map(" ".join), st.lists(SAID.map(" ".join), max_size=3))
@example("pay Bob 12", ["pay Bob 12"])
@example("pay  Bob", ["pay Bob"])
def test_a_text_is_spelled_the_same_whatever_was_read_before(text, before):
    words = Words()
    for one in [*before, *text.split(" ")]:
        spelled(one, words)

    known, new = spelled(text, words), spelled(text)

    assert (known.keys, known.gaps, known.within, known.line) == (new.keys, new.gaps, new.within, new.line)
    assert key_of_word(text, words) == key_of_word(text)
