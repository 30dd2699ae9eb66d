"""The book of approvals in a SQLite file: one yes is used once, whatever number of processes asks for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from roadworthy.adapters.guard.small_file import OtherVersionError, opened
from roadworthy.core.digest import Digest
from roadworthy.core.errors import NotFoundError
from roadworthy.guard.approvals.answering import Moment, Question, answered, asked_before, asked_now, moment
from roadworthy.guard.approvals.book import MAX_OPEN
from roadworthy.guard.budget.clock import ForwardClock
from roadworthy.guard.calls.ports import Answer, ApprovalsError, Asked

_VERSION = 1
_USED = "used"
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS question (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, action TEXT NOT NULL,"
    " asked_at REAL NOT NULL, ends REAL NOT NULL, answer TEXT NOT NULL, content TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS of_action ON question (tenant, action)",
    "CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), latest REAL, ahead REAL, behind REAL)",
)
_QUESTION = TypeAdapter(Question)


def is_book(path: Path) -> bool:
    """Return whether the file at ``path`` is a book of approvals. It is looked at and not changed."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'question'")
            return found.fetchone() is not None
    except sqlite3.Error:
        return False


class SqliteApprovals:
    """`Approvals` in a file, for any number of threads and processes of one machine.

    Each act is one transaction: it is there whole after a crash, or not at all. Of a call the file holds the digest of
    the action, the tool, names of arguments, and who may answer; values only where the policy says so
    (`Approval.show`).

    Args:
        path: Of the file; made when it is first written, readable by its owner alone.
        max_open: Questions that are kept at once; beyond that nobody can ask, and nothing is approved.
    """

    def __init__(self, path: Path, *, max_open: int = MAX_OPEN) -> None:
        self._path = path
        self._max_open = max_open

    def __repr__(self) -> str:
        return f"SqliteApprovals({self._path.name!r})"

    def ask(self, asked: Asked) -> Asked:
        """As `Approvals.ask`."""
        with self._writing(asked.asked_at) as (database, now):
            before = asked_before(_of_action(database, asked.action, tenant=asked.tenant), asked, now)
            if before is not None:
                return before
            database.execute("DELETE FROM question WHERE tenant = ? AND action = ?", (asked.tenant, asked.action))
            self._make_room(database, now)
            _put(database, asked_now(asked, now))
            return asked

    def answer(
        self, question: str, answer: Answer, *, person: str, roles: tuple[str, ...], tenant: str, at: datetime
    ) -> None:
        """As `Approvals.answer`."""
        with self._writing(at) as (database, now):
            row = database.execute(
                "SELECT content FROM question WHERE id = ? AND tenant = ?", (question, tenant)
            ).fetchone()
            if row is None:
                raise NotFoundError(
                    f"there is no question {question[:80]!r}", fix="list what waits: `rw guard approvals list`"
                )
            _put(database, answered(_read(row), answer, person=person, roles=roles, now=now))

    def use(self, action: Digest, *, tenant: str, at: datetime) -> Asked | None:
        """As `Approvals.use`."""
        with self._writing(at) as (database, now):
            kept = _of_action(database, action, tenant=tenant)
            if kept is None or not kept.counts(now):
                return None
            _put(database, replace(kept, used=True))
            return kept.asked

    def give_back(self, used: Asked, *, at: datetime) -> bool:
        """As `Approvals.give_back`."""
        with self._writing(at) as (database, now):
            kept = _of_action(database, used.action, tenant=used.tenant)
            if kept is None or kept.asked != used or not kept.used or kept.is_late(now):
                return False
            _put(database, replace(kept, used=False))
            return True

    def pending(self, *, tenant: str, at: datetime) -> tuple[Asked, ...]:
        """As `Approvals.pending`."""
        with self._writing(at) as (database, now):
            rows = database.execute(
                "SELECT content FROM question WHERE tenant = ? AND answer = ? ORDER BY asked_at, id",
                (tenant, Answer.PENDING.value),
            ).fetchall()
            return tuple(kept.asked for kept in map(_read, rows) if not kept.is_late(now))

    def _make_room(self, database: sqlite3.Connection, now: Moment) -> None:
        if _count(database) < self._max_open:
            return
        database.execute("DELETE FROM question WHERE ends <= ? OR answer = ?", (now.forward, _USED))
        if _count(database) >= self._max_open:
            raise ApprovalsError(f"{self._max_open} questions are waiting")

    @contextmanager
    def _writing(self, at: datetime) -> Iterator[tuple[sqlite3.Connection, Moment]]:
        """Yield the database within one transaction that nobody else writes beside, and the moment."""
        try:
            with opened(self._path, schema=_SCHEMA, version=_VERSION) as database:
                yield database, _now(database, at)
        except OtherVersionError as error:
            raise ApprovalsError(f"the book of approvals cannot be used: {error}") from None
        except (sqlite3.Error, OSError, UnicodeError) as error:
            raise ApprovalsError(f"the book of approvals cannot be used ({type(error).__name__})") from None


def _now(database: sqlite3.Connection, at: datetime) -> Moment:
    row = database.execute("SELECT latest, ahead, behind FROM clock").fetchone()
    clock = ForwardClock() if row is None else ForwardClock.resumed(row)
    now = moment(clock, at)
    database.execute("INSERT OR REPLACE INTO clock VALUES (1, ?, ?, ?)", clock.reading)
    return now


def _of_action(database: sqlite3.Connection, action: Digest, *, tenant: str) -> Question | None:
    row = database.execute("SELECT content FROM question WHERE tenant = ? AND action = ?", (tenant, action)).fetchone()
    return None if row is None else _read(row)


def _put(database: sqlite3.Connection, question: Question) -> None:
    asked = question.asked
    answer = _USED if question.used else question.answer.value
    values = (asked.id, asked.tenant, asked.action, asked.asked_at.timestamp(), question.ends, answer)
    content = _QUESTION.dump_json(question).decode()
    database.execute("INSERT OR REPLACE INTO question VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, content))


def _read(row: tuple[str]) -> Question:
    try:
        return _QUESTION.validate_json(row[0])
    except ValidationError:
        raise ApprovalsError("the book of approvals holds what is no question") from None


def _count(database: sqlite3.Connection) -> int:
    number: int = database.execute("SELECT count(*) FROM question").fetchone()[0]
    return number
