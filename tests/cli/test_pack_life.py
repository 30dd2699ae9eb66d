"""From a proposed pack to an installed one by the commands that people type, and every way in which that is refused."""

from __future__ import annotations

import json

import pytest

from fakes.small_pack import CONTROLS, write_pack
from fakes.small_system import write_system
from roadworthy.cli.main import run

GOOD, LOOSER, REFUSED, CANNOT_TELL = 0, 1, 2, 3
KEY = ".roadworthy/keys/signing-key.pub.pem"


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = write_system(tmp_path / "desk")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def rw(root, capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


def edited(folder, edit):
    """Exchange one text for another in a file of a pack, given as ``(file, old, new)``; None leaves it as it is."""
    if edit is not None:
        file, old, new = edit
        assert old in (folder / file).read_text()
        (folder / file).write_text((folder / file).read_text().replace(old, new))
    return folder


@pytest.fixture
def own(root):
    """The folder of a pack of one's own."""
    return write_pack(root / "own" / "acme")


@pytest.fixture
def published(rw, own):
    """The same after version 1.0.0 was published."""
    assert rw("policy", "bundle", "own/acme")[0] == GOOD
    assert rw("policy", "publish", "acme-1.0.0.rwpolicy", "--to", "registry")[0] == GOOD
    return own


@pytest.mark.slow
def test_a_pack_goes_from_draft_to_installed(rw, root):
    write_pack(root / "own" / "acme", status="proposed")

    codes = [
        rw("policy", "review", "own/acme", "--by", "Ada Lovelace")[0],
        rw("policy", "bundle", "own/acme")[0],
        rw("policy", "verify", "acme-1.0.0.rwpolicy", "--key", KEY)[0],
        rw("policy", "publish", "acme-1.0.0.rwpolicy", "--to", "registry")[0],
        rw("policy", "install", "acme", "--from", "registry", "--key", KEY)[0],
        rw("policy", "installed")[0],
        rw("policy", "check", "packs/acme")[0],
    ]

    assert codes == [GOOD] * 7


def test_a_review_changes_its_two_lines_and_keeps_every_comment(rw, root):
    folder = write_pack(root / "own" / "acme", status="proposed   # by the drafter", reviewed_by="''")
    before = (folder / "pack.yaml").read_text()

    code, out, _ = rw("policy", "review", "own/acme", "--by", "Zoë  O'Neil", "--format", "json")

    after = (folder / "pack.yaml").read_text()
    assert (code, json.loads(out)["by"]) == (GOOD, "Zoë O'Neil")
    assert after == before.replace("status: proposed   #", "status: reviewed   #").replace(
        "reviewed_by: ''", 'reviewed_by: "Zoë O\'Neil"'
    )


@pytest.mark.parametrize("name", ["", "   ", "7", "github-actions[bot]", "CI", "svc deploy", "rw agent", "a\x07da x"])
def test_no_service_and_nobody_reviews(rw, root, name):
    folder = write_pack(root / "own" / "acme", status="proposed")
    before = (folder / "pack.yaml").read_text()

    code, _, err = rw("policy", "review", "own/acme", f"--by={name}")

    assert (code, "--by" in err) == (REFUSED, True)
    assert (folder / "pack.yaml").read_text() == before


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        pytest.param(("cases/oversight.yaml", "want: fail", "want: pass"), "says fail, not pass", id="a case fails"),
        pytest.param(("cases/oversight.yaml", "want: missing", "want: error"), "says missing", id="a case too hopeful"),
        pytest.param(("controls/oversight.yaml", "A.3.2", "A.99.9"), "has no identifier", id="a link to nothing"),
        pytest.param(
            ("controls/oversight.yaml", "system.owner", "system.ownr"), "does not exist", id="a misspelt fact"
        ),
        pytest.param(("pack.yaml", "status: proposed", "status: [proposed]"), "status", id="a status that is none"),
    ],
)
def test_a_pack_with_a_problem_is_not_reviewed(rw, root, edit, problem):
    folder = edited(write_pack(root / "own" / "acme", status="proposed"), edit)
    before = (folder / "pack.yaml").read_text()

    code, _, err = rw("policy", "review", "own/acme", "--by", "Ada Lovelace")

    assert (code, problem in err) == (REFUSED, True), err
    assert (folder / "pack.yaml").read_text() == before


def test_an_archive_is_tested_as_its_folder_is(rw, published):
    folder = rw("policy", "test", "own/acme", "--no-mutants", "--format", "json")
    archive = rw("policy", "test", "acme-1.0.0.rwpolicy", "--no-mutants", "--format", "json")

    assert folder[0] == archive[0] == GOOD
    assert json.loads(folder[1]) == json.loads(archive[1])
    assert json.loads(archive[1])["cases"] > 0


