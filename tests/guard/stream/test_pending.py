"""Edits that wait for their text to leave: whatever their order, they leave as the merged edits of the whole text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.engine.merging import edited, merged
from roadworthy.guard.segment import Span
from roadworthy.guard.stream.pending import PendingEdits
from roadworthy.guard.stream.tape import Tape
from roadworthy.guard.verdict import Edit, EditKind

TEXT = "abcdefghijklmnopqrstuvwxyz"
edits = st.lists(
    st.builds(
        lambda start, length, name: Edit(
            span=Span(start=start, end=start + length), replacement=f"[{name}]", kind=EditKind.REDACT
        ),
        st.integers(0, 20),
        st.integers(1, 6),
        st.sampled_from("AB"),
    ),
    max_size=8,
)


@given(edits, st.lists(st.integers(0, len(TEXT)), max_size=4))
def test_edits_in_any_order_leave_as_the_merged_ones_do(given_edits: list[Edit], places: list[int]) -> None:
    tape, pending = Tape(), PendingEdits()
    tape.add(TEXT)
    for one in given_edits:
        pending.add([one], left=0)
    left, found = 0, ""
    for place in sorted(places):
        end = pending.before(place)
        if end > left:
            found += pending.take(tape, start=left, end=end, put=lambda edit: edit.replacement)
            left = end
    found += pending.take(tape, start=left, end=len(TEXT), put=lambda edit: edit.replacement, closes=True)
    assert found == edited(TEXT, merged(given_edits))
