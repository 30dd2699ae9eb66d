"""Repositories on a disk that were made to stop a look: each is looked at in a moment, and nothing is missed unsaid."""

import io
import os
import socket
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from roadworthy.lint.model import LintReport
from roadworthy.runtime.linting.look import LintRequest, lint

TODAY = date(2026, 11, 21)
FAULT = "You are a human agent of a shop. Decline what is not about the shop.\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "repository"
    (folder / "prompts").mkdir(parents=True)
    (folder / "prompts" / "system.txt").write_text(FAULT)
    return folder


def look(root) -> LintReport:
    return lint(LintRequest(root=root), today=TODAY)


def still_told(report: LintReport) -> bool:
    return ("prompt/claims-human", "prompts/system.txt") in {(one.rule, one.path) for one in report.findings}


def test_links_that_lead_in_circles_or_out_are_not_followed(root, tmp_path):
    (tmp_path / "outside.env").write_text("TOKEN=ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF2hJ5")
    (root / "loop").symlink_to(root)
    (root / "itself").symlink_to(root / "itself")
    (root / ".env").symlink_to(tmp_path / "outside.env")
    (root / "device.json").symlink_to("/dev/zero")
    report = look(root)

    assert still_told(report)
    assert {one.path for one in report.findings} == {"prompts/system.txt"}


def test_pipes_sockets_and_devices_are_not_waited_for(root):
    os.mkfifo(root / "config.yaml")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root / "s.json"))
        report = look(root)

    assert still_told(report)


def test_a_file_of_a_hundred_megabytes_costs_nothing_and_is_told_as_unread(root):
    with (root / "settings.py").open("wb") as handle:
        handle.truncate(100 * 1024 * 1024)
    with (root / "model.safetensors").open("wb") as handle:
        handle.truncate(100 * 1024 * 1024)
    report = look(root)

    assert still_told(report)
    assert any(one.startswith("settings.py: is larger than") for one in report.unread)


def test_a_million_lines_are_unread_and_not_clean(root):
    (root / "app.py").write_text("x=1\n" * 1_000_000)

    assert [one.partition(":")[0] for one in look(root).unread] == ["app.py"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.py", b"\xff\xfe\xff x = '\xc3\x28'", id="no UTF-8"),
        pytest.param("a.yaml", b"a: 1\n\0\0\0b: 2\n", id="NULs"),
        pytest.param("a.json", b"[" * 200_000, id="nested JSON"),
        pytest.param("a.toml", b"a = " + b"[" * 20_000, id="nested TOML"),
        pytest.param(
            "agents.yaml",
            b"a: &a [x,x,x,x,x,x,x,x,x]\n"
            + b"".join(b"%c: &%c [%b]\n" % (n + 1, n + 1, b",".join([b"*%c" % n] * 9)) for n in range(97, 110)),
            id="aliases of aliases",
        ),
        pytest.param("a.ipynb", b'{"cells": [' * 5_000, id="notebook"),
        pytest.param("data/a.csv", b'"' * 900_000, id="quotes"),
        pytest.param("pyproject.toml", b"[project]\ndependencies = [" + b"'a;'," * 50_000, id="requirements"),
        pytest.param("requirements.txt", b"-r requirements.txt\n" * 20_000, id="requirements of themselves"),
    ],
)
def test_content_that_was_made_to_break_a_reader_breaks_nothing(root, name, content):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_bytes(content)

    assert still_told(look(root))


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(root):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in ("archive/data.pkl", "w.npy"):
            with archive.open(member, "w", force_zip64=True) as handle:
                for _ in range(64):
                    handle.write(bytes(1024 * 1024))
    for name in ("model.pt", "weights.npz"):
        (root / name).write_bytes(buffer.getvalue())

    assert still_told(look(root))


def test_a_pickle_that_grows_in_the_memory_of_who_loads_it_is_only_walked(root):
    grown = b"".join(b"\x94h\x01h\x01\x86" for _ in range(20_000))
    bomb = b"\x80\x04(" + b"\x8c\x01a\x94" + b"h\x00" * 400_000 + b"t" + grown
    (root / "model.pkl").write_bytes(bomb)

    assert "model/pickle" in {one.rule for one in look(root).findings}


def test_a_file_that_changes_while_it_is_read_ends_no_look(root):
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            (root / "config.json").write_text('{"a": ' * 2_000)
            (root / "config.json").write_text("{}")
            (root / "config.json").unlink()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        reports = [look(root) for _ in range(5)]
    finally:
        stop.set()
        writer.join()

    assert all(still_told(report) for report in reports)


def test_names_that_no_line_and_no_encoding_holds_are_told_whole(root):
    for name in (b"new\nline.prompt", b"\xff\xfe.prompt", "\u202eprompt.prompt".encode()):
        with open(os.fsencode(root) + b"/" + name, "wb") as handle:
            handle.write(FAULT.encode())
    report = look(root)

    assert len([one for one in report.findings if one.rule == "prompt/claims-human"]) == 4
    assert all(one.path.isprintable() or "\n" not in one.said for one in report.findings)


def test_many_looks_at_once_find_the_same(root):
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: look(root), range(8)))

    assert len({report.findings for report in reports}) == 1


def test_a_folder_that_nobody_may_write_to_is_looked_at(root):
    (root / "prompts").chmod(0o555)
    root.chmod(0o555)
    before = sorted(root.rglob("*"))
    try:
        report = look(root)
    finally:
        root.chmod(0o755)
        (root / "prompts").chmod(0o755)

    assert still_told(report)
    assert sorted(root.rglob("*")) == before


def test_a_repository_without_commits_or_with_a_broken_git_folder_is_looked_at(root):
    (root / ".git").write_text("gitdir: /nowhere\n")
    assert still_told(look(root))
    (root / ".git").unlink()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    assert still_told(look(root))


@pytest.mark.slow
def test_fifty_thousand_files_are_looked_at(root):
    for folder in range(50):
        (root / f"f{folder}").mkdir()
        for n in range(1000):
            (root / f"f{folder}" / f"{n}.txt").touch()

    assert look(root).files == 50_001
