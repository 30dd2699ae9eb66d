"""Whether a decision that was once taken may still be relied on. Computed from what is known now, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from roadworthy.approvals.standing import ConsentState, standing_of
from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Assurance, Evidence
from roadworthy.core.subject import STRICT
from roadworthy.exceptions.model import ExceptionStanding, ExceptionState, HeldException
from roadworthy.exceptions.standing import consent_to, state_of
from roadworthy.gates.inputs import HeldEvidence
from roadworthy.gates.model import GateDecision, RuleOutcome, Validity, Verdict
from roadworthy.gates.oversight.assured import with_assurance
from roadworthy.gates.oversight.consenting import Oversight, exception_approvers, payload_of
from roadworthy.gates.oversight.recalled import is_recalled
from roadworthy.gates.recall import Recall


class DecisionState(StrEnum):
    """How a decision stands at one time."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    """The time asked about lies before the decision."""

    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    """The same release was decided on again."""

    VOIDED = "voided"
    """Something that it rests on fell away: an exception, an approval, evidence, or the key that signed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionStanding:
    """Whether a decision may be relied on, and why not."""

    __pydantic_config__: ClassVar = STRICT

    decision: str
    state: DecisionState
    reason: str = ""
    """In one sentence; empty where it is in force."""

    superseded_by: str | None = None
    """Id of the newer decision on the same release."""


def decision_standing(
    decision: GateDecision,
    *,
    now: datetime,
    oversight: Oversight,
    evidence: Sequence[Evidence] = (),
    gone: Sequence[Digest] = (),
    later: Iterable[GateDecision] = (),
    signature_holds: bool = True,
) -> DecisionStanding:
    """Return whether ``decision`` may be relied on at ``now``.

    What it rests on is looked at as it is known now: an exception that it shipped on and that was revoked since, an
    approval that was withdrawn, evidence that was recalled or a key that was compromised voids it at once.

    Args:
        decision: As it was taken.
        now: Time that is asked about, aware.
        oversight: The governance file, exceptions, consents and recalls as they are known now.
        evidence: Records of the evidence that it counted, for recalls and independent reviews.
        gone: Digests of evidence that it counted and that nobody has any more. Whether a recall matches them cannot
            be told, so a decision that lets a release through is void.
        later: Decisions taken after it; others than those on the same release are ignored.
        signature_holds: Whether the statement about it is signed with a key that still counts.
    """
    now = require_aware(now, name="now")
    again = next((d for d in later if d.release == decision.release and d.decided_at > decision.decided_at), None)
    if not signature_holds:
        return _stands(decision, DecisionState.VOIDED, "its signature is not by a key that counts")
    lost = f"evidence {gone[0]} that it rests on is gone: nobody can tell whether it was recalled" if gone else ""
    if _ships(decision) and (voided := lost or _voided(decision, now=now, oversight=oversight, evidence=evidence)):
        return _stands(decision, DecisionState.VOIDED, voided)
    if again is not None:
        reason = f"the release was decided on again: {again.id}"
        return DecisionStanding(
            decision=decision.id, state=DecisionState.SUPERSEDED, reason=reason, superseded_by=again.id
        )
    if now < decision.decided_at:
        return _stands(decision, DecisionState.NOT_YET, "it was taken later than the time asked about")
    if now >= decision.valid_until:
        return _stands(decision, DecisionState.EXPIRED, f"it was in force until {decision.valid_until:%Y-%m-%d %H:%M}")
    return _stands(decision, DecisionState.IN_FORCE, "")


def _stands(decision: GateDecision, state: DecisionState, reason: str) -> DecisionStanding:
    return DecisionStanding(decision=decision.id, state=state, reason=reason)


def _ships(decision: GateDecision) -> bool:
    return decision.verdict in (Verdict.SHIP, Verdict.CONDITIONS)


def _voided(decision: GateDecision, *, now: datetime, oversight: Oversight, evidence: Sequence[Evidence]) -> str:
    return (
        _recalled(decision, oversight.recalls, evidence)
        or _no_longer_independent(decision, oversight, evidence)
        or _exception_ended(decision, now=now, oversight=oversight)
        or _consent_gone(decision, now=now, oversight=oversight)
    )


def _recalled(decision: GateDecision, recalls: Sequence[Recall], evidence: Sequence[Evidence]) -> str:
    counted = {u.id for r in decision.results for u in r.evidence if u.validity is Validity.VALID}
    for recall in sorted(recalls, key=lambda recall: (recall.recorded_at, recall.id)):
        hit = sorted(piece.id for piece in evidence if piece.id in counted and is_recalled(recall, piece))
        if hit and recall.id not in decision.recalls:
            return f"evidence {hit[0]} that it rests on was recalled ({recall.id}): {recall.reason}"
    return ""


def _no_longer_independent(decision: GateDecision, oversight: Oversight, evidence: Sequence[Evidence]) -> str:
    """Return which evidence somebody independent signed for whose word counts no more; empty where none is."""
    counted = {u.id: u.digest for r in decision.results for u in r.evidence if u.validity is Validity.VALID}
    signed = {held.review.evidence for held in oversight.consents.independent_reviews}
    bearing = [
        HeldEvidence(evidence=piece, digest=counted[piece.id], verified=True)
        for piece in evidence
        if counted.get(piece.id) in signed
    ]
    for held in with_assurance(bearing, oversight=oversight):
        if held.assurance is Assurance.SELF_ATTESTED:
            return f"nobody independent stands behind evidence {held.evidence.id} any more"
    return ""


def _exception_ended(decision: GateDecision, *, now: datetime, oversight: Oversight) -> str:
    held = {one.exception.id: one for one in oversight.exceptions}
    for standing in decision.exceptions:
        if standing.waived:
            why = _why_ended(decision, standing, held=held.get(standing.id), now=now, oversight=oversight)
            if why:
                return f"exception {standing.id} that it ships on counts no more: {why}"
    return ""


def _why_ended(
    decision: GateDecision,
    before: ExceptionStanding,
    *,
    held: HeldException | None,
    now: datetime,
    oversight: Oversight,
) -> str:
    if held is None or held.digest != before.digest:
        return "its record is gone"
    if oversight.governance is None:
        return "there is no governance file any more"
    at = min(now, decision.valid_until)
    consent = consent_to(held, consents=oversight.consents, governance=oversight.governance, now=at)
    state, why = state_of(held, consent=consent, governance=oversight.governance, now=at)
    # With what runs out by itself the decision ends too, and says so in its own words.
    ran_out = state is ExceptionState.EXPIRED and now >= decision.valid_until
    return "" if ran_out else why


def _consent_gone(decision: GateDecision, *, now: datetime, oversight: Oversight) -> str:
    before = decision.consent
    if before is None or before.state is not ConsentState.APPROVED:
        return ""
    if oversight.governance is None:
        return "there is no governance file any more, so nobody's approval counts"
    at = min(now, decision.valid_until)
    standing = standing_of(
        payload_of(decision),
        consents=oversight.consents,
        governance=oversight.governance,
        now=at,
        exception_approvers=exception_approvers(decision.exceptions),
        passing_rules=[r.rule for r in decision.results if r.outcome is RuleOutcome.PASS],
    )
    ran_out = standing.state is ConsentState.EXPIRED and now >= decision.valid_until
    if standing.state.is_consent or ran_out:
        return ""
    return f"it is approved no more: {standing.reason}"
