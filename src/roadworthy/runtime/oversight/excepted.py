"""Says how exceptions stand now: each one, those that end soon, and what all of them say together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from roadworthy.approvals.model import ApprovalRequest
from roadworthy.approvals.standing import ConsentStanding
from roadworthy.core.errors import ConflictError, NotFoundError
from roadworthy.core.records import Stored
from roadworthy.core.subject import STRICT
from roadworthy.exceptions.distribution import LIVE, OPEN, Distribution, StatedException, distribution_of
from roadworthy.exceptions.model import ExceptionEnd, ExceptionState, HeldException, PolicyException
from roadworthy.exceptions.scope import scope_text
from roadworthy.exceptions.standing import consent_to, exception_payload, state_of
from roadworthy.runtime.trust.bearing import exceptions_known
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace

EXPIRING_DAYS = 14
"""What counts as soon where no governance file says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionView:
    """An exception as it stands now, for people and programs."""

    __pydantic_config__: ClassVar = STRICT

    exception: PolicyException
    digest: str
    state: ExceptionState
    reason: str
    """Why it is not active; empty where it is."""

    scope: str
    consent: ConsentStanding
    end: ExceptionEnd | None
    renewed_by: tuple[str, ...]
    """Ids of those that go on from it."""

    days_left: float | None
    """None where it does not hold now."""

    is_expiring: bool
    decisions: tuple[str, ...]
    """Ids of decisions that let something through by it, oldest first."""


def held_exception(workspace: Workspace, reference: str) -> HeldException:
    """Return the exception of this id or digest, with what ended it.

    Raises:
        NotFoundError: If there is none.
    """
    stored: Stored[PolicyException] = workspace.exceptions.get(reference)
    found = next((h for h in exceptions_known(workspace) if h.exception.id == stored.record.id), None)
    if found is None:
        raise NotFoundError(f"no exception is called {reference!r}", fix="see `rw exception list --all`")
    return found


def ensure_request(workspace: Workspace, held: HeldException) -> ApprovalRequest:
    """Return the request for consent to an exception.

    Raises:
        ConflictError: If there is none, because the call that should have written it was cut short. The exception
            then lets nothing through and can be asked for again.
    """
    payload = exception_payload(held.exception, held.digest)
    found = [stored.record for stored in workspace.requests.all() if stored.record.payload == payload]
    if not found:
        raise ConflictError(
            f"nobody asked for consent to {held.exception.id}: the call that should have was cut short",
            where=held.exception.id,
            fix="revoke it, and ask again with `rw exception request`",
        )
    return found[-1]


def exception_view(workspace: Workspace, reference: str) -> ExceptionView:
    """Return how an exception stands now, and which decisions it let something through in."""
    held = held_exception(workspace, reference)
    return _views(workspace, (held,))[0]


def list_exceptions(
    workspace: Workspace, *, expiring: bool = False, everything: bool = False
) -> tuple[ExceptionView, ...]:
    """Return exceptions, the first to expire first.

    Args:
        workspace: Whose.
        expiring: Only those that hold now and end soon.
        everything: Those that are over, too.
    """
    views = _views(workspace, exceptions_known(workspace))
    shown = [view for view in views if everything or view.state in OPEN]
    if expiring:
        shown = [v for v in shown if v.is_expiring]
    return tuple(sorted(shown, key=lambda view: (view.exception.expires_at, view.exception.id)))


def exception_reasons(workspace: Workspace) -> Distribution:
    """Return what the exceptions say together: reasons, rules, ages, renewals, and which end soon."""
    days = _expiring_days(workspace)
    return distribution_of(
        exceptions_now(workspace, exceptions_known(workspace)), now=workspace.clock.now(), expiring_days=days
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionNow(StatedException):
    """With who approved it."""

    consent: ConsentStanding

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who approved it, whether that still counts or has run out."""
        return tuple(a.approver for a in self.consent.approvals if a.counts)


def exceptions_now(workspace: Workspace, exceptions: tuple[HeldException, ...]) -> list[ExceptionNow]:
    """Return ``exceptions`` with the state of each as it is now."""
    governance, now = workspace.governance, workspace.clock.now()
    consents = consents_of(workspace)
    stated = []
    for held in exceptions:
        consent = consent_to(held, consents=consents, governance=governance, now=now)
        state, reason = state_of(held, consent=consent, governance=governance, now=now)
        stated.append(ExceptionNow(held=held, state=state, reason=reason, consent=consent))
    return stated


def _views(workspace: Workspace, exceptions: tuple[HeldException, ...]) -> list[ExceptionView]:
    now = workspace.clock.now()
    days = _expiring_days(workspace)
    everything = [stored.record for stored in workspace.exceptions.all()]
    used: dict[str, list[str]] = {}
    for stored in workspace.decisions.all():
        for standing in stored.record.exceptions:
            if standing.waived:
                used.setdefault(standing.id, []).append(stored.record.id)
    return [
        ExceptionView(
            exception=one.held.exception,
            digest=one.held.digest,
            state=one.state,
            reason=one.reason,
            scope=scope_text(one.held.exception.scope),
            consent=one.consent,
            end=one.held.end,
            renewed_by=tuple(other.id for other in everything if other.renews == one.held.exception.id),
            days_left=_days_left(one, now=now),
            is_expiring=one.is_expiring(now=now, within_days=days),
            decisions=tuple(used.get(one.held.exception.id, ())),
        )
        for one in exceptions_now(workspace, exceptions)
    ]


def _days_left(one: ExceptionNow, *, now: datetime) -> float | None:
    if one.state not in LIVE:
        return None
    return (one.held.exception.expires_at - now) / timedelta(days=1)


def _expiring_days(workspace: Workspace) -> int:
    return EXPIRING_DAYS if workspace.governance is None else workspace.governance.exceptions.expiring_days
