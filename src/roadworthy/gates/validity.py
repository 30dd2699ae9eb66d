"""Whether evidence counts: for these digests, under this age limit, at this time. Never stored as truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from roadworthy.core.digest import Digest
from roadworthy.core.evidence import ControlProof, RunResult
from roadworthy.core.subject import Subject
from roadworthy.gates.inputs import Controls, HeldEvidence, TaskRef
from roadworthy.gates.model import UsedEvidence, Validity
from roadworthy.inventory.model import FACTS_KEY
from roadworthy.inventory.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a piece of evidence counts, and why not."""

    validity: Validity
    reason: str = ""
    changed: tuple[str, ...] = ()
    """Keys of the components that made it stale, sorted."""


def judge_validity(
    held: HeldEvidence,
    *,
    components: dict[str, Digest],
    required: Sequence[Subject],
    task: TaskRef | None,
    documents: Mapping[str, Digest],
    max_age_days: int,
    now: datetime,
    controls: Controls | None = None,
) -> Judgement:
    """Return whether ``held`` counts for a release.

    Args:
        held: The evidence with its digest and whether its signature held.
        components: Digest of each component of the release, by key.
        required: Subjects that it must cover, all of them at these digests.
        task: The task as it is now; None for evidence that no task made.
        documents: Digest of each governance document as it is now, by name.
        max_age_days: The rule's limit. The producer has no say in it.
        now: Time of the decision.
        controls: What a proof must have tried; None for evidence that proves no controls.

    Returns:
        The first reason that makes it not count, most fundamental first.
    """
    evidence = held.evidence
    if not held.verified or held.recalled:
        return _never_counts(held)
    changed = _changed(evidence.subjects, components=components, required=required)
    if changed:
        return Judgement(
            validity=Validity.SUBJECT_CHANGED,
            reason=_because(changed, components=components, held={s.name for s in evidence.subjects}),
            changed=changed,
        )
    if _document_changed(held, documents):
        return Judgement(
            validity=Validity.SUBJECT_CHANGED, reason="the document changed or is gone since it was declared"
        )
    tried_others = "" if evidence.proof is None else _tried_others(evidence.proof, controls)
    if tried_others:
        return Judgement(validity=Validity.POLICY_CHANGED, reason=tried_others)
    other_task = _of_another_task(evidence.result, task)
    if other_task is not None:
        return other_task
    if evidence.observed_at > now:
        return Judgement(validity=Validity.NOT_YET_VALID, reason="it is dated in the future")
    age = now - evidence.observed_at
    if age > timedelta(days=max_age_days):
        return Judgement(
            validity=Validity.EXPIRED, reason=f"it is {age.days} days old; the policy allows {max_age_days}"
        )
    return Judgement(validity=Validity.VALID)


def _never_counts(held: HeldEvidence) -> Judgement:
    if not held.verified:
        return Judgement(validity=Validity.UNVERIFIABLE, reason="its signature or digest does not hold")
    return Judgement(validity=Validity.RECALLED, reason=held.recalled)


def _changed(
    subjects: Sequence[Subject], *, components: dict[str, Digest], required: Sequence[Subject]
) -> tuple[str, ...]:
    held = {s.name: s.digest for s in subjects if s.kind == "component"}
    other = {name for name, digest in held.items() if components.get(name) != digest}
    uncovered = {s.name for s in required if held.get(s.name) != s.digest}
    if not held:
        uncovered.add("any component")
    return tuple(sorted(other | uncovered))


def _document_changed(held: HeldEvidence, documents: Mapping[str, Digest]) -> bool:
    declaration = held.evidence.declaration
    if declaration is None or declaration.document_digest is None:
        return False
    _, _, name = held.evidence.type.partition(":")
    return documents.get(name) != declaration.document_digest


def _of_another_task(result: RunResult | None, task: TaskRef | None) -> Judgement | None:
    if task is None:
        return None
    if result is None or result.task_digest != task.digest:
        return Judgement(validity=Validity.TASK_CHANGED, reason="the task's samples, scorers or definition changed")
    if result.target_digest != task.target:
        return Judgement(
            validity=Validity.TARGET_CHANGED, reason="another target was asked than the manifest names now"
        )
    return None