def test_an_archive_is_exported_with_the_tests_of_its_folder(rw, published):
    found = [
        json.loads(rw("policy", "export-rego", name, "--tier", "high", "--out", out, "--format", "json")[1])
        for name, out in (("own/acme", "one"), ("acme-1.0.0.rwpolicy", "two"))
    ]

    assert found[0] == found[1]
    assert found[0]["tests"] > 0


def test_a_file_that_is_no_archive_is_not_tested(rw, root):
    (root / "acme.rwpolicy").write_bytes(b"none")

    code, out, err = rw("policy", "test", "acme.rwpolicy")

    assert (code, out, "acme.rwpolicy" in err) == (REFUSED, "", True)


def test_a_draft_is_not_reviewed_before_its_list_is_worked_through(rw, root):
    folder = write_pack(root / "own" / "acme", status="proposed")
    (folder / "DRAFT.md").write_text(
        "# Review\n\n- [x] Nothing is missing.\n- [ ] Links were looked up.\n  - [ ] reviewed\n"
    )

    code, _, err = rw("policy", "review", "own/acme", "--by", "Ada Lovelace")

    assert (code, "2 points of DRAFT.md are open" in err, "line 4: Links were looked up." in err) == (
        REFUSED,
        True,
        True,
    )
    assert "status: proposed" in (folder / "pack.yaml").read_text()
    (folder / "DRAFT.md").write_text((folder / "DRAFT.md").read_text().replace("[ ]", "[x]"))
    assert rw("policy", "review", "own/acme", "--by", "Ada Lovelace")[0] == GOOD


def test_a_status_that_is_written_otherwise_is_left_alone(rw, root):
    folder = write_pack(root / "own" / "acme")
    (folder / "pack.yaml").write_text((folder / "pack.yaml").read_text() + "status:\n  proposed\n")

    code, _, err = rw("policy", "review", "own/acme", "--by", "Ada Lovelace")

    assert (code, "cannot be set where they stand" in err) == (REFUSED, True)


@pytest.mark.parametrize("reference", ["base", "packs/acme"])
def test_only_ones_own_pack_is_reviewed(rw, published, reference):
    rw("policy", "install", "acme", "--from", "registry", "--key", KEY)

    code, _, err = rw("policy", "review", reference, "--by", "Ada Lovelace")

    assert (code, "its owner reviews it" in err) == (REFUSED, True)


@pytest.mark.parametrize(
    ("header", "edit", "problem"),
    [
        pytest.param({"status": "proposed"}, None, "is proposed", id="proposed"),
        pytest.param({}, ("cases/oversight.yaml", "want: fail", "want: pass"), "not pass", id="a case fails"),
        pytest.param({}, ("cases/oversight.yaml", "want: missing", "want: pass"), "not pass", id="another case fails"),
        pytest.param({"version": "one"}, None, "must look like 1.0.0", id="a version that is none"),
        pytest.param({}, ("cases/expectations.yaml", "severity: block", "severity: warn"), "severity", id="unmet"),
        pytest.param({}, ("controls/oversight.yaml", "rationale: roles", "rationale: ''"), "rationale", id="a problem"),
    ],
)
def test_a_pack_that_is_not_fit_is_not_bundled(rw, root, header, edit, problem):
    edited(write_pack(root / "own" / "acme", **header), edit)

    code, _, err = rw("policy", "bundle", "own/acme")

    assert (code, problem in err) == (REFUSED, True), err
    assert list(root.glob("*.rwpolicy")) == []


def test_a_rule_without_its_cases_is_not_bundled(rw, own):
    cases = (own / "cases" / "oversight.yaml").read_text().splitlines()
    (own / "cases" / "oversight.yaml").write_text(cases[0] + "\n")

    code, _, err = rw("policy", "bundle", "own/acme")

    assert (code, "no case wants fail" in err) == (REFUSED, True)


def test_a_change_that_no_case_notices_is_not_bundled(rw, own):
    loose = CONTROLS.replace("\"system.owner != ''\"", "\"system.owner != '' && system.purpose != 'spam'\"")
    (own / "controls" / "oversight.yaml").write_text(loose)
    facts = (own / "cases" / "oversight.yaml").read_text().replace("owner: desk}", "owner: desk, purpose: help}")
    (own / "cases" / "oversight.yaml").write_text(facts)

    code, _, err = rw("policy", "bundle", "own/acme")

    assert (code, "no case notices" in err) == (REFUSED, True), err


