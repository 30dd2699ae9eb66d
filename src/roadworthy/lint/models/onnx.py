"""Reads of an ONNX model which operators it needs and which files it points to. No tensor is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.models.format import suffix_of
from roadworthy.lint.ports import SourceFile

_WINDOW = 64 * 1024
_MAX_FIELDS = 300_000
_MAX_DEPTH = 12
_MAX_TEXT = 4096
_MODEL_GRAPH, _MODEL_OPSET, _MODEL_FUNCTIONS = 7, 8, 25
_GRAPH_NODE, _GRAPH_INITIALIZER = 1, 5
_NODE_ATTRIBUTE = 5
_ATTRIBUTE_TENSOR, _ATTRIBUTE_GRAPH = 5, 6
_TENSOR_EXTERNAL = 13
_ENTRY_KEY, _ENTRY_VALUE = 1, 2
_KNOWN_DOMAINS = frozenset({
    "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft",
    "com.microsoft.nchwc", "com.microsoft.experimental", "ai.onnx.contrib", "org.pytorch.aten", "com.ms.internal.nhwc",
    "pkg.onnxscript.torch_lib", "pkg.onnxscript.torch_lib.common", "pkg.torch",
})  # fmt: skip
"""Operators of the standard, of its runtime and of its exporters: nothing of the team's own is loaded for them."""


class _BrokenError(Exception):
    """The bytes are no message."""


class _Fields:
    """Goes through the fields of messages within one file, skipping what is large."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._start = 0
        self._data = b""
        self._left = _MAX_FIELDS

    def take(self, at: int, count: int) -> bytes:
        if not self._start <= at or at + count > self._start + len(self._data):
            self._start, self._data = at, self._file.read_at(at, max(count, _WINDOW))
        return self._data[at - self._start : at - self._start + count]

    def varint(self, at: int) -> tuple[int, int]:
        value = 0
        for index, byte in enumerate(self.take(at, 10)):
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return value, at + index + 1
        raise _BrokenError

    def of(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield number, start and end of each length-delimited field between two offsets."""
        at = start
        while at < end:
            self._left -= 1
            if self._left < 0:
                raise _BrokenError
            tag, at = self.varint(at)
            wire = tag & 7
            if wire == 2:
                length, at = self.varint(at)
                if at + length > end:
                    raise _BrokenError
                yield tag >> 3, at, at + length
                at += length
            elif wire == 0:
                _, at = self.varint(at)
            elif wire in (1, 5):
                at += 8 if wire == 1 else 4
            else:
                raise _BrokenError

    def text(self, start: int, end: int) -> str:
        return self.take(start, min(end - start, _MAX_TEXT)).decode("utf-8", "replace")


def external_path(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield tensors that are read from a file outside the model's own folder."""
    if suffix_of(file.path) != ".onnx":
        return
    seen: set[str] = set()
    try:
        for location in _locations(_Fields(file), file.size):
            if location not in seen and _leaves(location):
                seen.add(location)
                yield Hit(
                    said=f"a tensor is read from {location[:120]!r}, outside the model's folder", subject=location[:120]
                )
    except _BrokenError:
        return


def custom_operator(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield operator sets that the runtime has not got: a native library has to be loaded for them."""
    if suffix_of(file.path) != ".onnx":
        return
    fields = _Fields(file)
    own: set[str] = set()
    domains: list[str] = []
    try:
        for number, start, end in fields.of(0, file.size):
            if number == _MODEL_OPSET:
                domains += [fields.text(a, b) for n, a, b in fields.of(start, end) if n == 1]
            elif number == _MODEL_FUNCTIONS:
                # A function is made of other operators: its domain (10) needs no library.
                own |= {fields.text(a, b) for n, a, b in fields.of(start, end) if n == 10}
    except _BrokenError:
        return
    for domain in sorted(set(domains) - _KNOWN_DOMAINS - own):
        yield Hit(
            said=f"the model needs the operators of {domain[:80]!r}, which a native library has to bring",
            subject=domain[:80],
        )


def broken_onnx(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield files that end in ``.onnx`` and hold no model: a field runs on behind the end."""
    if suffix_of(file.path) != ".onnx":
        return
    fields = _Fields(file)
    try:
        has_graph = any(number == _MODEL_GRAPH for number, _, _ in fields.of(0, file.size))
    except _BrokenError:
        has_graph = False
    if not has_graph:
        yield Hit(said="the file holds no ONNX graph", subject="graph")


def _leaves(location: str) -> bool:
    parts = location.replace("\\", "/").split("/")
    return location.startswith(("/", "\\", "~")) or ".." in parts or location[1:3] in (":\\", ":/")


def _locations(fields: _Fields, size: int) -> Iterator[str]:
    for number, start, end in fields.of(0, size):
        if number == _MODEL_GRAPH:
            yield from _in_graph(fields, start, end, depth=0)


def _in_graph(fields: _Fields, start: int, end: int, *, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        return
    for number, a, b in fields.of(start, end):
        if number == _GRAPH_INITIALIZER:
            yield from _in_tensor(fields, a, b)
        elif number == _GRAPH_NODE:
            for inner, c, d in fields.of(a, b):
                if inner == _NODE_ATTRIBUTE:
                    yield from _in_attribute(fields, c, d, depth=depth)


def _in_attribute(fields: _Fields, start: int, end: int, *, depth: int) -> Iterator[str]:
    for number, a, b in fields.of(start, end):
        if number == _ATTRIBUTE_TENSOR:
            yield from _in_tensor(fields, a, b)
        elif number == _ATTRIBUTE_GRAPH:
            yield from _in_graph(fields, a, b, depth=depth + 1)


def _in_tensor(fields: _Fields, start: int, end: int) -> Iterator[str]:
    for number, a, b in fields.of(start, end):
        if number == _TENSOR_EXTERNAL:
            entry = {n: fields.text(c, d) for n, c, d in fields.of(a, b)}
            if entry.get(_ENTRY_KEY) == "location":
                yield entry.get(_ENTRY_VALUE, "")
