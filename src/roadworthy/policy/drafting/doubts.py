"""Names what no proposal carries: exceptions, numbers that no rule holds, and words that nothing tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roadworthy.policy.drafting.rules import Candidate, says_when
from roadworthy.policy.drafting.statement import Quantity, Statement
from roadworthy.policy.model import FactCheck, MeasureCheck


def doubts_of(
    statement: Statement, *, exceptions: Sequence[int], vague: Sequence[str], found: Candidate
) -> tuple[str, ...]:
    """Return what the proposal for ``statement`` does not carry, one line each.

    Args:
        statement: The requirement.
        exceptions: Lines with exceptions to it.
        vague: Its words on which two reviewers may differ.
        found: What is proposed.
    """
    words = ", ".join(f"“{word}”" for word in vague)
    return (
        *(f"line {line} takes something out of it: say so in `applies_when`" for line in exceptions),
        *_numbers_left(statement, found),
        *((f"{words} stays untested",) if vague else ()),
    )


def _numbers_left(statement: Statement, found: Candidate) -> Iterator[str]:
    """Yield a line for each number of the text that the proposed check does not hold."""
    held: set[str] = set()
    for quantity in reversed(statement.quantities):
        if quantity.kind in ("deadline", "retention"):
            yield f"no rule holds {quantity.text!r}: a gate cannot see it"
        elif says_when(statement, quantity):
            yield f"{quantity.text!r} stands in a condition, and no rule asks for it"
        elif quantity.kind in held or not _may_hold(quantity, found):
            yield f"no rule holds {quantity.text!r}: add one where it must be held"
        else:
            held.add(quantity.kind)


def _may_hold(quantity: Quantity, found: Candidate) -> bool:
    match quantity.kind:
        case "share":
            return isinstance(found.check, MeasureCheck)
        case "count":
            return isinstance(found.check, FactCheck)
        case _:
            return not isinstance(found.check, FactCheck)
