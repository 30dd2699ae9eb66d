"""`rw lint --area guard` reads guard policies in Roadworthy's own form."""

import pytest
import yaml

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.guards import DETECTORS
from roadworthy.lint.model import Area
from roadworthy.runtime.guard.policies import find_policy

RULES = {rule.id: rule for rule in read_rules(frozenset([Area.GUARD]))}
BASE = yaml.safe_load(find_policy("base").read_text(encoding="utf-8"))


def found(policy: object) -> set[str]:
    text = policy if isinstance(policy, str) else yaml.safe_dump(policy)
    repository = repository_of({"guard.yaml": text})
    return {
        name
        for name, rule in RULES.items()
        if DETECTORS[rule.detect.name].of_file is not None
        for file in repository.of_kind(*rule.kinds)
        for _ in DETECTORS[rule.detect.name].of_file(file, rule.detect.parameters)
    }


def test_nothing_is_wrong_with_the_policy_that_comes_with_the_product():
    assert found(BASE) == set()


def test_a_rule_in_shadow_among_enforced_ones_is_no_guard_that_only_watches():
    first, *rest = BASE["rules"]

    assert found(BASE | {"rules": [first | {"mode": "shadow"}, *rest]}) == set()
    assert "guard/only-watches" in found(BASE | {"rules": [rule | {"mode": "shadow"} for rule in BASE["rules"]]})


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"rules": []}, "guard/empty-policy"),
        ({"fail_modes": [{"tier": "high", "mode": "open", "reason": "A trial."}]}, "guard/fails-open"),
        ({"routes": [{"name": "*", "streaming": {"kind": "observe"}}]}, "guard/stream-unguarded"),
        ({"rules": [rule for rule in BASE["rules"] if "output" not in rule["where"]["stages"]]}, "guard/one-sided"),
        ({"rules": [rule for rule in BASE["rules"] if "input" not in rule["where"]["stages"]]}, "guard/one-sided"),
    ],
)
def test_each_way_to_guard_nothing_is_found(change, rule):
    assert rule in found(BASE | change)


@pytest.mark.parametrize(
    "odd",
    [
        {"rules": 3},
        {"rules": [3, None]},
        {"rules": [{"where": 3}]},
        {"rules": [{"where": {"stages": 3}}]},
        {"routes": 3},
    ],
)
def test_odd_policies_are_looked_at_without_a_fall(odd):
    assert isinstance(found({"schema": "roadworthy/guard-policy/v1"} | odd), set)


@pytest.mark.parametrize("rules", [[], [BASE["rules"][-1]], [BASE["rules"][-1] | {"mode": "shadow"}]])
def test_a_policy_that_stands_on_another_is_not_judged_by_its_own_rules_alone(rules):
    assert found(BASE | {"name": "base", "extends": "team.yaml", "rules": rules}) & {
        "guard/empty-policy", "guard/one-sided", "guard/only-watches"
    } == set()  # fmt: skip
