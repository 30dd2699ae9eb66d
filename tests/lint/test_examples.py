"""Every shipped lint rule finds what its examples say that it finds, and leaves alone what they say it leaves."""

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.selftest import found_in

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in read_rules()
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_rule_finds_what_its_example_says(rule, example):
    assert found_in(rule, example, repository_of=repository_of) is example.finds, example.note
