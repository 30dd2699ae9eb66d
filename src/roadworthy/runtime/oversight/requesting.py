"""Asks for people's consent: to the release in the making, or to a record."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.approvals.history import as_of
from roadworthy.approvals.model import ApprovalPayload, ApprovalRequest, Consents
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.approvals.standing import standing_of
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError
from roadworthy.core.records import Stored
from roadworthy.gates.oversight.consenting import payload_of
from roadworthy.governance.model import ActorKind, ConsentKind, Governance, Person
from roadworthy.runtime.gating import Bench, judge_candidate
from roadworthy.runtime.oversight.acting import acting_person, require_governance
from roadworthy.runtime.oversight.authorship import Authors, authors_of_release, evidence_authors
from roadworthy.runtime.oversight.refusing import refuse
from roadworthy.runtime.oversight.stating import plain_text
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace

_READS_ONLY = frozenset({"auditor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for consent to a release, with what was judged."""

    request: ApprovalRequest
    bench: Bench


def request_release(workspace: Workspace, *, reason: str) -> Asked:
    """Ask for consent to the release in the making: judge it, and bind the request to what was judged.

    The decision need not be to ship: what people consent to is then what an exception or more evidence may still
    change, and their consent is void when that happens.

    Raises:
        ConfigError: If there is no governance file, or it asks for nobody's consent to releases in this tier.
        NotPermittedError: If the governance file does not know who asks, or they may read only; that is logged.
    """
    person = require_may_ask(workspace)
    governance = require_governance(workspace)
    bench = judge_candidate(workspace)
    payload = payload_of(bench.decision)
    _require_rule(workspace, payload)
    authors = authors_of_release(workspace, governance, since=approved_commit(workspace, governance, payload))
    workspace.releases.add(bench.candidate.release)
    workspace.policies.add(bench.policy)
    stored = request_consent(
        workspace,
        payload=payload,
        inputs=workspace.inputs.add(bench.inputs),
        about=f"{bench.decision.system} {bench.decision.version}",
        authors=authors,
        evidence_by=evidence_authors((held.evidence for held in bench.held), governance),
        reason=reason,
        person=person,
    )
    return Asked(request=stored.record, bench=bench)


def request_consent(
    workspace: Workspace,
    *,
    payload: ApprovalPayload,
    about: str,
    authors: Authors,
    evidence_by: tuple[str, ...] = (),
    reason: str = "",
    person: Person | None = None,
    inputs: Digest | None = None,
) -> Stored[ApprovalRequest]:
    """Ask for consent to ``payload`` and store the request.

    Args:
        workspace: Where it is stored.
        payload: What consent is bound to.
        about: What people call it; of an exception, its id.
        authors: Who wrote what it is about.
        evidence_by: Ids of those who declared evidence that it rests on.
        reason: Why it is asked for now.
        person: Who asks; None looks up who is acting.
        inputs: Digest of what was judged, where it is a release.

    Raises:
        ConfigError: If there is no governance file, or it has no rule by which anybody could consent.
        NotPermittedError: If who asks may not; that is logged.
    """
    asking = person or require_may_ask(workspace)
    _require_rule(workspace, payload)
    plain_text(reason, where="--reason")
    request = ApprovalRequest(
        id=workspace.ids.new("request"),
        about=about,
        payload=payload,
        requested_by=asking.id,
        authors=authors.known,
        unknown_authors=authors.unknown,
        evidence_authors=evidence_by,
        commit=authors.commit,
        inputs=inputs,
        requested_at=workspace.clock.now(),
        reason=reason,
    )
    workspace.requests.add(request)
    return workspace.requests.get(request.id)


def require_may_ask(workspace: Workspace) -> Person:
    """Return who is acting, where they may ask for something.

    Raises:
        ConfigError: If there is no governance file.
        NotPermittedError: If it does not know them, or they may read only; that is logged.
    """
    person = acting_person(workspace, action="request")
    if person.kind is ActorKind.HUMAN and person.roles and _READS_ONLY.issuperset(person.roles):
        refuse(
            workspace,
            action="request",
            because=RefusedBecause.NOT_IN_ROLE,
            problem=f"{person.id} is an auditor and reads only",
        )
    return person


def approved_commit(workspace: Workspace, governance: Governance, payload: ApprovalPayload | None) -> str | None:
    """Return the commit of the release that was approved last; None: none was.

    Args:
        workspace: The repository.
        governance: Who may approve.
        payload: Of the release in the making, which is passed over; None passes over none.
    """
    consents = consents_of(workspace)
    before = [request for request in consents.requests if request.payload.kind is ConsentKind.RELEASE]
    for request in sorted(before, key=lambda one: (one.requested_at, one.id), reverse=True):
        if request.payload != payload and request.commit and _was_approved(request, consents, governance):
            return request.commit
    return None


def _was_approved(request: ApprovalRequest, consents: Consents, governance: Governance) -> bool:
    """Return whether there was consent at the time of some answer. It may have ended since."""
    times = {h.signed.recorded_at for h in consents.approvals if h.approval.payload == request.payload.digest}
    return any(
        standing_of(request.payload, consents=as_of(consents, at), governance=governance, now=at).state.is_consent
        for at in times
    )


def _require_rule(workspace: Workspace, payload: ApprovalPayload) -> None:
    if require_governance(workspace).consent_rule(payload.kind, payload.tier) is None:
        raise ConfigError(
            f"the governance file has no rule for {payload.kind.value} in tier {payload.tier.value}",
            where=str(workspace.governance_path),
            fix="nobody need consent to a release without one; for anything else add a rule under `consent`",
        )
