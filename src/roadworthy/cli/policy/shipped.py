"""``rw policy packs``: the packs that come with the product, and which of them suit this system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_or_none
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.policy.shipped import ShippedPack, Suited


def packs(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """List the packs that come with the product and, in a repository, which of them suit its system and why.

    It only advises: what binds a system are the packs under `policy: packs` of its manifest. Exits 0.
    """
    from roadworthy.runtime.policy.shipped import list_shipped

    found = list_shipped(workspace_or_none(root))
    if format is Format.JSON:
        output.result_json(found)
        return
    for pack in found:
        for line in _lines(pack):
            output.result(line)
    waiting = [pack.name for pack in found if pack.here is not None and _is_waiting(pack.here)]
    if waiting:
        output.note(f"to use {', '.join(waiting)}: add the name under `policy: packs` in roadworthy.yaml")


def _lines(pack: ShippedPack) -> Iterator[str]:
    yield f"{output.coloured(pack.name, 'bold')} {pack.version}  {pack.title}"
    stricter = f", makes {pack.tightens} of other packs' rules stricter" if pack.tightens else ""
    yield f"  {pack.layer.value}: {pack.controls} controls, {pack.rules} rules{stricter}"
    if pack.here is not None:
        yield f"  {_standing(pack.here)}: {pack.here.reason}"


def _standing(here: Suited) -> str:
    fit = here.fit.value.replace("_", " ")
    return f"in use, {fit}" if here.in_use else f"{fit}, not in use" if _is_waiting(here) else fit


def _is_waiting(here: Suited) -> bool:
    return not here.in_use and here.fit.value == "suits"
