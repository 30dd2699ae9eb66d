"""What people had said by a time: for asking how consent stood then."""

from __future__ import annotations

from datetime import datetime

from roadworthy.approvals.model import Consents


def as_of(consents: Consents, moment: datetime) -> Consents:
    """Return what of ``consents`` the log had taken in at ``moment``, and what had been asked for by then."""
    return Consents(
        requests=tuple(item for item in consents.requests if item.requested_at <= moment),
        approvals=tuple(item for item in consents.approvals if item.signed.recorded_at <= moment),
        delegations=tuple(item for item in consents.delegations if item.signed.recorded_at <= moment),
        conditions_met=tuple(item for item in consents.conditions_met if item.signed.recorded_at <= moment),
        withdrawals=tuple(item for item in consents.withdrawals if item.signed.recorded_at <= moment),
        independent_reviews=tuple(i for i in consents.independent_reviews if i.signed.recorded_at <= moment),
    )
