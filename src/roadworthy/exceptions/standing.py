"""How an exception stands for one release at one time, and whether it lets anything through. Computed, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from roadworthy.approvals.model import ApprovalPayload, Consents
from roadworthy.approvals.payload import record_payload
from roadworthy.approvals.standing import ConsentStanding, ConsentState, standing_of
from roadworthy.core.digest import Digest
from roadworthy.core.severity import RiskTier
from roadworthy.exceptions.model import (
    ExceptionStanding,
    ExceptionState,
    HeldException,
    PolicyException,
)
from roadworthy.exceptions.scope import in_scope, scope_text
from roadworthy.exceptions.terms import broken_dates, broken_terms
from roadworthy.governance.model import ConsentKind, Governance
from roadworthy.inventory.release import Release
from roadworthy.policy.model import Rule


def exception_payload(exception: PolicyException, digest: Digest) -> ApprovalPayload:
    """Return what approvers of ``exception`` consent to."""
    return record_payload(digest, kind=ConsentKind.EXCEPTION, tier=exception.tier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an exception is held against when a release is decided on."""

    release: Release
    tier: RiskTier
    rules: Mapping[str, Rule]
    """Rules in force, by id."""

    passing: frozenset[str]
    """Rules that were judged and hold."""

    unmet: frozenset[str]
    """Rules that do not hold, and not because they could not be evaluated: what an exception can let through."""

    governance: Governance | None
    consents: Consents
    others: Mapping[str, HeldException]
    """Every exception of the system, by id: those that are renewed are looked up here."""

    now: datetime


def standing_of_exception(held: HeldException, *, at: Circumstances) -> ExceptionStanding:
    """Return how an exception stands for a release, and which rules it lets through.

    Args:
        held: The exception, with what ended it. An end counts whatever time it names.
        at: What it is held against.

    Returns:
        *Effective* only where it is active, in scope, of this tier, within the terms of today, approved for every
        rule that it names, and all its compensating rules hold. ``waived`` has only rules that do not hold.
    """
    exception = held.exception
    consent = consent_to(held, consents=at.consents, governance=at.governance, now=at.now, passing=at.passing)
    state, why = state_of(held, consent=consent, governance=at.governance, now=at.now)
    covered = in_scope(exception, at.release)
    failing = tuple(rule for rule in exception.compensating if rule not in at.passing)
    reason = why or _not_effective(held, consent=consent, at=at) or _uncompensated(failing)
    waived = () if reason else tuple(rule for rule in exception.rules if rule in at.unmet)
    return ExceptionStanding(
        id=exception.id,
        digest=held.digest,
        state=state,
        in_scope=covered,
        effective=not reason,
        reason=reason,
        rules=exception.rules,
        waived=waived,
        reason_code=exception.reason_code,
        expires_at=exception.expires_at,
        requested_by=exception.requested_by,
        consent=consent,
        compensating=exception.compensating,
        failing=failing,
        justification=exception.justification,
        scope=scope_text(exception.scope),
        renewal=exception.renewal,
    )


def consent_to(
    held: HeldException,
    *,
    consents: Consents,
    governance: Governance | None,
    now: datetime,
    passing: frozenset[str] = frozenset(),
) -> ConsentStanding:
    """Return how people's consent to an exception stands; what they said of other exceptions is left out."""
    payload = exception_payload(held.exception, held.digest)
    mine = tuple(request for request in consents.requests if set(payload.bound) & set(request.payload.bound))
    return standing_of(
        payload,
        consents=replace(consents, requests=mine),
        governance=governance,
        now=now,
        passing_rules=passing,
    )


