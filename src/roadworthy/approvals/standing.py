"""How consent stands: what is asked for, what counts, what does not and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from roadworthy.approvals.counting import Case, Looked, case_of, look_at, standing_answers
from roadworthy.approvals.model import Answer, ApprovalPayload, ApprovalRequest, Consents
from roadworthy.approvals.payload import changed_names, is_about_the_same
from roadworthy.approvals.quorum import holds_until, missing_seats
from roadworthy.core.clock import Day, require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.governance.model import ConsentKind, Governance


class ConsentState(StrEnum):
    """How a request for consent stands at one time. Computed, never stored as truth."""

    NOT_ASKED_FOR = "not_asked_for"
    """The governance file asks for nobody's consent to this."""

    NOT_REQUESTED = "not_requested"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    """Somebody who may approve said no, or nobody answered in the time that the governance file gives."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """It was approved, and the approvals or their conditions ran out."""

    VOIDED = "voided"
    """It was approved, and what was approved is another one now."""

    @property
    def is_consent(self) -> bool:
        """Whether it lets through."""
        return self in (ConsentState.APPROVED, ConsentState.NOT_ASKED_FOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedApproval:
    """An approval, and whether it counts."""

    __pydantic_config__: ClassVar = STRICT

    approval: str
    approver: str
    role: str
    counts: bool
    reason: str = ""
    """Why it does not count; empty where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCondition:
    """A condition that is not met yet."""

    __pydantic_config__: ClassVar = STRICT

    approval: str
    text: str
    due: Day
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStanding:
    """How consent to one payload stands at one time."""

    __pydantic_config__: ClassVar = STRICT

    kind: ConsentKind
    state: ConsentState
    payload: Digest
    request: str | None
    """Id of the request that it is about; None: nobody asked."""

    reason: str
    """One sentence: what is missing, who said no, what changed."""

    approvals: tuple[CountedApproval, ...] = ()
    missing: tuple[str, ...] = ()
    """Roles that still have to approve, one entry for each seat, sorted; then ``another person`` for each person
    that is missing although the seats are filled."""

    conditions: tuple[OpenCondition, ...] = ()
    changed: tuple[str, ...] = ()
    """Names of the bound things that are others than those which the approvers looked at, sorted."""

    approvers: tuple[str, ...] = ()
    """Ids of those whose approval counts, sorted."""

    valid_until: datetime | None = None
    """When the consent ends at the latest; None: there is none, or none is asked for."""

    def __post_init__(self) -> None:
        if self.valid_until is not None:
            object.__setattr__(self, "valid_until", require_aware(self.valid_until, name="valid_until"))


def standing_of(
    payload: ApprovalPayload,
    *,
    consents: Consents,
    governance: Governance | None,
    now: datetime,
    exception_approvers: Collection[str] = (),
    passing_rules: Collection[str] = (),
) -> ConsentStanding:
    """Return how consent to ``payload`` stands at ``now``.

    Time only goes forward: where a record was taken in by the log after ``now``, its time is taken instead, so that
    a clock that was set back brings nothing back. To ask how consent stood earlier, leave out what came later with
    `roadworthy.approvals.history.as_of`.

    Args:
        payload: What is consented to, as it is now.
        consents: Everything that people said that may bear on it; what is about other things is passed over.
        governance: Who may consent, by which rules; None: there is no governance file.
        now: When. Aware.
        exception_approvers: Ids of those whose approval of an exception counts that the release ships on.
        passing_rules: Ids of the rules that hold, by which conditions are met.

    Returns:
        `ConsentState.NOT_ASKED_FOR` only for a release or a build that no rule of the file asks consent for. An
        exception, an acceptance of risk and the like are nothing without consent, so no rule means nobody may give it.
    """
    now = require_aware(now, name="now")
    rule = governance.consent_rule(payload.kind, payload.tier) if governance is not None else None
    if governance is None or rule is None:
        return _without_rule(payload, has_file=governance is not None)
    case = case_of(
        payload,
        consents=consents,
        governance=governance,
        rule=rule,
        exception_approvers=exception_approvers,
        passing_rules=passing_rules,
    )
    if not case.requests:
        return _without_request(payload, consents=consents, governance=governance, now=now)
    return _judged(case, moment=_moment(consents, now=now))


def _moment(consents: Consents, *, now: datetime) -> datetime:
    signed = [item.signed for item in consents.approvals]
    signed += [item.signed for item in consents.delegations]
    signed += [item.signed for item in consents.conditions_met]
    signed += [item.signed for item in consents.withdrawals]
    return max([now, *(item.recorded_at for item in signed)])


_MAY_GO_WITHOUT = (ConsentKind.RELEASE, ConsentKind.BUILD, ConsentKind.CLASSIFICATION, ConsentKind.POLICY_CHANGE)


def _without_rule(payload: ApprovalPayload, *, has_file: bool) -> ConsentStanding:
    may = payload.kind in _MAY_GO_WITHOUT
    kind = payload.kind.value.replace("_", " ")
    lack = f"no rule for {kind} in tier {payload.tier.value}" if has_file else "no governance file"
    rest = "nobody's consent is asked for" if may else f"nobody may consent to {_ARTICLE.get(kind, 'a')} {kind}"
    return ConsentStanding(
        kind=payload.kind,
        state=ConsentState.NOT_ASKED_FOR if may else ConsentState.NOT_REQUESTED,
        payload=payload.digest,
        request=None,
        reason=f"there is {lack}: {rest}",
    )


_ARTICLE = {"exception": "an"}


