"""Who acts on reviews and findings, by which rules and calendar; and what the log keeps where they may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from roadworthy.adapters.calendars.working_time import working_time
from roadworthy.approvals.refusal import Refusal, RefusedBecause
from roadworthy.core.digest import Digest, digest_of_bytes
from roadworthy.core.errors import ConfigError, ConflictError, NotPermittedError
from roadworthy.governance.model import Calendar, Governance, Person, ReviewTerms
from roadworthy.governance.working_time import WorkingTime
from roadworthy.runtime.workspace import ACTOR, Workspace

_YEARS_AHEAD = 9
"""How far deadlines may lie ahead; the longest that working time counts to is eight years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Somebody whom the governance file knows, and the file."""

    governance: Governance
    person: Person


def acting(workspace: Workspace, *, action: Literal["review", "finding"], of: Digest | None = None) -> Acting:
    """Return who acts.

    Raises:
        ConfigError: If there is no governance file, or it does not read.
        NotPermittedError: If it does not know who acts; the log keeps that.
    """
    governance, person = workspace.governance, workspace.person
    if governance is None:
        raise ConfigError(
            "there is no governance file, so nobody is known who could do that",
            where="governance.yaml",
            fix="write one with `rw governance init`",
        )
    if person is None:
        raise refused(
            workspace,
            action=action,
            because=RefusedBecause.UNKNOWN_PERSON,
            says=f"the governance file knows nobody called {workspace.actor[:80]!r}",
            of=of,
            fix=f"set {ACTOR} to the id of a person of {workspace.governance_path}",
        )
    return Acting(governance=governance, person=person)


def refused(
    workspace: Workspace,
    *,
    action: Literal["review", "finding"],
    because: RefusedBecause,
    says: str,
    of: Digest | None,
    fix: str = "ask somebody who may, see `rw governance check`",
) -> NotPermittedError:
    """Write into the log that somebody tried what they may not, and return the error that says so."""
    person = workspace.person
    workspace.refusals.add(
        Refusal(
            id=workspace.ids.new("refusal"),
            action=action,
            by=person.id if person is not None else digest_of_bytes(workspace.actor.encode("utf-8")),
            of=of,
            because=because,
            at=workspace.clock.now(),
        )
    )
    return NotPermittedError(says, where=f"acting as {workspace.actor[:80]}", fix=fix)


def next_time(workspace: Workspace, *, last: datetime, skew_s: int) -> datetime:
    """Return the time of a change that follows on one of ``last``.

    Raises:
        ConfigError: If this computer's clock says that it is earlier than that by more than two honest clocks may
            be apart.
    """
    now = workspace.clock.now()
    if (last - now).total_seconds() > skew_s:
        raise ConfigError(
            f"the last change is dated {last:%Y-%m-%d %H:%M:%S}Z, and here it is {now:%Y-%m-%d %H:%M:%S}Z",
            where="this computer's clock",
            fix="set the clock, or find out whose was wrong",
        )
    return max(now, last)


def working_time_of(workspace: Workspace, *, since: datetime) -> WorkingTime:
    """Return the organisation's working time from the year of ``since`` on; the default calendar where none is stated.

    Raises:
        ConfigError: If its time zone or public holidays are not known.
    """
    governance = workspace.governance
    calendar = Calendar() if governance is None else governance.calendar
    now = workspace.clock.now()
    return working_time(calendar, first_year=min(since, now).year - 1, last_year=max(since, now).year + _YEARS_AHEAD)


def terms_of(workspace: Workspace) -> ReviewTerms:
    """Return how long steps may take; the defaults where no governance file says."""
    return ReviewTerms() if workspace.governance is None else workspace.governance.reviews


def require_evidence(workspace: Workspace, references: Iterable[str]) -> None:
    """Check that every piece of evidence is there.

    Raises:
        NotFoundError: Naming the first that is not.
    """
    for reference in references:
        workspace.evidence.get(reference)


def require_seen(number: int, seen: int | None, *, of: str) -> None:
    """Check that nothing has happened since somebody looked.

    Args:
        number: Of the last change there is.
        seen: Of the last change that they looked at; None: they did not say.
        of: Id of what they looked at.

    Raises:
        ConflictError: If something has.
        ConfigError: If there is no such change.
    """
    if seen is None or seen == number:
        return
    if seen > number:
        raise ConfigError(f"{of} has {number} changes, not {seen}", where="--seen", fix="look again")
    raise ConflictError(
        f"{of} was changed since you looked: change {number} is its last, and you looked at {seen}",
        where=of,
        fix="look at what is there now, and decide again",
    )
