"""Labels: where characters come from, and how secret they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.guard.segment import SourceKind, Span


class Secrecy(StrEnum):
    """How few may read something, least secret first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"

    rank: int
    """0 for `PUBLIC` to 3 for `SECRET`."""

    def __new__(cls, value: str) -> Secrecy:
        """Return the member, whose rank is its place."""
        one = str.__new__(cls, value)
        one._value_ = value
        one.rank = len(cls.__members__)
        return one


def most_secret(*found: Secrecy) -> Secrecy:
    """Return the most secret of ``found``; of none, `Secrecy.PUBLIC`.

    >>> most_secret(Secrecy.INTERNAL, Secrecy.SECRET).value
    'secret'
    """
    return max(found, key=lambda one: one.rank, default=Secrecy.PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Origin:
    """Where characters come from, and whether who could have written them may decide what is done."""

    __pydantic_config__: ClassVar = STRICT

    kind: SourceKind
    name: str = ""
    """The tool or document; empty where there is but one."""

    field: str = ""
    """Which field of a tool's result, as a JSON pointer with ``*`` for places in lists (``/emails/*/sender``); empty:
    all of it, or text without fields."""

    trusted: bool = False
    """Whether it may decide: the operator, the user, and what the policy vouches for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is said of a piece of content as it enters a run."""

    __pydantic_config__: ClassVar = STRICT

    origin: Origin
    secrecy: Secrecy = Secrecy.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a value, and where it can come from."""

    span: Span
    """In characters of the value as JSON text has it, without quotes; of a number, of its digits as written."""

    origins: tuple[Origin, ...] = ()
    """Each is an explanation by itself, sorted. Empty: it was found nowhere, so the model composed it, out of anything
    that it had read."""

    secrecy: Secrecy = Secrecy.PUBLIC
    """Of the least secret explanation; of what was found nowhere, the most secret of all that the model had read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where a value comes from. Its parts cover it, in order."""

    parts: tuple[Part, ...]
    tainted: bool = False
    """Whether something untrusted had been read before: what was composed may then be its word."""

    @property
    def is_composed(self) -> bool:
        """Whether a part was found nowhere."""
        return any(not part.origins for part in self.parts)

    @property
    def secrecy(self) -> Secrecy:
        """Of its most secret part."""
        return most_secret(*(part.secrecy for part in self.parts))
