"""The guard policy that comes with the product: clean, met by its cases, and its cases notice every change."""

from pathlib import Path

import pytest
import yaml

from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.check.exposure import exposures
from roadworthy.runtime.guard.linting import lint_policy
from roadworthy.runtime.guard.policies import find_policy, ready
from roadworthy.runtime.guard.testing import cases_beside, self_test, try_policy

PATH = find_policy("base")
TIERS = [tier for tier in RiskTier if tier is not RiskTier.PROHIBITED]


@pytest.fixture(scope="module")
def base():
    return ready(PATH, tier=RiskTier.HIGH)


@pytest.mark.parametrize("tier", TIERS)
def test_nothing_is_wrong_with_it_in_any_tier(tier):
    assert lint_policy(ready(PATH, tier=tier)) == ()


def test_nothing_leaves_before_its_verdict_on_any_of_its_routes(base):
    assert [one for one in exposures(base.bundle) if one.bound] == []


def test_its_cases_are_met_whole_and_streamed_and_every_rule_has_one(base):
    tested = try_policy(base, cases=cases_beside(PATH), with_mutants=False, progress=lambda done, total: None)

    assert tested.misses == ()
    assert tested.uncovered == ()
    assert tested.streamed > 25


@pytest.mark.slow
def test_its_cases_notice_every_change_that_has_no_stated_reason(base):
    tested = try_policy(base, cases=cases_beside(PATH), with_mutants=True, progress=lambda done, total: None)

    assert tested.mutation is not None
    assert tested.mutation.survivors == ()
    assert tested.mutation.idle_reasons == ()
    assert tested.mutation.tried > 150


def test_a_guard_may_start_with_it(base):
    assert self_test(base.bundle, cases=cases_beside(PATH)) == ()


def test_a_guard_may_not_start_with_a_policy_that_lets_a_canary_out(base, tmp_path):
    written = yaml.safe_load(PATH.read_text())
    written["rules"] = [rule for rule in written["rules"] if rule["id"] != "base/prompt-stays-in"]
    (tmp_path / "guard.yaml").write_text(yaml.safe_dump(written))

    let_out = self_test(ready(tmp_path / "guard.yaml", tier=RiskTier.HIGH).bundle, cases=cases_beside(PATH))

    assert {miss.case for miss in let_out} == {"canary"}


def test_without_a_marked_case_nothing_says_that_the_guard_works(base, tmp_path):
    written = yaml.safe_load(cases_beside(PATH).read_text())
    for case in written["cases"]:
        case.pop("self_test", None)
    (tmp_path / "cases.yaml").write_text(yaml.safe_dump(written))

    with pytest.raises(ConfigError, match="no case is marked"):
        self_test(base.bundle, cases=tmp_path / "cases.yaml")


def test_cases_of_another_policy_are_refused(base, tmp_path):
    written = yaml.safe_load(cases_beside(PATH).read_text())
    written["policy"] = "other"
    (tmp_path / "cases.yaml").write_text(yaml.safe_dump(written))

    with pytest.raises(ConfigError, match="these are cases of 'other'"):
        try_policy(base, cases=tmp_path / "cases.yaml", with_mutants=False, progress=lambda done, total: None)


def test_a_message_outside_of_the_folder_of_the_cases_is_not_read(base, tmp_path):
    case = {
        "id": "x",
        "about": "x",
        "message": {"protocol": "openai.chat.request", "file": "../secret.json"},
        "expect": {"action": "allow"},
    }
    written = {"schema": "roadworthy/guard-cases/v1", "policy": "base", "cases": [case]}
    Path(tmp_path / "cases").mkdir()
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "cases" / "cases.yaml").write_text(yaml.safe_dump(written))

    with pytest.raises(ConfigError, match="outside of the folder"):
        try_policy(base, cases=tmp_path / "cases" / "cases.yaml", with_mutants=False, progress=lambda done, total: None)
