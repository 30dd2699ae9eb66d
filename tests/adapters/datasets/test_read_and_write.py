import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadworthy.adapters.datasets import content
from roadworthy.adapters.datasets.read import load_dataset, read_dataset
from roadworthy.adapters.datasets.table_file import read_table
from roadworthy.adapters.datasets.write import write_dataset
from roadworthy.core.errors import TaskError
from roadworthy.evals.datasets.digest import dataset_digests
from roadworthy.evals.datasets.perturb.spec import Entry
from roadworthy.evals.datasets.reading import Reading
from roadworthy.evals.model import Message, Sample, ToolCall

FORMATS = (".jsonl", ".jsonl.gz", ".csv", ".parquet", ".yaml")
SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"

EVERY_FIELD = (
    Sample(
        id="a", prompt="=1+1; \"quoted\",\nline", turns=("and now?", "[1]"), cluster="c", slices={"language": "de"},
        expected="007", includes=("[x]", "a|b"), forbidden=("KITE",), expected_value=1.5, should_refuse=False,
        expected_effects={"/refunds/0/amount": 20}, expected_calls=(ToolCall(name="refund", arguments={"n": 1}),),
        forbidden_calls=("delete",), context="§ 5", expected_status=(400, 422), notes="n",
    ),
    Sample(id="b", messages=(Message(role="system", content="s"), Message(role="user", content="Grüße, 世界"))),
    Sample(id="c", request={"messages": [{"role": "user"}], "n": None}, expected_calls=(), slices={"group": "x"}),
)  # fmt: skip

TABLE = (
    Sample(id="r1", features={"age": 39, "rate": 0.25, "zip": "01234", "job": None}, expected="0"),
    Sample(id="r2", features={"age": 50.5, "rate": -1e-7, "zip": "99999", "job": "clerk"}, expected="1"),
)

CUT_SHORT = gzip.compress(b'{"id": "a", "prompt": "x"}' * 99, mtime=0)[:-20]
"""Without the time of day, so that the test has the same name everywhere."""


def write(folder, name, text, *, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    "samples", [EVERY_FIELD, TABLE, (), (*EVERY_FIELD, *TABLE)], ids=["all", "table", "none", "both"]
)
def test_every_format_holds_the_same_samples_and_has_the_same_digests(ending, samples, tmp_path):
    path = tmp_path / f"data{ending}"
    write_dataset(path, samples)
    read = read_dataset(path)

    assert read == samples
    assert dataset_digests(read) == dataset_digests(samples)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
CELL = st.none() | TEXT | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.fixed_dictionaries({"prompt": TEXT}, optional={"expected": TEXT, "slices": st.dictionaries(
            TEXT.filter(lambda t: "=" not in t), TEXT, max_size=2), "includes": st.lists(TEXT, max_size=2).map(tuple)})
        | st.fixed_dictionaries({"features": st.dictionaries(TEXT, CELL, min_size=1, max_size=3)}),
        max_size=4,
    )
)  # fmt: skip
def test_any_texts_come_back_as_they_were(ending, tmp_path, rows):
    samples = tuple(Sample(id=f"s{n}", **row) for n, row in enumerate(rows))
    path = tmp_path / f"any{ending}"
    write_dataset(path, samples, force=True)

    assert dataset_digests(read_dataset(path)) == dataset_digests(samples)


def test_writing_is_the_same_bytes_again_and_never_over_a_file(tmp_path):
    for ending in FORMATS:
        one, two = tmp_path / f"one{ending}", tmp_path / f"two{ending}"
        write_dataset(one, EVERY_FIELD)
        write_dataset(two, EVERY_FIELD)

        assert one.read_bytes() == two.read_bytes()
        with pytest.raises(TaskError, match="is there already"):
            write_dataset(one, ())
    assert not list(tmp_path.glob("*.new"))


