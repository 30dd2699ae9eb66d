"""What a book of idempotency keys must do, and what it says of a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from roadworthy.core.digest import Digest, JsonValue

KEPT_FOR = timedelta(days=1)
"""How long a key is known at least. It is forgotten when a clock has shown for a while that the time is over
(`PatientClock`), so that none is forgotten by a clock that is wrong for a moment."""

MAX_KEYS = 50_000
"""Keys that are known at once, where nothing else is said; beyond that calls with new keys are refused."""

MAX_RESULT_CHARS = 1_000_000
"""Longest result, as JSON text, that is kept under a key; of a longer one `TOO_LONG` is kept."""

TOO_LONG = "[This was done before. Its result was too long to be kept.]"

Place: TypeAlias = tuple[str, str, str, str]
"""Tenant, principal, conversation and key."""


class KeysError(Exception):
    """The book of keys cannot be asked. No call with a key is made then, and a key that is taken stays taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """That a call with this idempotency key was made before."""

    ticket: str
    """Of that call."""

    result: JsonValue = field(repr=False)
    """As the model saw it."""


class Clash(StrEnum):
    """Why a call cannot be made under its key."""

    UNDER_WAY = "key-under-way"
    NOT_KNOWN = "key-not-known"
    """It was broken off: nobody knows whether its effect took place."""

    OTHER_ACTION = "key-of-another-action"
    FULL = "keys-full"


class IdempotencyKeys(Protocol):
    """Knows what was done under which key. Implementations pass ``tests/contract/test_idempotency_keys.py``.

    One that asks a file or another machine raises `KeysError` where that does not answer. A key whose call nobody
    told the end of (a process was killed) stays under way until it is forgotten: what may have been done is not done
    again.
    """

    def begin(self, place: Place, action: Digest, *, ticket: str, at: datetime) -> Earlier | Clash | None:
        """Take the key for a call; None: it may be made, and `done`, `release` or `doubt` must follow.

        Of any number that ask at once one gets it.
        """
        ...

    def done(self, place: Place, result: JsonValue, *, ticket: str) -> None:
        """Keep the result of a call that was made, also where it was in doubt."""
        ...

    def release(self, place: Place, *, ticket: str) -> None:
        """Give the key back: the call was not made, or failed."""
        ...

    def doubt(self, place: Place, *, ticket: str) -> None:
        """Say that a call was broken off: its key stays taken, as its effect may have taken place."""
        ...
