"""Judges the release in the making as of a planned ship date. Nothing is recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from roadworthy.core.errors import ConfigError
from roadworthy.gates.ahead import BindsByThen, binds_by_then
from roadworthy.gates.model import GateDecision, Verdict
from roadworthy.runtime.gating import Bench, judge_candidate
from roadworthy.runtime.workspace import Workspace

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MAX_DAYS_AHEAD = 3660
"""Ten years: a day further away is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the gate would decide on a later day, if nothing but the date changed."""

    at: datetime
    recorded: bool
    """Always false: a decision that nobody has taken yet is no record."""

    verdict_now: Verdict
    decision: GateDecision
    binds_by_then: tuple[BindsByThen, ...]


def judge_ahead(workspace: Workspace, day: str) -> tuple[Outlook, Bench]:
    """Judge the release in the making as of the end of ``day``, and say what binds by then that does not now.

    The end of the day, because evidence that lapses during it is no basis for shipping on it.

    Raises:
        ConfigError: If ``day`` is no date, is past, or is absurdly far away.
    """
    at = _moment(day, today=workspace.clock.now().date())
    now = judge_candidate(workspace)
    then = judge_candidate(workspace, candidate=now.candidate, at=at)
    outlook = Outlook(
        at=at,
        recorded=False,
        verdict_now=now.decision.verdict,
        decision=then.decision,
        binds_by_then=binds_by_then(now.decision, then.decision),
    )
    return outlook, then


def planned_day(text: str, *, today: date) -> date:
    """Read the day for which something is asked.

    Raises:
        ConfigError: If it is no date, lies before ``today``, or more than `MAX_DAYS_AHEAD` days after it.
    """
    day = calendar_day(text, where="--at")
    if day < today:
        raise ConfigError(
            f"{text} is past: judging as of then would leave out what binds today",
            where="--at",
            fix=f"give {today.isoformat()} or a later day; `rw why` shows what was decided before",
        )
    if day > today + timedelta(days=MAX_DAYS_AHEAD):
        raise ConfigError(f"{text} is more than ten years away", where="--at", fix="give the planned ship date")
    return day


def calendar_day(text: str, *, where: str) -> date:
    """Read a day that is written as ``YYYY-MM-DD`` and in no other way.

    Args:
        text: What was typed.
        where: The option that it was given for.

    Raises:
        ConfigError: If it is no such day, as ``2026-02-30``, ``2026-W09-1`` or a time.

    >>> calendar_day("2027-01-31", where="--at")
    datetime.date(2027, 1, 31)
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ConfigError(f"{text!r} is not a date", where=where, fix="write it as YYYY-MM-DD, e.g. 2027-01-31")


def _moment(text: str, *, today: date) -> datetime:
    return datetime.combine(planned_day(text, today=today), time(23, 59, 59), tzinfo=UTC)
