"""Ordered scales: how bad a finding is, and how dangerous a system is."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """What a rule that is not met does to a release."""

    INFO = "info"
    """Shown; changes nothing."""

    WARN = "warn"
    """Ships with a condition."""

    BLOCK = "block"
    """Does not ship."""


class RiskTier(StrEnum):
    """How dangerous a system is; decides which controls bind it."""

    MINIMAL = "minimal"
    LIMITED = "limited"
    HIGH = "high"
    CRITICAL = "critical"
    PROHIBITED = "prohibited"

    @property
    def rank(self) -> int:
        """Position on the scale, 0 for `MINIMAL` to 4 for `PROHIBITED`."""
        return _TIERS.index(self)

    def escalated(self, steps: int = 1) -> RiskTier:
        """Return the tier ``steps`` higher, at most `CRITICAL`.

        Only law makes a system `PROHIBITED`; a score never does.

        >>> RiskTier.HIGH.escalated(3)
        <RiskTier.CRITICAL: 'critical'>
        """
        if self is RiskTier.PROHIBITED:
            return self
        return _TIERS[min(self.rank + steps, RiskTier.CRITICAL.rank)]


_TIERS = tuple(RiskTier)


def highest_tier(*tiers: RiskTier) -> RiskTier:
    """Return the most dangerous of ``tiers``.

    Raises:
        ValueError: If there is none: no assessment is not a minimal risk.

    >>> highest_tier(RiskTier.LIMITED, RiskTier.HIGH)
    <RiskTier.HIGH: 'high'>
    """
    if not tiers:
        raise ValueError("no tier to choose from")
    return max(tiers, key=lambda tier: tier.rank)
