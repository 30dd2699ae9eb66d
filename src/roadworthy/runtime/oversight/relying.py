"""Says of decisions that were taken whether they may still be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from roadworthy.approvals.model import Consents
from roadworthy.core.digest import Digest
from roadworthy.core.errors import NotFoundError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.gates.model import GateDecision, Validity
from roadworthy.gates.oversight.consenting import Oversight
from roadworthy.gates.oversight.in_force import DecisionStanding, decision_standing
from roadworthy.governance.published import published
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.trust.bearing import exceptions_known, recalls_known
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


def standing_now(workspace: Workspace, decision: GateDecision) -> DecisionStanding:
    """Return whether ``decision`` may be relied on now."""
    return standings_now(workspace, (decision,))[0]


def standings_now(
    workspace: Workspace,
    decisions: Sequence[GateDecision],
    *,
    at: datetime | None = None,
    among: Sequence[Stored[GateDecision]] | None = None,
) -> tuple[DecisionStanding, ...]:
    """Return of each decision whether it may be relied on, in the same order.

    Args:
        workspace: Whose decisions they are.
        decisions: Some of them.
        at: When; None: now. What was recorded later is taken into account all the same.
        among: Every decision, oldest first, where it was read already; None: it is read here.

    Raises:
        ConfigError: If the governance file does not read.
    """
    now = workspace.clock.now() if at is None else at
    governance = workspace.governance
    oversight = Oversight(
        governance=None if governance is None else published(governance),
        exceptions=exceptions_known(workspace),
        consents=consents_of(workspace) if governance is not None else Consents(),
        recalls=recalls_known(workspace),
    )
    by_release: dict[str, list[GateDecision]] = {}
    known = workspace.decisions.all() if among is None else among
    for stored in known:
        by_release.setdefault(stored.record.release, []).append(stored.record)
    by_id = {stored.record.id: stored for stored in known}
    keys = workspace.keyring
    may_void = bool(oversight.recalls or oversight.consents.independent_reviews)

    def standing(decision: GateDecision) -> DecisionStanding:
        evidence, gone = _counted(workspace, decision) if may_void else ((), ())
        return decision_standing(
            decision,
            now=now,
            oversight=oversight,
            evidence=evidence,
            gone=gone,
            later=reversed(by_release.get(decision.release, ())),
            signature_holds=signature_holds(by_id.get(decision.id) or workspace.decisions.get(decision.id), keys),
        )

    return tuple(standing(decision) for decision in decisions)


def _counted(workspace: Workspace, decision: GateDecision) -> tuple[tuple[Evidence, ...], tuple[Digest, ...]]:
    """Return the evidence that ``decision`` counted, and the digests of what is not in the store any more."""
    digests = {
        used.digest for result in decision.results for used in result.evidence if used.validity is Validity.VALID
    }
    found, gone = [], []
    for digest in sorted(digests):
        try:
            found.append(workspace.evidence.record(digest))
        except NotFoundError:
            gone.append(digest)
    return tuple(found), tuple(gone)
