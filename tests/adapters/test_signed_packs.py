import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes.small_pack import write_pack
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.signed_packs.archives import read_archive_bytes
from roadworthy.adapters.signed_packs.files import LOCK, SIGNED, read_pack_files, unpacked, write_pack_files
from roadworthy.adapters.signed_packs.lock import PackLock, lock_files, read_lock, require_as_signed
from roadworthy.adapters.signed_packs.registry import PackRegistry, installed, installing, put_in_place
from roadworthy.adapters.signing import FileSigner
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import NotFoundError, PackError, StoreError
from roadworthy.evidence.bundle import MAX_BYTES, Tried, make_bundle, open_bundle

TRIED = Tried(rules=1, cases=3, mutants=10, noticed=10, survivors=0)


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return FileSigner.open(tmp_path_factory.mktemp("keys") / "keys")


def bundled(folder: Path, signer: FileSigner) -> bytes:
    pack = PackFolders(folder.parent).load(f"./{folder.name}")
    return make_bundle(read_pack_files(folder), pack=pack, tried=TRIED, signer=signer)


@pytest.fixture
def archive(tmp_path, signer):
    """The archive of one version."""
    return lambda **changes: bundled(write_pack(tmp_path / "own" / "acme", **changes), signer)


@pytest.fixture
def place(tmp_path, archive, signer):
    """The pack as it lies when it was installed."""
    content = archive()
    opened = open_bundle(content, verifier=signer.verifier, where="acme")
    lock = PackLock(
        name="acme",
        version="1.0.0",
        digest=opened.statement.pack,
        archive=digest_of_bytes(content),
        key_id=signer.key_id,
        public_key=signer.public_pem.decode(),
    )
    files = {**opened.files, **lock_files(lock, envelope=opened.envelope)}
    with installing(tmp_path / "packs"):
        return put_in_place(tmp_path / "packs", "acme", files)


def test_an_installed_pack_loads_and_says_what_it_is(place):
    lock = require_as_signed(place)

    assert (lock.name, lock.version) == ("acme", "1.0.0")
    assert PackFolders(place.parent).load("acme").name == "acme"


def _edit(name, text="\n# more\n"):
    return lambda place: (place / name).write_text((place / name).read_text() + text)


def _swap(name, old, new):
    return lambda place: (place / name).write_text((place / name).read_text().replace(old, new))


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        pytest.param(_edit("pack.yaml"), "pack.yaml was changed", id="the header edited"),
        pytest.param(_edit("SOURCES.md"), "SOURCES.md was changed", id="a comment added"),
        pytest.param(lambda p: (p / "cases" / "oversight.yaml").unlink(), "oversight.yaml is missing", id="cases gone"),
        pytest.param(lambda p: (p / "controls" / ".x.yaml").write_text("[]"), "x.yaml was added", id="a hidden file"),
        pytest.param(lambda p: (p / SIGNED).write_text("{}"), "is not a DSSE envelope", id="the statement emptied"),
        pytest.param(lambda p: (p / SIGNED).unlink(), "cannot be read", id="the statement gone"),
        pytest.param(_swap(LOCK, "version: 1.0.0", "version: 9.0.0"), "name different packs", id="another version"),
        pytest.param(_swap(LOCK, "key_id: ", "key_id: 0"), "names one key and holds another", id="another key id"),
        pytest.param(_swap(LOCK, "BEGIN PUBLIC", "BEGIN RUBLIC"), "holds no public key", id="a broken key"),
        pytest.param(_swap(LOCK, "name: acme", "nome: acme"), "is not a known field", id="a misspelt field"),
        pytest.param(lambda p: (p / LOCK).unlink(), "pack.dsse.json is here and pack.lock.yaml is not", id="no lock"),
    ],
)
def test_an_installed_pack_that_was_changed_does_not_load(place, tamper, problem):
    tamper(place)

    with pytest.raises(PackError, match=problem):
        PackFolders(place.parent).load("acme")


def test_a_lock_made_for_another_key_does_not_hold(place, tmp_path):
    other = FileSigner.open(tmp_path / "other")
    lock = read_lock(place)
    text = (place / LOCK).read_text().replace(lock.key_id, other.key_id)
    body = lock.public_key.splitlines()[1]
    (place / LOCK).write_text(text.replace(body, other.public_pem.decode().splitlines()[1]))

    with pytest.raises(PackError, match="the envelope names key"):
        require_as_signed(place)


