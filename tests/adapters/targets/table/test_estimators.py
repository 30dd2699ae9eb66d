"""scikit-learn models and MLflow folders: a pickle is loaded only where the manifest says so by name."""

import asyncio
import json
import logging
import os
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pytest
import yaml
from sklearn.linear_model import LinearRegression, LogisticRegression

from fakes import onnx_models
from roadworthy.adapters.targets.table.build import build_table
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.evals.model import NoReply
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

COLUMNS = ("income", "debt", "years")
X = np.random.default_rng(7).normal(size=(200, 3))
Y = np.where(X @ [0.8, -1.5, 0.3] > 0, "granted", "denied")
ROWS = [dict(zip(COLUMNS, map(float, row), strict=True)) for row in X[:40]]


def table(root, **fields):
    return build_table(TargetSpec(key="credit", kind="table", **fields), root=root)


def asked(target, *rows):
    async def together():
        requests = [
            Request(sample="s", epoch=0, messages=(), raw=None, seed=0, parameters={}, features=row) for row in rows
        ]
        found = await asyncio.gather(*map(target.ask, requests))
        await target.close()
        return found

    return asyncio.run(together())


@pytest.fixture(scope="module")
def classifier():
    return LogisticRegression().fit(X, Y)


def saved(path, model):
    if path.suffix == ".joblib":
        joblib.dump(model, path)
    else:
        path.write_bytes(pickle.dumps(model))
    return path.name


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("name", ["model.pkl", "model.pickle", "model.joblib"])
def test_a_pickle_is_refused_unread_unless_the_manifest_says_unsafe_pickle(tmp_path, name):
    (tmp_path / name).write_bytes(pickle.dumps(Bomb(tmp_path / "gone-off")))

    with pytest.raises(ManifestError, match="loading one runs whatever code is in it") as caught:
        table(tmp_path, path=name, columns=COLUMNS)

    assert caught.value.where == "targets.credit.unsafe_pickle"
    assert not (tmp_path / "gone-off").exists()


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib"])
def test_a_pickle_that_is_allowed_is_loaded_with_a_warning(tmp_path, caplog, classifier, name):
    with caplog.at_level(logging.WARNING, logger="roadworthy"):
        target = table(tmp_path, path=saved(tmp_path / name, classifier), columns=COLUMNS, unsafe_pickle=True)
    replies = asked(target, *ROWS)

    assert [one.text for one in replies] == list(classifier.predict(X[:40]))
    assert [one.probabilities["granted"] for one in replies] == pytest.approx(
        classifier.predict_proba(X[:40])[:, 1], abs=1e-9
    )
    assert "runs whatever code is in it" in caplog.text


def test_a_row_alone_and_in_a_batch_get_the_same_answer(tmp_path, classifier):
    target = table(tmp_path, path=saved(tmp_path / "m.pkl", classifier), columns=COLUMNS, unsafe_pickle=True)

    assert [(r.text, r.probabilities) for r in asked(target, *ROWS)] == [
        (r.text, r.probabilities) for row in ROWS for r in asked(target, row)
    ]


def test_a_regression_gives_its_number(tmp_path):
    model = LinearRegression().fit(X, X @ [1, 2, 3])
    target = table(tmp_path, path=saved(tmp_path / "m.pkl", model), columns=COLUMNS, unsafe_pickle=True)

    assert float(asked(target, {"income": 1, "debt": 1, "years": 1})[0].text) == pytest.approx(6)


def test_a_value_that_the_model_cannot_take_costs_its_own_row_only(tmp_path, classifier):
    target = table(tmp_path, path=saved(tmp_path / "m.pkl", classifier), columns=COLUMNS, unsafe_pickle=True)
    first, second, third = asked(target, ROWS[0], {**ROWS[1], "debt": "much"}, ROWS[2])

    assert second == NoReply(reason="the model raised ValueError")
    assert {first.kind, third.kind} == {"reply"}


def test_the_columns_that_a_model_was_fitted_with_are_its_own(tmp_path):
    model = LogisticRegression().fit(X, Y)
    expected = list(model.predict(X[:40]))
    model.feature_names_in_ = np.array(COLUMNS, dtype=object)
    name = saved(tmp_path / "m.pkl", model)

    shuffled = table(tmp_path, path=name, columns=("years", "income", "debt"), unsafe_pickle=True)
    unnamed = table(tmp_path, path=name, unsafe_pickle=True)
    with pytest.raises(ManifestError, match="not those that the model was fitted with: income, debt, years"):
        table(tmp_path, path=name, columns=("income", "debt", "age"), unsafe_pickle=True)

    assert [r.text for r in asked(shuffled, *ROWS)] == expected
    assert [r.text for r in asked(unnamed, *ROWS)] == expected


def test_a_wrong_number_of_columns_is_refused(tmp_path, classifier):
    with pytest.raises(ManifestError, match="names 2 features and the model takes 3"):
        table(tmp_path, path=saved(tmp_path / "m.pkl", classifier), columns=("a", "b"), unsafe_pickle=True)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"no pickle", ConfigError, "does not unpickle: UnpicklingError"),
        (
            b"cno_such_library\nThing\n.",
            ConfigError,
            r"does not unpickle: ModuleNotFoundError \(no_such_library is not",
        ),
        (pickle.dumps({"a": 1}), ManifestError, "is a dict without `predict`"),
    ],
)
def test_a_pickle_of_something_else_is_told(tmp_path, content, error, message):
    (tmp_path / "m.pkl").write_bytes(content)

    with pytest.raises(error, match=message):
        table(tmp_path, path="m.pkl", columns=COLUMNS, unsafe_pickle=True)


