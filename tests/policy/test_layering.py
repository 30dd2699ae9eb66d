"""A lower layer can only tighten: a law over generated packs of all five layers, and over what a release shows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from fakes.layers import DAYS, TIERS, meddling, resolved, stacks, verdict_in, wider_and_all, wild_tightenings, worlds
from roadworthy.core.errors import PackError
from roadworthy.gates.model import RuleOutcome, Verdict
from roadworthy.policy.model import Layer, Tightening
from roadworthy.policy.resolve import binds, dated
from roadworthy.policy.strictness import looser_rule_fields

LAW = settings(max_examples=70, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
NEVER_LATER = date.min
WORSE = (Verdict.SHIP, Verdict.CONDITIONS, "does not ship")
"""Verdicts, best first. *Blocked* and *cannot tell* are one here: to ask for more confidence, or for younger
evidence, can turn what was refuted into what nobody knows. Neither ships."""


def rank(verdict):
    return WORSE.index(verdict if verdict in WORSE else "does not ship")


def policy_of(packs, tier, on=None):
    """The policy, or None where nothing binds the tier."""
    with suppress(PackError):
        return resolved(packs, tier, on)
    return None


def assert_nothing_looser(before, after):
    now = {rule.id: rule for rule in after.rules}
    for rule in before.rules:
        assert rule.id in now, f"{rule.id} is no longer in force"
        assert looser_rule_fields(rule, now[rule.id]) == ()
        assert set(now[rule.id].who_may_waive) <= set(rule.who_may_waive)
        assert (now[rule.id].effective_on or NEVER_LATER) <= (rule.effective_on or NEVER_LATER)


@LAW
@given(both=wider_and_all(), tier=st.sampled_from(TIERS), on=st.sampled_from([None, *DAYS]))
def test_more_packs_of_lower_layers_loosen_no_rule(both, tier, on):
    wider, everything = both
    before = policy_of(wider, tier, on)
    assume(before is not None)

    after = resolved(everything, tier, on)

    event(f"{len(everything) - len(wider)} packs more")
    assert_nothing_looser(before, after)


@LAW
@given(packs=stacks(), tier=st.sampled_from(TIERS), data=st.data(), on=st.sampled_from([None, *DAYS]))
def test_whatever_a_lower_layer_asks_is_refused_or_loosens_nothing(packs, tier, data, on):
    before = policy_of(packs, tier, on)
    assume(before is not None)
    rule = data.draw(st.sampled_from(before.rules))
    lowest = meddling(
        rule, data.draw(wild_tightenings(rule.id)), effective_on=data.draw(st.sampled_from([None, *DAYS]))
    )

    after = policy_of([*packs, lowest], tier, on)

    event("refused" if after is None else "taken")
    if after is not None:
        assert_nothing_looser(before, after)


@LAW
@given(packs=stacks(), tier=st.sampled_from(TIERS), days=st.tuples(*[st.sampled_from(DAYS)] * 2).map(sorted))
def test_as_days_pass_no_rule_is_loosened(packs, tier, days):
    before, after = (policy_of(packs, tier, day) for day in days)
    assume(before is not None)

    assert_nothing_looser(before, after)


@LAW
@given(packs=stacks(), tier=st.sampled_from(TIERS), order=st.randoms(use_true_random=False))
def test_the_order_in_which_packs_are_named_makes_no_difference(packs, tier, order):
    before = policy_of(packs, tier)
    shuffled = list(packs)
    order.shuffle(shuffled)

    assert policy_of(shuffled, tier) == before


@LAW
@given(packs=stacks(), tier=st.sampled_from(TIERS))
def test_exactly_the_rules_whose_tiers_say_so_are_in_force(packs, tier):
    """No pack, wherever it stands, takes another's rule out of a tier or puts it off."""
    policy = policy_of(packs, tier)
    own = [(pack, c, r) for pack in packs for c in pack.controls for r in c.rules if binds(r, c, tier)]

    in_force = {rule.id: rule.effective_on for rule in policy.rules} if policy else {}
    assert in_force == {rule.id: dated(rule, pack).effective_on for pack, _, rule in own}


@pytest.mark.slow
@settings(LAW, max_examples=150)
@given(both=wider_and_all(), world=worlds(), tier=st.sampled_from(TIERS))
def test_more_packs_never_let_a_release_through_that_fewer_stopped(both, world, tier):
    """Of a policy of which nothing applies nothing is known; that one is left out."""
    wider, everything = both
    before = policy_of(wider, tier)
    assume(before is not None)
    fewer = verdict_in(world, before, registered=before)
    assume(any(r.outcome not in (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING) for r in fewer.results))

    more = verdict_in(world, resolved(everything, tier), registered=before)

    event(f"{fewer.verdict} -> {more.verdict}")
    assert rank(more.verdict) >= rank(fewer.verdict)


@LAW
@given(both=wider_and_all(), world=worlds(), tier=st.sampled_from(TIERS))
def test_a_rule_that_passes_under_more_packs_passed_under_fewer(both, world, tier):
    wider, everything = both
    before = policy_of(wider, tier)
    assume(before is not None)

    fewer = {r.rule: r for r in verdict_in(world, before, registered=before).results}
    more = {r.rule: r for r in verdict_in(world, resolved(everything, tier), registered=before).results}

    for id, result in fewer.items():
        if more[id].outcome is RuleOutcome.PASS:
            assert result.outcome is RuleOutcome.PASS


def test_a_tightening_has_no_word_for_tiers_waivers_days_or_conditions():
    """What a lower layer may say of another's rule: these values, each of which must be at least as strict."""
    assert {field.name for field in fields(Tightening)} == {
        "rule",
        "reason",
        "threshold",
        "confidence",
        "min_samples",
        "min_coverage",
        "max_age_days",
        "max_calibration_age_days",
        "severity",
    }


def test_a_lower_layer_cannot_define_a_rule_of_a_wider_one_anew(pack, control, rule):
    org = pack()

    with pytest.raises(ValueError, match="'org/leak' must start with 'own/'"):
        pack("own", layer=Layer.SYSTEM, controls=(control("own/c", rules=(rule("org/leak"),)),))
    with pytest.raises(PackError, match="packs repeat: org"):
        resolved([org, replace(org, layer=Layer.SYSTEM)], TIERS[1])


def test_a_wider_layer_cannot_reach_down_to_a_rule_of_a_lower_one(pack, control, rule):
    own = pack("own", layer=Layer.SYSTEM, controls=(control("own/c", rules=(rule("own/r"),)),))
    change = Tightening(rule="own/r", reason="r", threshold=0.01)

    with pytest.raises(PackError, match="which neither its layer nor a wider one has"):
        resolved([pack(tighten=(change,)), own], TIERS[1])


def test_a_lower_pack_that_takes_effect_later_puts_off_only_itself(pack, control, rule):
    later = DAYS[-1]
    change = Tightening(rule="org/leak", reason="r", threshold=0.01)
    own = pack(
        "own",
        layer=Layer.SYSTEM,
        effective_on=later,
        controls=(control("own/c", rules=(rule("own/r"),)),),
        tighten=(change,),
    )

    today = {r.id: r for r in resolved([pack(), own], TIERS[1], DAYS[1]).rules}
    then = {r.id: r for r in resolved([pack(), own], TIERS[1], later).rules}

    assert (today["org/leak"].effective_on, today["own/r"].effective_on) == (None, later)
    assert (today["org/leak"].require.threshold, then["org/leak"].require.threshold) == (0.05, 0.01)
