"""What the guard says, and how several sayings become one. Adding a rail never loosens the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.guard.event import ConversationState
from roadworthy.guard.segment import Span


class Action(StrEnum):
    """What happens, loosest first."""

    ALLOW = "allow"
    TRANSFORM = "transform"
    """Goes on with edits."""

    QUARANTINE = "quarantine"
    """The segments or spans are replaced by a stub; the rest goes on."""

    ESCALATE = "escalate"
    """Goes on only if a person says so."""

    DENY = "deny"

    @property
    def rank(self) -> int:
        """0 for `ALLOW` to 4 for `DENY`."""
        return _RANKS[self]

    @property
    def stops(self) -> bool:
        """Whether nothing of the event goes on now."""
        return self.rank >= _RANKS[Action.ESCALATE]


_RANKS = {action: rank for rank, action in enumerate(Action)}


class EditKind(StrEnum):
    """Why characters are replaced."""

    REDACT = "redact"
    PLACEHOLDER = "placeholder"
    """By a placeholder that a vault can turn back."""

    ENCODE = "encode"
    """So that the sink does not read it as code."""

    NEUTRALISE = "neutralise"
    """So that it does not read as an instruction."""

    QUARANTINE = "quarantine"
    INSERT = "insert"
    """What must be said and was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Characters of one segment and what stands there instead."""

    __pydantic_config__: ClassVar = STRICT

    span: Span
    replacement: str = field(repr=False)
    kind: EditKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """How good a detector is where it is used. What was not measured is None, and is shown as not measured."""

    __pydantic_config__: ClassVar = STRICT

    detector: str
    version: str
    threshold: float | None = None
    recall: float | None = None
    """Fraction in [0, 1]."""

    false_positive_rate: float | None = None
    """Fraction in [0, 1] of what is harmless."""

    measured_on: str = ""
    """Digest or name of the set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Something that a rail found. It says what and where, and never repeats the text."""

    __pydantic_config__: ClassVar = STRICT

    kind: str
    """The rail's word for it, such as ``email`` or ``invisible_text``."""

    span: Span
    detail: str = ""
    """More for the log, without content."""

    score: float | None = None
    """In [0, 1], where the detector gives one."""

    edit: Edit | None = None
    """What would make it harmless, where the rail knows; None: it is redacted or the segment quarantined."""

    offered: bool = False
    """Whether ``edit`` is an offer only, which no rule applies unless its settings accept repairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule says of one segment, or of the event."""

    __pydantic_config__: ClassVar = STRICT

    action: Action
    rule: str
    """Id of the rule in the policy; of the engine's own, ``guard/<name>``."""

    rail: str
    """Kind of rail; empty for a rule that only has a condition."""

    segment: int | None
    """`Segment.index`; None: the event as a whole."""

    reason: str
    """For the log: what was found, without content."""

    message: str = ""
    """For the user: what happened and what to do; empty: the route's own words."""

    spans: tuple[Span, ...] = ()
    kinds: tuple[str, ...] = ()
    """What was found, sorted, each once."""

    edits: tuple[Edit, ...] = ()
    operating_point: OperatingPoint | None = None
    cost_us: int = 0
    """Microseconds that the rail took on this segment."""

    exposure_chars: int = 0
    """Characters of the segment that had left before this verdict."""

    degraded: bool = False
    """Whether it is not the rail's word but the fail mode's."""


class Mode(StrEnum):
    """How a stream is let through."""

    WHOLE = "whole"
    """It was no stream."""

    BUFFER = "buffer"
    HOLDBACK = "holdback"
    OBSERVE = "observe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What had left, or could have left, before its verdict."""

    __pydantic_config__: ClassVar = STRICT

    mode: Mode = Mode.WHOLE
    bound: int = 0
    """The most characters of a field that can leave before every rule has given its verdict on them, computed from
    the policy."""

    released: int = 0
    """Characters that had left when the decision fell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the guard says of an event. The same policy, event and state give the same decision, but for `cost_us`."""

    __pydantic_config__: ClassVar = STRICT

    event: str
    route: str
    policy: Digest
    """Of the compiled bundle."""

    tier: RiskTier
    action: Action
    verdicts: tuple[Verdict, ...] = ()
    """Of the rules that are enforced, in order of (rule, segment)."""

    shadow: tuple[Verdict, ...] = ()
    """What rules in shadow mode would have said. Nothing follows from them."""

    degraded: bool = False
    """Whether a rail failed, or a part of the policy is open by name."""

    message: str = ""
    """For the user, where it is not allowed; in the user's locale where the policy has one."""

    completion: str = ""
    """Id of the safe completion that `message` was made from; empty for none."""

    exposure: Exposure = Exposure()
    cost_us: int = 0
    state: ConversationState = field(default_factory=ConversationState)
    """What the next event of the conversation is judged with."""

    @property
    def stops(self) -> bool:
        """Whether nothing of the event goes on now."""
        return self.action.stops


def strictest(*actions: Action) -> Action:
    """Return the strictest of ``actions``; of none, `ALLOW`.

    >>> strictest(Action.TRANSFORM, Action.DENY, Action.ALLOW).value
    'deny'
    """
    return max(actions, key=lambda action: action.rank, default=Action.ALLOW)
