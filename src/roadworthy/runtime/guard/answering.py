"""Lists and answers questions that runs of agents put to people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.guard.approvals import SqliteApprovals, is_book
from roadworthy.core.clock import Clock
from roadworthy.core.errors import ConfigError, NotFoundError, StoreError
from roadworthy.guard.calls.ports import Answer, ApprovalsError, Asked


def waiting(book: Path, *, tenant: str, clock: Clock | None = None) -> tuple[Asked, ...]:
    """Return the questions in ``book`` that wait for an answer, the oldest first.

    Raises:
        NotFoundError: If there is no such file.
        StoreError: If it cannot be used.
    """
    try:
        return _opened(book).pending(tenant=tenant, at=(clock or SystemClock()).now())
    except ApprovalsError as error:
        raise _unusable(book, error) from None


def argument_lines(asked: Asked) -> Iterator[str]:
    """Yield what would be done, argument by argument, as far as the question says it."""
    for one in asked.arguments:
        kept = one.value or "(its value is not kept; the application that asks has it)"
        yield f"  with:   {one.name} = {kept}" + ("" if one.whole or not one.value else "  (not all of it is shown)")
    if asked.more_arguments:
        yield f"  with:   {asked.more_arguments} more arguments that are not shown"


def give(
    book: Path,
    question: str,
    answer: Answer,
    *,
    person: str,
    roles: tuple[str, ...],
    tenant: str,
    clock: Clock | None = None,
) -> None:
    """Keep what a person says to a question.

    Raises:
        NotFoundError: If there is no such file, or no such question in the tenant.
        NotPermittedError: If this person may not answer it.
        ConflictError: If it was answered otherwise, or is late.
        StoreError: If the file cannot be used.
    """
    if not person.strip():
        raise ConfigError("nobody is named who answers", where="--person", fix="say who you are")
    try:
        at = (clock or SystemClock()).now()
        _opened(book).answer(question, answer, person=person, roles=roles, tenant=tenant, at=at)
    except ApprovalsError as error:
        raise _unusable(book, error) from None


def _opened(book: Path) -> SqliteApprovals:
    if not book.is_file():
        raise NotFoundError(
            "there is no book of approvals here", where=str(book), fix="give the file that the application keeps"
        )
    if not is_book(book):
        # Whoever opens a book makes its tables: not in a file that is something else.
        raise StoreError("it is no book of approvals", where=str(book), fix="give the file that the application keeps")
    return SqliteApprovals(book)


def _unusable(book: Path, error: ApprovalsError) -> StoreError:
    return StoreError(str(error), where=str(book), fix="check the file and its permissions, and try again")