def test_a_table_refuses_an_empty_text_instead_of_losing_it(tmp_path):
    with pytest.raises(TaskError, match="`expected` is an empty text"):
        write_dataset(tmp_path / "x.csv", [Sample(id="a", prompt="x", expected="")])
    assert not (tmp_path / "x.csv").exists()


def test_formulas_are_defused_only_when_asked_for(tmp_path):
    write_dataset(tmp_path / "plain.csv", EVERY_FIELD[:1])
    write_dataset(tmp_path / "guarded.csv", EVERY_FIELD[:1], guard_formulas=True)

    assert ',"=1+1;' in (tmp_path / "plain.csv").read_text()
    assert ",\"'=1+1;" in (tmp_path / "guarded.csv").read_text()


# --- foreign files


@pytest.mark.parametrize(("delimiter", "name"), [(",", "x.csv"), (";", "x.csv"), ("\t", "x.tsv")])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_foreign_table_loads_by_its_reading(delimiter, name, end, bom, tmp_path):
    lines = ["key|question, as asked|lang|answer|url", 'q1|"Wo, bitte?"|de|dort|x', "q2|Why?|en||y"]
    text = end.join(line.replace('"', "").replace("Wo, bitte?", '"Wo, bitte; hier?"') for line in lines)
    text = text.replace("question, as asked", '"question, as asked"').replace("|", delimiter)
    path = write(tmp_path, name, bom + text + end)
    reading = Reading(
        fields={"id": "key", "prompt": "question, as asked", "slices.language": "lang", "expected": "answer"},
        ignore=("url",),
    )

    assert read_dataset(path, reading=reading) == (
        Sample(id="q1", prompt="Wo, bitte; hier?", slices={"language": "de"}, expected="dort"),
        Sample(id="q2", prompt="Why?", slices={"language": "en"}),
    )


def test_a_foreign_jsonl_loads_by_paths_and_numbers_become_text(tmp_path):
    path = write(tmp_path, "x.jsonl", json.dumps({"q": {"text": "Hi"}, "y": 3, "bad": 1, "z": [1]}) + "\n")
    reading = Reading(fields={"id": "#", "prompt": "q.text", "slices.year": "y", "should_refuse": "bad"}, ignore=("z",))

    assert read_dataset(path, reading=reading) == (
        Sample(id="row-1", prompt="Hi", slices={"year": "3"}, should_refuse=True),
    )


def test_every_other_column_can_be_a_feature_typed_by_column(tmp_path):
    path = write(tmp_path, "x.csv", "default,age,zip,code,job\n0,39,01234,7,clerk\n1,,99999,8,\n")
    reading = Reading(fields={"id": "#", "expected": "default", "features.*": "*"}, ignore=("code",))

    assert read_dataset(path, reading=reading) == (
        Sample(id="row-1", features={"age": 39, "zip": "01234", "job": "clerk"}, expected="0"),
        Sample(id="row-2", features={"age": None, "zip": "99999", "job": None}, expected="1"),
    )


def test_a_card_beside_the_file_reads_it_and_declares_its_slices(tmp_path):
    path = write(tmp_path, "x.csv", "id,q,lang\na,hello,en\nb,hallo,ger\n")
    card = (
        "schema: roadworthy/datasheet/v1\nname: x\nversion: '1'\nlicence: CC0-1.0\nsource: s\npurpose: p\n"
        "collection: c\nfields: {prompt: q, slices.language: lang}\nslices: {language: [en, de]}\nlength_cuts: [3]\n"
    )
    write(tmp_path, "x.card.yaml", card)

    with pytest.raises(TaskError, match=r"language='ger' is not declared in the datasheet \(samples b\)"):
        read_dataset(path)
    loaded = load_dataset(path, must_agree=False)
    assert loaded.datasheet.name == "x"
    assert loaded.samples[0].slices == {"language": "en", "length": "long"}


# --- what is wrong


