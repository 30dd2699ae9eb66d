"""``rw review submit, triage, assign, ask, answer, return, pause, resume``: one step of a review each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.core.severity import RiskTier

if TYPE_CHECKING:
    from roadworthy.reviews.model import Step

ReviewId = Annotated[str, typer.Argument(metavar="REVIEW", help="Id of the review.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence. It is kept.")]
SeenNumber = Annotated[
    int | None,
    typer.Option("--seen", min=0, help="Number of the last step that you looked at; refused if there is a newer one."),
]


def taken(root: Path | None, review: str, step: Step, format: Format, *, seen: int | None = None) -> None:
    """Take a step and say how the review stands then."""
    from roadworthy.cli.reviews.text import say_review
    from roadworthy.runtime.reviews.moving import take

    workspace = workspace_at(root)
    say_review(take(workspace, review, step, seen=seen), format)


def submit(
    review: ReviewId,
    note: Annotated[str, typer.Option(help="What you did since it came back.")] = "",
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Hand in a draft, or again what came back to you."""
    from roadworthy.reviews.model import Submitted
    from roadworthy.runtime.findings.stepping import made

    taken(root, review, made(Submitted, note=note), format)


def triage(
    review: ReviewId,
    tier: Annotated[RiskTier, typer.Option(help="How dangerous it is; not below the risk assessment.")],
    reviewer: Annotated[str, typer.Option(help="Id of who looks at it; neither the requester nor an author.")],
    reason: Reason,
    seen: SeenNumber = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say how dangerous it is and who looks at it. The clock of the decision starts."""
    from roadworthy.reviews.model import Triaged
    from roadworthy.runtime.findings.stepping import made

    taken(root, review, made(Triaged, tier=tier, reviewer=reviewer, reason=reason), format, seen=seen)


def assign(
    review: ReviewId,
    reviewer: Annotated[str, typer.Option(help="Id of who looks at it from now on.")],
    reason: Reason,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Have somebody else look at it."""
    from roadworthy.reviews.model import Assigned
    from roadworthy.runtime.findings.stepping import made

    taken(root, review, made(Assigned, reviewer=reviewer, reason=reason), format)


def ask(
    review: ReviewId,
    text: Annotated[str, typer.Argument(help="The question.")],
    due: Annotated[str, typer.Option(help="Last day to answer, YYYY-MM-DD.")],
    to: Annotated[str | None, typer.Option(help="Id of who is to answer; the default is the requester.")] = None,
    again: Annotated[str | None, typer.Option(help="Id of a question that was answered, to ask it again.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask somebody something. It does not stop the clock: `rw review pause` does."""
    from roadworthy.cli.reviews.text import say_review
    from roadworthy.runtime.reviews.stepping import ask

    workspace = workspace_at(root)
    say_review(ask(workspace, review, text=text, due=due, to=to, again=again), format)


def answer(
    review: ReviewId,
    question: Annotated[str, typer.Argument(help="Id of the question, as `rw review show` gives it.")],
    text: Annotated[str, typer.Argument(help="The answer.")],
    evidence: Annotated[
        list[str] | None, typer.Option(help="Id of evidence that bears it out; may be repeated.")
    ] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Answer a question of the template or of a reviewer. An earlier answer stays in the history."""
    from roadworthy.reviews.model import Answered
    from roadworthy.runtime.findings.stepping import made

    step = made(Answered, question=question, text=text, evidence=tuple(evidence or ()))
    taken(root, review, step, format)


def send_back(review: ReviewId, reason: Reason, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Give it back to the requester, who has to do something first. The clock stops."""
    from roadworthy.reviews.model import Returned
    from roadworthy.runtime.findings.stepping import made

    taken(root, review, made(Returned, reason=reason), format)


def pause(review: ReviewId, reason: Reason, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Stop the clock while you wait for the requester."""
    from roadworthy.reviews.model import Paused
    from roadworthy.runtime.findings.stepping import made

    taken(root, review, made(Paused, reason=reason), format)


def resume(review: ReviewId, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Let the clock go on."""
    from roadworthy.reviews.model import Resumed

    taken(root, review, Resumed(), format)
