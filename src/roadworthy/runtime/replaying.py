"""Replays the decisions that the ledger holds under a candidate policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import TypeVar

from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, NotFoundError, PackError, StoreError, VerificationError
from roadworthy.core.evidence import Evidence
from roadworthy.core.severity import RiskTier
from roadworthy.gates.inputs import GateInputs, HeldEvidence
from roadworthy.gates.model import GateDecision
from roadworthy.gates.trial import Candidate, PastDecision, as_in_effect, try_policy
from roadworthy.gates.trial_report import NotReplayable, TrialReport, TriedDecision
from roadworthy.gates.validity import component_digests
from roadworthy.inventory.release import Release
from roadworthy.policy.model import Pack
from roadworthy.policy.resolve import pack_digest, resolve
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.runtime.foreseeing import calendar_day, planned_day
from roadworthy.runtime.gating import evidence_types, signature_holds
from roadworthy.runtime.policy.references import packs_named
from roadworthy.runtime.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which past decisions are tried."""

    tier: RiskTier | None = None
    """Only decisions on systems of this tier."""

    since: str | None = None
    """First day, ``YYYY-MM-DD``."""

    system: str | None = None
    """Key of the system."""

    limit: int | None = None
    """How many, newest first; None tries all."""


def try_candidate(
    workspace: Workspace, references: Sequence[str], *, which: Selection, at: str | None = None
) -> TrialReport:
    """Return which past decisions the candidate would have changed, and why. Nothing is stored.

    Args:
        workspace: Whose decisions are tried.
        references: Packs of the candidate, which stand in the place of all packs in force then.
        which: The decisions.
        at: Day as of whose policy they are tried as well, today or later.

    Raises:
        PackError: If a pack of the candidate does not load or the packs do not go together.
        ConfigError: If a date or the limit makes no sense.
        NotFoundError: If no decision is selected.
    """
    packs = _candidate_packs(workspace, references)
    day = planned_day(at, today=workspace.clock.now().date()) if at is not None else None
    bench = _Bench(workspace=workspace, packs=packs, at=day)
    # One at a time: a thousand decisions with all their reasons are more than fits in memory.
    results = [bench.attempt(decision) for decision in _chosen(workspace, which)][::-1]
    if not results:
        raise NotFoundError(
            "no past decision is selected, so nothing can be said of the candidate",
            where="the ledger",
            fix="decide with `rw gate` first, or widen --tier, --since or --system",
        )
    bench.require_sound()
    trials = [result for result in results if isinstance(result, TriedDecision)]
    refused = tuple(result for result in results if isinstance(result, NotReplayable))
    changed = tuple(trial for trial in trials if trial.is_changed)
    return TrialReport(
        candidate=tuple(f"{pack.name} {pack.version}" for pack in packs),
        at=day,
        replayed=len(trials),
        changed=len(changed),
        unchanged=len(trials) - len(changed),
        not_replayable=len(refused),
        changes=changed,
        same_verdict_other_rules=tuple(trial for trial in trials if trial.rules and not trial.is_changed),
        refused=refused,
    )