def state_of(
    held: HeldException, *, consent: ConsentStanding, governance: Governance | None, now: datetime
) -> tuple[ExceptionState, str]:
    """Return the state of an exception, and why it is not active in one sentence; empty where it is."""
    exception = held.exception
    if held.end is not None:
        state = ExceptionState.REVOKED if held.end.end == "revoked" else ExceptionState.RESOLVED
        return state, f"{held.end.by} {held.end.end} it on {held.end.at:%Y-%m-%d}"
    broken = broken_dates(exception, governance) if governance is not None else ()
    if broken:
        return ExceptionState.UNREADABLE, broken[0]
    if now >= exception.expires_at:
        return ExceptionState.EXPIRED, f"it expired on {exception.expires_at:%Y-%m-%d %H:%M} UTC"
    if consent.state is not ConsentState.APPROVED:
        return _unapproved(consent)
    if now < exception.starts_at:
        return ExceptionState.APPROVED, f"it starts on {exception.starts_at:%Y-%m-%d %H:%M} UTC"
    return ExceptionState.ACTIVE, ""


_UNAPPROVED = {
    ConsentState.NOT_ASKED_FOR: ExceptionState.REQUESTED,
    ConsentState.NOT_REQUESTED: ExceptionState.REQUESTED,
    ConsentState.IN_REVIEW: ExceptionState.UNDER_REVIEW,
    ConsentState.REJECTED: ExceptionState.REJECTED,
    ConsentState.WITHDRAWN: ExceptionState.REVOKED,
    ConsentState.EXPIRED: ExceptionState.EXPIRED,
    ConsentState.VOIDED: ExceptionState.VOIDED,
}


def _unapproved(consent: ConsentStanding) -> tuple[ExceptionState, str]:
    if consent.state is ConsentState.NOT_ASKED_FOR:
        return ExceptionState.REQUESTED, "the governance says of nobody that they approve exceptions"
    answered = any(approval.counts for approval in consent.approvals)
    state = _UNAPPROVED[consent.state]
    if state is ExceptionState.UNDER_REVIEW and not answered:
        state = ExceptionState.REQUESTED
    return state, f"it is not approved: {consent.reason}"


def _not_effective(held: HeldException, *, consent: ConsentStanding, at: Circumstances) -> str:
    """Return why an active exception does nothing here; empty where nothing stands against it."""
    exception = held.exception
    if at.governance is None:
        return "there is no governance file, so nobody can approve an exception"
    if not in_scope(exception, at.release):
        return f"it is about another release: {scope_text(exception.scope)}"
    if at.tier.rank > exception.tier.rank:
        return f"the tier rose from {exception.tier.value} to {at.tier.value} since it was asked for"
    if at.now < exception.requested_at:
        return "it is dated in the future"
    renewed = at.others.get(exception.renews or "")
    broken = broken_terms(
        _of_today(exception, at.rules),
        rules=at.rules,
        governance=at.governance,
        renewed=renewed.exception if renewed is not None else None,
    )
    return (
        broken[0]
        if broken
        else _approved_by_wrong(exception, consent=consent, rules=at.rules, governance=at.governance)
    )


def _of_today(exception: PolicyException, rules: Mapping[str, Rule]) -> PolicyException:
    """Leave out rules that the policy has no longer: there is nothing to let through, and the others still stand."""
    left = tuple(rule for rule in exception.rules if rule in rules)
    return replace(exception, rules=left) if left else exception


def _approved_by_wrong(
    exception: PolicyException, *, consent: ConsentStanding, rules: Mapping[str, Rule], governance: Governance
) -> str:
    counted = [a for a in consent.approvals if a.counts and a.approver in consent.approvers]
    own = sorted({a.approver for a in counted} & {exception.requested_by, *exception.authors})
    if own:
        return f"{own[0]} asked for it or wrote what it is about, and approved it"
    roles = {approval.role for approval in counted}
    for approval in counted:
        person = governance.person(approval.approver)
        roles |= set(person.roles) if person is not None else set()
    for rule in exception.rules:
        wanted = rules[rule].who_may_waive if rule in rules else ()
        if wanted and not roles & set(wanted):
            return f"nobody who may waive {rule} approved it: that takes {' or '.join(sorted(wanted))}"
    return ""


def _uncompensated(failing: tuple[str, ...]) -> str:
    if not failing:
        return ""
    one = len(failing) == 1
    return f"its compensating rule{'' if one else 's'} {', '.join(failing)} do{'es' if one else ''} not hold"
