"""The order of version labels, number by number, so that a range of versions means what people take it to mean."""

from __future__ import annotations

import re
from typing import TypeAlias

VersionOrder: TypeAlias = tuple[tuple[int, int, str], ...]
"""What a version label sorts by."""

MAX_CHARACTERS = 128
_PART = re.compile(r"\d+|[a-z]+", re.ASCII)
_DRAFTS = frozenset({"a", "alpha", "b", "beta", "c", "dev", "m", "pre", "preview", "rc", "snapshot"})
_DRAFT, _END, _WORD, _NUMBER = range(4)


def version_order(version: str) -> VersionOrder:
    """Return what ``version`` sorts by.

    Numbers are compared as numbers, drafts (``-rc1``, ``-beta``) come before the finished version and other
    words after it; zeros at the end, a leading ``v`` and the kind of separator change nothing.

    Raises:
        ValueError: If the label does not begin with a number, as a branch or a commit does: it has no order.

    >>> sorted(["1.10", "1.9.2", "1.10-rc1", "v1.9"], key=version_order)
    ['v1.9', '1.9.2', '1.10-rc1', '1.10']
    >>> version_order("2026.11") == version_order("2026-11-0")
    True
    """
    text = version.strip().lower().removeprefix("v")
    first = re.split(r"[^0-9a-z]", text, maxsplit=1)[0]
    if len(version) > MAX_CHARACTERS or not (first.isascii() and first.isdigit()):
        raise ValueError(f"version {version[:40]!r} has no order: it does not begin with a number")
    parts = [_rank(part) for part in _PART.findall(text)]
    while parts and parts[-1] == (_NUMBER, 0, ""):
        parts.pop()
    return (*parts, (_END, 0, ""))


def is_between(version: str, *, first: str, last: str) -> bool:
    """Return whether ``version`` lies in a range, both ends included; False where one of them has no order.

    >>> is_between("2026.11.3", first="2026.11.1", last="2026.11.10")
    True
    >>> is_between("main", first="1", last="2")
    False
    """
    try:
        return version_order(first) <= version_order(version) <= version_order(last)
    except ValueError:
        return False


def _rank(part: str) -> tuple[int, int, str]:
    if part.isdigit():
        return _NUMBER, int(part), ""
    return (_DRAFT if part in _DRAFTS else _WORD), 0, part