def _judged(case: Case, *, moment: datetime) -> ConsentStanding:
    """Return how consent stands where it was asked for."""
    current = max(case.requests, key=lambda request: (request.requested_at, request.id))
    asked = {request.id for request in case.requests}
    looked = tuple(
        look_at(held, case, moment=moment)
        for held in case.consents.approvals
        if held.approval.request in asked and held.approval.payload == case.payload.digest
    )
    answers = standing_answers(looked)
    yes = [item for item in answers if item.is_approving and not item.lapse]
    missing = missing_seats(yes, rule=case.rule, duties=case.duties)
    state, reason = _state(case, current, looked, missing=missing, moment=moment)
    return ConsentStanding(
        kind=case.payload.kind,
        state=state,
        payload=case.payload.digest,
        request=current.id,
        reason=reason,
        approvals=_counted(looked, answers),
        missing=missing if state in (ConsentState.IN_REVIEW, ConsentState.EXPIRED) else (),
        conditions=_open(yes),
        approvers=tuple(sorted({item.held.approval.approver for item in yes})),
        valid_until=holds_until(yes, rule=case.rule, duties=case.duties) if state.is_consent else None,
    )


def _state(
    case: Case,
    current: ApprovalRequest,
    looked: Sequence[Looked],
    *,
    missing: Sequence[str],
    moment: datetime,
) -> tuple[ConsentState, str]:
    answers = standing_answers(looked)
    noes = sorted(i.held.approval.approver for i in answers if i.held.approval.answer is Answer.REJECT)
    if noes:
        return ConsentState.REJECTED, f"{noes[0]} rejected it"
    if current.id in case.taken_back:
        return ConsentState.WITHDRAWN, f"{current.requested_by} took the request back"
    if _is_unanswered(case, current, looked, moment=moment):
        return ConsentState.REJECTED, f"nobody answered within {case.rule.reject_after_days} days: ask again"
    if not missing:
        return ConsentState.APPROVED, "everybody whose consent is needed has given it"
    given = [item for item in answers if item.is_approving and not item.is_taken_back]
    lapses = sorted(f"{i.held.approval.approver}'s approval: {i.lapse}" for i in answers if i.lapse)
    lapsed = next(iter(lapses), "")
    if not missing_seats(given, rule=case.rule, duties=case.duties):
        return ConsentState.EXPIRED, lapsed
    wanted = ", ".join(missing)
    return ConsentState.IN_REVIEW, f"still to approve: {wanted}" + (f" ({lapsed})" if lapsed else "")


def _is_unanswered(case: Case, current: ApprovalRequest, looked: Sequence[Looked], *, moment: datetime) -> bool:
    """Return whether nobody answered in time. An answer that came too late does not bring a request back."""
    if case.rule.reject_after_days is None:
        return False
    deadline = current.requested_at + timedelta(days=case.rule.reject_after_days)
    return moment >= deadline and all(item.flaw or item.held.signed.recorded_at > deadline for item in looked)


def _without_request(
    payload: ApprovalPayload, *, consents: Consents, governance: Governance, now: datetime
) -> ConsentStanding:
    """Return how consent stands to what nobody asked for as it is now: it may have been approved as it was before."""
    before = [request for request in consents.requests if is_about_the_same(request.payload, payload)]
    last = max(before, key=lambda request: (request.requested_at, request.id), default=None)
    if last is None:
        return ConsentStanding(
            kind=payload.kind,
            state=ConsentState.NOT_REQUESTED,
            payload=payload.digest,
            request=None,
            reason="nobody asked for consent",
        )
    changed = changed_names(last.payload, payload)
    names = ", ".join(changed)
    then = standing_of(last.payload, consents=consents, governance=governance, now=now)
    was_approved = bool(then.approvers)
    who = ", ".join(then.approvers)
    return ConsentStanding(
        kind=payload.kind,
        state=ConsentState.VOIDED if was_approved else ConsentState.NOT_REQUESTED,
        payload=payload.digest,
        request=last.id,
        reason=f"since {who} looked: {names} changed; ask again"
        if was_approved
        else f"since it was asked for: {names} changed; ask again",
        approvals=tuple(_voided(item) for item in then.approvals),
        changed=changed,
    )


def _voided(item: CountedApproval) -> CountedApproval:
    reason = item.reason or "what was approved is another one now"
    return CountedApproval(approval=item.approval, approver=item.approver, role=item.role, counts=False, reason=reason)


def _counted(looked: Sequence[Looked], answers: Sequence[Looked]) -> tuple[CountedApproval, ...]:
    standing = {item.held.approval.id for item in answers}

    def reason(item: Looked) -> str:
        if item.reason:
            return item.reason
        if item.held.approval.id not in standing:
            return f"{item.held.approval.approver} answered again later"
        return "" if item.is_approving else f"{item.held.approval.answer.value} is no approval"

    return tuple(
        CountedApproval(
            approval=item.held.approval.id,
            approver=item.held.approval.approver,
            role=item.held.approval.role,
            counts=not reason(item),
            reason=reason(item),
        )
        for item in sorted(looked, key=_place)
    )


def _open(yes: Sequence[Looked]) -> tuple[OpenCondition, ...]:
    return tuple(
        OpenCondition(approval=item.held.approval.id, text=condition.text, due=condition.due, rule=condition.rule)
        for item in sorted(yes, key=_place)
        for condition in item.conditions
    )


def _place(item: Looked) -> tuple[str, str]:
    return item.held.approval.id, item.held.digest
