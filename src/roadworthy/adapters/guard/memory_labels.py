"""Labels of memories in a SQLite file, for any number of processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from roadworthy.adapters.guard.small_file import opened
from roadworthy.core.digest import Digest
from roadworthy.guard.run.call import Status
from roadworthy.guard.run.state import Remembered
from roadworthy.guard.session.memory import MAX_ENTRIES, Labelled, MemoryLabelsError, Write

_VERSION = 1
_SCHEMA = (
    "CREATE TABLE entry (number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, memory TEXT NOT NULL,"
    " key TEXT NOT NULL, under_way INTEGER NOT NULL, is_known INTEGER NOT NULL, content TEXT NOT NULL,"
    " UNIQUE (tenant, memory, key))",
)
_FIND = "SELECT content, number, under_way, is_known FROM entry WHERE tenant = ? AND memory = ? AND key = ?"
_END = "UPDATE entry SET under_way = ?, is_known = ?, content = ? WHERE tenant = ? AND memory = ? AND key = ?"
_REMEMBERED = TypeAdapter(Remembered)


class SqliteMemoryLabels:
    """`MemoryLabels` in a file. It holds labels and digests of keys, and nothing that was remembered.

    The entry that was longest not written goes first; what was forgotten counts as untrusted.

    Args:
        path: Of the file; made when it is first used, readable by its owner alone.
        max_entries: That are kept.
    """

    def __init__(self, path: Path, *, max_entries: int = MAX_ENTRIES) -> None:
        self._path = path
        self._max = max_entries

    def __repr__(self) -> str:
        return f"SqliteMemoryLabels({self._path.name!r})"

    def begin(self, entry: Remembered, *, tenant: str) -> Write:
        """As `MemoryLabels.begin`."""
        with self._writing() as database:
            found = _found(database, tenant, entry.memory, entry.key)
            before = Labelled(entry=replace(entry, labels=())) if found is None else found
            begun = before.begun(entry, number=0)
            number = database.execute(
                "INSERT OR REPLACE INTO entry (tenant, memory, key, under_way, is_known, content)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (tenant, entry.memory, entry.key, begun.under_way, begun.is_known, _text(begun.entry)),
            ).lastrowid
            database.execute(
                "DELETE FROM entry WHERE number <= (SELECT number FROM entry ORDER BY number DESC LIMIT 1 OFFSET ?)",
                (self._max,),
            )
        return Write(entry=entry, tenant=tenant, number=number or 0, is_alone=not before.under_way)

    def end(self, write: Write, *, status: Status) -> None:
        """As `MemoryLabels.end`."""
        place = (write.tenant, write.entry.memory, write.entry.key)
        with self._writing() as database:
            found = _found(database, *place)
            if found is not None:
                ended = found.ended(write, status=status)
                database.execute(_END, (ended.under_way, ended.is_known, _text(ended.entry), *place))

    def get(self, memory: str, key: Digest, *, tenant: str) -> Remembered | None:
        """As `MemoryLabels.get`."""
        with self._writing() as database:
            found = _found(database, tenant, memory, key)
        return None if found is None else found.labelled

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with opened(self._path, schema=_SCHEMA, version=_VERSION) as database:
                yield database
        except (sqlite3.Error, OSError, UnicodeError) as error:
            raise MemoryLabelsError(f"the labels of memories cannot be kept ({type(error).__name__})") from None


def _found(database: sqlite3.Connection, tenant: str, memory: str, key: Digest) -> Labelled | None:
    found = database.execute(_FIND, (tenant, memory, key)).fetchone()
    if found is None:
        return None
    try:
        entry = _REMEMBERED.validate_json(found[0])
        return Labelled(entry=entry, number=found[1], under_way=found[2], is_known=bool(found[3]))
    except ValidationError:
        raise MemoryLabelsError("the labels of a memory cannot be read") from None


def _text(entry: Remembered) -> str:
    return _REMEMBERED.dump_json(entry).decode()
