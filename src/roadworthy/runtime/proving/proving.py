"""Plants every fault that the packs name, asks the gate each time, and says what was caught and what was not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from roadworthy.core.digest import digest_of
from roadworthy.core.errors import NotFoundError, RoadworthyError
from roadworthy.core.evidence import ControlProof
from roadworthy.core.subject import STRICT, Subject
from roadworthy.gates.model import GateDecision
from roadworthy.gates.proof import MET, FaultOutcome, FaultResult, false_alarms, judge_fault, proof_of
from roadworthy.gates.proof import unproven as controls_unproven
from roadworthy.policy.faults import Fault, Repair
from roadworthy.policy.ports import Holds
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.gating import judge_candidate
from roadworthy.runtime.policy.claims import faults_of
from roadworthy.runtime.proving.baseline import Clean, make_clean
from roadworthy.runtime.proving.ending import tidy_end
from roadworthy.runtime.proving.evidence import subjects_of
from roadworthy.runtime.proving.places import NoPlaceError
from roadworthy.runtime.proving.planting import Planter
from roadworthy.runtime.proving.scratch import scratch_copy
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A rule that raises on the clean copy."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofReport:
    """What came of all faults."""

    __pydantic_config__: ClassVar = STRICT

    planted: int
    caught: int
    escaped: int
    false_alarms: int
    unplaced: int
    faults: tuple[FaultResult, ...]
    alarms: tuple[Alarm, ...]
    assumed: tuple[str, ...]
    """In what the copy differed from the system, one sentence each."""

    unproven: tuple[str, ...]
    """Technical controls of the packs that no fault names."""

    left_out: tuple[str, ...]
    """Ids of faults that the packs name and that were not asked for, sorted: without them it is no evidence."""

    about: tuple[Subject, ...]
    """The components that were copied, at the digests that they had before."""

    seconds: float
    proof: ControlProof

    @property
    def exit_code(self) -> int:
        """0 all caught, 1 something escaped or raised for nothing, 3 nothing could be planted."""
        if self.escaped or self.false_alarms:
            return 1
        return 0 if self.planted else 3


class Progress:
    """Hears how far the proof is. This one says nothing."""

    def step(self, text: str) -> None:
        """Something is being prepared."""

    def faults(self, count: int) -> None:
        """So many faults will be planted."""

    def done(self, result: FaultResult) -> None:
        """One was."""


def prove(
    workspace: Workspace,
    *,
    packs: Sequence[str] = (),
    only: Sequence[str] = (),
    keep: Path | None = None,
    progress: Progress | None = None,
) -> ProofReport:
    """Plant faults into a copy of the system and report which control caught which.

    Nothing of the repository is written. The copy has a ledger and a key of its own, none of the environment's
    variables, and is removed at the end, also when it is interrupted.

    Args:
        workspace: The repository.
        packs: Packs to prove; empty: those of the manifest.
        only: Ids of faults; empty: all.
        keep: Where to leave the copy; None removes it.
        progress: Hears how far it is.

    Raises:
        NotFoundError: If ``only`` names a fault that no pack has.
        RoadworthyError: If the system cannot be read, or the clean copy cannot be decided on.
    """
    began = time.perf_counter()
    progress = progress or Progress()
    before = read_candidate(workspace)
    manifest = before.manifest
    references = tuple(packs) or manifest.policy.packs
    loaded = {reference: workspace.packs.load(reference) for reference in references}
    every = faults_of(workspace, references)
    faults = _chosen(every, only)
    with tidy_end(), scratch_copy(workspace.root, manifest, keep=keep) as scratch:
        clean = make_clean(
            workspace, scratch, packs=references, repairs=_repairs(workspace, references), on_step=progress.step
        )
        planter = Planter(scratch, clean, loaded)
        progress.faults(len(faults))
        results = tuple(_tried(planter, clean, fault, workspace, progress.done) for fault in faults)
    return _report(
        faults,
        results,
        clean,
        unproven=controls_unproven(loaded.values(), every),
        left_out=tuple(sorted({fault.id for fault in every} - {fault.id for fault in faults})),
        about=subjects_of(before.release),
        seconds=time.perf_counter() - began,
    )


def _chosen(faults: tuple[Fault, ...], only: Sequence[str]) -> tuple[Fault, ...]:
    known = {fault.id for fault in faults}
    unknown = sorted(set(only) - known)
    if unknown:
        raise NotFoundError(
            f"no pack of this system has a fault {unknown[0]!r}",
            where="--fault",
            fix=f"choose from {', '.join(sorted(known))}" if known else "add faults/*.yaml to a pack",
        )
    return tuple(fault for fault in faults if not only or fault.id in only)


def _repairs(workspace: Workspace, references: Sequence[str]) -> tuple[Repair, ...]:
    return tuple(repair for reference in references for repair in workspace.packs.repairs(reference))


def _tried(
    planter: Planter,
    clean: Clean,
    fault: Fault,
    workspace: Workspace,
    on_done: Callable[[FaultResult], None],
) -> FaultResult:
    began = time.perf_counter()
    decision: GateDecision | None = None
    refusal = nowhere = ""
    if fault.needs and not isinstance(workspace.conditions.evaluate(fault.needs, clean.facts), Holds):
        nowhere = f"the system does not have what it needs: {fault.needs}"
    else:
        try:
            with planter.planted(fault) as copy:
                bench = judge_candidate(copy, candidate=read_candidate(copy, before=clean.candidate), rules_alone=True)
            # Rules that ask for what could not be looked at are all not met, and that shows nothing of any.
            decision, refusal = (None, bench.unlinted) if bench.unlinted else (bench.decision, "")
        except NoPlaceError as fault_:
            nowhere = str(fault_)
        except RoadworthyError as error:
            refusal = error.problem
    ms = round((time.perf_counter() - began) * 1000)
    result = judge_fault(fault, clean=clean.decision, planted=decision, refusal=refusal, nowhere=nowhere, ms=ms)
    on_done(result)
    return result


def _report(
    faults: Sequence[Fault],
    results: Sequence[FaultResult],
    clean: Clean,
    *,
    unproven: tuple[str, ...],
    left_out: tuple[str, ...],
    about: tuple[Subject, ...],
    seconds: float,
) -> ProofReport:
    alarms = false_alarms(faults, clean.decision)
    proof = proof_of(faults, results, alarms=alarms, policy=digest_of(clean.policy), assumed=clean.assumed)
    reasons = {result.rule: result.reason for result in clean.decision.results if result.outcome not in MET}
    return ProofReport(
        planted=proof.planted,
        caught=len(proof.caught),
        escaped=len(proof.escaped),
        false_alarms=len(alarms),
        unplaced=sum(result.outcome is FaultOutcome.UNPLACED for result in results),
        faults=tuple(results),
        alarms=tuple(Alarm(rule=rule, reason=reasons[rule]) for rule in alarms),
        assumed=clean.assumed,
        unproven=unproven,
        left_out=left_out,
        about=about,
        seconds=round(seconds, 1),
        proof=proof,
    )
