"""Which rules a decision found to hold, or let through, on what has fallen away since."""

from __future__ import annotations

from roadworthy.core.errors import NotFoundError
from roadworthy.exceptions.model import ExceptionState
from roadworthy.exceptions.standing import consent_to, state_of
from roadworthy.gates.model import GateDecision, RuleResult, Validity
from roadworthy.gates.oversight.recalled import is_recalled
from roadworthy.gates.recall import Recall
from roadworthy.runtime.trust.bearing import exceptions_known, recalls_known
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


def fallen_rules(workspace: Workspace, decision: GateDecision) -> dict[str, str]:
    """Return why what ``decision`` found of a rule counts no more, by the rule's id; the others are left out.

    A decision that blocks is void of nothing, so it is not enough to ask whether it is in force.
    """
    ended = _ended_exceptions(workspace, decision)
    recalls = [recall for recall in recalls_known(workspace) if recall.id not in decision.recalls]
    found = {}
    for result in decision.results:
        gone = next((ended[exception] for exception in result.exceptions if exception in ended), "")
        if why := gone or _recalled(workspace, result, recalls):
            found[result.rule] = why
    return found


def _recalled(workspace: Workspace, result: RuleResult, recalls: list[Recall]) -> str:
    if not recalls:
        return ""
    for used in result.evidence:
        if used.validity is not Validity.VALID:
            continue
        try:
            piece = workspace.evidence.record(used.digest)
        except NotFoundError:
            return f"evidence {used.id} is gone"
        recall = next((one for one in recalls if is_recalled(one, piece)), None)
        if recall is not None:
            return f"evidence {used.id} was recalled since ({recall.id})"
    return ""


def _ended_exceptions(workspace: Workspace, decision: GateDecision) -> dict[str, str]:
    used = {standing.id: standing.digest for standing in decision.exceptions if standing.waived}
    if not used:
        return {}
    held = {one.exception.id: one for one in exceptions_known(workspace)}
    consents, governance, now = consents_of(workspace), workspace.governance, workspace.clock.now()
    ended = {}
    for exception, digest in used.items():
        one = held.get(exception)
        if one is None or one.digest != digest:
            ended[exception] = f"exception {exception} is gone"
            continue
        consent = consent_to(one, consents=consents, governance=governance, now=now)
        state, reason = state_of(one, consent=consent, governance=governance, now=now)
        if state is not ExceptionState.ACTIVE:
            ended[exception] = f"exception {exception} is {state.value}: {reason}"
    return ended
