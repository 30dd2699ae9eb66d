"""A condition in Rego says what the condition says, of every input."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.rego_engine import ask
from roadworthy.adapters.conditions import CelConditions
from roadworthy.policy.expressions.parse import parse
from roadworthy.policy.model import FactCheck
from roadworthy.policy.rego.library import library
from roadworthy.policy.rego.names import comment, package_name, text
from roadworthy.policy.rego.patterns import without_flag
from roadworthy.policy.rego.testing import fact_outcome, literal
from roadworthy.policy.rego.translate import UntranslatableError, translate

CEL = CelConditions()
FACTS = {
    "system": {
        "owner": "Support",
        "nothing": None,
        "empty": "",
        "markets": ["EU", None, "US"],
        "none": [],
        "count": 3,
        "share": 0.5,
        "stated": False,
        "map": {"k": 1, "z": None, "deep": {"list": [{"x": None}]}},
        "later": [{}, {"a": "x"}],
        "first": [{"a": "x"}, {}],
        "both": [{}, {"a": 2}],
        "mixed": [{"a": "x"}, {}, {"a": 2}],
        "path": "Model.PKL",
    },
    "components": [
        {"type": "tool", "side_effects": ["pay"], "limits": {}, "requires_approval": True},
        {"type": "index", "trusted": None},
    ],
    "release": [1],
}
CONDITIONS = """
system.owner == 'Support'
system.owner != 'Support'
system.stated
!system.stated
system.absent == 'x'
system.absent != 'x'
!system.absent
system.absent.deeper == 1
system['absent'] == 1
assessment.tier == 'high'
has(assessment.tier)
has(system.nothing)
has(system.owner)
has(system.map.z)
has(system.owner.x)
system.nothing != 'x'
system.nothing == null
system.absent in ['x']
'x' in system.absent
'EU' in system.markets
null in system.markets
'k' in system.map
'z' in system.map
5 in system.map
system.markets in system.map
'x' in system.owner
system.absent ? true : true
system.owner ? true : false
system.stated ? system.absent == 1 : true
system.stated && system.absent == 1
system.absent == 1 && system.stated
system.owner > 5 && system.absent == 1
system.absent == 1 && system.owner > 5
system.owner && system.absent == 1
system.owner && system.count == 3 && system.absent == 1
system.owner && system.count == 3 && system.absent == 1 && system.stated
system.owner || true
system.absent == 1 || system.count == 3
system.owner > 5 || system.absent == 1
components.all(c, c.trusted == false)
components.exists(c, c.trusted)
components.filter(c, c.trusted).size() == 0
components.map(c, c.trusted).size() == 0
components.exists_one(c, c.trusted)
components.exists_one(c, c.type == 'tool')
components.map(c, c.type) == ['tool', 'index']
components.filter(c, c.type == 'tool').size() == 1
components.filter(c, c.type == 'tool')[0].requires_approval
components.exists(c, c.type == 'tool' && c.side_effects.exists(s, s == 'pay' && components.size() == 2))
components.all(c, components.exists(c, c.type == 'index'))
system.none.all(x, x == 'a')
system.none.exists(x, x == 'a')
system.map.all(k, k != '')
system.map.map(k, k).size() == 2
system.owner.all(k, k != '')
system.absent.all(k, k != '')
components.all(c, c.type > 3)
components.all(c, c.type)
release.a == 1
release[0] == 1
release[0.0] == 1
release[1] == 1
release['x'] == 1
system.map[5] == 1
system.map[null] == 1
system.map['k'] == 1
system.markets > 3
system.owner < 3
system.stated < true
system.stated < 1
system.count > 2.5
system.count == 3.0
system.share < 1
system.owner >= 'Support'
system.owner < 'Z'
system.count == '3'
system.stated == 0
system.count in [3.0, 'x']
system.map == {'k': 1, 'deep': {'list': [{}]}}
system.map == {'k': 1}
system.markets == ['EU', null, 'US']
system.map != system.absent
size(system.none) > 0
size(system.map) == 2
system.owner.size() == 7
size(system.count) == 1
size(system.absent) == 0
size(system.none) + size(system.markets) == 3
size(system.none) - 1 * 2 < 0
'a' + system.owner == 'aSupport'
'a' + system.count == 'a3'
system.owner.contains('port')
system.owner.startsWith('Sup') && system.owner.endsWith('ort')
system.count.contains('3')
system.owner.contains(system.absent)
system.path.matches('(?i)\\\\.(pkl|pt)$')
system.path.matches('^[a-z]+$')
system.path.matches('(?i)^[a-z.]+$')
system.path.matches('[')
matches(system.path, 'Model')
system.count
system
true
[system.absent].size() == 1
{'a': system.absent}.size() == 1
{'a': system.count}.a == 3
""".strip().splitlines()
FOLDS = [
    f"system.{name}.{macro}"
    for name in ("later", "first", "both", "mixed")
    for macro in ("all(c, c.a > 1)", "exists(c, c.a > 1)", "exists_one(c, c.a > 1)", "filter(c, c.a > 1).size() == 0",
                  "map(c, c.a > 1).size() == 0")
]  # fmt: skip


def answers(questions):
    """Return the kind, and the value, of each condition in Rego; each with facts of its own."""
    lines = ["package asked", "import rego.v1", "import data.roadworthy.cel"]
    for number, (condition, facts) in enumerate(questions):
        found = translate(parse(condition))
        body = "\n".join([*found.statements, f"found := {found.expression}"])
        lines += [f"given_{number} := {literal(facts)}", f"a_{number}(facts) := found if {{", body, "}"]
        lines += [f"q_{number} := cel.outcome(cel.value(true), a_{number}(given_{number}), {text('no')}).outcome"]
    found = ask([library(), "\n".join(lines)], [("data.asked", None)])[0]["result"]
    return [found.get(f"q_{number}") for number in range(len(questions))]


def ours(condition, facts, rule):
    return fact_outcome(rule("org/x", require=FactCheck(condition=condition)), facts, CEL)


def test_every_condition_has_the_same_answer_in_rego(rule):
    asked = [(condition, FACTS) for condition in (*CONDITIONS, *FOLDS)]
    assert len(asked) > 100

    found = answers(asked)

    want = [ours(condition, facts, rule) for condition, facts in asked]
    assert [(c, a) for (c, _), a in zip(asked, found, strict=True)] == [
        (c, a) for (c, _), a in zip(asked, want, strict=True)
    ]
    assert {"pass", "fail", "missing", "error"} == set(want)


atoms = st.sampled_from(
    ["system.a", "system.b", "system.c.d", "components", "system.l", "'x'", "1", "0.5", "true", "[1, 'x']"]
)


def joined(inner):
    pair = st.tuples(inner, inner)
    infix = st.sampled_from(["&&", "||", "==", "!=", "<", "in"])
    return st.one_of(
        st.builds(lambda parts, sign: f"({parts[0]} {sign} {parts[1]})", pair, infix),
        st.builds("!({})".format, inner),
        st.builds("({0} ? {0} : {1})".format, inner, inner),
        st.builds("dyn({}).size()".format, inner),
        st.builds("dyn({}).{}(c, {})".format, inner, st.sampled_from(["all", "exists", "exists_one", "map"]), inner),
        st.builds("dyn({}).all(c, dyn(c) == {} || c.t == 'x')".format, inner, inner),
    )


conditions = st.recursive(atoms, joined, max_leaves=7).filter(
    lambda text: len(text) < 300 and CEL.problem(text) is None
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, "", "x", "t"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "t", "d"]), inner, max_size=3),
    max_leaves=5,
)
facts = st.fixed_dictionaries(
    {},
    optional={
        "system": st.fixed_dictionaries({}, optional=dict.fromkeys(["a", "b", "c", "l"], values)) | values,
        "components": values,
    },
)


@pytest.mark.slow
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(asked=st.lists(st.tuples(conditions, facts), min_size=50, max_size=50))
def test_any_condition_has_the_same_answer_in_rego(rule, asked):
    want = [ours(condition, given, rule) for condition, given in asked]

    assert list(zip(asked, answers(asked), strict=True)) == list(zip(asked, want, strict=True))


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("system.count + 1 == 4", "tells whole numbers from fractions"),
        ("-system.count == 1", "tells whole numbers from fractions"),
        ("size(system.a) / 2 == 1", "`/` rounds"),
        ("timestamp(system.a) < timestamp('2026-01-01T00:00:00Z')", r"timestamp\(\) has no counterpart"),
        ("int(system.a) == 1", r"int\(\) has no counterpart"),
        ("{1: 'a'}.size() == 1", "keys that are no texts"),
        ("{'a': 1, 'a': 2}.size() == 1", "the same key twice"),
        ("{'a': null}.size() == 1", "states null"),
        ("sytem.owner == 'x'", "'sytem' is neither a fact nor a name"),
    ],
)
def test_what_rego_cannot_answer_alike_is_refused(condition, says):
    with pytest.raises(UntranslatableError, match=says):
        translate(parse(condition))


@pytest.mark.parametrize(
    "pattern", ["(?i)a[b-d]e", "(?i)[^x]y", "(?i)sk", "(?i)\\.PKL$", "(?i)(?:a|b)+", "(?i)[]a]", "(?i)é"]
)
@pytest.mark.parametrize(
    "subject", ["ABE", "aCe", "xY", "XY", "s\u212a", "\u017fk", "m.pkl", "BAb", "]", "A", "\u00c9", ""]
)
def test_a_pattern_without_its_flag_matches_the_same(pattern, subject):
    written = without_flag(pattern)
    facts = {"system": {"owner": subject}}

    assert not written.startswith("(?i)")
    assert CEL.evaluate(f"system.owner.matches({json.dumps(written, ensure_ascii=False)})", facts) == CEL.evaluate(
        f"system.owner.matches({json.dumps(pattern, ensure_ascii=False)})", facts
    )


@pytest.mark.parametrize(
    "pattern", ["(?i)\\x41", "(?i)(?P<a>b)", "(?i)[a-é]", "(?i)[[:alpha:]]", "(?i)a\\", "(?i)[a", "abc"]
)
def test_a_pattern_that_would_mean_another_thing_stays_as_it_is(pattern):
    assert without_flag(pattern) == pattern


@given(st.text(max_size=40))
def test_no_text_ends_a_comment_or_a_text(value):
    assert all(len(line.splitlines()) == 1 and line.startswith("#") for line in comment(value))
    assert len(text(value).splitlines()) == 1
    assert json.loads(text(value)) == value


def test_names_of_packages_are_words_of_rego():
    assert [package_name(name) for name in ("a-b", "a.b", "1a", "input")] == ["a_b", "a_dot_b", "pack_1a", "pack_input"]