def test_a_bundle_of_the_same_pack_has_the_same_bytes(rw, root, own):
    first = rw("policy", "bundle", "own/acme", "-o", "first.rwpolicy", "--format", "json")
    second = rw("policy", "bundle", "own/acme", "-o", "second.rwpolicy", "--format", "json")

    assert (root / "first.rwpolicy").read_bytes() == (root / "second.rwpolicy").read_bytes()
    assert json.loads(first[1])["archive"] == json.loads(second[1])["archive"]
    assert json.loads(first[1])["about"]["mutation"]["score"] == 1.0


def test_an_archive_with_other_content_is_not_overwritten(rw, root, own):
    (root / "acme-1.0.0.rwpolicy").write_text("mine")

    code, _, err = rw("policy", "bundle", "own/acme")

    assert (code, "is there with other content" in err) == (REFUSED, True)
    assert (root / "acme-1.0.0.rwpolicy").read_text() == "mine"


def test_verify_cannot_tell_without_a_key_and_refuses_a_damaged_archive(rw, root, published):
    unchecked = rw("policy", "verify", "acme-1.0.0.rwpolicy", "--format", "json")
    archive = root / "acme-1.0.0.rwpolicy"
    archive.write_bytes(archive.read_bytes()[:-1])
    damaged = rw("policy", "verify", "acme-1.0.0.rwpolicy", "--key", KEY)

    assert (unchecked[0], json.loads(unchecked[1])["is_verified"]) == (CANNOT_TELL, False)
    assert (damaged[0], "damaged" in damaged[2] or "not an archive" in damaged[2]) == (CANNOT_TELL, True)


def test_a_pack_signed_by_a_stranger_is_not_installed(rw, root, published, tmp_path):
    write_system(tmp_path / "other")
    write_pack(tmp_path / "other" / "own" / "acme", version="3.0.0")
    assert (
        rw("policy", "bundle", tmp_path / "other" / "own" / "acme", "-C", tmp_path / "other", "-o", "x.rwpolicy")[0]
        == 0
    )
    assert rw("policy", "publish", "x.rwpolicy", "--to", "registry")[0] == GOOD

    code, _, err = rw("policy", "install", "acme", "--from", "registry", "--key", KEY)

    assert (code, "names key" in err) == (CANNOT_TELL, True)
    assert not (root / "packs" / "acme").exists()


def test_a_version_whose_file_was_exchanged_is_not_installed(rw, root, published):
    (root / "registry" / "acme" / "acme-2.0.0.rwpolicy").write_bytes((root / "acme-1.0.0.rwpolicy").read_bytes())

    code, _, err = rw("policy", "install", "acme@2.0.0", "--from", "registry", "--key", KEY)

    assert (code, "is called acme 2.0.0 holds acme 1.0.0" in err) == (CANNOT_TELL, True)


@pytest.mark.slow
@pytest.mark.slow
def test_a_version_that_was_exchanged_after_it_was_installed_is_noticed(rw, root, published):
    arguments = ("policy", "install", "acme", "--from", "registry", "--key", KEY)
    assert rw(*arguments)[0] == GOOD
    edited(published, ("SOURCES.md", "Our own", "Somebody's"))
    assert rw("policy", "bundle", "own/acme", "--out", "registry/acme/again.rwpolicy")[0] == GOOD
    (root / "registry/acme/again.rwpolicy").replace(root / "registry/acme/acme-1.0.0.rwpolicy")

    code, _, err = rw(*arguments)

    assert (code, "installed from another archive, and a version never changes" in err) == (REFUSED, True), err
    assert "Our own" in (root / "packs/acme/SOURCES.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(["diff", "", "own/acme"], "a pack's name is empty", id="an unset variable"),
        pytest.param(["diff", "base,", "own/acme"], "a pack's name is empty", id="a comma too many"),
        pytest.param(["bundle", "acme-1.0.0.rwpolicy"], "is an archive", id="an archive of an archive"),
        pytest.param(["install", "../acme", "--from", "r", "--key", KEY], "no pack is called", id="a way out"),
        pytest.param(["install", "acme@../1", "--from", "registry", "--key", KEY], "no version ../1", id="another"),
        pytest.param(["versions", "acme", "--from", "nowhere"], "has no pack 'acme'", id="no registry"),
    ],
)
def test_what_is_named_wrongly_is_refused(rw, published, arguments, problem):
    code, _, err = rw("policy", *arguments)

    assert (code, problem in err) == (REFUSED, True), err


