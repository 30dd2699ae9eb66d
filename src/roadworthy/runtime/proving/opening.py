"""The copied system as a workspace: opened anew for every fault, without reading again what did not change."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.task_files import TaskFiles
from roadworthy.policy.faults import Fault
from roadworthy.policy.model import Pack
from roadworthy.runtime.proving.scratch import Scratch
from roadworthy.runtime.workspace import ACTOR, Workspace


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of packs that no fault changes, by reference."""

    packs: dict[str, Pack] = field(default_factory=dict)
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict)


class _PacksRead(PackFolders):
    def __init__(self, root: Path, read: Read) -> None:
        super().__init__(root)
        self._read = read

    def load(self, reference: str) -> Pack:
        """Return the pack; one that lies in the copy, where a fault may change it, is read anew."""
        if self._lies_here(reference):
            return super().load(reference)
        if reference not in self._read.packs:
            self._read.packs[reference] = super().load(reference)
        return self._read.packs[reference]

    def faults(self, reference: str) -> tuple[Fault, ...]:
        """Return what the pack claims to catch; of one that lies in the copy read anew."""
        if self._lies_here(reference):
            return super().faults(reference)
        if reference not in self._read.faults:
            self._read.faults[reference] = super().faults(reference)
        return self._read.faults[reference]

    def _lies_here(self, reference: str) -> bool:
        return "/" in reference or (self._root / reference).exists()


@dataclass(frozen=True)
class Copy(Workspace):
    """The copied system. Its tasks and packs stay read from one opening to the next: most faults do not touch them."""

    tasks_read: TaskFiles | None = None
    packs_read: Read = field(default_factory=Read)

    @cached_property
    def packs(self) -> PackFolders:
        """Where policy packs are read from; shipped ones only once, because no fault changes them."""
        return _PacksRead(self.root, self.packs_read)

    @cached_property
    def task_files(self) -> TaskFiles:
        """Where evaluation tasks are read from."""
        return self.tasks_read or TaskFiles(self.root)


def open_copy(scratch: Scratch, clock: FixedClock, *, before: Copy | None = None) -> Copy:
    """Open the copy: with nothing of this machine's environment, secrets least of all.

    Args:
        scratch: Where it lies.
        clock: Its time.
        before: An earlier opening, whose tasks and packs need not be read again.
    """
    return Copy(
        root=scratch.root,
        clock=clock,
        environ={ACTOR: "rw controls prove"},
        tasks_read=before.task_files if before is not None else None,
        packs_read=before.packs_read if before is not None else Read(),
    )


def close(workspace: Workspace) -> None:
    """Let go of the ledger, where it was opened: its folder is copied and put back as a whole."""
    if "ledger" in workspace.__dict__:
        workspace.ledger.close()
