"""``rw review …``: open reviews and look at them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.core.severity import RiskTier
from roadworthy.reviews.model import ReviewKind

app = typer.Typer(help="Reviews: hand something in, triage it, ask, answer, decide; with clocks in working time.")


@app.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """Reviews: hand something in, triage it, ask, answer, decide; with clocks in working time."""
    if context.invoked_subcommand is None:
        queue()


@app.command("open")
def open_review(
    title: Annotated[str, typer.Argument(help="What it is about, in a few words.")],
    kind: Annotated[ReviewKind, typer.Option(help="What it is for.")] = ReviewKind.RELEASE,
    about: Annotated[
        list[str] | None,
        typer.Option(help="A release in the store by version or digest, or a component's key; may be repeated."),
    ] = None,
    tier: Annotated[
        RiskTier | None, typer.Option(help="How dangerous you think it is; leave it out if you do not know.")
    ] = None,
    author: Annotated[
        list[str] | None, typer.Option(help="Who wrote it; they cannot decide on it. May be repeated.")
    ] = None,
    template: Annotated[
        str | None, typer.Option(help="Questions to answer: `intake`, or the path of a template of your own.")
    ] = None,
    submit: Annotated[bool, typer.Option("--submit", help="Hand it in at once.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask for a review. It is a draft until you hand it in."""
    from roadworthy.cli.reviews.text import say_review
    from roadworthy.reviews.model import Submitted
    from roadworthy.runtime.reviews.moving import take
    from roadworthy.runtime.reviews.opening import Wanted, open_review

    wanted = Wanted(
        kind=kind, title=title, about=tuple(about or ()), tier=tier, authors=tuple(author or ()), template=template
    )
    workspace = workspace_at(root)
    state = open_review(workspace, wanted)
    say_review(take(workspace, state.review.id, Submitted()) if submit else state, format)


@app.command("intake")
def intake(
    form: Annotated[Path, typer.Argument(help="The form, filled in as far as you can.")],
    draft: Annotated[bool, typer.Option("--draft", help="Do not hand it in yet.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Write an empty form to this path instead.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Hand in an intake form. What it leaves out is read from the manifest; what neither says stays unanswered."""
    from roadworthy.cli.reviews.text import say_review
    from roadworthy.runtime.reviews.opening import intake, write_form

    workspace = workspace_at(root)
    if empty:
        write_form(workspace, form)
        output.note(f"wrote {form}; fill it in, then: rw review intake {form}")
        return
    say_review(intake(workspace, form, submit=not draft), format)


@app.command("queue")
def queue(
    mine: Annotated[bool, typer.Option("--mine", help="Only what waits for you.")] = False,
    notices: Annotated[
        bool, typer.Option("--notices", help="Only who is to be told what by now: reminders and escalations.")
    ] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show what is to be reviewed by risk and deadline: what is new, on what it rests, what is missing."""
    from roadworthy.cli.reviews.text import notice_lines, queue_lines
    from roadworthy.runtime.reviews.queueing import queue

    found = queue(workspace_at(root), mine=mine)
    told = sorted(notice for item in found.items for notice in item.notices)
    if format is Format.JSON:
        output.result_json(told if notices else found)
        return
    for line in notice_lines(told) if notices else queue_lines(found):
        output.result(line)
    if not (told if notices else found.items):
        output.note("nobody has to be told anything" if notices else "nothing waits")
    output.note(f"closed days: {found.calendar}")


@app.command("show")
def show(
    review: Annotated[str, typer.Argument(help="Id of the review.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show one review: questions and answers, clocks, what changed since last time, what is missing, decisions."""
    from roadworthy.cli.reviews.text import review_lines
    from roadworthy.runtime.reviews.moving import all_reviews, review_named
    from roadworthy.runtime.reviews.queueing import briefed

    workspace = workspace_at(root)
    (item,), calendar = briefed(workspace, [review_named(workspace, review)], known=all_reviews(workspace))
    if format is Format.JSON:
        output.result_json({"item": item, "calendar": calendar})
        return
    for line in review_lines(item):
        output.result(line)
    output.note(f"closed days: {calendar}")


@app.command("list")
def list_reviews(
    everything: Annotated[bool, typer.Option("--all", help="Those that are decided or withdrawn, too.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the reviews, a line each, oldest first."""
    from roadworthy.cli.reviews.text import list_line
    from roadworthy.runtime.reviews.moving import all_reviews

    states = [state for state in all_reviews(workspace_at(root)) if everything or state.status.is_open]
    if format is Format.JSON:
        output.result_json(states)
        return
    for state in states:
        output.result(list_line(state))
    if not states:
        output.note("there is no review" if everything else "no review is open; --all shows the others")
