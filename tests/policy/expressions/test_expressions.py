"""Conditions are read, written and rebuilt without a change of what they say."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.core.digest import plain
from roadworthy.policy.expressions.parse import MAX_DEPTH, MAX_LENGTH, parse
from roadworthy.policy.expressions.tree import (
    Binary,
    Call,
    Choice,
    Constant,
    Field,
    Has,
    Item,
    ListOf,
    Macro,
    MapOf,
    Name,
    Unary,
)
from roadworthy.policy.expressions.walk import children, depth, replacements, with_children
from roadworthy.policy.expressions.write import write
from roadworthy.policy.model import FactCheck

CEL = CelConditions()
SOURCE = PackFolders(Path())
CASES = {name: [plain(case.facts) for case in SOURCE.cases(name)] for name in shipped_packs()}


def shipped_conditions():
    found = {}
    for name in shipped_packs():
        for rule in (rule for control in SOURCE.load(name).controls for rule in control.rules):
            for text in (rule.applies_when, rule.require.condition if isinstance(rule.require, FactCheck) else "true"):
                found.setdefault((name, text), None)
    return list(found)


names = st.sampled_from(["system", "components", "c", "x_1", "_y"])
fields = st.sampled_from(["owner", "type", "in_", "a-b", "all", "null", "package"])
constants = st.builds(
    Constant,
    value=st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
operators = st.sampled_from(["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"])


def grown(inner):
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Field, operand=inner, field=fields),
        st.builds(Has, operand=inner, field=fields),
        st.builds(Item, operand=inner, index=inner),
        st.builds(ListOf, items=several),
        st.builds(MapOf, entries=st.lists(st.tuples(inner, inner), max_size=2).map(tuple)),
        st.builds(Unary, operator=st.sampled_from(["!", "-"]), operand=inner),
        st.builds(Binary, operator=operators, left=inner, right=inner),
        st.builds(Choice, condition=inner, then=inner, other=inner),
        st.builds(
            Call, function=st.sampled_from(["size", "int", "timestamp"]), target=st.none() | inner, arguments=several
        ),
        st.builds(
            Macro,
            macro=st.sampled_from(["all", "exists", "exists_one", "filter", "map"]),
            operand=inner,
            variable=names,
            body=inner,
        ),
    )


trees = st.recursive(constants | st.builds(Name, name=names), grown, max_leaves=12)


@given(trees)
def test_what_is_written_is_read_back(tree):
    # The representation tells 1 from 1.0 and from true, which are equal.
    assert repr(parse(write(tree))) == repr(tree)


@given(trees)
def test_written_again_it_is_the_same(tree):
    assert write(parse(write(tree))) == write(tree)


@pytest.mark.parametrize(("pack", "condition"), shipped_conditions())
def test_a_shipped_condition_says_the_same_when_it_is_written(pack, condition):
    written = write(parse(condition))

    assert parse(written) == parse(condition)
    facts = CASES[pack]
    assert [CEL.evaluate(written, each) for each in facts] == [CEL.evaluate(condition, each) for each in facts]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.sampled_from(["", "a", "tool", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "owner", "type", "in_"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(trees, st.dictionaries(st.sampled_from(["system", "components"]), values))
def test_parentheses_that_are_left_out_change_no_answer(tree, facts):
    """Every part in parentheses of its own says what the written form says."""
    # Of what does not compile, the reason names a column.
    assert type(CEL.evaluate(_in_parentheses(tree), facts)) is type(CEL.evaluate(write(tree), facts))


def _in_parentheses(tree):
    parts = tuple(Name(name=f"hole_{number}") for number in range(len(children(tree))))
    text = write(with_children(tree, parts))
    for part, child in zip(reversed(parts), reversed(children(tree)), strict=True):
        text = f"({_in_parentheses(child)})".join(text.rsplit(part.name, 1))
    return text


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        pytest.param("0x1F", Constant(value=31), id="hexadecimal"),
        pytest.param(".5e1", Constant(value=5.0), id="fraction without a whole part"),
        pytest.param("-9223372036854775808", Constant(value=-(2**63)), id="smallest number"),
        pytest.param("- 5", Constant(value=-5), id="minus with a space"),
        pytest.param("-(5)", Unary(operator="-", operand=Constant(value=5)), id="minus before parentheses"),
        pytest.param("5u", Call(function="uint", target=None, arguments=(Constant(value=5),)), id="unsigned"),
        pytest.param(r"r'\d'", Constant(value="\\d"), id="raw text"),
        pytest.param("'''a'b\n'''", Constant(value="a'b\n"), id="text over lines"),
        pytest.param(r"'\x41\101\u0041\U00000041\n\''", Constant(value="AAAA\n'"), id="escapes"),
        pytest.param("true // why\n", Constant(value=True), id="a comment"),
        pytest.param("a.`b-c`", Field(operand=Name(name="a"), field="b-c"), id="quoted field"),
        pytest.param("has(a.b)", Has(operand=Name(name="a"), field="b"), id="has"),
        pytest.param("a.has", Field(operand=Name(name="a"), field="has"), id="a field called has"),
        pytest.param("[1, 2,]", ListOf(items=(Constant(value=1), Constant(value=2))), id="a trailing comma"),
        pytest.param(
            "a ? b : c ? d : e",
            Choice(
                condition=Name(name="a"),
                then=Name(name="b"),
                other=Choice(condition=Name(name="c"), then=Name(name="d"), other=Name(name="e")),
            ),
            id="choices lean to the right",
        ),
        pytest.param(
            "a - b - c",
            Binary(
                operator="-",
                left=Binary(operator="-", left=Name(name="a"), right=Name(name="b")),
                right=Name(name="c"),
            ),
            id="operators lean to the left",
        ),
    ],
)
def test_it_reads(text, tree):
    assert repr(parse(text)) == repr(tree)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "column 1: the end stands where a fact"),
        ("a ==", "column 5: the end stands where a fact"),
        ("a b", "column 3: `b` stands where the end"),
        ("a.b.", "column 5: the end stands where a field"),
        ("a.in", "column 3: `in` stands where a field"),
        ("a & b", "column 3: '&' starts no word"),
        ("'a", 'column 1: "\'" starts no word'),
        ("'\\z'", r"column 2: '\\\\z' stands for no character"),
        (r"'\ud800'", "column 2: .* is no character"),
        ("b'a'", "column 1: bytes are not read"),
        ("size(a,)", "column 8: `\\)` stands where an argument"),
        ("{1: 2", "column 6: the end stands where `,`"),
        ("has(a)", "column 1: has\\(\\) asks for one field"),
        ("a.all(b)", "column 3: all\\(\\) asks for a name and a condition"),
        ("a.all(1, b)", "column 3: the first argument of all\\(\\)"),
        ("a.map(x, x, x)", "column 3: map\\(\\) with three arguments"),
        ("while", "column 1: `while` is a reserved word"),
        ("!-a", "column 2: `-` stands where an operand in parentheses"),
        ("9223372036854775808", "column 1: 9223372036854775808 does not fit"),
        ("1e999", "column 1: 1e999 is too large"),
        ("(" * 500, f"nests more than {MAX_DEPTH} deep"),
        ("a" + ".b" * 500, "nests 501 deep"),
        ("!" * 900 + "a", "nests 901 deep"),
        ("a" * (MAX_LENGTH + 1), f"has {MAX_LENGTH + 1} characters"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_column(text, says):
    with pytest.raises(ValueError, match=says):
        parse(text)


@given(st.text(max_size=40) | st.text("ab.()[]{}'\"\\!-&|?:,0519eux ", max_size=40))
def test_any_text_is_read_or_refused_with_a_column(text):
    try:
        tree = parse(text)
    except ValueError as error:
        assert str(error).startswith("column ")  # noqa: PT017 -- both outcomes are right, each with its own claim
    else:
        assert parse(write(tree)) == tree


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        (Name(name="a.b"), "'a.b' is no name"),
        (Name(name="in"), "'in' is no name"),
        (Field(operand=Name(name="a"), field="b'"), "ask for it as an item"),
        (Call(function="has", target=None, arguments=()), "has\\(\\) is a node of its own"),
        (Call(function="all", target=Name(name="a"), arguments=()), "'all' is no function of a value"),
        (Constant(value=2**63), "does not fit into 64 bits"),
        (Constant(value=float("nan")), "nan cannot be written"),
        (Constant(value="\ud800"), "half a character"),
    ],
)
def test_what_would_be_read_otherwise_is_not_written(tree, says):
    with pytest.raises(ValueError, match=says):
        write(tree)


@given(trees)
def test_a_tree_rebuilt_from_its_parts_is_the_tree(tree):
    assert with_children(tree, children(tree)) == tree
    assert all(place.put(place.node) == tree for place in replacements(tree))


@given(trees, st.integers(0, 2**32))
def test_one_part_is_replaced_and_nothing_else(tree, seed):
    hole = Name(name="hole")
    places = list(replacements(tree))
    place = places[seed % len(places)]

    changed = place.put(hole)

    found = [other.node for other in replacements(changed)]
    lost = len(list(replacements(place.node))) - 1
    assert found.count(hole) == 1
    assert len(found) == len(places) - lost


def test_with_children_refuses_another_number_of_parts():
    with pytest.raises(ValueError, match="Binary has 2 parts, got 1"):
        with_children(parse("a && b"), (Name(name="a"),))


def test_depth_needs_no_recursion():
    tree = Name(name="a")
    for _ in range(5_000):
        tree = Unary(operator="!", operand=tree)

    assert depth(tree) == 5_001
