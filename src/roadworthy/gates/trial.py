"""Decides past releases again under a candidate policy: what it would have changed, and why.

The question is counterfactual: *had this policy been in force*. A run could not have
registered a bar that did not exist yet, and by the gate's law would answer to none of
the candidate's; so the bars of the candidate are taken as registered before every run.
That assumption is stated beside every result and holds nowhere but here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Bar, Evidence, RunResult
from roadworthy.core.severity import Severity
from roadworthy.gates.decide import EVALUATOR, known_of, verdict_of
from roadworthy.gates.inputs import Controls, GateInputs, HeldEvidence
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Verdict
from roadworthy.gates.oversight.assured import with_assurance
from roadworthy.gates.oversight.consenting import oversight_of, verdict_with, with_exceptions
from roadworthy.gates.oversight.recalled import with_recalls
from roadworthy.gates.rules import Known, judge_rule
from roadworthy.gates.trial_report import NotReplayable, RuleMove, TriedDecision, Why
from roadworthy.inventory.release import Release
from roadworthy.policy.compare import Direction, rule_changes, worst_direction
from roadworthy.policy.model import MeasureCheck, Rule
from roadworthy.policy.ports import ConditionLanguage
from roadworthy.policy.resolved import ResolvedControl, ResolvedPolicy
from roadworthy.policy.strictness import bar_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDecision:
    """A decision with everything that it was made from."""

    decision: GateDecision
    inputs: GateInputs
    release: Release
    policy: ResolvedPolicy
    evidence: Mapping[Digest, Evidence]
    more: tuple[HeldEvidence, ...] = ()
    """Evidence of kinds that only the candidate asks for, as the store held it at the time."""


class Candidate:
    """A candidate policy, with what is worked out of it once for many decisions.

    Args:
        policy: What it asks.
    """

    def __init__(self, policy: ResolvedPolicy) -> None:
        self.policy = policy
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in policy.rules}
        self._bars: dict[str, tuple[Bar, ...]] = {}
        for rule in policy.rules:
            if isinstance(rule.require, MeasureCheck):
                found = self._bars.get(rule.require.category, ())
                self._bars[rule.require.category] = (*found, bar_of(rule, rule.require))
        self._other_than: dict[Digest, frozenset[str]] = {}
        self._unregistered: dict[tuple[Digest, str], frozenset[str]] = {}

    def touched(self, past: PastDecision) -> frozenset[str]:
        """Return the rules that must be judged: new, other than they were, or not what the runs registered."""
        tasks = {task.id: task.category for task in past.inputs.tasks}
        found = set(self._changed(past))
        for digest, piece in past.evidence.items():
            if piece.result is not None and piece.result.imported is None:
                for category in {piece.result.category, tasks.get(piece.result.task, "")}:
                    found |= self._not_registered(digest, piece.result, category=category)
        return frozenset(found)

    def with_bars(self, held: HeldEvidence) -> HeldEvidence:
        """Return ``held`` as if the bars of the candidate had been registered before its run."""
        result = held.evidence.result
        if result is None or result.imported is not None:
            return held
        again = replace(result, bars=self._bars.get(result.category, ()))
        return replace(held, evidence=replace(held.evidence, result=again))

    def _changed(self, past: PastDecision) -> frozenset[str]:
        policy = past.inputs.policy
        if policy not in self._other_than:
            before = {rule.id: rule for rule in past.policy.rules}
            self._other_than[policy] = frozenset(id for id, rule in self.rules.items() if before.get(id) != rule)
        return self._other_than[policy]

    def _not_registered(self, digest: Digest, result: RunResult, *, category: str) -> frozenset[str]:
        """Return the rules of ``category`` whose exact bar the run did not register, once each."""
        key = digest, category
        if key not in self._unregistered:
            self._unregistered[key] = frozenset(
                bar.rule
                for bar in self._bars.get(category, ())
                if [registered for registered in result.bars if registered.rule == bar.rule] != [bar]
            )
        return self._unregistered[key]


def try_policy(
    past: PastDecision,
    *,
    on_its_day: Candidate,
    later: Candidate | None = None,
    conditions: ConditionLanguage,
) -> TriedDecision | NotReplayable:
    """Return what the candidate would have decided.

    A rule that the candidate leaves as it was, on runs that registered the same bar, is not
    judged anew: the signed decision says what came of it. Every other one is judged; where it
    comes out otherwise, its old version is judged too, so that a change of the program is
    never put down to the candidate.

    Args:
        past: The decision.
        on_its_day: The candidate as it stands on the day of the decision.
        later: The candidate as of a later day (`as_in_effect`); None asks nothing more. The
            evidence keeps the age that it had: the question is about the policy, not about waiting.
        conditions: The language of conditions.

    Returns:
        The trial; or why there is none: a decision that does not come out the same under its
        own policy tells nothing about another one.
    """
    stored = past.decision
    attempts = [_Attempt(past, candidate, conditions) for candidate in (on_its_day, later) if candidate is not None]
    results = [attempt.results() for attempt in attempts]
    moved = frozenset(rule for attempt, found in zip(attempts, results, strict=True) for rule in attempt.moved(found))
    drifted = _drifted(past, moved=moved, conditions=conditions)
    if drifted:
        return NotReplayable(
            decision=stored.id,
            system=stored.system,
            version=stored.version,
            reason=(
                f"under its own policy {drifted} comes out otherwise now than it did then; "
                f"`rw replay {stored.id}` names every difference"
            ),
        )
    verdicts = [_verdict(past, found, attempt.policy) for attempt, found in zip(attempts, results, strict=True)]
    return TriedDecision(
        decision=stored.id,
        system=stored.system,
        version=stored.version,
        tier=stored.tier,
        decided_at=stored.decided_at,
        before=stored.verdict,
        after=verdicts[0],
        later=verdicts[1] if later is not None else None,
        rules=_moves(stored.results, results[-1], old=past.policy, new=later or on_its_day),
    )


def as_in_effect(policy: ResolvedPolicy, *, on: date) -> ResolvedPolicy:
    """Return ``policy`` with every rule that takes effect by ``on`` binding at any time.

    So a decision of an earlier day meets the policy of a later one, on the evidence as old as it was.
    """
    return replace(policy, controls=tuple(_in_effect(item, on=on) for item in policy.controls))


def _in_effect(item: ResolvedControl, *, on: date) -> ResolvedControl:
    rules = tuple(
        replace(rule, effective_on=None) if rule.effective_on is not None and rule.effective_on <= on else rule
        for rule in item.rules
    )
    return replace(item, rules=rules)


class _Attempt:
    """One candidate on one decision."""

    def __init__(self, past: PastDecision, candidate: Candidate, conditions: ConditionLanguage) -> None:
        self._past = past
        self._candidate = candidate
        self._conditions = conditions
        self._before = {result.rule: result for result in past.decision.results}

    @property
    def policy(self) -> ResolvedPolicy:
        """What the candidate asks."""
        return self._candidate.policy

    def results(self) -> list[RuleResult]:
        """Return what comes of each rule of the candidate."""
        known: Known | None = None
        touched = self._candidate.touched(self._past)
        found = []
        for item in self._candidate.policy.controls:
            for rule in item.rules:
                if rule.id not in touched and rule.id in self._before:
                    found.append(self._before[rule.id])
                    continue
                if known is None:
                    evidence = _registered_anew(self._past, self._candidate)
                    known = _known(self._past, evidence, self._conditions)
                found.append(judge_rule(rule, control=item.control, known=known))
        return found

    def moved(self, results: Sequence[RuleResult]) -> frozenset[str]:
        """Return the rules of ``results`` that the decision judged too, with another outcome or weight."""
        return frozenset(
            result.rule
            for result in results
            if result.rule in self._before and _differs(self._before[result.rule], result)
        )


def _drifted(past: PastDecision, *, moved: frozenset[str], conditions: ConditionLanguage) -> str:
    """Return the first rule that comes out otherwise under its own policy today; empty where none does.

    Where other rules of deciding were in force, every rule is asked, else those that the candidate moves.
    """
    before = {result.rule: result for result in past.decision.results}
    everything = past.decision.evaluator != EVALUATOR
    known: Known | None = None
    for item in past.policy.controls:
        for rule in item.rules:
            if not everything and rule.id not in moved:
                continue
            known = known or _known(past, _as_stored(past), conditions)
            now, then = judge_rule(rule, control=item.control, known=known), before.get(rule.id)
            if then is None or (now.outcome, now.severity) != (then.outcome, then.severity):
                return rule.id
    return ""


def _known(past: PastDecision, evidence: Sequence[HeldEvidence], conditions: ConditionLanguage) -> Known:
    return known_of(
        past.release,
        facts=past.inputs.facts,
        tasks=past.inputs.tasks,
        evidence=with_assurance(with_recalls(evidence, past.inputs.recalls), oversight=oversight_of(past.inputs)),
        conditions=conditions,
        now=past.inputs.decided_at,
        # As if the candidate's controls had been proven before: what it asks is tried, not what was registered.
        controls=Controls(policy=past.inputs.policy, faults=past.inputs.faults),
    )


def _verdict(past: PastDecision, results: Sequence[RuleResult], policy: ResolvedPolicy) -> Verdict:
    """What the rules add up to, with the exceptions that there were and as people then consented.

    Nobody was asked about the candidate; that they would have said the same is part of the question.
    """
    at = past.inputs.decided_at
    excepted, _ = with_exceptions(
        results, oversight=oversight_of(past.inputs), release=past.release, policy=policy, now=at
    )
    verdict = verdict_of(excepted, assessment_expired=past.inputs.assessment.expires_at <= at)
    return verdict_with(verdict, past.decision.consent)


def _as_stored(past: PastDecision) -> list[HeldEvidence]:
    return [
        HeldEvidence(evidence=past.evidence[ref.digest], digest=ref.digest, verified=ref.verified)
        for ref in past.inputs.evidence
    ]


def _registered_anew(past: PastDecision, candidate: Candidate) -> list[HeldEvidence]:
    """Return the evidence as if the candidate's bars had been registered before every run."""
    held = _as_stored(past)
    known = {one.digest for one in held}
    return [candidate.with_bars(one) for one in (*held, *(one for one in past.more if one.digest not in known))]


