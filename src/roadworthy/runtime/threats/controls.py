"""How the controls of the policy in force stand, by what the latest decision found of their rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

from roadworthy.core.errors import RoadworthyError
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult
from roadworthy.gates.oversight.in_force import DecisionState
from roadworthy.inventory.model import Manifest
from roadworthy.policy.model import EvidenceCheck, MeasureCheck, Rule
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.risk.model import RiskAssessment
from roadworthy.risk.threat_model.model import Countermeasure, CountermeasureRule, RuleState
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.oversight.relying import standing_now
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.threats.fallen import fallen_rules
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlStanding:
    """Every control that binds the system, with how its rules came out."""

    countermeasures: tuple[Countermeasure, ...]
    decision: GateDecision | None
    notes: tuple[str, ...]
    """Why what the decision found does not count for the system as it is now; empty where it does."""

    def holds(self, control: str) -> bool:
        """Return whether a control is shown to hold."""
        return any(c.control == control and c.state is RuleState.HOLDS for c in self.countermeasures)

    def knows(self, control: str) -> bool:
        """Return whether a control binds the system."""
        return any(c.control == control for c in self.countermeasures)


def standing_controls(workspace: Workspace, manifest: Manifest) -> ControlStanding:
    """Return how every control stands now.

    What a decision found of another release, or longer ago than it may be relied on, is no longer shown to hold; what
    it found not to hold stays so.
    """
    assessment = latest_assessment(workspace, manifest.system.key)
    decision = latest_decision(workspace, manifest.system.key)
    if assessment is None:
        note = "the risk was never assessed, so that no control is known to bind; run `rw assess`"
        return ControlStanding(countermeasures=(), decision=decision, notes=(note,))
    now = workspace.clock.now()
    policy = resolve_policy(read_packs(workspace, manifest), assessment.tier, on=now.date())
    notes = () if decision is None else _doubts(workspace, decision)
    found = countermeasures_of(policy, decision)
    fallen = {} if decision is None else fallen_rules(workspace, decision)
    if notes or fallen:
        why = notes[0] if notes else ""
        found = tuple(
            replace(c, rules=tuple(_unshown(rule, fallen.get(rule.rule, why)) for rule in c.rules)) for c in found
        )
    return ControlStanding(countermeasures=found, decision=decision, notes=notes)


def latest_assessment(workspace: Workspace, system: str) -> RiskAssessment | None:
    """Return the newest risk assessment of ``system``; None: there is none."""
    return next((one for one in workspace.assessments.newest_first() if one.system == system), None)


def latest_decision(workspace: Workspace, system: str) -> GateDecision | None:
    """Return the newest decision on a release of ``system``; None: there is none."""
    return next((one for one in workspace.decisions.newest_first() if one.system == system), None)


def countermeasures_of(policy: ResolvedPolicy, decision: GateDecision | None) -> tuple[Countermeasure, ...]:
    """Return the controls of ``policy`` with what ``decision`` found of their rules; not known where it found none."""
    results = {} if decision is None else {result.rule: result for result in decision.results}
    return tuple(
        Countermeasure(
            control=resolved.control.id,
            title=resolved.control.title,
            threats=resolved.control.threats,
            rules=tuple(_rule(rule, results.get(rule.id)) for rule in resolved.rules),
        )
        for resolved in policy.controls
    )


def _rule(rule: Rule, result: RuleResult | None) -> CountermeasureRule:
    if result is None:
        return CountermeasureRule(
            rule=rule.id, state=RuleState.NOT_KNOWN, reason="nothing was decided on it yet", tests=_tests(rule, None)
        )
    return CountermeasureRule(
        rule=rule.id,
        state=_state(result),
        reason=result.reason,
        tests=_tests(rule, result),
        exceptions=result.exceptions,
    )


def _state(result: RuleResult) -> RuleState:
    if result.exceptions:
        return RuleState.WAIVED
    match result.outcome:
        case RuleOutcome.PASS:
            return RuleState.HOLDS
        case RuleOutcome.FAIL:
            return RuleState.DOES_NOT_HOLD
        case RuleOutcome.NOT_APPLICABLE:
            return RuleState.NOT_APPLICABLE
    return RuleState.NOT_KNOWN


def _tests(rule: Rule, result: RuleResult | None) -> tuple[str, ...]:
    if result is not None and result.tasks:
        return tuple(sorted(result.tasks))
    match rule.require:
        case MeasureCheck(category=category):
            return (f"eval:{category}",)
        case EvidenceCheck(type=kind):
            return (kind,)
    return ()


def _unshown(rule: CountermeasureRule, why: str) -> CountermeasureRule:
    held = (RuleState.HOLDS, RuleState.WAIVED)
    return replace(rule, state=RuleState.NOT_KNOWN, reason=why) if why and rule.state in held else rule


def _doubts(workspace: Workspace, decision: GateDecision) -> tuple[str, ...]:
    notes = []
    standing = standing_now(workspace, decision)
    if standing.state is not DecisionState.IN_FORCE:
        notes.append(
            f"decision {decision.id} is {standing.state.value} ({standing.reason}), so that nothing it found is shown "
            "to hold now; run `rw gate`"
        )
    try:
        release = read_candidate(workspace).release.digest
    except RoadworthyError as error:
        notes.append(
            f"the release in the making cannot be read, so that nothing is shown to hold of it: {error.problem}"
        )
    else:
        if release != decision.release:
            notes.append(
                f"decision {decision.id} is about another release ({decision.version}), so that nothing it found is "
                "shown to hold of this one; run `rw gate`"
            )
    return tuple(notes)
