"""A text has the form that was declared, or one detection says what is wrong and where, and repeats nothing."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.looked_at import edited, looked
from roadworthy.guard.rails.structured.json_text import JsonDocument, read_json
from roadworthy.guard.rails.structured.rail import StructuredOutputRail, StructuredOutputSettings
from roadworthy.guard.rails.structured.schema import SchemaCheck
from roadworthy.guard.verdict import Detection

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z]+$"},
            "tags": {"type": "array", "uniqueItems": True},
        },
        "required": ["name"],
        "additionalProperties": False,
    }
)
GRAMMAR = """
start: "SELECT" columns "FROM" NAME
columns: NAME ("," NAME)*
NAME: /[a-z_]+/
%import common.WS
%ignore WS
"""


def look(text: str, form: str = "json", **fields: Any) -> tuple[Detection, ...]:
    return looked(StructuredOutputRail(StructuredOutputSettings(form=form, **fields)), text)


@pytest.mark.parametrize("text", ['{"a": [1, 2.5, "x", null, true]}', " [1]\n", '"x"', "0", "{}"])
def test_strict_json_is_not_found(text: str) -> None:
    assert look(text) == ()


@pytest.mark.parametrize(
    ("text", "kind", "detail"),
    [
        ("", "truncated", "line 1, character 0"),
        ('{"a": [1, 2', "truncated", "line 1, character 11"),
        ('{"a": "never clo', "truncated", "line 1, character 16"),
        ('{"a": 1,\n "b": }', "not_json", "line 2, character 15"),
        ("\ufeff{}", "byte_order_mark", "line 1, character 0"),
        ('```json\n{"a": 1}\n```', "code_fence", "line 1, character 0"),
        ('{"a": 1}\nHope this helps!', "text_around", "line 1, character 8"),
        ('Here you are: {"a": 1}', "text_around", "line 1, character 0"),
        ('{"a": 1}\n{"a": 2}', "several_documents", "line 1, character 8"),
        ('{"a": 1, "a": 2}', "duplicate_key", "line 1, character 0"),
        ("[NaN]", "not_a_number", "line 1, character 0"),
        ("[-Infinity]", "not_a_number", "line 1, character 0"),
        ("[1e999]", "huge_number", "line 1, character 0"),
        ("[" + "9" * 5_000 + "]", "huge_number", "line 1, character 0"),
        ("[" * 100_000, "too_deep", "line 1, character 64"),
        ("{'a': 1}", "not_json", "line 1, character 1"),
        ("I cannot do that.", "not_json", "line 1, character 0"),
    ],
)
def test_what_is_wrong_with_json_is_named_with_its_place(text: str, kind: str, detail: str) -> None:
    [found] = look(text)

    assert (found.kind, found.detail.split(";")[0]) == (kind, detail)


def test_text_that_is_too_long_is_not_read() -> None:
    assert look("[1, 2, 3]", max_chars=5)[0].kind == "too_long"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("{}", "required at /"),
        ('{"name": "Ann"}', "pattern at /name"),
        ('{"name": "ann", "tags": [1, 1.0]}', "uniqueItems at /tags"),
        ('{"name": "ann", "4111 1111": 1}', "additionalProperties at /"),
        ('{"name": 5}', "type at /name"),
    ],
)
def test_json_that_breaks_the_schema_is_found_with_rule_and_pointer(text: str, detail: str) -> None:
    assert [(one.kind, one.detail, one.edit) for one in look(text, "json_schema", schema=SCHEMA)] == [
        ("not_of_schema", detail, None)
    ]


def test_names_that_are_not_in_the_schema_are_not_repeated() -> None:
    schema = json.dumps({"additionalProperties": {"type": "object", "patternProperties": {"^x": {"type": "string"}}}})

    [found] = look('{"Ann Smith": {"x4111": 1}}', "json_schema", schema=schema)

    assert found.detail == "type at /*/*"


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ('```json\n{"name": "ann"}\n```', '{"name": "ann"}'),
        ('{"name": "ann"} I hope this helps.', '{"name": "ann"}'),
        ('\ufeff{"name": "ann"}', '{"name": "ann"}'),
        ("{'name': 'ann',}", '{"name": "ann"}'),
        ('{"name": "ann", "tags": ["a", "b"', '{"name": "ann", "tags": ["a", "b"]}'),
    ],
)
def test_a_repair_is_offered_and_made_only_where_the_settings_accept_it(text: str, repaired: str) -> None:
    [offered] = look(text, "json_schema", schema=SCHEMA)
    [made] = look(text, "json_schema", schema=SCHEMA, accept_repair=True)

    assert (offered.offered, made.offered) == (True, False)
    assert offered.detail.endswith("; a repair is offered")
    assert made.detail.endswith("; repaired")
    assert edited(text, [made]) == repaired


@pytest.mark.parametrize(
    "text", ['{"name": "a", "name": "b"}', '{"name": NaN}', '{"name": "A"', "no", '{"name": "a"}{"name": "b"}']
)
def test_what_is_ambiguous_or_still_breaks_the_schema_is_not_repaired(text: str) -> None:
    [found] = look(text, "json_schema", schema=SCHEMA, accept_repair=True)

    assert (found.edit, found.offered) == (None, False)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_every_strict_document_is_read_as_it_is_and_every_beginning_is_not(value: Any) -> None:
    text = json.dumps(value)

    assert read_json(text, max_chars=10_000, max_depth=64) == JsonDocument(value=value)
    if isinstance(value, dict | list):
        cuts = [read_json(text[:cut], max_chars=10_000, max_depth=64) for cut in range(len(text))]
        assert not [cut for cut in cuts if isinstance(cut, JsonDocument)]


@given(st.text(alphabet='{}[]":,\\ \n`aj1.eE-NI\ufeff\x00\ud800', max_size=40))
@settings(max_examples=200)
def test_whatever_the_text_an_accepted_repair_has_the_form_and_the_span_is_the_text(text: str) -> None:
    for found in look(text, accept_repair=True):
        assert (found.span.start, found.span.end) == (0, len(text))
        if found.edit is not None:
            assert look(edited(text, [found])) == ()


@given(json_values)
@settings(max_examples=150)
def test_the_linear_rules_say_what_the_reference_says(value: Any) -> None:
    schema = {
        "uniqueItems": True,
        "properties": {"a": {"pattern": "^a"}},
        "patternProperties": {"^b": {"type": "integer"}},
        "additionalProperties": {"uniqueItems": True, "type": ["array", "null", "string"]},
    }

    assert (SchemaCheck(json.dumps(schema)).fault(value) is None) == jsonschema.Draft202012Validator(schema).is_valid(
        value
    )


@pytest.mark.parametrize("draft", ["http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema"])
def test_the_draft_is_the_one_that_the_schema_states(draft: str) -> None:
    schema = json.dumps(
        {"$schema": draft, "exclusiveMinimum": True, "minimum": 1}
        if "04" in draft
        else {"$schema": draft, "if": {"type": "integer"}, "then": {"minimum": 2}}
    )

    assert SchemaCheck(schema).fault(1) is not None
    assert SchemaCheck(schema).fault(2) is None


def test_a_reference_into_the_schema_is_followed_and_one_without_end_is_a_failure_of_the_rail() -> None:
    tree = json.dumps({"$defs": {"n": {"type": "array", "items": {"$ref": "#/$defs/n"}}}, "$ref": "#/$defs/n"})

    assert SchemaCheck(tree).fault([[], [[]]]) is None
    assert SchemaCheck(tree).fault([[1]]) is not None
    with pytest.raises(ValueError, match="do not resolve, or have no end"):
        SchemaCheck('{"$ref": "#"}').fault(1)
    with pytest.raises(ValueError, match="do not resolve"):
        SchemaCheck('{"$ref": "#/$defs/none"}').fault(1)


def test_a_pattern_must_match_the_whole_text() -> None:
    assert look("AB-12", "pattern", pattern="[A-Z]{2}-[0-9]{2}") == ()
    assert look("AB-12 ", "pattern", pattern="[A-Z]{2}-[0-9]{2}")[0].kind == "not_of_pattern"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT a, b FROM t", None),
        ("SELECT a, b", 11),
        ("SELECT a; DROP", 8),
        ("SELECT a FROM t x", 16),
        ("", 0),
    ],
)
def test_a_text_of_the_grammar_is_not_found_and_another_is_found_with_its_place(text: str, place: int | None) -> None:
    found = look(text, "grammar", grammar=GRAMMAR)

    assert [one.detail for one in found] == ([] if place is None else [f"line 1, character {place}"])


@pytest.mark.parametrize(
    ("form", "fields", "text"),
    [
        ("pattern", {"pattern": "(a+)+"}, "a" * 100_000 + "!"),
        ("grammar", {"grammar": "start: A\nA: /(a+)+b/"}, "a" * 100_000),
        ("json_schema", {"schema": '{"pattern": "^(a+)+$"}'}, json.dumps("a" * 100_000 + "!")),
        (
            "json_schema",
            {"schema": '{"uniqueItems": true}'},
            json.dumps([{"a": [n]} for n in range(10_000)] + [{"a": [1]}]),
        ),
        ("json", {}, "{'a': " * 10_000),
    ],
)
@pytest.mark.timeout(60)
def test_hostile_text_ends_soon(form: str, fields: dict[str, Any], text: str) -> None:
    assert look(text, form, **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"form": "json_schema"}, "`schema` is missing"),
        ({"form": "json", "pattern": "x"}, "`pattern` says nothing"),
        ({"form": "pattern", "pattern": "(?=x)"}, "not an RE2 pattern"),
        ({"form": "pattern", "pattern": "x", "accept_repair": True}, "`accept_repair` says nothing"),
        ({"form": "json", "max_depth": 0}, "max_depth"),
        ({"form": "json_schema", "schema": "{"}, "is not JSON"),
        ({"form": "json_schema", "schema": "[]"}, "must be an object"),
        ({"form": "json_schema", "schema": '{"type": 5}'}, "is not a JSON Schema"),
        ({"form": "json_schema", "schema": '{"$ref": "https://x.example/s"}'}, "refers to"),
        ({"form": "json_schema", "schema": '{"$schema": "https://x.example/s"}'}, "draft that is not known"),
        ({"form": "json_schema", "schema": '{"pattern": "(?=x)"}'}, "not an RE2 pattern"),
        ({"form": "json_schema", "schema": '{"patternProperties": {"(?=x)": {}}}'}, "not an RE2 pattern"),
        ({"form": "json_schema", "schema": json.dumps({"enum": [[n] for n in range(6_000)]})}, "more than 5,000 parts"),
        (
            {"form": "json_schema", "schema": '{"patternProperties": {"x": {}}, "unevaluatedProperties": false}'},
            "not supported",
        ),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        StructuredOutputSettings(**fields)


@pytest.mark.parametrize(
    ("grammar", "words"),
    [
        ("start: a | b\na: X\nb: X\nX: /x/", "not an LALR"),
        ("start: (", "not an LALR"),
        ("%import .other (x)\nstart: x", "imports from elsewhere"),
        ("start: X\nX: /(?=x)x/", "not an RE2 pattern"),
    ],
)
def test_a_grammar_that_is_not_linear_or_not_here_is_refused(grammar: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        StructuredOutputRail(StructuredOutputSettings(form="grammar", grammar=grammar))
