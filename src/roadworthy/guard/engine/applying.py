"""Puts a decision's edits into the text of an event's segments, and back into the fields that they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.merging import edited, merged
from roadworthy.guard.event import Event
from roadworthy.guard.policy.model import UnknownBehaviour
from roadworthy.guard.segment import Segment, shown_path
from roadworthy.guard.verdict import Decision, Edit, EditKind


class Substitute(Protocol):
    """Gives the placeholder that a vault can turn back."""

    def __call__(self, segment: Segment, edit: Edit) -> str:
        """Return what stands in ``segment`` for the characters of ``edit``, which is of kind *placeholder*."""
        ...


def edits_of(decision: Decision, segment: Segment) -> tuple[Edit, ...]:
    """Return the edits of ``decision`` to ``segment``: merged, not overlapping, in order of place."""
    found = [edit for verdict in decision.verdicts if verdict.segment == segment.index for edit in verdict.edits]
    return merged(found) if found else ()


def apply(decision: Decision, event: Event, *, substitute: Substitute | None = None) -> tuple[Segment, ...]:
    """Return the segments of ``event`` as they may go on; none where the decision stops it.

    Args:
        decision: What was decided of ``event``.
        event: What was judged.
        substitute: Gives placeholders; None: the edits' own words stand there.
    """
    if decision.stops:
        return ()
    return tuple(_applied(decision, segment, substitute) for segment in event.segments)


def texts(decision: Decision, event: Event, *, substitute: Substitute | None = None) -> Mapping[str, str]:
    """Return the new text of each field that the decision changes, by `Segment.path`, as codecs take it.

    A field that came in parts is put together again. Where the decision stops the event nothing is changed: what a
    client is told then is the codec's to say.

    Raises:
        ValueError: If a field came in parts that leave a gap or overlap.
    """
    changed: dict[str, None] = {}
    fields: dict[str, list[tuple[Segment, Segment]]] = {}
    for old, new in zip(event.segments, apply(decision, event, substitute=substitute), strict=not decision.stops):
        fields.setdefault(old.path, []).append((old, new))
        if new.text != old.text:
            changed[old.path] = None
    return {path: _whole(path, fields[path]) for path in changed}


def stripped(bundle: Bundle, event: Event) -> tuple[str, ...]:
    """Return the paths of the unknown fields of ``event`` that must not go on, in order."""
    return tuple(one.path for one in event.unknown if bundle.unknown_behaviour(one) is UnknownBehaviour.STRIP)


def _applied(decision: Decision, segment: Segment, substitute: Substitute | None) -> Segment:
    edits = edits_of(decision, segment)
    if not edits:
        return segment
    if substitute is not None:
        edits = tuple(
            replace(edit, replacement=substitute(segment, edit)) if edit.kind is EditKind.PLACEHOLDER else edit
            for edit in edits
        )
    is_whole = any(edit.kind is EditKind.QUARANTINE and edit.span.length == len(segment.text) for edit in edits)
    labels = tuple(sorted({*segment.labels, "quarantined"})) if is_whole else segment.labels
    return replace(segment, text=edited(segment.text, edits), labels=labels)


def _whole(path: str, parts: list[tuple[Segment, Segment]]) -> str:
    if len(parts) == 1 and parts[0][0].span is None:
        return parts[0][1].text
    place = 0
    joined = []
    for old, new in sorted(parts, key=lambda pair: pair[0].span.start if pair[0].span is not None else -1):
        if old.span is None or old.span.start != place:
            raise ValueError(
                f"the field {shown_path(path)} came in parts that do not follow on each other at character {place}"
            )
        place = old.span.end
        joined.append(new.text)
    return "".join(joined)
