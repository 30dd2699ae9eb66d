"""Checks the local log, and exports checkpoints of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.store.moving import copy_rows, require_empty
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import ConfigError, EvidenceError, VerificationError
from roadworthy.core.records import Stored
from roadworthy.core.subject import STRICT
from roadworthy.evidence.chain import (
    Checkpoint,
    Entry,
    check,
    check_against,
    checkpoint_of,
    open_checkpoint,
    sign_checkpoint,
)
from roadworthy.evidence.dsse import decode, encode
from roadworthy.runtime.gating import signature_held
from roadworthy.runtime.graph.nouns import check_graph
from roadworthy.runtime.workspace import DATABASE, Workspace

MAX_CHECKPOINTS = 10_000
"""How many checkpoints are held against the log at once."""


def verify_log(workspace: Workspace, checkpoints: Path | Sequence[Path] | None = None) -> int:
    """Check the chain, every record's digest, the indexes and every signature; return the number of entries.

    Args:
        workspace: Whose log.
        checkpoints: Signed checkpoints that were kept elsewhere, or folders of them. Each must have seen the log as
            it is: its end cut off, or all of it built anew, does not go together with what an earlier one saw.

    Raises:
        ConfigError: If a checkpoint cannot be read, or a folder has none.
        VerificationError: Naming the first entry or record that does not hold.
    """
    entries = workspace.ledger.entries()
    check(entries)
    _check_records(workspace, entries)
    workspace.evidence.check_index()
    check_graph(workspace)
    for store in (workspace.inputs, workspace.key_transitions, workspace.receipts):
        store.check_names()
    _check_signatures(workspace)
    for path in _files_of(checkpoints):
        check_against(entries, _read_checkpoint(workspace, path))
    return len(entries)


def _check_records(workspace: Workspace, entries: Sequence[Entry]) -> None:
    """Check that each record is what its log entry says, and that no record is without one."""
    missing = {entry.digest: entry for entry in entries}
    for row in workspace.ledger.every():
        entry = missing.pop(row.digest, None)
        if entry is None:
            raise VerificationError(f"the {row.kind} record {row.digest} is in no log entry")
        if digest_of_bytes(row.body) != entry.digest:
            raise VerificationError(f"the {entry.kind} record of log entry {entry.seq} was changed: {entry.digest}")
        if (row.kind, row.added) != (entry.kind, entry.seq):
            raise VerificationError(
                f"the record of log entry {entry.seq} is a {entry.kind}, and the store calls it {row.kind} {row.added}"
            )
    if missing:
        gone = min(missing.values(), key=lambda entry: entry.seq)
        raise VerificationError(f"log entry {gone.seq} names a {gone.kind} record that is gone: {gone.digest}")


def _check_signatures(workspace: Workspace) -> None:
    keys = workspace.keyring
    records: Iterable[Stored[Any]] = chain(workspace.evidence.each(), workspace.decisions.each())
    for stored in records:
        if not signature_held(stored, keys):
            raise VerificationError(f"{stored.record.id} carries no signature that holds, of a key that was ours then")


def _read_checkpoint(workspace: Workspace, path: Path) -> Checkpoint:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the checkpoint cannot be read: {error.strerror}", where=str(path), fix="check the path"
        ) from error
    signed_with = decode(content, where=str(path)).signature.key_id
    verifier = workspace.keyring.verifier_by_id(signed_with)
    if verifier is None:
        raise VerificationError(
            f"the checkpoint is signed with key {signed_with[:16]}…, which is not one of ours that counts",
            where=str(path),
            fix="see `rw key list`; a checkpoint of a stolen key says nothing",
        )
    return open_checkpoint(content, verifier=verifier, where=str(path))


def _files_of(paths: Path | Sequence[Path] | None) -> list[Path]:
    """Return the checkpoints that ``paths`` name: files, and all that end in ``.dsse.json`` in folders."""
    found: list[Path] = []
    for path in [paths] if isinstance(paths, Path) else paths or ():
        inside = sorted(path.glob("*.dsse.json")) if path.is_dir() else [path]
        if not inside:
            raise ConfigError("the folder holds no checkpoint", where=str(path), fix="name the folder that you keep")
        found += inside
    if len(found) > MAX_CHECKPOINTS:
        raise ConfigError(f"{len(found)} checkpoints, the limit is {MAX_CHECKPOINTS}", fix="keep one for each day")
    return found


def write_checkpoint(workspace: Workspace, out: Path) -> Path:
    """Write a signed checkpoint of the log as it is now; into a folder by a name of its own, so that all are kept."""
    entries = workspace.ledger.entries()
    out = out / f"checkpoint-{len(entries):010d}.dsse.json" if out.is_dir() else out
    check(entries)
    checkpoint = checkpoint_of(entries, at=workspace.clock.now())
    write_atomically(out.resolve(), encode(sign_checkpoint(checkpoint, signer=workspace.signer)))
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A ledger that was copied."""

    __pydantic_config__: ClassVar = STRICT

    entries: int
    source: str
    target: str
    """Where it is now as well; never with a password."""


def move_log(workspace: Workspace, to: str) -> Moved:
    """Copy the ledger into an empty database, check the copy whole, and only then keep it. The source stays as it is.

    Args:
        workspace: Whose ledger.
        to: ``postgresql://…``, ``sqlite:///path`` or the path of a file.

    Raises:
        ConfigError: If ``to`` is no address of a database, or there is a ledger already.
        EvidenceError: If nothing was recorded yet.
        StoreError: If something cannot be read or written; then nothing was.
        VerificationError: If the ledger is not whole; then nothing was copied.
    """
    address = to if "://" in to else f"sqlite:///{quote(str(Path(to).expanduser().absolute()))}"
    source = workspace.ledger.database
    if not source.query("SELECT 1 FROM log LIMIT 1"):
        raise EvidenceError("nothing was recorded yet, so there is nothing to move", fix="set ROADWORTHY_DATABASE")
    there = replace(workspace, environ={**workspace.environ, DATABASE: address})
    target = there.ledger.database
    try:
        require_empty(target)
        # Both write locks are held: nobody adds here what is not there, nor begins a ledger of their own there.
        with source.transaction(), target.transaction() as db:
            require_empty(target)
            copy_rows(source, target, db=db)
            entries = verify_log(there)
    finally:
        target.close()
    return Moved(entries=entries, source=source.where, target=target.where)
