import hashlib
import os
import subprocess

import pytest

from roadworthy.adapters.guard.extending import shipped_policies
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.manifest.materials import digest_of_file, read_materials
from roadworthy.adapters.repository import git
from roadworthy.adapters.repository.folder_files import MAX_DEPTH, files_below
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import ConfigError, ManifestError

HEAD = """\
schema: roadworthy/manifest/v1
system: {key: desk, name: Desk, version: "1", purpose: answers}
"""


class Repository:
    """A repository of a test: files, a manifest, and git where asked for."""

    def __init__(self, root):
        self.root = root

    def write(self, name, content="x"):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def git(self, *arguments):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.test", *arguments],
            cwd=self.root, check=True, capture_output=True,
        )  # fmt: skip

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "all")

    def read(self, *components, extra=""):
        lines = "".join(f"  - {component}\n" for component in components)
        path = self.write("roadworthy.yaml", f"{HEAD}components:\n{lines}{extra}")
        return {m.key: m for m in read_materials(load_manifest(path), path=path)}


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


APP = "{type: application, key: app, path: .}"


def names(materials):
    return [name for name, _ in materials.files]


def test_a_files_digest_is_over_its_bytes(repository):
    repository.write("p/a.txt", "hello")

    found = repository.read("{type: prompt, key: a, path: p/a.txt}")["a"]

    assert found.files == (("a.txt", digest_of_bytes(b"hello")),)
    assert found.content == digest_of_bytes(b"hello")


def test_a_folder_holds_every_file_below_it_under_relative_names(repository):
    for name in ("kb/b.md", "kb/a/c.md", "kb/.hidden/d.md", "kb/__pycache__/e.pyc", "kb/.env"):
        repository.write(name)

    assert names(repository.read("{type: dataset, key: kb, path: kb}")["kb"]) == [".env", "a/c.md", "b.md"]


def test_include_takes_only_what_it_names(repository):
    for name in ("kb/a.md", "kb/b.txt", "kb/c/d.md"):
        repository.write(name)

    found = repository.read("{type: dataset, key: kb, path: kb, include: ['**/*.md']}")["kb"]

    assert names(found) == ["a.md", "c/d.md"]


def test_editing_a_prompt_leaves_the_application_alone(repository):
    repository.write("app.py")
    repository.write("prompts/a.txt", "one")
    components = ("{type: prompt, key: a, path: prompts/a.txt}", APP)
    before = repository.read(*components)
    repository.write("prompts/a.txt", "two")

    after = repository.read(*components)

    assert before["a"].content != after["a"].content
    assert before["app"] == after["app"]
    assert names(after["app"]) == ["app.py"]


def test_what_a_more_specific_component_does_not_include_stays_with_the_application(repository):
    repository.write("prompts/a.txt")
    repository.write("prompts/readme.md")

    found = repository.read("{type: prompt, key: a, path: prompts, include: ['*.txt']}", APP)

    assert (names(found["a"]), names(found["app"])) == (["a.txt"], ["prompts/readme.md"])


def test_manifest_tasks_documents_and_packs_are_not_part_of_the_application(repository):
    for name in (
        "app.py",
        "evals/t.yaml",
        "docs/runbook.md",
        "docs/other.md",
        "policy/own/pack.yaml",
        ".roadworthy/db",
    ):
        repository.write(name)
    extra = "tasks: ['evals/*.yaml']\ndocuments: {runbook: docs/runbook.md}\npolicy: {packs: [base, ./policy/own]}\n"

    assert names(repository.read(APP, extra=extra)["app"]) == ["app.py", "docs/other.md"]


def test_a_pattern_of_tasks_cannot_hide_code(repository):
    repository.write("app.py")

    assert names(repository.read(APP, extra="tasks: ['*.py']\ndocuments: {runbook: app.py}\n")["app"]) == ["app.py"]


def test_a_document_that_is_retrieved_from_stays_part_of_the_knowledge(repository):
    repository.write("docs/runbook.md")

    found = repository.read("{type: dataset, key: kb, path: docs}", extra="documents: {runbook: docs/runbook.md}\n")

    assert names(found["kb"]) == ["runbook.md"]


