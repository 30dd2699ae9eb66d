"""Vaults on disk: encrypted, bound to their conversation, and gone with their key."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from roadworthy.adapters.guard.vault.store import FileVaultStore
from roadworthy.core.errors import StoreError
from roadworthy.guard.event import Principal
from roadworthy.guard.vault.model import Scope, VaultPolicy

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
ADA = Principal(id="ada", tenant="acme")
SCOPE = Scope(tenant="acme", conversation="c1")
POLICY = VaultPolicy()


@pytest.fixture
def store(tmp_path):
    return FileVaultStore(tmp_path / "vaults", secret=b"s" * 32)


def kept(store, value="ana@shop.test", scope=SCOPE):
    vault = store.open(scope, policy=POLICY)
    placeholder = vault.hide(value, kind="email", principal=Principal(id="ada", tenant=scope.tenant), at=NOW)
    store.save(vault, at=NOW)
    return placeholder


def said(store, text, scope=SCOPE):
    return store.open(scope, policy=POLICY).restore(text, recipient=ADA, at=NOW).text


def test_what_was_kept_comes_back_in_a_later_process(store, tmp_path):
    placeholder = kept(store)
    again = FileVaultStore(tmp_path / "vaults", secret=b"s" * 32)

    assert said(again, placeholder) == "ana@shop.test"
    assert kept(again) == placeholder


def test_nothing_on_disk_can_be_read_and_nobody_else_may_try(store, tmp_path):
    kept(store)
    files = [path for path in (tmp_path / "vaults").iterdir() if path.suffix != ".lock"]
    everything = b"".join(path.read_bytes() + path.name.encode() for path in files)

    assert {path.suffix for path in files} == {".key", ".values", ".until"}
    assert not any(word in everything for word in (b"ana", b"shop", b"acme", b'c1"', b"email", b"ada"))
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_with_another_secret_nothing_opens(store, tmp_path):
    kept(store)
    other = FileVaultStore(tmp_path / "vaults", secret=b"t" * 32)

    assert said(other, "x") == "x"
    for path in (tmp_path / "vaults").glob("*.key"):
        path.write_bytes(b"rwv1" + bytes(60))
    with pytest.raises(StoreError, match="does not open"):
        store.open(SCOPE, policy=POLICY)


@pytest.mark.parametrize("suffix", ["values", "key"])
@pytest.mark.parametrize(
    "harm", [lambda b: b[:-1], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b"", lambda b: b"x" + b]
)
def test_a_changed_file_is_refused_and_never_taken_for_an_empty_vault(store, tmp_path, suffix, harm):
    kept(store)
    (path,) = (tmp_path / "vaults").glob(f"*.{suffix}")
    path.write_bytes(harm(path.read_bytes()))

    with pytest.raises(StoreError, match="does not open") as refused:
        store.open(SCOPE, policy=POLICY)
    assert "ana" not in str(refused.value)


def test_the_values_of_one_conversation_do_not_open_as_anothers(store, tmp_path):
    kept(store)
    (mine,) = (tmp_path / "vaults").glob("*.values")
    kept(store, "bea@shop.test", Scope(tenant="acme", conversation="c2"))
    (other,) = (path for path in (tmp_path / "vaults").glob("*.values") if path != mine)
    other.write_bytes(mine.read_bytes())

    with pytest.raises(StoreError, match="does not open"):
        store.open(Scope(tenant="acme", conversation="c2"), policy=POLICY)


def test_erasing_destroys_the_key_so_that_copies_of_the_values_say_nothing(store, tmp_path):
    placeholder = kept(store)
    (values,) = (tmp_path / "vaults").glob("*.values")
    copy = values.read_bytes()

    assert store.erase(SCOPE) is True
    assert store.erase(SCOPE) is False
    assert said(store, placeholder) == placeholder
    values.write_bytes(copy)
    with pytest.raises(StoreError, match="does not open"):
        store.open(SCOPE, policy=POLICY)


def test_after_erasure_the_same_value_has_another_placeholder(store):
    before = kept(store)
    store.erase(SCOPE)

    assert kept(store) != before


def test_a_vault_that_was_erased_meanwhile_is_not_written_again(store):
    vault = store.open(SCOPE, policy=POLICY)
    store.erase(SCOPE)

    with pytest.raises(StoreError, match="was erased"):
        store.save(vault, at=NOW)


def test_values_without_their_key_are_told(store, tmp_path):
    kept(store)
    (key,) = (tmp_path / "vaults").glob("*.key")
    key.unlink()

    with pytest.raises(StoreError, match="key is not"):
        store.open(SCOPE, policy=POLICY)


def test_two_that_write_at_once_lose_nothing(store):
    def work(number):
        kept(store, f"value {number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(store.open(SCOPE, policy=POLICY)) == 8


def test_what_has_expired_is_purged(store, tmp_path):
    kept(store)

    assert store.purge(NOW) == 0
    assert store.purge(LATER) == 1
    assert {path.suffix for path in (tmp_path / "vaults").iterdir()} == {".lock", ".erased"}


def test_a_secret_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match="32 bytes"):
        FileVaultStore(tmp_path, secret=b"short")


def test_a_key_that_comes_back_from_a_copy_after_erasure_opens_nothing(store, tmp_path):
    kept(store)
    copies = {path: path.read_bytes() for path in (tmp_path / "vaults").iterdir() if path.suffix in (".key", ".values")}
    store.erase(SCOPE)
    for path, content in copies.items():
        path.write_bytes(content)

    with pytest.raises(StoreError, match="this key was erased"):
        store.open(SCOPE, policy=POLICY)
    assert store.erase(SCOPE)
    assert len(store.open(SCOPE, policy=POLICY)) == 0


def test_a_torn_note_of_erased_keys_does_not_hide_those_after_it(store, tmp_path):
    kept(store)
    store.erase(SCOPE)
    (noted,) = (tmp_path / "vaults").glob("*.erased")
    noted.write_bytes(noted.read_bytes()[:-7])
    kept(store)
    (key,) = (tmp_path / "vaults").glob("*.key")
    copy = key.read_bytes()
    store.erase(SCOPE)
    key.write_bytes(copy)

    with pytest.raises(StoreError, match="this key was erased"):
        store.open(SCOPE, policy=POLICY)


def test_a_vault_from_before_an_erasure_does_not_come_back_with_the_conversation_begun_anew(store):
    kept(store)
    before = store.open(SCOPE, policy=POLICY)
    store.erase(SCOPE)
    kept(store, "new@shop.test")

    with pytest.raises(StoreError, match="was erased"):
        store.save(before, at=NOW)
    assert [entry.value for entry in store.open(SCOPE, policy=POLICY).entries] == ["new@shop.test"]


def test_purging_does_not_meet_a_conversation_in_the_middle_of_being_kept(store):
    stop = threading.Event()
    lost = []

    def purge():
        while not stop.is_set():
            store.purge(NOW)

    running = threading.Thread(target=purge)
    running.start()
    try:
        for number in range(8):
            kept(store, f"ana{number}@shop.test")
            lost += [number for _ in [0] if len(store.open(SCOPE, policy=POLICY)) != number + 1]
    finally:
        stop.set()
        running.join()

    assert lost == []
