"""`rw policy test`: what it says, and with which exit code, of packs that are tested well and badly."""

import json
import xml.etree.ElementTree as ET

import pytest
from typer.testing import CliRunner

from roadworthy.cli.app import app

HEADER = """\
schema: roadworthy/pack/v1
name: acme
version: 1.0.0
layer: tenant
title: Acme's own rules
owner: Acme
licence: MIT
"""
CONTROLS = """\
- id: acme/owner
  title: Somebody owns the system
  objective: Verify that the system has an owner.
  why: Nobody mends what nobody owns.
  area: oversight
  type: directive
  stage: design
  tiers: [limited, high]
  rules:
    - id: acme/owner-named
      require: {kind: fact, condition: "system.owner != ''"}
      who_may_waive: [legal]
      message: Nobody owns it.
      remediation: Name an owner.
"""
CASES = """\
- note: an owner is named, or is not
  rule: acme/owner-named
  tries:
    - {want: pass, facts: {system: {owner: Support}}}
    - {want: fail, facts: {system: {owner: ""}}}
    - {want: missing, facts: {system: {}}}
"""
EXPECTATIONS = """\
- {rules: [acme/owner-named], tiers: [limited, high], severity: block, who_may_waive: [legal]}
"""


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """A folder with a small pack; what is given replaces one of its files."""
    monkeypatch.chdir(tmp_path)

    def make(**files):
        folder = tmp_path / "acme"
        (folder / "controls").mkdir(parents=True)
        (folder / "cases").mkdir()
        texts = {"pack": HEADER, "controls": CONTROLS, "cases": CASES, "expectations": EXPECTATIONS} | files
        (folder / "pack.yaml").write_text(texts["pack"], encoding="utf-8")
        (folder / "SOURCES.md").write_text("Our own.", encoding="utf-8")
        (folder / "controls" / "all.yaml").write_text(texts["controls"], encoding="utf-8")
        for name in ("cases", "expectations", "survivors", "systems"):
            if texts.get(name):
                (folder / "cases" / f"{name}.yaml").write_text(texts[name], encoding="utf-8")
        return folder

    return make


def run(*arguments):
    return CliRunner().invoke(app, ["policy", "test", *arguments])


def record(*arguments):
    result = run(*arguments, "--format", "json")
    return result.exit_code, json.loads(result.stdout)


def test_a_pack_that_is_tested_well_is_good(pack):
    pack()

    code, found = record("acme")

    assert (code, found["good"], found["cases"], found["failed"], found["uncovered"]) == (0, True, 3, [], [])
    assert found["noticed"] == found["mutants"] > 8
    assert (found["score"], found["survivors"]) == (1.0, [])


def test_a_failed_case_is_named_with_its_place_and_what_came_instead(pack):
    pack(cases=CASES.replace("{want: fail,", "{want: pass,"))

    result = run("acme", "--no-mutants")

    assert result.exit_code == 1
    assert "acme/owner-named says fail, not pass: Nobody owns it." in result.stdout
    assert "cases.yaml:1:" in result.stdout


def test_a_case_that_is_owed_is_named(pack):
    pack(cases="\n".join(CASES.splitlines()[:-1]) + "\n")

    code, found = record("acme", "--no-mutants")

    assert (code, found["uncovered"]) == (1, ["acme/owner-named: no case wants missing"])
    assert (found["mutants"], found["score"]) == (None, None)


def test_a_rule_of_which_nothing_is_expected_is_named(pack):
    pack(expectations="")

    code, found = record("acme", "--no-mutants")

    assert code == 1
    assert found["uncovered"] == ["acme/owner-named: no expectation says in which tiers it binds, and with what weight"]


def test_a_rule_that_binds_otherwise_than_expected_is_named(pack):
    pack(expectations=EXPECTATIONS.replace("block", "warn"))

    code, found = record("acme", "--no-mutants")

    assert (code, found["unmet"]) == (1, ["acme/owner-named: `severity` is block, not warn"])


