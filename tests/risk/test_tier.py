from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.catalogues import load_threats
from roadworthy.core.severity import RiskTier
from roadworthy.risk.method import Harm, TierMatrix
from roadworthy.risk.model import OpenRisk, Risk
from roadworthy.risk.tier import overall_tier, risk_tier

METHOD = load_threats().method
ordinals = st.integers(min_value=1, max_value=5)
tiers = st.sampled_from(RiskTier)


def a_risk(
    severity: int = 1,
    likelihood: int = 1,
    exposure: int = 1,
    detectability: int = 1,
    *,
    irreversible: bool = False,
) -> Risk:
    return Risk(
        id="R-1",
        statement="It goes wrong.",
        harms=(Harm.SERVICE,),
        severity=severity,
        likelihood=likelihood,
        exposure=exposure,
        detectability=detectability,
        irreversible=irreversible,
    )


risks = st.builds(a_risk, ordinals, ordinals, ordinals, ordinals, irreversible=st.booleans())


def tier_of(risk: Risk) -> RiskTier:
    return risk_tier(risk, method=METHOD).tier


@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        pytest.param(a_risk(1, 5), RiskTier.MINIMAL, id="negligible, however likely"),
        pytest.param(a_risk(3, 3), RiskTier.LIMITED, id="the middle"),
        pytest.param(a_risk(4, 4), RiskTier.HIGH, id="serious and likely"),
        pytest.param(a_risk(5, 4), RiskTier.CRITICAL, id="grave and likely"),
        pytest.param(a_risk(3, 3, exposure=3), RiskTier.LIMITED, id="exposure just below the step"),
        pytest.param(a_risk(3, 3, exposure=4), RiskTier.HIGH, id="exposure on the step"),
        pytest.param(a_risk(3, 3, detectability=3), RiskTier.LIMITED, id="detectability just below the step"),
        pytest.param(a_risk(3, 3, detectability=4), RiskTier.HIGH, id="detectability on the step"),
        pytest.param(a_risk(3, 3, 4, 4), RiskTier.CRITICAL, id="both steps"),
        pytest.param(a_risk(5, 5, 5, 5), RiskTier.CRITICAL, id="the worst of everything is not prohibited"),
        pytest.param(a_risk(5, 1), RiskTier.HIGH, id="grave is at least high, however unlikely"),
        pytest.param(a_risk(1, 1, irreversible=True), RiskTier.HIGH, id="irreversible is at least high"),
    ],
)
def test_tier_of_one_risk(risk: Risk, expected: RiskTier) -> None:
    assert tier_of(risk) is expected


def test_equal_products_of_ordinals_may_have_different_tiers() -> None:
    assert tier_of(a_risk(5, 1)) is not tier_of(a_risk(1, 5))


def test_path_names_every_step() -> None:
    path = risk_tier(a_risk(3, 3, 4, 4), method=METHOD).path

    assert path == "severity 3 × likelihood 3: limited; exposure 4: high; detectability 4: critical"


@given(risks, st.sampled_from(["severity", "likelihood", "exposure", "detectability"]), st.data())
def test_no_scale_lowers_the_tier_by_rising(risk: Risk, scale: str, data: st.DataObject) -> None:
    value = getattr(risk, scale)
    worse = replace(risk, **{scale: data.draw(st.integers(value, 5))})

    assert tier_of(worse).rank >= tier_of(risk).rank


@given(risks)
def test_no_risk_is_prohibited_by_score(risk: Risk) -> None:
    assert tier_of(risk) is not RiskTier.PROHIBITED


@given(
    st.lists(tiers, max_size=3),
    st.lists(tiers.filter(lambda t: t is not RiskTier.PROHIBITED), max_size=3),
    st.lists(risks, max_size=3),
)
def test_prohibited_exactly_when_a_law_says_so(legal: list[RiskTier], harm: list[RiskTier], found: list[Risk]) -> None:
    open_risks = tuple(risk_tier(risk, method=METHOD) for risk in found)

    tier = overall_tier(legal=tuple(legal), harm=tuple(harm), risks=open_risks)

    assert (tier is RiskTier.PROHIBITED) == (RiskTier.PROHIBITED in legal)


@given(st.lists(tiers, min_size=1, max_size=3), st.lists(risks, max_size=3))
def test_no_score_lowers_a_legal_floor(legal: list[RiskTier], found: list[Risk]) -> None:
    open_risks: tuple[OpenRisk, ...] = tuple(risk_tier(risk, method=METHOD) for risk in found)

    tier = overall_tier(legal=tuple(legal), harm=(), risks=open_risks)

    assert all(tier.rank >= floor.rank for floor in legal)


def test_no_law_no_harm_no_risk_is_minimal() -> None:
    assert overall_tier(legal=(), harm=(), risks=()) is RiskTier.MINIMAL


@pytest.mark.parametrize("scale", ["severity", "likelihood", "exposure", "detectability"])
@pytest.mark.parametrize("value", [0, 6])
def test_scales_outside_1_to_5_are_refused(scale: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"`{scale}` must be in 1\.\.5, got {value}"):
        replace(a_risk(), **{scale: value})


_L, _M, _H = RiskTier.LIMITED, RiskTier.MINIMAL, RiskTier.HIGH


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        pytest.param(((_M,) * 5,) * 4, "5 rows of 5", id="a row short"),
        pytest.param(((_H,) * 5, *((_M,) * 5,) * 4), "gets milder", id="milder as severity rises"),
        pytest.param(((_L, _M, _M, _M, _M),) * 5, "gets milder", id="milder as likelihood rises"),
        pytest.param(((RiskTier.PROHIBITED,) * 5,) * 5, "only law does", id="prohibits"),
    ],
)
def test_nonsense_matrices_are_refused(rows: tuple[tuple[RiskTier, ...], ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        TierMatrix(source="s", rationale="r", rows=rows)
