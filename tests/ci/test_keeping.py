"""Evidence that is kept between jobs: taken up when it is whole and ours, refused otherwise."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.small_system import write_system
from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.evidence_cache.archive import INDEX, LEDGER, write_archive
from roadworthy.adapters.evidence_cache.index import CacheIndex
from roadworthy.adapters.signing import PRIVATE_NAME, FileSigner
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError
from roadworthy.runtime.log import write_checkpoint
from roadworthy.runtime.pipeline.keeping import Kept, KeptState, archive_name, restore, save
from roadworthy.runtime.pipeline.keys import SIGNING_KEY, KeySource, place_key
from roadworthy.runtime.workspace import DATABASE, Workspace

NAME = archive_name("echo-desk")


class Saved:
    """A system that was evaluated, its archive, and its key as a secret holds it."""

    def __init__(self, folder: Path) -> None:
        self.root = write_system(folder / "desk")
        self.cache = folder / "cache"
        for command in (["assess"], ["eval", "run"], ["gate"]):
            assert run([*command, "-C", str(self.root)]) == 0
        self.key = (self.root / ".roadworthy" / "keys" / PRIVATE_NAME).read_text()
        workspace = Workspace(root=self.root)
        self.kept = save(workspace, self.cache)
        self.signer = workspace.signer
        self.archive = self.cache / NAME
        workspace.ledger.close()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("saved"))


class Job:
    """A fresh checkout with a folder that archives were fetched to."""

    def __init__(self, folder: Path, saved: Saved) -> None:
        self.root = shutil.copytree(saved.root, folder / "desk", ignore=shutil.ignore_patterns(".roadworthy"))
        self.cache = shutil.copytree(saved.cache, folder / "cache")
        self.archive = self.cache / NAME
        self.opened: list[Workspace] = []

    def workspace(self, key: str) -> Workspace:
        made = Workspace(root=self.root, environ={SIGNING_KEY: key})
        self.opened.append(made)
        return made

    def restore(self, key: str, *, checkpoint: Path | None = None) -> Kept:
        return restore(self.workspace(key), self.cache, checkpoint=checkpoint)


@pytest.fixture
def job(tmp_path: Path, saved: Saved) -> Iterator[Job]:
    made = Job(tmp_path, saved)
    yield made
    for workspace in made.opened:
        if "ledger" in vars(workspace):
            workspace.ledger.close()


def left(root: Path) -> set[str]:
    state = root / ".roadworthy"
    return {path.name for path in state.iterdir()} if state.exists() else set()


def test_what_was_saved_is_taken_up_and_every_evaluation_counts_again(saved: Saved, job: Job) -> None:
    found = job.restore(saved.key)

    assert (found.state, found.entries) == (KeptState.RESTORED, saved.kept.entries)
    assert left(job.root) == {".gitignore", "keys", "ledger.sqlite", "runs"}
    assert {
        stat.S_IMODE(path.stat().st_mode) for path in (job.root / ".roadworthy").rglob("*.*l*") if path.is_file()
    } == {0o600}
    workspace = job.workspace(saved.key)
    assert len(workspace.evidence.all()) == 2
    assert run(["gate", "-C", str(job.root)]) == 0


def test_neither_key_nor_replies_are_in_an_archive(saved: Saved) -> None:
    with zipfile.ZipFile(saved.archive) as archive:
        names = archive.namelist()
        content = b"".join(archive.read(name) for name in names)

    assert names[:2] == [INDEX, LEDGER]
    assert all(name.startswith("runs/") for name in names[2:])
    assert b"PRIVATE KEY" not in content


def torn(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    return rewritten(content, {LEDGER: lambda old: old[:-1] + bytes([old[-1] ^ 1])})


def without_index(content: bytes) -> bytes:
    return rewritten(content, {INDEX: lambda old: b""})


def with_more(content: bytes) -> bytes:
    return rewritten(content, {}, more={"../../outside": b"x"})


def without_a_run(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        journal = next(name for name in archive.namelist() if name.endswith("journal.jsonl"))
    return rewritten(content, {journal: lambda old: b""}, drop=journal)


def rewritten(
    content: bytes,
    changes: dict[str, Callable[[bytes], bytes]],
    *,
    more: dict[str, bytes] | None = None,
    drop: str = "",
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != drop:
                new.writestr(name, changes.get(name, lambda text: text)(old.read(name)))
        for name, text in (more or {}).items():
            new.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("spoil", [torn, flipped, without_index, with_more, without_a_run, lambda content: b""])
def test_an_archive_that_is_torn_or_was_changed_is_refused_and_leaves_nothing(
    saved: Saved, job: Job, spoil: Callable[[bytes], bytes]
) -> None:
    job.archive.write_bytes(spoil(job.archive.read_bytes()))

    found = job.restore(saved.key)

    assert found.state is KeptState.REFUSED
    assert left(job.root) == {".gitignore", "keys"}
    assert not (job.root.parent / "outside").exists()


def signed(
    saved: Saved, job: Job, *, signer: FileSigner, system: str = "echo-desk", ledger: bytes | None = None
) -> None:
    """Write an archive of the saved ledger, or of other bytes, signed by ``signer``."""
    source = job.root.parent / "other.sqlite"
    with zipfile.ZipFile(saved.archive) as archive:
        source.write_bytes(archive.read(LEDGER) if ledger is None else ledger)
    index = CacheIndex(
        system=system, created_at=datetime(2026, 1, 1, tzinfo=UTC), log_size=1, log_head="sha256:" + "0" * 64
    )
    write_archive(job.archive, {LEDGER: source}, index=index, signer=signer)


def test_an_archive_that_another_key_signed_is_refused(saved: Saved, job: Job, tmp_path: Path) -> None:
    signed(saved, job, signer=FileSigner.open(tmp_path / "theirs"))

    found = job.restore(saved.key)

    assert found.state is KeptState.REFUSED
    assert "ledger.sqlite" not in left(job.root)


@pytest.mark.parametrize(
    ("system", "ledger", "reason"),
    [
        ("shop", None, "it is of another system: 'shop'"),
        ("echo-desk", None, ""),
        ("echo-desk", b"no database at all", "the ledger cannot be used"),
    ],
    ids=["of another system", "with another log than its index says", "with no ledger"],
)
def test_even_what_our_key_signed_must_be_of_this_system_and_whole(
    saved: Saved, job: Job, system: str, ledger: bytes | None, reason: str
) -> None:
    signed(saved, job, signer=saved.signer, system=system, ledger=ledger)

    found = job.restore(saved.key)

    assert found.state is KeptState.REFUSED
    assert found.reason.startswith(reason)
    assert left(job.root) == {".gitignore", "keys"}


def test_without_a_key_nothing_is_taken_up_and_with_a_ledger_nothing_is_written_over(saved: Saved, job: Job) -> None:
    assert job.restore("").state is KeptState.REFUSED
    assert job.restore(saved.key).state is KeptState.RESTORED
    assert job.restore(saved.key).state is KeptState.KEPT
    (job.cache / NAME).unlink()
    assert job.restore(saved.key).state is KeptState.NONE


def test_a_ledger_on_a_server_needs_no_archive_and_is_not_touched(saved: Saved, job: Job) -> None:
    workspace = Workspace(
        root=job.root, environ={SIGNING_KEY: saved.key, DATABASE: "postgresql://nowhere.example/desk"}
    )

    assert restore(workspace, job.cache).state is KeptState.KEPT
    assert save(workspace, job.cache).state is KeptState.NONE
    assert left(job.root) == {".gitignore", "keys"}


def test_an_older_ledger_is_refused_against_a_checkpoint_kept_elsewhere(saved: Saved, job: Job, tmp_path: Path) -> None:
    job.restore(saved.key)
    run(["assess", "-C", str(job.root)])
    checkpoint = write_checkpoint(job.workspace(saved.key), tmp_path / "checkpoint.json")
    again = Job(tmp_path / "again", saved)

    found = again.restore(saved.key, checkpoint=checkpoint)

    assert found.state is KeptState.REFUSED
    assert "its end is cut off" in found.reason


def test_a_ledger_that_is_being_written_is_copied_whole(saved: Saved, job: Job) -> None:
    job.restore(saved.key)
    writer = sqlite3.connect(job.root / ".roadworthy" / LEDGER, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("CREATE TABLE half_done (number INTEGER)")
    try:
        assert save(job.workspace(saved.key), job.cache).entries == saved.kept.entries
    finally:
        writer.execute("ROLLBACK")
        writer.close()


@pytest.mark.parametrize(
    "given", ["no key", "-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----", "/nowhere"]
)
def test_a_secret_that_is_no_key_is_refused_without_repeating_it(job: Job, given: str) -> None:
    with pytest.raises(ConfigError, match=SIGNING_KEY) as error:
        place_key(job.workspace(given))
    assert "U0VDUkVU" not in str(error.value)
    assert left(job.root) <= {".gitignore", "keys"}


def test_a_key_comes_from_one_line_from_a_file_or_not_at_all(saved: Saved, job: Job, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(saved.key)

    assert place_key(job.workspace("$(roadworthySigningKey)")) is KeySource.NONE
    assert place_key(job.workspace(saved.key.replace("\n", "\\n"))) is KeySource.SECRET
    assert place_key(job.workspace(str(tmp_path / "key.pem"))) is KeySource.SECRET
    assert place_key(job.workspace("")) is KeySource.DISK
    assert stat.S_IMODE((job.root / ".roadworthy" / "keys" / PRIVATE_NAME).stat().st_mode) == 0o600
    other = FileSigner.open(tmp_path / "other")
    assert other.key_id
    with pytest.raises(ConfigError, match="another key lies here already"):
        place_key(job.workspace((tmp_path / "other" / PRIVATE_NAME).read_text()))


def test_a_cache_cannot_bring_rules_by_which_its_files_would_pass_for_a_system(tmp_path: Path, saved: Saved) -> None:
    job = Job(tmp_path, saved)
    (job.cache / ".gitignore").write_text("!*\n")
    restore(job.workspace(saved.key), job.cache)
    assert (job.cache / ".gitignore").read_text() == "*\n"

    (job.cache / ".gitignore").unlink()
    (job.cache / ".gitignore").symlink_to(tmp_path / "elsewhere")
    restore(job.workspace(saved.key), job.cache)
    assert (job.cache / ".gitignore").read_text() == "*\n"
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_killed_job_left_is_removed_a_day_later_and_not_while_it_may_still_run(
    tmp_path: Path, saved: Saved
) -> None:
    job = Job(tmp_path, saved)
    state = job.root / ".roadworthy"
    for name, hours in {"staging-old": 30, "key-old": 30, "staging-new": 1}.items():
        (state / name).mkdir(parents=True)
        (state / name / PRIVATE_NAME).write_text("half")
        then = SystemClock().now().timestamp() - hours * 3600
        os.utime(state / name, (then, then))

    restore(job.workspace(saved.key), job.cache)

    assert sorted(path.name for path in state.iterdir() if "-" in path.name) == ["staging-new"]
