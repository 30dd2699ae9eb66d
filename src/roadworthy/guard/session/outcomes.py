"""What a run did to the world: what happened, what did not, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.guard.run.call import Made, Status
from roadworthy.guard.run.effect import Effect


class Happened(StrEnum):
    """Whether an effect took place."""

    DID = "did"
    DID_NOT = "did_not"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectOutcome:
    """One call that does something to the world, and whether it took place."""

    __pydantic_config__: ClassVar = STRICT

    call: str
    """Id of the call."""

    tool: str
    action: Digest
    effects: tuple[Effect, ...]
    happened: Happened


def outcomes_of(calls: Iterable[Made], *, aborted: frozenset[str] = frozenset()) -> tuple[EffectOutcome, ...]:
    """Return what became of each call that does more than read, in order of asking.

    A call that came back is known to have had its effect only if its outcome was confirmed. One that failed or was
    broken off may have been done all the same, so that nobody knows, unless who told its end did.

    Args:
        calls: Of the run.
        aborted: Ids of calls that were broken off.
    """
    return tuple(
        EffectOutcome(
            call=made.call.id,
            tool=made.call.tool,
            action=made.action,
            effects=made.effects,
            happened=Happened.NOT_KNOWN if made.call.id in aborted else _HAPPENED[made.status],
        )
        for made in calls
        if set(made.effects) != {Effect.READ}
    )


_HAPPENED = {
    Status.LET_THROUGH: Happened.NOT_KNOWN,
    Status.RETURNED: Happened.NOT_KNOWN,
    Status.CONFIRMED: Happened.DID,
    Status.FAILED: Happened.DID_NOT,
    Status.BROKEN_OFF: Happened.NOT_KNOWN,
    Status.REFUSED: Happened.DID_NOT,
}
