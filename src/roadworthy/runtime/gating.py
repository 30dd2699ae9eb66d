"""Decides on the release in the making, plans what it needs, and decides again from what was stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from roadworthy.adapters.catalogues import load_regimes
from roadworthy.core.digest import Digest, JsonValue, digest_of
from roadworthy.core.errors import EvidenceError, RoadworthyError, VerificationError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.evals.judging.scorer import judges_among
from roadworthy.evidence.dsse import IN_TOTO, encode, open_envelope
from roadworthy.evidence.keyring import Keyring
from roadworthy.evidence.ports import Verifier
from roadworthy.evidence.statement import (
    parse_statement,
    sign_statement,
    statement_of_decision,
    statement_of_evidence,
)
from roadworthy.gates.decide import EVALUATOR, decide_from
from roadworthy.gates.facts import gate_facts, risk_facts
from roadworthy.gates.inputs import AssessmentRef, EvidenceRef, GateInputs, HeldEvidence, TaskRef
from roadworthy.gates.model import GateDecision
from roadworthy.gates.oversight.consenting import Oversight
from roadworthy.gates.plan import OtherNeed, TaskNeed, needs
from roadworthy.gates.replay import differences
from roadworthy.gates.validity import component_digests
from roadworthy.inventory.release import Release
from roadworthy.policy.model import EvidenceCheck, MeasureCheck
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.risk.answers import answered
from roadworthy.risk.model import RiskAssessment
from roadworthy.runtime.assessing import assessment_in_force, legal_classes
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.interruption import is_of_this_build, unfinished, why_not
from roadworthy.runtime.linting.facts import lint_facts
from roadworthy.runtime.linting.look import LintRequest, look
from roadworthy.runtime.policy.claims import claimed
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.trust.bearing import oversight_of
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything that lies on the table when a release is judged."""

    candidate: Candidate
    assessment: Stored[RiskAssessment]
    policy: ResolvedPolicy
    held: tuple[HeldEvidence, ...]
    inputs: GateInputs
    decision: GateDecision
    unlinted: str = ""
    """Why static checks of the release's files could not run; empty where they ran."""

    @property
    def let_be(self) -> str:
        """What static checks were told to let be, in one sentence; empty where nothing."""
        lint = self.inputs.facts.get("lint", {})
        suppressed = [f"{one['rule']} in {one['path']}" for one in lint.get("suppressed", ())]
        said = [f"findings suppressed: {len(suppressed)} ({_some(suppressed)})"] if suppressed else []
        excluded = lint.get("excluded", ())
        said += [f"files left out by the settings: {len(excluded)} ({_some(excluded)})"] if excluded else []
        return "; ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What static checks say of the release's files, or why they could not run."""

    facts: dict[str, JsonValue] | None
    problem: str = ""


