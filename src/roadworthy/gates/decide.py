"""The gate: a function of its arguments. The same inputs give the same decision, today and in ten years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, JsonValue, digest_of
from roadworthy.core.evidence import Evidence
from roadworthy.core.severity import Severity
from roadworthy.gates.inputs import AssessmentRef, Controls, GateInputs, HeldEvidence, TaskRef
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Verdict
from roadworthy.gates.oversight.assured import with_assurance
from roadworthy.gates.oversight.consenting import Oversight, oversight_of, with_consent, with_exceptions
from roadworthy.gates.oversight.ending import in_force_until
from roadworthy.gates.oversight.recalled import recalls_among, with_recalls
from roadworthy.gates.oversight.summary import LETS_THROUGH, summary_of
from roadworthy.gates.rules import Known, judge_rule
from roadworthy.gates.validity import component_digests
from roadworthy.inventory.release import Release
from roadworthy.policy.model import Rule
from roadworthy.policy.ports import ConditionLanguage
from roadworthy.policy.resolved import ResolvedControl, ResolvedPolicy

EVALUATOR = "roadworthy-gate/2"
"""Name and version of the rules by which this module decides. Bumped when the same inputs may be judged
otherwise, so that a replay names the difference."""

_WORST_FIRST = {
    outcome: index
    for index, outcome in enumerate(
        (
            RuleOutcome.FAIL,
            RuleOutcome.ERROR,
            RuleOutcome.STALE,
            RuleOutcome.UNDERPOWERED,
            RuleOutcome.MISSING,
            RuleOutcome.PASS,
            RuleOutcome.PENDING,
            RuleOutcome.NOT_APPLICABLE,
        )
    )
}
_HEAVIEST_FIRST = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}


def decide(
    *,
    id: str,
    release: Release,
    policy: ResolvedPolicy,
    policy_digest: Digest,
    assessment: AssessmentRef,
    facts: Mapping[str, JsonValue],
    tasks: Sequence[TaskRef],
    evidence: Sequence[HeldEvidence],
    conditions: ConditionLanguage,
    now: datetime,
    evaluator: str = EVALUATOR,
    faults: Digest | None = None,
    oversight: Oversight | None = None,
    as_claimed: bool = False,
) -> GateDecision:
    """Judge ``release`` against ``policy``.

    Args:
        id: Identifier of the decision to be.
        release: The candidate: its digests are what evidence must be about.
        policy: Every rule in force for its tier.
        policy_digest: Digest of ``policy``.
        assessment: The risk assessment that gave the tier. Past its expiry nothing ships.
        facts: What conditions are asked of (``docs/reference/facts.md``).
        tasks: The evaluation tasks as they are now.
        evidence: Everything that may bear on it; foreign items are ignored.
        conditions: The language of conditions.
        now: Decision time, timezone-aware. Passed in so that the decision can be replayed.
        evaluator: Name and version of the deciding code.
        faults: Digest over every fault that the packs in force name; None: no proof of controls counts.
        oversight: Exceptions, people's consent and recalls; None: there are none, and nobody is asked.
        as_claimed: Take evidence at its own word for who stands behind it: of stand-ins, never of what is recorded.

    Returns:
        The decision. *Blocked* when some blocking rule is refuted, or people said no; *cannot tell* when none
        is, but some could not be judged, or people have not consented who must; *conditions* when only warnings
        are owed, an exception lets something through, or a bar was loosened that nobody approved; else *ship*.
        No rule that applies is *cannot tell*: an empty policy is a misconfiguration.

    Raises:
        ValueError: If ``now`` is naive.
    """
    now = require_aware(now, name="now")
    oversight = oversight or Oversight()
    known = known_of(
        release,
        facts=facts,
        tasks=tasks,
        evidence=_counted(evidence, oversight=oversight, as_claimed=as_claimed),
        conditions=conditions,
        now=now,
        controls=Controls(policy=policy_digest, faults=faults),
    )
    found = [_judged(rule, item=item, known=known) for item in policy.controls for rule in item.rules]
    results, exceptions = with_exceptions(found, oversight=oversight, release=release, policy=policy, now=now)
    results.sort(key=lambda r: (_HEAVIEST_FIRST[r.severity], _WORST_FIRST[r.outcome], r.rule))
    expired = assessment.expires_at <= now
    decision = GateDecision(
        id=id,
        system=release.system,
        version=release.version,
        release=release.digest,
        tier=policy.tier,
        verdict=verdict_of(results, assessment_expired=expired),
        summary="",
        results=tuple(results),
        policy=policy_digest,
        assessment=assessment.digest,
        facts=digest_of(dict(facts)),
        evidence_set=evidence_set_digest(evidence),
        tasks=digest_of(sorted((task.id, task.digest) for task in tasks)),
        decided_at=now,
        valid_until=now,
        evaluator=evaluator,
        exceptions=exceptions,
        governance=None if oversight.governance is None else digest_of(oversight.governance),
        recalls=tuple(recall.id for recall in recalls_among(oversight.recalls, (h.evidence for h in evidence))),
    )
    decision = with_consent(decision, oversight=oversight)
    return replace(
        decision,
        summary=summary_of(decision, assessment_expired=expired),
        valid_until=in_force_until(decision, policy=policy, assessment=assessment),
    )


def _counted(evidence: Sequence[HeldEvidence], *, oversight: Oversight, as_claimed: bool) -> list[HeldEvidence]:
    """Return ``evidence`` with what recalls void of it, and who signatures show to stand behind it."""
    recalled = with_recalls(evidence, oversight.recalls)
    return recalled if as_claimed else with_assurance(recalled, oversight=oversight)


def _judged(rule: Rule, *, item: ResolvedControl, known: Known) -> RuleResult:
    result = judge_rule(rule, control=item.control, known=known)
    later = tuple(tightening.text for tightening in item.pending if tightening.rule == rule.id)
    return replace(result, pending=later) if later else result


def decide_from(
    inputs: GateInputs,
    *,
    release: Release,
    policy: ResolvedPolicy,
    evidence: Mapping[Digest, Evidence],
    conditions: ConditionLanguage,
    as_claimed: bool = False,
) -> GateDecision:
    """Take the decision that ``inputs`` describe, for the first time or again.

    Args:
        inputs: What it is made from; larger parts by digest.
        release: The release that ``inputs`` names.
        policy: The policy that ``inputs`` names.
        evidence: Every piece that ``inputs`` names, by digest.
        conditions: The language of conditions.
        as_claimed: As in `decide`.

    Raises:
        KeyError: If a piece of evidence is not there.
    """
    return decide(
        id=inputs.decision,
        release=release,
        policy=policy,
        policy_digest=digest_of(policy),
        assessment=inputs.assessment,
        facts=inputs.facts,
        tasks=inputs.tasks,
        evidence=[
            HeldEvidence(evidence=evidence[ref.digest], digest=ref.digest, verified=ref.verified)
            for ref in inputs.evidence
        ],
        conditions=conditions,
        now=inputs.decided_at,
        faults=inputs.faults,
        oversight=oversight_of(inputs),
        as_claimed=as_claimed,
    )


def verdict_of(results: Sequence[RuleResult], *, assessment_expired: bool = False) -> Verdict:
    """Return the verdict that ``results`` add up to, before people are asked.

    What an exception lets through is a condition. So is a loosened bar: the stricter one that was registered holds,
    and somebody should know that another was written since.

    >>> verdict_of([])
    <Verdict.CANNOT_TELL: 'cannot_tell'>
    """
    blocking = [r.outcome for r in results if r.severity is Severity.BLOCK and not r.exceptions]
    if RuleOutcome.FAIL in blocking:
        return Verdict.BLOCKED
    judged = [r for r in results if r.outcome not in (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING)]
    if assessment_expired or not judged or any(outcome not in LETS_THROUGH for outcome in blocking):
        return Verdict.CANNOT_TELL
    owed = any(r.severity is Severity.WARN and r.outcome not in LETS_THROUGH for r in results)
    on_condition = any(r.exceptions or r.bar_moved for r in results)
    return Verdict.CONDITIONS if owed or on_condition else Verdict.SHIP


def evidence_set_digest(evidence: Sequence[HeldEvidence]) -> Digest:
    """Return the digest that names a set of evidence, whatever its order."""
    return digest_of(sorted({(held.digest, held.verified) for held in evidence}))


def known_of(
    release: Release,
    *,
    facts: Mapping[str, JsonValue],
    tasks: Sequence[TaskRef],
    evidence: Sequence[HeldEvidence],
    conditions: ConditionLanguage,
    now: datetime,
    controls: Controls,
) -> Known:
    """Return what is known of ``release``, arranged for the judging of rules; the arguments are those of `decide`."""
    by_category: dict[str, list[TaskRef]] = defaultdict(list)
    for task in sorted(tasks, key=lambda t: t.id):
        by_category[task.category].append(task)
    runs: dict[str, list[HeldEvidence]] = defaultdict(list)
    others: dict[str, list[HeldEvidence]] = defaultdict(list)
    imports: dict[str, list[HeldEvidence]] = defaultdict(list)
    for held in evidence:
        if held.evidence.result is not None and held.evidence.result.imported is not None:
            imports[held.evidence.result.category].append(held)
        elif held.evidence.result is not None:
            runs[held.evidence.result.task].append(held)
        else:
            others[held.evidence.type].append(held)
    documents = facts.get("documents")
    return Known(
        components=component_digests(release),
        component_types={component.key: component.type for component in release.components},
        facts=facts,
        documents={k: str(v) for k, v in documents.items()} if isinstance(documents, dict) else {},
        tasks={category: tuple(found) for category, found in by_category.items()},
        runs=runs,
        imports=imports,
        others=others,
        conditions=conditions,
        now=now,
        controls=controls,
    )
