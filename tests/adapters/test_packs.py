from pathlib import Path

import pytest

from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.core.errors import PackError
from roadworthy.core.severity import Severity
from roadworthy.policy.model import Layer
from roadworthy.policy.resolve import pack_digest

HEADER = """\
schema: roadworthy/pack/v1
name: own
version: 1.0.0
layer: system
title: Our own rules
owner: Team
licence: MIT
"""
CONTROL = """\
- id: own/{name}
  title: T
  objective: Verify that it holds.
  why: W.
  area: guard
  type: preventive
  stage: build
  tiers: [high]
  rules:
    - id: own/{rule}
      require: {{kind: fact, condition: "system.owner != ''"}}
      message: M.
      remediation: R.
  links:
    - {{framework: nist-ai-rmf, id: GOVERN 2.1, relation: intersects, rationale: R., strength: 3, status: proposed}}
"""


@pytest.fixture
def folder(tmp_path):
    """A complete pack folder named `own` below the root."""
    own = tmp_path / "own"
    (own / "controls").mkdir(parents=True)
    (own / "pack.yaml").write_text(HEADER, encoding="utf-8")
    (own / "SOURCES.md").write_text("# Sources\n", encoding="utf-8")
    (own / "controls" / "a.yaml").write_text(CONTROL.format(name="first", rule="one"), encoding="utf-8")
    return own


def load(folder, reference="own"):
    return PackFolders(folder.parent).load(reference)


def test_a_folder_is_read(folder):
    pack = load(folder)

    assert (pack.name, pack.layer, [c.id for c in pack.controls]) == ("own", Layer.SYSTEM, ["own/first"])


def test_a_folder_is_read_by_path(folder):
    assert load(folder, "./own").name == "own"


def test_controls_come_in_the_order_of_the_files(folder):
    (folder / "controls" / "0.yaml").write_text(CONTROL.format(name="zero", rule="zero"), encoding="utf-8")

    assert [c.id for c in load(folder).controls] == ["own/zero", "own/first"]


def test_layout_does_not_change_the_digest(folder):
    before = pack_digest(load(folder))
    path = folder / "controls" / "a.yaml"
    path.write_text("# a comment\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert pack_digest(load(folder)) == before


def test_a_pack_may_only_tighten(folder):
    (folder / "controls" / "a.yaml").unlink()
    tighten = "tighten:\n  - {rule: base/x, reason: R., severity: block}\n"
    (folder / "pack.yaml").write_text(HEADER + tighten, encoding="utf-8")

    assert load(folder).tighten[0].severity is Severity.BLOCK


def test_shipped_packs_are_found_by_name(tmp_path):
    assert "base" in shipped_packs()
    assert PackFolders(tmp_path).load("base").name == "base"


def test_a_shipped_name_wins_over_a_folder(folder):
    folder.rename(folder.parent / "base")

    assert load(folder, "base").name == "base"
    assert load(folder, "./base").name == "own"


@pytest.mark.parametrize("reference", ["nowhere", "./nowhere", "own/pack.yaml", "Base"])
def test_an_unknown_pack_names_the_shipped_ones(folder, reference):
    with pytest.raises(PackError, match="there is no pack") as caught:
        load(folder, reference)

    assert "base" in caught.value.fix


@pytest.mark.parametrize("reference", ["../own", "own/../../own", "/etc", "own\x00"])
def test_a_path_that_leads_out_is_refused(folder, reference):
    (folder / "nested").mkdir()

    with pytest.raises(PackError, match="lies outside"):
        PackFolders(folder / "nested" if reference == "../own" else folder.parent).load(reference)


def test_a_link_that_leads_out_is_refused(folder, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "own").symlink_to(folder)

    with pytest.raises(PackError, match="lies outside"):
        PackFolders(inner).load("own")


def test_a_control_file_that_is_a_link_out_is_refused(folder, tmp_path):
    outside = tmp_path / "outside.yaml"
    outside.write_text("secret: 1\n", encoding="utf-8")
    (folder / "controls" / "b.yaml").symlink_to(outside)

    with pytest.raises(PackError, match="leads out of the pack") as caught:
        load(folder)

    assert "secret" not in str(caught.value)


def test_without_sources_a_pack_is_refused(folder):
    (folder / "SOURCES.md").unlink()

    with pytest.raises(PackError, match=r"the pack has no SOURCES\.md"):
        load(folder)


def test_empty_sources_are_refused(folder):
    (folder / "SOURCES.md").write_text(" \n", encoding="utf-8")

    with pytest.raises(PackError, match=r"SOURCES\.md is empty"):
        load(folder)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("licence: MIT\n", "", 1, "licence: is missing"),
        ("layer: system", "layer: galaxy", 4, "layer: .*galaxy"),
        ("schema: roadworthy/pack/v1", "schema: roadworthy/pack/v2", 1, "schema: "),
        ("owner: Team", "owner: Team\ncontrols: []", 7, "controls: is not a known field"),
        ("owner: Team", "owner: Team\nowner: Me", 7, "given twice"),
    ],
)
def test_a_wrong_header_is_named_with_its_line(folder, old, new, line, says):
    (folder / "pack.yaml").write_text(HEADER.replace(old, new), encoding="utf-8")

    with pytest.raises(PackError, match=says) as caught:
        load(folder)

    assert f"pack.yaml:{line}:" in caught.value.where


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("area: guard", "area: gard", 5, r"\[0\]\.area"),
        ("objective: Verify that it", "objective: It", 1, "must start with 'Verify that '"),
        ("kind: fact,", "kind: fakt,", 11, r"\[0\]\.rules\[0\]\.require"),
        ("kind: fact,", "kind: fact, max: 1,", 11, "max: is not a known field"),
        ("tiers: [high]", "tiers: [huge]", 8, r"tiers\[0\]"),
        ("strength: 3", "strength: 11", 15, "`strength` must be in 0..10"),
        ("framework: nist-ai-rmf", "framework: nist", 15, "unknown framework 'nist'"),
        ("  rules:", "  rules: []\n  more:", 10, r"\[0\]\.more: is not a known field"),
    ],
)
def test_a_wrong_control_is_named_with_its_line(folder, old, new, line, says):
    path = folder / "controls" / "a.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(PackError, match=says) as caught:
        load(folder)

    assert f"a.yaml:{line}:" in caught.value.where


