"""A ledger with the decisions of a year: releases that change one route at a time, runs, declarations, verdicts.

Everything is stored through the real records, signed, and decided by the real gate; only
the runs are made up. Most decisions ship; some are blocked, some lack evidence.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fakes.gate_world import component, declared, measurement, run_evidence, task
from fakes.small_system import write_system
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.evidence import Evidence, Origin
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import Subject
from roadworthy.evidence.dsse import encode
from roadworthy.evidence.statement import sign_statement, statement_of_decision
from roadworthy.gates.decide import EVALUATOR, decide
from roadworthy.gates.facts import gate_facts
from roadworthy.gates.inputs import AssessmentRef, EvidenceRef, GateInputs, HeldEvidence, TaskRef
from roadworthy.gates.model import GateDecision
from roadworthy.inventory.release import Release, closure, release_digest
from roadworthy.policy.model import EvidenceCheck, MeasureCheck, Pack
from roadworthy.policy.resolve import pack_digest, resolve
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.policy.strictness import bar_of
from roadworthy.runtime.gating import sign_evidence
from roadworthy.runtime.workspace import Workspace

_STATED = (
    ("model.bin", "model.safetensors"),
    ("  users: [customers]", "  users: [customers]\n  out_of_scope_use: [advice]\n  foreseeable_misuse: [spam]"),
    ("  - {type: prompt, key: answer-prompt", "  - {type: guard_policy, key: guard, path: guard.yaml}\n"
     "  - {type: prompt, key: answer-prompt"),
    ("uses: [answer-prompt, model]}", "uses: [answer-prompt, model, guard], max_steps: 5}"),
    ("uses: [refuse-prompt, model]}", "uses: [refuse-prompt, model, guard], max_steps: 5}"),
)  # fmt: skip
LAST = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ROUTES = 5


def world_with_decisions(
    root: Path, *, number: int, pack: str = "base", seed: int = 0, tier: RiskTier = RiskTier.HIGH
) -> Workspace:
    """Return a workspace with ``number`` decisions, the newest at `LAST`, on ``pack`` for ``tier``."""
    write_system(root)
    text = (root / "roadworthy.yaml").read_text()
    for old, new in (("packs/desk", pack), *_STATED):
        text = text.replace(old, new)
    (root / "roadworthy.yaml").write_text(text)
    (root / "model.bin").rename(root / "model.safetensors")
    (root / "guard.yaml").write_text("rails: [pii]\n")
    workspace = Workspace(root=root, clock=FixedClock(at=LAST))
    workspace.ledger.query("PRAGMA synchronous = OFF")
    found = workspace.packs.load(pack)
    _History(workspace, found, tier=tier, seed=seed).write(number)
    return workspace


class _History:
    def __init__(self, workspace: Workspace, pack: Pack, *, tier: RiskTier, seed: int) -> None:
        self._workspace = workspace
        self._policy = resolve([pack], tier=tier, digests={pack.name: pack_digest(pack)})
        self._random = random.Random(seed)  # noqa: S311 - made-up outcomes, not secrets
        self._manifest = load_manifest(workspace.manifest_path)
        self._measures = [rule for rule in self._policy.rules if isinstance(rule.require, MeasureCheck)]
        self._categories = sorted({rule.require.category for rule in self._measures})
        self._runs: dict[str, tuple[Digest, Evidence]] = {}
        self._documents: dict[str, tuple[Digest, Evidence]] = {}
        self._digest = workspace.policies.add(self._policy)

    def write(self, number: int) -> None:
        versions = [0] * ROUTES
        for index in range(number):
            at = LAST - timedelta(hours=14 * (number - 1 - index))
            changed = index % ROUTES
            versions[changed] = index
            release = self._release(versions, version=f"1.0.{index}")
            tasks = self._tasks(release)
            for ref in tasks:
                if index == 0 or int(ref.id.rsplit("-", 1)[1]) == changed:
                    self._run(ref, at=at - timedelta(hours=2))
            if index % 45 == 0:
                self._declare(release, at=at - timedelta(hours=3), first=index == 0)
            self._decide(release, tasks, at=at)

    def _release(self, versions: list[int], *, version: str) -> Release:
        parts = [component("model", type="hosted_model")]
        for route, content in enumerate(versions):
            parts.append(component(f"prompt-{route}", content=f"v{content}"))
            parts.append(component(f"route-{route}", type="agent", content=f"v{content}", uses=(f"prompt-{route}",)))
        ordered = tuple(sorted(parts, key=lambda part: part.key))
        facts = digest_of("the facts of the desk")
        return Release(
            system="echo-desk",
            version=version,
            components=ordered,
            manifest_digest=facts,
            digest=release_digest(system="echo-desk", version=version, components=ordered, manifest_digest=facts),
            frozen_at=LAST,
        )

    def _tasks(self, release: Release) -> tuple[TaskRef, ...]:
        return tuple(
            task(
                id=f"{category.replace('_', '-')}-{index % ROUTES}",
                category=category,
                digest=category,
                subjects=closure(release, [f"route-{index % ROUTES}"]),
            )
            for index, category in enumerate(self._categories)
        )

    def _run(self, ref: TaskRef, *, at: datetime) -> None:
        trials = self._random.choice((120, 300, 600))
        failures = self._random.choice((*(0,) * 20, 1, 1, 2, 3, trials // 25, trials // 10))
        evidence = run_evidence(
            measurement(failures=failures, trials=trials),
            task_ref=ref,
            id=f"ev_{ref.id}_{at:%Y%m%d%H}",
            bars=tuple(bar_of(r, r.require) for r in self._measures if r.require.category == ref.category),
            observed_at=at,
            recorded_at=at,
        )
        result = replace(evidence.result, registered_at=at - timedelta(hours=1))
        evidence = replace(evidence, result=result)
        self._runs[ref.id] = sign_evidence(self._workspace, evidence), evidence

    def _declare(self, release: Release, *, at: datetime, first: bool) -> None:
        digests = {part.key: part.digest for part in release.components if part.type == "hosted_model"}
        about = tuple(
            Subject(kind="component", name=key, digest=digest)
            for key, digest in {"system": release.manifest_digest, **digests}.items()
        )
        for rule in self._policy.rules:
            check = rule.require
            if not isinstance(check, EvidenceCheck) or (not first and self._random.random() < 0.02):
                continue
            evidence = declared(
                check.type,
                id=f"ev_{rule.id}_{at:%Y%m%d%H}".replace("/", "_"),
                subjects=about,
                origin=check.origins[0] if Origin.HUMAN_DECLARED not in check.origins else Origin.HUMAN_DECLARED,
                assurance=check.min_assurance,
                observed_at=at,
                recorded_at=at,
            )
            self._documents[rule.id] = sign_evidence(self._workspace, evidence), evidence

    def _decide(self, release: Release, tasks: tuple[TaskRef, ...], *, at: datetime) -> GateDecision:
        held = dict((*self._runs.values(), *self._documents.values()))
        inputs = GateInputs(
            decision=f"decision_{release.version}",
            release=release.digest,
            policy=self._digest,
            assessment=AssessmentRef(digest=digest_of("assessment"), expires_at=at + timedelta(days=200)),
            facts=gate_facts(
                self._manifest,
                release,
                tier=self._policy.tier.value,
                legal_classes=("limited",),
                expires_at=at + timedelta(days=200),
                documents={},
                previous=None,
            )
            | {"lint": {"files": 12, "areas": [], "findings": [], "suppressed": 0, "unread": []}},
            tasks=tasks,
            evidence=tuple(EvidenceRef(digest=digest, verified=True) for digest in held),
            decided_at=at,
            evaluator=EVALUATOR,
        )
        return _stored(self._workspace, inputs, release=release, policy=self._policy, held=held)


def _stored(
    workspace: Workspace, inputs: GateInputs, *, release: Release, policy: ResolvedPolicy, held: dict[str, Evidence]
) -> GateDecision:
    decision = decide(
        id=inputs.decision,
        release=release,
        policy=policy,
        policy_digest=inputs.policy,
        assessment=inputs.assessment,
        facts=inputs.facts,
        tasks=inputs.tasks,
        evidence=[HeldEvidence(evidence=held[r.digest], digest=r.digest, verified=r.verified) for r in inputs.evidence],
        conditions=workspace.conditions,
        now=inputs.decided_at,
    )
    workspace.releases.add(release)
    workspace.inputs.add(inputs)
    statement = statement_of_decision(decision)
    envelope = encode(sign_statement(statement, signer=workspace.signer))
    workspace.decisions.add(decision, envelopes={statement.predicate_type: envelope})
    return decision
