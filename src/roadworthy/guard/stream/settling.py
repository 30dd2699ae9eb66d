"""What one look at a stretch of a field says about the field: what nothing can undo, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.finding import Finding
from roadworthy.guard.engine.judgement import judgement_of
from roadworthy.guard.event import Event
from roadworthy.guard.policy.model import FailMode
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Action, Detection, Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The characters of a field that are looked at, and which of them this look is for.

    What starts before `first` was settled by an earlier look, or has too little before it to be judged by.
    What starts from `settled` on may still be undone by what follows.
    """

    start: int
    head: int
    """Characters of the field that are there; the stretch ends here."""

    first: int
    settled: int
    encoded: frozenset[Span] = frozenset()
    """What stands encoded, in characters of the stretch."""

    going_on: frozenset[Span] = frozenset()
    """Those that may still go on."""

    def is_certain(self, span: Span, *, reach: int) -> bool:
        """Return whether what a rule of ``reach`` found at ``span`` of the stretch has all that it depends on."""
        has_before = self.start == 0 or span.start >= reach
        return has_before and self.start + span.start + reach <= self.head and span not in self.going_on

    def is_late(self, span: Span) -> bool:
        """Return whether what was found at ``span`` of the stretch could be found only after its beginning settled."""
        return self.start + span.start < self.first < self.start + span.end and span in self.encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule found something."""

    rule: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a look at a stretch says. Places are in characters of the field."""

    failures: tuple[Finding, ...] = ()
    """Of enforced rules that broke here."""

    stops: bool = False
    """Whether a rule that stops found something that nothing can undo, or one that fails closed broke."""

    edits: tuple[Edit, ...] = ()
    """In order of place."""

    places: tuple[Place, ...] = ()
    """Where something was found that nothing can undo."""

    open_from: int | None = None
    """Where the first thing begins that may still be undone."""

    hold_from: int | None = None
    """Where the first thing begins on which the whole field decides."""


def settle(bundle: Bundle, found: Iterable[Finding], stretch: Stretch, *, segment: Segment, event: Event) -> Settled:
    """Return what ``found`` in ``stretch`` says about its field.

    Args:
        bundle: The policy that it was found by.
        found: With places in characters of the stretch.
        stretch: What was looked at.
        segment: What is known of the field; its text does not matter.
        event: Of the stream.
    """
    tally = _Tally()
    for finding in found:
        rule = finding.rule
        if rule.is_shadow:
            continue
        if finding.failure is not None:
            tally.failures.append(finding)
            tally.stops |= rule.fail_mode is FailMode.CLOSED
        if finding.detections or finding.failure is None:
            tally.take(finding, stretch)
    return Settled(
        failures=tuple(tally.failures),
        stops=tally.stops,
        edits=_edits(bundle, tally.transforming, segment, event=event),
        places=tuple(tally.places),
        open_from=min(tally.open_from, default=None),
        hold_from=min(tally.hold_from, default=None),
    )


@dataclass(slots=True)
class _Tally:
    """What the findings of one look add up to."""

    failures: list[Finding] = field(default_factory=list)
    transforming: list[Finding] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    open_from: list[int] = field(default_factory=list)
    hold_from: list[int] = field(default_factory=list)
    stops: bool = False

    def take(self, finding: Finding, stretch: Stretch) -> None:
        """Take in what one rule found."""
        rule, at = finding.rule, stretch.start
        new = []
        for one in finding.detections:
            place = at + _first(one)
            if place >= stretch.settled:
                self.open_from.append(place)
            elif place >= stretch.first:
                new.append(_moved(one, at))
            elif stretch.is_late(one.span):
                self.hold_from.append(stretch.first)
                self.stops |= rule.action.stops
        self.places += [Place(rule=rule.id, span=one.span) for one in new]
        if rule.action.stops:
            self.stops |= _is_certain(finding, stretch)
        elif not finding.detections:
            self.hold_from.append(0)
        elif rule.action is Action.QUARANTINE:
            self.hold_from += [_first(one) for one in new]
        elif new:
            self.hold_from += [0] if any(_is_of_all(one) for one in new) else []
            self.transforming.append(Finding(rule=rule, detections=tuple(new)))


def _edits(bundle: Bundle, transforming: Sequence[Finding], segment: Segment, *, event: Event) -> tuple[Edit, ...]:
    if not transforming:
        return ()
    judged = judgement_of(bundle, transforming, segment, event=event)
    edits = [edit for verdict in judged.verdicts for edit in verdict.edits]
    return tuple(sorted(edits, key=lambda edit: edit.span))


def _is_certain(finding: Finding, stretch: Stretch) -> bool:
    reach = finding.rule.reach
    if not finding.detections:
        return True
    return reach is not None and any(stretch.is_certain(one.span, reach=reach) for one in finding.detections)


def _is_of_all(one: Detection) -> bool:
    """Return whether ``one`` is at no character, so that a transformation is one of the whole field."""
    return one.span.length == 0 and (one.edit is None or one.offered)


def _first(one: Detection) -> int:
    return one.span.start if one.edit is None else min(one.span.start, one.edit.span.start)


def _moved(one: Detection, by: int) -> Detection:
    if by == 0:
        return one
    edit = None if one.edit is None else replace(one.edit, span=_shifted(one.edit.span, by))
    return replace(one, span=_shifted(one.span, by), edit=edit)


def _shifted(span: Span, by: int) -> Span:
    return Span(start=span.start + by, end=span.end + by)
