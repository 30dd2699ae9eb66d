"""Which risks somebody has to look at."""

from __future__ import annotations

from roadworthy.risk.register.standing import RiskStanding, RiskState, Support


def needs_attention(standing: RiskStanding) -> bool:
    """Return whether a risk is open or overdue, or claimed to be smaller than anything shows."""
    if standing.state is RiskState.CLOSED:
        return False
    return standing.state is RiskState.OPEN or standing.overdue or standing.support is Support.UNSUPPORTED