def test_git_leaves_out_what_it_ignores_and_takes_what_is_not_committed(repository):
    repository.git("init", "-q")
    for name in ("app.py", "build/x.o", ".github/ci.yml"):
        repository.write(name)
    repository.write(".gitignore", "build/\n")
    repository.commit()
    repository.write("new.py")
    (repository.root / "app.py").unlink()

    assert names(repository.read(APP)["app"]) == [".github/ci.yml", ".gitignore", "new.py"]


def test_a_single_file_counts_even_when_git_ignores_it(repository):
    repository.git("init", "-q")
    repository.write(".gitignore", "*.gguf\n")
    repository.write("m.gguf", "weights")

    found = repository.read("{type: model, key: m, path: m.gguf}")["m"]

    assert found.content == digest_of_bytes(b"weights")


def test_the_revision_says_whether_the_components_own_files_were_edited(repository):
    repository.git("init", "-q")
    repository.write("src/app.py")
    repository.write("prompts/a.txt")
    components = ("{type: prompt, key: a, path: prompts/a.txt}", "{type: application, key: app, path: src}")
    unborn = repository.read(*components)["app"].revision
    repository.commit()
    clean = repository.read(*components)["app"].revision
    repository.write("prompts/a.txt", "edited")
    elsewhere = repository.read(*components)["app"].revision
    repository.write("src/app.py", "edited")
    edited = repository.read(*components)["app"].revision

    assert unborn is None
    assert len(clean) == 40
    assert (elsewhere, edited) == (clean, f"{clean}-dirty")


def test_an_uncommitted_edit_changes_the_digest(repository):
    repository.git("init", "-q")
    repository.write("app.py")
    repository.commit()
    before = repository.read(APP)["app"].content
    repository.write("app.py", "edited")

    assert repository.read(APP)["app"].content != before


def test_a_checkout_inside_is_read_by_its_own_rules(repository):
    repository.git("init", "-q")
    repository.write("app.py")
    inner = Repository(repository.root / "inner")
    inner.write("lib.py")
    inner.write(".gitignore", "*.log\n")
    inner.write("x.log")
    inner.git("init", "-q")

    assert names(repository.read(APP)["app"]) == ["app.py", "inner/.gitignore", "inner/lib.py"]


def test_a_missing_file_is_named_with_component_and_line(repository):
    with pytest.raises(ManifestError, match=r"component 'a': there is no file or folder 'p/a.txt'") as raised:
        repository.read("{type: prompt, key: a, path: p/a.txt}")

    assert "roadworthy.yaml:4:" in raised.value.where


def test_every_component_that_cannot_be_read_is_named(repository):
    with pytest.raises(ManifestError, match=r"'a'") as raised:
        repository.read("{type: prompt, key: a, path: a}", "{type: prompt, key: b, path: b}")

    assert "component 'b'" in raised.value.details[0]
    assert "roadworthy.yaml:5:" in raised.value.details[0]


def test_a_declared_digest_stands_in_for_an_absent_file(repository):
    digest = digest_of_bytes(b"weights")

    found = repository.read(f"{{type: model, key: m, path: m.gguf, digest: '{digest}'}}")["m"]

    assert (found.content, found.files) == (digest, ())
    assert "bytes are not here" in found.problems[0]


def test_a_declared_digest_holds_for_a_file_that_is_here(repository):
    repository.write("m.gguf", "weights")
    digest = digest_of_bytes(b"weights")

    found = repository.read(f"{{type: model, key: m, path: m.gguf, digest: '{digest}'}}")["m"]

    assert (found.content, found.problems) == (digest, ())


def test_another_file_than_the_declared_one_is_refused_with_both_digests(repository):
    repository.write("m.gguf", "tampered")
    declared, found = digest_of_bytes(b"weights"), digest_of_bytes(b"tampered")

    with pytest.raises(ManifestError, match=f"{found}.*{declared}"):
        repository.read(f"{{type: model, key: m, path: m.gguf, digest: '{declared}'}}")


@pytest.mark.parametrize("path", ["kb", "kb/a.md"])
def test_a_link_out_of_the_root_is_refused(repository, tmp_path_factory, path):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.md").write_text("secret")
    (repository.root / "kb").mkdir()
    (repository.root / "kb/a.md").symlink_to(outside / "a.md")

    with pytest.raises(ManifestError, match=r"links out of the manifest's folder"):
        repository.read(f"{{type: dataset, key: kb, path: {path}}}")


