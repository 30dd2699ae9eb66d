"""Takes one step of a finding: looks at how it stands, asks the rules, and writes the change or nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.errors import ConfigError, NotFoundError, VerificationError
from roadworthy.core.history import claim_of
from roadworthy.core.records import Stored
from roadworthy.findings.due import FindingDue, due, in_order_of_risk
from roadworthy.findings.model import (
    MAX_TEXT,
    Closed,
    Finding,
    FindingChange,
    FindingStep,
    Fixed,
    RegressionTest,
    RiskAccepted,
    Verified,
)
from roadworthy.findings.moves import impossible, refusal, separation
from roadworthy.findings.state import FindingState, FindingStatus
from roadworthy.findings.steps import applied, folded, open_again
from roadworthy.runtime.findings.accepting import Acceptances
from roadworthy.runtime.findings.acting import (
    Acting,
    acting,
    next_time,
    refused,
    require_seen,
    terms_of,
    working_time_of,
)
from roadworthy.runtime.findings.bearing import Proofs, require_case, require_verifies
from roadworthy.runtime.findings.signing import needs_signature, signed_closure
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.workspace import Workspace


def finding_named(workspace: Workspace, reference: str) -> FindingState:
    """Return how the finding stands whose id, fingerprint or start of digest is ``reference``.

    Raises:
        NotFoundError: If there is none.
        VerificationError: If its history does not hold.
    """
    state = _state(_stored(workspace, reference).record, _changes(workspace))
    return open_again(state, because=Bearing(workspace).fallen_away(state))


@dataclass(frozen=True)
class Bearing:
    """What findings were accepted, verified and closed with, looked up where it is asked about."""

    workspace: Workspace

    @cached_property
    def _acceptances(self) -> Acceptances:
        return Acceptances(self.workspace)

    @cached_property
    def _proofs(self) -> Proofs:
        return Proofs(self.workspace)

    def fallen_away(self, state: FindingState) -> str:
        """Return why a finding is open although its last change says otherwise; empty where it is not."""
        if state.status is not FindingStatus.RISK_ACCEPTED:
            return self._proofs.why_open(state)
        exception = state.accepted_with or ""
        why = self._acceptances.why_not(state, exception)
        return f"exception {exception}, with which it was accepted, does not count: {why}"[:MAX_TEXT] if why else ""


def _stored(workspace: Workspace, reference: str) -> Stored[Finding]:
    try:
        return workspace.findings.get(reference)
    except NotFoundError as fault:
        raise NotFoundError(fault.problem, fix="see the findings that there are with `rw finding list`") from fault


def all_findings(workspace: Workspace) -> tuple[tuple[FindingState, FindingDue], ...]:
    """Return how every finding stands and by when it is due, the open and worst ones first.

    Raises:
        VerificationError: If a history does not hold.
        ConfigError: If the calendar does not read.
    """
    changes, now = _changes(workspace), workspace.clock.now()
    states = [_state(stored.record, changes) for stored in workspace.findings.all()]
    if not states:
        return ()
    bearing = Bearing(workspace)
    working, terms = working_time_of(workspace, since=min(s.first_seen for s in states)), terms_of(workspace)
    now_states = [open_again(state, because=bearing.fallen_away(state)) for state in states]
    return in_order_of_risk((state, due(state, now=now, working=working, terms=terms)) for state in now_states)


def _changes(workspace: Workspace) -> dict[str, list[FindingChange]]:
    found: dict[str, list[FindingChange]] = defaultdict(list)
    for stored in workspace.finding_changes.all():
        found[stored.record.of].append(stored.record)
    return found


def _state(finding: Finding, changes: dict[str, list[FindingChange]]) -> FindingState:
    try:
        return folded(finding, changes.get(finding.id, ()))
    except ValueError as fault:
        raise VerificationError(
            f"the history of finding {finding.id} does not hold: {fault}",
            where=finding.id,
            fix="see `rw log verify`; restore the ledger from a backup",
        ) from fault


def take(
    workspace: Workspace,
    reference: str,
    step: FindingStep,
    *,
    seen: int | None = None,
    signing: KeyChoice | None = None,
) -> FindingState:
    """Take one step of a finding as who is acting, and return how it stands then.

    Args:
        workspace: Where the finding is.
        reference: Its id or fingerprint.
        step: What is done.
        seen: Number of the last change that who acts has looked at; None: what is there now.
        signing: With which key, where the step closes without a regression test; the others are not signed.

    Raises:
        NotFoundError: If there is no such finding, or release, evidence, task or exception that the step names.
        ConfigError: If the finding is not where the step can be taken, or what the step names does not bear it out.
        NotPermittedError: If who acts may not take it; only that is written.
        ConflictError: If somebody else was faster, or took a step since ``seen``; nothing was written.
    """
    stored = _stored(workspace, reference)
    who = acting(workspace, action="finding", of=stored.digest)
    recorded = _state(stored.record, _changes(workspace))
    require_seen(recorded.number, seen, of=recorded.finding.id)
    because = Bearing(workspace).fallen_away(recorded)
    state = open_again(recorded, because=because)
    change = _change(workspace, state, step, who=who, reopened_because=because)
    denied = separation(state, change) or refusal(change, governance=who.governance)
    if denied is not None:
        raise refused(
            workspace, action="finding", because=RefusedBecause(denied.because), says=denied.says, of=stored.digest
        )
    if problem := impossible(state, change):
        raise ConfigError(problem, where=state.finding.id, fix=f"see `rw finding show {state.finding.id}`")
    _require_borne_out(workspace, state, step)
    envelopes = None
    if needs_signature(change):
        choice = signing or KeyChoice()
        envelopes = signed_closure(who.person, change, finding=stored.digest, choice=choice)
    workspace.finding_changes.add(change, envelopes=envelopes, claim=claim_of(change.of, change.number))
    return applied(state, change)


def _change(
    workspace: Workspace, state: FindingState, step: FindingStep, *, who: Acting, reopened_because: str
) -> FindingChange:
    return FindingChange(
        of=state.finding.id,
        number=state.number + 1,
        by=who.person.id,
        at=next_time(workspace, last=state.last_at, skew_s=who.governance.clock_skew_s),
        step=step,
        reopened_because=reopened_because,
    )


def _require_borne_out(workspace: Workspace, state: FindingState, step: FindingStep) -> None:
    """Check that what a step names is there and says what the step says."""
    match step:
        case Fixed():
            release = workspace.releases.record(step.release)
            if release.system != state.finding.system:
                raise ConfigError(
                    f"release {release.version} is of {release.system}, and the finding of {state.finding.system}",
                    where="--release",
                    fix="name a release of this system",
                )
        case Verified():
            require_verifies(workspace, state, step.evidence)
        case Closed(regression=RegressionTest(case=case)):
            require_case(workspace, case)
        case RiskAccepted():
            Acceptances(workspace).require_effective(state, step.exception)
        case _:
            pass
