"""Checks the local log, and exports checkpoints of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from roadworthy.adapters.files import write_atomically
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import ConfigError, VerificationError
from roadworthy.core.records import Stored
from roadworthy.evidence.chain import (
    Checkpoint,
    check,
    check_against,
    checkpoint_of,
    open_checkpoint,
    sign_checkpoint,
)
from roadworthy.evidence.dsse import encode
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.workspace import Workspace


def verify_log(workspace: Workspace, checkpoint: Path | None) -> int:
    """Check the chain, every record's digest, the evidence index and every signature; return the number of entries.

    Raises:
        VerificationError: Naming the first entry or record that does not hold.
    """
    entries = workspace.ledger.entries()
    check(entries)
    records = {row.digest: row.body for row in workspace.ledger.rows("1 = 1 ORDER BY added", ())}
    for entry in entries:
        body = records.pop(entry.digest, None)
        if body is None:
            raise VerificationError(f"log entry {entry.seq} names a {entry.kind} record that is gone: {entry.digest}")
        if digest_of_bytes(body) != entry.digest:
            raise VerificationError(f"the {entry.kind} record of log entry {entry.seq} was changed: {entry.digest}")
    if records:
        raise VerificationError(f"{len(records)} records are in no log entry, e.g. {min(records)}")
    workspace.evidence.check_index()
    _check_signatures(workspace)
    if checkpoint is not None:
        check_against(entries, _read_checkpoint(workspace, checkpoint))
    return len(entries)


def _check_signatures(workspace: Workspace) -> None:
    verifier = workspace.signer.verifier
    records: list[Stored[Any]] = [*workspace.evidence.all(), *workspace.decisions.all()]
    for stored in records:
        if not signature_holds(stored, verifier):
            raise VerificationError(f"{stored.record.id} carries no signature of the present key that holds")


def _read_checkpoint(workspace: Workspace, path: Path) -> Checkpoint:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the checkpoint cannot be read: {error.strerror}", where=str(path), fix="check the path"
        ) from error
    return open_checkpoint(content, verifier=workspace.signer.verifier, where=str(path))


def write_checkpoint(workspace: Workspace, out: Path) -> Path:
    """Write a signed checkpoint of the log as it is now."""
    entries = workspace.ledger.entries()
    check(entries)
    checkpoint = checkpoint_of(entries, at=workspace.clock.now())
    write_atomically(out.resolve(), encode(sign_checkpoint(checkpoint, signer=workspace.signer)))
    return out
