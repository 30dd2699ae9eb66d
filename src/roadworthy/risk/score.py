"""Risks derived from threats: each scale starts at the catalogue's value and moves by stated factors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roadworthy.policy.ports import ConditionLanguage, Fails, Holds
from roadworthy.risk.answers import Answers
from roadworthy.risk.catalogue import Threat, ThreatCatalogue
from roadworthy.risk.facts import named_facts, unstated
from roadworthy.risk.method import Factor, Scale, TierMethod
from roadworthy.risk.model import ApplicableThreat, FactUsed, Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingFactor:
    """A factor that counts for this system."""

    factor: Factor
    facts: tuple[FactUsed, ...] = ()
    """What its condition read."""

    assumed: tuple[str, ...] = ()
    """Facts that are not stated, so that the worse was taken; empty: the condition holds."""

    @property
    def words(self) -> str:
        """The factor for people, with what was assumed."""
        if not self.assumed:
            return self.factor.phrase
        return f"{self.factor.phrase} (assumed: {', '.join(self.assumed)} not stated)"

    def touches(self, threat: Threat) -> bool:
        """Return whether it moves the risk of ``threat``."""
        factor = self.factor
        by_harm = not factor.harms or bool(set(factor.harms) & set(threat.harms))
        return by_harm and (not factor.threats or threat.id in factor.threats)


def moving_factors(answers: Answers, *, method: TierMethod, conditions: ConditionLanguage) -> tuple[MovingFactor, ...]:
    """Return the factors that count, in the order of the catalogue.

    What is not stated makes things look worse, never better: a factor that raises
    counts unless it is shown false, one that lowers only when it is shown true.
    """
    found = []
    for factor in method.factors:
        truth = conditions.evaluate(factor.when, answers.facts)
        used = answers.used(named_facts(factor.when))
        if isinstance(truth, Holds):
            found.append(MovingFactor(factor=factor, facts=used))
        elif factor.raises and not isinstance(truth, Fails):
            assumed = unstated(answers.facts, factor.when) or ("components",)
            found.append(MovingFactor(factor=factor, facts=used, assumed=assumed))
    return tuple(found)


def derived_risks(
    threats: Iterable[ApplicableThreat], *, catalogue: ThreatCatalogue, moving: Sequence[MovingFactor]
) -> tuple[Risk, ...]:
    """Return one risk for each threat, in their order."""
    return tuple(_risk(applicable, catalogue, moving) for applicable in threats)


def _risk(applicable: ApplicableThreat, catalogue: ThreatCatalogue, moving: Sequence[MovingFactor]) -> Risk:
    threat = catalogue.threat(applicable.threat)
    touching = [factor for factor in moving if factor.touches(threat)]
    start = {
        Scale.SEVERITY: threat.severity,
        Scale.LIKELIHOOD: min(5, threat.likelihood + bool(applicable.flows)),
        Scale.EXPOSURE: catalogue.method.exposure_base,
        Scale.DETECTABILITY: threat.detectability,
    }
    scales = {
        scale: moved(value, [m.factor for m in touching if m.factor.scale is scale]) for scale, value in start.items()
    }
    return Risk(
        id=f"R-{threat.id}",
        statement=f"{threat.title}: {threat.consequence}",
        harms=threat.harms,
        severity=scales[Scale.SEVERITY],
        likelihood=scales[Scale.LIKELIHOOD],
        exposure=scales[Scale.EXPOSURE],
        detectability=scales[Scale.DETECTABILITY],
        irreversible=threat.irreversible,
        threat=threat.id,
        rationale=_rationale(touching, applicable.flows),
    )


def _rationale(touching: Sequence[MovingFactor], flows: Sequence[str]) -> str:
    """Say what moved each scale, scale by scale."""
    said = []
    for scale in Scale:
        words = [m.words for m in touching if m.factor.scale is scale]
        words += flows if scale is Scale.LIKELIHOOD else ()
        if words:
            said.append(f"{scale}: {', '.join(words)}")
    return "; ".join(said) or "the catalogue's values"


def moved(value: int, factors: Sequence[Factor]) -> int:
    """Return a scale after its factors: raised to the highest ``at_least``, then stepped, within 1 to 5.

    >>> moved(3, [])
    3
    """
    raised = max([value, *(f.at_least for f in factors if f.at_least is not None)])
    return max(1, min(5, raised + sum(f.add for f in factors)))