def test_what_other_programs_leave_behind_is_no_change(place):
    (place / ".DS_Store").write_bytes(b"x")

    assert require_as_signed(place) is not None


def test_a_pack_that_was_never_installed_has_no_lock(tmp_path):
    assert require_as_signed(write_pack(tmp_path / "acme")) is None


def test_links_in_a_pack_are_refused(tmp_path):
    folder = write_pack(tmp_path / "acme")
    (tmp_path / "secret").write_text("s")
    (folder / "controls" / "link.yaml").symlink_to(tmp_path / "secret")

    with pytest.raises(PackError, match="is a link or no plain file"):
        read_pack_files(folder)


def test_a_pipe_in_a_pack_is_refused(tmp_path):
    folder = write_pack(tmp_path / "acme")
    os.mkfifo(folder / "cases" / "pipe")

    with pytest.raises(PackError, match="is a link or no plain file"):
        read_pack_files(folder)


def test_a_pack_that_is_too_large_is_refused(tmp_path):
    folder = write_pack(tmp_path / "acme")
    with (folder / "large.bin").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)

    with pytest.raises(PackError, match="larger than"):
        read_pack_files(folder)


@pytest.mark.parametrize("name", ["../out.yaml", "/etc/out.yaml", "a/../../out.yaml", "a\\b", "C:x"])
def test_no_file_is_written_outside_the_folder(tmp_path, name):
    with pytest.raises(PackError, match="file name"):
        write_pack_files(tmp_path / "in", {name: b"x"})

    assert list(tmp_path.rglob("out.yaml")) == []


def test_what_was_unpacked_is_gone_afterwards():
    with unpacked({"a/b.yaml": b"x"}) as folder:
        assert (folder / "a" / "b.yaml").read_bytes() == b"x"

    assert not folder.exists()


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere"), lambda path: None])
def test_what_is_no_archive_is_refused(tmp_path, make):
    make(tmp_path / "a.rwpolicy")

    with pytest.raises(PackError, match="there is no such archive"):
        read_archive_bytes(tmp_path / "a.rwpolicy")


def test_an_archive_larger_than_any_pack_is_not_read(tmp_path):
    with (tmp_path / "a.rwpolicy").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)

    with pytest.raises(PackError, match="larger than"):
        read_archive_bytes(tmp_path / "a.rwpolicy")


def test_versions_are_listed_oldest_first_and_strangers_left_out(tmp_path):
    registry = PackRegistry(tmp_path)
    for version in ("1.10.0", "1.2.0", "2.0.0-rc1"):
        registry.publish(version.encode(), name="acme", version=version)
    for stranger in ("acme-latest.rwpolicy", ".acme-9.0.0.rwpolicy", "notes.txt"):
        (tmp_path / "acme" / stranger).write_text("x")

    assert registry.versions("acme") == ("1.2.0", "1.10.0", "2.0.0-rc1")


def test_a_version_never_changes(tmp_path):
    registry = PackRegistry(tmp_path)
    path, is_new = registry.publish(b"one", name="acme", version="1.0.0")

    assert (is_new, registry.publish(b"one", name="acme", version="1.0.0")) == (True, (path, False))
    with pytest.raises(PackError, match="published with other content"):
        registry.publish(b"two", name="acme", version="1.0.0")
    assert path.read_bytes() == b"one"


def test_of_many_writers_at_once_one_wins_whole(tmp_path):
    contents = [bytes([index]) * 200_000 for index in range(8)]
    start = threading.Barrier(len(contents))

    def publish(content):
        start.wait()
        try:
            return PackRegistry(tmp_path).publish(content, name="acme", version="1.0.0")[1]
        except PackError:
            return None

    with ThreadPoolExecutor(len(contents)) as pool:
        won = list(pool.map(publish, contents))

    (winner,) = [content for content, is_new in zip(contents, won, strict=True) if is_new]
    assert PackRegistry(tmp_path).read("acme", "1.0.0") == winner
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["acme-1.0.0.rwpolicy"]


@pytest.mark.parametrize(("name", "version"), [("other", "1.0.0"), ("acme", "2.0.0"), ("../acme", "1.0.0")])
def test_what_the_registry_has_not_is_said(tmp_path, name, version):
    registry = PackRegistry(tmp_path / "registry")
    registry.publish(b"one", name="acme", version="1.0.0")

    with pytest.raises(NotFoundError, match="the registry has no"):
        registry.read(name, version)


