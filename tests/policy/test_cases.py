import pytest

from roadworthy.policy.cases import Case, failures, outcome, uncovered
from roadworthy.policy.ports import Broken, Fails, Holds, Missing

TRUTHS = {"yes": Holds(), "no": Fails(), "silent": Missing(reason="r"), "broken": Broken(reason="r")}


class Scripted:
    """Answers each expression by its own name."""

    def problem(self, expression):
        return None

    def evaluate(self, expression, facts):
        return TRUTHS[expression]


def case(rule="org/owner", want="pass", note="n"):
    return Case(note=note, rule=rule, facts={}, want=want)


@pytest.mark.parametrize(
    ("applies", "condition", "want"),
    [
        ("yes", "yes", "pass"),
        ("yes", "no", "fail"),
        ("yes", "silent", "missing"),
        ("yes", "broken", "error"),
        ("no", "no", "not_applicable"),
        ("silent", "yes", "missing"),
        ("broken", "yes", "error"),
    ],
)
def test_outcome_of_a_fact_rule(fact_rule, applies, condition, want):
    assert outcome(fact_rule(condition=condition, applies_when=applies), {}, Scripted()) == want


def test_a_measure_rule_can_only_apply_or_not(rule):
    assert outcome(rule(applies_when="yes"), {}, Scripted()) == "applies"


def test_a_case_that_is_not_met_is_named(pack, control, fact_rule):
    org = pack(controls=(control(rules=(fact_rule(condition="yes", applies_when="yes"),)),))

    lines = failures(org, [case(), case(want="fail", note="off"), case(rule="org/gone", note="lost")], Scripted())

    assert lines == (
        "off: org/owner says pass, not fail",
        "lost: the pack has no rule 'org/gone'",
    )


def test_a_fact_rule_needs_a_case_of_each_outcome(pack, control, rule, fact_rule):
    org = pack(controls=(control(rules=(fact_rule(), rule())),))

    assert uncovered(org, [case(), case(want="missing")]) == ("org/owner: no case wants fail",)
