"""A decision of the guard in full, as text: places and kinds, and no content unless it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from roadworthy.cli import output

if TYPE_CHECKING:
    from roadworthy.guard.verdict import OperatingPoint, Verdict
    from roadworthy.runtime.guard.explaining import Explained, Looked

_STYLE = {"allow": "green", "transform": "yellow", "quarantine": "yellow", "escalate": "red", "deny": "red"}
_SHOWN_SPANS = 12


def explained_record(found: Explained, *, show_text: bool) -> dict[str, object]:
    """Return what a program reads; texts only where they were asked for."""
    decision = found.decision
    return {
        "action": decision.action,
        "policy": decision.policy,
        "tier": decision.tier,
        "degraded": decision.degraded,
        "message": decision.message,
        "completion": decision.completion,
        "cost_us": decision.cost_us,
        "verdicts": [_verdict_record(one) for one in decision.verdicts],
        "shadow": [_verdict_record(one) for one in decision.shadow],
        "fields": [_field_record(one, show_text=show_text) for one in found.fields],
        "exposures": found.exposures,
        "beneath": found.beneath,
        "without": found.without,
        "arguments": found.arguments,
        "grants": found.grants,
        "not_asked": found.not_asked,
        "otherwise": found.otherwise,
        "route": found.route,
    }


def _verdict_record(one: Verdict) -> dict[str, object]:
    return {
        "action": one.action,
        "rule": one.rule,
        "rail": one.rail,
        "segment": one.segment,
        "reason": one.reason,
        "kinds": one.kinds,
        "spans": one.spans,
        "operating_point": one.operating_point,
        "cost_us": one.cost_us,
        "degraded": one.degraded,
    }


def _field_record(one: Looked, *, show_text: bool) -> dict[str, object]:
    segment = one.segment
    record: dict[str, object] = {
        "index": segment.index,
        "path": segment.path,
        "stage": segment.stage,
        "channel": segment.channel,
        "source": segment.source.kind,
        "characters": len(segment.text),
        "rules": one.rules,
    }
    if show_text:
        record |= {"text": segment.text, "after": one.after.text if one.after is not None else None}
    return record


def explained_lines(found: Explained, *, show_text: bool) -> Iterator[str]:
    """Say what happens, by which rules, and what it costs."""
    decision = found.decision
    degraded = ", degraded" if decision.degraded else ""
    yield output.coloured(f"{decision.action.value}{degraded}", _STYLE[decision.action.value])
    yield f"  policy {decision.policy[:19]}…, tier {decision.tier.value}, {decision.cost_us} µs"
    if found.route != "*":
        yield f"  route {found.route or 'none: the policy has no such route'}"
    for line in found.otherwise:
        yield output.coloured(f"  of what went before, held back: {line}", "yellow")
    for one in found.fields:
        yield from _field_lines(one, found, show_text=show_text)
    if found.grants:
        yield f"grants that look at the call: {', '.join(found.grants)}"
    for name in found.not_asked:
        yield f"  not asked here: {name}; only a run counts what was used"
    yield from _argument_lines(found)
    for verdict in decision.verdicts:
        if verdict.segment is None:
            yield from _verdict_lines(verdict, text=None)
    if decision.message:
        yield f"the user is told ({decision.completion or 'own words'}):"
        yield from (f"  {line}" for line in decision.message.splitlines())
    yield from _exposure_lines(found)
    yield from _beneath_lines(found)


def _field_lines(one: Looked, found: Explained, *, show_text: bool) -> Iterator[str]:
    segment, decision = one.segment, found.decision
    named = f" {segment.path}" if segment.path else ""
    yield (
        f"{segment.stage.value} {segment.channel.value}{named} of {segment.source.kind.value}, "
        f"{len(segment.text)} characters; {len(one.rules)} rules look at it"
    )
    if not one.rules:
        yield "  none: nothing of the policy is for such a field"
    text = segment.text if show_text else None
    said = [verdict for verdict in decision.verdicts if verdict.segment == segment.index]
    shadow = [verdict for verdict in decision.shadow if verdict.segment == segment.index]
    for verdict in said:
        yield from _verdict_lines(verdict, text=text)
    for verdict in shadow:
        yield from _verdict_lines(verdict, text=text, would="in shadow, would ")
    quiet = [rule for rule in one.rules if rule not in {verdict.rule for verdict in (*said, *shadow)}]
    if quiet:
        yield f"  found nothing: {', '.join(quiet)}"
    if show_text and one.after is not None and one.after.text != segment.text:
        yield f"  goes on as: {one.after.text!r}"


def _argument_lines(found: Explained) -> Iterator[str]:
    for one in found.arguments:
        places = [*one.found, *(["nowhere: the model composed it"] if one.is_composed else [])]
        yield f"argument {one.argument} of {one.tool}, {one.characters} characters, {one.secrecy}: found"
        yield from (f"  {place}" if place.startswith("nowhere") else f"  in {place}" for place in places)


def _verdict_lines(verdict: Verdict, *, text: str | None, would: str = "") -> Iterator[str]:
    word = output.coloured(f"{would}{verdict.action.value}", _STYLE[verdict.action.value])
    rail = f" ({verdict.rail})" if verdict.rail else ""
    yield f"  {word}  {verdict.rule}{rail}: {verdict.reason}, {verdict.cost_us} µs"
    for span in verdict.spans[:_SHOWN_SPANS]:
        shown = f": {text[span.start : span.end]!r}" if text is not None else ""
        yield f"    characters {span.start} to {span.end}{shown}"
    if len(verdict.spans) > _SHOWN_SPANS:
        yield f"    … and {len(verdict.spans) - _SHOWN_SPANS} more places"
    if verdict.operating_point is not None:
        yield f"    {_point(verdict.operating_point)}"


def _point(point: OperatingPoint) -> str:
    known = [
        f"{name} {value}"
        for name, value in (
            ("threshold", point.threshold),
            ("recall", point.recall),
            ("false positives", point.false_positive_rate),
        )
        if value is not None
    ]
    measured = f", measured on {point.measured_on}" if point.measured_on else ""
    return f"{point.detector} {point.version}: {', '.join(known) or 'not measured'}{measured}"


def _exposure_lines(found: Explained) -> Iterator[str]:
    shown = [one for one in found.exposures if one.bound]
    for one in shown:
        because = f" because of {', '.join(one.rules)}" if one.rules else ""
        yield (
            f"in a stream ({one.mode.value}) up to {one.bound} characters of `{one.channel.value}` can leave before "
            f"their verdict{because}"
        )
    if found.exposures and not shown:
        yield f"in a stream ({found.exposures[0].mode.value}) nothing leaves before its verdict"


def _beneath_lines(found: Explained) -> Iterator[str]:
    if found.beneath:
        yield f"stands on {', '.join(found.beneath)}"
    for one in found.without:
        until = f" until {one.until}" if one.until is not None else ""
        yield f"  looser here: {one.subject}{until}, because: {one.reason}"
