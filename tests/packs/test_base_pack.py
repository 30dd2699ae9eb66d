"""The base pack as shipped: it loads, checks, resolves, and each of its rules is seen to work."""

import re
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.gates.trying.cases import failures
from roadworthy.policy.categories import CATEGORIES
from roadworthy.policy.check import problems
from roadworthy.policy.coverage import uncovered
from roadworthy.policy.expectations import bound_rules, unexpected, unmet
from roadworthy.policy.model import Area, EvidenceCheck, FactCheck, MeasureCheck
from roadworthy.policy.resolve import pack_digest, resolve

SHARED = Path(__file__).parents[3] / "shared" / "catalogs"
THREATS = {f"T{number:02d}" for number in range(1, 39)}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return PackFolders(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def base(source):
    return source.load("base")


@pytest.fixture(scope="module")
def rules(base):
    return [rule for control in base.controls for rule in control.rules]


LEFT_TO_TEAMS = {"refusal_quality", "structured_output"}
"""Categories that matter in some uses only, so that no rule of the base pack asks for them."""


def resolved(base, tier):
    return resolve([base], tier=tier, digests={"base": pack_digest(base)})


def test_it_has_no_problem(base):
    assert problems([base], CelConditions(), threats=THREATS) == ()


def test_every_case_is_met(base, source):
    assert failures(base, source.cases("base"), CelConditions()) == ()


def test_every_rule_is_seen_in_every_way_in_which_it_can_answer(base, source):
    assert uncovered(base, source.cases("base")) == ()


def test_every_rule_binds_as_expected(base, source):
    rules = bound_rules(base)
    expectations = source.trial("base").expectations

    assert unmet(expectations, rules) == ()
    assert unexpected(expectations, rules) == ()


def test_notes_of_cases_are_unique(source):
    counts = Counter(case.note for case in source.cases("base"))

    assert [note for note, count in counts.items() if count > 1] == []


def test_it_covers_every_area_threat_and_category(base, rules):
    measured = {rule.require.category for rule in rules if isinstance(rule.require, MeasureCheck)}

    assert len(base.controls) >= 45
    assert min(Counter(control.area for control in base.controls).values()) >= 4
    assert {control.area for control in base.controls} == set(Area)
    assert {threat for control in base.controls for threat in control.threats} == THREATS
    assert measured == set(CATEGORIES) - LEFT_TO_TEAMS


def test_the_threats_that_it_counters_are_in_the_catalogue(base):
    catalogue = files("roadworthy.packs").joinpath("threats.yaml").read_text(encoding="utf-8")
    known = set(re.findall(r"^ *- id: (T\d+)$", catalogue, re.MULTILINE))

    assert {threat for control in base.controls for threat in control.threats} <= known


def test_silence_fails_no_rule_and_passes_none(rules):
    """With no fact stated at all, no fact rule may say yes or no."""
    language = CelConditions()
    said = {
        rule.id: language.evaluate(rule.require.condition, {}) for rule in rules if isinstance(rule.require, FactCheck)
    }

    assert {type(truth).__name__ for truth in said.values()} == {"Missing"}


def test_silence_switches_no_rule_off(rules):
    language = CelConditions()
    conditions = {rule.applies_when for rule in rules if rule.applies_when != "true"}

    assert {type(language.evaluate(text, {})).__name__ for text in conditions} == {"Missing"}


@pytest.mark.parametrize("tier", [RiskTier.MINIMAL, RiskTier.LIMITED, RiskTier.HIGH, RiskTier.CRITICAL])
def test_every_tier_below_prohibited_has_rules_of_each_kind(base, tier):
    kinds = {type(rule.require) for rule in resolved(base, tier).rules}

    assert kinds == {FactCheck, MeasureCheck, EvidenceCheck}


def test_a_prohibited_system_is_stopped_and_nobody_may_waive_it(base):
    blocking = [r for r in resolved(base, RiskTier.PROHIBITED).rules if r.severity is Severity.BLOCK]

    assert [(rule.id, rule.who_may_waive) for rule in blocking] == [("base/not-prohibited", ())]


def test_a_higher_tier_never_asks_less_of_a_measurement(base):
    """Of each category, the strictest blocking or warning bar only gets stricter with the tier."""
    order = [RiskTier.LIMITED, RiskTier.HIGH, RiskTier.CRITICAL]
    asked = {tier: {} for tier in order}
    for tier in order:
        for rule in resolved(base, tier).rules:
            check = rule.require
            if isinstance(check, MeasureCheck):
                allowed = check.threshold if check.comparator == "<=" else 1 - check.threshold
                asked[tier][check.category] = (
                    -tuple(Severity).index(rule.severity),
                    allowed,
                    -check.min_samples,
                    -check.confidence,
                    check.max_age_days,
                )
    for lower, higher in pairwise(order):
        for category, bar in asked[lower].items():
            assert all(now <= before for now, before in zip(asked[higher][category], bar, strict=True)), (
                f"{category} asks less at {higher} than at {lower}"
            )


def test_every_bar_can_be_met_with_the_samples_that_it_asks_for(rules):
    """A flawless run of `min_samples` must pass: Clopper-Pearson at zero failures, 1 - (1 - c)^(1/n)."""
    for rule in rules:
        check = rule.require
        if isinstance(check, MeasureCheck):
            worst = 1 - (1 - check.confidence) ** (1 / check.min_samples)
            allowed = check.threshold if check.comparator == "<=" else 1 - check.threshold
            assert worst <= allowed, rule.id


def test_a_rule_with_a_remedy_by_evaluation_names_its_category(rules):
    for rule in rules:
        if isinstance(rule.require, MeasureCheck):
            assert f"`rw eval run {rule.require.category}`" in rule.remediation
        elif isinstance(rule.require, EvidenceCheck) and rule.require.type == "proof:controls":
            assert "`rw controls prove" in rule.remediation
        elif isinstance(rule.require, EvidenceCheck):
            assert f"rw attest {rule.require.type} " in rule.remediation


def test_sentences_are_sentences(base, rules):
    texts = [text for rule in rules for text in (rule.message, rule.remediation)]
    texts += [text for control in base.controls for text in (control.why, control.objective)]
    texts += [link.rationale for control in base.controls for link in control.links]

    assert [text for text in texts if not text.endswith(".") or "  " in text] == []


@pytest.mark.shared
def test_links_name_identifiers_that_the_catalogues_have(base):
    if not SHARED.is_dir():
        pytest.skip("the catalogues are not beside the checkout")
    text = {
        "nist-ai-rmf": (SHARED / "nist-ai-rmf-1.0-core.json").read_text(encoding="utf-8"),
        "nist-ai-600-1": (SHARED / "ibm-ai-atlas-nexus/data/nist_ai_rmf_actions_data.yaml").read_text(encoding="utf-8"),
        "iso-42001": (SHARED / "iso-42001-annex-a-ids.json").read_text(encoding="utf-8"),
        "mitre-atlas": (SHARED / "mitre-atlas/ATLAS.yaml").read_text(encoding="utf-8"),
        "owasp-llm": (SHARED / "owasp-llm-asi-identifiers.json").read_text(encoding="utf-8"),
        "owasp-asi": (SHARED / "owasp-llm-asi-identifiers.json").read_text(encoding="utf-8"),
    }
    links = {(link.framework, link.id) for control in base.controls for link in control.links}

    assert [pair for pair in sorted(links) if pair[0] in text and pair[1] not in text[pair[0]]] == []
