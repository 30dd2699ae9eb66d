"""Runs on disk: a folder each, with the plan and a journal that a crash cannot tear."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.runs.journal_lines import checked, encoded, parsed
from roadworthy.adapters.runs.response_cache import FileResponseCache
from roadworthy.core.digest import Digest, canonical_json, digest_of_bytes
from roadworthy.core.errors import NotFoundError, StoreError, VerificationError
from roadworthy.core.ids import is_id
from roadworthy.evals.model import RunPlan, SampleResult

__all__ = ["FileJournal", "FileResponseCache", "FileRunStore"]

_PLAN = TypeAdapter(RunPlan)
_PLAN_NAME = "plan.json"
_JOURNAL_NAME = "journal.jsonl"


class FileRunStore:
    """Registered runs under one folder.

    Prompts and replies are in the journals, so folders and files are closed to
    other users.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def register(self, plan: RunPlan) -> FileJournal:
        """Make ``plan`` durable and open its journal.

        Raises:
            StoreError: If the run is registered already or cannot be written.
        """
        folder = self._folder(plan.id)
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
        except FileExistsError as fault:
            raise StoreError(
                f"run {plan.id} is registered already", where=str(folder), fix="resume it, or start a new run"
            ) from fault
        except OSError as fault:
            raise _unwritable(folder, fault) from fault
        content = canonical_json(plan)
        # The journal comes first: a run exists from the moment that its plan does.
        journal = FileJournal(folder / _JOURNAL_NAME, plan_digest=digest_of_bytes(content), create=True)
        try:
            write_atomically(folder / _PLAN_NAME, content, mode=0o600)
            _sync_folder(self._root)
            _sync_folder(self._root.parent)
        except BaseException:
            journal.close()
            raise
        return journal

    def open(self, run: str) -> tuple[RunPlan, FileJournal]:
        """Return a registered run and its journal, locked for writing by this process.

        Raises:
            NotFoundError: If no run has that id.
            StoreError: If another process is writing it.
            VerificationError: If the plan does not read.
        """
        content = self._plan_content(run)
        journal = FileJournal(self._folder(run) / _JOURNAL_NAME, plan_digest=digest_of_bytes(content), create=False)
        return _plan(content, folder=self._folder(run)), journal

    def plan(self, run: str) -> RunPlan:
        """Return a registered run, also while another process writes it.

        Raises:
            NotFoundError: If no run has that id.
            VerificationError: If the plan does not read.
        """
        return _plan(self._plan_content(run), folder=self._folder(run))

    def plans(self) -> tuple[RunPlan, ...]:
        """Return every registered run, oldest first.

        Raises:
            VerificationError: If a plan does not read. A run that is left out could be one
                that failed, so a damaged one is named and not passed over.
        """
        found = [
            _plan(self._plan_content(folder.name), folder=folder)
            for folder in (self._root.iterdir() if self._root.is_dir() else ())
            if is_id(folder.name, "run") and (folder / _PLAN_NAME).is_file()
        ]
        return tuple(sorted(found, key=lambda plan: (plan.registered_at, plan.id)))

    def read(self, run: str) -> tuple[SampleResult, ...]:
        """Return what a run has recorded so far, also while another process writes it.

        Raises:
            NotFoundError: If no run has that id.
            VerificationError: If the journal was damaged.
        """
        plan_digest = digest_of_bytes(self._plan_content(run))
        path = self._folder(run) / _JOURNAL_NAME
        return tuple(parsed(_recorded(path), plan_digest=plan_digest, where=str(path)))

    def content(self, run: str) -> bytes:
        """Return the recorded lines of a run as they are, which is what its digest is over.

        Raises:
            NotFoundError: If no run has that id.
            StoreError: If the journal cannot be read.
        """
        self._plan_content(run)
        return b"".join(_recorded(self._folder(run) / _JOURNAL_NAME))

    def _folder(self, run: str) -> Path:
        """Return a run's folder. Ids are checked, because they become paths.

        Raises:
            NotFoundError: If ``run`` is not a run's id.
        """
        if not is_id(run, "run"):
            raise NotFoundError(f"{run!r} is not a run's id", where=str(self._root), fix="list the runs: rw eval list")
        return self._root / run

    def _plan_content(self, run: str) -> bytes:
        path = self._folder(run) / _PLAN_NAME
        try:
            return path.read_bytes()
        except FileNotFoundError as fault:
            raise NotFoundError(
                f"no run has the id {run}", where=str(self._root), fix="list the runs: rw eval list"
            ) from fault
        except OSError as fault:
            raise StoreError(
                f"cannot read run {run}: {fault.strerror}", where=str(path), fix="check the permissions"
            ) from fault


