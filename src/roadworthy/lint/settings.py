"""Settings that a file of JSON, YAML or TOML makes, wherever in it they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import mentions

MAX_NODES = 20_000
"""Values of one file that are looked through."""

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key with its value."""

    key: str
    value: object
    owner: str
    """Keys above it, joined by dots."""

    line: int
    beside: frozenset[str]
    """Keys of the mapping that it stands in."""


def settings_in(file: SourceFile, *keys: str) -> Iterator[Setting]:
    """Yield the settings called one of ``keys`` (``-`` and ``_`` alike), wherever they stand in ``file``."""
    wanted = {key.replace("-", "_").lower() for key in keys}
    if not mentions(file.text.lower().replace("-", "_"), *wanted):
        return
    parsed = file.parsed()
    waiting: list[tuple[Path, object]] = [((), parsed.data)] if parsed is not None else []
    for _ in range(MAX_NODES):
        if not waiting or parsed is None:
            return
        path, value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed([((*path, index), item) for index, item in enumerate(value)])
        if not isinstance(value, dict):
            continue
        beside = frozenset(map(str, value))
        for key, item in value.items():
            if str(key).replace("-", "_").lower() in wanted:
                owner = ".".join(map(str, path))
                line = parsed.line_of((*path, key))
                yield Setting(key=str(key), value=item, owner=owner, line=line, beside=beside)
        waiting += reversed([((*path, str(key)), item) for key, item in value.items()])
