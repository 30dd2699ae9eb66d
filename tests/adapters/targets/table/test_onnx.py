"""ONNX models as targets: their inputs and outputs, what is refused, and that a row's answer is its own."""

import asyncio
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import onnx_models
from roadworthy.adapters.targets.table.build import build_table
from roadworthy.adapters.targets.table.onnx_file import NotOnnxError, read_onnx
from roadworthy.core.digest import canonical_json, is_digest
from roadworthy.core.errors import ManifestError
from roadworthy.evals.model import NoReply, Reply, Sample
from roadworthy.evals.ports import Request
from roadworthy.evals.scorers.answers.exact import Exact
from roadworthy.inventory.model import TargetSpec

COLUMNS = ("income", "debt", "years")
ROW = {"income": 1.0, "debt": 2.0, "years": 3}


def request(features, sample="s"):
    return Request(sample=sample, epoch=0, messages=(), raw=None, seed=0, parameters={}, features=features)


def asked(target, *rows):
    async def together():
        try:
            return await asyncio.gather(*(target.ask(request(row)) for row in rows))
        finally:
            await target.close()
            await target.close()

    return asyncio.run(together())


def said(target, *rows):
    """Text and probabilities, without the time that it took."""
    return [(one.text, one.probabilities) for one in asked(target, *rows)]


def table(root, **fields):
    return build_table(TargetSpec(key="credit", kind="table", **fields), root=root)


def onnx(tmp_path, make=onnx_models.classifier, columns=COLUMNS, parameters=None, **how):
    make(tmp_path / "model.onnx", **how)
    return table(tmp_path, path="model.onnx", columns=columns, parameters=parameters or {})


def test_a_classifier_gives_its_label_and_the_probability_of_each_class(tmp_path):
    (reply,) = asked(onnx(tmp_path), ROW)

    assert reply.text == "denied"
    assert set(reply.probabilities) == {"denied", "granted"}
    assert sum(reply.probabilities.values()) == pytest.approx(1, abs=1e-6)
    assert reply.usage.latency_s > 0
    assert canonical_json(reply)


