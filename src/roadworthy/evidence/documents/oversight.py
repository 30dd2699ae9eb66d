"""Exceptions and consent as documents show them: who asked, who approved, until when, and what compensates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.wording import Tone
from roadworthy.exceptions.model import ExceptionStanding, ExceptionState
from roadworthy.gates.model import GateDecision, RuleResult

CONSENT_WORD = {
    ConsentState.NOT_ASKED_FOR: "Nobody's consent is asked for",
    ConsentState.NOT_REQUESTED: "Not asked for yet",
    ConsentState.IN_REVIEW: "Waiting for people",
    ConsentState.APPROVED: "Approved",
    ConsentState.REJECTED: "Rejected",
    ConsentState.WITHDRAWN: "Taken back",
    ConsentState.EXPIRED: "Approval has run out",
    ConsentState.VOIDED: "Approval void: it was for something else",
}
CONSENT_TONE = {
    ConsentState.NOT_ASKED_FOR: Tone.QUIET,
    ConsentState.APPROVED: Tone.GOOD,
    ConsentState.REJECTED: Tone.BAD,
}
STATE_WORD = {state: state.value.replace("_", " ") for state in ExceptionState}
_ENDED = frozenset({ExceptionState.EXPIRED, ExceptionState.REVOKED, ExceptionState.RESOLVED, ExceptionState.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow:
    """One person's answer, and whether it counts."""

    __pydantic_config__: ClassVar = STRICT

    approver: str
    role: str
    word: str
    """``counts``, or why it does not."""

    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """How people's consent to the release stands."""

    __pydantic_config__: ClassVar = STRICT

    word: str
    tone: Tone
    reason: str
    approvals: tuple[ApprovalRow, ...] = ()
    missing: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    """Open conditions, each with the day on which it is due."""

    valid_until: str = ""
    payload: Digest = ""
    """What approvals are bound to; empty where nobody's consent is asked for."""

    command: str = ""
    """What helps now; empty where nothing is missing."""


NOBODY_ASKED = ConsentView(
    word=CONSENT_WORD[ConsentState.NOT_ASKED_FOR],
    tone=Tone.QUIET,
    reason="there is no governance file that says whose consent a release needs",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRow:
    """One exception and what it does for this release."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    word: str
    tone: Tone
    lets_through: tuple[str, ...]
    """Rules that do not hold and that it lets through; empty where it does nothing here."""

    rules: tuple[str, ...]
    reason: str
    """Why it does nothing here; empty where it lets something through."""

    reason_code: str
    justification: str
    scope: str
    asked_by: str
    approved_by: tuple[str, ...]
    expires_at: str
    compensating: tuple[str, ...]
    renewal: int


def consent_view(decision: GateDecision) -> ConsentView:
    """Return how people's consent to the release stands; also where nobody's is asked for."""
    consent = decision.consent
    if consent is None:
        return NOBODY_ASKED
    return ConsentView(
        word=CONSENT_WORD[consent.state],
        tone=CONSENT_TONE.get(consent.state, Tone.UNKNOWN),
        reason=consent.reason,
        approvals=tuple(
            ApprovalRow(approver=a.approver, role=a.role, word=a.reason or "counts", approval=a.approval)
            for a in consent.approvals
        ),
        missing=consent.missing,
        conditions=tuple(
            f"{condition.text} (due {condition.due.isoformat()}, {condition.approval})"
            for condition in consent.conditions
        ),
        valid_until=_until(consent.valid_until),
        payload=consent.payload if consent.state is not ConsentState.NOT_ASKED_FOR else "",
        command=consent_command(consent),
    )


def consent_command(consent: ConsentStanding) -> str:
    """Return the command that helps where consent is lacking; empty where it is not."""
    if consent.state.is_consent or consent.state is ConsentState.REJECTED:
        return ""
    if consent.state is ConsentState.IN_REVIEW and consent.request is not None:
        return f"rw approval show {consent.request}"
    return "rw approval request"


def exception_rows(decision: GateDecision) -> tuple[ExceptionRow, ...]:
    """Return every exception that bears on the release, those that let something through first.

    What ended and let nothing through here is left out: a decision is no history.
    """
    shown = [s for s in decision.exceptions if s.waived or (s.in_scope and s.state not in _ENDED)]
    return tuple(_row(s) for s in sorted(shown, key=lambda s: (not s.waived, s.expires_at, s.id)))


def excepted_text(result: RuleResult, decision: GateDecision) -> str:
    """Say what lets a rule through that does not hold; empty where nothing does.

    The sentence names who asked, who approved, until when, and what compensates.
    """
    by_id = {standing.id: standing for standing in decision.exceptions}
    return "; ".join(exception_text(by_id[key]) for key in result.exceptions if key in by_id)


def exception_text(standing: ExceptionStanding) -> str:
    """Say an exception in one sentence."""
    approved = ", ".join(standing.consent.approvers) or "nobody"
    compensated = f", compensated by {', '.join(standing.compensating)}" if standing.compensating else ""
    renewed = f", renewal {standing.renewal}" if standing.renewal else ""
    return (
        f"let through by exception {standing.id} ({standing.reason_code.value.replace('_', ' ')}{renewed}) until "
        f"{_until(standing.expires_at)}, asked for by {standing.requested_by}, approved by {approved}{compensated}"
    )


def _row(standing: ExceptionStanding) -> ExceptionRow:
    return ExceptionRow(
        id=standing.id,
        word="lets through" if standing.waived else STATE_WORD[standing.state],
        tone=Tone.OWED if standing.waived else Tone.QUIET,
        lets_through=standing.waived,
        rules=standing.rules,
        reason=standing.reason or ("" if standing.waived else "every rule that it names holds"),
        reason_code=standing.reason_code.value.replace("_", " "),
        justification=standing.justification,
        scope=standing.scope,
        asked_by=standing.requested_by,
        approved_by=standing.consent.approvers,
        expires_at=_until(standing.expires_at),
        compensating=standing.compensating,
        renewal=standing.renewal,
    )


def _until(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