WEAK = CONTROLS.replace("system.owner != ''", "size(system.owner) > 1")
SURVIVOR = """\
- {operator: change_constant, rule: acme/owner-named, reason: One letter is as good as two.}
- {operator: shift_comparator, rule: acme/owner-named, reason: One letter is as good as two.}
"""


def test_changes_that_nothing_notices_are_listed_and_need_a_reason(pack):
    pack(controls=WEAK)

    result = run("acme")

    assert result.exit_code == 1
    assert "survived   acme/owner-named  shift_comparator: condition: size(system.owner) >= 1" in result.stdout


def test_a_stated_reason_excuses_a_change_that_nothing_notices(pack):
    pack(controls=WEAK, survivors=SURVIVOR)

    code, found = record("acme")

    assert (code, {one["reason"] for one in found["survivors"]}) == (0, {"One letter is as good as two."})
    assert found["score"] < 0.95


def test_a_reason_for_a_change_that_is_noticed_is_an_error(pack):
    pack(survivors="- {operator: negate, rule: acme/owner-named, reason: Nobody would.}\n")

    result = run("acme")

    assert result.exit_code == 1
    assert "acme/owner-named: negate is no survivor; take the reason out" in result.stdout


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        pytest.param({"cases": CASES.replace("want: pass", "want: perhaps")}, "tries[0].want", id="unknown outcome"),
        pytest.param({"cases": CASES.replace("note: an", "not: an")}, "note", id="misspelt key"),
        pytest.param({"cases": CASES + CASES}, "is used twice, first at", id="note repeats"),
        pytest.param({"cases": CASES.replace("  tries", "  system: full\n  tries")}, "no system 'full'", id="system"),
        pytest.param({"expectations": "- {rules: [], tiers: [high], severity: warn}\n"}, "at least one", id="empty"),
        pytest.param(
            {"systems": "- {name: full, facts: {}}\n- {name: full, facts: {}}\n"}, "defined twice", id="systems"
        ),
        pytest.param(
            {"pack": HEADER + "tighten: [{rule: other/x, reason: r, threshold: 0.1}]\n"},
            "tightens 'other/x', which none of these packs has",
            id="unknown rule",
        ),
    ],
)
def test_what_cannot_be_read_is_asked_wrongly(pack, files, problem):
    pack(**files)

    result = run("acme", "--no-mutants")

    assert problem in str(result.exception)
    assert result.exception.where


def test_a_pack_that_tightens_a_shipped_one_is_tested_on_its_rules(pack):
    tighten = """\
tighten:
  - {rule: base/eval-personal-data-high, reason: Harm is likelier here., threshold: 0.01, min_samples: 300}
"""
    cases = """\
- note: a hundred more than before
  rule: base/eval-personal-data-high
  facts: {system: {data_classes: [personal]}}
  tries:
    - {want: pass, run: {assessed: 300}}
    - {want: underpowered, run: {assessed: 299}}
"""
    pack(pack=HEADER + tighten, cases=CASES + cases)

    code, found = record("acme", "--no-mutants")

    assert (code, found["failed"], found["packs"][0]["rules"]) == (1, [], 2)
    assert found["uncovered"] == [
        "base/eval-personal-data-high: no expectation says in which tiers it binds, and with what weight"
    ]


def test_junit_has_a_failure_for_each_rule_that_a_case_fails(pack, tmp_path):
    pack(cases=CASES.replace("{want: fail,", "{want: pass,"))

    run("acme", "--no-mutants", "--junit", str(tmp_path / "out.xml"))

    (case,) = ET.parse(tmp_path / "out.xml").getroot().iter("testcase")  # noqa: S314 - see above
    assert (case.get("classname"), case.get("name")) == ("acme", "acme/owner-named")
    assert "says fail, not pass" in case.find("failure").text


def test_a_pack_named_twice_is_asked_wrongly(pack):
    pack()

    assert "named twice" in str(run("acme", "acme").exception)


def test_without_packs_and_without_a_manifest_it_says_what_to_do(pack):
    assert "roadworthy.yaml" in str(run().exception)
