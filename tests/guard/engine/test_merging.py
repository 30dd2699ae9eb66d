"""Edits to one text become edits that do not overlap, and nothing that any of them covers is released."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.engine.merging import edited, merged
from roadworthy.guard.segment import Span
from roadworthy.guard.verdict import Edit, EditKind

TEXT = "abcdefghijkl"


def edit(start, end, replacement="*", kind=EditKind.REDACT):
    return Edit(span=Span(start=start, end=end), replacement=replacement, kind=kind)


@pytest.mark.parametrize(
    ("edits", "want"),
    [
        pytest.param([], TEXT, id="none"),
        pytest.param([edit(0, 3), edit(6, 8)], "*def*ijkl", id="apart"),
        pytest.param([edit(0, 3), edit(3, 6)], "**ghijkl", id="side by side"),
        pytest.param([edit(0, 4), edit(2, 6)], "*ghijkl", id="overlapping: their union"),
        pytest.param([edit(0, 3), edit(2, 5), edit(4, 8)], "*ijkl", id="a chain"),
        pytest.param([edit(0, 9), edit(1, 2), edit(5, 7)], "*jkl", id="one within another"),
        pytest.param(
            [edit(0, 5, "[email]"), edit(3, 9, "&lt;", EditKind.ENCODE)], "[email]jkl", id="the stricter kind wins"
        ),
        pytest.param(
            [edit(0, 9, "long"), edit(3, 12, "longer-text"), edit(0, 2, "short")], "long", id="then the longer span"
        ),
        pytest.param([edit(2, 4, "x", EditKind.ENCODE)] * 2, "abxefghijkl", id="the same edit twice is one"),
        pytest.param(
            [edit(0, 9, "abcdefghi", EditKind.ENCODE), edit(3, 4, "&gt;", EditKind.ENCODE)],
            "[redacted]jkl",
            id="two that each repeat the text: neither",
        ),
        pytest.param([edit(3, 3, "+", EditKind.INSERT)], "abc+defghijkl", id="an insertion"),
        pytest.param([edit(3, 3, "+", EditKind.INSERT), edit(3, 6)], "abc+*ghijkl", id="an insertion before an edit"),
        pytest.param([edit(6, 6, "+", EditKind.INSERT), edit(3, 6)], "abc*+ghijkl", id="an insertion after an edit"),
        pytest.param([edit(4, 4, "+", EditKind.INSERT), edit(3, 6)], "abc*+ghijkl", id="an insertion within an edit"),
        pytest.param(
            [edit(12, 12, "2", EditKind.INSERT), edit(12, 12, "1", EditKind.INSERT)], f"{TEXT}12", id="two insertions"
        ),
    ],
)
def test_edits_are_put_into_the_text(edits, want):
    assert edited(TEXT, merged(edits)) == want


spans = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)
edit_lists = st.lists(
    st.builds(
        lambda span, kind, mark: edit(*span, mark, kind), spans, st.sampled_from(EditKind), st.sampled_from("XYZ")
    ),
    max_size=7,
)


@given(edit_lists, st.randoms(use_true_random=False))
def test_no_covered_character_is_released_and_every_other_is(edits, shuffler):
    joined = merged(edits)

    covered = {place for one in edits for place in range(one.span.start, one.span.end)}
    assert {place for one in joined for place in range(one.span.start, one.span.end)} == covered
    assert all(first.span.end <= second.span.start for first, second in itertools.pairwise(joined))
    kept = "".join(c for c in edited(TEXT, joined) if c.islower() and c.isascii())
    assert kept.replace("redacted", "") == "".join(c for place, c in enumerate(TEXT) if place not in covered)

    shuffled = list(edits)
    shuffler.shuffle(shuffled)
    assert merged(shuffled) == joined
    assert merged(joined) == joined


@given(edit_lists)
def test_what_must_be_inserted_is(edits):
    inserted = {one.replacement for one in edits if one.span.length == 0}

    assert inserted <= {one.replacement for one in merged(edits) if one.span.length == 0}


@given(edit_lists, edit_lists)
def test_a_further_edit_only_takes_away(edits, further):
    def released(some):
        return {p for p in range(12) if not any(one.span.start <= p < one.span.end for one in merged(some))}

    assert released([*edits, *further]) <= released(edits)
