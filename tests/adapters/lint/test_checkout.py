"""A folder as lint sees it: what counts, what is passed over, and files that are no ordinary files."""

import os
import subprocess
from datetime import date

import pytest

from fakes.lint_rule import bad_word
from roadworthy.adapters.lint.checkout import checkout
from roadworthy.adapters.repository import git
from roadworthy.core.errors import ConfigError
from roadworthy.lint.engine import check

TODAY = date(2026, 11, 21)


def run(root, *arguments):
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], cwd=root, check=True, capture_output=True)


def put(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_outside_git_everything_but_foreign_and_dot_folders_is_looked_at(tmp_path):
    wanted = ["a.py", "app/b.py", ".env", ".mcp.json", ".github/workflows/ci.yaml"]
    passed = ["node_modules/x.js", ".venv/x.py", "dist/x.py", ".cache/x.py", "app/__pycache__/x.py"]
    put(tmp_path, dict.fromkeys([*wanted, *passed], "x"))

    assert list(checkout(tmp_path).files) == sorted(wanted)


def test_in_git_ignored_files_are_passed_over_but_for_models(tmp_path):
    put(tmp_path, {".gitignore": "*.gguf\nlocal/\nsecret.py\n", "a.py": "x", "secret.py": "x", "m/x.gguf": "GGUF"})
    put(tmp_path, {"local/y.py": "x", ".gitlab-ci.yml": "x"})
    run(tmp_path, "init", "-q")

    assert list(checkout(tmp_path).files) == [".gitignore", ".gitlab-ci.yml", "a.py", "m/x.gguf"]


def test_a_folder_that_git_ignores_is_looked_at_when_it_is_named(tmp_path):
    put(tmp_path, {".gitignore": "lib/\n", "lib/a.py": "x"})
    run(tmp_path, "init", "-q")

    assert list(checkout(tmp_path / "lib").files) == ["a.py"]


def test_links_loops_and_pipes_are_not_followed_or_waited_for(tmp_path):
    root = tmp_path / "root"
    put(root, {"a.py": "bad"})
    (tmp_path / "outside.py").write_text("bad")
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.py")
    report = check(checkout(root), [bad_word()], today=TODAY)

    assert [one.path for one in report.findings] == ["a.py"]
    assert report.unread == ("pipe.py: cannot be read: it is no regular file",)


def test_a_file_that_vanishes_is_unread(tmp_path):
    put(tmp_path, {"a.py": "bad", "b.py": "bad"})
    repository = checkout(tmp_path)
    (tmp_path / "b.py").unlink()
    report = check(repository, [bad_word()], today=TODAY)

    assert report.unread == ("b.py: cannot be read: No such file or directory",)
    assert [one.path for one in report.findings] == ["a.py"]


def test_a_checkout_within_a_checkout_is_looked_at_by_its_own_rules(tmp_path):
    put(tmp_path, {"a.py": "x", "sub/b.py": "x", "sub/c.tmp": "x", "sub/.gitignore": "*.tmp\n"})
    run(tmp_path, "init", "-q")
    run(tmp_path / "sub", "init", "-q")

    assert list(checkout(tmp_path).files) == ["a.py", "sub/.gitignore", "sub/b.py"]


def test_what_stands_in_for_a_file_is_what_is_looked_at(tmp_path):
    from roadworthy.adapters.lint.source import HeldBytes

    put(tmp_path, {"a.py": "good"})
    report = check(checkout(tmp_path, instead={"a.py": HeldBytes(b"bad")}), [bad_word()], today=TODAY)

    assert [one.path for one in report.findings] == ["a.py"]


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="is not a folder"):
        checkout(tmp_path / "nowhere")


def test_reading_from_the_end_and_past_it_gives_what_there_is(tmp_path):
    put(tmp_path, {"m.gguf": b"0123456789"})
    file = checkout(tmp_path).files["m.gguf"]

    assert (file.read_at(-4, 2), file.read_at(8, 50), file.read_at(50, 5), file.head(3)) == (b"67", b"89", b"", b"012")


def test_staged_content_is_what_is_staged_and_not_what_lies_there(tmp_path):
    put(tmp_path, {"a.py": "one", "sub/b.py": "two", "c.py": "three"})
    run(tmp_path, "init", "-q")
    run(tmp_path, "add", "a.py", "sub/b.py")
    put(tmp_path, {"a.py": "changed since"})

    assert git.staged_files(tmp_path) == {"a.py": b"one", "sub/b.py": b"two"}
    assert git.staged_files(tmp_path / "sub") == {"b.py": b"two"}


def test_staged_names_with_spaces_and_unusual_letters_are_read(tmp_path):
    names = ["a b.py", "ü\tx.py", 'q"uote.py', "new\nline.py"]
    put(tmp_path, {name: name for name in names})
    run(tmp_path, "init", "-q")
    run(tmp_path, "add", "-A")

    assert git.staged_files(tmp_path) == {name: name.encode() for name in names}


def test_removed_and_unchanged_files_are_not_staged(tmp_path):
    put(tmp_path, {"a.py": "one", "b.py": "two"})
    run(tmp_path, "init", "-q")
    run(tmp_path, "add", "-A")
    run(tmp_path, "commit", "-qm", "first")
    run(tmp_path, "rm", "-q", "b.py")

    assert git.staged_files(tmp_path) == {}
