"""What rules found of one segment, as verdicts: what is enforced, and what shadow rules would have said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from roadworthy.guard.completions.selecting import message_for
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.engine.finding import Failure, Finding
from roadworthy.guard.engine.stub import KNOWN_AGAIN, stub_id, stub_text
from roadworthy.guard.event import Event, Stub
from roadworthy.guard.policy.model import FailMode
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Action, Detection, Edit, EditKind, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentJudgement:
    """All that is said of one segment."""

    verdicts: tuple[Verdict, ...] = ()
    """Of the rules that are enforced, sorted by rule."""

    shadow: tuple[Verdict, ...] = ()
    """What rules in shadow mode would have said."""


_OF_SPANS = frozenset((EditKind.QUARANTINE, EditKind.NEUTRALISE))
"""Kinds of edit that say that the rest of the segment is harmless without these characters."""

NOTHING = SegmentJudgement()
"""Of a segment in which no rule found anything."""


def judgement_of(bundle: Bundle, findings: Sequence[Finding], segment: Segment, *, event: Event) -> SegmentJudgement:
    """Return ``findings`` as verdicts.

    Args:
        bundle: The policy that they were found by.
        findings: Of one segment; of a stream, all that was found in the field so far, in places of the whole field.
        segment: Where; its text is as long as any place in ``findings``.
        event: What it is of.
    """
    if not findings:
        return NOTHING
    enforced: list[Verdict] = []
    shadow: list[Verdict] = []
    for finding in findings:
        verdicts = shadow if finding.rule.is_shadow else enforced
        if finding.failure is not None:
            verdicts.append(_of_failure(finding, segment))
        if finding.failure is None or finding.detections:
            verdicts.append(_of_rule(bundle, finding, segment, event=event))
    return SegmentJudgement(verdicts=tuple(enforced), shadow=tuple(shadow))


def _of_failure(finding: Finding, segment: Segment) -> Verdict:
    rule = finding.rule
    failure = finding.failure or Failure.RAIL_FAILED
    is_closed = rule.fail_mode is FailMode.CLOSED
    return Verdict(
        action=Action.DENY if is_closed else Action.ALLOW,
        rule=f"guard/{failure.value}",
        rail=rule.kind,
        segment=segment.index,
        reason=f"rule {rule.id}: {finding.why}; it fails {rule.fail_mode.value}",
        kinds=(failure.value,),
        operating_point=rule.operating_point,
        cost_us=finding.cost_us,
        degraded=True,
    )


def _of_rule(bundle: Bundle, finding: Finding, segment: Segment, *, event: Event) -> Verdict:
    rule = finding.rule
    kinds = tuple(sorted({found.kind for found in finding.detections}))
    what = ", ".join(kinds) if kinds else "its condition holds"
    return Verdict(
        action=rule.action,
        rule=rule.id,
        rail=rule.kind,
        segment=segment.index,
        reason=f"incident {rule.incident}: {what}" if rule.incident else what,
        message=_message(bundle, rule, event) if rule.category and rule.action.stops else "",
        spans=tuple(found.span for found in finding.detections),
        kinds=kinds,
        edits=_edits(finding, segment, event=event),
        operating_point=rule.operating_point,
        cost_us=finding.cost_us,
    )


def _message(bundle: Bundle, rule: CompiledRule, event: Event) -> str:
    completions = bundle.completions(event.principal.tenant)
    return message_for(completions, category=rule.category, locale=event.principal.locale, stub="").text


def _edits(finding: Finding, segment: Segment, *, event: Event) -> tuple[Edit, ...]:
    """Return what makes the segment harmless, as far as the rule's action lets it go on."""
    action = finding.rule.action
    if action is Action.TRANSFORM:
        if finding.detections:
            return tuple(_transformed(found, segment) for found in finding.detections)
        return (_whole(segment, "[redacted]", EditKind.REDACT),)
    if action is Action.QUARANTINE:
        stub = stub_text(stub_id(event, segment))
        given = [found.edit for found in finding.detections]
        if given and all(edit is not None and edit.kind in _OF_SPANS for edit in given):
            return tuple(_quarantined(found, stub) for found in finding.detections)
        return (_whole(segment, stub, EditKind.QUARANTINE),)
    return ()


def _transformed(found: Detection, segment: Segment) -> Edit:
    if found.edit is not None and not found.offered:
        return found.edit
    if found.span.length == 0:
        # There is nothing to take out, and leaving it as it is would not be a transformation.
        return _whole(segment, "[redacted]", EditKind.REDACT)
    return Edit(span=found.span, replacement=f"[{found.kind}]", kind=EditKind.REDACT)


def _quarantined(found: Detection, stub: str) -> Edit:
    span = found.span if found.edit is None else found.edit.span
    return Edit(span=span, replacement=stub, kind=EditKind.QUARANTINE)


def _whole(segment: Segment, replacement: str, kind: EditKind) -> Edit:
    return Edit(span=Span(start=0, end=len(segment.text)), replacement=replacement, kind=kind)


def known_verdict(stub: Stub, segment: Segment) -> Verdict:
    """Return the verdict on a text of the history that was blocked before: its stub takes its place."""
    return Verdict(
        action=Action.QUARANTINE,
        rule=KNOWN_AGAIN,
        rail="",
        segment=segment.index,
        reason=f"blocked before by rule {stub.rule}; {stub.id} stands for it",
        kinds=("known-again",),
        edits=(_whole(segment, stub_text(stub.id), EditKind.QUARANTINE),),
    )
