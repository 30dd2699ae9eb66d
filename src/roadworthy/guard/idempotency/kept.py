"""What is kept of one key, and what it says of a call. What every book of keys shares."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum

from roadworthy.core.digest import Digest, JsonValue
from roadworthy.guard.idempotency.keys import MAX_RESULT_CHARS, TOO_LONG, Clash, Earlier


class Came(StrEnum):
    """What became of the call that has a key."""

    UNDER_WAY = "under_way"
    DOUBTFUL = "doubtful"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A key that is taken."""

    action: Digest
    ticket: str
    came: Came = Came.UNDER_WAY
    result: str = field(default="null", repr=False)
    """JSON text."""

    def says(self, action: Digest) -> Earlier | Clash:
        """Return what becomes of a call that asks for the same key."""
        if self.action != action:
            return Clash.OTHER_ACTION
        match self.came:
            case Came.DONE:
                return Earlier(ticket=self.ticket, result=json.loads(self.result))
            case Came.DOUBTFUL:
                return Clash.NOT_KNOWN
            case Came.UNDER_WAY:
                return Clash.UNDER_WAY


def result_text(result: JsonValue) -> str:
    """Return the JSON text of a result as it is kept.

    >>> result_text({"status": "paid"})
    '{"status": "paid"}'
    """
    text = json.dumps(result)
    return text if len(text) <= MAX_RESULT_CHARS else json.dumps(TOO_LONG)
