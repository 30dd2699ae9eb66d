"""What a form could hold is the same, whether it is looked at whole or in blocks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.sensitive.personal.layout import BLOCK, OVERLAP, layout, shape_of

SHAPES = st.lists(st.sampled_from(["0", "00", "000", "0000", "A", " ", "-", ".", "/", "(", ")"]), max_size=150).map(
    "".join
)


def windows(shape):
    one = layout(shape, most=len(shape) + 1)
    return {(start, end) for group in (one.cards, one.identifiers, one.phones) for start, end, _ in group}


@given(SHAPES)
def test_blocks_together_hold_what_the_whole_holds(shape):
    found = set()
    for at in range(0, len(shape), BLOCK):
        one = layout(shape[at : at + BLOCK + OVERLAP], shape[max(at - 2, 0) : at])
        found |= {
            (at + start, at + end) for group in (one.cards, one.identifiers, one.phones) for start, end, _ in group
        }

    assert found == windows(shape)


@given(st.text("0123456789abcXYZ -./()é", max_size=40))
def test_a_form_tells_no_digit_and_no_letter(text):
    shape = shape_of(text)

    assert len(shape) == len(text)
    assert not set(shape) & set("123456789abcXYZ")
