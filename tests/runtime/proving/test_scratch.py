"""What is copied, what is not, and that the copy stays apart."""

import errno
import os
import subprocess
from pathlib import Path

import pytest

from fakes.provable_system import snapshot, write_provable
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.repository.git import changed_files, head
from roadworthy.core.errors import ConfigError
from roadworthy.runtime.proving.scratch import LARGE_BYTES, MAX_TREE, commit, scratch_copy


def copied(root):
    """Names of the files that a copy of the system at ``root`` has, and what is said of it."""
    with scratch_copy(root, load_manifest(root / "roadworthy.yaml")) as scratch:
        names = {str(p.relative_to(scratch.root)) for p in scratch.root.rglob("*") if p.is_file()}
        return names, scratch


def git(root, *arguments):
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def test_files_are_copied_and_the_folder_is_closed_to_others_and_goes_away(tmp_path):
    root = write_provable(tmp_path / "system")

    with scratch_copy(root, load_manifest(root / "roadworthy.yaml")) as scratch:
        assert (scratch.root / "prompts" / "answer.txt").read_text() == "Answer.\n"
        assert scratch.folder.stat().st_mode & 0o077 == 0
        assert not scratch.folder.is_relative_to(root)

    assert not scratch.folder.exists()


@pytest.mark.parametrize(
    "name", [".env", "deploy/.env.production", "server.pem", "keys/id_ed25519", "a/credentials.json", "SERVER.KEY"]
)
def test_files_that_look_like_secrets_are_not_copied_and_that_is_told(tmp_path, name):
    root = write_provable(tmp_path)
    git(root, "init", "--quiet")
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("secret")

    names, scratch = copied(root)

    assert name not in names
    assert any(name in text for text in scratch.assumed)


def test_a_template_of_an_environment_file_is_no_secret(tmp_path):
    root = write_provable(tmp_path)
    git(root, "init", "--quiet")
    (root / ".env.example").write_text("KEY=\n")

    assert ".env.example" in copied(root)[0]


def test_neither_the_ledger_nor_the_history_nor_what_git_ignores_is_copied_but_a_named_file_is(tmp_path):
    root = write_provable(tmp_path)
    git(root, "init", "--quiet")
    (root / ".gitignore").write_text("model.bin\nbuild/\n")
    for name in (".roadworthy/ledger.sqlite", "build/out.txt"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x")

    names, _ = copied(root)

    assert {name.split("/")[0] for name in names}.isdisjoint({".git", ".roadworthy", "build"})
    assert "model.bin" in names


def test_a_link_that_leads_out_is_not_followed(tmp_path):
    root = write_provable(tmp_path / "system")
    (tmp_path / "outside.txt").write_text("not ours")
    (root / "prompts" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (root / "prompts" / "inner.txt").symlink_to("answer.txt")

    names, _ = copied(root)

    assert "prompts/link.txt" not in names
    assert "prompts/inner.txt" in names


def test_a_link_by_its_whole_path_leads_into_the_copy_and_never_to_the_original(tmp_path):
    root = write_provable(tmp_path / "system")
    (root / "prompts" / "again.txt").symlink_to(root / "prompts" / "answer.txt")

    with scratch_copy(root, load_manifest(root / "roadworthy.yaml")) as scratch:
        link = scratch.root / "prompts" / "again.txt"
        assert link.is_symlink()
        link.write_text("changed")
        assert (scratch.root / "prompts" / "answer.txt").read_text() == "changed"

    assert (root / "prompts" / "answer.txt").read_text() == "Answer.\n"


def test_a_manifest_that_is_a_link_is_never_written_through(tmp_path):
    root = write_provable(tmp_path / "system")
    (root / "settings").mkdir()
    (root / "roadworthy.yaml").rename(root / "settings" / "real.yaml")
    (root / "roadworthy.yaml").symlink_to(root / "settings" / "real.yaml")
    text = (root / "settings" / "real.yaml").read_text()
    (root / "settings" / "real.yaml").write_text(text.replace("path: model.bin", "path: ."))
    before = snapshot(root)

    with scratch_copy(root, load_manifest(root / "roadworthy.yaml")) as scratch:
        assert not (scratch.root / "roadworthy.yaml").exists()
        (scratch.root / "roadworthy.yaml").write_text("changed")

    assert snapshot(root) == before


def test_names_that_look_like_options_are_copied_and_committed_as_names(tmp_path):
    root = write_provable(tmp_path / "system")
    for name in ("--exec=touch pwned", "-f", ":(top)x"):
        (root / name).write_text("x")

    with scratch_copy(root, load_manifest(root / "roadworthy.yaml")) as scratch:
        done = commit(scratch.root, ["--exec=touch pwned", "-f", ":(top)x"])
        assert done
        assert changed_files(scratch.root).isdisjoint({"--exec=touch pwned", "-f", ":(top)x"})
        assert not (scratch.root / "pwned").exists()


def test_a_disk_that_fills_while_faults_are_planted_is_told_and_the_copy_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    root = write_provable(tmp_path / "system")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ConfigError, match="No space left"), scratch_copy(root, load_manifest(root / "roadworthy.yaml")):
        raise full

    assert [p.name for p in tmp_path.iterdir()] == ["system"]


def test_a_temporary_folder_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    root = write_provable(tmp_path / "system")

    with (
        pytest.raises(ConfigError, match="cannot make a folder for the copy"),
        scratch_copy(root, load_manifest(root / "roadworthy.yaml")),
    ):
        pass


def test_a_large_file_stays_where_it_is(tmp_path):
    root = write_provable(tmp_path)
    os.truncate(root / "model.bin", LARGE_BYTES + 1)

    names, scratch = copied(root)

    assert "model.bin" not in names
    assert scratch.left_out == {"model.bin"}
    assert any("model.bin" in text for text in scratch.assumed)


def test_of_a_huge_repository_only_what_the_manifest_names_is_copied(tmp_path):
    root = write_provable(tmp_path)
    (root / "else").mkdir()
    for number in range(MAX_TREE + 1):
        (root / "else" / f"{number}.txt").touch()

    names, scratch = copied(root)

    assert {"prompts/answer.txt", "runbook.md", "evals/answers.yaml", "packs/desk/pack.yaml"} <= names
    assert not any(name.startswith("else/") for name in names)
    assert any("only the" in text for text in scratch.assumed)


def test_code_is_committed_clean_without_anybodys_settings(tmp_path, monkeypatch):
    hostile = tmp_path / "home"
    hostile.mkdir()
    (hostile / ".gitconfig").write_text("[commit]\n\tgpgSign = true\n[core]\n\thooksPath = /hooks\n")
    monkeypatch.setenv("HOME", str(hostile))
    root = tmp_path / "copy"
    (root / "app").mkdir(parents=True)
    (root / "app" / "[a]*.py").write_text("x = 1\n")
    Path(root / "rest.txt").write_text("rest")

    done = commit(root, ["app"])

    assert done
    assert head(root) is not None
    assert changed_files(root) == {"rest.txt"}


def test_what_cannot_be_committed_is_said_not_raised(tmp_path):
    assert commit(tmp_path, ["never"]) is False
