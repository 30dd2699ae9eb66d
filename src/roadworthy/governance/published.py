"""What others may see of a governance file."""

from __future__ import annotations

from dataclasses import replace

from roadworthy.governance.model import Governance


def published(governance: Governance) -> Governance:
    """Return ``governance`` without the other names that people go by.

    This is what decisions are bound to and what packs carry: ids, roles, public keys and rules. Account names and
    addresses stay in the file, where they can be erased.
    """
    return replace(governance, people=tuple(replace(person, aliases=()) for person in governance.people))
