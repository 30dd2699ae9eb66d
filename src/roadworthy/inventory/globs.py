"""Glob patterns over relative POSIX names, with one meaning on every platform."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Return whether one of ``patterns`` covers ``name``.

    ``*`` and ``?`` stay within one folder, ``**`` crosses folders, ``folder/**``
    covers everything below the folder, and ``[abc]`` is a set of characters.
    Patterns cover whole names and are case-sensitive.

    >>> matches_any("a/b/c.py", ["a/**"]), matches_any("a/b.py", ["*.py"]), matches_any("b.py", ["**/*.py"])
    (True, False, True)
    """
    return any(_compiled(pattern).fullmatch(name) is not None for pattern in patterns)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    out: list[str] = []
    for token in re.findall(r"\*\*/|\*\*|\[!?[^\]/]+\]|.", pattern.removeprefix("./"), re.DOTALL):
        match token:
            case "**/":
                out.append("(?:[^/]+/)*")
            case "**":
                out.append(".*")
            case "*":
                out.append("[^/]*")
            case "?":
                out.append("[^/]")
            case str() if len(token) > 1:
                negated = "^" if token[1] == "!" else ""
                members = token[1:-1].removeprefix("!").replace("\\", "\\\\").replace("^", "\\^")
                out.append(f"[{negated}{members.replace('[', chr(92) + '[')}]")
            case _:
                out.append(re.escape(token))
    # Adjacent stars backtrack against each other; one says the same.
    return re.compile(re.sub(r"(?:\.\*){2,}", ".*", "".join(out)), re.DOTALL)
