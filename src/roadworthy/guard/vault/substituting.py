"""Puts values behind placeholders where a decision says so, and keeps them in the conversation's vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from roadworthy.guard.event import Principal
from roadworthy.guard.segment import Segment
from roadworthy.guard.vault.model import LITERAL
from roadworthy.guard.vault.placeholder import next_seen
from roadworthy.guard.vault.vault import Vault
from roadworthy.guard.verdict import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """Gives the placeholder for an edit: what ``guard.engine.applying.apply`` takes as ``substitute``.

    What a value is, is taken from the edit's own word for it (``[EMAIL]``).
    """

    vault: Vault
    principal: Principal
    """Who gets the values back; where a segment names another one, that one."""

    at: datetime

    def __call__(self, segment: Segment, edit: Edit) -> str:
        """Return what stands for the characters of ``edit`` in ``segment``.

        Raises:
            VaultFullError: If they cannot be kept.
        """
        who = self.principal
        if segment.principal and segment.principal != who.id:
            who = Principal(id=segment.principal, tenant=segment.tenant or who.tenant)
        value = segment.text[edit.span.start : edit.span.end]
        kind = edit.replacement.strip("[]").lower() or "data"
        if kind == LITERAL and not _is_look_alike(value):
            # Everybody gets literals back: data that an edit for one was merged with must not become one.
            kind = "data"
        return self.vault.hide(value, kind=kind, principal=who, at=self.at)


def _is_look_alike(value: str) -> bool:
    seen = next_seen(value, 0)
    return seen is not None and (seen.start, seen.end) == (0, len(value))
