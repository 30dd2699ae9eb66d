"""What a rail finds in a text that stands alone, and the text with its edits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from roadworthy.guard.engine.compiling.plan import is_unusual
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.rails.rail import Rail, Scene
from roadworthy.guard.reading.reading import read
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Detection
from roadworthy.sensitive.pattern import compiled


def said(text: str, **fields: Any) -> Segment:
    """Return what a model said."""
    source = Source(kind=SourceKind.MODEL)
    known = {"stage": Stage.OUTPUT, "role": Role.ASSISTANT, "channel": Channel.TEXT, "source": source, "path": ""}
    return Segment(text=text, **{**known, **fields})


def scene(*segments: Segment, locale: str = "", final: bool = True) -> Scene:
    """Return an event of these segments."""
    principal = Principal(id="ann", tenant="acme", locale=locale)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    event = Event(id="e1", route="chat", at=at, principal=principal, segments=segments)
    return Scene(event=event, state=ConversationState(), final=final)


def looked(rail: Rail, text: str, *, locale: str = "", others: Sequence[Segment] = ()) -> tuple[Detection, ...]:
    """Return what ``rail`` finds in ``text``, and hold it to its promise about triggers."""
    segment = said(text)
    reading = read(text)
    found = tuple(rail.examine(segment, reading, scene(*others, segment, locale=locale)))
    assert not found or triggered(rail, text), "it found something without a trigger"
    return found


def triggered(rail: Rail, text: str) -> bool:
    """Return whether ``rail`` has to be asked about ``text``."""
    if rail.triggers is None:
        return True
    reading = read(text)
    if rail.triggers.unusual and is_unusual(reading):
        return True
    folded = reading.folded.encode("utf-8", "replace").decode()
    return any(compiled(pattern, ignore_case=True).search(folded) for pattern in rail.triggers.patterns)


def edited(text: str, found: Sequence[Detection]) -> str:
    """Return ``text`` with the edits of what was found, which must not overlap."""
    parts, at = [], 0
    for edit in sorted((one.edit for one in found if one.edit is not None), key=lambda edit: edit.span):
        assert edit.span.start >= at, "two edits overlap"
        parts += [text[at : edit.span.start], edit.replacement]
        at = edit.span.end
    return "".join([*parts, text[at:]])
