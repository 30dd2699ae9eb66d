"""Kills a process at the n-th thing that it writes, as a power cut would: a statement, a commit, a file."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from fakes.databases import Dying
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.opening import database_at
from roadworthy.runtime.workspace import DATABASE, Workspace

KILLED = -signal.SIGKILL


def ends_after(writes: int, root: Path, *, who: str, do: Callable[[Workspace], object], address: str = "") -> int:
    """Do something as somebody in a process that dies after so many writes; return how it ended.

    Returns:
        `KILLED`, 0 where it was done before, or 3 where it failed; then what failed is on stderr.
    """
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 3
    try:
        workspace = Workspace(root=root, environ={"ROADWORTHY_ACTOR": who, DATABASE: address})
        database = Dying(database_at(address, default=workspace.state / "ledger.sqlite"), survives=writes)
        workspace.__dict__["ledger"] = Ledger(database, clock=workspace.clock, actor=who)
        sys.addaudithook(_watch(database.step, root))
        do(workspace)
        code = 0
    except BaseException as error:  # noqa: BLE001 - the child must end here, whatever happens
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Do each thing in a process of its own, all at the same moment; return how each ended, sorted.

    Returns:
        ``done``, or the name of the error, of each.
    """
    start, go = os.pipe()
    said, says = os.pipe()
    children = []
    for action in actions:
        child = os.fork()
        if not child:
            try:
                os.read(start, 1)
                action()
                os.write(says, b"done\n")
            except BaseException as error:  # noqa: BLE001 - the child must end here, whatever happens
                os.write(says, f"{type(error).__name__}\n".encode())
            finally:
                os._exit(0)
        children.append(child)
    os.write(go, b"!" * len(children))
    for child in children:
        os.waitpid(child, 0)
    os.close(says)
    with os.fdopen(said) as told:
        found = sorted(told.read().split())
    for end in (start, go):
        os.close(end)
    return found


def _watch(step: Callable[[], None], root: Path) -> Callable[[str, tuple[object, ...]], None]:
    """Count what is written to files below ``root``: opened to be written, renamed, linked, removed."""
    place = str(root)

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
            if writes and isinstance(path, str | os.PathLike) and str(path).startswith(place):
                step()
        elif event in {"os.rename", "os.link", "os.remove"} and str(arguments[0]).startswith(place):
            step()

    return look