def test_a_registry_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "registry").write_text("a file")

    with pytest.raises(StoreError, match=r"cannot publish acme-1\.0\.0\.rwpolicy"):
        PackRegistry(tmp_path / "registry").publish(b"x", name="acme", version="1.0.0")


def test_a_pack_of_ones_own_is_never_replaced(tmp_path):
    write_pack(tmp_path / "packs" / "acme")

    with pytest.raises(PackError, match="was not installed from an archive"):
        put_in_place(tmp_path / "packs", "acme", {"pack.yaml": b"x"})


def test_an_installed_pack_that_was_changed_is_not_replaced(place):
    (place / "SOURCES.md").write_text("mine")

    with pytest.raises(PackError, match="is not what was signed"):
        put_in_place(place.parent, "acme", {"pack.yaml": b"x"})
    assert (place / "SOURCES.md").read_text() == "mine"


def test_a_link_in_the_place_of_a_pack_is_not_followed(tmp_path, place):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "packs" / "linked").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PackError, match="linked is no folder"):
        put_in_place(tmp_path / "packs", "linked", {"pack.yaml": b"x"})


def test_a_replaced_pack_leaves_nothing_behind(place):
    files = {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}

    put_in_place(place.parent, "acme", files)

    assert [path.name for path in place.parent.iterdir()] == ["acme"]
    assert [path for path, _ in installed(place.parent)] == [place]


def test_a_pack_that_a_killed_installer_put_aside_comes_back(place):
    place.rename(place.with_name(".acme.0123456789ab.old"))

    with installing(place.parent):
        assert require_as_signed(place).version == "1.0.0"

    assert [path.name for path in place.parent.iterdir()] == ["acme"]


def test_what_a_killed_installer_left_beside_a_whole_pack_is_removed(place):
    for kind in ("new", "old"):
        write_pack(place.with_name(f".acme.0123456789ab.{kind}"), version="0.1.0")
    kept = place.with_name(".acme.mine.old")
    kept.mkdir()

    with installing(place.parent):
        pass

    assert sorted(path.name for path in place.parent.iterdir()) == [kept.name, "acme"]
    assert require_as_signed(place).version == "1.0.0"


def test_a_link_that_is_called_like_a_leftover_is_not_followed(place, tmp_path):
    (tmp_path / "mine").mkdir()
    link = place.with_name(".acme.0123456789ab.new")
    link.symlink_to(tmp_path / "mine")

    with installing(place.parent):
        pass

    assert (link.is_symlink(), (tmp_path / "mine").is_dir()) == (True, True)


def test_a_file_that_was_half_written_is_no_part_of_a_pack(tmp_path):
    folder = write_pack(tmp_path / "acme")
    before = read_pack_files(folder)
    (folder / ".pack.yaml.0123456789ab.new").write_text("schema: road")

    assert read_pack_files(folder) == before


@pytest.mark.parametrize("other", ["1", "1.0", "01.0.0"])
def test_a_version_written_otherwise_is_the_same_version(tmp_path, other):
    registry = PackRegistry(tmp_path)
    registry.publish(b"content", name="acme", version="1.0.0")

    with pytest.raises(PackError, match=f"version {other} of acme is published, written 1.0.0"):
        registry.publish(b"content", name="acme", version=other)


def test_a_file_of_another_name_is_no_version(tmp_path):
    registry = PackRegistry(tmp_path)
    registry.publish(b"content", name="acme", version="1.0.0")
    for name in ("9.0.0.rwpolicy", "other-9.0.0.rwpolicy", "acme-9.0.0.zip"):
        (tmp_path / "acme" / name).write_bytes(b"content")

    assert registry.versions("acme") == ("1.0.0",)


def test_installers_wait_for_each_other(tmp_path):
    order = []
    inside = threading.Event()

    def second():
        inside.wait()
        with installing(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with installing(tmp_path):
        inside.set()
        thread.join(timeout=0.2)
        order.append("first")
    thread.join(timeout=10)

    assert order == ["first", "second"]


def test_nothing_is_installed_where_there_is_no_folder(tmp_path):
    assert installed(tmp_path / "packs") == ()
