"""``rw policy diff``: what another version of a pack, or another set of packs, asks differently."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_or_none
from roadworthy.cli.output import Format
from roadworthy.core.severity import RiskTier

if TYPE_CHECKING:
    from roadworthy.policy.compare import FieldChange
    from roadworthy.policy.difference import Entry
    from roadworthy.runtime.policy.comparing import Compared

_STYLE = {"removed": "red", "loosened": "red", "changed": "yellow", "tightened": "green", "added": "green"}


def diff(
    old: Annotated[
        str,
        typer.Argument(
            help="A shipped or installed pack's name, a folder, a .rwpolicy archive, several with commas between "
            "them, or a roadworthy.yaml for all packs that it binds to."
        ),
    ],
    new: Annotated[str, typer.Argument(help="The same, after the change.")],
    tier: Annotated[RiskTier | None, typer.Option(help="Only what binds systems of this tier.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show what changed between two versions of a pack: which rules are tighter, looser or gone, field by field.

    Exits 0 where nothing is looser, and 1 where something is, or where nobody can say.
    """
    from roadworthy.runtime.policy.comparing import compare_packs

    workspace = workspace_or_none(root)
    compared = compare_packs(old, new, tier=tier, root=workspace.root if workspace else Path())
    loosened = compared.difference.loosened
    if format is Format.JSON:
        output.result_json(_record(compared))
    else:
        for line in _lines(compared):
            output.result(line)
        output.note("; ".join(f"{n} {what}" for what, n in compared.counts.items() if n) or "no difference")
        if loosened:
            output.note(f"{len(loosened)} may ask less of a release than before")
    raise typer.Exit(1 if loosened else 0)


def _record(compared: Compared) -> dict[str, object]:
    return {
        "old": compared.old,
        "new": compared.new,
        "tier": compared.tier,
        "counts": compared.counts,
        "loosened": [f"{entry.kind} {entry.id}" for entry in compared.difference.loosened],
        "entries": compared.difference.entries,
    }


def _lines(compared: Compared) -> list[str]:
    lines = [f"{', '.join(compared.old)}  →  {', '.join(compared.new)}"]
    for entry in sorted(compared.difference.entries, key=lambda entry: not entry.may_loosen):
        lines += ["", _head(entry), *(_field(change) for change in entry.fields)]
    return lines


def _head(entry: Entry) -> str:
    word = output.coloured(entry.change.value, _STYLE.get(entry.change.value, "dim"))
    return f"{word}  {entry.kind} {entry.id}"


def _field(change: FieldChange) -> str:
    direction = "" if change.direction.value == "noted" else f"  ({change.direction.value})"
    return f"    {change.field}: {_value(change.old)} → {_value(change.new)}{direction}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else " ".join(str(value).split()) or "none"