@dataclass
class _Bench:
    """What many trials share: the candidate by tier and day, and what was read from the ledger."""

    workspace: Workspace
    packs: tuple[Pack, ...]
    at: date | None
    _resolved: dict[tuple[RiskTier, frozenset[str], bool], Candidate] = field(default_factory=dict)
    _pieces: dict[str, dict[Digest, Evidence]] = field(default_factory=dict)
    """What the last decision on each system rested on: the one before it rests on most of that too."""

    _policies: dict[Digest, ResolvedPolicy] = field(default_factory=dict)
    _faults: dict[RiskTier, PackError | None] = field(default_factory=dict)
    """Why the candidate can bind no system of a tier, for each tier that was decided on."""

    _wanted: dict[tuple[RiskTier, Digest], frozenset[str]] = field(default_factory=dict)
    """Types of evidence that only the candidate asks for and of which there is any, by the policy of then."""

    def __post_init__(self) -> None:
        self._digests = {pack.name: pack_digest(pack) for pack in self.packs}

    def require_sound(self) -> None:
        """Refuse a candidate that can bind no system that was decided on."""
        faults = [fault for _, fault in sorted(self._faults.items()) if fault is not None]
        if faults and len(faults) == len(self._faults):
            raise faults[0]

    def attempt(self, decision: GateDecision) -> TriedDecision | NotReplayable:
        """Try one decision, or say why it cannot be."""
        try:
            self._require_binding(decision.tier)
            on_its_day = self._candidate(decision.tier, on=decision.decided_at.date())
            later = self._candidate(decision.tier, on=self.at, binding=True) if self.at is not None else None
            past = self._past(decision)
        except (NotFoundError, PackError, StoreError, VerificationError) as reason:
            return NotReplayable(
                decision=decision.id, system=decision.system, version=decision.version, reason=reason.problem
            )
        return try_policy(past, on_its_day=on_its_day, later=later, conditions=self.workspace.conditions)

    def _require_binding(self, tier: RiskTier) -> None:
        if tier not in self._faults:
            try:
                self._candidate(tier, on=date.max)
                self._faults[tier] = None
            except PackError as fault:
                self._faults[tier] = fault
        found = self._faults[tier]
        if found is not None:
            raise found

    def _past(self, decision: GateDecision) -> PastDecision:
        inputs = self._part(self.workspace.inputs, decision.id, what="inputs are")
        release = self._part(self.workspace.releases, decision.release, what="release is")
        if inputs.policy not in self._policies:
            self._policies[inputs.policy] = self._part(self.workspace.policies, inputs.policy, what="policy is")
        policy = self._policies[inputs.policy]
        return PastDecision(
            decision=decision,
            inputs=inputs,
            release=release,
            policy=policy,
            evidence=self._evidence(decision.system, inputs),
            more=self._of_new_kinds(decision, release, policy),
        )

    @staticmethod
    def _part(records: LedgerRecords[T], reference: str, *, what: str) -> T:
        try:
            return records.record(reference)
        except NotFoundError as error:
            raise NotFoundError(f"its {what} not in the ledger", fix="restore the ledger from a backup") from error

    def _evidence(self, system: str, inputs: GateInputs) -> Mapping[Digest, Evidence]:
        held = self._pieces.get(system, {})
        digests = [ref.digest for ref in inputs.evidence]
        self._pieces[system] = {
            digest: held[digest] if digest in held else self.workspace.evidence.record(digest) for digest in digests
        }
        return self._pieces[system]

    def _candidate(self, tier: RiskTier, *, on: date, binding: bool = False) -> Candidate:
        # The policy of two days is the same unless a pack takes effect between them.
        waiting = frozenset(p.name for p in self.packs if p.effective_on is not None and p.effective_on > on)
        key = (tier, waiting, binding)
        if key not in self._resolved:
            policy = resolve(self.packs, tier=tier, digests=self._digests, on=on)
            self._resolved[key] = Candidate(as_in_effect(policy, on=on) if binding else policy)
        return self._resolved[key]

    def _of_new_kinds(
        self, decision: GateDecision, release: Release, policy: ResolvedPolicy
    ) -> tuple[HeldEvidence, ...]:
        """Return evidence of types that only the candidate asks for, as far as it was there then."""
        wanted = self._new_kinds(decision, policy)
        if not wanted:
            return ()
        found = self.workspace.evidence.candidates(types=wanted, subjects=set(component_digests(release).values()))
        keys = self.workspace.keyring
        return tuple(
            HeldEvidence(evidence=stored.record, digest=stored.digest, verified=signature_holds(stored, keys))
            for stored in found
            if stored.record.recorded_at <= decision.decided_at
        )

    def _new_kinds(self, decision: GateDecision, policy: ResolvedPolicy) -> frozenset[str]:
        key = decision.tier, decision.policy
        if key not in self._wanted:
            asked = evidence_types(self._candidate(decision.tier, on=date.max).policy) - evidence_types(policy)
            # About nothing, the newest piece of each type: whether there is any.
            there = self.workspace.evidence.candidates(types=asked, subjects=()) if asked else ()
            self._wanted[key] = frozenset(stored.record.type for stored in there)
        return self._wanted[key]


def _candidate_packs(workspace: Workspace, references: Sequence[str]) -> tuple[Pack, ...]:
    """Return the candidate's packs. A proposed one may be tried: that is how its reviewer learns what it does."""
    packs = [pack for reference in references for pack in packs_named(reference, root=workspace.root)]
    return tuple(replace(pack, status="reviewed") if pack.status == "proposed" else pack for pack in packs)


def _chosen(workspace: Workspace, which: Selection) -> Iterator[GateDecision]:
    """Yield the decisions selected, newest first."""
    if which.limit is not None and which.limit < 1:
        raise ConfigError(f"a limit of {which.limit} tries nothing", where="--limit", fix="give 1 or more")
    since = calendar_day(which.since, where="--since") if which.since is not None else None
    found = (
        decision
        for decision in workspace.decisions.newest_first()
        if (which.tier is None or decision.tier is which.tier)
        and (which.system is None or decision.system == which.system)
        and (since is None or decision.decided_at.date() >= since)
    )
    return islice(found, which.limit)
