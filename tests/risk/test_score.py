from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.conditions import CelConditions
from roadworthy.risk.answers import answered
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.law import LegalRegimes
from roadworthy.risk.method import Factor, Scale
from roadworthy.risk.score import moved, moving_factors

steps = st.integers(-2, 2).filter(bool)


def a_factor(identifier: str = "f", *, at_least: int | None = None, add: int = 0) -> Factor:
    return Factor(
        id=identifier, scale=Scale.SEVERITY, when="true", at_least=at_least, add=add, phrase="p", rationale="r"
    )


factors = st.lists(
    st.one_of(st.integers(1, 5).map(lambda n: a_factor(at_least=n)), steps.map(lambda n: a_factor(add=n)))
)


@given(st.integers(1, 5), factors)
def test_a_scale_stays_a_scale(value: int, found: list[Factor]) -> None:
    assert 1 <= moved(value, found) <= 5


@given(st.integers(1, 4), factors)
def test_a_worse_start_never_ends_better(value: int, found: list[Factor]) -> None:
    assert moved(value + 1, found) >= moved(value, found)


@given(st.integers(1, 5), factors, st.randoms(use_true_random=False))
def test_order_of_factors_does_not_matter(value: int, found: list[Factor], random: Any) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)

    assert moved(value, shuffled) == moved(value, found)


@given(st.integers(1, 5), factors, st.integers(1, 5))
def test_one_more_raising_factor_never_lowers(value: int, found: list[Factor], at_least: int) -> None:
    assert moved(value, [*found, a_factor(at_least=at_least)]) >= moved(value, found)


@pytest.mark.parametrize(("at_least", "add"), [(None, 0), (3, 1)])
def test_a_factor_says_one_thing(at_least: int | None, add: int) -> None:
    with pytest.raises(ValueError, match="either `at_least` or `add`"):
        a_factor(at_least=at_least, add=add)


def counted(
    facts: dict[str, Any], regimes: LegalRegimes, catalogue: ThreatCatalogue, conditions: CelConditions
) -> dict[str, tuple[str, ...]]:
    moving = moving_factors(answered(facts, regimes), method=catalogue.method, conditions=conditions)
    return {m.factor.id: m.assumed for m in moving}


def test_what_is_not_stated_raises_and_never_lowers(
    regimes: LegalRegimes, catalogue: ThreatCatalogue, conditions: CelConditions
) -> None:
    found = counted({"system": {"key": "s"}, "components": []}, regimes, catalogue, conditions)

    assert found["special-category"] == ("system.data_classes",)
    assert found["no-oversight"] == ("system.human_oversight",)
    assert not {"in-the-loop", "reviewed-answers", "approved-acts"} & set(found)


@pytest.mark.parametrize(
    ("approvals", "lowers"),
    [
        pytest.param([True, True], True, id="each act is approved"),
        pytest.param([True, False], False, id="one is not"),
        pytest.param([True, None], False, id="of one nobody said"),
        pytest.param([], False, id="there is nothing to approve"),
    ],
)
def test_approval_counts_only_when_it_covers_every_act(
    regimes: LegalRegimes,
    catalogue: ThreatCatalogue,
    conditions: CelConditions,
    approvals: list[bool | None],
    lowers: bool,
) -> None:
    tools = [
        {"type": "tool", "key": f"t{n}", "side_effects": ["pay"], "requires_approval": approval}
        for n, approval in enumerate(approvals)
    ]

    found = counted({"system": {"key": "s"}, "components": tools}, regimes, catalogue, conditions)

    assert ("approved-acts" in found) is lowers
