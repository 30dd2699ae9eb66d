"""Invisible and misleading characters are found, and the edits leave what a reader sees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.rails.invisible_text import InvisibleTextRail, InvisibleTextSettings
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.reading.reading import read
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Detection

EVERY = InvisibleTextSettings(
    kinds=(
        *("ansi_escape", "bidi", "bidi_mark", "combining_stuffing", "control", "enclosed_letters", "filler"),
        *("full_width", "look_alike", "soft_hyphen", "styled_letters", "surrogate", "tag_characters"),
        *("variation_selector", "zero_width"),
    )
)


def found(text: str, settings: InvisibleTextSettings, *, final: bool = True) -> list[Detection]:
    segment = Segment(
        stage=Stage.INPUT,
        role=Role.USER,
        channel=Channel.TEXT,
        source=Source(kind=SourceKind.USER),
        text=text,
        path="",
    )
    event = Event(
        id="e",
        route="r",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        principal=Principal(id="p", tenant="t"),
        segments=(segment,),
    )
    scene = Scene(event=event, state=ConversationState(), final=final)
    return list(InvisibleTextRail(settings).examine(segment, read(text), scene))


def edited(text: str, detections: list[Detection]) -> str:
    edits = {one.edit for one in detections if one.edit is not None}
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ig\u200bnore", "ignore"),
        ("hi\U000e0068\U000e0069", "hi"),
        ("іgnоre", "ignore"),
        ("a\u202eb", "ab"),
        ("\x1b[31mred", "red"),
        ("i̷g̷", "ig"),
        ("\u200b", ""),
    ],
)
def test_the_edits_leave_what_a_reader_sees(text: str, left: str) -> None:
    assert edited(text, found(text, InvisibleTextSettings())) == left


ODD = ["\u200b", "\U000e0041", "\u202e", "ｉ", "ｇ", "𝐢", "𝐠", "о", "a", "b", " ", "\u0337", "\x00", "ﬁ", "Ⓐ", "\u200f"]


@given(st.lists(st.sampled_from(ODD), max_size=20).map("".join))
def test_after_the_edits_a_text_reads_as_before(text: str) -> None:
    left = edited(text, found(text, EVERY))

    assert read(left).plain == read(text).plain


@given(st.lists(st.sampled_from(ODD[:-6]), max_size=20).map("".join))
def test_in_a_stream_each_character_is_found_by_itself_and_together_they_are_the_same(text: str) -> None:
    whole, single = found(text, EVERY), found(text, EVERY, final=False)

    assert all(one.span.length == 1 for one in single)
    assert edited(text, single) == edited(text, whole)


def test_only_kinds_that_are_asked_for_are_found() -> None:
    text = "so\u00adft ig\u200bnore"

    assert [one.kind for one in found(text, InvisibleTextSettings())] == ["zero_width"]
    assert [one.kind for one in found(text, InvisibleTextSettings(kinds=("soft_hyphen",)))] == ["soft_hyphen"]


def test_fewer_characters_than_asked_for_are_not_found_and_only_the_whole_text_decides() -> None:
    settings = InvisibleTextSettings(at_least=3)

    assert found("a\u200bb\u200bc", settings) == []
    assert len(found("a\u200bb\u200bc\u200bd", settings)) == 3
    assert InvisibleTextRail(settings).reach is None


def test_ordinary_text_does_not_even_trigger_it() -> None:
    triggers = InvisibleTextRail(InvisibleTextSettings()).triggers

    assert triggers is not None
    assert triggers.unusual
    assert triggers.patterns == ()


@pytest.mark.parametrize(("settings", "message"), [({"kinds": ()}, "`kinds` is empty"), ({"at_least": 0}, ">= 1")])
def test_settings_that_find_nothing_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        InvisibleTextSettings(**settings)  # type: ignore[arg-type] # wrong on purpose


@given(
    st.lists(st.sampled_from(ODD), max_size=12).map("".join), st.lists(st.sampled_from(ODD), max_size=12).map("".join)
)
def test_in_a_stream_what_stands_beyond_the_reach_changes_nothing(before: str, after: str) -> None:
    reach = InvisibleTextRail(InvisibleTextSettings()).reach or 0
    gap = "- " * reach
    middle = gap + "p\u0430y \u200bnow \uff49\uff47 \U000e0041 \x00" + gap

    alone = {(one.span.start, one.kind) for one in found(middle, EVERY, final=False)}
    within = {(one.span.start - len(before), one.kind) for one in found(before + middle + after, EVERY, final=False)}

    assert alone
    assert {(start, kind) for start, kind in within if 0 <= start < len(middle) - 2} == alone
