"""What is wrong with data is found from its first rows; no finding shows a value of a row."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.lint_rules import findings_of
from roadworthy.adapters.lint.memory import repository_of
from roadworthy.lint.datasets.role import Role, role_by_name
from roadworthy.lint.datasets.rows import MAX_BYTES, MAX_ROWS, rows_of
from roadworthy.lint.datasets.shape import normalised

HEAD = (
    "schema: roadworthy/manifest/v1\n"
    "system: {key: desk, name: Desk, version: 1.0.0, purpose: Answers questions.}\n"
    "components:\n"
)
LONG = "When will the parcel with the blue kettle {} arrive at my door?"


def manifest(*components, rest=""):
    return HEAD + "".join(f"  - {one}\n" for one in components) + rest


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def rules_for(files):
    return {one.rule.removeprefix("dataset/") for one in findings_of("dataset/*", files)}


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100)
@given(st.lists(json_value, max_size=8), st.sampled_from(["jsonl", "json", "csv", "tsv", "parquet"]))
def test_no_rows_make_the_rules_fail(values, suffix):
    text = json.dumps(values) if suffix == "json" else "".join(json.dumps(one) + "\n" for one in values)

    found = findings_of("dataset/*", {f"data/train/rows.{suffix}": text})

    assert all(one.said for one in found)


@settings(max_examples=100)
@given(st.binary(max_size=300), st.sampled_from(["jsonl", "json", "csv", "tsv"]))
def test_no_bytes_make_the_rules_fail(data, suffix):
    found = findings_of("dataset/*", {f"data/train/rows.{suffix}": data, f"data/eval/rows.{suffix}": data})

    assert all(one.said for one in found)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), min_size=1), min_size=1, max_size=9))
def test_whole_rows_are_read_as_they_were_written(rows):
    read = rows_of(repository_of({"data/rows.jsonl": lines(*rows)}).files["data/rows.jsonl"])

    assert [dict(row.values) for row in read.rows] == rows
    assert (read.broken, read.cut_off) == ((), False)


@pytest.mark.parametrize("count", [MAX_ROWS - 1, MAX_ROWS, MAX_ROWS + 1])
def test_at_most_a_bounded_number_of_rows_is_read(count):
    file = repository_of({"data/rows.jsonl": "{}\n" * count}).files["data/rows.jsonl"]

    read = rows_of(file)

    assert len(read.rows) == min(count, MAX_ROWS)
    assert read.cut_off is (count > MAX_ROWS)


def test_the_last_line_of_what_is_read_is_not_broken_where_the_file_goes_on():
    row = json.dumps({"text": "x" * 3000}) + "\n"
    file = repository_of({"data/rows.jsonl": row * (MAX_BYTES // len(row) + 5)}).files["data/rows.jsonl"]

    read = rows_of(file)

    assert (read.broken, read.cut_off) == ((), True)


def test_semicolons_and_quoted_line_breaks_are_read_as_such():
    assert rules_for({"data/rows.csv": 'text;label\n"one\ntwo";1\nthree, four;0\n'}) == set()


def test_a_first_line_that_counts_is_no_header():
    assert "broken-row" not in rules_for({"data/rows.csv": "3,2,a,b\n" + "1,2,3\n" * 9})


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("data/train.jsonl", Role.TRAINING),
        ("data/finetune/a.csv", Role.TRAINING),
        ("data/sft-data.jsonl", Role.TRAINING),
        ("evals/a.jsonl", Role.EVALUATION),
        ("data/train/test.jsonl", Role.EVALUATION),
        ("data/golden.jsonl", Role.EVALUATION),
        ("data/constraints.csv", Role.UNKNOWN),
        ("data/trains.csv", Role.UNKNOWN),
        ("data/train-test.csv", Role.UNKNOWN),
    ],
)
def test_what_data_is_for_is_told_by_its_name(path, role):
    assert role_by_name(path) is role


def test_overlap_is_found_through_case_and_signs_and_names_no_text():
    trained = lines(*({"text": LONG.format(n)} for n in range(20)))
    asked = lines(*({"messages": [{"role": "user", "content": LONG.format(n).upper() + "!"}]} for n in range(3)))

    (found,) = findings_of("dataset/train-eval-overlap", {"data/train/a.jsonl": trained, "data/eval/b.jsonl": asked})

    assert (found.path, found.line) == ("data/eval/b.jsonl", 1)
    assert "3 texts" in found.said
    assert "kettle" not in found.said


def test_one_shared_greeting_is_no_overlap():
    trained = lines({"text": "Good morning, what can I do for you?"}, *({"text": LONG.format(n)} for n in range(20)))
    asked = lines(
        {"text": "Good morning, what can I do for you?"}, *({"text": LONG.format(f"no {n}")} for n in range(20))
    )

    assert findings_of("dataset/train-eval-overlap", {"data/train/a.jsonl": trained, "data/eval/b.jsonl": asked}) == ()


PEOPLE = [
    pytest.param([f"{n}.silva@brightmail.net" for n in ("ana", "rui", "eva")], "e-mail address", id="mail"),
    pytest.param(["+49 30 901820", "+44 20 7946 0018", "+33 1 42 68 53 00"], "phone number", id="phone"),
    pytest.param(["DE02120300000000202051", "DE02500105170137075030", "AT026000000001349870"], "IBAN", id="accounts"),
]


@pytest.mark.parametrize(("values", "kind"), PEOPLE)
def test_persons_are_found_and_not_shown(values, kind):
    text = lines(*({"text": f"it is {value} ok"} for value in values))

    (found,) = findings_of("dataset/personal-data", {"data/rows.jsonl": text})

    assert kind in found.said
    assert all(value not in found.said for value in values)


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([f"user{n}@example.org" for n in range(9)], id="reserved domains"),
        pytest.param([f"a{n}@shop.test" for n in range(9)], id="reserved endings"),
        pytest.param(["4111 1111 1111 1111", "4242 4242 4242 4242", "5555 5555 5555 4444"], id="cards for tests"),
        pytest.param([str(10**15 + n * 7919) for n in range(300)], id="numbers of sixteen digits"),
        pytest.param([str(44_000_000_000 + n * 104_729) for n in range(300)], id="numbers of eleven digits"),
        pytest.param([f"2026-01-{n:02} 10:00:00.{n:06}" for n in range(1, 28)], id="times"),
        pytest.param(["3.141592653589793", "-0.0001220703125", "1e-300"] * 20, id="decimals"),
        pytest.param([f"{n:08x}-0000-4000-8000-{n:012x}" for n in range(99)], id="uuids"),
        pytest.param([f"192.168.{n}.1:8080" for n in range(99)], id="addresses of machines"),
    ],
)
def test_what_only_looks_like_persons_is_left_alone(texts):
    assert findings_of("dataset/personal-data", {"data/rows.jsonl": lines(*({"v": text} for text in texts))}) == ()


def test_data_that_is_said_to_hold_persons_is_not_told_of():
    text = lines(*({"t": f"{n}.silva@brightmail.net"} for n in ("ana", "rui", "eva")))
    for stated, expected in (("true", set()), ("false", {"undeclared-personal-data"})):
        files = {
            "roadworthy.yaml": manifest(f"{{type: dataset, key: rows, path: data, personal_data: {stated}}}"),
            "data/rows.jsonl": text,
        }

        assert {"personal-data", "undeclared-personal-data"} & rules_for(files) == expected


def test_a_credential_is_found_and_not_shown():
    key = "AKIA" + "4QX7VJ2KD5TNW3HB"

    (found,) = findings_of("dataset/secret", {"data/rows.jsonl": '{"a": 1}\n' + lines({"text": f"use {key}"})})

    assert found.line == 2
    assert key not in found.said


def test_the_documents_of_the_manifest_count_for_legal_basis():
    data = "{type: dataset, key: rows, path: data, personal_data: true}"
    files = {
        "roadworthy.yaml": manifest(data, rest="documents: {privacy: docs/privacy.md}\n"),
        "docs/privacy.md": "We rely on consent and delete after 30 days.\n",
    }

    assert rules_for(files) & {"no-legal-basis", "no-retention"} == set()


def test_templates_of_documents_may_have_places_to_fill_in():
    text = "# Card\nLicence: [More Information Needed]\n"

    assert rules_for({"data/DATASHEET.md": text}) >= {"document-placeholder"}
    assert "document-placeholder" not in rules_for({"templates/datasetcard_template.md": text})


@given(st.text(max_size=40))
def test_comparing_without_case_and_signs_is_idempotent(text):
    assert normalised(normalised(text)) == normalised(text)
