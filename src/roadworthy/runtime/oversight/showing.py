"""How requests stand: what waits for whom, since when, and what changed since somebody looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from roadworthy.approvals.model import Approval, ApprovalPayload, ApprovalRequest, Consents
from roadworthy.approvals.payload import is_about_the_same
from roadworthy.approvals.quorum import ANOTHER_PERSON
from roadworthy.approvals.standing import ConsentStanding, ConsentState, standing_of
from roadworthy.core.subject import STRICT
from roadworthy.exceptions.model import HeldException
from roadworthy.exceptions.standing import consent_to
from roadworthy.gates.model import RuleOutcome
from roadworthy.gates.oversight.consenting import exception_approvers, payload_of
from roadworthy.governance.model import ActorKind, ConsentKind, ConsentRule
from roadworthy.runtime.gating import Bench, judge_candidate
from roadworthy.runtime.oversight.acting import require_governance
from roadworthy.runtime.oversight.since_asked import Changed, changed_since
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How one request stands, for a list."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    about: str
    kind: ConsentKind
    state: ConsentState
    reason: str
    missing: tuple[str, ...]
    requested_by: str
    age_days: int
    yours: tuple[str, ...]
    """Roles in which who is acting could still answer; empty where they cannot."""

    due: str
    """``remind``, ``escalate`` or empty: what the governance file asks for at this age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything about one request."""

    __pydantic_config__: ClassVar = STRICT

    request: ApprovalRequest
    standing: ConsentStanding
    answers: tuple[Approval, ...]
    """To this request, oldest first."""

    changed: tuple[Changed, ...]
    """What is another one now than when it was asked for."""

    verdict: str = ""
    """What the gate says of the release now, in a sentence; empty for other kinds."""


class Standings:
    """How requests stand now. The release in the making is judged once, when the first request asks for it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._governance = require_governance(workspace)
        self._bench: Bench | None = None
        self.now = workspace.clock.now()
        self.consents: Consents = consents_of(workspace)

    @property
    def bench(self) -> Bench:
        """The release in the making, as it was judged."""
        if self._bench is None:
            self._bench = judge_candidate(self._workspace)
        return self._bench

    def of(self, request: ApprovalRequest) -> ConsentStanding:
        """Return how what ``request`` is about stands, as that is now."""
        match request.payload.kind:
            case ConsentKind.RELEASE:
                decision = self.bench.decision
                return self._standing(
                    payload_of(decision),
                    approvers=exception_approvers(decision.exceptions),
                    passing=tuple(r.rule for r in decision.results if r.outcome is RuleOutcome.PASS),
                )
            case ConsentKind.EXCEPTION:
                stored = self._workspace.exceptions.get(request.about)
                held = HeldException(exception=stored.record, digest=stored.digest)
                return consent_to(held, consents=self.consents, governance=self._governance, now=self.now)
            case _:
                return self._standing(request.payload)

    def _standing(
        self, payload: ApprovalPayload, *, approvers: tuple[str, ...] = (), passing: tuple[str, ...] = ()
    ) -> ConsentStanding:
        return standing_of(
            payload,
            consents=self.consents,
            governance=self._governance,
            now=self.now,
            exception_approvers=approvers,
            passing_rules=passing,
        )


def waiting(workspace: Workspace, *, older_too: bool = False) -> tuple[Waiting, ...]:
    """Return how requests stand: first what waits for who is acting, then what waits for others, oldest first.

    Args:
        workspace: The repository.
        older_too: Also requests after which the same thing was asked for again.

    Raises:
        ConfigError: If there is no governance file.
    """
    standings = Standings(workspace)
    requests = standings.consents.requests
    shown = requests if older_too else tuple(r for r in requests if not _asked_again(r, requests))
    rows = [_row(workspace, request, standings) for request in shown]
    return tuple(sorted(rows, key=lambda row: (not row.yours, row.state is not ConsentState.IN_REVIEW, -row.age_days)))


def show(workspace: Workspace, reference: str) -> Shown:
    """Return everything about one request.

    Raises:
        NotFoundError: If there is no such request.
        ConfigError: If there is no governance file.
    """
    request = workspace.requests.get(reference).record
    standings = Standings(workspace)
    is_release = request.payload.kind is ConsentKind.RELEASE
    decision = standings.bench.decision if is_release else None
    return Shown(
        request=request,
        standing=standings.of(request),
        answers=tuple(h.approval for h in standings.consents.approvals if h.approval.request == request.id),
        changed=changed_since(workspace, request, standings.bench) if is_release else (),
        verdict="" if decision is None else f"{decision.verdict.value.replace('_', ' ')}: {decision.summary}",
    )


def due_at_age(rule: ConsentRule | None, request: ApprovalRequest, *, now: datetime) -> str:
    """Return what the governance file asks for when a request is as old as this one: the later of the two."""
    if rule is None:
        return ""
    for days, what in ((rule.escalate_after_days, "escalate"), (rule.remind_after_days, "remind")):
        if days is not None and now >= request.requested_at + timedelta(days=days):
            return what
    return ""


def _asked_again(request: ApprovalRequest, requests: tuple[ApprovalRequest, ...]) -> bool:
    mine = (request.requested_at, request.id)
    return any(
        is_about_the_same(other.payload, request.payload) and (other.requested_at, other.id) > mine
        for other in requests
    )


def _row(workspace: Workspace, request: ApprovalRequest, standings: Standings) -> Waiting:
    standing = standings.of(request)
    governance = require_governance(workspace)
    rule = governance.consent_rule(request.payload.kind, request.payload.tier)
    is_open = standing.state is ConsentState.IN_REVIEW and standing.request == request.id
    return Waiting(
        id=request.id,
        about=request.about,
        kind=request.payload.kind,
        state=standing.state,
        reason=standing.reason,
        missing=standing.missing if is_open else (),
        requested_by=request.requested_by,
        age_days=max(0, (standings.now - request.requested_at).days),
        yours=_yours(workspace, request, standing, standings) if is_open else (),
        due=due_at_age(rule, request, now=standings.now) if is_open else "",
    )


def _yours(
    workspace: Workspace, request: ApprovalRequest, standing: ConsentStanding, standings: Standings
) -> tuple[str, ...]:
    person = workspace.person
    if person is None or person.kind is not ActorKind.HUMAN:
        return ()
    if person.id in (request.requested_by, *request.authors):
        return ()
    given = {item.role for item in standing.approvals if item.approver == person.id and item.counts}
    lent = {
        h.delegation.role
        for h in standings.consents.delegations
        if h.delegation.borrower == person.id and h.delegation.starts_at <= standings.now < h.delegation.ends_at
    }
    wanted = set(standing.missing)
    if ANOTHER_PERSON in wanted and not given:
        rule = require_governance(workspace).consent_rule(request.payload.kind, request.payload.tier)
        wanted |= set() if rule is None else {seat.role for seat in rule.quorum}
    return tuple(sorted((set(person.roles) | lent) & wanted - given))
