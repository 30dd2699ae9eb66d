"""What the packs that bind a system claim to catch: their seeded faults, and one digest over them all."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.core.digest import Digest
from roadworthy.gates.proof import digest_of_faults
from roadworthy.policy.faults import Fault
from roadworthy.runtime.workspace import Workspace


def faults_of(workspace: Workspace, references: Sequence[str]) -> tuple[Fault, ...]:
    """Return the faults that the packs named claim to catch, in their order; of two with one id the first.

    Raises:
        PackError: If a pack's faults do not read.
    """
    found: dict[str, Fault] = {}
    for reference in references:
        for fault in workspace.packs.faults(reference):
            found.setdefault(fault.id, fault)
    return tuple(found.values())


def claimed(workspace: Workspace, references: Sequence[str]) -> Digest:
    """Return the digest over every fault that the packs named claim to catch."""
    return digest_of_faults(faults_of(workspace, references))
