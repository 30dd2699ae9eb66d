"""docs/how-to/guard-policy.md: its policy is clean, its cases are met, and they notice every change."""

import re
from datetime import date
from pathlib import Path

from roadworthy.adapters.guard.extending import read_extended
from roadworthy.core.severity import RiskTier
from roadworthy.guard.check import (
    checking,
    conditions,
    exposure,
    extending,
    grants,
    limits,
    patterns,
    places,
    routes,
    words,
)
from roadworthy.guard.verdict import Action
from roadworthy.runtime.guard.linting import lint_policy
from roadworthy.runtime.guard.policies import ready
from roadworthy.runtime.guard.testing import cases_beside, try_policy

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "guard-policy.md").read_text(encoding="utf-8")
MODULES = (checking, conditions, exposure, extending, limits, patterns, places, grants, routes, words)


def test_the_policy_and_the_cases_of_the_page_do_what_it_says(tmp_path):
    policy, _, _, cases = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "guard.yaml").write_text(policy, encoding="utf-8")
    (tmp_path / "guard-cases.yaml").write_text(cases, encoding="utf-8")
    written = ready(tmp_path / "guard.yaml", tier=RiskTier.HIGH)

    tested = try_policy(written, cases=cases_beside(written.path), with_mutants=True, progress=lambda done, total: None)

    assert lint_policy(written) == ()
    assert tested.misses == ()
    assert tested.mutation is not None
    assert tested.mutation.survivors == ()
    assert tested.is_good


def test_the_policy_that_stands_on_base_is_read_and_leaves_out_what_the_page_says(tmp_path):
    _, _, above, _ = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "shop.yaml"
    path.write_text(above, encoding="utf-8")
    rules = {rule.id: rule for rule in read_extended(path, today=date(2027, 6, 30)).value.rules}

    assert {"shop/order-numbers", "base/crisis"} <= set(rules)
    assert "base/readers-only" not in rules
    assert rules["base/data-out-by-tools"].action is Action.DENY
    assert "base/readers-only" in {rule.id for rule in read_extended(path, today=date(2027, 7, 1)).value.rules}


def test_every_check_is_on_the_page():
    named = {name for module in MODULES for name in re.findall(r'(?:check=|_flaw\()"([a-z-]+)"', source_of(module))}
    named |= {"exposes", "observed-only"}

    assert len(named) > 20
    assert named == set(re.findall(r"`([a-z]+(?:-[a-z]+)+|exposes)`", table()))


def source_of(module) -> str:
    return Path(module.__file__).read_text(encoding="utf-8")


def table() -> str:
    return PAGE.partition("| check | what it finds |")[2].partition("\n\n")[0]