def _some(names: Sequence[str], *, most: int = 3) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def judge_candidate(
    workspace: Workspace, *, candidate: Candidate | None = None, at: datetime | None = None, rules_alone: bool = False
) -> Bench:
    """Judge the release in the making. Nothing is stored.

    Args:
        workspace: The repository.
        candidate: What was read of it before; None reads it.
        at: Moment as of which it is judged, with the policy of that day; None is now.
        rules_alone: Leave out what people said: nobody's consent is asked for and nothing is excepted. For copies
            on which controls are tried; such a judgement is never recorded.
    """
    now = workspace.clock.now() if at is None else at
    candidate = candidate or read_candidate(workspace)
    assessment = assessment_in_force(workspace, candidate.manifest)
    policy = resolve_policy(read_packs(workspace, candidate.manifest), assessment.record.tier, on=now.date())
    held = _held(workspace, candidate, policy)
    linted = lint_checkout(workspace, today=now.date())
    facts = gate_facts(
        candidate.manifest,
        candidate.release,
        tier=assessment.record.tier.value,
        legal_classes=legal_classes(assessment.record),
        expires_at=assessment.record.expires_at,
        documents=candidate.documents,
        previous=_previous(workspace, candidate),
        lint=linted.facts,
        implied=answered(risk_facts(candidate.manifest), load_regimes()).inferred,
    )
    oversight = (
        Oversight()
        if rules_alone
        else oversight_of(workspace, release=candidate.release, policy=policy, evidence=[one.evidence for one in held])
    )
    inputs = GateInputs(
        decision=workspace.ids.new("decision"),
        release=candidate.release.digest,
        policy=digest_of(policy),
        assessment=AssessmentRef(digest=assessment.digest, expires_at=assessment.record.expires_at),
        facts=facts,
        tasks=_with_unfinished(workspace, candidate),
        evidence=tuple(EvidenceRef(digest=h.digest, verified=h.verified) for h in held),
        decided_at=now,
        evaluator=EVALUATOR,
        faults=_claimed(workspace, candidate, held),
        governance=oversight.governance,
        exceptions=oversight.exceptions,
        consents=oversight.consents,
        recalls=oversight.recalls,
    )
    decision = decide_from(
        inputs,
        release=candidate.release,
        policy=policy,
        evidence={h.digest: h.evidence for h in held},
        conditions=workspace.conditions,
        as_claimed=rules_alone,
    )
    return Bench(
        candidate=candidate,
        assessment=assessment,
        policy=policy,
        held=held,
        inputs=inputs,
        decision=decision,
        unlinted=linted.problem,
    )


def _claimed(workspace: Workspace, candidate: Candidate, held: Sequence[HeldEvidence]) -> Digest | None:
    """Return what the packs claim to catch, where a proof is to be held against it."""
    if all(one.evidence.proof is None for one in held):
        return None
    return claimed(workspace, candidate.manifest.policy.packs)


def lint_checkout(workspace: Workspace, *, today: date) -> Linted:
    """Look at the release's files as they lie in the checkout, with every static rule.

    Where the checks cannot run, nothing is stated, so that each rule that asks for them is *missing*.

    Args:
        workspace: The repository.
        today: What the expiry of suppressions is held against.
    """
    try:
        return Linted(facts=lint_facts(look(LintRequest(root=workspace.root), today=today)))
    except RoadworthyError as error:
        return Linted(facts=None, problem=str(error))


def _with_unfinished(workspace: Workspace, candidate: Candidate) -> tuple[TaskRef, ...]:
    """Return the tasks with their runs on these components that were answered in part and yielded no evidence.

    A run of another build than it was registered for says nothing about this release and is left out.
    """
    plans = unfinished(workspace)

    def of(ref: TaskRef) -> tuple[str, ...]:
        mine = (plan for plan in plans if why_not(ref, plan) is None)
        return tuple(plan.id for plan in mine if is_of_this_build(workspace, candidate, plan))

    return tuple(replace(ref, unfinished=of(ref)) for ref in candidate.refs)


def record_decision(workspace: Workspace, bench: Bench) -> Stored[GateDecision]:
    """Sign and store the decision with everything that it was made from."""
    workspace.releases.add(bench.candidate.release)
    workspace.policies.add(bench.policy)
    workspace.inputs.add(bench.inputs)
    statement = statement_of_decision(bench.decision)
    envelope = encode(sign_statement(statement, signer=workspace.signer))
    workspace.decisions.add(bench.decision, envelopes={statement.predicate_type: envelope})
    return workspace.decisions.get(bench.decision.id)


def plan_candidate(bench: Bench) -> tuple[tuple[TaskNeed, ...], tuple[OtherNeed, ...]]:
    """Return what the release in the making still needs."""
    runs: dict[str, list[HeldEvidence]] = defaultdict(list)
    for held in bench.held:
        if held.evidence.result is not None:
            runs[held.evidence.result.task].append(held)
    return needs(
        decision=bench.decision,
        release=bench.candidate.release,
        policy=bench.policy,
        tasks=bench.inputs.tasks,
        evidence=runs,
        now=bench.inputs.decided_at,
    )


