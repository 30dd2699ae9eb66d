import pytest

from roadworthy.policy.cases import CaseEntry, CaseRun, CaseSlice, CaseSystem, CaseTry, expanded


def entry(**values):
    return CaseEntry(**({"note": "n", "rule": "org/owner", "want": "pass"} | values))


def test_an_entry_of_several_rules_and_tries_is_each_try_of_each_rule():
    cases = expanded(
        entry(
            rule="",
            rules=("p/a", "p/b"),
            want=None,
            facts={"x": 1},
            tries=(CaseTry(want="pass"), CaseTry(want="fail", note="other", facts={"x": 2})),
        )
    )

    assert [(case.rule, case.want, case.facts, case.note) for case in cases] == [
        ("p/a", "pass", {"x": 1}, "n: 1. pass (p/a)"),
        ("p/a", "fail", {"x": 2}, "n: 2. other (p/a)"),
        ("p/b", "pass", {"x": 1}, "n: 1. pass (p/b)"),
        ("p/b", "fail", {"x": 2}, "n: 2. other (p/b)"),
    ]


def test_an_entry_may_take_the_facts_of_a_named_system():
    systems = {"full": CaseSystem(name="full", facts={"x": 1})}

    assert expanded(entry(system="full"), systems=systems)[0].facts == {"x": 1}


def test_a_system_that_nobody_described_is_refused():
    with pytest.raises(ValueError, match="no system 'ful'; known are full"):
        expanded(entry(system="ful"), systems={"full": CaseSystem(name="full", facts={})})


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        pytest.param({"rule": ""}, "either a `rule` or `rules`", id="no rule"),
        pytest.param({"rules": ("p/a",)}, "either a `rule` or `rules`", id="both kinds"),
        pytest.param({"rule": "", "rules": ("p/a", "p/a")}, "names a rule twice", id="twice"),
        pytest.param({"want": None}, "either a `want` or `tries`", id="wants nothing"),
        pytest.param({"tries": (CaseTry(want="pass"),)}, "either a `want` or `tries`", id="both wants"),
        pytest.param({"want": None, "tries": (CaseTry(want="pass"),), "run": CaseRun(assessed=1)}, "its own", id="run"),
        pytest.param({"facts": {"x": 1}, "system": "full"}, "either `facts` or a `system`", id="both facts"),
    ],
)
def test_an_entry_that_could_be_read_in_two_ways_is_refused(values, problem):
    with pytest.raises(ValueError, match=problem):
        entry(**values)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: CaseRun(assessed=3, failures=4), id="more failures than samples"),
        pytest.param(lambda: CaseRun(assessed=-1), id="negative"),
        pytest.param(lambda: CaseRun(assessed=10, attempted=9), id="more assessed than attempted"),
        pytest.param(lambda: CaseRun(assessed=10**9), id="huge"),
        pytest.param(lambda: CaseSlice(name="language", value="de", assessed=1, failures=2), id="slice"),
    ],
)
def test_impossible_counts_are_refused(make):
    with pytest.raises(ValueError, match="is not a count"):
        make()


def test_an_age_beyond_the_calendar_is_refused():
    with pytest.raises(ValueError, match="`age_days` must lie within"):
        CaseRun(assessed=1, age_days=10**9)
