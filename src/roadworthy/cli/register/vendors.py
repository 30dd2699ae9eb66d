"""``rw vendor …``: whom the system relies on, on what terms, what was decided of them and what they changed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

app = typer.Typer(
    help="Vendors and model providers: their terms, what hangs on them, what was decided, what they changed.",
    no_args_is_help=True,
)

Key = Annotated[str, typer.Argument(help="Key of a vendor in vendors.yaml.")]
OneKey = Annotated[str | None, typer.Argument(help="Key of a vendor in vendors.yaml; the default is all.")]


class Step(StrEnum):
    """What can be decided of a vendor."""

    APPROVED = "approved"
    CONDITIONAL = "conditional"
    REJECTED = "rejected"
    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    OFFBOARDING = "offboarding"
    ENDED = "ended"


@app.command("check")
def check(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Read vendors.yaml and say what is missing, breached or concentrated. Nothing is kept.

    Exits 0 where every demand is met, 1 where one is breached, 3 where something is not known.
    """
    from roadworthy.cli.register.vendor_text import check_lines
    from roadworthy.runtime.vendors.checking import check_vendors

    checked = check_vendors(workspace_at(root))
    if format is Format.JSON:
        output.result_json(checked)
    else:
        for line in check_lines(checked):
            output.result(line)
    raise typer.Exit(checked.exit_code)


@app.command("list")
def list_vendors(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """List every vendor with how it stands. Exits 1 while one that is in use may not be relied on."""
    from roadworthy.cli.register.vendor_text import view_line
    from roadworthy.runtime.vendors.deciding import all_views
    from roadworthy.runtime.vendors.reading import read_desk

    workspace = workspace_at(root)
    desk = read_desk(workspace)
    views = all_views(workspace, desk)
    if format is Format.JSON:
        output.result_json(views)
    else:
        for view in views:
            output.result(view_line(view))
    used = {key for key, found in desk.relies.items() if found}
    refused = [v for v in views if v.standing.vendor in used and not v.standing.state.may_be_relied_on]
    raise typer.Exit(1 if refused else 0)


@app.command("show")
def show(vendor: Key, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Show one vendor: how it stands and why, its terms against what is asked, what hangs on it."""
    from roadworthy.cli.register.vendor_text import show_lines
    from roadworthy.runtime.vendors.deciding import view_of
    from roadworthy.runtime.vendors.reading import assessed_now, read_desk

    workspace = workspace_at(root)
    desk = read_desk(workspace)
    now = assessed_now(workspace, desk, desk.vendor(vendor))
    view = view_of(workspace, desk, vendor)
    if format is Format.JSON:
        output.result_json({"view": view, "now": now, "outcome": now.outcome})
        return
    for line in show_lines(view, now):
        output.result(line)


@app.command("assess")
def assess(vendor: Key, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Hold a vendor's terms against what is asked, and keep the result. Exits 0 met, 1 breached, 3 not known."""
    from roadworthy.cli.register.vendor_text import assessment_lines
    from roadworthy.runtime.vendors.checking import EXIT_BY_OUTCOME
    from roadworthy.runtime.vendors.deciding import assess_now

    stored = assess_now(workspace_at(root), vendor)
    if format is Format.JSON:
        output.result_json({"assessment": stored.record, "outcome": stored.record.outcome})
    else:
        for line in assessment_lines(stored.record):
            output.result(line)
        output.note(f"kept as {stored.record.id}; somebody else decides: rw vendor decide {vendor} --to …")
    raise typer.Exit(EXIT_BY_OUTCOME[stored.record.outcome])


@app.command("decide")
def decide(
    vendor: Key,
    to: Annotated[Step, typer.Option("--to", help="What is decided.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")],
    condition: Annotated[list[str] | None, typer.Option(help="What is owed, with conditional; repeatable.")] = None,
    days: Annotated[int | None, typer.Option(help="How long it holds; the default is as vendors.yaml says.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Decide on a vendor. Only a person with the role vendor_manager may, and not who made the assessment."""
    from roadworthy.cli.register.vendor_text import view_line
    from roadworthy.runtime.vendors.deciding import VendorWish
    from roadworthy.runtime.vendors.deciding import decide as record
    from roadworthy.vendors.standing import VendorState

    wish = VendorWish(to=VendorState(to.value), reason=reason, conditions=tuple(condition or ()), valid_days=days)
    view = record(workspace_at(root), vendor, wish)
    if format is Format.JSON:
        output.result_json(view)
    else:
        output.result(view_line(view))


@app.command("watch")
def watch(vendor: OneKey = None, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Ask providers which model answers, look at their terms and at dates; record what changed and void evidence.

    Only what vendors.yaml names is contacted. Exits 0 where nothing changed, 1 where something did or a person still
    has to recall evidence, 3 where something could not be looked at.
    """
    from roadworthy.cli.register.vendor_text import watch_lines
    from roadworthy.runtime.vendors.watching import watch as look

    report = look(workspace_at(root), only=vendor)
    if format is Format.JSON:
        output.result_json(report)
    else:
        for line in watch_lines(report):
            output.result(line)
    raise typer.Exit(report.exit_code)
