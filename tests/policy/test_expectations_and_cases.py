from dataclasses import replace
from datetime import date

import pytest

from roadworthy.core.errors import PackError
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.expectations import Expectation, Survivor, bound_rules, unexpected, unmet
from roadworthy.policy.model import Layer, Tightening

AS_IS = Expectation(rules=("org/leak",), tiers=(RiskTier.HIGH, RiskTier.LIMITED), severity=Severity.BLOCK)


def test_a_rule_that_binds_as_expected_is_not_named(pack):
    assert unmet([AS_IS], bound_rules(pack())) == ()
    assert unexpected([AS_IS], bound_rules(pack())) == ()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"severity": Severity.WARN}, "`severity` is warn, not block"),
        ({"tiers": (RiskTier.HIGH,)}, "`tiers` is high, not high, limited"),
        ({"who_may_waive": ("legal",)}, "`who_may_waive` is legal, not nobody"),
        ({"effective_on": date(2030, 1, 1)}, "`effective_on` is 2030-01-01, not at once"),
    ],
)
def test_a_rule_that_binds_otherwise_is_named(pack, control, rule, changes, line):
    org = pack(controls=(control(rules=(rule(**changes),)),))

    assert unmet([AS_IS], bound_rules(org)) == (f"org/leak: {line}",)


def test_a_rule_that_is_gone_is_named(pack):
    gone = replace(AS_IS, rules=("org/gone",))

    assert unmet([gone], bound_rules(pack())) == ("org/gone: is expected to bind, and there is no such rule",)


def test_every_rule_needs_one_expectation_and_not_two(pack):
    rules = bound_rules(pack())

    assert unexpected([], rules) == ("org/leak: no expectation says in which tiers it binds, and with what weight",)
    assert unexpected([AS_IS, AS_IS], rules) == ("org/leak: 2 expectations name it",)


def test_bound_rules_are_tightened_and_dated(pack):
    org = pack()
    day = date(2030, 1, 1)
    change = Tightening(rule="org/leak", reason="harm is likelier", threshold=0.01)
    sector = pack("sector", layer=Layer.SECTOR, controls=(), tighten=(change,), effective_on=day)

    bound = bound_rules(sector, under=[replace(org, effective_on=day)])["org/leak"]

    assert (bound.rule.require.threshold, bound.rule.effective_on) == (0.01, day)


def test_rules_that_a_pack_leaves_alone_are_not_its_own_to_test(pack, control, rule):
    wider = pack(controls=(control(rules=(rule(), rule("org/other"))),))
    change = Tightening(rule="org/leak", reason="harm is likelier", threshold=0.01)

    assert set(bound_rules(pack("sector", controls=(), tighten=(change,)), under=[wider])) == {"org/leak"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (Tightening(rule="org/gone", reason="r", threshold=0.01), "tightens 'org/gone', which none of these packs has"),
        (Tightening(rule="org/leak", reason="r", threshold=0.5), "`threshold` 0.5 would loosen 0.05"),
    ],
)
def test_a_tightening_that_cannot_be_applied_is_an_error(pack, change, problem):
    sector = pack("sector", controls=(), tighten=(change,))

    with pytest.raises(PackError, match=problem):
        bound_rules(sector, under=[pack()])


def test_a_survivor_needs_a_reason():
    with pytest.raises(ValueError, match="gives no reason"):
        Survivor(operator="negate", rule="p/r", reason=" ")


@pytest.mark.parametrize("empty", [{"rules": ()}, {"tiers": ()}])
def test_an_expectation_of_nothing_is_refused(empty):
    with pytest.raises(ValueError, match="at least one rule and one tier"):
        replace(AS_IS, **empty)
