from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadworthy.core.errors import PackError
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.model import Layer, Tightening
from roadworthy.policy.resolve import dated, pack_digest, resolve
from roadworthy.policy.strictness import looser_rule_fields

DAY = date(2027, 1, 1)
EVE = DAY - timedelta(days=1)


def resolved(*packs, on):
    return resolve(packs, tier=RiskTier.HIGH, digests={pack.name: pack_digest(pack) for pack in packs}, on=on)


@pytest.fixture
def later(pack):
    """A system's pack that tightens from `DAY` on."""

    def make(*, name="own", day=DAY, layer=Layer.SYSTEM, **values):
        change = Tightening(rule="org/leak", reason="Harm is likelier here.", **(values or {"threshold": 0.02}))
        return pack(name, layer=layer, controls=(), tighten=(change,), effective_on=day)

    return make


def test_a_tightening_binds_from_its_packs_day_and_not_before(pack, later):
    before = resolved(pack(), later(), on=EVE)
    after = resolved(pack(), later(), on=DAY)

    assert (before.rules[0].require.threshold, after.rules[0].require.threshold) == (0.05, 0.02)
    assert (before.controls[0].tightened_by, before.controls[0].pending[0].effective_on) == ((), DAY)
    assert after.controls[0].pending == ()


def test_what_is_pending_names_both_values_the_day_the_pack_and_the_reason(pack, later):
    (pending,) = resolved(pack(), later(threshold=0.02, min_samples=100), on=EVE).controls[0].pending

    assert pending.text == (
        "tightens on 2027-01-01: threshold 0.05 → 0.02, min_samples 60 → 100 (pack own: Harm is likelier here.)"
    )


def test_without_a_day_every_tightening_binds(pack, later):
    policy = resolved(pack(), later(), on=None)

    assert policy.rules[0].require.threshold == 0.02
    assert policy.controls[0].pending == ()


@pytest.fixture
def pack_of(pack, control, rule):
    return lambda day, **header: pack(controls=(control(rules=(rule(effective_on=day),)),), **header)


@pytest.mark.parametrize(
    ("own", "packs", "binds_from"),
    [
        pytest.param(None, None, None, id="neither"),
        pytest.param(DAY, None, DAY, id="the rule's own"),
        pytest.param(None, DAY, DAY, id="its pack's"),
        pytest.param(EVE, DAY, DAY, id="the pack's is later"),
        pytest.param(DAY, EVE, DAY, id="the rule's is later"),
    ],
)
def test_a_rule_binds_from_the_later_of_its_own_day_and_its_packs(pack_of, own, packs, binds_from):
    found = pack_of(own, effective_on=packs)

    assert resolved(found, on=EVE).rules[0].effective_on == binds_from


def test_a_tightening_that_will_not_fit_on_its_day_is_refused_today(pack, later):
    sector = later(name="sector", layer=Layer.SECTOR, threshold=0.02)
    own = replace(later(name="own", threshold=0.03), effective_on=None)

    with pytest.raises(PackError, match=r"from 2027-01-01 on: pack own, rule org/leak: `threshold` 0.03 would loosen"):
        resolved(pack(), sector, own, on=EVE)


def test_a_tightening_of_an_unknown_rule_is_refused_before_its_day(pack, later):
    stray = replace(later(), tighten=(Tightening(rule="org/gone", reason="It is.", threshold=0.01),))

    with pytest.raises(PackError, match="tightens 'org/gone'"):
        resolved(pack(), stray, on=EVE)


def test_each_of_two_later_days_is_pending_with_its_own_step(pack, later):
    first = later(name="a", layer=Layer.SECTOR, threshold=0.03)
    second = later(name="b", day=DAY + timedelta(days=30), threshold=0.01)

    pending = resolved(pack(), first, second, on=EVE).controls[0].pending

    assert [(item.pack, item.becomes) for item in pending] == [
        ("a", ("threshold 0.05 → 0.03",)),
        ("b", ("threshold 0.03 → 0.01",)),
    ]


def test_two_tightenings_of_one_day_each_name_what_they_change(pack, later):
    pending = (
        resolved(pack(), later(name="a", threshold=0.02), later(name="b", severity=Severity.BLOCK), on=EVE)
        .controls[0]
        .pending
    )

    assert [(item.pack, item.becomes) for item in pending] == [("a", ("threshold 0.05 → 0.02",))]


def test_a_proposed_pack_is_refused_with_how_to_have_it_reviewed(pack):
    with pytest.raises(PackError, match="pack org is proposed") as caught:
        resolved(pack(status="proposed"), on=EVE)

    assert "rw policy review PACK --by NAME" in caught.value.fix


def test_every_proposed_pack_is_named(pack, later):
    with pytest.raises(PackError, match="pack org is proposed") as caught:
        resolved(pack(status="proposed"), replace(later(), status="proposed"), on=EVE)

    assert caught.value.details == ("pack own is proposed as well",)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # the fixture is a plain function
@given(
    days=st.lists(st.integers(min_value=-3, max_value=3), min_size=1, max_size=3),
    values=st.lists(st.sampled_from([0.04, 0.03, 0.02, 0.01]), min_size=3, max_size=3, unique=True),
    on=st.integers(min_value=-4, max_value=4),
)
def test_as_days_pass_nothing_that_binds_is_ever_loosened(pack, days, values, on):
    layers = (Layer.REGION, Layer.SECTOR, Layer.SYSTEM)
    steps = sorted(values, reverse=True)
    packs = [pack()] + [
        pack(
            f"p{index}",
            layer=layers[index],
            controls=(),
            tighten=(_to(steps[index]),),
            effective_on=DAY + timedelta(days=sorted(days)[index]),
        )
        for index in range(len(days))
    ]

    today = resolved(*packs, on=DAY + timedelta(days=on)).rules[0]
    tomorrow = resolved(*packs, on=DAY + timedelta(days=on + 1)).rules[0]

    assert looser_rule_fields(today, tomorrow) == ()


def _to(threshold):
    return Tightening(rule="org/leak", reason="Harm is likelier here.", threshold=threshold)


def test_a_dated_rule_of_an_undated_pack_stays_as_it_is(pack, rule):
    assert dated(rule(), pack()) == rule()
