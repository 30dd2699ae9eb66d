"""Records of decisions as lines of JSON: appended and on the disk before it is said, read back strictly."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import orjson
from pydantic import TypeAdapter, ValidationError

from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, StoreError
from roadworthy.core.tagged import TaggedBy
from roadworthy.guard.replay.model import GuardRecord, PolicyUse

MAX_LINE_BYTES = 64 * 1024 * 1024
"""Longest line that is read: an event of several fields of 10 million characters."""

ROTATE_BYTES = 1024 * 1024 * 1024
"""Size from which on a file is put aside and a new one begun."""

_Line: TypeAlias = Annotated[GuardRecord | PolicyUse, TaggedBy("schema")]


@lru_cache(maxsize=1)
def _lines() -> TypeAdapter[Any]:
    return TypeAdapter(_Line)


class RecordFile:
    """A file that records are appended to. One object may serve many threads; one process writes a file.

    Args:
        path: Where. What a crash left of a last line is cut off: nobody was told that it was kept.
        rotate_bytes: Size from which on the file is put aside as ``<name>.1``, ``<name>.2`` …

    Raises:
        StoreError: If the file cannot be opened.
    """

    def __init__(self, path: Path, *, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._path = path
        self._rotate_bytes = rotate_bytes
        self._lock = threading.Lock()
        self._named: set[Digest] = set()
        self._descriptor = self._opened()

    def append(self, records: Sequence[GuardRecord], *, uses: Mapping[Digest, PolicyUse]) -> None:
        """Return once all of ``records`` are on the disk.

        Args:
            records: In order.
            uses: By digest, what each policy that decided them looked at; written once a file, before its records.

        Raises:
            KeyError: If a record's policy is not among ``uses``.
            StoreError: If they cannot be written; then none of them is in the file.
        """
        with self._lock:
            self._rotate()
            new = {one.decision.policy: uses[one.decision.policy] for one in records}
            heads = [use for digest, use in new.items() if digest not in self._named]
            size = os.fstat(self._descriptor).st_size
            try:
                _write_all(self._descriptor, b"".join(_encoded(one) for one in (*heads, *records)))
                os.fdatasync(self._descriptor)
            except OSError as fault:
                # Should this fail too, the torn line is cut off when the file is next opened.
                with contextlib.suppress(OSError):
                    os.ftruncate(self._descriptor, size)
                raise _unwritable(self._path, fault) from fault
            self._named.update(new)

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def _opened(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, flags, 0o600)
            _cut_torn_line(descriptor)
        except OSError as fault:
            raise _unwritable(self._path, fault) from fault
        return descriptor

    def _rotate(self) -> None:
        if os.fstat(self._descriptor).st_size < self._rotate_bytes:
            return
        number = 1
        while (aside := self._path.with_name(f"{self._path.name}.{number}")).exists():
            number += 1
        try:
            self._path.rename(aside)
        except OSError as fault:
            raise _unwritable(self._path, fault) from fault
        os.close(self._descriptor)
        self._descriptor = self._opened()
        self._named.clear()


def read_records(path: Path) -> Iterator[tuple[GuardRecord, PolicyUse]]:
    """Yield each record with what the policy that decided it looked at, in the file's order.

    Raises:
        ConfigError: Naming the first line that is no record, is torn, or is of a policy that no line before it names.
    """
    uses: dict[Digest, PolicyUse] = {}
    for number, line in _raw_lines(path):
        where = f"{path}:{number}"
        try:
            found = _lines().validate_json(line)
        except ValidationError as error:
            # The error's own words repeat what stands there.
            first = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"][:8])
            raise ConfigError(
                f"no record of a decision: {first['type']}{f' in {field}' if field else ''}",
                where=where,
                fix="restore the file, or take out the line",
            ) from None
        if isinstance(found, PolicyUse):
            uses[found.policy] = found
            continue
        if found.decision.policy not in uses:
            raise ConfigError(
                f"no line before it says what policy {found.decision.policy[:19]}… looked at",
                where=where,
                fix="replay the file as it was written, from its first line on",
            )
        yield found, uses[found.decision.policy]


def _raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as handle:
            number = 0
            while line := handle.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise ConfigError(
                        f"longer than {MAX_LINE_BYTES} bytes",
                        where=f"{path}:{number}",
                        fix="take out the line: no record is that long",
                    )
                if not line.endswith(b"\n"):
                    raise ConfigError(
                        "the last line is torn",
                        where=f"{path}:{number}",
                        fix="take out the line: it was being written when the process ended",
                    )
                yield number, line
    except OSError as fault:
        raise ConfigError(
            f"cannot read the records: {fault.strerror or type(fault).__name__}",
            where=str(path),
            fix="check the path and its permissions",
        ) from fault


def _encoded(record: object) -> bytes:
    # A warning would repeat a value.
    return orjson.dumps(_lines().dump_python(record, mode="json", warnings=False)) + b"\n"


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _cut_torn_line(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    end = size
    while end > 0:
        start = max(0, end - 65_536)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    if end < size:
        os.ftruncate(descriptor, end)


def _unwritable(path: Path, fault: OSError) -> StoreError:
    return StoreError(
        f"cannot write the records: {fault.strerror or type(fault).__name__}",
        where=str(path),
        fix="check the path, its permissions and the space on the disk",
    )
