"""Keeps the evidence of a pipeline's job for the next one, and takes it up again only if it is whole and ours."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from roadworthy.adapters.evidence_cache.archive import (
    LEDGER,
    RUNS,
    files_to_keep,
    read_index,
    snapshot_ledger,
    unpack,
    write_archive,
)
from roadworthy.adapters.evidence_cache.index import CacheIndex
from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.signing import PRIVATE_NAME
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import RoadworthyError, StoreError, VerificationError
from roadworthy.evidence.chain import Checkpoint, check, check_against, checkpoint_of
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.evaluation.reporting import journal_digest
from roadworthy.runtime.log import verify_log
from roadworthy.runtime.pipeline.keys import KeySource, place_key
from roadworthy.runtime.workspace import DATABASE, STATE, Workspace

_KILLED_AFTER_S = 24 * 60 * 60


class KeptState(StrEnum):
    """What became of an archive."""

    SAVED = "saved"
    RESTORED = "restored"
    NONE = "none"
    """There is nothing to save, or no archive."""

    KEPT = "kept"
    """There is a ledger here already; the archive was left alone."""

    REFUSED = "refused"
    """It is torn, foreign or not whole. The job goes on without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one system's archive, and why."""

    system: str
    state: KeptState
    reason: str
    entries: int = 0
    """Of the log."""

    key: KeySource = KeySource.NONE


def archive_name(system: str) -> str:
    """Return the file name of a system's archive."""
    return f"{system}.evidence.zip"


def save(workspace: Workspace, folder: Path) -> Kept:
    """Write the ledger and the runs of ``workspace`` to an archive in ``folder``, signed; without keys and replies.

    Raises:
        RoadworthyError: If the log is not whole or cannot be copied.
    """
    system = load_manifest(workspace.manifest_path).system.key
    source = workspace.state / LEDGER
    if _is_elsewhere(workspace):
        return Kept(system=system, state=KeptState.NONE, reason=_ELSEWHERE)
    if not source.is_file():
        return Kept(system=system, state=KeptState.NONE, reason="there is no ledger file here")
    _ignore(folder)
    entries = workspace.ledger.entries()
    check(entries)
    with _staging(workspace) as staging:
        snapshot_ledger(source, staging / LEDGER)
        checkpoint = checkpoint_of(entries, at=workspace.clock.now())
        index = CacheIndex(system=system, created_at=checkpoint.at, log_size=checkpoint.size, log_head=checkpoint.head)
        files = {LEDGER: staging / LEDGER, **files_to_keep(workspace.state / RUNS)}
        write_archive(folder / archive_name(system), files, index=index, signer=workspace.signer)
    return Kept(system=system, state=KeptState.SAVED, reason=f"{len(files)} files", entries=len(entries))


def restore(workspace: Workspace, folder: Path, *, checkpoint: Path | None = None) -> Kept:
    """Put the pipeline's key in its place, and take up the archive in ``folder`` if it is whole and ours.

    Its signature, every file's digest, the chain of its log, every record's digest and signature and every
    run's journal are checked before anything of it is put in place. An archive that fails is left alone.

    Args:
        workspace: The system.
        folder: Where archives are kept.
        checkpoint: A signed checkpoint that was kept elsewhere: an older ledger is refused with it.

    Raises:
        ConfigError: If the key is none, or the manifest does not load.
    """
    key = place_key(workspace)
    _ignore(folder, only_where_there=True)
    system = load_manifest(workspace.manifest_path).system.key
    path = folder / archive_name(system)

    def kept(state: KeptState, reason: str, entries: int = 0) -> Kept:
        return Kept(system=system, state=state, reason=reason, entries=entries, key=key)

    if not path.is_file() or path.is_symlink():
        return kept(KeptState.NONE, "there is no archive of it")
    if _is_elsewhere(workspace):
        return kept(KeptState.KEPT, _ELSEWHERE)
    if key is KeySource.NONE:
        return kept(KeptState.REFUSED, "there is no signing key here, so nobody can tell whose it is")
    if (workspace.state / LEDGER).exists():
        return kept(KeptState.KEPT, "there is a ledger here already")
    if (workspace.state / RUNS).exists():
        return kept(KeptState.REFUSED, "there are runs here without their ledger: move them away")
    try:
        entries = _take_up(workspace, path, system=system, checkpoint=checkpoint)
    except RoadworthyError as error:
        return kept(KeptState.REFUSED, error.problem)
    except OSError as error:
        return kept(KeptState.REFUSED, f"it cannot be put in place: {error.strerror}")
    return kept(KeptState.RESTORED, "whole and signed with this key", entries)


