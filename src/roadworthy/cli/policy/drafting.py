"""``rw policy draft``: from the text of a policy to a proposed pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at, workspace_or_none
from roadworthy.cli.output import Format
from roadworthy.policy.model import Layer

if TYPE_CHECKING:
    from roadworthy.policy.drafting.disposition import Draft, Entry
    from roadworthy.runtime.policy.drafting import Compared

_WIDTH = 64


def draft(
    document: Annotated[Path, typer.Argument(help="The policy: Markdown or plain text, UTF-8.")],
    name: Annotated[str, typer.Option(help="Name of the pack; its ids begin with it, e.g. acme.")] = "draft",
    layer: Annotated[Layer, typer.Option(help="Whose pack it is.")] = Layer.ORGANISATION,
    owner: Annotated[str, typer.Option(help="Who answers for the pack.")] = "to be named",
    out: Annotated[Path | None, typer.Option(help="Folder to write; the default is packs/NAME.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the proposals and write nothing.")] = False,
    against: Annotated[
        list[str] | None,
        typer.Option(help="A pack whose controls may cover a statement already; repeat it. The default is base."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Target of the manifest to ask about what matching could not translate.")
    ] = None,
    max_calls: Annotated[int, typer.Option(min=1, max=500, help="Most calls of --model.")] = 20,
    update: Annotated[
        Path | None, typer.Option(help="A drafted pack: show what the policy says differently since; writes nothing.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an earlier draft, and lose edits in it.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Split a policy document into statements and propose a control for each; a person must review them.

    Exits 0 where something was translated, 3 where nothing was. With --update: 0 where no requirement
    is new, changed or gone, else 1.
    """
    if update is not None:
        _update(document, update, format=format)
    made = _made(document, name, layer=layer, owner=owner, against=against, root=root)
    if model is not None:
        made = _asked(made, model, max_calls=max_calls, owner=owner, layer=layer, name=name, root=root)
    if not dry_run:
        _written(made, out or Path("packs") / name, force=force)
    _show(made, format=format)
    raise typer.Exit(0 if made.counts.translated else 3)


def _made(
    document: Path, name: str, *, layer: Layer, owner: str, against: list[str] | None, root: Path | None
) -> Draft:
    from roadworthy.runtime.policy.drafting import draft_policy

    workspace = workspace_or_none(root)
    place = workspace.root if workspace is not None else Path()
    return draft_policy(document, name=name, layer=layer, owner=owner, against=against or ["base"], root=place)


def _asked(made: Draft, model: str, *, max_calls: int, owner: str, layer: Layer, name: str, root: Path | None) -> Draft:
    from roadworthy.policy.drafting.drafting import Wanted
    from roadworthy.runtime.policy.suggesting import plan_asking, spec_of, suggest

    workspace = workspace_at(root)
    spec = spec_of(workspace, model)
    plan = plan_asking(made, spec, max_calls=max_calls)
    price = f"about {plan.cost:.4f} in the manifest's currency" if plan.cost else "the target states no price"
    output.note(f"asking {plan.target}: {plan.calls} calls, about {plan.tokens} tokens, {price}")
    if plan.left_out:
        output.note(f"{plan.left_out} statements stay unasked; raise --max-calls")
    wanted = Wanted(name=name, layer=layer, owner=owner, document=made.document)
    asked = suggest(made, spec, workspace=workspace, wanted=wanted, max_calls=max_calls)
    output.note(
        f"{asked.calls} calls: {asked.proposed} proposed, {asked.declined} not testable either, "
        f"{len(asked.discarded)} answers discarded, {asked.silent} without an answer"
    )
    for line in asked.discarded:
        output.note(f"  discarded, {line}")
    return asked.draft


def _written(made: Draft, out: Path, *, force: bool) -> None:
    from roadworthy.runtime.policy.drafting import keep_draft

    files = keep_draft(made, out, force=force)
    if files:
        output.note(f"{len(files)} files in {out}: read DRAFT.md first; the pack binds nobody until it is reviewed")
    else:
        output.note("no control is proposed, so no pack was written")


def _show(made: Draft, *, format: Format) -> None:
    counts = made.counts
    if format is Format.JSON:
        output.result_json({"counts": counts, **_fields(made)})
        return
    output.result(
        output.coloured(f"{'clause':<8} line  statement, proposal and how clearly it matched, what needs you", "bold")
    )
    for entry in made.entries:
        for line in _lines(entry):
            output.result(line)
    output.note(
        f"{counts.statements} statements: {counts.translated} translated, {counts.not_translated} not translated, "
        f"{counts.not_requirements} no requirement"
    )


def _fields(made: Draft) -> dict[str, object]:
    return {
        "schema": made.schema,
        "document": made.document,
        "digest": made.digest,
        "pack": made.pack.name if made.pack is not None else None,
        "statements": [
            {"statement": entry.statement, "digest": entry.statement.digest, "disposition": entry.disposition}
            for entry in made.entries
        ],
    }


def _lines(entry: Entry) -> list[str]:
    from roadworthy.policy.drafting.disposition import Covered, NotARequirement, NotTranslated, Proposed

    statement = entry.statement
    place = f"{statement.place.clause or '-':<8} {statement.place.line:>4}"
    match entry.disposition:
        case NotARequirement():
            return []
        case Proposed() as found:
            by = "model" if found.by == "model" else f"{found.confidence:.2f}"
            told, needs = f"{found.control.id}  {by}", list(found.needs_you)
        case Covered() as found:
            told, needs = f"covered by {found.by_control}  {found.confidence:.2f}", list(found.needs_you)
        case NotTranslated() as found:
            told, needs = output.coloured(f"not translated: {found.because}", "yellow"), [found.question]
        case _:
            assert_never(entry.disposition)
    return [f"{place}  {_short(statement.text)}", f"{'':15}{told}", *(f"{'':15}needs you: {need}" for need in needs)]


def _short(text: str) -> str:
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"


def _update(document: Path, folder: Path, *, format: Format) -> None:
    from roadworthy.runtime.policy.drafting import compare_with_draft

    compared = compare_with_draft(document, folder)
    if format is Format.JSON:
        output.result_json(compared)
    else:
        for line in _since_lines(compared):
            output.result(line)
        found = compared.since
        output.note(
            f"{len(found.new)} new, {len(found.changed)} changed, {len(found.gone)} gone, {found.same} as they were"
        )
    raise typer.Exit(1 if compared.since.concerns_requirements else 0)


def _since_lines(compared: Compared) -> list[str]:
    found = compared.since
    lines = [f"new      line {s.place.line:>4}  {_short(s.text)}  [{s.modality.value}]" for s in found.new]
    for one in found.changed:
        lines.append(f"changed  line {one.after.place.line:>4}  {_short(one.after.text)}")
        lines += [f"{'':20}was: {_short(one.before.text)}", f"{'':20}see: {one.before.became}"]
    lines += [f"gone     line {m.line:>4}  {_short(m.text)}  see: {m.became}" for m in found.gone]
    return lines
