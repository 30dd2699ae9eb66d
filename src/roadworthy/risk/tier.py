"""The tier: the highest of legal floor, harm floors and matrix. Ordinals are compared, never multiplied."""

from __future__ import annotations

from roadworthy.core.severity import RiskTier, highest_tier
from roadworthy.risk.method import TierMethod
from roadworthy.risk.model import OpenRisk, Risk

GRAVE = 5
"""Severity from which a risk is at least high, however unlikely."""


def risk_tier(risk: Risk, *, method: TierMethod) -> OpenRisk:
    """Return the tier of one risk and how it came about.

    The matrix places severity against likelihood; wide exposure and poor detectability
    each raise the result one step, because neither is in the matrix. A risk that is grave
    or cannot be undone is at least high. Only law prohibits, so no risk does.

    Source:
        Matrix: NIST SP 800-30 rev. 1 (2012), table I-2, doi:10.6028/NIST.SP.800-30r1.
        On not multiplying ordinals: Cox 2008, "What's wrong with risk matrices?",
        Risk Analysis 28(2), doi:10.1111/j.1539-6924.2008.01030.x.
    """
    tier = method.matrix.tier(severity=risk.severity, likelihood=risk.likelihood)
    words = [f"severity {risk.severity} × likelihood {risk.likelihood}: {tier}"]
    if risk.exposure >= method.escalate_exposure_from:
        tier = tier.escalated()
        words.append(f"exposure {risk.exposure}: {tier}")
    if risk.detectability >= method.escalate_detectability_from:
        tier = tier.escalated()
        words.append(f"detectability {risk.detectability}: {tier}")
    if (risk.severity >= GRAVE or risk.irreversible) and tier.rank < RiskTier.HIGH.rank:
        tier = RiskTier.HIGH
        words.append(f"{'grave' if risk.severity >= GRAVE else 'irreversible'}: at least {tier}")
    return OpenRisk(risk=risk, tier=tier, path="; ".join(words))


def overall_tier(*, legal: tuple[RiskTier, ...], harm: tuple[RiskTier, ...], risks: tuple[OpenRisk, ...]) -> RiskTier:
    """Return the tier of a system.

    No score lowers what law or harm demands, and no score prohibits: the result is
    `PROHIBITED` exactly when a legal floor is.

    Args:
        legal: Floor of each regime.
        harm: Floor of each harm that counts.
        risks: Every open risk.
    """
    return highest_tier(RiskTier.MINIMAL, *legal, *harm, *(risk.tier for risk in risks))