def test_a_control_without_a_rule_is_refused(folder):
    path = folder / "controls" / "a.yaml"
    text, _, _ = path.read_text(encoding="utf-8").partition("  rules:")
    path.write_text(text + "  rules: []\n", encoding="utf-8")

    with pytest.raises(PackError, match="control own/first has no rule"):
        load(folder)


def test_every_problem_of_every_file_is_reported(folder):
    (folder / "pack.yaml").write_text(HEADER.replace("licence: MIT\n", ""), encoding="utf-8")
    (folder / "SOURCES.md").unlink()
    (folder / "controls" / "b.yaml").write_text("- id: 3\n", encoding="utf-8")
    (folder / "controls" / "c.yaml").write_text("[unclosed", encoding="utf-8")

    with pytest.raises(PackError, match="licence") as caught:
        load(folder)

    text = str(caught.value)
    assert all(part in text for part in ("SOURCES.md", "b.yaml", "c.yaml"))


def test_ids_that_repeat_are_named_with_both_places(folder):
    (folder / "controls" / "b.yaml").write_text(CONTROL.format(name="first", rule="one"), encoding="utf-8")

    with pytest.raises(PackError, match=r"control own/first is defined twice, first at .*a\.yaml:1:") as caught:
        load(folder)

    assert "b.yaml:1:" in caught.value.where
    assert any("rule own/one is defined twice" in detail for detail in caught.value.details)


def test_an_id_of_another_pack_is_refused(folder):
    (folder / "pack.yaml").write_text(HEADER.replace("name: own", "name: mine"), encoding="utf-8")

    with pytest.raises(PackError, match="'own/first' must start with 'mine/'"):
        load(folder)


def test_an_empty_pack_is_refused(folder):
    (folder / "controls" / "a.yaml").unlink()

    with pytest.raises(PackError, match="pack own is empty"):
        load(folder)


def test_too_many_files_are_refused(folder):
    for number in range(201):
        (folder / "controls" / f"{number}.yaml").write_text("[]\n", encoding="utf-8")

    with pytest.raises(PackError, match="at most 200 are read"):
        load(folder)


def test_cases_are_read_in_order(folder):
    (folder / "cases").mkdir()
    for name in ("b", "a"):
        text = f"- {{note: {name}, rule: own/one, facts: {{system: {{owner: X}}}}, want: pass}}\n"
        (folder / "cases" / f"{name}.yaml").write_text(text, encoding="utf-8")

    assert [case.note for case in PackFolders(folder.parent).cases("own")] == ["a", "b"]


def test_a_pack_without_cases_has_none(folder):
    assert PackFolders(folder.parent).cases("own") == ()


def test_a_case_that_wants_the_impossible_is_refused(folder):
    (folder / "cases").mkdir()
    text = "- {note: n, rule: own/one, facts: {}, want: perhaps}\n"
    (folder / "cases" / "a.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PackError, match=r"\[0\]\.want"):
        PackFolders(folder.parent).cases("own")


def test_nothing_of_the_pack_is_executed(folder):
    (folder / "controls" / "b.yaml").write_text("!!python/object/apply:os.getcwd []\n", encoding="utf-8")

    with pytest.raises(PackError, match=r"tag|list|tuple"):
        PackFolders(Path(folder.parent)).load("own")
