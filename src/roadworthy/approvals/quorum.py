"""Whether those who said yes are enough people in the right roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from roadworthy.approvals.counting import Looked
from roadworthy.approvals.separation import Duties
from roadworthy.governance.model import ConsentRule

ANOTHER_PERSON = "another person"
"""Stands among what is missing where the seats are filled, but by too few different people."""


def missing_seats(yes: Sequence[Looked], *, rule: ConsentRule, duties: Duties) -> tuple[str, ...]:
    """Return what is missing for consent: a role for each empty seat, and `ANOTHER_PERSON`; empty where nothing is.

    A role that was lent fills one seat together with its lender: two people who answer for one person are one.

    Args:
        yes: Approvals that count, one for each person and role.
        rule: Which seats there are, and how many different people are needed.
        duties: Who declared the evidence.
    """
    seats: Counter[str] = Counter()
    for seat in rule.quorum:
        seats[seat.role] += seat.count
    filled = {role: {item.principal for item in yes if item.held.approval.role == role} for role in seats}
    empty = [role for role, count in seats.items() for _ in range(count - len(filled[role]))]
    people = {item.held.approval.approver for item in yes}
    further = max(0, rule.people - len(people) - len(empty))
    if not empty and not further and duties.is_only_by_evidence_authors(people):
        further = 1
    return (*sorted(empty), *[ANOTHER_PERSON] * further)


def holds_until(yes: Sequence[Looked], *, rule: ConsentRule, duties: Duties) -> datetime:
    """Return when the first approval ends without which there is no quorum.

    Raises:
        ValueError: If there is no quorum to begin with.
    """
    if missing_seats(yes, rule=rule, duties=duties):
        raise ValueError("there is no quorum that could end")
    for end in sorted({item.ends_at for item in yes}):
        if missing_seats([item for item in yes if item.ends_at > end], rule=rule, duties=duties):
            return end
    raise ValueError("a quorum without people")