def _tried_others(proof: ControlProof, controls: Controls | None) -> str:
    """Return in what a proof tried something else than what is in force; empty where it tried just that."""
    if controls is None or proof.policy != controls.policy:
        return "it tried the controls of another policy than the one in force"
    if proof.faults != controls.faults:
        return "it tried other faults than the packs in force name, or only some of them"
    return ""


def _because(changed: tuple[str, ...], *, components: dict[str, Digest], held: set[str]) -> str:
    gone = [name for name in changed if name not in components]
    edited = [name for name in changed if name in components and name in held]
    unseen = [name for name in changed if name in components and name not in held]
    parts = []
    if edited:
        parts.append(f"{', '.join(edited)} changed")
    if unseen:
        parts.append(f"it does not cover {', '.join(unseen)}")
    if gone:
        parts.append(f"it is about {', '.join(gone)}, which this release has not")
    return "; ".join(parts)


SYSTEM = FACTS_KEY
"""Name under which the manifest's stated facts stand beside the components."""


def component_digests(release: Release) -> dict[str, Digest]:
    """Return the digest of each component of ``release`` by its key, and of its stated facts as ``system``."""
    digests = {component.key: component.digest for component in release.components}
    return digests | {SYSTEM: release.manifest_digest}


def used(held: HeldEvidence, judgement: Judgement, *, now: datetime) -> UsedEvidence:
    """Return how ``held`` is cited in a decision."""
    return UsedEvidence(
        id=held.evidence.id,
        digest=held.digest,
        type=held.evidence.type,
        age_s=int((now - held.evidence.observed_at).total_seconds()),
        validity=judgement.validity,
        reason=judgement.reason,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The evidence there is for one check, newest first, with what each piece is worth."""

    items: tuple[tuple[HeldEvidence, Judgement], ...]

    @property
    def valid(self) -> tuple[HeldEvidence, ...]:
        """Those that count, newest first."""
        return tuple(held for held, judgement in self.items if judgement.validity is Validity.VALID)

    @property
    def newest(self) -> tuple[HeldEvidence, Judgement] | None:
        """The newest piece and its judgement, whether it counts or not."""
        return self.items[0] if self.items else None


def standing_of_task(
    task: TaskRef,
    candidates: Sequence[HeldEvidence],
    *,
    components: dict[str, Digest],
    max_age_days: int,
    now: datetime,
) -> Standing:
    """Judge every run of ``task`` among ``candidates``."""
    mine = [h for h in candidates if h.evidence.result is not None and h.evidence.result.task == task.id]
    return _standing(
        mine,
        components=components,
        required=task.subjects,
        task=task,
        documents={},
        max_age_days=max_age_days,
        now=now,
    )


def standing_of_declarations(
    candidates: Sequence[HeldEvidence],
    *,
    components: dict[str, Digest],
    required: Sequence[Subject],
    documents: Mapping[str, Digest],
    max_age_days: int,
    now: datetime,
    controls: Controls | None = None,
) -> Standing:
    """Judge every declaration, attestation or proof among ``candidates``."""
    return _standing(
        candidates,
        components=components,
        required=required,
        task=None,
        documents=documents,
        max_age_days=max_age_days,
        now=now,
        controls=controls,
    )


def _standing(
    candidates: Sequence[HeldEvidence],
    *,
    components: dict[str, Digest],
    required: Sequence[Subject],
    task: TaskRef | None,
    documents: Mapping[str, Digest],
    max_age_days: int,
    now: datetime,
    controls: Controls | None = None,
) -> Standing:
    ordered = sorted(candidates, key=lambda h: (h.evidence.observed_at, h.digest), reverse=True)
    return Standing(
        items=tuple(
            (
                held,
                judge_validity(
                    held,
                    components=components,
                    required=required,
                    task=task,
                    documents=documents,
                    max_age_days=max_age_days,
                    now=now,
                    controls=controls,
                ),
            )
            for held in ordered
        )
    )