def test_every_problem_of_a_table_is_named_with_its_line(tmp_path):
    text = (
        "id,prompt,expected_value,should_refuse,includes,slices.a\n"
        'a,"two\nlines",1.5,yes,[x\n'
        "b,x,abc,,,\n"
        "c,x,,perhaps,,\n"
        "a,x,,,,\n"
        'd,x,,,"[""x",\n'
        ",x,,,,\n"
    )
    with pytest.raises(TaskError) as caught:
        read_dataset(write(tmp_path, "x.csv", text))

    message = str(caught.value)
    for line, problem in (
        (2, "5 cells under 6 columns"), (4, "the column 'expected_value': not JSON"),
        (5, "'perhaps' is neither true nor false"), (7, "the column 'includes': not JSON"), (8, "id: is missing"),
    ):  # fmt: skip
        assert f"x.csv:{line}" in message
        assert problem in message


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.csv", "", "the file has no header"),
        ("x.csv", "id,,prompt\n", "column 2 has no name"),
        ("x.csv", "id,prompt,id\n", "the column 'id' is given twice"),
        ("x.csv", 'id,prompt\na,"open', "not CSV: unexpected end"),
        ("x.csv", 'id,prompt\na,"x"y\n', "not CSV"),
        ("x.csv", "id,question\na,x\n", "'question' is neither a field of a sample nor listed in `ignore`"),
        ("x.csv", "id,prompt.x\na,x\n", "only slices and features have names below them"),
        ("x.csv", "id,prompt\na,Straße\n".encode("cp1252"), "in Windows-1252 it would be 'ß'"),
        ("x.csv", "id,prompt\na,x\n".encode("utf-16"), "the file is UTF-16"),
        ("x.jsonl", '{"id": "a", "prompt": "x"}'.encode("utf-16"), "the file is UTF-16"),
        ("x.jsonl", '{"id": "a", "prompt": "Straße"}'.encode("latin-1"), "in Windows-1252 it would be 'ß'"),
        ("x.jsonl", '{"id": "a", "prompt": "x", "label": 1}', "the column 'label' is neither a field"),
        ("x.jsonl.gz", b"not gzip", "the compressed file is damaged"),
        ("x.jsonl.gz", CUT_SHORT, "the compressed file is damaged"),
        ("x.parquet", b"PAR1 nothing", "not a Parquet file"),
        ("x.parquet", b"", "not a Parquet file"),
        ("x.yaml", "id: a\n", "a YAML dataset is a list"),
        ("x.yaml", "- a\n- {id: b}\n", "a sample must be a mapping"),
        ("x.txt", "", "has no ending of a dataset"),
        ("x.parquet.gz", b"", "has no ending of a dataset"),
    ],
)
def test_a_file_that_is_not_a_dataset_says_why(name, content, problem, tmp_path):
    with pytest.raises(TaskError) as caught:
        read_dataset(write(tmp_path, name, content))

    assert problem in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["absent.jsonl", "absent.csv", "absent.parquet", "absent.yaml", "absent.jsonl.gz"])
def test_a_file_that_is_not_there_is_named(name, tmp_path):
    with pytest.raises(TaskError, match="cannot read the file: No such file"):
        read_dataset(tmp_path / name)


def test_a_column_that_the_reading_names_and_no_row_has_is_an_error(tmp_path):
    path = write(tmp_path, "x.jsonl", '{"id": "a", "prompt": "x"}\n')

    with pytest.raises(TaskError, match="no row has the column 'answr' that `fields` names"):
        read_dataset(path, reading=Reading(fields={"expected": "answr"}))


