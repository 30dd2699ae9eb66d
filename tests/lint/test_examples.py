"""Every shipped lint rule finds what its examples say that it finds, and leaves alone what they say it leaves."""

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.selftest import found_in

RULES = read_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_what_its_examples_say(rule):
    assert rule.examples
    wrong = [
        (number, example.note)
        for number, example in enumerate(rule.examples)
        if found_in(rule, example, repository_of=repository_of) is not example.finds
    ]

    assert wrong == []
