"""Whether a release should ship, by the raw records alone. Shares no code with the gate."""

from __future__ import annotations

from datetime import timedelta

from fakes.consent_desk import MANAGER, REVIEWER, Desk
from fakes.gate_world import task
from roadworthy.approvals.model import Answer, HeldApproval
from roadworthy.core.digest import digest_of
from roadworthy.exceptions.standing import exception_payload
from roadworthy.gates.model import GateDecision, RuleOutcome
from roadworthy.gates.oversight.consenting import payload_of
from roadworthy.governance.model import ActorKind, RevocationReason

SKEW, VALID = timedelta(minutes=5), {"release": timedelta(days=10), "exception": timedelta(days=90)}
BOUND = {"release", "assessment", "policy", "evidence", "exceptions", "tasks", "facts"}


def require_evidence(desk: Desk, decision: GateDecision) -> None:
    wanted = {subject.digest for subject in task(desk.release).subjects}
    for result in decision.results:
        assert result.outcome is RuleOutcome.PASS or result.exceptions, result.rule
        for used in result.evidence:
            piece = next(one for one in desk.evidence if one.id == used.id)
            if result.outcome is RuleOutcome.PASS:
                assert used.id not in recalled(desk) | desk.unverified
                assert {s.digest for s in piece.subjects} == wanted
                assert timedelta() <= desk.now - piece.observed_at <= timedelta(days=30)
    assert any(r.rule == "base/injection" and r.outcome is RuleOutcome.PASS and r.evidence for r in decision.results)


def recalled(desk: Desk) -> set[str]:
    return {key for recall in desk.recalls for key in recall.evidence}


def require_exceptions(desk: Desk, decision: GateDecision) -> None:
    known = {one.exception.id: one for one in desk.exceptions}
    holds = {r.rule for r in decision.results if r.outcome is RuleOutcome.PASS}
    for result in decision.results:
        for key in result.exceptions:
            one = known[key]
            assert one.end is None
            assert one.exception.starts_at <= desk.now < one.exception.expires_at
            assert one.exception.expires_at - one.exception.starts_at <= timedelta(days=30)
            assert one.exception.scope.release == decision.release
            assert set(one.exception.compensating) <= holds
            accepted = exception_payload(one.exception, one.digest).digest
            assert said_yes(desk, accepted, role=REVIEWER) - {one.exception.requested_by}


def require_consent(desk: Desk, decision: GateDecision) -> None:
    payload = payload_of(decision)
    assert {item.name for item in payload.bound} >= BOUND
    managers, reviewers = (said_yes(desk, payload.digest, role=role) for role in (MANAGER, REVIEWER))
    excepting = set()
    for one in desk.exceptions:
        if any(one.exception.id in r.exceptions for r in decision.results):
            excepting |= said_yes(desk, exception_payload(one.exception, one.digest).digest, role=REVIEWER)
    managers, reviewers = managers - excepting, reviewers - excepting
    assert managers
    assert reviewers
    assert len(managers | reviewers) >= 2
    assert not said_no(desk, payload.digest)


def said_no(desk: Desk, payload: str) -> set[str]:
    """Those whose last word in some role was no."""
    final = {}
    for one in desk.consents.approvals:
        person = next((p for p in desk.rules.people if p.id == one.approval.approver), None)
        signed_no = one.signed.holds and person is not None and one.approval.role in person.roles
        if one.approval.payload == payload and signed_no:
            final[one.approval.approver, one.approval.role] = one.approval.answer
    return {by for (by, role), said in final.items() if said is Answer.REJECT and role in (MANAGER, REVIEWER)}


def said_yes(desk: Desk, payload: str, *, role: str) -> set[str]:
    """Who says yes to a payload in a role that is theirs: looked up in the raw records, one condition a line."""
    requests = {r.id: r for r in desk.consents.requests if r.payload.digest == payload}
    barred = {r.requested_by for r in requests.values()} | {a for r in requests.values() for a in r.authors}
    found = set()
    for one in desk.consents.approvals:
        said, request = one.approval, requests.get(one.approval.request)
        if said.payload != payload or request is None or said.role != role or said.approver in barred:
            continue
        if said.answer not in (Answer.APPROVE, Answer.APPROVE_WITH_CONDITIONS) or request.unknown_authors:
            continue
        if said.asked != digest_of(request) or said.decided_at < request.requested_at - SKEW:
            continue
        if taken_back(desk, said.id, by=said.approver) or taken_back(desk, request.id, by=request.requested_by):
            continue
        if said.decided_at > one.signed.recorded_at + SKEW or not desk.now < said.valid_until:
            continue
        if desk.now >= said.decided_at + VALID[said.kind.value]:
            continue
        if any(desk.now.date() > condition.due for condition in said.conditions):
            continue
        if signed_by(desk, one.signed, who=said.approver) and holds_role(desk, one, barred=barred):
            found.add(said.approver)
    return found


def taken_back(desk: Desk, record: str, *, by: str) -> bool:
    return any((w.withdrawal.of, w.withdrawal.by) == (record, by) for w in desk.consents.withdrawals)


def signed_by(desk: Desk, signed: object, *, who: str) -> bool:
    keys = [key for p in desk.rules.people if p.id == who and p.kind is ActorKind.HUMAN for key in p.keys]
    return any(
        signed.holds
        and key.id == signed.key
        and key.valid_from <= signed.recorded_at < key.valid_until
        and key.revoked_because is not RevocationReason.COMPROMISED
        and (key.revoked_at is None or signed.recorded_at < key.revoked_at)
        for key in keys
    )


def holds_role(desk: Desk, one: HeldApproval, *, barred: set[str]) -> bool:
    said = one.approval
    roles = {p.id: p.roles for p in desk.rules.people}
    if said.delegation is None:
        return said.role in roles.get(said.approver, ())
    return any(
        lent.delegation.id == said.delegation
        and (lent.delegation.borrower, lent.delegation.role) == (said.approver, said.role)
        and said.role in roles.get(lent.delegation.lender, ())
        and lent.delegation.lender not in barred
        and said.kind in lent.delegation.kinds
        and lent.delegation.starts_at <= said.decided_at < lent.delegation.ends_at
        and signed_by(desk, lent.signed, who=lent.delegation.lender)
        for lent in desk.consents.delegations
    )
