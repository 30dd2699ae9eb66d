"""Exceptions as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from roadworthy.cli.output import coloured
from roadworthy.evidence.documents.wording import visible

if TYPE_CHECKING:
    from roadworthy.exceptions.distribution import Distribution, Tally
    from roadworthy.runtime.oversight.excepted import ExceptionView

_STYLE = {"active": "green", "approved": "green", "requested": "yellow", "under_review": "yellow"}


def view_lines(view: ExceptionView) -> Iterator[str]:
    """Yield one exception in full."""
    one = view.exception
    left = "" if view.days_left is None else f", {view.days_left:.1f} days left"
    yield f"{coloured(one.id, 'bold')}  {_state(view)}  until {one.expires_at:%Y-%m-%d %H:%M} UTC{left}"
    if view.reason:
        yield f"  {view.reason}"
    yield f"  rules        {', '.join(one.rules)}"
    yield f"  scope        {view.scope}, tier {one.tier.value}"
    yield f"  why          {one.reason_code.value.replace('_', ' ')}: {visible(one.justification)}"
    yield f"  compensated  {', '.join(one.compensating) or 'by nothing'}"
    yield f"  asked for    by {one.requested_by} on {one.requested_at:%Y-%m-%d %H:%M} UTC"
    if one.renews:
        yield f"  renewal      {one.renewal}, of {one.renews}: {visible(one.review_note)}"
    for approval in view.consent.approvals:
        yield f"  answered     {approval.approver} as {approval.role}: {approval.reason or 'counts'}"
    if view.consent.missing:
        yield f"  missing      {', '.join(view.consent.missing)}"
    if view.renewed_by:
        yield f"  renewed by   {', '.join(view.renewed_by)}"
    yield from (f"  let through  decision {decision}" for decision in view.decisions)


def list_lines(views: Sequence[ExceptionView]) -> Iterator[str]:
    """Yield one line an exception."""
    for view in views:
        one = view.exception
        soon = coloured("  ends soon", "yellow") if view.is_expiring else ""
        rules = ", ".join(one.rules[:2]) + (f" and {len(one.rules) - 2} more" if len(one.rules) > 2 else "")
        yield f"{one.id}  {_state(view)}  until {one.expires_at:%Y-%m-%d}  {rules}  ({view.scope}){soon}"


def distribution_lines(found: Distribution) -> Iterator[str]:
    """Yield what all exceptions say together."""
    yield f"{found.live} hold now, {found.total} were ever asked for"
    if found.median_age_days is not None and found.oldest_age_days is not None:
        yield f"  age          median {found.median_age_days:.0f} days, oldest {found.oldest_age_days:.0f}"
    yield f"  renewals     {found.renewed} of those that hold are renewals; at most {found.most_renewals} times"
    if found.expiring:
        yield f"  end soon     {', '.join(found.expiring)}"
    yield from _tallies("reason", found.by_reason)
    yield from _tallies("rule", found.by_rule)
    for state, count in found.by_state:
        yield f"  state        {state.replace('_', ' ')}: {count}"


def _tallies(word: str, tallies: Sequence[Tally]) -> Iterator[str]:
    for tally in tallies:
        yield f"  {word:<12} {tally.word.replace('_', ' ')}: {tally.live} now, {tally.ever} ever"


def _state(view: ExceptionView) -> str:
    word = view.state.value
    return coloured(word.replace("_", " "), _STYLE.get(word, "dim"))