def _moves(
    before: Sequence[RuleResult], after: Sequence[RuleResult], *, old: ResolvedPolicy, new: Candidate
) -> tuple[RuleMove, ...]:
    was, now = ({result.rule: result for result in results} for results in (before, after))
    moved = [rule for rule in sorted({*was, *now}) if _differs(was.get(rule), now.get(rule))]
    if not moved:
        return ()
    rules = {rule.id: rule for rule in old.rules}
    found = [_move(was.get(rule), now.get(rule), old=rules.get(rule), new=new.rules.get(rule)) for rule in moved]
    return tuple(sorted(found, key=lambda move: (_weight(move), move.rule)))


def _differs(before: RuleResult | None, after: RuleResult | None) -> bool:
    if before is None or after is None:
        return True
    return (before.outcome, before.severity) != (after.outcome, after.severity)


def _move(before: RuleResult | None, after: RuleResult | None, *, old: Rule | None, new: Rule | None) -> RuleMove:
    shown = after or before
    if shown is None:
        raise ValueError("a rule that is in neither decision cannot have moved")
    why, moved = _why(old, new)
    return RuleMove(
        rule=shown.rule,
        why=why,
        fields=moved,
        severity=shown.severity,
        before=before.outcome if before is not None else None,
        after=after.outcome if after is not None else None,
        reason=shown.reason,
    )


def _why(old: Rule | None, new: Rule | None) -> tuple[Why, tuple[str, ...]]:
    if old is None or new is None:
        return ("new" if old is None else "gone"), ()
    changes = [change for change in rule_changes(old, new) if change.direction is not Direction.NOTED]
    if not changes:
        return "same", ()
    words: dict[Direction, Why] = {
        Direction.TIGHTER: "tightened",
        Direction.LOOSER: "loosened",
        Direction.UNORDERED: "changed",
    }
    return words[worst_direction(changes)], tuple(f"{c.field}: {_short(c.old)} → {_short(c.new)}" for c in changes)


def _short(value: object) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= 120 else text[:117] + "…"


def _weight(move: RuleMove) -> tuple[int, int]:
    """Blocking rules that are not met first, then other moves."""
    green = (RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING, None)
    return int(move.severity is not Severity.BLOCK), int(move.after in green)
