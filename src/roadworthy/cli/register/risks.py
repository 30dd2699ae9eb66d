"""``rw risk …``: the risk register: what may go wrong, who answers for it, what is left, who accepted that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.risk.register.standing import RiskStanding

app = typer.Typer(
    help="The risk register: what may go wrong, who answers for it, what is left, and who accepted that.",
    no_args_is_help=True,
)

RiskId = Annotated[str, typer.Argument(help="Id of a risk, e.g. R-T07; see `rw risk list`.")]
_SCALES = "severity,likelihood,exposure,detectability, each 1 (good) to 5 (bad), e.g. 4,3,3,2"


@app.command("list")
def list_risks(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the risks of the newest assessment and those that people entered, with what is left of each.

    Exits 1 while a risk is open or overdue, or a rating is claimed that no control supports; else 0.
    """
    from roadworthy.cli.register.risk_text import register_lines
    from roadworthy.risk.register.standing import RiskState
    from roadworthy.runtime.register.reading import read_register
    from roadworthy.runtime.register.reporting import needs_attention

    register = read_register(workspace_at(root))
    shown = [s for s in register.standings if everything or s.state is not RiskState.CLOSED]
    if format is Format.JSON:
        output.result_json(shown)
    else:
        for line in register_lines(shown, notes=register.controls.notes):
            output.result(line)
    raise typer.Exit(1 if any(needs_attention(standing) for standing in shown) else 0)


@app.command("show")
def show(risk: RiskId, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Show one risk with everything that was done about it."""
    from roadworthy.cli.register.risk_text import risk_lines
    from roadworthy.core.history import in_order
    from roadworthy.runtime.register.reading import read_register

    register = read_register(workspace_at(root))
    standing = register.standing(risk)
    changes = in_order(register.changes, of=risk)
    if format is Format.JSON:
        output.result_json({"risk": register.risk(risk), "standing": standing, "changes": changes})
        return
    for line in risk_lines(standing, changes):
        output.result(line)


@app.command("add")
def add(
    cause: Annotated[str, typer.Option(help="What gives rise to it.")],
    event: Annotated[str, typer.Option(help="What happens.")],
    consequence: Annotated[str, typer.Option(help="What follows, and for whom.")],
    rating: Annotated[str, typer.Option(help=f"Before any control: {_SCALES}.")],
    rationale: Annotated[str, typer.Option(help="Why it is rated so.")],
    threat: Annotated[
        list[str] | None, typer.Option(help="Id of a threat or abuse case of `rw threats`; repeatable.")
    ] = None,
    evidence: Annotated[list[str] | None, typer.Option(help="Id of evidence for the rating; repeatable.")] = None,
    irreversible: Annotated[bool, typer.Option("--irreversible", help="What it does cannot be undone.")] = False,
    id: Annotated[str | None, typer.Option(help="Its id; the default makes one.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Enter a risk that the assessment does not have."""
    from roadworthy.runtime.register.changing import RiskWish, add_risk
    from roadworthy.runtime.register.rating import rating_of

    wish = RiskWish(
        cause=cause,
        event=event,
        consequence=consequence,
        inherent=rating_of(
            rating, rationale=rationale, irreversible=irreversible, evidence=tuple(evidence or ()), where="--rating"
        ),
        threats=tuple(threat or ()),
        id=id,
    )
    _print(add_risk(workspace_at(root), wish), format)


@app.command("treat")
def treat(
    risk: RiskId,
    treatment: Annotated[str, typer.Option(help="mitigate, avoid or transfer; to accept it, use `rw risk accept`.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    plan: Annotated[str, typer.Option(help="What is done, in a sentence.")],
    control: Annotated[
        list[str] | None, typer.Option(help="Control of the policy that mitigates it; repeatable.")
    ] = None,
    deadline: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day by which it is done.")] = None,
    residual: Annotated[
        str | None, typer.Option(help=f"What is left when the controls hold: {_SCALES}. Counts only while they do.")
    ] = None,
    rationale: Annotated[str | None, typer.Option(help="Why that is left; needed with --residual.")] = None,
    irreversible: Annotated[bool, typer.Option("--irreversible", help="What is left cannot be undone.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say what is done about a risk. What is claimed to be left counts only while every named control holds."""
    from roadworthy.runtime.register.changing import TreatmentWish
    from roadworthy.runtime.register.changing import treat as record
    from roadworthy.runtime.register.rating import day_of, rating_of, treatment_of

    left = None
    if residual is not None:
        left = rating_of(residual, rationale=rationale or "", irreversible=irreversible, where="--residual")
    wish = TreatmentWish(
        treatment=treatment_of(treatment),
        owner=owner,
        plan=plan,
        controls=tuple(control or ()),
        deadline=None if deadline is None else day_of(deadline, where="--deadline"),
        residual=left,
    )
    _print(record(workspace_at(root), risk, wish), format)


@app.command("accept")
def accept(
    risk: RiskId,
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="First day on which it is not accepted any more.")],
    justification: Annotated[str, typer.Option(help="Why it can be borne so long.")],
    owner: Annotated[str | None, typer.Option(help="Who answers for it; the default is who treats it.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask that what is left of a risk be accepted until a day. People with the right roles then approve, or do not.

    Whom governance.yaml asks for: its rule for risk_acceptance. The acceptance ends by itself.
    """
    from roadworthy.runtime.register.changing import seek_acceptance
    from roadworthy.runtime.register.rating import start_of

    sought = seek_acceptance(
        workspace_at(root), risk, until=start_of(until, where="--until"), justification=justification, owner=owner
    )
    _print(sought.standing, format)
    output.note(f"asked as {sought.request.id}; answered with `rw approval approve {sought.request.id}`")


@app.command("review")
def review(
    risk: RiskId,
    note: Annotated[str, typer.Option(help="What was looked at, and what came of it.")],
    rating: Annotated[str | None, typer.Option(help=f"The new rating before any control: {_SCALES}.")] = None,
    rationale: Annotated[str | None, typer.Option(help="Why; needed with --rating.")] = None,
    evidence: Annotated[list[str] | None, typer.Option(help="Id of evidence for the rating; repeatable.")] = None,
    irreversible: Annotated[bool, typer.Option("--irreversible", help="What it does cannot be undone.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Record that a risk was looked at again, and rate it anew where that is needed.

    Lower only by a person with the role risk_reviewer who neither entered, treats nor answers for it.
    """
    from roadworthy.runtime.register.changing import review as record
    from roadworthy.runtime.register.rating import rating_of

    anew = None
    if rating is not None:
        anew = rating_of(
            rating,
            rationale=rationale or "",
            irreversible=irreversible,
            evidence=tuple(evidence or ()),
            where="--rating",
        )
    _print(record(workspace_at(root), risk, note=note, inherent=anew), format)


@app.command("close")
def close(
    risk: RiskId,
    reason: Annotated[str, typer.Option(help="Why nothing is left to do.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Close a risk whose controls are shown to hold, that is avoided or borne by others, or that is gone.

    Only a person with the role risk_reviewer may, who neither entered, treats nor answers for it. It is open again by
    itself when a control that it was closed on is not shown to hold any more.
    """
    from roadworthy.runtime.register.changing import close as record

    _print(record(workspace_at(root), risk, reason=reason), format)


def _print(standing: RiskStanding, format: Format) -> None:
    from roadworthy.cli.register.risk_text import standing_line

    if format is Format.JSON:
        output.result_json(standing)
    else:
        output.result(standing_line(standing))
