"""What a vault keeps, and who may have it back. Values only: no clock, no keys, no store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.guard.event import Principal
from roadworthy.guard.vault.placeholder import Form

LITERAL = "literal"
"""Kind of what looked like a placeholder when it came in: kept as it was, and given back to everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose placeholders: nothing is given back outside of it."""

    __pydantic_config__: ClassVar = STRICT

    tenant: str
    conversation: str

    def __post_init__(self) -> None:
        if not self.tenant or not self.conversation:
            raise ValueError("a vault needs a tenant and a conversation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value and the code that stands for it. Its value goes into no repr."""

    __pydantic_config__: ClassVar = STRICT

    code: str
    kind: str
    value: str = field(repr=False)
    principal: str
    """Id of who said it first."""

    expires_at: datetime
    """Aware. From then on it is not given back."""

    form: Form = Form.WORD
    readers: tuple[str, ...] = ()
    """Ids of further principals who said it themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """Who besides those who said it gets a kind back. Every line that is not empty must be met.

    Raises:
        ValueError: If it names nobody: it would entitle everybody.
    """

    __pydantic_config__: ClassVar = STRICT

    kinds: tuple[str, ...]
    """Such as ``email``; ``*``: every kind."""

    principals: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """At least one of them."""

    purposes: tuple[str, ...] = ()
    """One of them is what the request states."""

    def __post_init__(self) -> None:
        if not self.kinds:
            raise ValueError("`kinds` is empty")
        if not (self.principals or self.roles):
            raise ValueError("an entitlement needs `principals` or `roles`: a purpose alone can be stated by anybody")


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultPolicy:
    """How long values are kept, how many, and who gets them back. By default nobody but who said them.

    Raises:
        ValueError: If a limit is out of range.
    """

    __pydantic_config__: ClassVar = STRICT

    ttl_s: int = 3600
    """Seconds that a value is kept after it was last said, in 1..2,592,000 (30 days)."""

    max_entries: int = 10_000
    """In 1..100,000."""

    max_value_chars: int = 10_000
    """In 1..1,000,000."""

    entitlements: tuple[Entitlement, ...] = ()
    mail_kinds: tuple[str, ...] = ()
    """Kinds whose placeholders have the form of an e-mail address."""

    in_addresses: bool = False
    """Whether values are put back into addresses with a host too, percent-encoded. An answer that was talked into an
    image or a link to somebody else's host would hand them over there."""

    def __post_init__(self) -> None:
        for name, value, most in (
            ("ttl_s", self.ttl_s, 2_592_000),
            ("max_entries", self.max_entries, 100_000),
            ("max_value_chars", self.max_value_chars, 1_000_000),
        ):
            if not 1 <= value <= most:
                raise ValueError(f"`{name}` must be in 1..{most:,}, got {value}")


class NotRestored(StrEnum):
    """Why a placeholder stayed as it was."""

    UNKNOWN = "unknown"
    """Made up, or of another conversation or tenant: which of them is not told."""

    EXPIRED = "expired"
    NOT_ENTITLED = "not_entitled"
    IN_ADDRESS = "in_address"
    """It stands in an address with a host: the value would go to that host when the address is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A placeholder that was not turned back."""

    __pydantic_config__: ClassVar = STRICT

    why: NotRestored
    start: int
    """Place in the text as it came; in a stream, from the stream's beginning."""

    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A text with values back in it."""

    text: str = field(repr=False)
    restored: int
    """How many placeholders were turned back."""

    kept: tuple[Kept, ...] = ()
    """Those that were not, in order."""


def may_have(entry: Entry, recipient: Principal, policy: VaultPolicy) -> bool:
    """Return whether ``recipient`` gets ``entry`` back. That both are of one tenant is the vault's to see to."""
    if entry.kind == LITERAL or recipient.id in {entry.principal, *entry.readers}:
        return True
    return any(_meets(one, entry.kind, recipient) for one in policy.entitlements)


def _meets(one: Entitlement, kind: str, recipient: Principal) -> bool:
    return (
        (kind in one.kinds or "*" in one.kinds)
        and (not one.principals or recipient.id in one.principals)
        and (not one.roles or not set(one.roles).isdisjoint(recipient.roles))
        and (not one.purposes or recipient.purpose in one.purposes)
    )
