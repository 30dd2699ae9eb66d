from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.gate_world import NOW, declared, evidence_check, fact_check, held, judge, policy, rule, run_evidence
from roadworthy.gates.ahead import binds_by_then
from roadworthy.policy.resolved import PendingTightening

DAY = NOW.date() + timedelta(days=20)
THEN = NOW + timedelta(days=20)
PENDING = PendingTightening(
    rule="base/injection", effective_on=DAY, pack="own", reason="why", becomes=("threshold 0.05 → 0.02",)
)


def with_pending(binding):
    return replace(binding, controls=tuple(replace(item, pending=(PENDING,)) for item in binding.controls))


def test_a_pending_tightening_is_shown_beside_its_rule():
    decision = judge(evidence=held(run_evidence()), binding=with_pending(policy(rule())))

    assert decision.results[0].pending == (PENDING.text,)


def test_a_tightening_that_arrives_is_named_even_where_the_rule_still_holds():
    evidence = held(run_evidence())
    now, then = judge(evidence=evidence, binding=with_pending(policy(rule()))), judge(evidence=evidence)

    (change,) = binds_by_then(now, then)

    assert (change.change, change.now, change.then) == ("tightens", "pass", "pass")
    assert change.reason.startswith("tightens on 2026-06-21: threshold 0.05 → 0.02")


def test_a_rule_that_takes_effect_is_named():
    coming = rule(fact_check("system.name == 'Shop'"), effective_on=DAY)

    (change,) = binds_by_then(judge(coming), judge(coming, now=THEN))

    assert (change.change, change.now, change.then) == ("takes_effect", "pending", "fail")


@pytest.mark.parametrize(
    ("max_age", "changes"),
    [pytest.param(21, [], id="lasts until then"), pytest.param(20, ["lapses"], id="a day too old by then")],
)
def test_evidence_that_does_not_last_until_then_is_named(max_age, changes):
    asks = rule(evidence_check(max_age_days=max_age))
    evidence = held(declared())

    found = binds_by_then(judge(asks, evidence=evidence), judge(asks, evidence=evidence, now=THEN))

    assert [change.change for change in found] == changes


def test_nothing_that_stays_as_it_is_is_named():
    decision = judge(evidence=held(run_evidence()))

    assert binds_by_then(decision, decision) == ()
