"""Time as a value: aware UTC in, RFC 3339 out. Reading the wall clock is an adapter's job."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Protocol, TypeAlias

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})")


class Clock(Protocol):
    """Tells the time. Implementations live in ``roadworthy.adapters.clock``."""

    def now(self) -> datetime:
        """Return the present, timezone-aware, in UTC."""
        ...


def require_aware(moment: datetime, *, name: str) -> datetime:
    """Return ``moment`` in UTC.

    Raises:
        ValueError: If ``moment`` is naive. A time without an offset cannot be
            compared with a deadline, and guessing one has shipped expired waivers.

    >>> require_aware(datetime(2026, 1, 1), name="now")
    Traceback (most recent call last):
    ...
    ValueError: `now` must be timezone-aware, got 2026-01-01T00:00:00
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"`{name}` must be timezone-aware, got {moment.isoformat()}")
    return moment.astimezone(UTC)


def rfc3339(moment: datetime) -> str:
    """Write ``moment`` as RFC 3339 in UTC, with microseconds only where there are any.

    >>> rfc3339(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05Z'
    """
    moment = require_aware(moment, name="moment")
    return moment.isoformat().replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """Read a strict RFC 3339 time.

    Raises:
        ValueError: If ``text`` has no offset, is a date alone, or is not a time.

    >>> parse_rfc3339("2026-01-02T03:04:05+02:00")
    datetime.datetime(2026, 1, 2, 1, 4, 5, tzinfo=datetime.timezone.utc)
    """
    if _RFC3339.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not an RFC 3339 time with an offset, like 2026-01-02T03:04:05Z")
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class WrittenDay:
    """Annotation: a day is read only as ``YYYY-MM-DD``.

    Validators also take numbers, as seconds since 1970, and times, whose zone they drop: a
    slip of the pen would then be another day instead of an error. Speaks the validator's own
    protocol, so that values need not import it.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        written = {"type": "no-info", "function": _written_day}
        return {"type": "function-before", "function": written, "schema": handler(source)}


Day: TypeAlias = Annotated[date, WrittenDay()]
"""A calendar day in UTC."""


def _written_day(value: object) -> object:
    if (isinstance(value, str) and _DAY.fullmatch(value)) or (isinstance(value, date) and type(value) is date):
        return value
    raise ValueError(f"a day is written as YYYY-MM-DD, got {value!r}")
