"""What every keeper of labels of memories must do: give back what was kept, to its tenant alone, or nothing."""

from __future__ import annotations

import pytest

from roadworthy.adapters.guard.memory_labels import SqliteMemoryLabels
from roadworthy.core.digest import digest_of
from roadworthy.guard.flow.label import Label, Origin, Secrecy
from roadworthy.guard.run.call import Status
from roadworthy.guard.run.state import Remembered
from roadworthy.guard.segment import SourceKind
from roadworthy.guard.session.memory import InProcessMemoryLabels, MemoryLabelsError

KEY = digest_of("contact")
USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))
SECRET = Label(origin=Origin(kind=SourceKind.TOOL, name="vault", field="/a/*"), secrecy=Secrecy.SECRET)


@pytest.fixture(params=["in-process", "sqlite"])
def make(request, tmp_path):
    if request.param == "in-process":
        return InProcessMemoryLabels
    return lambda **fields: SqliteMemoryLabels(tmp_path / "labels.sqlite", **fields)


def entry(*labels: Label, memory: str = "notes", key: str = KEY) -> Remembered:
    return Remembered(memory=memory, key=key, labels=labels)


def put(keeper, one: Remembered, status: Status = Status.CONFIRMED, tenant: str = "acme") -> None:
    keeper.end(keeper.begin(one, tenant=tenant), status=status)


def test_what_was_kept_comes_back_to_its_tenant_memory_and_key_alone(make):
    keeper = make()
    put(keeper, entry(USER, SECRET))

    assert keeper.get("notes", KEY, tenant="acme") == entry(USER, SECRET)
    assert keeper.get("notes", KEY, tenant="rival") is None
    assert keeper.get("other", KEY, tenant="acme") is None
    assert keeper.get("notes", digest_of("x"), tenant="acme") is None


@pytest.mark.parametrize(
    ("status", "labels"),
    [(Status.CONFIRMED, (SECRET,)), (Status.RETURNED, (USER, SECRET)), (Status.FAILED, (USER, SECRET))],
)
def test_only_a_confirmed_write_takes_the_place_of_what_was(make, status, labels):
    keeper = make()
    put(keeper, entry(USER))
    write = keeper.begin(entry(SECRET), tenant="acme")
    assert keeper.get("notes", KEY, tenant="acme") == entry(USER, SECRET)
    keeper.end(write, status=status)

    assert keeper.get("notes", KEY, tenant="acme") == entry(*labels)


def test_of_writes_beside_each_other_none_takes_the_place_of_the_others(make):
    keeper = make()
    one = keeper.begin(entry(USER), tenant="acme")
    other = keeper.begin(entry(SECRET), tenant="acme")
    keeper.end(other, status=Status.CONFIRMED)
    keeper.end(one, status=Status.CONFIRMED)

    assert keeper.get("notes", KEY, tenant="acme") == entry(USER, SECRET)
    put(keeper, entry(USER))
    assert keeper.get("notes", KEY, tenant="acme") == entry(USER)


def test_an_entry_of_which_no_write_came_back_is_not_known(make):
    keeper = make()
    put(keeper, entry(USER), status=Status.FAILED)
    keeper.begin(entry(USER), tenant="acme")

    assert keeper.get("notes", KEY, tenant="acme") is None


def test_the_entry_that_was_longest_not_written_is_forgotten_first(make):
    keeper = make(max_entries=2)
    late = keeper.begin(entry(USER, key=digest_of("b")), tenant="acme")
    for key in ("a", "c"):
        put(keeper, entry(USER, key=digest_of(key)))
    keeper.end(late, status=Status.CONFIRMED)

    assert keeper.get("notes", digest_of("b"), tenant="acme") is None
    assert keeper.get("notes", digest_of("a"), tenant="acme") is not None
    assert keeper.get("notes", digest_of("c"), tenant="acme") is not None


def test_a_file_that_is_no_keeper_says_so(tmp_path):
    path = tmp_path / "labels.sqlite"
    path.write_bytes(b"no database at all, and long enough to be one" * 100)

    with pytest.raises(MemoryLabelsError, match="cannot be kept"):
        SqliteMemoryLabels(path).get("notes", KEY, tenant="acme")
