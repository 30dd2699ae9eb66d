"""The overlay packs by region as shipped: what they cite exists, they only tighten, no text of others is in them."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders
from roadworthy.core.clock import Day
from roadworthy.core.severity import RiskTier
from roadworthy.gates.proof import unproven
from roadworthy.policy.check import problems
from roadworthy.policy.frameworks.known import is_plausible
from roadworthy.policy.model import EvidenceCheck, Layer
from roadworthy.policy.ports import Fails, Holds, Missing
from roadworthy.policy.resolve import pack_digest, resolve
from roadworthy.policy.strictness import looser_rule_fields

REGIONS = ("eu", "uk", "us")
SHARED = Path(__file__).parents[3] / "shared" / "catalogs"
SHIPPED = Path(str(files("roadworthy.packs")))
LINT_RULES = Path(str(files("roadworthy.lint_rules")))
PROSE = {
    "title", "objective", "why", "rationale", "message", "remediation", "reason", "harm", "note", "fix", "text",
    "phrase", "statement", "description",
}  # fmt: skip
LENGTH = 8
"""Words of a run that two texts do not share by chance."""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return PackFolders(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def packs(source):
    return {name: source.load(name) for name in ("base", *REGIONS)}


def rules_of(pack):
    return {rule.id: rule for control in pack.controls for rule in control.rules}


@pytest.mark.parametrize("region", REGIONS)
def test_each_is_in_order_beside_base(packs, region):
    threats = {threat.id for threat in load_threats().threats}

    assert problems([packs["base"], packs[region]], CelConditions(), threats=threats) == ()
    assert packs[region].layer is Layer.REGION
    assert len(packs[region].controls) >= 8


def test_identifiers_exist_and_nothing_is_called_reviewed_that_is_not(packs):
    links = [(name, link) for name in REGIONS for control in packs[name].controls for link in control.links]

    assert [(name, link.id) for name, link in links if not is_plausible(link.framework, link.id)] == []
    assert {link.status for _, link in links} == {"proposed"}


@pytest.mark.parametrize("tier", [tier for tier in RiskTier if tier is not RiskTier.PROHIBITED])
@pytest.mark.parametrize("added", [("eu",), ("uk",), ("us",), REGIONS])
def test_beside_base_each_only_adds_and_tightens_whatever_the_tier(packs, tier, added):
    chosen = [packs[name] for name in ("base", *added)]
    digests = {pack.name: pack_digest(pack) for pack in chosen}
    alone = resolve(chosen[:1], tier=tier, digests=digests)
    together = resolve(chosen, tier=tier, digests=digests)

    before = {rule.id: rule for control in alone.controls for rule in control.rules}
    after = {rule.id: rule for control in together.controls for rule in control.rules}

    assert set(before) <= set(after)
    assert {id: fields for id, old in before.items() if (fields := looser_rule_fields(old, after[id]))} == {}
    for name in added:
        named = {change.rule for change in packs[name].tighten} & set(before)
        assert {id for id in named if after[id] == before[id]} == set()


def test_a_tightening_changes_something_in_some_tier(packs):
    bound = set()
    for tier in RiskTier:
        resolved = resolve([packs["base"]], tier=tier, digests={"base": pack_digest(packs["base"])})
        bound |= {rule.id for control in resolved.controls for rule in control.rules}

    assert {change.rule for name in REGIONS for change in packs[name].tighten} <= bound


def facts(*markets):
    return {"system": {"markets": list(markets)}}


@pytest.mark.parametrize(
    ("region", "own", "foreign"),
    [
        ("eu", [["EU"], ["FR"], ["US", "DE"]], [["GB"], ["US"], ["CH"]]),
        ("uk", [["GB"], ["UK"], ["EU", "GB"]], [["EU"], ["US"]]),
        ("us", [["US"], ["EU", "US"]], [["EU"], ["GB"]]),
    ],
)
def test_each_suits_systems_of_its_region_only_and_says_so_where_no_market_is_stated(packs, region, own, foreign):
    language = CelConditions()
    said = packs[region].suits

    assert [markets for markets in own if not isinstance(language.evaluate(said, facts(*markets)), Holds)] == []
    assert [markets for markets in foreign if not isinstance(language.evaluate(said, facts(*markets)), Fails)] == []
    assert isinstance(language.evaluate(said, {"system": {}}), Missing)


@pytest.mark.parametrize("region", REGIONS)
def test_every_technical_control_has_a_fault_that_proves_it_and_every_fault_a_rule_that_exists(source, packs, region):
    faults = source.faults(region)

    assert len(faults) >= 4
    assert unproven([packs[region]], faults) == ()
    assert {rule for fault in faults for rule in fault.caught_by} <= set(rules_of(packs[region]))
    for fault in faults:
        assert fault.id.startswith(f"{region}-")


def test_what_is_put_right_in_a_copy_is_for_rules_that_a_fault_is_to_prove(source, packs):
    for region in ("eu", "uk"):
        named = {rule for fault in source.faults(region) for rule in fault.caught_by}

        assert source.repairs(region)
        assert all(set(repair.rules) <= named & set(rules_of(packs[region])) for repair in source.repairs(region))


@pytest.mark.parametrize(
    ("framework", "there", "not_there"),
    [
        ("us-ftc-act", "15 U.S.C. 45(a)(1)", "15 U.S.C. 46"),
        ("uk-gdpr", "Art. 44A", "Art. 44B"),
        ("uk-gdpr", "Art. 45B(2)", "Art. 45D"),
        ("uk-dpa-2018", "s. 164A(1)", "s. 165A"),
    ],
)
def test_sections_that_were_put_in_later_are_known_and_their_neighbours_are_not(framework, there, not_there):
    assert is_plausible(framework, there)
    assert not is_plausible(framework, not_there)


def test_colorado_binds_from_the_day_on_which_the_act_does(packs):
    colorado = {
        rule.id: rule.effective_on
        for control in packs["us"].controls
        if control.id.startswith("us/colorado-")
        for rule in control.rules
    }

    assert len(colorado) >= 5
    assert {day.isoformat() for day in colorado.values()} == {"2027-01-01"}


def test_new_york_asks_for_an_auditor_who_is_independent_and_not_a_year_old(packs):
    check = rules_of(packs["us"])["us/bias-audited"].require

    assert isinstance(check, EvidenceCheck)
    assert (check.min_assurance.value, check.max_age_days) == ("independent", 365)


def test_commands_that_a_remediation_shows_name_what_the_rule_asks_for(packs):
    for name in REGIONS:
        for rule in rules_of(packs[name]).values():
            for command in re.findall(r"`(rw attest [^`]*)`", rule.remediation):
                assert rule.require.type == command.split()[2], rule.id
                assert "--statement TEXT" in command, rule.id
                assert ("--document PATH" in command) == rule.require.type.startswith("document:"), rule.id


def strings(value, key=""):
    """Prose below ``value``: what stands under a key that people read."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from strings(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, key)
    elif isinstance(value, str) and key in PROSE:
        yield value


