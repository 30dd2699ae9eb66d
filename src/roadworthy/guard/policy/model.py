"""Guard policy as people write it: rules, routes and what happens when something fails. Data, edited by reviewers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.calls.policy import ToolPolicy
from roadworthy.guard.rails.known import RailSettings
from roadworthy.guard.segment import Channel, Role, SourceKind, Stage
from roadworthy.guard.verdict import Action

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9-]*")


_RESERVED = frozenset({"guard", "containment"})
"""Records would show a rule of such a policy as a verdict of the guard itself, or of an incident."""


class FailMode(StrEnum):
    """What follows when a rail breaks, is not there or takes too long."""

    CLOSED = "closed"
    """Deny."""

    OPEN = "open"
    """Go on, shown as degraded in every decision."""


class UnknownBehaviour(StrEnum):
    """What becomes of a field or an event that an adapter does not know."""

    DENY = "deny"
    STRIP = "strip"
    PASS_AND_FLAG = "pass_and_flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which segments a rule looks at. Empty: all of that kind; a segment must meet every line."""

    __pydantic_config__: ClassVar = STRICT

    stages: tuple[Stage, ...] = ()
    roles: tuple[Role, ...] = ()
    channels: tuple[Channel, ...] = ()
    sources: tuple[SourceKind, ...] = ()
    tools: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """At least one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRule:
    """What is looked for where, and what then happens.

    A rule with a rail acts on what the rail finds, if ``when`` holds. One without acts on segments for which
    ``when`` holds.

    Raises:
        ValueError: If it has neither a rail nor a condition, or its action is *allow*.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``pack/name``."""

    description: str
    """What it prevents, in one sentence."""

    action: Action
    rail: RailSettings | None = None
    where: Where = Where()
    when: str = "true"
    """CEL; see ``docs/reference/guard-facts.md``. A fact that is not stated is a failure of the rule."""

    mode: Literal["enforce", "shadow"] = "enforce"
    tiers: tuple[RiskTier, ...] = ()
    """Tiers in which it binds; empty: all."""

    message: str = ""
    """Category of the safe completion for the user (`Completion.category`); empty: the route's."""

    on_failure: FailMode | None = None
    """None: as the tier has it."""

    max_us: int | None = None
    """Longest that the rail may take on one segment, in microseconds per 1,000 characters begun; longer is a
    failure. None: not limited."""

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.id) is None:
            raise ValueError(f"rule id must look like 'pack/name', got {self.id!r}")
        if self.action is Action.ALLOW:
            raise ValueError(f"rule {self.id}: `allow` is what happens when no rule says otherwise")
        if self.rail is None and self.when == "true":
            raise ValueError(f"rule {self.id} has neither `rail` nor `when`: it would act on everything")


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """Nothing leaves before the whole field was judged."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["buffer"] = "buffer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdback:
    """The last characters are held until what follows them was judged."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["holdback"] = "holdback"
    chars: int
    """Characters held, >= 1."""

    boundary: Literal["none", "word", "line", "sentence"] = "none"
    """Where a release may end at the earliest: more is held, never less."""

    def __post_init__(self) -> None:
        if self.chars < 1:
            raise ValueError(f"`chars` must be >= 1, got {self.chars}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observe:
    """Everything leaves at once and is judged afterwards; a stop stops what is still to come."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["observe"] = "observe"


Streaming: TypeAlias = Annotated[Buffer | Holdback | Observe, TaggedBy("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way through the guard, and how streams are let through on it."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """As `Event.route` has it; ``*``: every route without one of its own."""

    streaming: Streaming = field(default_factory=Buffer)
    max_chars: int = 1_000_000
    """Longest field, whole or streamed, >= 1; a longer one is denied."""

    completion: str = ""
    """Category of the safe completion where a rule names none."""

    sink: Literal["text", "html", "markdown", "sql", "shell", "csv", "terminal", "json"] = "text"
    """What reads the output."""

    stages: tuple[Stage, ...] = ()
    """Where the guard is asked on it. At every other stage everything is denied, whatever rules and fail modes there
    are. Empty: wherever a rule of the policy is enforced, so that the first rule at a stage opens it."""

    def __post_init__(self) -> None:
        if not 1 <= self.max_chars <= 10_000_000:
            raise ValueError(f"route {self.name}: `max_chars` must be in 1..10,000,000, got {self.max_chars}")
        repeated = sorted({stage.value for stage in self.stages if self.stages.count(stage) > 1})
        if repeated:
            raise ValueError(f"route {self.name}: stage {repeated[0]!r} is there twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """What becomes of what no adapter knows."""

    __pydantic_config__: ClassVar = STRICT

    default: UnknownBehaviour = UnknownBehaviour.DENY
    paths: tuple[tuple[str, UnknownBehaviour], ...] = ()
    """By pattern of the path (``*`` for one part), the first that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a user is told in place of what was blocked, so that the block helps."""

    __pydantic_config__: ClassVar = STRICT

    category: str
    locale: str
    """BCP 47; ``*`` for every locale without one of its own."""

    text: str
    """May name ``{stub}``, the id to give to a person who asks."""

    resources: tuple[str, ...] = ()
    """Lines with further help, such as a crisis line."""

    hand_off: str = ""
    """Where a person takes over; empty: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFailMode:
    """The fail mode of a tier, where it is not *closed*."""

    __pydantic_config__: ClassVar = STRICT

    tier: RiskTier
    mode: FailMode
    reason: str
    """Why that is acceptable; shown with every degraded decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tighten:
    """Makes one rule of the policy beneath stricter. A value left None stays."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    reason: str
    action: Action | None = None
    mode: Literal["enforce"] | None = None
    on_failure: Literal[FailMode.CLOSED] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """What of the policy beneath is looser here, and why. Names one thing.

    Raises:
        ValueError: If it names none or several, or gives no reason.
    """

    __pydantic_config__: ClassVar = STRICT

    reason: str
    """Why that is acceptable; shown wherever the policy is."""

    rule: str = ""
    """Id of a rule that is switched off."""

    route: str = ""
    """Name of a route that lets more through, or sooner."""

    budget: str = ""
    """Name of a budget that allows more."""

    tool: str = ""
    """`Grant.tool` of a grant for tools that have none beneath."""

    setting: Literal["", "unknown", "fail_modes", "same"] = ""
    """Setting of the whole policy that is looser; ``same``: words that say the same (`ToolPolicy.same`)."""

    to: Literal["off", "shadow"] = "off"
    """What becomes of the rule: nothing is looked for, or it is looked for and nothing follows."""

    until: date | None = None
    """Last day on which it counts. From the next day on a policy that names it is read as if the line were not there.
    None: for good."""

    def __post_init__(self) -> None:
        named = [one for one in (self.rule, self.route, self.budget, self.tool, self.setting) if one]
        if len(named) != 1:
            raise ValueError("a line of `without` names one of `rule`, `route`, `budget`, `tool` and `setting`")
        if not self.reason.strip():
            raise ValueError(f"`without` {named[0]}: it needs a reason")
        if self.to == "shadow" and not self.rule:
            raise ValueError(f"`without` {named[0]}: only a rule can be put into shadow")

    @property
    def subject(self) -> str:
        """What it names, as `rw guard diff` does.

        >>> Without(rule="base/crisis", reason="no people are served").subject
        'rule base/crisis'
        """
        for what in ("rule", "route", "budget", "tool"):
            name = getattr(self, what)
            if name:
                return f"{what} {name}"
        return {"unknown": "unknown fields", "fail_modes": "fail modes", "same": "same words"}[self.setting]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPolicy:
    """A named, versioned set of rules; of one that stands on another, as it is read, the rules of both.

    Raises:
        ValueError: If ids or routes repeat, the name is a reserved one, a rule is of another name's pack, or something
            is tightened or left out of nothing.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/guard-policy/v1"] = "roadworthy/guard-policy/v1"
    name: str
    version: str
    title: str
    owner: str
    licence: str
    rules: tuple[GuardRule, ...]
    routes: tuple[Route, ...] = (Route(name="*"),)
    unknown: Unknowns = Unknowns()
    fail_modes: tuple[TierFailMode, ...] = ()
    completions: tuple[Completion, ...] = ()
    budgets: tuple[Budget, ...] = ()
    tools: ToolPolicy | None = None
    """Least privilege for tools. None: calls are judged by the rules alone."""

    extends: str = ""
    """Policy that this one stands on: a shipped pack's, by name, or a file beside it. Empty: none."""

    tighten: tuple[Tighten, ...] = ()
    """Makes rules of the policy beneath stricter."""

    without: tuple[Without, ...] = ()
    """What of the policy beneath is looser here, each with its reason."""

    beneath: tuple[str, ...] = ()
    """Names of the policies that it stands on, nearest first. Set by who reads the files, never written."""

    def __post_init__(self) -> None:
        if self.name in _RESERVED:
            raise ValueError(f"the name {self.name!r} is kept for the guard's own verdicts; give the policy another")
        if not self.extends and (self.tighten or self.without):
            raise ValueError(
                f"guard policy {self.name}: `tighten` and `without` need `extends`: there is nothing beneath"
            )
        for what, names in (
            ("without", [one.subject for one in self.without]),
            ("budget", [budget.name for budget in self.budgets]),
            ("rule", [rule.id for rule in self.rules]),
            ("route", [route.name for route in self.routes]),
            ("completion", [f"{one.category} in {one.locale}" for one in self.completions]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"guard policy {self.name}: {what} {repeated[0]!r} is there twice")
        if any(budget.unit is Unit.AMOUNT for budget in self.budgets):
            raise ValueError(f"guard policy {self.name}: only a limit of a tool (`tools`) counts `amount`, no budget")
        known = tuple(f"{name}/" for name in (self.name, *self.beneath))
        foreign = [rule.id for rule in self.rules if not rule.id.startswith(known)]
        if foreign:
            raise ValueError(f"guard policy {self.name}: rule {foreign[0]!r} must start with {self.name + '/'!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantOverlay:
    """What a tenant adds to the policy. It can tighten only."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/guard-overlay/v1"] = "roadworthy/guard-overlay/v1"
    tenant: str
    version: str
    rules: tuple[GuardRule, ...] = ()
    """Further rules, with ids ``<tenant>/name``."""

    tighten: tuple[Tighten, ...] = ()
    completions: tuple[Completion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """What an incident stops, until a time. Counts only signed by a key of the team, and ends by itself."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/guard-containment/v1"] = "roadworthy/guard-containment/v1"
    id: str
    incident: str
    reason: str
    issued_at: datetime
    expires_at: datetime
    rules: tuple[GuardRule, ...] = ()
    """Further rules, with ids ``containment/name``."""

    tighten: tuple[Tighten, ...] = ()
    tenants: tuple[str, ...] = ()
    """Empty: all."""

    def __post_init__(self) -> None:
        if self.issued_at.tzinfo is None or self.expires_at.tzinfo is None:
            raise ValueError(f"containment {self.id}: times need a time zone")
        if self.expires_at <= self.issued_at:
            raise ValueError(f"containment {self.id} ends before it begins")
        if not self.rules and not self.tighten:
            raise ValueError(f"containment {self.id} stops nothing")
