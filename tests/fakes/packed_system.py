"""A small system that was assessed, evaluated and decided on by the real commands, with its pack."""

from __future__ import annotations

from pathlib import Path

from fakes.small_system import write_system
from roadworthy.runtime.packing import write_pack
from roadworthy.runtime.workspace import Workspace


def decided_system(root: Path) -> Workspace:
    """Write the small system below ``root``, run what it needs and decide on it: it ships."""
    from roadworthy.cli.main import run

    folder = write_system(root)
    for command in (["assess"], ["eval", "run"], ["gate"]):
        assert run([*command, "--root", str(folder)]) == 0, command
    return Workspace(root=folder)


def pack_of(workspace: Workspace) -> Path:
    """Write the pack of the last decision and return its path."""
    return write_pack(workspace, None, workspace.root / "desk.rwpack.zip")[0]
