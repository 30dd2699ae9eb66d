from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.layers import stacks
from roadworthy.core.evidence import Assurance, Origin
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.expressions.parse import parse
from roadworthy.policy.expressions.write import write
from roadworthy.policy.model import EvidenceCheck, FactCheck, Layer, MeasureCheck, Tightening
from roadworthy.policy.mutation.binding import postponed
from roadworthy.policy.mutation.conditions import changed_trees
from roadworthy.policy.mutation.mutants import mutants, rule_changes
from roadworthy.policy.strictness import looser_rule_fields

CHECK = MeasureCheck(category="personal_data", comparator="<=", threshold=0.05, min_samples=60, slices=("language",))
ANY_WAY = {"turn_rate", "ask_for_another", "always_apply", "never_apply"}


def made(rule, operator):
    return [change.change for change in rule_changes(rule) if change.operator == operator]


@pytest.mark.parametrize(
    ("operator", "changes"),
    [
        ("loosen_threshold", ["threshold: 0.05 -> 0.0666667", "threshold: 0.05 -> 0.525"]),
        ("lower_confidence", ["confidence: 0.95 -> 0.9", "confidence: 0.95 -> 0.55"]),
        ("lower_min_samples", ["min_samples: 60 -> 59", "min_samples: 60 -> 30"]),
        ("lower_min_coverage", ["min_coverage: 0.9 -> 0.855", "min_coverage: 0.9 -> 0.45"]),
        ("lengthen_max_age", ["max_age_days: 90 -> 91", "max_age_days: 90 -> 180"]),
        (
            "lengthen_calibration_age",
            ["max_calibration_age_days: 180 -> 181", "max_calibration_age_days: 180 -> 360"],
        ),
        ("drop_slice", ["slices: without language"]),
        ("turn_on_imports", ["imports: no -> yes"]),
        ("turn_rate", ["rate: failure turned round"]),
        ("ask_for_another", ["category: personal_data -> quality"]),
        ("soften_severity", ["severity: block -> warn"]),
        ("drop_tier", ["tiers: without limited", "tiers: without high"]),
        ("widen_waivers", ["who_may_waive: with ai_owner"]),
        ("postpone", ["effective_on: 2100-01-01"]),
        ("never_apply", ["applies_when: false"]),
        ("always_apply", []),
    ],
)
def test_a_measure_rule_is_loosened_in_each_way(rule, operator, changes):
    one = rule(require=CHECK, tiers=(RiskTier.LIMITED, RiskTier.HIGH))

    assert made(one, operator) == changes


def test_a_success_rate_is_loosened_downwards(rule):
    check = MeasureCheck(category="quality", rate="success", comparator=">=", threshold=0.8, min_samples=50)

    assert made(rule(require=check), "loosen_threshold") == ["threshold: 0.8 -> 0.78", "threshold: 0.8 -> 0.4"]


def test_what_is_as_loose_as_can_be_is_not_loosened(rule):
    check = replace(CHECK, threshold=1.0, min_samples=1, imports=True, slices=())
    one = rule(require=check, severity=Severity.INFO)

    operators = {change.operator for change in rule_changes(one)}

    assert operators.isdisjoint(
        {"loosen_threshold", "lower_min_samples", "turn_on_imports", "drop_slice", "soften_severity"}
    )


def test_an_evidence_rule_is_loosened_in_each_way(rule):
    check = EvidenceCheck(
        type="document:runbook",
        origins=(Origin.HUMAN_DECLARED,),
        min_assurance=Assurance.REPRODUCED,
        max_age_days=30,
        about=("tool", "model"),
    )

    found = [(c.operator, c.change) for c in rule_changes(rule(require=check))][:9]

    assert found == [
        ("ask_for_another", "type: document:runbook -> document:runbook-other"),
        ("lengthen_max_age", "max_age_days: 30 -> 31"),
        ("lengthen_max_age", "max_age_days: 30 -> 60"),
        ("widen_origins", "origins: with machine_run"),
        ("widen_origins", "origins: with imported_attestation"),
        ("lower_assurance", "min_assurance: reproduced -> self_attested"),
        ("lower_assurance", "min_assurance: reproduced -> independent"),
        ("drop_about", "about: without tool"),
        ("drop_about", "about: without model"),
    ]


