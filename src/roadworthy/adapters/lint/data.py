"""JSON, YAML and TOML as lint sees them: plain data, and the line of each value."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from roadworthy.adapters.yaml_source import Located, parse_yaml
from roadworthy.core.errors import ConfigError
from roadworthy.lint.ports import Parsed

MAX_DEPTH = 100
"""Values within values."""

_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*+"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING = re.compile(r'"(?:\\.|[^"\\\n])*+"?|,(?=\s*[}\]])')
_OF_SUFFIX = {".json": "json", ".jsonc": "json", ".json5": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml"}
_OF_NAME = {"Pipfile": "toml", "poetry.lock": "toml", "uv.lock": "toml", "pdm.lock": "toml", "Cargo.lock": "toml"}


def language_of(path: str) -> str:
    """Return ``json``, ``yaml`` or ``toml``; empty for anything else."""
    pure = PurePosixPath(path)
    return _OF_NAME.get(pure.name) or _OF_SUFFIX.get(pure.suffix.lower(), "")


def parse(text: str, *, path: str) -> Parsed:
    """Return what ``text`` says as data. JSON may have comments and trailing commas, as editors write it.

    Raises:
        ValueError: If it does not read, with the reason.
    """
    language = language_of(path)
    try:
        if language == "json":
            return Parsed(data=_shallow(_json(text)), line_of=_searched(text))
        if language == "toml":
            return Parsed(data=_shallow(tomllib.loads(text)), line_of=_searched(text))
        located = parse_yaml(text, path=Path(path), error=ConfigError)
    except ConfigError as error:
        raise ValueError(error.problem) from None
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return Parsed(data=located.data, line_of=_located(located))


def _shallow(data: object) -> object:
    """Return ``data``, which detectors may go through level by level.

    Raises:
        ValueError: If it is nested deeper than `MAX_DEPTH`.
    """
    level: list[object] = [data]
    for _ in range(MAX_DEPTH):
        below = [one for one in level if isinstance(one, dict | list)]
        if not below:
            return data
        level = [item for one in below for item in (one.values() if isinstance(one, dict) else one)]
    raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        plain = _COMMENT.sub(lambda found: found[0] if found[0].startswith('"') else " ", text)
        return json.loads(_TRAILING.sub(lambda found: found[0] if found[0].startswith('"') else " ", plain))


def _located(located: Located) -> Callable[[tuple[str | int, ...]], int]:
    return lambda path: located.position(path)[0]


def _searched(text: str) -> Callable[[tuple[str | int, ...]], int]:
    """Return a function that finds lines by looking for the keys of a path, one after the other.

    Where an index is passed, the next key is looked for as often as the index says, which
    is right for lists of objects of one shape and near enough otherwise.
    """

    def line_of(path: tuple[str | int, ...]) -> int:
        offset, skipped = 0, 0
        for step in path:
            if isinstance(step, int):
                skipped = step
                continue
            shape = re.compile(rf'(?m)"{re.escape(step)}"\s*:|^[ \t]*(?:\[+[^\]\n]*)?\b{re.escape(step)}\b')
            for _ in range(skipped + 1):
                found = shape.search(text, offset)
                if found is None:
                    break
                offset = found.end()
            skipped = 0
        return text.count("\n", 0, offset) + 1

    return line_of
