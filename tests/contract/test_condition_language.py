"""What every `ConditionLanguage` says, case by case. An implementation is added to `languages`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.conditions import MAX_COMPILED, MAX_EXPRESSION, CelConditions
from roadworthy.policy.facts import VARIABLES
from roadworthy.policy.ports import Broken, Fails, Holds, Missing

FACTS = {
    "system": {
        "owner": "Support",
        "nothing": None,
        "empty": "",
        "markets": ["EU", "US"],
        "none": [],
        "count": 3,
        "share": 0.5,
        "stated": False,
    },
    "components": [
        {"type": "tool", "side_effects": ["pay"], "limits": {}, "requires_approval": True},
        {"type": "index", "trusted": None},
    ],
    "release": {"version": "1"},
}


@pytest.fixture(params=[CelConditions], ids=["cel"])
def language(request):
    return request.param()


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        pytest.param("system.owner == 'Support'", Holds, id="a stated fact that agrees"),
        pytest.param("system.owner != 'Support'", Fails, id="a stated fact that disagrees"),
        pytest.param("system.empty != ''", Fails, id="empty text is stated"),
        pytest.param("system.stated", Fails, id="a stated no"),
        pytest.param("size(system.none) > 0", Fails, id="an empty list is stated"),
        pytest.param("system.none.all(x, x == 'a')", Holds, id="all of nothing"),
        pytest.param("system.count > 2.5", Holds, id="whole number against fraction"),
        pytest.param("system.count == 3.0", Holds, id="whole number equal to fraction"),
        pytest.param("system.share < 1", Holds, id="fraction against whole number"),
        pytest.param("system.absent == 'x'", Missing, id="absent leaf"),
        pytest.param("system.absent != 'x'", Missing, id="absent leaf, negated"),
        pytest.param("!system.absent", Missing, id="absent leaf under not"),
        pytest.param("system.absent.deeper == 1", Missing, id="absent parent"),
        pytest.param("system['absent'] == 1", Missing, id="absent leaf by index"),
        pytest.param("assessment.tier == 'high'", Missing, id="absent variable"),
        pytest.param("has(assessment.tier)", Missing, id="has below an absent variable"),
        pytest.param("system.nothing == 'x'", Missing, id="null is absent"),
        pytest.param("system.nothing != 'x'", Missing, id="null is absent, negated"),
        pytest.param("has(system.nothing)", Fails, id="has does not see null"),
        pytest.param("has(system.owner)", Holds, id="has sees what is stated"),
        pytest.param("system.absent in ['x']", Missing, id="absent element"),
        pytest.param("'x' in system.absent", Missing, id="absent list"),
        pytest.param("system.absent ? true : true", Missing, id="absent choice"),
        pytest.param("components.all(c, c.trusted == false)", Missing, id="absent in all"),
        pytest.param("components.exists(c, c.trusted)", Missing, id="absent in exists"),
        pytest.param("components.filter(c, c.trusted).size() == 0", Missing, id="absent in filter"),
        pytest.param("components.map(c, c.trusted).size() == 0", Missing, id="absent in map"),
        pytest.param("components.exists_one(c, c.trusted)", Missing, id="absent in exists_one"),
        pytest.param("components.exists(c, c.type == 'index' && c.trusted == false)", Missing, id="null in an element"),
        pytest.param("components.exists(c, c.type == 'tool' && c.requires_approval)", Holds, id="one decides"),
        pytest.param("components.all(c, c.type != 'tool' || c.requires_approval)", Holds, id="selection first"),
        pytest.param("system.markets > 3", Broken, id="a list has no order"),
        pytest.param("system.owner < 3", Broken, id="text against number"),
        pytest.param("system.owner && true", Broken, id="text as truth"),
        pytest.param("system.owner.deeper == 1", Broken, id="field of text"),
        pytest.param("system.markets.deeper == 1", Broken, id="field of a list"),
        pytest.param("system.markets[5] == 'EU'", Broken, id="beyond the end"),
        pytest.param("9223372036854775807 + system.count > 0", Broken, id="overflow"),
        pytest.param("system.count / 0 == 1", Broken, id="division by zero"),
        pytest.param("system.owner.matches('[')", Broken, id="pattern that does not compile"),
        pytest.param("timestamp(system.owner) > timestamp('2026-01-01T00:00:00Z')", Broken, id="not a time"),
        pytest.param("components.all(c, c.type > 3)", Broken, id="wrong type in all"),
        pytest.param("system.owner", Broken, id="text is no answer"),
        pytest.param("system.count", Broken, id="a number is no answer"),
        pytest.param("system", Broken, id="a map is no answer"),
        pytest.param("1 + 1", Broken, id="a number by itself"),
        pytest.param("sytem.owner == 'x'", Broken, id="unknown variable"),
        pytest.param("system.owner ==", Broken, id="syntax error"),
        pytest.param("", Broken, id="empty"),
        pytest.param("system.owner == '\x00'", Fails, id="control character in a literal"),
    ],
)
def test_truth_of(language, expression, want):
    assert isinstance(language.evaluate(expression, FACTS), want)


_KLEENE = {"true": Holds, "false": Fails, "system.absent": Missing}


@pytest.mark.parametrize("left", _KLEENE)
@pytest.mark.parametrize("right", _KLEENE)
def test_and_and_or_follow_kleene(language, left, right):
    """An operand that settles the matter does so on either side; else a missing one makes it missing."""
    both = {left, right}
    conjunction = Fails if "false" in both else Missing if "system.absent" in both else Holds
    disjunction = Holds if "true" in both else Missing if "system.absent" in both else Fails

    assert isinstance(language.evaluate(f"{left} && {right}", FACTS), conjunction)
    assert isinstance(language.evaluate(f"{left} || {right}", FACTS), disjunction)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("system.absent == 1", "the fact `system.absent` is not stated"),
        ("system.owner == 'x' || system.legal_facts.profiling", "the fact `system.legal_facts` is not stated"),
        ("components.all(c, c.licence != '')", "the fact `c.licence` is not stated"),
        ("change.classes == []", "the facts about `change` are not stated"),
    ],
)
def test_missing_names_the_fact(language, expression, reason):
    assert language.evaluate(expression, FACTS) == Missing(reason=reason)


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_may_be_named(language, name):
    assert language.problem(f"{name}.anything == 1") is None


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("sytem.owner == 'x'", "undeclared reference to 'sytem"),
        ("system.owner ==", "Syntax error"),
        ("1 + 1", "gives INT, not true or false"),
        ("'x' == 1", "no matching overload"),
        ("true" + " && true" * 400, f"at most {MAX_EXPRESSION}"),
    ],
)
def test_problem_says_why_and_evaluate_agrees(language, expression, says):
    problem = language.problem(expression)
    truth = language.evaluate(expression, FACTS)

    assert problem is not None
    assert says in problem
    assert "\n" not in problem
    assert truth == Broken(reason=f"the condition does not compile: {problem}")


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"system": {"count": 2**70}}, id="integer beyond 64 bits"),
        pytest.param({"system": {"count": object()}}, id="no JSON value"),
        pytest.param({"system": {3: "x"}}, id="a key that is no text"),
        pytest.param({"system": {"count": "\ud800"}}, id="lone surrogate"),
    ],
)
def test_facts_that_are_no_json_are_broken(language, facts):
    assert isinstance(language.evaluate("system.count == 1", facts), Broken)


def test_facts_that_contain_themselves_are_broken(language):
    endless = {}
    endless["system"] = endless

    assert isinstance(language.evaluate("system.count == 1", endless), Broken)


def test_deep_nesting_is_bounded(language):
    expression = "(" * 200 + "true" + ")" * 200

    assert isinstance(language.evaluate(expression, FACTS), Broken)


def test_nested_macros_stop(language):
    many = {"components": [{"type": "tool"}] * 200}
    expression = "components.all(a, components.all(b, components.all(c, a.type == b.type || c.type == 'x')))"

    assert isinstance(language.evaluate(expression, many), Broken)


def test_tuples_read_like_lists(language):
    assert language.evaluate("system.markets[0] == 'EU'", {"system": {"markets": ("EU",)}}) == Holds()


def test_changed_facts_change_the_answer(language):
    """The facts of the last question are kept; a change of them in place must still be seen."""
    facts = {"system": {"owner": "A"}}

    before = language.evaluate("system.owner == 'A'", facts)
    facts["system"]["owner"] = "B"
    after = language.evaluate("system.owner == 'A'", facts)

    assert (before, after) == (Holds(), Fails())


def test_more_conditions_than_are_kept_still_answer(language):
    for number in range(MAX_COMPILED + 10):
        assert language.evaluate(f"system.count == {number}", {"system": {"count": number}}) == Holds()

    assert language.evaluate("system.count == 0", {"system": {"count": 0}}) == Holds()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ONE = CelConditions()


@given(
    expression=st.text(max_size=30)
    | st.sampled_from(["system.a == 1", "system.a > 1", "components.all(c, c.a)", "has(system.a)"]),
    facts=st.dictionaries(st.sampled_from([*VARIABLES, "other"]), json_values, max_size=4),
)
def test_never_raises(expression, facts):
    assert isinstance(ONE.evaluate(expression, facts), Holds | Fails | Missing | Broken)


@given(st.sampled_from(["==", "!=", "<", ">", "<=", ">="]), json_values, st.booleans())
def test_silence_is_never_an_answer(operator, value, null):
    """Whatever is compared with it, a fact that is absent or null makes the comparison missing."""
    facts = {"system": {"a": None} if null else {}, "release": {"b": 1 if value is None else value}}

    assert isinstance(ONE.evaluate(f"system.a {operator} release.b", facts), Missing | Broken)


@given(st.booleans(), st.booleans())
def test_answers_do_not_depend_on_earlier_questions(first, second):
    fresh = CelConditions().evaluate("system.a", {"system": {"a": second}})
    ONE.evaluate("system.a", {"system": {"a": first}})

    assert ONE.evaluate("system.a", {"system": {"a": second}}) == fresh


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ("model.licence == 'MIT'", {"model": {"licence": "MIT\x00 and no other use"}}),
        ("model.licence != ''", {"model": {"licence": "MIT", "notes": ["\x00"]}}),
        ("has(system.owner)", {"system": {"owner\x00": "desk"}}),
    ],
)
def test_a_text_is_never_read_up_to_its_first_nul_only(language, condition, facts):
    assert isinstance(language.evaluate(condition, facts), Broken)
