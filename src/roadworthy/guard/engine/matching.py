"""Which call of a run a result is of."""

from __future__ import annotations

from roadworthy.guard.run.call import Made, Status
from roadworthy.guard.run.state import RunState
from roadworthy.guard.segment import Segment


def made_for(segment: Segment, run: RunState) -> Made | None:
    """Return the call that a result is of: of its id, or of its tool where it has none.

    None: none was let through, or calls that differ are under way with one id, so that a result of the one could pass
    for one of the other.
    """
    found: Made | None = None
    for made in reversed(run.calls):
        if made.status is Status.REFUSED:
            continue
        if made.call.id == segment.call if segment.call else made.call.tool == segment.tool:
            if found is None:
                found = made
                if not segment.call or made.status is not Status.LET_THROUGH:
                    return found
            elif made.status is Status.LET_THROUGH and made.repeated != found.repeated:
                return None
    return found


def fitting(segment: Segment, run: RunState) -> list[Made]:
    """Return the calls that were let through with the id that a result has; none where it has none."""
    if not segment.call:
        return []
    return [made for made in run.calls if made.call.id == segment.call and made.status is not Status.REFUSED]
