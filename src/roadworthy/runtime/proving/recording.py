"""A proof as evidence: about exactly the system and the policy that were tried, and with every fault on the list."""

from __future__ import annotations

from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError, EvidenceError
from roadworthy.core.evidence import Assurance, Evidence, Origin
from roadworthy.core.records import Stored
from roadworthy.runtime.assessing import assessment_in_force
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.gating import sign_evidence
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.proving.evidence import PRODUCER, PROOF, subjects_of
from roadworthy.runtime.proving.proving import ProofReport
from roadworthy.runtime.workspace import Workspace


def require_recordable(workspace: Workspace, *, chosen: bool, other_packs: bool) -> None:
    """Refuse to record what could never count, before anything is tried.

    Raises:
        ConfigError: If only some faults, or other packs than the manifest's, are to be tried.
        EvidenceError: If no assessment says which policy binds the system.
    """
    if chosen or other_packs:
        option, what = ("--fault", "some of the faults") if chosen else ("--pack", "other packs than the manifest's")
        raise ConfigError(
            f"what {what} show is no evidence that the controls in force work",
            where="--record",
            fix=f"leave out `{option}` to record, or `--record` to try",
        )
    assessment_in_force(workspace, read_candidate(workspace).manifest)


def record_proof(workspace: Workspace, report: ProofReport) -> Stored[Evidence]:
    """Sign the proof about the components that were copied and store it in the ledger; nothing else is written.

    Raises:
        EvidenceError: If nothing was planted or something left out: that proves nothing, and is no evidence. Also if
            the system is another one by now, or another policy binds it than bound the copy.
    """
    if not report.planted:
        raise EvidenceError("no fault could be planted, so there is nothing to record", fix="see the reasons above")
    if report.left_out:
        raise EvidenceError(
            f"{len(report.left_out)} faults were not tried: {', '.join(report.left_out[:3])} …",
            fix="try them all: `rw controls prove --record`",
        )
    candidate = read_candidate(workspace)
    if subjects_of(candidate.release) != report.about:
        raise EvidenceError(
            "the system changed while its controls were tried, so the result is of another one",
            fix="let it be while they are tried: `rw controls prove --record`",
        )
    _require_same_policy(workspace, candidate, report)
    now = workspace.clock.now()
    evidence = Evidence(
        id=workspace.ids.new("ev"),
        type=PROOF,
        origin=Origin.MACHINE_RUN,
        assurance=Assurance.SELF_ATTESTED,
        subjects=report.about,
        producer=PRODUCER,
        observed_at=now,
        recorded_at=now,
        proof=report.proof,
    )
    sign_evidence(workspace, evidence)
    return workspace.evidence.get(evidence.id)


def _require_same_policy(workspace: Workspace, candidate: Candidate, report: ProofReport) -> None:
    assessment = assessment_in_force(workspace, candidate.manifest).record
    policy = resolve_policy(read_packs(workspace, candidate.manifest), assessment.tier, on=workspace.clock.now().date())
    if digest_of(policy) != report.proof.policy:
        raise EvidenceError(
            f"another policy binds the system, of tier {assessment.tier.value}, than bound the copy that was tried",
            fix="state in the manifest what was put right in the copy, as the result says, and assess the risk again",
        )
