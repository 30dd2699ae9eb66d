"""A guard policy against the baseline that is committed beside it: it may become stricter, not weaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Parsed, Repository

MARK = ".baseline."
"""``guard.baseline.yaml`` is the baseline of ``guard.yaml`` in the same folder."""

MAX_DEPTH = 50
"""Levels of a policy that are compared."""

_RISING = ("threshold", "min_score", "min_confidence", "max_", "limit")
"""Numbers that weaken the guard when they rise."""

_SWITCHES = ("enabled", "fail_closed", "fail_on_error", "default_on", "block")


def weaker(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find rails that were dropped or switched off, and thresholds that rose, since the baseline."""
    for file in repository.of_kind(FileKind.GUARD, FileKind.CONFIG):
        if MARK not in file.path.rpartition("/")[2]:
            continue
        current = repository.files.get(file.path.replace(MARK, ".", 1))
        before, now = file.parsed(), current.parsed() if current is not None else None
        if current is None or before is None:
            continue
        if now is None:
            yield Hit(said="the guard policy of this baseline cannot be read", subject="policy", path=current.path)
            continue
        for path, what in _weakened(before.data, now.data):
            yield Hit(line=_line(now, path), said=what, subject=".".join(map(str, path)), path=current.path)


def _line(parsed: Parsed, path: tuple[str | int, ...]) -> int:
    return parsed.line_of(path)


def _weakened(
    before: object, now: object, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if len(path) > MAX_DEPTH:
        return
    where, name = ".".join(map(str, path)), str(path[-1]) if path else ""
    if isinstance(before, dict) and isinstance(now, dict):
        for key, value in before.items():
            if key in now:
                yield from _weakened(value, now[key], (*path, str(key)))
            else:
                yield (*path, str(key)), f"{'.'.join((*map(str, path), str(key)))!r} was dropped since the baseline"
    elif isinstance(before, list) and isinstance(now, list):
        yield from _lists(before, now, path)
    elif type(before) is not type(now) and not _are_numbers(before, now):
        yield path, f"{where!r} is no longer what the baseline says"
    elif isinstance(before, bool) and before and not now and any(word in name for word in _SWITCHES):
        yield path, f"{where!r} was switched off since the baseline"
    elif _are_numbers(before, now) and now > before and any(word in name for word in _RISING):  # type: ignore[operator]  # both are numbers
        yield path, f"{where!r} rose from {before} to {now} since the baseline"
    elif (
        isinstance(before, str)
        and before != now
        and name in {"mode", "on_error", "action", "on_fail", "default_action"}
    ):
        yield path, f"{where!r} is no longer {before!r} as in the baseline"


def _lists(
    before: list[Any], now: list[Any], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    here = {_name(item): index for index, item in enumerate(now)}
    for item in before:
        name = _name(item)
        if name not in here:
            yield path, f"{name[:60]!r} was dropped from {'.'.join(map(str, path))!r} since the baseline"
        elif isinstance(item, dict):
            yield from _weakened(item, now[here[name]], (*path, here[name]))


def _name(item: object) -> str:
    if isinstance(item, dict):
        return next(
            (str(item[key]) for key in ("id", "name", "key", "guardrail_name", "type") if key in item), str(item)
        )
    return str(item)


def _are_numbers(before: object, now: object) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in (before, now))