SIGNATURE = {"inputs": json.dumps([{"type": "double", "name": n, "required": True} for n in COLUMNS])}


def mlflow(root, flavours, **document):
    folder = root / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavours, "signature": SIGNATURE} | document))
    return folder


def test_an_mlflow_folder_with_onnx_needs_no_pickle_and_names_its_columns(tmp_path):
    folder = mlflow(tmp_path, {"onnx": {"data": "model.onnx"}, "sklearn": {"pickled_model": "model.pkl"}})
    onnx_models.classifier(folder / "model.onnx")

    assert asked(table(tmp_path, path="model"), ROWS[0])[0].text in {"denied", "granted"}


def test_an_mlflow_folder_with_a_pickle_follows_the_rule_of_pickles(tmp_path, classifier):
    folder = mlflow(tmp_path, {"sklearn": {"pickled_model": "model.pkl", "serialization_format": "pickle"}})
    saved(folder / "model.pkl", classifier)

    with pytest.raises(ManifestError, match="loading one runs whatever code is in it"):
        table(tmp_path, path="model")
    target = table(tmp_path, path="model", unsafe_pickle=True)
    before = target.digest
    (folder / "requirements.txt").write_text("scikit-learn\n")

    assert [r.text for r in asked(target, *ROWS)] == list(classifier.predict(X[:40]))
    assert table(tmp_path, path="model", unsafe_pickle=True).digest != before


@pytest.mark.parametrize(
    ("flavours", "allowed", "message"),
    [
        ({"python_function": {"loader_module": "acme.loader"}}, False, "loaded by acme.loader, which runs code"),
        ({"sklearn": {"serialization_format": "skops"}}, True, "saved as 'skops'"),
        ({"sklearn": {"pickled_model": "../model.pkl"}}, True, "outside its folder"),
        ({"sklearn": {"pickled_model": 3}}, True, "does not name its file"),
        ({"onnx": {"data": "no.onnx"}}, True, "which is missing"),
        ({"keras": {}}, True, "no flavour that can be loaded: keras"),
        ({}, True, "no flavour that can be loaded: none"),
        ([], True, "no flavour that can be loaded: none"),
    ],
)
def test_an_mlflow_folder_that_cannot_be_loaded_safely_is_refused(tmp_path, flavours, allowed, message):
    mlflow(tmp_path, flavours)
    (tmp_path / "model.pkl").write_bytes(b"")

    with pytest.raises(ManifestError, match=message):
        table(tmp_path, path="model", unsafe_pickle=allowed)


def test_a_loader_of_its_own_needs_mlflow(tmp_path, monkeypatch):
    for name in ("mlflow", "mlflow.pyfunc"):  # an earlier test may have imported either
        monkeypatch.setitem(sys.modules, name, None)
    mlflow(tmp_path, {"python_function": {"loader_module": "acme.loader"}})

    with pytest.raises(ManifestError, match="MLflow is not installed"):
        table(tmp_path, path="model", unsafe_pickle=True)


@pytest.mark.filterwarnings("ignore")  # what MLflow warns of while it is imported is its own
@pytest.mark.slow
def test_a_loader_that_is_not_there_is_told_as_a_model_that_does_not_load(tmp_path):
    mlflow(tmp_path, {"python_function": {"loader_module": "acme.loader"}})

    with pytest.raises(ManifestError, match=r"cannot be loaded by acme.loader: ModuleNotFoundError"):
        table(tmp_path, path="model", unsafe_pickle=True)


def test_an_mlflow_file_that_constructs_objects_is_refused(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "MLmodel").write_text("flavors: !!python/object/apply:os.getcwd []\n")

    with pytest.raises(ManifestError, match=r"tag|python"):
        table(tmp_path, path="model")


def test_a_file_of_the_folder_that_leads_outside_is_refused(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("x")
    folder = mlflow(root, {"onnx": {"data": "model.onnx"}})
    (folder / "extra").symlink_to(tmp_path / "secret")

    with pytest.raises(ManifestError, match="leads outside"):
        table(root, path="model")


PYFUNC = """
class Model:
    def predict(self, table):
        return ["granted" if row[0] > 0 else "denied" for row in table]
def load_model(path):
    return Model()
"""
LOADED = """
import asyncio, pathlib
from roadworthy.adapters.targets.table.build import build_table
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec
spec = TargetSpec(key="t", kind="table", path="model", unsafe_pickle=True)
target = build_table(spec, root=pathlib.Path("."))
row = {"income": 1.0, "debt": 0.0, "years": 2.0}
request = Request(sample="s", epoch=0, messages=(), raw=None, seed=0, parameters={}, features=row)
print(asyncio.run(target.ask(request)).text)
"""


def test_another_flavour_is_loaded_through_mlflow_where_that_is_installed_and_allowed(tmp_path):
    mlflow(tmp_path, {"python_function": {"loader_module": "acme.loader"}})
    library = tmp_path / "site" / "mlflow"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text("")
    (library / "pyfunc.py").write_text(PYFUNC)
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(library.parent)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stdout == "granted\n", done.stderr
