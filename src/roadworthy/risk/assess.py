"""The assessment: facts, law, threats and method in; class, tier, threats, risks and open questions out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import digest_of
from roadworthy.policy.ports import ConditionLanguage, Fails, Holds
from roadworthy.risk.answers import Answers, answered
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.classify import Classifier
from roadworthy.risk.facts import Facts, named_facts, stated, unstated
from roadworthy.risk.flow import routes
from roadworthy.risk.law import LegalRegimes
from roadworthy.risk.model import (
    ApplicableThreat,
    DataUsed,
    FindingStatus,
    OpenRisk,
    RegimeResult,
    Risk,
    RiskAssessment,
    TierStep,
)
from roadworthy.risk.score import MovingFactor, derived_risks, moving_factors
from roadworthy.risk.source import SourceStatus
from roadworthy.risk.steps import harm_step, headline, legal_steps, risk_steps
from roadworthy.risk.threats import applicable_threats
from roadworthy.risk.tier import overall_tier, risk_tier


@dataclass(frozen=True, slots=True, kw_only=True)
class _Findings:
    """What was found before it is put together."""

    legal: tuple[RegimeResult, ...]
    threats: tuple[ApplicableThreat, ...]
    moving: tuple[MovingFactor, ...]
    risks: tuple[OpenRisk, ...]
    harm: tuple[TierStep, ...]


def assess(
    facts: Facts,
    *,
    regimes: LegalRegimes,
    catalogue: ThreatCatalogue,
    conditions: ConditionLanguage,
    now: datetime,
    author: str,
    id: str,
    assessed: Sequence[Risk] = (),
    valid_days: int | None = None,
) -> RiskAssessment:
    """Return how dangerous a system is.

    The tier is the highest of the legal floors, the harm floors and the tier of every
    risk. What is not stated never lowers anything: it is listed as a question, and it
    counts as the worse answer where the catalogue says so.

    Args:
        facts: ``{"system": {…}, "components": […]}``, plain JSON; what is not stated is absent.
        regimes: The laws and their questions.
        catalogue: Threats and the tier method.
        conditions: The language that both are written in.
        now: When it is made; decides which law is in force.
        author: Who answers for it.
        id: Its identifier.
        assessed: Risks that a person judged. One that names a threat stands in for the
            derived risk of that threat; no risk lowers a floor.
        valid_days: How long it holds; None takes the method's days for the tier. It never
            outlives the day on which another law that it found takes effect.

    Raises:
        ValueError: If ``now`` is naive, the author is empty, the system has no key, or
            ``valid_days`` is less than 1.
    """
    now = require_aware(now, name="now")
    if not author.strip():
        raise ValueError("an assessment needs an author")
    if valid_days is not None and valid_days < 1:
        raise ValueError(f"`valid_days` must be >= 1, got {valid_days}")
    system = stated(facts, "system.key")
    if not isinstance(system, str):
        raise ValueError("the facts name no `system.key`")
    answers = answered(facts, regimes)
    found = _find(answers, catalogue, conditions, assessed, now.date())
    steps = _ordered_steps(found, catalogue)
    tier = overall_tier(
        legal=tuple(result.tier_floor for result in found.legal),
        harm=tuple(step.result for step in found.harm),
        risks=found.risks,
    )
    days = valid_days if valid_days is not None else catalogue.method.valid_days[tier]
    return RiskAssessment(
        id=id,
        system=system,
        facts=digest_of(dict(facts)),
        author=author,
        assessed_at=now,
        expires_at=_expiry(now, days, found.legal),
        tier=tier,
        headline=headline(tier, steps, found.legal),
        legal=found.legal,
        legal_unknown=any(result.could_be is not None for result in found.legal),
        steps=steps,
        threats=found.threats,
        risks=found.risks,
        questions=answers.open_questions(_waiting(found)),
        warnings=_warnings(answers, found.legal),
        data=_data(regimes, catalogue),
        method=catalogue.method.version,
    )


def _find(
    answers: Answers,
    catalogue: ThreatCatalogue,
    conditions: ConditionLanguage,
    assessed: Sequence[Risk],
    today: date,
) -> _Findings:
    facts, method = answers.facts, catalogue.method
    legal = tuple(
        Classifier(regime=regime, answers=answers, conditions=conditions, today=today).result()
        for regime in answers.regimes.tables
    )
    threats = applicable_threats(facts, catalogue=catalogue, routes=routes(facts), conditions=conditions)
    moving = moving_factors(answers, method=method, conditions=conditions)
    judged = {risk.threat for risk in assessed if risk.threat is not None}
    derived = derived_risks(threats, catalogue=catalogue, moving=moving)
    risks = [risk_tier(risk, method=method) for risk in (*assessed, *(r for r in derived if r.threat not in judged))]
    risks.sort(key=lambda risk: (-risk.tier.rank, -risk.risk.severity, -risk.risk.likelihood, risk.risk.id))
    harm = []
    for floor in method.harm_floors:
        truth = conditions.evaluate(floor.when, facts)
        if not isinstance(truth, Fails):
            assumed = () if isinstance(truth, Holds) else unstated(facts, floor.when)
            harm.append(harm_step(floor, facts=answers.used(named_facts(floor.when)), assumed=assumed))
    return _Findings(legal=legal, threats=threats, moving=moving, risks=tuple(risks), harm=tuple(harm))


def _ordered_steps(found: _Findings, catalogue: ThreatCatalogue) -> tuple[TierStep, ...]:
    steps = [
        *legal_steps(found.legal),
        *found.harm,
        *risk_steps(found.risks, moving=found.moving, catalogue=catalogue),
    ]
    return tuple(sorted(steps, key=lambda step: -step.result.rank))


def _expiry(now: datetime, days: int, legal: Iterable[RegimeResult]) -> datetime:
    """Return when the assessment ends: after ``days``, or when law that it found takes effect, if sooner."""
    ends = [now + timedelta(days=days)]
    for result in legal:
        for finding in result.findings:
            begins = datetime.combine(finding.applies_from, time(), tzinfo=UTC)
            if not finding.in_force and begins > now:
                ends.append(begins)
    return min(ends)


def _waiting(found: _Findings) -> Mapping[str, tuple[str, ...]]:
    """Return, by fact that is not stated, what waits for it."""
    undecided = (FindingStatus.UNKNOWN, FindingStatus.PRESUMED)
    pairs = [
        (fact, f"{result.regime}/{finding.row}")
        for result in found.legal
        for finding in result.findings
        if finding.status in undecided
        for fact in finding.missing
    ]
    pairs += [(fact, threat.threat) for threat in found.threats for fact in threat.missing]
    pairs += [(fact, moving.factor.id) for moving in found.moving for fact in moving.assumed]
    pairs += [(fact, step.rule) for step in found.harm for fact in step.missing]
    waiting: dict[str, tuple[str, ...]] = {}
    for fact, waiter in pairs:
        waiting[fact] = (*waiting.get(fact, ()), waiter)
    return waiting


def _warnings(answers: Answers, legal: Iterable[RegimeResult]) -> tuple[str, ...]:
    notes = {regime.id: regime.notes for regime in answers.regimes.tables}
    found = list(answers.contradictions())
    found += [
        f"`system.legal_facts.{stranger}` answers no question and was not used" for stranger in answers.strangers()
    ]
    for result in legal:
        if not result.findings:
            continue
        if result.overdue:
            found.append(
                f"{result.title}: the table was due for review by {result.review_by}; the law may have changed"
            )
        if result.source_status is SourceStatus.UNVERIFIED:
            found.append(f"{result.title}: read from second-hand accounts, not checked against the official text")
        if notes[result.regime]:
            found.append(f"{result.title}: {notes[result.regime]}")
    return tuple(found)


def _data(regimes: LegalRegimes, catalogue: ThreatCatalogue) -> tuple[DataUsed, ...]:
    used = [DataUsed(name="questions", version="v1", digest=digest_of(list(regimes.questions)))]
    used += [DataUsed(name=r.id, version=r.version, digest=digest_of(r)) for r in regimes.tables]
    used.append(DataUsed(name="threats", version=catalogue.version, digest=digest_of(catalogue)))
    return tuple(sorted(used, key=lambda item: item.name))
