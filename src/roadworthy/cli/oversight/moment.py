"""Times as people type them: a day, or a whole RFC 3339 time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from roadworthy.core.clock import parse_rfc3339
from roadworthy.core.errors import ConfigError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def moment_of(text: str, *, flag: str) -> datetime:
    """Read an end: the end of a day in UTC, or a time with an offset.

    Raises:
        ConfigError: If it is neither. A time without an offset is refused: nobody can tell when it is.

    >>> moment_of("2026-12-24", flag="--expires").isoformat()
    '2026-12-25T00:00:00+00:00'
    """
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC) + timedelta(days=1)
        return parse_rfc3339(text)
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            f"{text[:60]!r} is no time", where=flag, fix="write it like 2026-12-24, or 2026-12-24T18:00:00Z"
        ) from error


def start_of(text: str | None, *, flag: str) -> datetime | None:
    """Read a start: the beginning of a day in UTC, or a time with an offset; None stays None.

    Raises:
        ConfigError: If it is neither.
    """
    if text is None:
        return None
    moment = moment_of(text, flag=flag)
    return moment - timedelta(days=1) if _DAY.fullmatch(text) else moment
