"""`rw policy packs`: what comes with the product, and what suits the system of a repository."""

import json
from pathlib import Path

import pytest
import yaml

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.cli.main import run
from roadworthy.core.errors import ManifestError
from roadworthy.policy.check import problems
from roadworthy.policy.suiting import Fit, suiting
from roadworthy.runtime.policy.shipped import list_shipped
from roadworthy.runtime.workspace import Workspace

SYSTEM = {"key": "desk", "name": "Desk", "version": "1.0.0", "purpose": "Answers questions."}
PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "choose-packs.md").read_text("utf-8")


def workspace(root, *, packs=("base",), **system):
    manifest = {
        "schema": "roadworthy/manifest/v1",
        "system": SYSTEM | system,
        "components": [{"type": "prompt", "key": "p", "path": "p.md"}],
        "policy": {"packs": list(packs)},
    }
    (root / "p.md").write_text("Answer.", "utf-8")
    (root / "roadworthy.yaml").write_text(yaml.safe_dump(manifest), "utf-8")
    return Workspace(root=root)


def standing(root, name, **system):
    return {pack.name: pack.here for pack in list_shipped(workspace(root, **system))}[name]


def test_outside_a_repository_every_shipped_pack_is_listed_widest_layer_first(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert run(["policy", "packs", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert {pack["name"] for pack in found} == set(shipped_packs())
    assert found[0]["name"] == "base"
    assert {pack["here"] for pack in found} == {None}
    assert all(pack["rules"] >= pack["controls"] > 0 for pack in found)


@pytest.mark.parametrize(
    ("system", "name", "fit", "reason"),
    [
        ({"markets": ["GB", "US"]}, "uk", Fit.SUITS, '`system.markets` is ["GB","US"]'),
        ({"markets": ["GB", "US"]}, "us", Fit.SUITS, '`system.markets` is ["GB","US"]'),
        ({"markets": ["GB", "US"]}, "eu", Fit.DOES_NOT_SUIT, '`system.markets` is ["GB","US"]'),
        ({"markets": []}, "eu", Fit.CANNOT_TELL, "the fact `system.markets` is not stated"),
        ({}, "us", Fit.CANNOT_TELL, "the fact `system.markets` is not stated"),
        ({}, "base", Fit.SUITS, "it is meant for every system"),
    ],
)
def test_the_facts_of_the_manifest_decide_and_silence_does_not(tmp_path, system, name, fit, reason):
    here = standing(tmp_path, name, **system)

    assert (here.fit, here.reason) == (fit, reason)


def test_a_wider_no_answers_a_narrower_question(tmp_path):
    narrow = {"data_classes": ["public"], "legal_facts": {"sensitive_area": False}}

    assert standing(tmp_path, "finance", **narrow).fit is Fit.DOES_NOT_SUIT
    assert standing(tmp_path, "finance", data_classes=["public"]).fit is Fit.CANNOT_TELL


def test_text_says_what_is_in_use_and_what_could_be(tmp_path, capsys):
    workspace(tmp_path, packs=["base", "uk"], markets=["EU"])

    assert run(["policy", "packs", "-C", str(tmp_path)]) == 0
    said = capsys.readouterr()

    assert "  in use, suits: it is meant for every system\n" in said.out
    assert '  suits, not in use: `system.markets` is ["EU"]\n' in said.out
    assert '  in use, does not suit: `system.markets` is ["EU"]\n' in said.out
    assert '  does not suit: `system.markets` is ["EU"]\n' in said.out
    assert "to use eu" in said.err
    assert "uk" not in said.err


def test_a_manifest_that_cannot_be_read_is_said_and_not_passed_over(tmp_path, capsys):
    (tmp_path / "roadworthy.yaml").write_text("system: [", "utf-8")

    with pytest.raises(ManifestError, match="not YAML"):
        list_shipped(Workspace(root=tmp_path))
    assert run(["policy", "packs", "-C", str(tmp_path)]) == 2
    assert capsys.readouterr().out == ""


def test_what_the_page_shows_is_printed(tmp_path, capsys):
    workspace(tmp_path, markets=["EU"])
    (shown,) = (block for block in PAGE.split("```text\n")[1:])

    run(["policy", "packs", "-C", str(tmp_path)])
    printed = capsys.readouterr().out.splitlines()

    assert [line for line in shown.partition("```")[0].splitlines() if line not in printed] == []


def header_of_the_page():
    return PAGE.rpartition("```yaml\n")[2].partition("```")[0]


def own_pack(root, header):
    (root / "acme" / "controls").mkdir(parents=True)
    (root / "acme" / "pack.yaml").write_text(header, "utf-8")
    (root / "acme" / "SOURCES.md").write_text("Our own.", "utf-8")
    (root / "acme" / "controls" / "all.yaml").write_text(
        "- {id: acme/owned, title: Owned, objective: Verify that somebody owns it., why: Nobody answers else.,\n"
        "   area: oversight, type: directive, stage: design, tiers: [limited],\n"
        "   links: [{framework: nist-ai-rmf, id: GOVERN 2.1, relation: intersects, strength: 5, status: proposed,\n"
        "            rationale: Roles are clear.}],\n"
        "   rules: [{id: acme/owned, require: {kind: fact, condition: \"system.owner != ''\"}, message: None.,\n"
        "            remediation: State it.}]}\n",
        "utf-8",
    )
    return PackFolders(root).load("acme")


def test_the_condition_of_the_page_is_read_and_checked(tmp_path):
    pack = own_pack(tmp_path, header_of_the_page())

    assert problems([pack], CelConditions()) == ()
    assert suiting(pack, CelConditions(), {"system": {"markets": ["LI"]}}).fit is Fit.SUITS
    assert suiting(pack, CelConditions(), {"system": {}}).obstacle == "the fact `system.markets` is not stated"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("system.markets.exists(", "`suits` does not compile"),
        ("system.market == 'CH'", "`suits` names the fact `system.market`, which does not exist"),
        ("1 < 2", "`suits` names no fact"),
    ],
)
def test_a_condition_that_can_say_nothing_is_a_problem_of_the_pack(tmp_path, said, problem):
    header = header_of_the_page().partition("suits:")[0] + f"suits: {json.dumps(said)}\n"

    found = problems([own_pack(tmp_path, header)], CelConditions())

    assert [problem in line for line in found] == [True]


def test_a_condition_that_breaks_on_the_facts_is_not_taken_for_no(tmp_path):
    pack = own_pack(tmp_path, header_of_the_page().partition("suits:")[0] + 'suits: "system.markets > 3"\n')

    assert suiting(pack, CelConditions(), {"system": {"markets": ["CH"]}}).fit is Fit.CANNOT_TELL
