"""Which systems of a repository a change touches: renames, deletions, links, submodules, shallow clones."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fakes.pipelines.shell import git
from fakes.small_system import MANIFEST, module_of, write_system
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError
from roadworthy.runtime.pipeline.systems import SystemChange, SystemState, find_systems


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two systems, shared rules and documents beside them, on a branch of ``main``."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "mono"
    for name in ("desk", "shop"):
        folder = write_system(root / "services" / name)
        manifest = folder / "roadworthy.yaml"
        manifest.write_text(manifest.read_text().replace("key: echo-desk", f"key: {name}"))
    (root / "shared").mkdir()
    (root / "shared" / "safety.txt").write_text("Be safe.\n")
    (root / "services" / "shop" / "prompts" / "safety.txt").symlink_to("../../../shared/safety.txt")
    (root / "README.md").write_text("Two systems.\n")
    git("init", "-q", "-b", "main", cwd=root)
    commit(root, "both")
    git("checkout", "-q", "-b", "change", cwd=root)
    return root


def commit(root: Path, message: str) -> None:
    git("add", "-A", cwd=root)
    git("commit", "-q", "-m", message, cwd=root)


def states(root: Path, **options: Any) -> dict[str, SystemState]:
    return {one.folder.rpartition("/")[2]: one.state for one in find_systems(root, since="main", **options).systems}


def only(root: Path, folder: str) -> SystemChange:
    (found,) = [one for one in find_systems(root, since="main").systems if one.folder == folder]
    return found


TOUCHED, UNTOUCHED = SystemState.TOUCHED, SystemState.UNTOUCHED


@pytest.mark.parametrize(
    ("file", "because"),
    [
        ("services/desk/prompts/answer.txt", "component answer-prompt"),
        ("services/desk/evals/answers.yaml", "task answers"),
        ("services/desk/packs/desk/controls/desk.yaml", "policy pack packs/desk"),
        ("services/desk/roadworthy.yaml", "the manifest"),
        ("services/desk/governance.yaml", "the governance file"),
        ("services/desk/notes.md", "static checks look at it"),
    ],
)
def test_a_changed_file_touches_its_own_system_and_says_as_what(clone: Path, file: str, because: str) -> None:
    with (clone / file).open("a") as stream:
        stream.write("\n# another line\n")
    commit(clone, "change")

    touched = only(clone, "services/desk")

    assert touched.state is TOUCHED
    assert [(touch.file, touch.because) for touch in touched.touches] == [(file, because)]
    assert only(clone, "services/shop").reason.startswith("none of the 1 changed files")


def test_a_file_outside_touches_a_system_only_by_a_link_or_as_shared(clone: Path) -> None:
    (clone / "shared" / "safety.txt").write_text("Be safer.\n")

    assert states(clone) == {"desk": UNTOUCHED, "shop": TOUCHED}
    assert states(clone, shared=["shared/**"]) == {"desk": TOUCHED, "shop": TOUCHED}


def test_renames_and_deletions_touch_the_system_that_the_file_left(clone: Path) -> None:
    git("mv", "services/desk/prompts/refuse.txt", "moved.txt", cwd=clone)
    commit(clone, "moved away")

    assert [touch.file for touch in only(clone, "services/desk").touches] == ["services/desk/prompts/refuse.txt"]


def test_a_system_that_was_removed_is_named_and_not_judged(clone: Path) -> None:
    git("rm", "-q", "-r", "services/desk", cwd=clone)
    commit(clone, "gone")

    report = find_systems(clone, since="main")

    assert [(one.folder, one.state) for one in report.systems if not one.is_judged] == [
        ("services/desk", SystemState.REMOVED),
        ("services/shop", UNTOUCHED),
    ]


def test_what_the_other_side_changed_since_is_not_ours(clone: Path) -> None:
    git("checkout", "-q", "main", cwd=clone)
    (clone / "services" / "desk" / "prompts" / "answer.txt").write_text("Theirs.\n")
    commit(clone, "theirs")
    git("checkout", "-q", "change", cwd=clone)

    assert states(clone) == {"desk": UNTOUCHED, "shop": UNTOUCHED}


def test_a_moved_submodule_touches_the_system_that_it_lies_in(clone: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git("init", "-q", "-b", "main", cwd=inner)
    (inner / "a.txt").write_text("one\n")
    commit(inner, "one")
    allow = ("-c", "protocol.file.allow=always")
    git(*allow, "submodule", "--quiet", "add", str(inner), "services/desk/vendored", cwd=clone)
    commit(clone, "with a submodule")
    git("branch", "-f", "main", "HEAD", cwd=clone)
    (clone / "services" / "desk" / "vendored" / "a.txt").write_text("two\n")

    assert states(clone) == {"desk": TOUCHED, "shop": UNTOUCHED}


def test_a_manifest_that_does_not_load_counts_as_touched(clone: Path) -> None:
    (clone / "services" / "desk" / "roadworthy.yaml").write_text(MANIFEST.replace("echo-desk", "Not a key"))

    assert states(clone) == {"desk": SystemState.UNREADABLE, "shop": UNTOUCHED}


def test_a_shallow_clone_is_an_error_that_says_so(clone: Path, tmp_path: Path) -> None:
    (clone / "README.md").write_text("More.\n")
    commit(clone, "more")
    target = tmp_path / "shallow"
    git("clone", "-q", "--depth", "1", "--branch", "change", f"file://{clone}", str(target), cwd=tmp_path)

    with pytest.raises(ConfigError, match="the clone is shallow"):
        find_systems(target, since="origin/main")
    git("fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main", cwd=target)
    with pytest.raises(ConfigError, match="no common past here: the clone is shallow"):
        find_systems(target, since="origin/main")


@pytest.mark.parametrize("revision", ["--output=/tmp/x", "", "a\nb", "nowhere"])
def test_a_revision_that_is_none_is_refused(clone: Path, revision: str) -> None:
    with pytest.raises(ConfigError, match="no revision"):
        find_systems(clone, since=revision)


def test_two_systems_of_one_key_are_refused_unless_one_is_left_out(clone: Path) -> None:
    folder = write_system(clone / "tests" / "fixture")
    assert module_of(folder)
    (folder / "roadworthy.yaml").write_text((clone / "services" / "desk" / "roadworthy.yaml").read_text())

    with pytest.raises(ConfigError, match="two systems have the key 'desk'"):
        find_systems(clone)
    assert len(find_systems(clone, skip=["tests/**"]).systems) == 2


def test_a_repository_without_a_system_is_an_error_and_not_a_pass(clone: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no roadworthy\.yaml"):
        find_systems(clone, skip=["services/**"])


def test_a_component_that_git_ignores_counts_as_changed_because_nobody_can_tell(clone: Path) -> None:
    (clone / ".gitignore").write_text("*.bin\n")
    git("rm", "-q", "--cached", "services/desk/model.bin", cwd=clone)
    commit(clone, "weights are fetched now")
    git("branch", "-f", "main", "HEAD", cwd=clone)

    assert states(clone) == {"desk": TOUCHED, "shop": UNTOUCHED}
    assert [touch.because for touch in only(clone, "services/desk").touches] == ["component model, which git ignores"]


def test_a_submodule_whose_repository_is_missing_never_reads_as_no_change(clone: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git("init", "-q", "-b", "main", cwd=inner)
    (inner / "a.txt").write_text("one\n")
    commit(inner, "one")
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "lib", cwd=clone)
    commit(clone, "with a submodule")
    git("branch", "-f", "main", "HEAD", cwd=clone)
    (clone / "services" / "desk" / "prompts" / "answer.txt").write_text("Changed.\n")
    (clone / "lib" / ".git").write_text("gitdir: ../nowhere\n")

    with pytest.raises(ConfigError, match="git diff failed"):
        find_systems(clone, since="main")


def test_a_repository_that_git_cannot_read_never_reads_as_no_change(clone: Path) -> None:
    tree = git("rev-parse", "main^{tree}", cwd=clone)
    git("checkout", "-q", "-b", "HEAD-to-head", cwd=clone)
    (clone / "services" / "desk" / "prompts" / "answer.txt").write_text("Changed.\n")
    commit(clone, "change")
    (clone / ".git" / "objects" / tree[:2] / tree[2:]).unlink()

    with pytest.raises(ConfigError, match=r"git (diff|ls-tree) failed"):
        find_systems(clone, since="main")


def test_names_with_spaces_and_other_letters_are_told_as_they_are(clone: Path) -> None:
    (clone / "services" / "desk" / "Grüße an alle.md").write_text("Hallo\n")
    commit(clone, "greetings")

    assert [touch.file for touch in only(clone, "services/desk").touches] == ["services/desk/Grüße an alle.md"]


@pytest.mark.parametrize("platform", ["GITHUB_ACTIONS", "TF_BUILD"])
def test_a_file_whose_name_is_a_command_of_the_platform_is_told_and_not_carried_out(
    clone: Path, platform: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(platform, "True")
    names = ["##vso[task.complete result=Succeeded]x", "a\n::add-mask::x", "##[error]x"]
    for name in names:
        (clone / "services" / "desk" / name).write_text("x")

    assert run(["ci", "systems", "-C", str(clone), "--since", "main"]) == 0
    text = capsys.readouterr().out
    assert run(["ci", "systems", "-C", str(clone), "--since", "main", "--format", "json"]) == 0
    said = capsys.readouterr().out

    assert "task.complete" in text
    assert not [line for line in (text + said).splitlines() if "##" in line or line.lstrip().startswith("::")]
    found = {touch["file"] for one in json.loads(said)["systems"] for touch in one["touches"]}
    assert found == {f"services/desk/{name}" for name in names}
