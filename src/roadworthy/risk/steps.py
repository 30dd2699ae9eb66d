"""Reasons for a tier, and the one line that sums them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from roadworthy.core.severity import RiskTier
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.method import HarmFloor, Scale
from roadworthy.risk.model import FactUsed, FindingStatus, LegalFinding, OpenRisk, RegimeResult, TierStep
from roadworthy.risk.score import MovingFactor

_MAX_PHRASES = 6


def legal_steps(results: Iterable[RegimeResult]) -> tuple[TierStep, ...]:
    """Return one step for each regime that puts a floor under the tier."""
    steps = []
    for result in results:
        if result.tier_floor is RiskTier.MINIMAL:
            continue
        carrying = [f for f in result.findings if f.tier_floor is result.tier_floor]
        shown = [f for f in carrying if f.status is not FindingStatus.PRESUMED] or carrying
        citations = ", ".join(dict.fromkeys(f.citation for f in shown)) or result.rationale
        steps.append(
            TierStep(
                rule=f"legal-floor/{result.regime}",
                result=result.tier_floor,
                facts=tuple(dict.fromkeys(fact for finding in shown for fact in finding.facts)),
                because="; ".join(_reason(f) for f in shown) or result.rationale,
                phrase=result.phrase,
                source=f"{result.title}: {citations}",
            )
        )
    return tuple(steps)


def _reason(finding: LegalFinding) -> str:
    if finding.status is FindingStatus.APPLIES:
        return finding.title
    return f"{finding.title} ({finding.status}: {finding.rationale})"


def harm_step(floor: HarmFloor, *, facts: tuple[FactUsed, ...], assumed: tuple[str, ...]) -> TierStep:
    """Return the step of a harm floor that counts."""
    because = floor.rationale
    if assumed:
        because += f" (assumed: {', '.join(assumed)} not stated)"
    return TierStep(
        rule=f"harm-floor/{floor.id}",
        result=floor.tier,
        facts=facts,
        missing=assumed,
        because=because,
        phrase=floor.phrase,
        source="tier method",
    )


def risk_steps(
    risks: Iterable[OpenRisk], *, moving: Sequence[MovingFactor], catalogue: ThreatCatalogue
) -> tuple[TierStep, ...]:
    """Return one step for each risk above minimal; its phrase names what makes it severe."""
    steps = []
    for risk in risks:
        if risk.tier is RiskTier.MINIMAL:
            continue
        steps.append(
            TierStep(
                rule=f"matrix/{risk.risk.id}",
                result=risk.tier,
                facts=tuple(dict.fromkeys(fact for m in _touching(risk, moving, catalogue) for fact in m.facts)),
                because=f"{risk.path} ({risk.risk.rationale})",
                phrase=_phrase(risk, moving, catalogue),
                source=catalogue.method.matrix.source,
            )
        )
    return tuple(steps)


def _touching(risk: OpenRisk, moving: Sequence[MovingFactor], catalogue: ThreatCatalogue) -> tuple[MovingFactor, ...]:
    """Return the factors behind a derived risk; none for one that a person judged."""
    if risk.risk.threat is None or risk.risk.basis == "assessed":
        return ()
    threat = catalogue.threat(risk.risk.threat)
    return tuple(m for m in moving if m.touches(threat))


def _phrase(risk: OpenRisk, moving: Sequence[MovingFactor], catalogue: ThreatCatalogue) -> str:
    if risk.risk.basis == "assessed":
        return risk.risk.statement
    touching = _touching(risk, moving, catalogue)
    severe = [m.factor for m in touching if m.factor.scale is Scale.SEVERITY]
    # The factors that set the severity explain it; weaker ones would only make the line longer.
    decisive = [f for f in severe if (f.at_least or 0) >= risk.risk.severity] or severe
    return "; ".join(factor.phrase for factor in decisive)


def headline(tier: RiskTier, steps: Sequence[TierStep], legal: Iterable[RegimeResult]) -> str:
    """Return one line: the tier, what gives it, and which law applies.

    >>> headline(RiskTier.MINIMAL, (), ())
    'minimal: nothing raises it'
    """
    laws = list(legal)
    law_phrases = [p for result in laws for p in result.phrase.split("; ") if p]
    others = [s for s in steps if not s.rule.startswith("legal-floor/")]
    deciding = [p for s in others if s.result is tier for p in s.phrase.split("; ")]
    further = [p for s in others if s.result is not tier for p in s.phrase.split("; ")]
    phrases = [p for p in dict.fromkeys((*deciding, *further)) if p][: _MAX_PHRASES - 1]
    phrases += list(dict.fromkeys(law_phrases))
    open_laws = [result.title for result in laws if result.could_be is not None]
    if open_laws:
        phrases.append(f"legal class not known yet ({', '.join(open_laws)})")
    return f"{tier}: {'; '.join(phrases) or 'nothing raises it'}"
