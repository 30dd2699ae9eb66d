"""Edits that would leave the copy, or have no place in it."""

import pytest

from roadworthy.policy.faults import AddComponent, SetField, WriteFile
from roadworthy.runtime.proving.manifest import PlainManifest, content_of
from roadworthy.runtime.proving.places import NoPlaceError


def manifest(root, **data):
    return PlainManifest(root / "roadworthy.yaml", {"components": [], **data})


@pytest.mark.parametrize("path", ["../elsewhere", "/etc/passwd", "a/../../b", "link/x", "", ".", "a/..", "a\0b"])
def test_no_edit_leaves_the_copy(tmp_path, path):
    root = tmp_path / "copy"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)

    with pytest.raises(NoPlaceError, match="leaves the copy"):
        manifest(root).place_of(path)


@pytest.mark.parametrize(
    "path", [".git/config", ".GIT/hooks/post-commit", "app/.git/config", ".roadworthy/ledger.sqlite", "history/config"]
)
def test_no_edit_says_which_programs_git_starts_or_what_the_ledger_holds(tmp_path, path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "history").symlink_to(".git")

    with pytest.raises(NoPlaceError, match="is no file of the system"):
        manifest(tmp_path).place_of(path)


def test_a_document_that_a_pack_asks_for_under_a_name_that_leads_out_is_not_written(tmp_path):
    root = tmp_path / "copy"
    root.mkdir()

    assert manifest(root).add_documents(["../../out", "runbook", "/etc/x"]) == ("runbook",)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("component:prompt", "no component of type prompt has a file here"),
        ("document:runbook", "there is no document 'runbook'"),
    ],
)
def test_an_edit_of_what_is_not_there_says_so(tmp_path, path, reason):
    with pytest.raises(NoPlaceError, match=reason):
        manifest(tmp_path).place_of(path)


def test_a_component_in_a_folder_is_edited_in_its_first_visible_file(tmp_path):
    (tmp_path / "kb" / "__pycache__").mkdir(parents=True)
    for name in ("kb/.hidden", "kb/b.md", "kb/a.md", "kb/__pycache__/a"):
        (tmp_path / name).write_text("x")

    place = manifest(tmp_path, components=[{"type": "index", "path": "kb"}]).place_of("component:index")

    assert place == tmp_path / "kb" / "a.md"


@pytest.mark.parametrize(
    ("changes", "content"),
    [
        ({"content": "new"}, b"new"),
        ({"content": "new", "mode": "append"}, b"oldnew"),
        ({"content": "new", "mode": "prepend"}, b"newold"),
        ({"content": "AKIA{+}XYZ"}, b"AKIAXYZ"),
        ({"content": "gAQ=", "encoding": "base64"}, b"\x80\x04"),
    ],
)
def test_a_file_holds_what_the_edit_says(changes, content):
    assert content_of(WriteFile(path="f", **changes), before=b"old") == content


def test_what_is_said_to_be_base64_and_is_not_has_no_place():
    with pytest.raises(NoPlaceError, match="is not base64"):
        content_of(WriteFile(path="f", content="%%", encoding="base64"), before=b"")


def test_a_component_that_nobody_can_use_has_no_place(tmp_path):
    edit = AddComponent(component={"type": "tool", "key": "t"}, used_by="agent")

    with pytest.raises(NoPlaceError, match="no component of type agent"):
        manifest(tmp_path).add_component(edit)


def test_an_edit_of_a_copy_leaves_the_manifest_as_it_was(tmp_path):
    first = manifest(tmp_path, system={"owner": "we"})

    first.copy().set_field(SetField(at="system.owner", value="nobody"))

    assert first.data["system"] == {"owner": "we"}