def test_a_zip_map_reads_as_the_same_classifier(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert said(onnx(tmp_path / "a", zipmap=True), ROW) == said(onnx(tmp_path / "b"), ROW)


def test_a_label_is_judged_by_exact(tmp_path):
    (reply,) = asked(onnx(tmp_path), ROW)
    sample = Sample(id="s", features=dict(ROW), expected="denied")

    assert Exact().score(sample, reply).kind == "success"


def test_whole_numbers_are_labels_as_they_are_written(tmp_path):
    target = onnx(tmp_path, labels=(0, 1))

    assert [text for text, _ in said(target, ROW, {**ROW, "debt": -5.0})] == ["0", "1"]
    assert list(said(target, ROW)[0][1]) == ["0", "1"]


def test_probabilities_without_names_of_classes_go_by_number_beside_a_numbered_label(tmp_path):
    target = onnx(tmp_path, classifier_node=False)

    assert said(target, ROW)[0][0] == "0"
    assert list(said(target, ROW)[0][1]) == ["0", "1"]


def test_probabilities_alone_decide_only_with_names_of_classes(tmp_path):
    nameless = onnx(tmp_path, classifier_node=False, label=False)
    named = table(tmp_path, path="model.onnx", columns=COLUMNS, parameters={"classes": ["no", "yes"]})

    (silent,) = asked(nameless, ROW)
    assert isinstance(silent, NoReply)
    assert "parameters.classes" in silent.reason
    assert said(named, ROW)[0][0] == "no"


def test_names_of_classes_in_the_models_metadata_count(tmp_path):
    target = onnx(tmp_path, classifier_node=False, label=False, metadata={"classes": "bad, good"})

    assert said(target, ROW)[0][0] == "bad"


def test_names_that_are_not_the_labels_are_no_reply(tmp_path):
    (answer,) = asked(onnx(tmp_path, parameters={"classes": ["x", "y"]}), ROW)

    assert isinstance(answer, NoReply)
    assert "none of its classes" in answer.reason


def test_a_regression_gives_its_number_as_the_model_said_it(tmp_path):
    target = onnx(tmp_path, onnx_models.regressor)

    assert said(target, {"income": 1, "debt": 0, "years": 0}, {"income": 10, "debt": 10, "years": 10}) == [
        ("0.1", {}),
        ("3", {}),
    ]


def test_a_model_with_an_input_for_each_column_names_them_itself(tmp_path):
    target = onnx(tmp_path, onnx_models.one_input_a_column, columns=())
    row = {"owner": True, "region": "nord", "years": 3, "income": 1.5}

    assert said(target, row) == [("nord", {})]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"years": 3.5}, "column 'years' must be a whole number, and has a number", id="not whole"),
        pytest.param({"years": 2**63}, "column 'years' has a number beyond 64 bits", id="too large"),
        pytest.param({"region": 7}, "column 'region' must be a text, and has a number", id="not a text"),
        pytest.param({"owner": 1}, "column 'owner' must be true or false, and has a number", id="not a truth value"),
        pytest.param({"income": True}, "column 'income' must be a number, and has a truth value", id="not a number"),
        pytest.param({"income": "1.5"}, "column 'income' must be a number, and has a text", id="number in quotes"),
        pytest.param({"income": None}, "column 'income' must be a number, and has nothing", id="null"),
        pytest.param({"income": [1]}, "column 'income' must be a number, and has a list", id="list"),
        pytest.param({"income": float("nan")}, "column 'income' has a number without a value", id="nan"),
        pytest.param({"income": 1e300}, "column 'income' has a number too large for the model", id="over float32"),
        pytest.param({"extra": 1}, "no column 'extra'", id="extra column"),
    ],
)
def test_a_value_that_does_not_fit_is_no_reply_naming_its_column(tmp_path, change, reason):
    target = onnx(tmp_path, onnx_models.one_input_a_column, columns=())
    row = {"owner": True, "region": "nord", "years": 3, "income": 1.5}

    wrong, right = asked(target, row | change, row)

    assert isinstance(wrong, NoReply)
    assert reason in wrong.reason
    assert not wrong.retryable
    assert isinstance(right, Reply)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_no_reply_naming_it(tmp_path, column):
    (answer,) = asked(onnx(tmp_path), {name: value for name, value in ROW.items() if name != column})

    assert answer == NoReply(reason=f"the column {column!r} is missing")


def test_a_sample_without_features_is_no_reply(tmp_path):
    (answer,) = asked(onnx(tmp_path), None)

    assert isinstance(answer, NoReply)
    assert "features" in answer.reason


@given(rows=st.lists(st.tuples(*[st.floats(-1e3, 1e3, width=32)] * 3), min_size=2, max_size=40))
@settings(max_examples=20)
def test_a_row_asked_alone_gets_the_answer_that_it_gets_among_others(tmp_path_factory, rows):
    target = onnx(tmp_path_factory.mktemp("m"))
    given_rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    assert said(target, *given_rows) == [said(target, row)[0] for row in given_rows]


def test_the_digest_changes_with_the_file_and_its_columns(tmp_path):
    first = onnx(tmp_path).digest
    second = table(tmp_path, path="model.onnx", columns=tuple(reversed(COLUMNS))).digest
    third = onnx(tmp_path, labels=("no", "yes")).digest

    assert is_digest(first)
    assert len({first, second, third}) == 3
    assert onnx(tmp_path).digest == first


def test_weights_beside_the_model_are_used_and_part_of_the_digest(tmp_path):
    onnx_models.with_external_weights(tmp_path / "model.onnx", "weights.bin")
    (tmp_path / "weights.bin").write_bytes(np.array([1, 2, 3], dtype=np.float32).tobytes())
    before = table(tmp_path, path="model.onnx", columns=COLUMNS)
    answer = said(before, {"income": 1, "debt": 1, "years": 1})
    (tmp_path / "weights.bin").write_bytes(np.array([1, 2, 4], dtype=np.float32).tobytes())

    assert answer == [("6", {})]
    assert table(tmp_path, path="model.onnx", columns=COLUMNS).digest != before.digest


