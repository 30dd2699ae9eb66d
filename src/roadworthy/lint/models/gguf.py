"""Reads the metadata of GGUF files, as far as the chat template."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

from roadworthy.lint.ports import SourceFile

_STEP = 1024 * 1024
_MAX_READ = 24 * 1024 * 1024
_MAX_PAIRS = 4096
_MAX_TEMPLATE = 1024 * 1024
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9


class _LieError(Exception):
    """The metadata cannot be as it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """What a GGUF file says about itself."""

    templates: tuple[tuple[str, str], ...] = ()
    """Chat templates by key."""

    problem: str = ""
    """Why the metadata cannot be right; empty where it can."""

    unfinished: bool = False
    """Whether the metadata was longer than is read."""


class _Reader:
    """Goes through the metadata, reading ahead in steps."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._start = 0
        self._data = b""
        self.at = 0

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > self._file.size:
            raise _LieError("a value ends behind the end of the file")
        if self.at + count > _MAX_READ:
            raise EOFError
        end = self.at - self._start + count
        if end > len(self._data):
            self._data = self._file.read_at(self.at, max(count, _STEP))
            self._start, end = self.at, count
        taken = self._data[end - count : end]
        if len(taken) < count:
            raise EOFError
        self.at += count
        return taken

    def number(self, form: str) -> int:
        value: int = struct.unpack(f"<{form}", self.take(struct.calcsize(form)))[0]
        return value

    def text(self) -> bytes:
        return self.take(self.number("Q"))

    def pass_texts(self, count: int) -> None:
        """Pass over an array of texts: a vocabulary has a hundred thousand of them."""
        left = count
        while left > 0:
            self.text()
            left -= 1
            data, at, end = self._data, self.at - self._start, len(self._data) - 8
            while left > 0 and at <= end:
                after = at + 8 + int.from_bytes(data[at : at + 8], "little")
                if after > len(data):
                    break
                at, left = after, left - 1
            self.at = self._start + at


@lru_cache(maxsize=2)
def gguf_header(file: SourceFile) -> GgufHeader:
    """Return the templates in a GGUF file and whether its metadata can be right.

    Source:
        The GGUF format, versions 2 and 3.
    """
    reader = _Reader(file)
    templates: list[tuple[str, str]] = []
    try:
        reader.take(4)
        version, tensors, pairs = reader.number("I"), reader.number("Q"), reader.number("Q")
        if version not in (2, 3):
            return GgufHeader(unfinished=True)
        if pairs > _MAX_PAIRS or tensors > file.size // 24 + 1:
            raise _LieError(f"it counts {tensors} tensors and {pairs} pairs in a file of {file.size} bytes")
        for _ in range(pairs):
            key = reader.text()
            value = _value(reader, reader.number("I"), keep=b"chat_template" in key)
            if value and len(value) <= _MAX_TEMPLATE:
                templates.append((key.decode("utf-8", "replace")[:80], value.decode("utf-8", "replace")))
    except _LieError as lie:
        return GgufHeader(templates=tuple(templates), problem=str(lie))
    except EOFError:
        return GgufHeader(templates=tuple(templates), unfinished=True)
    return GgufHeader(templates=tuple(templates))


def _value(reader: _Reader, kind: int, *, keep: bool) -> bytes:
    """Pass over a value; return it where it is a text to be kept."""
    if kind == _STRING:
        text = reader.text()
        return text if keep else b""
    if kind == _ARRAY:
        of, count = reader.number("I"), reader.number("Q")
        if of == _STRING:
            reader.pass_texts(count)
        elif of in _SIZES:
            reader.take(_SIZES[of] * count)
        else:
            raise _LieError(f"an array is of kind {of}, which there is not")
        return b""
    if kind not in _SIZES:
        raise _LieError(f"a value is of kind {kind}, which there is not")
    reader.take(_SIZES[kind])
    return b""