@pytest.mark.parametrize(
    ("condition", "changed"),
    [
        ("a == 1", ["!(a == 1)", "a != 1", "a == 2", "a == 0"]),
        ("a < 1", ["!(a < 1)", "a >= 1", "a <= 1", "a < 2", "a < 0"]),
        ("a && b", ["!(a && b)", "a", "b", "a || b"]),
        ("!a", ["a"]),
        ("a in ['x', 'y']", ["!(a in ['x', 'y'])", "a in ['y']", "a in ['x']"]),
        ("s.all(x, x)", ["!s.all(x, x)", "s.exists(x, x)", "s.all(x, !x)"]),
        ("s.exists_one(x, x)", ["!s.exists_one(x, x)", "s.exists(x, x)", "s.exists_one(x, !x)"]),
        ("a == 'x'", ["!(a == 'x')", "a != 'x'", "a == 'x-other'"]),
        ("a == true", ["!(a == true)", "a != true", "a == false"]),
        ("c ? a : b", ["!(c ? a : b)", "!c ? a : b", "a", "b"]),
        (
            "p.matches('[.](bin|pt)$')",
            ["!p.matches('[.](bin|pt)$')", "p.matches('[.](pt)$')", "p.matches('[.](bin)$')"],
        ),
    ],
)
def test_a_condition_is_changed_at_each_node(condition, changed):
    found = list(dict.fromkeys(write(tree) for _, tree in changed_trees(parse(condition))))

    assert [text for text in found if "matches('[.](bin|pt)$-other')" not in text] == changed


def test_a_condition_that_nobody_can_read_is_still_switched(fact_rule):
    found = {change.operator for change in rule_changes(fact_rule(condition="((", applies_when="))"))}

    assert {"always_apply", "never_apply"} <= found
    assert "negate" not in found


def test_a_number_that_has_no_neighbour_does_not_hide_the_other_changes(fact_rule):
    one = fact_rule(condition="a == 9223372036854775807 && b == 'x'")

    assert "condition: a == 9223372036854775807 && b == 'x-other'" in made(one, "change_constant")


def test_a_pack_loses_rules_and_controls(pack, control, rule):
    org = pack(
        controls=(
            control(rules=(rule("org/a"), rule("org/b"))),
            control("org/second", rules=(rule("org/c"),)),
        )
    )

    dropped = {(m.operator, m.rule) for m in mutants(org) if m.operator.startswith("drop_")}

    assert dropped == {
        ("drop_rule", "org/a"),
        ("drop_rule", "org/b"),
        ("drop_rule", "org/c"),
        ("drop_control", "org/privacy"),
        ("drop_tier", "org/privacy"),
        ("drop_tier", "org/second"),
    }


def test_a_pack_of_one_rule_keeps_it(pack):
    assert [m.operator for m in mutants(pack()) if m.operator in ("drop_rule", "drop_control")] == []


def test_a_tightening_is_dropped_and_weakened_towards_the_rule(pack):
    change = Tightening(rule="org/leak", reason="r", threshold=0.01, min_samples=300, severity=Severity.BLOCK)
    other = Tightening(rule="org/leak", reason="r", max_age_days=30)
    sector = pack("sector", layer=Layer.SECTOR, controls=(), tighten=(change, other))

    found = [(m.operator, m.change) for m in mutants(sector, under=[pack()])]

    assert found == [
        ("drop_tightening", "the tightening is gone"),
        ("weaken_tightening", "threshold: 0.01 -> 0.03"),
        ("weaken_tightening", "threshold: 0.01 -> 0.05"),
        ("weaken_tightening", "min_samples: 300 -> 180"),
        ("weaken_tightening", "min_samples: 300 -> 60"),
        ("drop_tightening", "the tightening is gone"),
        ("weaken_tightening", "max_age_days: 30 -> 60"),
        ("weaken_tightening", "max_age_days: 30 -> 90"),
        ("postpone_pack", "effective_on: 2100-01-01"),
    ]


def test_a_severity_that_was_raised_is_lowered_one_step(pack, control, rule):
    org = pack(controls=(control(rules=(rule(severity=Severity.INFO),)),))
    change = Tightening(rule="org/leak", reason="r", severity=Severity.BLOCK)

    found = [m.change for m in mutants(pack("s", controls=(), tighten=(change,)), under=[org])]

    assert found == ["severity: block -> warn", "effective_on: 2100-01-01"]


def test_the_last_day_that_there_is_stays_the_last():
    assert postponed(date.max) == date.max
    assert postponed(date(2030, 1, 1)) == date(2030, 1, 31)


@settings(max_examples=40)
@given(packs=stacks())
def test_each_mutant_differs_and_the_same_pack_gives_the_same(packs):
    pack, under = packs[-1], packs[:-1]

    found = list(mutants(pack, under=under))

    assert all(mutant.pack != pack for mutant in found)
    assert [(m.operator, m.rule, m.change) for m in found] == [
        (m.operator, m.rule, m.change) for m in mutants(pack, under=under)
    ]


@settings(max_examples=60)
@given(packs=stacks(), data=st.data())
def test_a_number_that_is_changed_asks_less(packs, data):
    """What the strictness of rules knows to order, every loosening of a number loosens."""
    rules = [rule for pack in packs for control in pack.controls for rule in control.rules]
    rule = data.draw(st.sampled_from(rules))

    for change in rule_changes(rule):
        if isinstance(rule.require, FactCheck) or change.operator in ANY_WAY | {
            "drop_tier",
            "widen_waivers",
            "postpone",
        }:
            continue
        assert looser_rule_fields(rule, change.rule), change