def cache_digest(workspaces: Sequence[Workspace]) -> str:
    """Return the start of a digest over the releases and tasks as they are: what a cache's name can tell by."""
    candidates = [read_candidate(workspace) for workspace in workspaces]
    return digest_of(
        {one.manifest.system.key: [one.release.digest, *(ref.digest for ref in one.refs)] for one in candidates}
    ).removeprefix("sha256:")[:16]


def _take_up(workspace: Workspace, path: Path, *, system: str, checkpoint: Path | None) -> int:
    index = read_index(path, verifier=workspace.signer.verifier)
    if index.system != system:
        raise VerificationError(f"it is of another system: {index.system[:64]!r}")
    with _staging(workspace) as staging:
        state = staging / STATE
        state.mkdir(mode=0o700)
        unpack(path, state, index=index)
        entries = _verified(workspace, staging, index=index, checkpoint=checkpoint)
        # The ledger comes last: where it is not, nothing was taken up.
        for name in (RUNS, LEDGER):
            if (state / name).exists():
                (state / name).replace(workspace.state / name)
        _sync(workspace.state)
    return entries


def _verified(workspace: Workspace, staging: Path, *, index: CacheIndex, checkpoint: Path | None) -> int:
    """Check the unpacked ledger and runs as any ledger is checked, and return how many entries its log has."""
    keys = staging / STATE / "keys"
    keys.mkdir(mode=0o700)
    # Another name for the same file: the key is not copied.
    os.link(workspace.state / "keys" / PRIVATE_NAME, keys / PRIVATE_NAME)
    # Without the environment: the ledger that is checked is the one that was unpacked.
    staged = Workspace(root=staging, clock=workspace.clock, environ={})
    try:
        size = verify_log(staged, checkpoint)
        seen = Checkpoint(size=index.log_size, head=index.log_head, at=index.created_at)
        check_against(staged.ledger.entries(), seen)
        if size != index.log_size:
            raise VerificationError("its log is not the one that its index names")
        for stored in staged.evidence.all():
            result = stored.record.result
            if result is None or result.imported is not None or staged.runs.forgotten(result.run) is not None:
                continue
            if journal_digest(staged, result.run) != result.journal_digest:
                raise VerificationError(f"the journal of run {result.run} is not the one that was signed")
    finally:
        staged.ledger.close()
    return size


_ELSEWHERE = f"the ledger is in {DATABASE} and needs no archive"


def _is_elsewhere(workspace: Workspace) -> bool:
    return bool(workspace.environ.get(DATABASE, "").strip())


def _ignore(folder: Path, *, only_where_there: bool = False) -> None:
    """Keep archives out of version control, and so out of every component and static check.

    What a cache brought along in its place is written over: it could let a manifest in there pass for a system.
    """
    if only_where_there and not folder.is_dir():
        return
    rules = folder / ".gitignore"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if rules.is_symlink() or not rules.is_file() or rules.read_bytes() != b"*\n":
            write_atomically(rules, b"*\n")
    except OSError as error:
        raise StoreError(
            f"the folder for archives cannot be used: {error.strerror}", where=str(folder), fix="name another"
        ) from error


@contextmanager
def _staging(workspace: Workspace) -> Iterator[Path]:
    workspace.prepare_state()
    _clear_killed(workspace)
    folder = workspace.state / f"staging-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_killed(workspace: Workspace) -> None:
    """Remove what jobs left that were killed a day ago or more: a copy of the ledger, and another name for the key."""
    latest = workspace.clock.now().timestamp() - _KILLED_AFTER_S
    for folder in (*workspace.state.glob("staging-*"), *workspace.state.glob("key-*")):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < latest:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
