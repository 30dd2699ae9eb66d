"""Copies a ledger into an empty database of any engine, row by row as it is; the graph is made again there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.adapters.store.database import Database, Row, Writer, insert
from roadworthy.core.errors import ConfigError, StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One table to copy, in the order of its key."""

    size: str
    """Counts its rows."""

    first: str
    """Reads the first rows."""

    after: str
    """Reads the rows after a key."""

    key: tuple[int, ...]
    """Which columns are the key."""

    write: str


_TABLES = (
    _Table(
        size="SELECT count(*) FROM records",
        first="SELECT digest, kind, id, name, added, body FROM records ORDER BY digest LIMIT 200",
        after="SELECT digest, kind, id, name, added, body FROM records WHERE digest > ? ORDER BY digest LIMIT 200",
        key=(0,),
        write="INSERT INTO records (digest, kind, id, name, added, body) VALUES {}",
    ),
    _Table(
        size="SELECT count(*) FROM envelopes",
        first="SELECT digest, predicate, envelope FROM envelopes ORDER BY digest, predicate LIMIT 200",
        after="SELECT digest, predicate, envelope FROM envelopes WHERE (digest, predicate) > (?, ?)"
        " ORDER BY digest, predicate LIMIT 200",
        key=(0, 1),
        write="INSERT INTO envelopes (digest, predicate, envelope) VALUES {}",
    ),
    _Table(
        size="SELECT count(*) FROM claims",
        first="SELECT claim, digest FROM claims ORDER BY claim LIMIT 200",
        after="SELECT claim, digest FROM claims WHERE claim > ? ORDER BY claim LIMIT 200",
        key=(0,),
        write="INSERT INTO claims (claim, digest) VALUES {}",
    ),
    _Table(
        size="SELECT count(*) FROM evidence",
        first="SELECT digest, type, task, observed_at, subjects FROM evidence ORDER BY digest LIMIT 200",
        after="SELECT digest, type, task, observed_at, subjects FROM evidence WHERE digest > ?"
        " ORDER BY digest LIMIT 200",
        key=(0,),
        write="INSERT INTO evidence (digest, type, task, observed_at, subjects) VALUES {}",
    ),
    _Table(
        size="SELECT count(*) FROM log",
        first="SELECT seq, entry FROM log ORDER BY seq LIMIT 200",
        after="SELECT seq, entry FROM log WHERE seq > ? ORDER BY seq LIMIT 200",
        key=(0,),
        write="INSERT INTO log (seq, entry) VALUES {}",
    ),
)


def require_empty(database: Database) -> None:
    """Refuse a database that holds anything.

    Raises:
        ConfigError: If it does.
    """
    for table in _TABLES:
        ((size,),) = database.query(table.size)
        if size:
            raise ConfigError(
                "there is a ledger already: two are never mixed",
                where=database.where,
                fix="name an empty database or schema, or a file that does not exist",
            )


def copy_rows(source: Database, target: Database, *, db: Writer) -> None:
    """Copy every row that is not derived.

    Args:
        source: Where from. Nobody else may write to it meanwhile.
        target: Where to; empty.
        db: An open transaction of ``target``.

    Raises:
        StoreError: If something cannot be read or written, or the target has other rows than the source then.
    """
    for table in _TABLES:
        for rows in _pages(source, table):
            insert(db, table.write, rows)
        if source.query(table.size) != target.query(table.size):
            raise StoreError("not every row was copied", where=target.where, fix="try again")
    db.execute("UPDATE graph_state SET whole = 0")


def _pages(source: Database, table: _Table) -> Iterator[list[Row]]:
    rows = source.query(table.first)
    while rows:
        yield rows
        rows = source.query(table.after, tuple(rows[-1][column] for column in table.key))
