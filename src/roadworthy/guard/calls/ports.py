"""What judging a call needs from outside: who owns a thing, and whether a person has said yes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT


class OwnershipError(Exception):
    """Who owns a thing could not be asked. The call is denied."""


class Ownership(Protocol):
    """Tells to whom a thing belongs. Implementations pass ``tests/contract/test_ownership.py``."""

    def belongs(self, kind: str, name: str, *, tenant: str, principal: str) -> bool | None:
        """Return whether the thing of ``kind`` with that id belongs to the principal; None: it is not known.

        Raises:
            OwnershipError: If it could not be asked.
        """
        ...


class Answer(StrEnum):
    """What a person said to an action."""

    PENDING = "pending"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArgument:
    """One argument of a call as it is shown to who is asked, fit for a screen: no sign in it steers a terminal."""

    __pydantic_config__: ClassVar = STRICT

    name: str = field(repr=False)
    value: str = field(repr=False)
    """JSON text, or what stands for it; empty where the policy lets only names be kept (`Approval.show`)."""

    whole: bool
    """Whether ``value`` is all of it: nothing was left out, and it was not cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a person about one exact action."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    action: Digest
    """As `action_digest` gives it."""

    tool: str
    tenant: str
    principal: str
    """For whom it would be done."""

    rule: str
    """That asks for it."""

    reasons: tuple[str, ...]
    """Why, without content."""

    by: tuple[str, ...]
    """Roles of which who answers must have one; empty: the principal."""

    distinct: bool
    """Whether the principal may not answer."""

    asked_at: datetime
    expires_at: datetime
    """From then on a yes counts for nothing."""

    arguments: tuple[ShownArgument, ...] = field(default=(), repr=False)
    """What would be done with it, as far as the policy lets it be kept (`Approval.show`). ``action`` binds the yes to
    the exact values in either case."""

    more_arguments: int = 0
    """Arguments that are not among them, because there are too many to show."""


class ApprovalsError(Exception):
    """The keeper of approvals cannot be asked. Nothing is approved."""


class Approvals(Protocol):
    """Keeps questions to people and their answers. Implementations pass ``tests/contract/test_action_approvals.py``.

    One that asks another machine raises `ApprovalsError` where that does not answer.
    """

    def ask(self, asked: Asked) -> Asked:
        """Keep a question; the same action that is asked for and not yet answered, used or late gives the one kept.

        Only where both are put to the same people for the same time: else the new one takes its place.

        Raises:
            ApprovalsError: If that one was answered with no and is not late: the no stands.
        """
        ...

    def answer(
        self, question: str, answer: Answer, *, person: str, roles: tuple[str, ...], tenant: str, at: datetime
    ) -> None:
        """Keep what a person said.

        Raises:
            NotFoundError: If there is no such question in the tenant.
            NotPermittedError: If this person may not answer it.
            ConflictError: If it was answered otherwise, or is late.
        """
        ...

    def use(self, action: Digest, *, tenant: str, at: datetime) -> Asked | None:
        """Use up the yes to ``action`` and return its question; None: there is none, it is late, or was used.

        Of any number that ask at once one gets it.
        """
        ...

    def give_back(self, used: Asked, *, at: datetime) -> bool:
        """Make a yes count again that was used up for a call that was then not let through.

        Returns:
            False: it is late, or was asked for anew meanwhile, and stays used up.
        """
        ...

    def pending(self, *, tenant: str, at: datetime) -> tuple[Asked, ...]:
        """Return the questions that wait for an answer, the oldest first."""
        ...