def shingles(text):
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[at : at + LENGTH]) for at in range(len(words) - LENGTH + 1)}


def shipped_prose():
    for path in [*SHIPPED.rglob("*.yaml"), *LINT_RULES.rglob("*.yaml")]:
        yield path, list(strings(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)))
    for path in SHIPPED.rglob("*.md"):
        lines = path.read_text("utf-8").splitlines()
        # Rows of tables name documents by their titles, which are cited and not copied.
        yield path, [" ".join(line for line in lines if not line.startswith("|"))]


def test_a_run_of_words_is_found_whatever_its_case_and_marks():
    theirs = shingles("The AI system; to be deployed, is demonstrated to be Valid.")

    assert shingles("that the ai system to be deployed is demonstrated") & theirs
    assert not shingles("that a system which is deployed is shown to be valid") & theirs


@pytest.mark.shared
@pytest.mark.slow
def test_no_run_of_eight_words_of_a_pack_or_a_lint_rule_stands_in_a_catalogue():
    if not SHARED.is_dir():
        pytest.skip("the catalogues are not beside the checkout")
    ours = {}
    for path, texts in shipped_prose():
        for text in texts:
            for run in shingles(text):
                ours.setdefault(run, f"{path.name}: {' '.join(run)}")
    copied = set()
    for path in SHARED.rglob("*"):
        if path.suffix in (".json", ".yaml", ".yml", ".md"):
            copied |= {f"{path.name} | {ours[run]}" for run in shingles(path.read_text("utf-8")) & ours.keys()}

    assert len(ours) > 5_000
    assert copied == set()


@pytest.mark.shared
def test_identifiers_are_those_of_the_catalogues(packs):
    if not SHARED.is_dir():
        pytest.skip("the catalogues are not beside the checkout")
    core = json.loads((SHARED / "nist-ai-rmf-1.0-core.json").read_text("utf-8"))["subcategories"]
    actions = (SHARED / "ibm-ai-atlas-nexus/data/nist_ai_rmf_actions_data.yaml").read_text("utf-8")
    act = (SHARED / "finos-aigf/references/eu-ai-act.yml").read_text("utf-8")
    known = {
        "nist-ai-rmf": set(core),
        "nist-ai-600-1": set(re.findall(r"\b(?:GV|MP|MS|MG)-\d\.\d{1,2}-\d{3}\b", actions)),
        "iso-42001": set(json.loads((SHARED / "iso-42001-annex-a-ids.json").read_text("utf-8"))["control_ids"]),
        "us-sr-11-7": set(
            re.findall(r"SR 11-7 (S\d(?:\.\d)?):", (SHARED / "finos-aigf/references/sr11-7.yml").read_text("utf-8"))
        ),
        "eu-ai-act": {f"Art. {number}" for number in re.findall(r"\.A(\d+)\b", act)}
        | {f"Annex {number}" for number in re.findall(r"Annex ([IVX]+)\b", act)},
    }
    links = {(link.framework, link.id) for name in REGIONS for c in packs[name].controls for link in c.links}

    assert [
        (framework, id)
        for framework, id in sorted(links)
        if framework in known and id.partition("(")[0] not in known[framework]
    ] == []


def test_days_are_those_that_the_packs_say_in_their_sources(packs):
    for name in REGIONS:
        told = (SHIPPED / name / "SOURCES.md").read_text("utf-8")
        for rule in rules_of(packs[name]).values():
            if rule.effective_on is not None:
                assert _written(rule.effective_on) in told, rule.id


def _written(day: Day) -> str:
    return f"{day.day} {day:%B} {day.year}"
