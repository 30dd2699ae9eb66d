"""Gathers what people said and what became known later that bears on one release."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from roadworthy.approvals.model import ApprovalRequest, Bound, Consents
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.evidence import Assurance, Evidence
from roadworthy.exceptions.model import HeldException
from roadworthy.exceptions.standing import exception_payload
from roadworthy.gates.oversight.consenting import Oversight
from roadworthy.gates.oversight.recalled import recalls_among
from roadworthy.gates.recall import Recall
from roadworthy.governance.model import ConsentKind
from roadworthy.governance.published import published
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


def oversight_of(
    workspace: Workspace,
    *,
    release: Release,
    policy: ResolvedPolicy,
    evidence: Sequence[Evidence],
    at: datetime | None = None,
) -> Oversight:
    """Return what bears on a decision on ``release``: governance, exceptions, what people said, and recalls.

    Args:
        workspace: The repository.
        release: What is decided on.
        policy: The rules in force: exceptions of other rules are left out.
        evidence: What is considered: recalls of anything else are left out.
        at: Leave out what was recorded later; None: leave out nothing.

    Raises:
        ConfigError: If the governance file does not read.
        VerificationError: If a record was changed in the store.
    """
    rules = {rule.id for rule in policy.rules}
    known = exceptions_known(workspace, at=at)
    exceptions = _with_renewed(
        [h for h in known if h.exception.system == release.system and rules & set(h.exception.rules)], known
    )
    governance = workspace.governance
    said = consents_of(workspace, at=at) if governance is not None else Consents()
    return Oversight(
        governance=None if governance is None else published(governance),
        exceptions=exceptions,
        consents=consents_about(said, release=release, exceptions=exceptions, evidence=_claiming_more(evidence)),
        recalls=recalls_among(recalls_known(workspace, at=at), evidence),
    )


def exceptions_known(workspace: Workspace, *, at: datetime | None = None) -> tuple[HeldException, ...]:
    """Return every exception with what ended it, by id.

    Args:
        workspace: Whose.
        at: Leave out what was asked for, or ended, later; None: leave out nothing.
    """
    ends = {
        stored.record.exception: stored.record
        for stored in reversed(workspace.exception_ends.all())
        if at is None or stored.record.at <= at
    }
    found = [
        HeldException(exception=stored.record, digest=stored.digest, end=ends.get(stored.record.id))
        for stored in workspace.exceptions.all()
        if at is None or stored.record.requested_at <= at
    ]
    return tuple(sorted(found, key=lambda held: held.exception.id))


def recalls_known(workspace: Workspace, *, at: datetime | None = None) -> tuple[Recall, ...]:
    """Return every recall, by id.

    Args:
        workspace: Whose.
        at: Leave out what was recorded later; None: leave out nothing.
    """
    found = (stored.record for stored in workspace.recalls.all())
    return tuple(sorted((r for r in found if at is None or r.recorded_at <= at), key=lambda recall: recall.id))


def consents_about(
    consents: Consents, *, release: Release, exceptions: Sequence[HeldException], evidence: Collection[Digest]
) -> Consents:
    """Return of ``consents`` what bears on ``release``, ``exceptions`` and ``evidence``.

    Of other releases of the system the last request stays, so that a decision can say what changed since then.
    """
    bound = {item for held in exceptions for item in exception_payload(held.exception, held.digest).bound}
    here = _of_release(consents.requests, release)
    requests = tuple(r for r in consents.requests if r.id in here or bound & set(r.payload.bound))
    ids = {request.id for request in requests}
    approvals = tuple(held for held in consents.approvals if held.approval.request in ids)
    said = ids | {held.approval.id for held in approvals} | {held.delegation.id for held in consents.delegations}
    return Consents(
        requests=requests,
        approvals=approvals,
        delegations=consents.delegations,
        conditions_met=tuple(held for held in consents.conditions_met if held.met.approval in said),
        withdrawals=tuple(held for held in consents.withdrawals if held.withdrawal.of in said),
        independent_reviews=tuple(h for h in consents.independent_reviews if h.review.evidence in evidence),
    )


def _claiming_more(evidence: Sequence[Evidence]) -> frozenset[Digest]:
    """Return the digests of those pieces that claim more than the team's own word."""
    return frozenset(digest_of(piece) for piece in evidence if piece.assurance is not Assurance.SELF_ATTESTED)


def _of_release(requests: Sequence[ApprovalRequest], release: Release) -> frozenset[str]:
    this = Bound(name="release", digest=release.digest)
    mine = [request for request in requests if request.payload.kind is ConsentKind.RELEASE]
    others = [r for r in mine if this not in r.payload.bound and r.about.startswith(f"{release.system} ")]
    last = max(others, key=lambda request: (request.requested_at, request.id), default=None)
    return frozenset({r.id for r in mine if this in r.payload.bound} | ({last.id} if last is not None else set()))


def _with_renewed(bearing: Sequence[HeldException], known: Sequence[HeldException]) -> tuple[HeldException, ...]:
    """Add what is renewed: a renewal is held against what it goes on from."""
    by_id = {held.exception.id: held for held in known}
    found = {held.exception.id: held for held in bearing}
    for held in bearing:
        before = by_id.get(held.exception.renews or "")
        while before is not None and before.exception.id not in found:
            found[before.exception.id] = before
            before = by_id.get(before.exception.renews or "")
    return tuple(found[key] for key in sorted(found))
