"""A map from keys to all that has them, which grows by sharing: what was there stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Level = Mapping[str, tuple[Any, ...]]
_TIMES = 2
"""How many times larger a level is than the next, at least."""


def with_level(levels: tuple[Level, ...], further: Level) -> tuple[Level, ...]:
    """Return the levels with one more, the large ones first. Levels of like size become one, so that there are few.

    >>> with_level(({"a": (1,)},), {"a": (3,)})
    ({'a': (1, 3)},)
    """
    kept = list(levels)
    while kept and len(kept[-1]) < _TIMES * len(further):
        further = _merged(kept.pop(), further)
    return (*kept, further)


def _merged(first: Level, second: Level) -> Level:
    merged = {**first, **second}
    if len(merged) < len(first) + len(second):
        for key in first.keys() & second.keys():
            merged[key] = first[key] + second[key]
    return merged


def found(levels: tuple[Level, ...], key: str) -> tuple[Any, ...]:
    """Return all that has ``key``."""
    result: tuple[Any, ...] = ()
    for level in levels:
        here = level.get(key)
        if here is not None:
            result = result + here if result else here
    return result
