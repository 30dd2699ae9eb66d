"""A clean copy: what can be green is green, so that what a fault turns red is seen to be its doing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.exemplars import load_exemplars
from roadworthy.adapters.manifest.materials import digest_of_file
from roadworthy.adapters.repository.git import head
from roadworthy.adapters.yaml_source import read_yaml
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ManifestError
from roadworthy.evals.model import Task
from roadworthy.gates.inputs import Controls, TaskRef
from roadworthy.gates.model import GateDecision
from roadworthy.gates.proof import MET
from roadworthy.policy.faults import Repair
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.evaluation.options import Options
from roadworthy.runtime.evaluation.runs import carry_out, register
from roadworthy.runtime.gating import Bench, judge_candidate, sign_evidence
from roadworthy.runtime.policy.claims import claimed
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.proving.evidence import asked_for, declared, summary
from roadworthy.runtime.proving.manifest import PlainManifest
from roadworthy.runtime.proving.opening import Copy, close, open_copy
from roadworthy.runtime.proving.repairing import repaired
from roadworthy.runtime.proving.scratch import Scratch, commit
from roadworthy.runtime.proving.tasks import FOLDER, StandIn, made, outputs_of, sizes, stand_in, write_task
from roadworthy.runtime.workspace import MANIFEST, STATE, Workspace

_BETWEEN = timedelta(minutes=1)
"""Between the evidence of the clean copy and every decision."""

_QUICK = Options(use_cache=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """The clean copy and what the gate says of it."""

    manifest: PlainManifest
    decision: GateDecision
    facts: dict[str, Any]
    policy: ResolvedPolicy
    tasks: tuple[StandIn, ...]
    clock: FixedClock
    assumed: tuple[str, ...]
    """In what it differs from the system, one sentence each."""

    candidate: Candidate
    opened: Copy
    """An opening of it, whose tasks and packs need not be read again."""

    measured: tuple[str, ...]
    """Tasks that the real engine ran with their own graders."""


def make_clean(
    workspace: Workspace,
    scratch: Scratch,
    *,
    packs: Sequence[str],
    repairs: Sequence[Repair],
    on_step: Callable[[str], None] = lambda _: None,
) -> Clean:
    """Make the copy in ``scratch`` clean, and keep its ledger for every fault to start from.

    Args:
        workspace: The real repository; only read.
        scratch: Where the copy lies.
        packs: Packs that bind it, as the manifest would name them.
        repairs: What may be put right.
        on_step: Hears of each step.

    Raises:
        RoadworthyError: If the gate cannot decide on the copy.
    """
    clock = FixedClock(at=workspace.clock.now())
    manifest = _plain_manifest(workspace, scratch, packs=packs)
    assumed = [*scratch.assumed]
    if commit(scratch.root, _code_files(scratch, manifest)) and head(workspace.root) is None:
        assumed.append("the code was put under version control, where it was not found to be")
    on_step("putting right what rules complain of")
    assumed += repaired(scratch, manifest, clock=clock, repairs=repairs)
    copy = open_copy(scratch, clock)
    try:
        policy = _policy(copy)
        assumed += _with_documents(scratch, manifest, policy)
        tasks, said = _with_tasks(scratch, manifest, copy, policy)
        assumed += said
        measured = _with_evidence(copy, tasks, policy=policy, on_step=on_step)
        assumed += _said(measured, tasks, policy)
    finally:
        close(copy)
    shutil.copytree(scratch.root / STATE, scratch.state)
    # Later than the evidence, so that what a fault adds to it is the newest.
    later = FixedClock(at=clock.at + _BETWEEN)
    bench = _decided(scratch, later, copy)
    return Clean(
        manifest=manifest,
        decision=bench.decision,
        facts=bench.inputs.facts,
        policy=policy,
        tasks=tasks,
        clock=later,
        candidate=bench.candidate,
        opened=copy,
        assumed=tuple(assumed),
        measured=measured,
    )


def _decided(scratch: Scratch, clock: FixedClock, before: Copy) -> Bench:
    copy = open_copy(scratch, clock, before=before)
    try:
        return judge_candidate(copy, rules_alone=True)
    finally:
        close(copy)


def _plain_manifest(workspace: Workspace, scratch: Scratch, *, packs: Sequence[str]) -> PlainManifest:
    data = read_yaml(workspace.manifest_path, error=ManifestError).data
    manifest = PlainManifest(scratch.root / MANIFEST, dict(data) if isinstance(data, dict) else {})
    for component in manifest.data.get("components", []):
        if component.get("path") in scratch.left_out and "digest" not in component:
            component["digest"] = digest_of_file(workspace.root / component["path"])
    manifest.data["policy"] = {**manifest.data.get("policy", {}), "packs": list(packs)}
    manifest.write()
    return manifest


def _code_files(scratch: Scratch, manifest: PlainManifest) -> list[str]:
    paths = [c.get("path") for c in manifest.data.get("components", []) if c.get("type") == "application"]
    return [path for path in paths if isinstance(path, str) and (scratch.root / path).exists()] or [MANIFEST]


def _policy(copy: Workspace) -> ResolvedPolicy:
    assessment = assess_now(copy).record
    candidate = read_candidate(copy)
    return resolve_policy(read_packs(copy, candidate.manifest), assessment.tier, on=copy.clock.now().date())


def _with_documents(scratch: Scratch, manifest: PlainManifest, policy: ResolvedPolicy) -> list[str]:
    """Write the governance documents that rules ask for and the system does not have."""
    wanted = [type_.partition(":")[2] for type_ in asked_for(policy) if type_.startswith("document:")]
    written = manifest.add_documents(wanted)
    return [f"documents that it lacks were written: {', '.join(written)}"] if written else []


def _with_tasks(
    scratch: Scratch, manifest: PlainManifest, copy: Workspace, policy: ResolvedPolicy
) -> tuple[tuple[StandIn, ...], list[str]]:
    candidate = read_candidate(copy)
    exemplars, wanted = load_exemplars(), sizes(policy)
    tasks = [stand_in(task, wanted[task.category], exemplars) for task in candidate.tasks if task.category in wanted]
    lacking = sorted(set(wanted) - {one.task.category for one in tasks})
    languages = candidate.manifest.system.languages
    tasks += [made(category, wanted[category], exemplars, languages=languages) for category in lacking]
    for one in tasks:
        write_task(scratch.root, one)
    manifest.data["targets"] = [
        {"key": one.task.target, "kind": "precomputed", "outputs": outputs_of(one.task.id)} for one in tasks
    ]
    manifest.data["tasks"] = [f"{FOLDER}/tasks/*.yaml"] if tasks else []
    manifest.write()
    return tuple(tasks), _about_tasks(tasks, lacking)


def _about_tasks(tasks: Sequence[StandIn], lacking: Sequence[str]) -> list[str]:
    own = [f"{one.task.id} {one.assumed}" for one in tasks if one.assumed and one.task.category not in lacking]
    said = [f"tasks are larger than they are, or without what cannot be run here: {'; '.join(own)}"] if own else []
    if lacking:
        said.append(f"tasks were made of shipped exemplars, because none measures {', '.join(lacking)}")
    return said


def _with_evidence(
    copy: Workspace, tasks: Sequence[StandIn], *, policy: ResolvedPolicy, on_step: Callable[[str], None]
) -> tuple[str, ...]:
    """Declare, measure and sign what the policy asks for; return the tasks that the real engine measured well."""
    candidate = read_candidate(copy)
    controls = Controls(policy=digest_of(policy), faults=claimed(copy, candidate.manifest.policy.packs))
    for type_, checks in asked_for(policy).items():
        now = copy.clock.now()
        sign_evidence(copy, declared(type_, checks, candidate=candidate, controls=controls, ids=copy.ids, now=now))
    answerable = {one.task.id for one in tasks if not one.unanswered}
    pairs = list(zip(candidate.tasks, candidate.refs, strict=True))
    for task, ref in pairs:
        if task.id in answerable:
            on_step(f"asking {task.id}")
            measure(copy, candidate, task, ref, policy=policy)
    unmet = _short_of_bar(copy)
    wanted = sizes(policy)
    for task, ref in pairs:
        if task.category in unmet and task.id not in answerable:
            sign_evidence(
                copy,
                summary(task, ref, size=wanted[task.category], policy=policy, ids=copy.ids, now=copy.clock.now()),
            )
    return tuple(sorted(answerable))


def measure(copy: Workspace, candidate: Candidate, task: Task, ref: TaskRef, *, policy: ResolvedPolicy) -> None:
    """Ask the stand-in every sample of ``task`` with the real engine and its own graders, and sign the result."""
    plan = register(copy, candidate, task, ref, policy=policy)
    asyncio.run(carry_out(copy, candidate, plan, options=_QUICK, on_result=lambda _: None))


def _short_of_bar(copy: Workspace) -> set[str]:
    results = judge_candidate(copy, rules_alone=True).decision.results
    return {result.category for result in results if result.category is not None and result.outcome not in MET}


def _said(measured: Sequence[str], tasks: Sequence[StandIn], policy: ResolvedPolicy) -> list[str]:
    said = [f"{len(asked_for(policy))} declarations were signed as if people had made them"]
    rest = sorted(one.task.id for one in tasks if one.task.id not in measured)
    if measured:
        said.append(f"{len(measured)} tasks were run by the real engine and graders; a stand-in answered them well")
    if rest:
        said.append(f"figures that meet the bar were signed, not measured: {', '.join(rest)}")
    return said
