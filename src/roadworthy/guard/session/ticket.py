"""What a run hands out and takes in: chunks that were retrieved, tickets of calls, judged messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.guard.calls.ports import Asked
from roadworthy.guard.event import Event
from roadworthy.guard.idempotency.keys import Earlier
from roadworthy.guard.segment import Provenance, Segment
from roadworthy.guard.verdict import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What was fetched to be put into a prompt."""

    __pydantic_config__: ClassVar = STRICT

    text: str = field(repr=False)
    provenance: Provenance | None = None
    """Where it was taken from; None: nobody says, and it is nobody's to vouch for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A call that may be made, once. It must come back to `Run.returned` or `Run.failed`."""

    id: str
    """Of the call."""

    tool: str
    arguments: dict[str, Any] = field(repr=False)
    """As they may go on: what the policy changes is changed."""

    action: Digest
    """As `action_digest` gives it."""

    earlier: Earlier | None = None
    """The call was made before under the same key: give this result, and do not make it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A message of any protocol, judged."""

    event: Event
    decision: Decision
    segments: tuple[Segment, ...]
    """As they may go on; none where it is stopped."""

    texts: Mapping[str, str] = field(repr=False)
    """New text by path, as `MessageCodec.encode` takes it."""

    stripped: tuple[str, ...] = ()
    """Paths of unknown fields to leave out."""

    tickets: tuple[Ticket, ...] = ()
    """Of the calls in it, in order. Their end may be told; a call of which nobody tells it counts as made."""

    asked: tuple[Asked, ...] = ()
    """Questions to people that were put for calls in it."""

    retry_after_s: float | None = None
    """Of a message that a budget refused."""

    turn: int = 0
    """That the message is part of, for `Run.used`; 0: of none."""

    @property
    def stops(self) -> bool:
        """Whether nothing of it goes on now."""
        return self.decision.stops
