"""Reads InjecAgent's text: JSON, JSON with one object a line, and values as Python writes them."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from roadworthy.core.errors import ConfigError

MAX_BYTES = 64_000_000
"""Longest file that is read."""

FIX = "name the folder `data` of your copy of InjecAgent"
"""What to do about a file that is none of InjecAgent's."""

_MAX_LITERAL = 100_000
_MAX_DEPTH = 50
_BROKEN = (ValueError, TypeError, SyntaxError, RecursionError, MemoryError)


def objects(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file: a JSON list of them, or one a line.

    Raises:
        ConfigError: If it cannot be read or holds anything else.
    """
    text = _text(path)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _lines(text, path=path)
    if isinstance(found, dict) and path.suffix == ".jsonl":
        found = [found]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ConfigError("it is not a list of objects", where=str(path), fix=FIX)
    return found


def written(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        ConfigError: If it is not JSON.
    """
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path.name} is not JSON", where=str(path), fix=FIX) from error


def literal(said: Any) -> Any:
    """Return the value that text writes, as JSON or as Python does; anything else as it is.

    What JSON cannot hold, such as a set, and what is nested deeper than any tool's answer is no value: it stays text.

    >>> literal("{'is_owner': True}"), literal('["a"]'), literal("Monday"), literal("{1, 2}")
    ({'is_owner': True}, ['a'], 'Monday', '{1, 2}')
    """
    if not isinstance(said, str) or len(said) > _MAX_LITERAL:
        return said
    for read in (json.loads, ast.literal_eval):
        try:
            found = json.loads(json.dumps(read(said.strip()), allow_nan=False))
        except _BROKEN:
            continue
        return found if _is_flat(found) else said
    return said


def _is_flat(value: Any) -> bool:
    """Return whether a value is nested in at most `_MAX_DEPTH` levels."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [one for each in level for one in _members(each)]
        if not level:
            return True
    return False


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _lines(text: str, *, path: Path) -> list[Any]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                said = "it is not JSON, neither as a whole nor line by line"
                raise ConfigError(said, where=f"{path}:{number}", fix=FIX) from error
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"{path.name} is longer than {MAX_BYTES:,} bytes", where=str(path), fix=FIX)
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read", where=str(path), fix=FIX) from error