def test_a_folder_that_links_out_of_the_root_is_refused(repository, tmp_path_factory):
    (repository.root / "kb").symlink_to(tmp_path_factory.mktemp("outside"))

    with pytest.raises(ManifestError, match=r"links out"):
        repository.read("{type: dataset, key: kb, path: kb}")


def test_a_link_to_a_file_inside_counts_by_its_content(repository):
    repository.write("shared/a.md", "one")
    (repository.root / "kb").mkdir()
    (repository.root / "kb/a.md").symlink_to(repository.root / "shared/a.md")

    found = repository.read("{type: dataset, key: kb, path: kb}")["kb"]

    assert found.files == (("a.md", digest_of_bytes(b"one")),)


def test_a_link_that_points_at_itself_is_refused(repository):
    (repository.root / "kb").mkdir()
    (repository.root / "kb/loop").symlink_to("loop")

    with pytest.raises(ManifestError, match=r"'kb/loop'"):
        repository.read("{type: dataset, key: kb, path: kb}")


def test_a_link_to_a_folder_that_contains_it_does_not_loop(repository):
    repository.write("kb/a.md")
    (repository.root / "kb/self").symlink_to(".")

    assert names(repository.read("{type: dataset, key: kb, path: kb}")["kb"]) == ["a.md", "self"]


def test_a_link_to_a_folder_of_another_component_is_refused(repository):
    repository.write("kb/a.md")
    repository.write("other/b.md")
    (repository.root / "kb/link").symlink_to("../other")

    with pytest.raises(ManifestError, match=r"links to a folder outside the component"):
        repository.read("{type: dataset, key: kb, path: kb}")


def test_a_pipe_is_refused_and_not_waited_for(repository):
    (repository.root / "kb").mkdir()
    os.mkfifo(repository.root / "kb/pipe")

    with pytest.raises(ManifestError, match=r"'kb/pipe': it is not a regular file"):
        repository.read("{type: dataset, key: kb, path: kb}")


def test_a_folder_without_files_is_refused(repository):
    (repository.root / "kb").mkdir()

    with pytest.raises(ManifestError, match=r"holds no files"):
        repository.read("{type: dataset, key: kb, path: kb}")


@pytest.mark.parametrize("in_git", [False, True])
def test_a_file_name_that_is_not_utf_8_is_named_with_its_component(repository, in_git):
    if in_git:
        repository.git("init", "-q")
    repository.write("kb/good.md")
    bad = os.fsencode(repository.root) + b"/kb/caf\xe9.md"
    try:
        with open(bad, "wb") as stream:
            stream.write(b"x")
    except OSError:
        pytest.skip("this file system takes no such name")

    with pytest.raises(ManifestError, match="component 'kb': the file name") as caught:
        repository.read("{type: dataset, key: kb, path: kb}")

    assert r"kb/caf\xe9.md" in caught.value.problem
    assert "rename the file" in caught.value.fix
    assert str(caught.value).encode("utf-8")


def test_patterns_that_match_nothing_are_named(repository):
    repository.write("kb/a.md")

    with pytest.raises(ManifestError, match=r"that match \*\.txt"):
        repository.read("{type: dataset, key: kb, path: kb, include: ['*.txt']}")


def test_folders_nested_too_deep_are_refused_not_skipped(repository):
    repository.write("kb/" + "d/" * (MAX_DEPTH + 1) + "a.md")

    with pytest.raises(ConfigError, match=r"deeper than"):
        repository.read("{type: dataset, key: kb, path: kb}")


def test_reading_twice_gives_the_same(repository):
    for name in ("z.py", "a.py", "ä.py", "sub/b c.py"):
        repository.write(name)

    assert repository.read(APP) == repository.read(APP)


def test_a_big_file_is_hashed_in_pieces(tmp_path):
    content = b"0123456789abcdef" * 200_000
    (tmp_path / "big").write_bytes(content)

    assert digest_of_file(tmp_path / "big") == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_outside_a_checkout_git_knows_nothing(tmp_path):
    assert (git.tracked_files(tmp_path), git.head(tmp_path)) == (None, None)
    assert git.changed_files(tmp_path) == frozenset()


