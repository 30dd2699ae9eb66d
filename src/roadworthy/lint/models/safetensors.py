"""Detector of safetensors files whose header lies about what follows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.models.format import HEAD, Format, format_of, suffix_of
from roadworthy.lint.ports import SourceFile

_MAX_HEADER = 100_000_000
"""Bytes of the header, as the format's own reader bounds it."""

_MAX_READ = 16 * 1024 * 1024


def lying_safetensors(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield headers that are too long, no JSON object, or whose tensors overlap, leave holes or lie outside the file.

    Source:
        The safetensors format: an unsigned 64-bit length, a JSON header, then tensors without holes or overlaps.
    """
    if suffix_of(file.path) != ".safetensors":
        return
    head = file.head(HEAD)
    if format_of(head, suffix=".safetensors") not in {Format.SAFETENSORS, Format.UNKNOWN, Format.EMPTY}:
        return
    problem = next(_problems(file, head), "")
    if problem:
        yield Hit(said=f"the safetensors header cannot be right: {problem}", subject="header")


def _problems(file: SourceFile, head: bytes) -> Iterator[str]:
    if len(head) < 8:
        yield f"the file has {len(head)} bytes"
        return
    length = int.from_bytes(head[:8], "little")
    if length > _MAX_HEADER or length + 8 > file.size:
        yield f"it says that it is {length} bytes long, in a file of {file.size}"
        return
    if length > _MAX_READ:
        yield f"it is {length} bytes long, which no set of tensors needs"
        return
    try:
        header = json.loads(file.read_at(8, length), object_pairs_hook=_no_repeats)
    except (ValueError, RecursionError):
        yield "it is no JSON object, or names a tensor twice"
        return
    if not isinstance(header, dict):
        yield "it is no JSON object"
        return
    yield from _misplaced(header, room=file.size - 8 - length)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key repeats")
    return dict(pairs)


def _misplaced(header: dict[str, Any], *, room: int) -> Iterator[str]:
    spans: list[tuple[int, int]] = []
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
        span = _span(offsets)
        if span is None:
            yield "a tensor has no offsets"
            return
        spans.append(span)
    spans.sort()
    if any(end > room for _, end in spans):
        yield "a tensor ends behind the end of the file"
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        yield "tensors overlap"
    used = spans[-1][1] if spans else 0
    if sum(end - start for start, end in spans) != used or used != room:
        yield "bytes lie in the file that belong to no tensor"


def _span(offsets: Any) -> tuple[int, int] | None:
    match offsets:
        case [int() as start, int() as end] if 0 <= start <= end:
            return start, end
    return None
