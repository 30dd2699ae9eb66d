"""Requests for consent as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadworthy.cli import output

if TYPE_CHECKING:
    from roadworthy.approvals.model import ApprovalRequest
    from roadworthy.approvals.standing import ConsentStanding
    from roadworthy.runtime.oversight.requesting import Asked
    from roadworthy.runtime.oversight.showing import Shown, Waiting

_STYLES = {"approved": "green", "not_asked_for": "green", "in_review": "yellow", "not_requested": "yellow"}


def request_lines(asked: Asked) -> list[str]:
    """Say what was asked for, and what it is bound to."""
    decision = asked.bench.decision
    verdict = decision.verdict.value.replace("_", " ")
    moved = [result.rule for result in decision.results if result.bar_moved]
    shown = [f"  a bar was loosened after the run was registered: {', '.join(moved)}"] if moved else []
    return [
        f"{asked.request.id}  {asked.request.about}",
        f"  the gate says {verdict} without this consent: {decision.summary}",
        *shown,
        *_request(asked.request),
    ]


def waiting_line(row: Waiting) -> str:
    """Say how one request stands, in a line."""
    state = output.coloured(f"{row.state.value.replace('_', ' '):<13}", _STYLES.get(row.state.value, "red"))
    age = f"{row.age_days} day{'' if row.age_days == 1 else 's'}"
    yours = f"  ← waits for you as {' or '.join(row.yours)}" if row.yours else ""
    due = f"  [{row.due}]" if row.due else ""
    return f"{state} {row.id}  {row.about}  {row.kind.value}, {age}: {row.reason}{due}{yours}"


def shown_lines(shown: Shown) -> list[str]:
    """Say everything about one request."""
    lines = [f"{shown.request.id}  {shown.request.about}", *_request(shown.request), ""]
    lines += _standing(shown.standing)
    if shown.verdict:
        lines.append(f"  gate now      {shown.verdict}")
    for answer in shown.answers:
        said = answer.answer.value.replace("_", " ")
        lines.append(
            f"  {answer.id}  {answer.approver} as {answer.role}: {said}, {answer.decided_at:%Y-%m-%d %H:%M} UTC"
        )
        lines += [f"      “{answer.comment}”"] if answer.comment else []
        for number, condition in enumerate(answer.conditions, start=1):
            rule = f", shown by rule {condition.rule}" if condition.rule else ""
            lines.append(f"      condition {number}: {condition.text}, by {condition.due}{rule}")
    if shown.changed:
        lines += ["", "since it was asked for:"]
    for change in shown.changed:
        lines += [f"  {change.name} changed", *(f"      {detail}" for detail in change.details)]
    return lines


def _request(request: ApprovalRequest) -> list[str]:
    authors = ", ".join(request.authors) or "nobody known"
    count = len(request.unknown_authors)
    who = f" and {count} whom the governance file does not know" if count else ""
    unknown = output.coloured(who, "red") if who else ""
    lines = [
        f"  asked by      {request.requested_by}, {request.requested_at:%Y-%m-%d %H:%M} UTC",
        f"  written by    {authors}{unknown}",
        f"  tier          {request.payload.tier.value}",
        f"  payload       {request.payload.digest}",
    ]
    lines += [f"  reason        {request.reason}"] if request.reason else []
    return [*lines, *(f"    {item.name:<12}{item.digest}" for item in request.payload.bound)]


def _standing(standing: ConsentStanding) -> list[str]:
    state = standing.state.value.replace("_", " ")
    lines = [f"{output.coloured(state.upper(), _STYLES.get(standing.state.value, 'red'))}  {standing.reason}"]
    if standing.valid_until is not None:
        lines.append(f"  holds until   {standing.valid_until:%Y-%m-%d %H:%M} UTC")
    for item in standing.approvals:
        counts = "counts" if item.counts else f"does not count: {item.reason}"
        lines.append(f"  {item.approval}  {item.approver} as {item.role} {counts}")
    return lines
