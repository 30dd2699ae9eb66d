"""Identifiers of records: a noun and a ULID, such as ``run_01J9Z…``. Making one is an adapter's job."""

from __future__ import annotations

import re
from typing import Protocol

_ID = re.compile(r"[a-z]+_[0-9A-HJKMNP-TV-Z]{26}")


class IdSource(Protocol):
    """Makes identifiers that sort by the time of their making."""

    def new(self, noun: str) -> str:
        """Return a fresh identifier ``<noun>_<ULID>``."""
        ...


def is_id(text: str, noun: str) -> bool:
    """Return whether ``text`` is an identifier of ``noun``.

    >>> is_id("run_01ARZ3NDEKTSV4RRFFQ69G5FAV", "run")
    True
    """
    return _ID.fullmatch(text) is not None and text.startswith(f"{noun}_")
