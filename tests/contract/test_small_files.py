"""What every small file of the guard must do where it cannot be written: say so, and keep what was there."""

from __future__ import annotations

import multiprocessing
import resource
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from roadworthy.adapters.guard.approvals import SqliteApprovals
from roadworthy.adapters.guard.idempotency import SqliteKeys
from roadworthy.adapters.guard.memory_labels import SqliteMemoryLabels
from roadworthy.core.digest import digest_of
from roadworthy.guard.calls.ports import Answer, ApprovalsError, Asked
from roadworthy.guard.flow.label import Label, Origin
from roadworthy.guard.idempotency.keys import Clash, KeysError
from roadworthy.guard.run.call import Status
from roadworthy.guard.run.state import Remembered
from roadworthy.guard.segment import SourceKind
from roadworthy.guard.session.memory import MemoryLabelsError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAY = digest_of("pay")
PLACE = ("acme", "ada", "run-1", "order-17")
ENTRY = Remembered(memory="notes", key=PAY, labels=(Label(origin=Origin(kind=SourceKind.USER, trusted=True)),))
ASKED = Asked(
    id="question-1",
    action=PAY,
    tool="pay",
    tenant="acme",
    principal="ada",
    rule="t/tools-pay",
    reasons=(),
    by=(),
    distinct=False,
    asked_at=NOON,
    expires_at=NOON + timedelta(seconds=300),
)


def use(path) -> object:
    return SqliteApprovals(path).use(PAY, tenant="acme", at=NOON)


def take(path) -> object:
    return SqliteKeys(path).begin(PLACE, PAY, ticket="two", at=NOON)


def write(path) -> object:
    return SqliteMemoryLabels(path).begin(ENTRY, tenant="acme")


def filled(path) -> None:
    """Put a yes, a key and a label where they belong, each in a file of its own kind."""
    match path.name:
        case "use":
            SqliteApprovals(path).ask(ASKED)
            SqliteApprovals(path).answer("question-1", Answer.YES, person="ada", roles=(), tenant="acme", at=NOON)
        case "take":
            SqliteKeys(path).begin(PLACE, PAY, ticket="one", at=NOON)
        case "write":
            keeper = SqliteMemoryLabels(path)
            keeper.end(keeper.begin(ENTRY, tenant="acme"), status=Status.CONFIRMED)


ACTS = [(use, ApprovalsError), (take, KeysError), (write, MemoryLabelsError)]


def on_a_full_disk(act, path, expected, said) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))
    try:
        act(path)
        said.put("nothing")
    except expected as error:
        said.put(str(error))


@pytest.mark.parametrize(("act", "expected"), ACTS)
def test_a_full_disk_is_an_error_of_the_port_and_loses_nothing(tmp_path, act, expected):
    path = tmp_path / act.__name__
    filled(path)
    context = multiprocessing.get_context("fork")
    said = context.Queue()
    process = context.Process(target=on_a_full_disk, args=(act, path, expected, said))
    process.start()
    assert "cannot be" in said.get(timeout=30)
    process.join(120)

    after = {
        "use": lambda: use(path) == ASKED,
        "take": lambda: take(path) is Clash.UNDER_WAY,
        "write": lambda: kept(path),
    }
    assert after[act.__name__]()


def kept(path) -> bool:
    return SqliteMemoryLabels(path).get("notes", PAY, tenant="acme") == ENTRY


@pytest.mark.parametrize(("act", "expected"), ACTS)
def test_a_file_of_another_version_is_left_alone(tmp_path, act, expected):
    path = tmp_path / act.__name__
    filled(path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(expected, match="cannot be"):
        act(path)


@pytest.mark.parametrize(("act", "expected"), ACTS)
def test_a_place_that_is_no_file_or_a_link_is_an_error_of_the_port(tmp_path, act, expected):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    for path in (tmp_path / "file" / "below", tmp_path, tmp_path / "link"):
        with pytest.raises(expected, match="cannot be"):
            act(path)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(("act", "expected"), ACTS)
def test_a_half_character_is_an_error_of_the_port(tmp_path, act, expected):
    halves = {
        "use": lambda path: SqliteApprovals(path).use(PAY, tenant="\ud800", at=NOON),
        "take": lambda path: SqliteKeys(path).begin(("\ud800", *PLACE[1:]), PAY, ticket="two", at=NOON),
        "write": lambda path: SqliteMemoryLabels(path).begin(ENTRY, tenant="\ud800"),
    }

    with pytest.raises(expected, match="cannot be"):
        halves[act.__name__](tmp_path / "file")
