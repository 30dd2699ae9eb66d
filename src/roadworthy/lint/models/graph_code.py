"""Detectors of code in models that are no pickles: Keras layers, TensorFlow operators, chat templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.models.archive import archive_of
from roadworthy.lint.models.dangerous import danger_of
from roadworthy.lint.models.format import HEAD, Format, format_of, suffix_of
from roadworthy.lint.models.gguf import gguf_header
from roadworthy.lint.models.pickle_walk import Import
from roadworthy.lint.ports import SourceFile

_HDF5_READ = 4 * 1024 * 1024
_GRAPH_READ = 8 * 1024 * 1024
_LAMBDA = re.compile(rb'"class_name"\s*:\s*"Lambda"')
_MODULE = re.compile(rb'"module"\s*:\s*"([A-Za-z_][\w.]{0,80})"\s*,\s*"class_name"\s*:\s*"([A-Za-z_][\w.]{0,80})"')
_FILE_OPERATORS = (b"ReadFile", b"WriteFile", b"EagerPyFunc", b"PyFuncStateless", b"PyFunc", b"SaveV2Custom")
_TEMPLATE_CODE = re.compile(
    r"__(?:class|globals|subclasses|import|builtins|mro|base|bases|init|getattribute|dict|code)__"
    r"|\bpopen\b|\bos\s*\.\s*(?:system|popen|environ)|\bsubprocess\b|\|\s*attr\s*\(|\blipsum\b|\bcycler\b|\bself\._"
    r"|\brequest\.application\b|\{%-?\s*(?:import|include|from|extends)\b"
)
_TEMPLATE_FILES = frozenset(
    ["tokenizer_config.json", "chat_template.json", "chat_template.jinja", "tokenizer.chat_template"]
)
_MAX_TEMPLATES = 32


def keras_code(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield Keras models with a lambda layer, or whose configuration names a function that runs code.

    Source:
        Keras deserialises a lambda layer by unmarshalling its Python code, and a class by importing its module
        (CVE-2024-3660, CVE-2025-1550).
    """
    for where, data in _keras_configurations(file):
        if _LAMBDA.search(data):
            yield Hit(said=f"{where} holds a lambda layer: Python code that loading the model runs", subject="Lambda")
        for module, name in _MODULE.findall(data):
            named = Import(module=module.decode(), name=name.decode())
            if danger_of(named) is not None:
                yield Hit(said=f"{where} has {named} called when the model is loaded", subject=str(named))


def tensorflow_files(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield graphs of TensorFlow with operators that read or write files, or call back into Python."""
    if not file.path.endswith((".pb", ".pbtxt")):
        return
    data = file.head(_GRAPH_READ)
    for operator in _FILE_OPERATORS:
        # An operator's name stands as a text of that length in the graph.
        if bytes([len(operator)]) + operator in data or b'op: "' + operator + b'"' in data:
            yield Hit(said=f"the graph has an operator {operator.decode()}", subject=operator.decode())


def template_code(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield chat templates that reach for Python's internals, for files or for other templates."""
    for where, template in _templates(file):
        found = _TEMPLATE_CODE.search(template)
        if found is not None:
            yield Hit(
                said=f"{where} reaches for {found.group(0)[:40]!r}, which no chat needs", subject=found.group(0)[:40]
            )


def archive_path(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield members of archives that would be unpacked outside the archive's folder."""
    if format_of(file.head(HEAD)) is not Format.ZIP:
        return
    for name in archive_of(file).names:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith(("/", "\\")):
            yield Hit(said=f"member {name[:80]!r} leaves the folder that the archive is unpacked in", subject=name[:80])
            return


def lying_gguf(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield GGUF files whose metadata cannot be right."""
    if file.head(4) == b"GGUF" and (problem := gguf_header(file).problem):
        yield Hit(said=f"the GGUF metadata cannot be right: {problem}", subject="header")


def _keras_configurations(file: SourceFile) -> Iterator[tuple[str, bytes]]:
    suffix = suffix_of(file.path)
    head = file.head(HEAD)
    found = format_of(head, suffix=suffix)
    if found is Format.HDF5:
        yield "the model's configuration", file.head(_HDF5_READ)
    elif found is Format.ZIP and suffix in {".keras", ".zip"}:
        for member in archive_of(file).members:
            if member.name.endswith("config.json"):
                yield f"member {member.name[:80]!r}", member.data


def _templates(file: SourceFile) -> Iterator[tuple[str, str]]:
    if file.path.rpartition("/")[2] in _TEMPLATE_FILES:
        yield from _template_texts(file)
    elif suffix_of(file.path) == ".gguf" and file.head(4) == b"GGUF":
        for key, template in gguf_header(file).templates[:_MAX_TEMPLATES]:
            yield f"template {key!r}", template


def _template_texts(file: SourceFile) -> Iterator[tuple[str, str]]:
    if not file.path.endswith(".json"):
        yield "the chat template", file.text
        return
    if "chat_template" not in file.text:
        return
    try:
        said = json.loads(file.text)
    except (ValueError, RecursionError):
        return
    value = said.get("chat_template") if isinstance(said, dict) else None
    entries = value if isinstance(value, list) else [value]
    for entry in entries[:_MAX_TEMPLATES]:
        template = entry.get("template") if isinstance(entry, dict) else entry
        if isinstance(template, str):
            yield "the chat template", template
