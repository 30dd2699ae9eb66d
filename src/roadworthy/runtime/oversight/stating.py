"""What people type about consent, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from roadworthy.approvals.model import Condition
from roadworthy.core.errors import ConfigError
from roadworthy.governance.model import ConsentKind

MAX_TEXT = 4_000
"""Characters of a comment, a reason or a note."""

MAX_CONDITION = 2_000
"""Characters of one condition."""

_PART = re.compile(r"(?P<name>due|rule)\s+(?P<value>\S+)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIX = 'write it like "turn the log off; due 2026-12-24", with "; rule ID" where a rule shows it'


def plain_text(text: str, *, where: str) -> str:
    """Return what somebody wrote for the record, where it is short and can be shown as it is.

    Raises:
        ConfigError: If it is longer than `MAX_TEXT`, or holds characters that move a terminal's cursor.

    >>> plain_text("fine by me", where="--comment")
    'fine by me'
    """
    if len(text) > MAX_TEXT:
        raise ConfigError(f"a text of {len(text)} characters", where=where, fix=f"say it in {MAX_TEXT} or fewer")
    if not all(character.isprintable() or character == "\n" for character in text):
        raise ConfigError("the text holds control characters", where=where, fix="write plain text")
    return text


def condition_of(text: str) -> Condition:
    """Read a condition: what has to be done, by which day, and the rule that shows it where one does.

    Raises:
        ConfigError: If it has no text or no day, or says something else.

    >>> condition_of("turn logging off; due 2026-12-24; rule acme/logging-off").rule
    'acme/logging-off'
    """
    if len(text) > MAX_CONDITION:
        raise ConfigError(f"a condition of {len(text)} characters", where="--condition", fix="say it shorter")
    what, *parts = (part.strip() for part in text.split(";"))
    said: dict[str, str] = {}
    for part in parts:
        found = _PART.fullmatch(part)
        if found is None or found["name"] in said:
            raise ConfigError(f"a condition says {part[:60]!r}", where="--condition", fix=_FIX)
        said[found["name"]] = found["value"]
    if not what or "due" not in said:
        raise ConfigError("a condition needs a text and a day", where="--condition", fix=_FIX)
    return Condition(text=what, due=_day(said["due"]), rule=said.get("rule"))


def kinds_of(names: Iterable[str]) -> tuple[ConsentKind, ...]:
    """Read kinds of consent.

    Raises:
        ConfigError: If one is unknown.

    >>> [kind.value for kind in kinds_of(["release", "exception"])]
    ['exception', 'release']
    """
    try:
        return tuple(sorted({ConsentKind(name) for name in names}))
    except ValueError as error:
        known = ", ".join(kind.value for kind in ConsentKind)
        raise ConfigError(str(error), where="--kind", fix=f"choose from {known}") from error


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError("a day is written YYYY-MM-DD")
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{text[:40]!r} is no day", where="--condition", fix=_FIX) from error