@pytest.mark.parametrize("location", ["../weights.bin", "/etc/hostname", "link.bin", "sub/../../weights.bin", ""])
def test_weights_outside_the_models_folder_are_refused(tmp_path, location):
    folder = tmp_path / "models"
    folder.mkdir()
    (tmp_path / "weights.bin").write_bytes(b"\0" * 12)
    (folder / "link.bin").symlink_to(tmp_path / "weights.bin")
    onnx_models.with_external_weights(folder / "model.onnx", location)

    with pytest.raises(ManifestError, match="outside its folder"):
        table(tmp_path, path="models/model.onnx", columns=COLUMNS)


def test_weights_that_are_missing_are_refused(tmp_path):
    onnx_models.with_external_weights(tmp_path / "model.onnx", "weights.bin")

    with pytest.raises(ManifestError, match="which is missing"):
        table(tmp_path, path="model.onnx", columns=COLUMNS)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"path": "model.onnx"}, "takes 3 numbers without names, and `columns` has 0", id="no columns"),
        pytest.param({"path": "model.onnx", "columns": ("a", "b")}, "`columns` has 2", id="too few columns"),
        pytest.param({"path": "model.onnx", "columns": ("a", "a", "b")}, "names a column twice", id="repeated"),
        pytest.param({"path": "../model.onnx"}, "outside the manifest's folder", id="outside"),
        pytest.param({"path": "/model.onnx"}, "outside the manifest's folder", id="absolute"),
        pytest.param({"path": "no.onnx"}, "no model at 'no.onnx'", id="missing"),
        pytest.param({"path": "model.txt"}, "no model that can be loaded", id="not a model"),
        pytest.param({"path": "broken.onnx"}, "is no ONNX model", id="broken"),
        pytest.param({}, "either a `path` or a `callable`", id="neither"),
        pytest.param({"path": "model.onnx", "callable": "a:b"}, "either a `path` or a `callable`", id="both"),
        pytest.param({"path": "model.onnx", "parameters": {"seed": 1}}, "the parameter 'seed'", id="unknown parameter"),
        pytest.param({"path": "model.onnx", "parameters": {"classes": "ab"}}, "`classes` must be", id="wrong classes"),
        pytest.param({"path": "model.onnx", "parameters": {"classes": [[]]}}, "`classes` must be", id="odd classes"),
        pytest.param({"path": "folder"}, "no `MLmodel` file", id="folder without a model"),
    ],
)
def test_a_target_that_says_no_model_is_refused(tmp_path, fields, message):
    onnx_models.classifier(tmp_path / "model.onnx")
    (tmp_path / "model.txt").write_text("x")
    (tmp_path / "broken.onnx").write_bytes(b"\xff\xff\xff not a model")
    (tmp_path / "folder").mkdir()

    with pytest.raises(ManifestError, match=message) as caught:
        table(tmp_path, **fields)

    assert caught.value.where.startswith("targets.credit")
    assert caught.value.fix


def test_columns_that_are_not_the_models_inputs_are_refused(tmp_path):
    with pytest.raises(ManifestError, match="are not the model's inputs income, years, region, owner"):
        onnx(tmp_path, onnx_models.one_input_a_column, columns=("income", "years", "region", "flag"))


def test_a_graph_that_the_runtime_refuses_does_not_load(tmp_path):
    content = onnx_models.regressor(tmp_path / "good.onnx").read_bytes().replace(b"MatMul", b"MatMuk")
    (tmp_path / "bad.onnx").write_bytes(content)

    with pytest.raises(ManifestError, match=r"'bad\.onnx' does not load"):
        table(tmp_path, path="bad.onnx", columns=COLUMNS)


@given(content=st.binary(max_size=200))
def test_bytes_that_are_no_model_are_told_and_nothing_worse(content):
    try:
        found = read_onnx(content)
    except NotOnnxError:
        return
    assert json.dumps([found.external, found.classes])


def test_a_cut_off_model_is_told(tmp_path):
    content = onnx_models.regressor(tmp_path / "m.onnx").read_bytes()

    with pytest.raises(NotOnnxError, match=r"ends in the middle|no graph"):
        read_onnx(content[: len(content) // 2])