def test_an_older_version_needs_to_be_asked_for(rw, root, published):
    write_pack(root / "own" / "acme", version="0.9.0")
    rw("policy", "bundle", "own/acme")
    rw("policy", "publish", "acme-0.9.0.rwpolicy", "--to", "registry")
    install = ("policy", "install", "acme@0.9.0", "--from", "registry", "--key", KEY)

    assert rw("policy", "versions", "acme", "--from", "registry")[1] == "0.9.0\n1.0.0\n"
    assert rw("policy", "install", "acme", "--from", "registry", "--key", KEY)[0] == GOOD
    assert rw(*install)[0] == REFUSED
    assert json.loads(rw(*install, "--downgrade", "--format", "json")[1])["before"] == "1.0.0"


@pytest.mark.slow
def test_drafts_are_installed_only_by_name(rw, root, published):
    write_pack(root / "own" / "acme", version="2.0.0-rc1")
    rw("policy", "bundle", "own/acme")
    rw("policy", "publish", "acme-2.0.0-rc1.rwpolicy", "--to", "registry")

    latest = rw("policy", "install", "acme", "--from", "registry", "--key", KEY, "--format", "json")
    named = rw("policy", "install", "acme@2.0.0-rc1", "--from", "registry", "--key", KEY, "--format", "json")

    assert [json.loads(done[1])["version"] for done in (latest, named)] == ["1.0.0", "2.0.0-rc1"]


def test_a_changed_installed_pack_is_reported_and_does_not_bind(rw, root, published):
    rw("policy", "install", "acme", "--from", "registry", "--key", KEY)
    text = (root / "roadworthy.yaml").read_text()
    (root / "roadworthy.yaml").write_text(text.replace("[packs/desk]", "[packs/desk, packs/acme]"))
    with (root / "packs" / "acme" / "pack.yaml").open("a") as stream:
        stream.write("# more\n")

    listed = rw("policy", "installed", "--format", "json")
    bound = rw("controls", "--all")

    assert (listed[0], "pack.yaml was changed" in json.loads(listed[1])[0]["problem"]) == (REFUSED, True)
    assert (bound[0], "is not what was signed" in bound[2]) == (REFUSED, True)


def test_a_proposed_pack_binds_nobody(rw, root):
    write_pack(root / "packs" / "acme", status="proposed")
    text = (root / "roadworthy.yaml").read_text()
    (root / "roadworthy.yaml").write_text(text.replace("[packs/desk]", "[packs/desk, packs/acme]"))
    assert rw("assess")[0] == GOOD

    code, _, err = rw("gate")

    assert (code, "is proposed" in err, "rw policy review" in err) == (REFUSED, True, True)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("tiers: [high]", "tiers: [high, critical]", GOOD, id="binds in more tiers"),
        pytest.param("tiers: [high]", "tiers: [limited]", LOOSER, id="binds elsewhere"),
        pytest.param("system.owner != ''", "system.owner != 'x'", LOOSER, id="another condition"),
        pytest.param("nobody is named", "no owner is named", GOOD, id="other words"),
    ],
)
def test_diff_exits_by_whether_something_may_be_looser(rw, published, old, new, code):
    (published / "controls" / "oversight.yaml").write_text(CONTROLS.replace(old, new))

    assert rw("policy", "diff", "acme-1.0.0.rwpolicy", "own/acme")[0] == code


@pytest.mark.slow
def test_diff_takes_every_way_to_name_packs(rw, root, published):
    rw("policy", "install", "acme", "--from", "registry", "--key", KEY)
    names = ("own/acme", "acme-1.0.0.rwpolicy", "acme", "acme@1.0.0", "packs/acme")

    assert [rw("policy", "diff", "own/acme", name, "--format", "json")[0] for name in names] == [GOOD] * len(names)
    assert rw("policy", "diff", "roadworthy.yaml", ".")[0] == GOOD
    assert rw("policy", "diff", "packs/desk", "packs/desk,acme", "--tier", "high")[0] == GOOD
    assert rw("policy", "diff", "packs/desk,acme", "packs/desk", "--tier", "high")[0] == LOOSER
    assert rw("policy", "diff", "acme@2.0.0", "acme")[0] == REFUSED
    assert rw("policy", "diff", "nothing", "acme")[0] == REFUSED


def test_diff_says_field_by_field_what_moved(rw, published):
    (published / "controls" / "oversight.yaml").write_text(
        CONTROLS.replace("    - id: acme/owner-named\n", "    - id: acme/owner-named\n      severity: warn\n")
    )

    code, out, err = rw("policy", "diff", "acme-1.0.0.rwpolicy", "own/acme")
    record = json.loads(rw("policy", "diff", "acme-1.0.0.rwpolicy", "own/acme", "--format", "json")[1])

    assert code == LOOSER
    assert "loosened  rule acme/owner-named\n    severity: block → warn  (looser)" in out
    assert "1 may ask less" in err
    assert (record["loosened"], record["counts"]["loosened"]) == (["rule acme/owner-named"], 1)
