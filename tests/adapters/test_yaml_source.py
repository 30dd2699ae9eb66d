from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from roadworthy.adapters.yaml_source import Located, combined, read_yaml, validated
from roadworthy.core.errors import PackError, TaskError
from roadworthy.core.subject import STRICT
from roadworthy.inventory.model import Manifest


def read(folder: Path, text: str | bytes, **options) -> Located:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path, error=TaskError, **options)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("off", "off"), ("true", True), ("False", False), ("~", None), ("null", None),
        ("''", ""), ("12", 12), ("-3", -3), ("007", "007"), ("0x1f", "0x1f"), ("1_000", "1_000"), ("12:30", "12:30"),
        ("1.5", 1.5), ("1e3", 1000.0), (".5", 0.5), (".inf", ".inf"), (".nan", ".nan"), ("1.2.3", "1.2.3"),
        ("2026-01-02", "2026-01-02"), ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("'12'", "12"),
        ("!!str 12", "12"), ("=", "="), ("<<", "<<"), ("[a, b]", ["a", "b"]), ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)  # fmt: skip
def test_scalars_mean_what_yaml_1_2_says(text, value, tmp_path):
    assert read(tmp_path, f"x: {text}").data == {"x": value}


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("a: 1\nb: 2\na: 3", "3:1", "the key 'a' is given twice, first in line 1"),
        ("a: {b: 1,\n  'b': 2}", "2:3", "the key 'b' is given twice"),
        ("1: x", "1:1", "the key '1' is not text"),
        ("[a]: x", "1:1", "a key must be text"),
        ("a: !!python/object/apply:os.system [ls]", "1:4", "the tag"),
        ("a: !!binary aGk=", "1:4", "the tag"),
        ("a: !!timestamp 2026-01-01", "1:4", "the tag"),
        ("a: !custom {b: 1}", "1:4", "the tag '!custom' is not allowed"),
        ("a: 1\n---\nb: 2", "2:1", "but found another document"),
        ("a:\n\t- b", "2:1", "cannot start any token"),
        ("a: [1", "2:1", "not YAML"),
        ("a: *nowhere", "1:4", "undefined alias"),
        ("a: &x [*x]", "1:4", "nested deeper than 40 levels"),
        ("a: " + "[" * 60 + "]" * 60, "1:44", "nested deeper than 40 levels"),
        ("a: 9007199254740993", "1:4", "is too large; put it in quotes"),
        ("a: 1e999", "1:4", "is too large"),
        ("a: !!int x", "1:4", "'x' is not a number"),
        ("", None, "the file is empty"),
        ("# only a comment", None, "the file is empty"),
        (b"a: \xff", "1", "not UTF-8: byte 0xff"),
        ("a: \x07", None, "a character that YAML forbids"),
        ("a: &x [y]\nb: [" + "*x, " * 101 + "]", None, "more than 100 aliases"),
    ],
)
def test_what_is_refused_is_named_with_its_place(text, where, problem, tmp_path):
    with pytest.raises(TaskError) as caught:
        read(tmp_path, text)

    assert problem in caught.value.problem
    if where:
        assert caught.value.where.endswith(f"file.yaml:{where}")


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[{", "- ? ", "{a: ", "{? "])
@pytest.mark.parametrize("num_levels", [100, 100_000, 500_000])
def test_a_document_of_any_depth_is_refused_with_its_place(opening, num_levels, tmp_path):
    with pytest.raises(TaskError, match="nested deeper than 40 levels") as caught:
        read(tmp_path, opening * num_levels, max_bytes=4_000_000)

    assert caught.value.where.startswith(f"{tmp_path}/file.yaml:1:")


def test_more_values_than_a_document_may_have_are_refused(tmp_path):
    with pytest.raises(TaskError, match="more than 200000 values"):
        read(tmp_path, "[" + "1," * 200_001 + "1]")


def test_a_few_aliases_are_allowed(tmp_path):
    assert read(tmp_path, "a: &x [y]\nb: *x\nc: *x").data == {"a": ["y"], "b": ["y"], "c": ["y"]}


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path):
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]

    with pytest.raises(TaskError, match="more than 100 aliases"):
        read(tmp_path, "\n".join(lines))


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(PackError, match="cannot read the file: No such file"):
        read_yaml(tmp_path / "absent.yaml", error=PackError)
    with pytest.raises(PackError, match="cannot read the file: Is a directory"):
        read_yaml(tmp_path, error=PackError)
    with pytest.raises(TaskError, match="larger than 3 bytes"):
        read(tmp_path, "a: 1", max_bytes=3)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(alphabet=st.sampled_from("ab: -[]{}&*!|>'\"\n\t#?,%@0.1~"), max_size=60))
def test_any_text_is_refused_with_our_own_error_or_survives_another_writer(text, tmp_path):
    try:
        data = read(tmp_path, text).data
    except TaskError:
        data = "refused"

    assert read(tmp_path, yaml.safe_dump(data, width=10_000)).data == data


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    __pydantic_config__: ClassVar = STRICT
    count: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    __pydantic_config__: ClassVar = STRICT
    items: tuple[Inner, ...]
    headers: dict[str, str]

    def __post_init__(self) -> None:
        if len(self.items) > 3:
            raise ValueError("too many items")


def test_a_good_document_becomes_its_value(tmp_path):
    located = read(tmp_path, "items: [{count: 1}]\nheaders: {a: b}")

    assert validated(TypeAdapter(Outer), located, error=TaskError) == Outer(items=(Inner(count=1),), headers={"a": "b"})


def test_every_problem_is_named_with_line_column_and_field(tmp_path):
    located = read(
        tmp_path, "items:\n  - count: many\n  - name: 1.10\n    cuont: 2\nheaders:\n  Authorization: 12345\nextra: 1\n"
    )

    with pytest.raises(TaskError) as caught:
        validated(TypeAdapter(Outer), located, error=TaskError, fix="mend it")

    said = [f"{caught.value.where} {caught.value.problem}", *caught.value.details]
    path = tmp_path / "file.yaml"
    assert sorted(said) == sorted(
        [
            f"{path}:2:5 items[0].count: Input should be a valid integer, unable to parse string as an integer,"
            " got 'many'",
            f"{path}:3:5 items[1].count: is missing",
            f"{path}:3:5 items[1].name: Input should be a valid string, got 1.1 (put it in quotes)",
            f"{path}:4:5 items[1].cuont: is not a known field",
            f"{path}:6:3 headers.Authorization: Input should be a valid string (put it in quotes)",
            f"{path}:7:1 extra: is not a known field",
        ]
    )
    assert caught.value.fix == "mend it"
    assert "12345" not in str(caught.value)


def test_a_field_of_a_tagged_union_is_found_and_the_tag_is_not_in_its_path(tmp_path):
    located = read(
        tmp_path,
        "schema: roadworthy/manifest/v1\n"
        "system: {key: a, name: A, version: '1', purpose: p}\n"
        "components:\n"
        "  - {type: hosted_model, key: m, provider: p, model: m,\n"
        "     pin: no}\n",
    )

    with pytest.raises(TaskError, match=r"components\[0\]\.pin: .*got 'no'") as caught:
        validated(TypeAdapter(Manifest), located, error=TaskError)

    assert caught.value.where.endswith("file.yaml:5:6")


def test_a_document_of_the_wrong_shape_is_named(tmp_path):
    with pytest.raises(TaskError, match="must be a mapping"):
        validated(TypeAdapter(Outer), read(tmp_path, "- a"), error=TaskError)


def test_more_problems_than_anybody_reads_are_counted(tmp_path):
    located = read(tmp_path, "headers: {}\nitems:\n" + "  - {count: x}\n" * 80)

    with pytest.raises(TaskError) as caught:
        validated(TypeAdapter(Outer), located, error=TaskError)

    assert len(caught.value.details) == 50
    assert caught.value.details[-1] == "and 30 more problems"


def test_errors_of_several_files_become_one():
    one = combined([TaskError("a", where="x:1", fix="f", details=("b",)), TaskError("c", where="y:2", details=("d",))])

    assert (one.problem, one.where, one.details) == ("a", "x:1", ("b", "y:2 c", "d"))
    with pytest.raises(ValueError, match="no error"):
        combined([])