def replay_decision(workspace: Workspace, reference: str) -> tuple[GateDecision, tuple[str, ...]]:
    """Decide again what ``reference`` decided, from what was stored, and return every difference."""
    stored = workspace.decisions.get(reference).record
    inputs = workspace.inputs.get(stored.id).record
    policy = workspace.policies.get(inputs.policy).record
    release = next((s.record for s in workspace.releases.all() if s.record.digest == inputs.release), None)
    if release is None:
        raise EvidenceError(f"release {inputs.release} is not in the store", fix="restore the ledger from a backup")
    again = decide_from(
        inputs,
        release=release,
        policy=policy,
        evidence={ref.digest: workspace.evidence.get(ref.digest).record for ref in inputs.evidence},
        conditions=workspace.conditions,
    )
    return stored, differences(stored, again)


def _previous(workspace: Workspace, candidate: Candidate) -> Release | None:
    """The release of the same system that was decided on last, other than this one."""
    for stored in reversed(workspace.decisions.all()):
        decision = stored.record
        if decision.system == candidate.release.system and decision.release != candidate.release.digest:
            return workspace.releases.get(decision.release).record
    return None


def _held(workspace: Workspace, candidate: Candidate, policy: ResolvedPolicy) -> tuple[HeldEvidence, ...]:
    types = set(evidence_types(policy))
    judges = [graded for task in candidate.tasks for graded in judges_among(task.scorers)]
    types |= {graded.judge.calibrations for graded in judges}
    subjects = {*component_digests(candidate.release).values(), *(graded.digest for graded in judges)}
    found = workspace.evidence.candidates(types=types, subjects=subjects)
    if not found:
        return ()
    keys = workspace.keyring
    return tuple(
        HeldEvidence(evidence=stored.record, digest=stored.digest, verified=signature_holds(stored, keys))
        for stored in found
    )


def evidence_types(policy: ResolvedPolicy) -> frozenset[str]:
    """Return the types of evidence that ``policy`` asks for."""
    return frozenset(
        f"eval:{rule.require.category}" if isinstance(rule.require, MeasureCheck) else rule.require.type
        for rule in policy.rules
        if isinstance(rule.require, MeasureCheck | EvidenceCheck)
    )


def signature_holds(stored: Stored[Any], keys: Keyring) -> bool:
    """Return whether a statement says exactly what the stored record says, signed with a key of ours that counts."""
    return any(
        _says(stored, envelope, verifier=keys.verifier_of(envelope, about=stored.digest))
        for envelope in stored.envelopes.values()
    )


def signature_held(stored: Stored[Any], keys: Keyring) -> bool:
    """Return whether a statement says exactly what the stored record says, signed with the key that was ours then.

    The key may have been given up since, so that the record counts no more; nobody changed it for all that.
    """
    return any(
        _says(stored, envelope, verifier=keys.verifier_then(envelope, about=stored.digest))
        for envelope in stored.envelopes.values()
    )


def _says(stored: Stored[Any], envelope: bytes, *, verifier: Verifier | None) -> bool:
    if verifier is None:
        return False
    try:
        payload = open_envelope(envelope, payload_type=IN_TOTO, verifier=verifier, where=stored.digest)
        predicate = parse_statement(payload, where=stored.digest).predicate
    except VerificationError:
        return False
    return stored.digest in (digest_of(predicate.get("evidence")), digest_of(predicate.get("decision")))


def sign_evidence(workspace: Workspace, evidence: Evidence, *, redacted_journal: Digest | None = None) -> Digest:
    """Sign and store ``evidence``; return its digest.

    Args:
        workspace: Where it is stored and whose key signs.
        evidence: The record.
        redacted_journal: Digest of the journal without its texts, for evaluation runs.
    """
    statement = statement_of_evidence(evidence, redacted_journal=redacted_journal)
    envelope = encode(sign_statement(statement, signer=workspace.signer))
    return workspace.evidence.add(evidence, envelopes={statement.predicate_type: envelope})