def test_a_compressed_file_that_unpacks_without_end_is_refused(tmp_path):
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        line = b" " * 1_000_000 + b"\n"
        for _ in range(content.MAX_FILE_BYTES // len(line) + 2):
            stream.write(line)

    with pytest.raises(TaskError, match=f"larger than {content.MAX_FILE_BYTES} bytes"):
        read_dataset(path)


def test_a_line_without_end_is_refused_where_it_stands(tmp_path):
    path = write(tmp_path, "x.jsonl", '{"id": "a", "prompt": "x"}\n{"id": "b", "prompt": "' + "x" * 1_100_000 + '"}')

    with pytest.raises(TaskError, match="longer than 1048576 bytes") as caught:
        read_dataset(path)
    assert "x.jsonl:2" in str(caught.value)


def test_parquet_without_its_extra_names_the_extra(tmp_path):
    write_dataset(tmp_path / "x.parquet", EVERY_FIELD[:1])
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path\n"
        "from roadworthy.adapters.datasets.read import read_dataset\n"
        f"read_dataset(Path({str(tmp_path / 'x.parquet')!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "pip install 'roadworthy[parquet]'" in done.stderr


def test_typed_columns_of_a_foreign_parquet_file(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "id": ["a", "b"],
            "messages": [[{"role": "user", "content": "x"}], [{"role": "user", "content": "y"}]],
            "includes": [["k"], None],
            "slices": [{"language": "de", "group": None}, {"language": "en", "group": "g"}],
            "should_refuse": [True, None],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")

    assert read_dataset(tmp_path / "x.parquet") == (
        Sample(
            id="a", messages=(Message(role="user", content="x"),), includes=("k",), slices={"language": "de"},
            should_refuse=True,
        ),
        Sample(id="b", messages=(Message(role="user", content="y"),), slices={"language": "en", "group": "g"}),
    )  # fmt: skip


def test_a_table_of_phrases_reads_and_says_what_is_wrong(tmp_path):
    good = write(tmp_path, "t.csv", "source,target,language\nparcel,Paket,de\n")
    bad = write(tmp_path, "b.csv", "source,goal\nparcel,Paket\n")

    assert read_table(good) == (Entry(source="parcel", target="Paket", language="de"),)
    with pytest.raises(TaskError, match="target: is missing"):
        read_table(bad)
    with pytest.raises(TaskError, match="the table has no line"):
        read_table(write(tmp_path, "e.csv", "source,target\n"))


@pytest.mark.slow
def test_a_hundred_thousand_lines_load_in_seconds_and_little_memory(tmp_path):
    path = tmp_path / "big.jsonl"
    with path.open("w") as stream:
        for n in range(100_000):
            row = {"id": f"s-{n}", "prompt": f"Question {n} about a parcel that came late and broken, what now?",
                   "slices": {"language": "de", "group": "refund"}, "includes": ["30 days"]}  # fmt: skip
            stream.write(json.dumps(row) + "\n")
    code = (
        "import resource, time\nfrom pathlib import Path\n"
        "from roadworthy.adapters.datasets.read import read_dataset\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"found = read_dataset(Path({str(path)!r}))\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(len(found), time.process_time(), (after - before) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    number, seconds, mebibytes = map(float, done.stdout.split())

    assert number == 100_000
    assert seconds < 10
    assert mebibytes < 150


# --- data of others


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "fields", "ignore", "number"),
    [
        ("german_credit/raw/german_credit.csv", {"id": "#", "expected": "default", "features.*": "*"}, (), 1000),
        ("harmbench_advbench/data.jsonl", {"prompt": "text", "slices.group": "category"}, ("*",), 978),
        ("cyberseceval_frr_benign/data.jsonl", {"prompt": "text", "slices.language": "language"}, ("*",), 1407),
    ],
)
def test_published_data_loads_by_its_columns(name, fields, ignore, number, tmp_path):
    path = SHARED / name
    if not path.exists():
        pytest.skip("the development data are not beside the checkout")
    samples = read_dataset(path, reading=Reading(fields=fields, ignore=ignore))
    write_dataset(tmp_path / "again.csv", samples)

    assert len(samples) == number
    assert dataset_digests(read_dataset(tmp_path / "again.csv")) == dataset_digests(samples)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.jsonl")
    (tmp_path / "b.csv").symlink_to("/dev/zero")

    for name in ("a.jsonl", "b.csv"):
        with pytest.raises(TaskError, match="this is no file"):
            read_dataset(tmp_path / name)
