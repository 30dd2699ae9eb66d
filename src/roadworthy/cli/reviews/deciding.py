"""``rw review decide, withdraw, reopen``: how a review ends, and goes on."""

from __future__ import annotations

from typing import Annotated

import typer

from roadworthy.cli.options import AsFormat, Root
from roadworthy.cli.output import Format
from roadworthy.cli.reviews.steps import Reason, ReviewId, SeenNumber, taken
from roadworthy.reviews.model import Outcome


def decide(
    review: ReviewId,
    outcome: Annotated[Outcome, typer.Argument(help="What you decide.")],
    role: Annotated[
        str, typer.Option("--as", help="In which role: one of yours, or one lent to you with `rw approval delegate`.")
    ],
    reason: Reason,
    condition: Annotated[
        list[str] | None,
        typer.Option(help="With approve_with_conditions: `TEXT; due YYYY-MM-DD`, and `; rule ID`. May be repeated."),
    ] = None,
    seen: SeenNumber = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Decide. It is advice to those who approve: a release still needs their signatures (`rw approval`)."""
    from roadworthy.reviews.model import Decided
    from roadworthy.runtime.findings.stepping import made
    from roadworthy.runtime.reviews.stepping import condition_of

    conditions = tuple(map(condition_of, condition or ()))
    step = made(Decided, outcome=outcome, role=role, reason=reason, conditions=conditions)
    taken(root, review, step, format, seen=seen)


def withdraw(review: ReviewId, reason: Reason, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Take back a review that you asked for."""
    from roadworthy.reviews.model import Withdrawn
    from roadworthy.runtime.findings.stepping import made

    taken(root, review, made(Withdrawn, reason=reason), format)


def reopen(review: ReviewId, reason: Reason, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Go on with a review that was decided or withdrawn. What was decided counts no more; the clocks start anew.

    A decision is undone only by somebody who could have taken it: not by who asked, nor by who wrote what it is about.
    """
    from roadworthy.reviews.model import Reopened
    from roadworthy.runtime.findings.stepping import made

    taken(root, review, made(Reopened, reason=reason), format)