class FileJournal:
    """One run's journal. Holds the run's lock until closed; can be read afterwards.

    A torn last line, which a crash left and nobody was told of, is cut off when the
    journal is opened.
    """

    def __init__(self, path: Path, *, plan_digest: Digest, create: bool) -> None:
        self._path = path
        self._plan_digest = plan_digest
        self._descriptor: int | None = _opened(path, create=create)
        try:
            self._size, self._num_lines, self._last = _tail(path, plan_digest=plan_digest)
            os.ftruncate(self._descriptor, self._size)
        except BaseException:
            self.close()
            raise

    def append(self, result: SampleResult) -> None:
        """Make ``result`` durable before returning.

        Raises:
            StoreError: If it cannot be, or the journal is closed; then nothing was recorded.
        """
        if self._descriptor is None:
            raise StoreError("the journal is closed", where=str(self._path), fix="open the run again")
        line, digest = encoded(result, seq=self._num_lines, previous=self._last)
        try:
            _write_all(self._descriptor, line)
            os.fdatasync(self._descriptor)
        except OSError as fault:
            # Should this fail too, the torn line is cut off when the journal is next opened.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            self.close()
            raise _unwritable(self._path, fault) from fault
        self._size += len(line)
        self._num_lines += 1
        self._last = digest

    def results(self) -> Iterator[SampleResult]:
        """Yield what is recorded, in order.

        Raises:
            VerificationError: If a line does not read or does not follow from the one before.
        """
        return parsed(_recorded(self._path), plan_digest=self._plan_digest, where=str(self._path))

    def digest(self) -> Digest:
        """Return the digest of the recorded lines' bytes."""
        hashed = hashlib.sha256()
        for line in _recorded(self._path):
            hashed.update(line)
        return f"sha256:{hashed.hexdigest()}"

    def close(self) -> None:
        """Let go of the file and its lock. Safe to call twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _opened(path: Path, *, create: bool) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        # A run without a journal was registered and never got to its first line.
        descriptor = os.open(path, flags | os.O_CREAT | (os.O_EXCL if create else 0), 0o600)
    except OSError as fault:
        raise _unwritable(path, fault) from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        os.close(descriptor)
        raise StoreError(
            f"run {path.parent.name} is being written by another process",
            where=str(path),
            fix="wait until it ends, or stop it",
        ) from fault
    return descriptor


def _tail(path: Path, *, plan_digest: Digest) -> tuple[int, int, Digest]:
    """Return the size in bytes and in lines of what is recorded, and the seal that the next line follows."""
    size, num_lines, last = 0, 0, plan_digest
    for line in checked(_recorded(path), plan_digest=plan_digest, where=str(path)):
        size, num_lines, last = size + line.size, num_lines + 1, line.seal
    return size, num_lines, last


def _recorded(path: Path) -> Iterator[bytes]:
    """Yield the complete lines of a journal; a last one without its newline was torn by a crash.

    Raises:
        StoreError: If the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            yield from (line for line in stream if line.endswith(b"\n"))
    except FileNotFoundError:
        return
    except OSError as fault:
        raise StoreError(
            f"cannot read the journal: {fault.strerror}", where=str(path), fix="check the permissions"
        ) from fault


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plan(content: bytes, *, folder: Path) -> RunPlan:
    try:
        return _PLAN.validate_json(content)
    except ValidationError as fault:
        raise VerificationError(
            f"the plan of run {folder.name} does not read: it was damaged",
            where=str(folder / _PLAN_NAME),
            fix=f"move the folder {folder} out of the way, and start a new run in its place",
        ) from fault


def _unwritable(path: Path, fault: OSError) -> StoreError:
    return StoreError(
        f"cannot write {path.name}: {fault.strerror or type(fault).__name__}",
        where=str(path),
        fix="check that the folder is writable and has room, then resume the run",
    )
