"""Results to stdout, notes to stderr. One place decides what a terminal gets and what a pipe gets."""

from __future__ import annotations

import json
import sys
from enum import StrEnum

from roadworthy.core.digest import plain


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


def result(text: str) -> None:
    """Print a result to stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def result_json(record: object) -> None:
    """Print ``record`` to stdout as JSON with sorted keys."""
    result(json.dumps(plain(record), ensure_ascii=False, indent=2, sort_keys=True))


def note(text: str) -> None:
    """Print a remark for a person to stderr."""
    sys.stderr.write(text + "\n")


def coloured(text: str, style: str) -> str:
    """Return ``text`` in ``style`` where stdout is a terminal that wants colour; else as it is."""
    if not sys.stdout.isatty() or "NO_COLOR" in _environment():
        return text
    code = {"green": "32", "red": "31", "yellow": "33", "bold": "1", "dim": "2", "cyan": "36"}[style]
    return f"\x1b[{code}m{text}\x1b[0m"


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)
