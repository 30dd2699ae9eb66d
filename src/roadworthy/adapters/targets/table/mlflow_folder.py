"""MLflow model folders, read as what they are: a YAML file beside a model. MLflow itself is not needed for most."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from roadworthy.adapters.jsonl import strict_json
from roadworthy.adapters.yaml_source import read_yaml
from roadworthy.core.errors import ManifestError


@dataclass(frozen=True, slots=True, kw_only=True)
class MlflowModel:
    """What the folder says of its model."""

    flavour: Literal["onnx", "sklearn", "python_function"]
    data: str
    """The model's file, relative to the folder; empty for ``python_function``, which MLflow loads itself."""

    columns: tuple[str, ...]
    """From the signature; empty where it has none or its inputs have no names."""


def read_mlflow(folder: Path, *, where: str) -> MlflowModel:
    """Read ``MLmodel`` in ``folder``; the safest of its flavours is taken.

    Raises:
        ManifestError: If it does not read or has no flavour that can be loaded.
    """
    document = _mapping(read_yaml(folder / "MLmodel", error=ManifestError).data)
    flavours = _mapping(document.get("flavors"))
    columns = _columns(document.get("signature"), where=where)
    if "onnx" in flavours:
        onnx = _mapping(flavours["onnx"])
        return MlflowModel(flavour="onnx", data=_file(onnx.get("data", "model.onnx"), where=where), columns=columns)
    if "sklearn" in flavours:
        sklearn = _mapping(flavours["sklearn"])
        saved_as = sklearn.get("serialization_format", "cloudpickle")
        if saved_as not in ("pickle", "cloudpickle"):
            raise ManifestError(
                f"the MLflow model is saved as {saved_as!r:.40}, which is not read",
                where=where,
                fix="export the model to ONNX",
            )
        data = _file(sklearn.get("pickled_model", "model.pkl"), where=where)
        return MlflowModel(flavour="sklearn", data=data, columns=columns)
    if "python_function" in flavours:
        return MlflowModel(flavour="python_function", data="", columns=columns)
    raise ManifestError(
        f"the MLflow model has no flavour that can be loaded: {', '.join(sorted(flavours)) or 'none'}"[:300],
        where=where,
        fix="log it with the flavour `onnx` or `sklearn`",
    )


def load_pyfunc(folder: Path, *, allowed: bool, loader: str, where: str) -> object:
    """Load a model of a flavour of its own through MLflow, which runs code that comes with the model.

    Raises:
        ManifestError: If that is not allowed, MLflow is not installed, or the model's loader fails.
    """
    if not allowed:
        raise ManifestError(
            f"the MLflow model is loaded by {loader}, which runs code that comes with it",
            where=f"{where}.unsafe_pickle",
            fix="export the model to ONNX; or, if you made the folder yourself, set `unsafe_pickle: true`",
        )
    try:
        pyfunc = importlib.import_module("mlflow.pyfunc")
    except ImportError as fault:
        raise ManifestError(
            f"the MLflow model is loaded by {loader}, and MLflow is not installed",
            where=where,
            fix="install mlflow, or export the model to ONNX",
        ) from fault
    try:
        return cast("object", pyfunc.load_model(str(folder)))
    except Exception as fault:  # the model's own loader may raise anything; told as a model that does not load
        raise ManifestError(
            f"the MLflow model cannot be loaded by {loader}: {type(fault).__name__}",
            where=where,
            fix="install what the model needs, see its `requirements.txt`, or export it to ONNX",
        ) from fault


def loader_of(folder: Path) -> str:
    """Return the name of the module that MLflow would load the model with, for a message."""
    document = _mapping(read_yaml(folder / "MLmodel", error=ManifestError).data)
    function = _mapping(_mapping(document.get("flavors")).get("python_function"))
    return f"{function.get('loader_module', 'a loader of its own')!s:.80}"


def _columns(signature: object, *, where: str) -> tuple[str, ...]:
    """Return the names of the signature's inputs, which MLflow writes as JSON inside the YAML."""
    inputs = _mapping(signature).get("inputs")
    if inputs is None:
        return ()
    try:
        given = strict_json(inputs) if isinstance(inputs, str) else inputs
    except ValueError as fault:
        raise ManifestError(
            f"the MLflow model's signature does not read: {fault}", where=where, fix="log the model again"
        ) from fault
    listed = given if isinstance(given, list) else []
    names = [_mapping(one).get("name") for one in listed]
    return tuple(name for name in names if isinstance(name, str)) if all(isinstance(n, str) for n in names) else ()


def _file(given: object, *, where: str) -> str:
    if not isinstance(given, str) or not given:
        raise ManifestError("the MLflow model does not name its file", where=where, fix="log the model again")
    return given


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
