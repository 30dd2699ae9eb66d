"""Releases end at words, lines and sentences, and what is asked of a text costs no more than reading it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.stream_world import begun, pattern_rule, said, streamed
from roadworthy.guard.policy.model import Holdback
from roadworthy.guard.stream.boundary import Boundaries, Boundary
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Released, Text
from roadworthy.guard.stream.tape import Tape
from roadworthy.guard.verdict import Action

KINDS: tuple[Boundary, ...] = ("word", "line", "sentence")


@pytest.mark.parametrize(
    ("kind", "text", "places"),
    [
        ("word", "one two  three", {4, 9}),
        ("word", "日本語", {1, 2}),
        ("line", "a b\r\nc\nd", {5, 7}),
        ("line", "a b. c", set()),
        ("sentence", "One. Two! “Three?” Four 3.5 x", {5, 10, 19}),
        ("sentence", "これはペンです。それも。", {8}),
    ],
)
def test_a_boundary_is_where_a_reader_would_see_one(kind: Boundary, text: str, places: set[int]) -> None:
    ends = Boundaries(kind)
    ends.look(text, start=0)
    assert {ends.before(place) for place in range(len(text) + 1)} - {0} == places


@given(text=st.text("ab .!?\n\r\u3002語", max_size=60), cuts=st.lists(st.integers(1, 7), max_size=60))
@pytest.mark.parametrize("kind", KINDS)
def test_boundaries_are_the_same_however_the_text_comes(kind: Boundary, text: str, cuts: list[int]) -> None:
    whole, parts, came = Boundaries(kind), Boundaries(kind), 0
    whole.look(text, start=0)
    for size in cuts:
        came = min(len(text), came + size)
        parts.look(text[parts.seen : came], start=parts.seen)
    parts.look(text[parts.seen :], start=parts.seen)
    missed = [place for place in range(len(text) + 1) if parts.before(place) > whole.before(place)]
    assert missed == []


@settings(max_examples=40)
@given(words=st.lists(st.sampled_from(["bomb ", "an ", "apple. ", "語", "\n"]), max_size=30), size=st.integers(1, 9))
@pytest.mark.parametrize("kind", KINDS)
def test_what_leaves_before_the_end_ends_at_a_boundary(kind: Boundary, words: list[str], size: int) -> None:
    text = "".join(words)
    rule = pattern_rule("none", "nothing like it", action=Action.DENY, reach=16, encoded=False)
    guard = StreamGuard(streamed(Holdback(chars=4, boundary=kind), rule), begun())
    guard.push(Opened(key="a", segment=said("a")))
    ends = Boundaries(kind)
    ends.look(text + "x", start=0)
    left = 0
    for at in range(0, len(text), size):
        for release in guard.push(Text(key="a", text=text[at : at + size])):
            assert isinstance(release, Released)
            left += release.consumed
            assert ends.before(left) == left
    assert [release.consumed for release in guard.push(Closed(key="a"))] == [len(text) - left]


@given(parts=st.lists(st.text(max_size=5), max_size=30), start=st.integers(0, 80), end=st.integers(0, 80))
def test_a_tape_gives_what_was_put_in(parts: list[str], start: int, end: int) -> None:
    tape, text = Tape(), "".join(parts)
    for number, part in enumerate(parts):
        tape.add(part)
        if number % 3 == 0:
            tape.cut(0, 1)
    assert tape.length == len(text)
    assert tape.cut(start, end) == text[start:end]
    assert tape.whole() == text
    assert tape.cut(start, end) == text[start:end]
