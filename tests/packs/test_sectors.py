"""The packs by sector: they check, resolve over the base and a region, only tighten, and say where they come from."""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import pairwise, permutations

import pytest

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.cli.main import run
from roadworthy.core.severity import RiskTier
from roadworthy.gates.proof import unproven
from roadworthy.gates.trying.cases import failures
from roadworthy.policy.check import problems
from roadworthy.policy.coverage import uncovered
from roadworthy.policy.expectations import bound_rules, unexpected, unmet
from roadworthy.policy.faults import LoosenPolicy, SpoilEvidence
from roadworthy.policy.frameworks.known import FRAMEWORKS, is_plausible
from roadworthy.policy.model import EvidenceCheck, FactCheck, Layer, MeasureCheck
from roadworthy.policy.ports import Fails, Holds, Missing
from roadworthy.policy.resolve import pack_digest, resolve
from roadworthy.policy.strictness import severity_rank

SECTORS = ("children", "finance", "healthcare", "hr")
THREATS = {f"T{number:02d}" for number in range(1, 39)}
BELOW_PROHIBITED = (RiskTier.MINIMAL, RiskTier.LIMITED, RiskTier.HIGH, RiskTier.CRITICAL)
MEANT_FOR = {
    "children": {"system": {"data_classes": ["children"]}},
    "finance": {"system": {"data_classes": ["financial"], "legal_facts": {}}},
    "healthcare": {"system": {"data_classes": ["special_category"], "legal_facts": {}}},
    "hr": {"system": {"legal_facts": {"employment_decisions": True}}},
}
MEANT_FOR_NONE = {
    "system": {
        "data_classes": ["public"],
        "legal_facts": {
            "credit_scoring": False,
            "insurance_pricing": False,
            "emergency_triage": False,
            "employment_decisions": False,
            "employment_recruitment": False,
            "employment_management": False,
        },
    }
}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return PackFolders(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def packs(source):
    return {name: source.load(name) for name in shipped_packs()}


def rules_of(pack):
    return [rule for control in pack.controls for rule in control.rules]


@cache
def digest_of(pack):
    return pack_digest(pack)


@cache
def resolved_of(packs, tier):
    return {rule.id: rule for rule in resolve(packs, tier=tier, digests={p.name: digest_of(p) for p in packs}).rules}


def resolved(packs, tier):
    return resolved_of(tuple(packs), tier)


def allowed(check):
    return check.threshold if check.comparator == "<=" else 1 - check.threshold


def strictness(rule):
    """Numbers that only grow as a rule gets stricter; the rest of a rule no tightening may touch."""
    check = rule.require
    numbers = [severity_rank(rule.severity)]
    if isinstance(check, MeasureCheck):
        numbers += [-allowed(check), check.confidence, check.min_samples, check.min_coverage]
        numbers += [-check.max_age_days, -check.max_calibration_age_days]
    if isinstance(check, EvidenceCheck):
        numbers.append(-check.max_age_days)
    return numbers


@pytest.mark.parametrize("name", SECTORS)
def test_each_has_no_problem_and_is_a_pack_of_its_sector(packs, name):
    assert problems([packs["base"], packs[name]], CelConditions(), threats=THREATS) == ()
    assert packs[name].layer is Layer.SECTOR
    assert 8 <= len(packs[name].controls) <= 14


@pytest.mark.parametrize("name", SECTORS)
def test_each_meets_its_cases_and_owes_none(packs, source, name):
    under = [packs["base"]]
    trial, rules = source.trial(name), bound_rules(packs[name], under=under)

    assert failures(packs[name], source.cases(name), CelConditions(), under=under) == ()
    assert uncovered(packs[name], source.cases(name)) == ()
    assert unmet(trial.expectations, rules) == ()
    assert unexpected(trial.expectations, rules) == ()


@pytest.mark.parametrize("name", SECTORS)
@pytest.mark.parametrize("region", [(), ("eu",), ("uk",), ("us",)])
@pytest.mark.parametrize("tier", BELOW_PROHIBITED)
def test_over_the_base_and_a_region_each_adds_and_only_tightens(packs, name, region, tier):
    if not set(region) <= set(packs):
        pytest.skip(f"no pack {region} is shipped")
    wider = [packs["base"], *(packs[one] for one in region)]
    before, after = resolved(wider, tier), resolved([*wider, packs[name]], tier)

    assert set(before) <= set(after)
    assert all(
        now >= then
        for rule in before
        for then, now in zip(strictness(before[rule]), strictness(after[rule]), strict=True)
    )
    assert (set(after) > set(before)) == (tier is not RiskTier.MINIMAL)


@pytest.mark.parametrize("name", SECTORS)
def test_each_tightens_rules_that_then_differ(packs, name):
    every = {tier: (resolved([packs["base"]], tier), resolved([packs["base"], packs[name]], tier)) for tier in RiskTier}
    moved = {
        rule
        for before, after in every.values()
        for rule in before
        if strictness(before[rule]) != strictness(after[rule])
    }

    assert moved == {change.rule for change in packs[name].tighten}
    assert len(moved) >= 5


@pytest.mark.parametrize("pair", tuple(permutations(SECTORS, 2)))
def test_two_sectors_at_once_resolve_in_either_order(packs, pair):
    together = resolved([packs["base"], packs[pair[0]], packs[pair[1]]], RiskTier.HIGH)

    assert {rule.partition("/")[0] for rule in together} >= {"base", *pair}


@pytest.mark.parametrize("tier", BELOW_PROHIBITED)
def test_every_shipped_pack_at_once_resolves(packs, tier):
    everything = sorted(packs.values(), key=lambda pack: pack.layer.rank)
    wanted = {"base", *SECTORS} if tier is not RiskTier.MINIMAL else {"base"}

    assert {rule.partition("/")[0] for rule in resolved(everything, tier)} >= wanted


@pytest.mark.parametrize("name", SECTORS)
def test_silence_answers_no_rule_and_switches_none_off(packs, name):
    language = CelConditions()
    texts = {rule.applies_when for rule in rules_of(packs[name])} - {"true"}
    texts |= {rule.require.condition for rule in rules_of(packs[name]) if isinstance(rule.require, FactCheck)}

    assert {text: type(language.evaluate(text, {})) for text in texts} == dict.fromkeys(texts, Missing)


@pytest.mark.parametrize("name", SECTORS)
def test_each_says_for_which_systems_it_is_meant(packs, name):
    language = CelConditions()

    assert language.evaluate(packs[name].suits, MEANT_FOR[name]) == Holds()
    assert language.evaluate(packs[name].suits, MEANT_FOR_NONE) == Fails()


@pytest.mark.parametrize("name", SECTORS)
def test_each_has_rules_of_all_three_kinds_at_limited_and_above(packs, name):
    for tier in (RiskTier.LIMITED, RiskTier.HIGH, RiskTier.CRITICAL):
        own = [r for r in resolved([packs["base"], packs[name]], tier).values() if r.id.startswith(f"{name}/")]

        assert {type(rule.require) for rule in own} == {FactCheck, MeasureCheck, EvidenceCheck}, tier


@pytest.mark.parametrize("name", SECTORS)
def test_every_bar_can_be_met_with_the_samples_that_it_asks_for(packs, name):
    for tier in BELOW_PROHIBITED:
        for rule in resolved([packs["base"], packs[name]], tier).values():
            if isinstance(rule.require, MeasureCheck):
                worst = 1 - (1 - rule.require.confidence) ** (1 / rule.require.min_samples)
                assert worst <= allowed(rule.require), rule.id


@pytest.mark.parametrize("name", SECTORS)
def test_no_category_is_asked_less_in_a_higher_tier(packs, name):
    bars = {}
    for tier in (RiskTier.LIMITED, RiskTier.HIGH, RiskTier.CRITICAL):
        for rule in resolved([packs["base"], packs[name]], tier).values():
            if isinstance(rule.require, MeasureCheck) and rule.id.startswith(f"{name}/"):
                bars.setdefault(rule.require.category, []).append(strictness(rule))

    assert bars
    for category, rows in bars.items():
        for lower, higher in pairwise(rows):
            assert all(now >= then for then, now in zip(lower, higher, strict=True)), category


@pytest.mark.parametrize("name", SECTORS)
def test_every_remedy_names_the_command_that_makes_the_evidence(packs, name):
    for rule in rules_of(packs[name]):
        if isinstance(rule.require, MeasureCheck):
            assert f"`rw eval run {rule.require.category}`" in rule.remediation
        elif isinstance(rule.require, EvidenceCheck):
            option = "--document PATH --statement" if rule.require.type.startswith("document:") else "--statement"
            assert f"`rw attest {rule.require.type} {option} TEXT`" in rule.remediation


def test_every_command_that_a_remedy_names_is_one(packs, capsys):
    remedies = " ".join(rule.remediation for name in SECTORS for rule in rules_of(packs[name]))
    commands = {tuple(words.split()) for words in re.findall(r"`rw (attest|[a-z]+ [a-z]+)\b", remedies)}

    assert len(commands) >= 5
    for command in commands:
        assert run([*command, "--help"]) == 0, command
        assert f"rw {' '.join(command)}" in capsys.readouterr().out


@pytest.mark.parametrize("name", SECTORS)
def test_sentences_are_sentences_and_none_promises_that_the_law_is_met(packs, name):
    texts = [text for rule in rules_of(packs[name]) for text in (rule.message, rule.remediation)]
    texts += [text for control in packs[name].controls for text in (control.why, control.objective)]
    texts += [link.rationale for control in packs[name].controls for link in control.links]
    texts += [change.reason for change in packs[name].tighten]

    assert [text for text in texts if not text.endswith(".") or "  " in text or "complian" in text.lower()] == []


@pytest.mark.parametrize("name", SECTORS)
def test_every_link_is_a_proposal_to_an_identifier_that_exists_and_no_twin(packs, name):
    links = [link for control in packs[name].controls for link in control.links]

    assert {link.status for link in links} == {"proposed"}
    assert [link.id for link in links if not is_plausible(link.framework, link.id)] == []
    assert {link.framework for link in links} <= set(FRAMEWORKS)
    assert all(len(control.links) >= 3 for control in packs[name].controls)


@pytest.mark.parametrize("name", SECTORS)
def test_its_sources_name_every_framework_and_every_category_that_it_asks_for(packs, name):
    text = files("roadworthy.packs").joinpath(name, "SOURCES.md").read_text(encoding="utf-8")
    asked = {link.framework for control in packs[name].controls for link in control.links}
    asked |= {rule.require.category for rule in rules_of(packs[name]) if isinstance(rule.require, MeasureCheck)}

    assert [one for one in sorted(asked) if f"| `{one}` |" not in text] == []
    assert "compliant" not in text


@pytest.mark.parametrize("name", SECTORS)
def test_every_technical_control_has_a_fault_that_its_rules_can_see(packs, source, name):
    faults = source.faults(name)
    rules = {rule.id: rule.require for rule in rules_of(packs[name])}
    planted = {
        (edit.type, rule) for fault in faults for edit in fault.plant for rule in fault.caught_by
        if isinstance(edit, SpoilEvidence)
    }  # fmt: skip
    seen = {
        (f"eval:{check.category}" if isinstance(check, MeasureCheck) else getattr(check, "type", ""), rule)
        for rule, check in rules.items()
    }

    assert unproven([packs[name]], faults) == ()
    assert {rule for fault in faults for rule in fault.caught_by} <= set(rules)
    assert planted <= seen
    assert all(fault.id.startswith(f"{name}-") for fault in faults)
    assert not any(isinstance(edit, LoosenPolicy) for fault in faults for edit in fault.plant)


@pytest.mark.parametrize("name", SECTORS)
def test_what_is_put_right_in_a_copy_is_for_rules_that_a_fault_is_to_prove(source, name):
    named = {rule for fault in source.faults(name) for rule in fault.caught_by}

    assert source.repairs(name)
    assert {rule for repair in source.repairs(name) for rule in repair.rules} <= named


def test_no_fault_or_evidence_type_of_one_sector_is_anothers(packs, source):
    faults = Counter(fault.id for name in ("base", *SECTORS) for fault in source.faults(name))
    types = Counter(
        kind
        for name in ("base", *SECTORS)
        for kind in {rule.require.type for rule in rules_of(packs[name]) if isinstance(rule.require, EvidenceCheck)}
    )

    assert max(faults.values()) == 1
    assert max(types.values()) == 1
