"""What must have gone before a call, what must not, and how often it may be made again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from roadworthy.core.digest import Digest
from roadworthy.guard.calls.compiling import CompiledGrant
from roadworthy.guard.calls.origin import fits
from roadworthy.guard.calls.policy import After
from roadworthy.guard.calls.value import is_same
from roadworthy.guard.calls.wrong import Objection, Wrong
from roadworthy.guard.run.call import Call, Made, Status
from roadworthy.guard.run.state import RunState

_CAME_BACK = frozenset((Status.RETURNED, Status.CONFIRMED))
_ABSENT: Any = object()


def order_objections(grant: CompiledGrant, call: Call, run: RunState, *, repetition: Digest) -> Iterator[Objection]:
    """Yield what is wrong with making ``call`` at this place of its run.

    A call that was refused is no repetition: it was never made. One that failed is: something of it may have
    happened.

    Args:
        grant: Of the tool.
        call: That is asked for.
        run: What went before.
        repetition: `repetition_digest` of the call.
    """
    for after in grant.grant.after:
        if not any(_answers(made, after, call, step=run.step + 1) for made in run.calls):
            what = "confirmed" if after.confirmed else "come back"
            same = f" with the same {', '.join(mine for mine, _ in after.same)}" if after.same else ""
            yield Objection(
                Wrong.BEFORE_MISSING,
                f"{after.tool}{same} must have {what} before in this run",
                f"{after.tool}{same} must have been done first.",
            )
    if grant.grant.untainted and run.ledger.is_tainted:
        yield Objection(
            Wrong.TAINTED,
            "something untrusted was read in this run before",
            "It may be called only before anything untrusted is read.",
        )
    if len(run.calls) >= grant.max_repeats:
        made_before = times_made(run, repetition)
        if made_before >= grant.max_repeats:
            said = f"made {made_before} times with equal arguments; at most {grant.max_repeats}"
            yield Objection(Wrong.REPEATED, said, "The same call was made too often already.")


def times_made(run: RunState, repetition: Digest) -> int:
    """Return how many calls with equal tool and arguments the run let through."""
    return sum(one.repeated == repetition and one.status is not Status.REFUSED for one in run.calls)


def calls_of(run: RunState, tool: str) -> int:
    """Return how many calls of ``tool`` the run let through, whatever their arguments and whatever came of them."""
    return sum(one.call.tool == tool and one.status is not Status.REFUSED for one in run.calls)


def _answers(made: Made, after: After, call: Call, *, step: int) -> bool:
    if not fits(after.tool, made.call.tool):
        return False
    is_done = made.status is Status.CONFIRMED if after.confirmed else made.status in _CAME_BACK
    if not is_done or (after.within_steps is not None and step - made.step > after.within_steps):
        return False
    return all(_is_equal(_value(call, mine), _value(made.call, theirs)) for mine, theirs in after.same)


def _value(call: Call, name: str) -> Any:
    value: Any = call.arguments
    for step in name.split("/"):
        if type(value) is not dict or step not in value:
            return _ABSENT
        value = value[step]
    return value


def _is_equal(one: Any, other: Any) -> bool:
    return one is not _ABSENT and other is not _ABSENT and one is not None and is_same(one, other)
