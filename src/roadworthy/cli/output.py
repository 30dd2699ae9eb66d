"""Results to stdout, notes to stderr. One place decides what a terminal gets and what a pipe gets."""

from __future__ import annotations

import json
import os
import re
import sys
from enum import StrEnum

from roadworthy.core.digest import plain


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


_COMMAND = re.compile(r"##(?=vso\[|\[)|^[ \t]*::", re.MULTILINE)

EXIT_NO_READER = 141
"""What a shell reports of a program whose reader went away: neither ship nor blocked."""


def result(text: str) -> None:
    """Print a result to stdout, at once: what cannot be written is noticed here, not when the program ends.

    Raises:
        SystemExit: With `EXIT_NO_READER`, if whoever read the output went away.
    """
    text = _without_commands(text)
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(EXIT_NO_READER) from None


def result_json(record: object) -> None:
    """Print ``record`` to stdout as JSON with sorted keys."""
    text = as_json(record)
    result(text.replace("##", "\\u0023#") if _in_pipeline() else text)


def as_json(record: object) -> str:
    """Return ``record`` as JSON with sorted keys, as `result_json` prints it."""
    return json.dumps(plain(record), ensure_ascii=False, indent=2, sort_keys=True)


def note(text: str) -> None:
    """Print a remark for a person to stderr."""
    sys.stderr.write(_without_commands(text) + "\n")


def _in_pipeline() -> bool:
    return any(os.environ.get(name) for name in ("GITHUB_ACTIONS", "TF_BUILD"))


def _without_commands(text: str) -> str:
    """Return ``text`` so that no pipeline reads a command in it: a file's name could end a job as succeeded.

    Source:
        GitHub Actions, "Workflow commands" (``::name``, ``##[name]``).
        Azure Pipelines, "Logging commands" (``##vso[``).
    """
    return _COMMAND.sub(lambda found: "\u200b".join(found[0]), text) if _in_pipeline() else text


def coloured(text: str, style: str) -> str:
    """Return ``text`` in ``style`` where stdout is a terminal that wants colour; else as it is."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    code = {"green": "32", "red": "31", "yellow": "33", "bold": "1", "dim": "2", "cyan": "36"}[style]
    return f"\x1b[{code}m{text}\x1b[0m"