def test_a_broken_checkout_is_an_error_and_not_another_set_of_files(repository):
    repository.git("init", "-q")
    repository.write(".git/config", "[broken")

    with pytest.raises(ConfigError, match=r"git ls-files failed"):
        files_below(repository.root)


def test_a_git_that_does_not_answer_is_given_up(repository):
    repository.git("init", "-q")

    with pytest.raises(ConfigError, match=r"did not answer"):
        git.tracked_files(repository.root, timeout_s=1e-6)


POLICY = """\
schema: roadworthy/guard-policy/v1
name: {name}
version: "1"
title: What is said
owner: Support
licence: CC0-1.0
extends: {beneath}
{more}rules: []
"""
GUARD = "{type: guard_policy, key: guard, path: guard.yaml}"


def guard(repository, name, *, beneath, more=""):
    repository.write(f"{name}.yaml", POLICY.format(name=f"of-{name}", beneath=beneath, more=more))


def test_a_guard_policy_changes_with_the_file_that_it_stands_on(repository):
    guard(repository, "guard", beneath="team.yaml")
    guard(repository, "team", beneath="base")
    before = repository.read(GUARD)["guard"]
    guard(repository, "team", beneath="base", more="without: [{rule: base/crisis, reason: no people}]\n")
    after = repository.read(GUARD)["guard"]

    assert before.content != after.content
    assert names(before) == ["guard.yaml", "guard.yaml: extends team.yaml", "guard.yaml: team.yaml extends base"]
    assert dict(before.files)["guard.yaml"] == dict(after.files)["guard.yaml"]


def test_a_guard_policy_that_stands_on_a_packs_changes_with_the_pack(repository):
    guard(repository, "guard", beneath="base")
    shipped = shipped_policies()["base"]

    found = dict(repository.read(GUARD)["guard"].files)

    assert found["guard.yaml: extends base"] == digest_of_bytes(shipped.read_bytes())


def test_a_guard_policy_in_a_folder_changes_with_what_it_stands_on_as_well(repository):
    repository.write("rails/guard.yml", POLICY.format(name="desk", beneath="base", more=""))
    found = repository.read("{type: guard_policy, key: guard, path: rails}")["guard"]

    assert names(found) == ["guard.yml", "guard.yml: extends base"]


def test_a_guard_policy_changes_when_a_line_of_without_has_ended(repository):
    line = "without: [{{rule: base/crisis, reason: no people, until: {day}}}]\n"
    guard(repository, "guard", beneath="base", more=line.format(day="2020-01-31"))
    assert "guard.yaml: without rule base/crisis has ended" in names(repository.read(GUARD)["guard"])

    guard(repository, "guard", beneath="base", more=line.format(day="9999-12-31"))
    assert names(repository.read(GUARD)["guard"]) == ["guard.yaml", "guard.yaml: extends base"]


def test_a_guard_policy_that_stands_on_nothing_is_its_bytes(repository):
    path = repository.write("guard.yaml", "schema: roadworthy/guard-policy/v1\nname: guard\n")
    assert repository.read(GUARD)["guard"].content == digest_of_file(path)

    other = repository.write("guard.yaml", "rails: {extends: base}\nextends: base\n")
    assert repository.read(GUARD)["guard"].content == digest_of_file(other)


@pytest.mark.parametrize("beneath", ["absent.yaml", "guard.yaml", "../guard.yaml"])
def test_a_guard_policy_is_no_component_without_what_it_stands_on(repository, beneath):
    guard(repository, "guard", beneath=beneath)

    with pytest.raises(ManifestError, match=r"component 'guard': guard\.yaml: extends: .*(?:guard|absent)\.yaml"):
        repository.read(GUARD)


def test_a_declared_digest_of_a_guard_policy_is_of_its_own_bytes(repository):
    guard(repository, "guard", beneath="base")
    declared = digest_of_file(repository.root / "guard.yaml")
    found = repository.read(f"{{type: guard_policy, key: guard, path: guard.yaml, digest: '{declared}'}}")["guard"]

    assert found.content != declared
