"""Names and versions of packs: which are well-formed, and which version is the later one."""

from __future__ import annotations

import re

MAX_NAME = 80
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_VERSION = re.compile(r"(\d{1,9}(?:\.\d{1,9}){0,2})(?:-([0-9A-Za-z.-]{1,40}))?(?:\+([0-9A-Za-z.-]{1,40}))?", re.ASCII)

VersionKey = tuple[tuple[int, ...], bool, tuple[tuple[int, int, str], ...], str]


def name_fault(name: str) -> str | None:
    """Return why no pack may be handed on under ``name``, or None where it may.

    >>> name_fault("acme"), name_fault("../acme")
    (None, 'must be lower-case letters, digits, dots and hyphens, and start with a letter or a digit')
    """
    if len(name) > MAX_NAME:
        return f"must have at most {MAX_NAME} characters"
    if _NAME.fullmatch(name) is None:
        return "must be lower-case letters, digits, dots and hyphens, and start with a letter or a digit"
    return None


def version_key(version: str) -> VersionKey:
    """Return what ``version`` sorts by: its numbers, then drafts before the finished one.

    What follows ``+`` orders only versions that are otherwise the same.

    Raises:
        ValueError: If it is no version of the form ``1.2.3``, ``1.2.3-rc1`` or ``1.2.3+note``.

    Source:
        Semantic Versioning 2.0.0, clause 11.

    >>> sorted(["1.10.0", "1.2.0", "1.10.0-rc1"], key=version_key)
    ['1.2.0', '1.10.0-rc1', '1.10.0']
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"`version` must look like 1.0.0, got {version!r}")
    numbers, draft, note = match.groups()
    padded = (*(int(part) for part in numbers.split(".")), 0, 0)[:3]
    return padded, draft is None, tuple(_identifier(part) for part in (draft or "").split(".")), note or ""


def is_draft(version: str) -> bool:
    """Return whether ``version`` is one before the finished one, such as ``2.0.0-rc1``.

    >>> is_draft("2.0.0-rc1"), is_draft("2.0.0")
    (True, False)
    """
    return not version_key(version)[1]


def _identifier(part: str) -> tuple[int, int, str]:
    return (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part)
