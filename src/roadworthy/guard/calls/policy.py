"""What a policy says of tools: grants with constraints on each argument, on order, number and origin. Data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.guard.budget.model import Per
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.verdict import Action

_TOOL = re.compile(r"[A-Za-z0-9_.:/*-]{1,128}")
_LIMIT = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
ORIGIN = re.compile(
    r"any|user|operator|model|trusted|document|(?:tool|user-via):[A-Za-z0-9_.:*-]{1,128}(?:/[^\s]{1,128})?"
)
"""How a permitted origin is written (`Argument.origins`)."""


class ArgumentType(StrEnum):
    """What an argument must be."""

    ANY = "any"
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    OBJECT = "object"
    EMAIL = "email"
    URL = "url"
    """Absolute, http or https, without user name or password."""

    DATE = "date"
    """ISO 8601, such as ``2026-11-21``."""

    IBAN = "iban"


MAX_ITEMS = 1_000
"""`Argument.max_items` where a line does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What one argument of a call may be. A list is held to all lines but ``max_items`` item by item.

    Raises:
        ValueError: If a line contradicts itself or an origin is not one.
    """

    __pydantic_config__: ClassVar = STRICT

    name: str
    """Of the argument; ``filter/owner`` for one within an object, ``guests/*/email`` for one of each item of a list.

    Where an argument with a line of its own is a list, what stands below it by name holds for each item. A value with
    lines below it must be an object or a list, unless its own line names another type."""

    type: ArgumentType = ArgumentType.ANY
    required: bool = False
    """Whether it must be given. What says nothing (an empty text, list or object) is not given where `origins` say who
    must have said it."""

    one_of: tuple[str | int | float | bool, ...] = ()
    """Empty: any."""

    pattern: str = ""
    """RE2, of the whole value; of a number, of its digits. Empty: any."""

    minimum: float | None = None
    maximum: float | None = None
    max_chars: int = 100_000
    max_items: int = MAX_ITEMS
    """Of a list. Where it is left out a number or a truth value is one, and no list of them."""

    hosts: tuple[str, ...] = ()
    """For an address: whose host it must be, or below it (``example.com``). Empty: any."""

    same_as: str = ""
    """A fact that it must equal, such as ``principal.id`` or ``principal.attributes.customer``. Empty: none."""

    owned: str = ""
    """Kind of thing that it names and that must belong to the principal, such as ``order``: told by records that
    the run has read (`Result.owner`), or else by the application (`Ownership`), which is asked about at most
    `MAX_QUESTIONS` things for one call. Empty: it need not."""

    origins: tuple[str, ...] = ("any",)
    """Who may have said the value; each part of it must be explained by one of these.

    ``user``: the user wrote it. ``operator``: the team did. ``tool:NAME`` and ``tool:NAME/emails/*/sender``: it is in
    a result (a field of a result) of that tool. ``document``: in a retrieved document. ``trusted``: in anything that
    the policy vouches for. ``user-via:NAME``: it is in a record of that tool's trusted result of which the user named
    another field. ``model``: the model may compose it. ``any``: not asked."""

    carries: Secrecy = Secrecy.SECRET
    """The most secret content that it may carry. Truth values, what equals a fact and a choice between few values
    carry nothing."""

    otherwise: Literal[Action.DENY, Action.ESCALATE] = Action.DENY
    """What follows where its origin or secrecy is not as it must be; all else that is wrong is denied."""

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > 200:
            raise ValueError("an argument needs a `name` of at most 200 characters")
        if not self.origins:
            raise ValueError(
                f"argument {self.name}: `origins` is empty, so that no value would do; leave it out for any"
            )
        wrong = [one for one in self.origins if ORIGIN.fullmatch(one) is None]
        if wrong:
            raise ValueError(
                f"argument {self.name}: {wrong[0][:80]!r} is no origin; use any, user, operator, model, trusted, "
                "document, tool:NAME or user-via:NAME"
            )
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"argument {self.name}: `minimum` {self.minimum} is above `maximum` {self.maximum}")
        if self.max_chars < 0 or self.max_items < 0:
            raise ValueError(f"argument {self.name}: `max_chars` and `max_items` must be >= 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """A call that must have gone before, in this run."""

    __pydantic_config__: ClassVar = STRICT

    tool: str
    same: tuple[tuple[str, str], ...] = ()
    """Pairs of arguments that must be equal: of this call, and of the one before."""

    within_steps: int | None = None
    """None: at any time in the run."""

    confirmed: bool = True
    """Whether its outcome must be confirmed (`Outcome`); False: it is enough that it was let through and came back
    without an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """When a person must say yes to the exact action, and who."""

    __pydantic_config__: ClassVar = STRICT

    when: str = "true"
    """CEL; see ``docs/reference/guard-facts.md``."""

    by: tuple[str, ...] = ()
    """Roles of which the person must have one; empty: the user for whom the run is."""

    distinct: bool = False
    """Whether it must be somebody other than the user."""

    expires_s: int = 300
    """How long a yes holds, 1 to 86,400 seconds."""

    show: Literal["names", "values"] = "names"
    """What the question keeps of the arguments for who answers: their names, or their values as well, without
    credentials and what the policy's rails for personal data and secrets find. `ApprovalRequiredError.arguments` has
    the values in either case, and keeps them nowhere."""

    def __post_init__(self) -> None:
        if not 1 <= self.expires_s <= 86_400:
            raise ValueError(f"`expires_s` must be in 1..86,400, got {self.expires_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much of something may be done."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    limit: int
    """>= 1. Of an amount, in thousandths of its unit."""

    amount: str = ""
    """Name of the argument whose sum counts; empty: calls are counted."""

    per: Per = Per.CONVERSATION
    window_s: int | None = None
    """None: for good."""

    def __post_init__(self) -> None:
        if _LIMIT.fullmatch(self.name) is None or self.limit < 1:
            raise ValueError(f"limit {self.name[:80]!r}: it needs a name like 'refunds-a-day' and a `limit` >= 1")
        if self.window_s is not None and not 1 <= self.window_s <= 31 * 86_400:
            raise ValueError(f"limit {self.name}: `window_s` must be in 1..{31 * 86_400}, got {self.window_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What holds for one field of a tool's result."""

    __pydantic_config__: ClassVar = STRICT

    path: str
    """``/emails/*/sender``; a field without a line is as the result."""

    trusted: bool | None = None
    secrecy: Secrecy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a tool's result is."""

    __pydantic_config__: ClassVar = STRICT

    trusted: bool = False
    """Whether the policy vouches for it. It then counts as trusted only if every text in the arguments was explained
    by what is trusted: a directory that was asked for whom a document named answers with the document's word."""

    secrecy: Secrecy | None = None
    """How secret it is, whatever the call was given. None: `Secrecy.INTERNAL`, and no less than what the call was
    given may carry: a tool says again what it was told."""

    fields: tuple[Field, ...] = ()
    owner: str = ""
    """Field that names the principal to whom a record belongs (``/customer``), beside ``id``; empty: none. Where
    several grants name one for a tool, each counts."""

    id: str = ""
    """Field that names the record (``/order_id``)."""

    kind: str = ""
    """What the record is, as `Argument.owned` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it is told from a result whether the thing happened."""

    __pydantic_config__: ClassVar = STRICT

    holds: str
    """CEL over ``result``, such as ``result.status == 'sent'``. What it does not state is unknown, not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """That a tool writes to or reads from a memory that outlives the run: labels go in and come out with the value."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    key: str
    """Argument that names the entry."""

    value: str = field(default="", repr=False)
    """Argument that is written; empty: the tool reads."""

    per: Literal["principal", "tenant"] = "principal"
    """Whose it is: each principal has entries of their own, or all of a tenant write and read the same ones. The grant
    that writes and the one that reads must say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """That a tool may be called, by whom, with what, how often and after what.

    Where several grants fit a call each must hold: a further grant never loosens another for the same tool.
    """

    __pydantic_config__: ClassVar = STRICT

    tool: str
    """Its name; ``*`` in it stands for anything."""

    effects: tuple[Effect, ...]
    """What it does; at least one."""

    roles: tuple[str, ...] = ()
    """Of which the principal must have one; empty: anybody."""

    scopes: tuple[str, ...] = ()
    """All of which the principal must have."""

    routes: tuple[str, ...] = ()
    when: str = "true"
    """CEL; see ``docs/reference/guard-facts.md``. Where it does not hold, or cannot be told, the call is denied."""

    arguments: tuple[Argument, ...] = ()
    other_arguments: Literal["deny", "allow"] = "deny"
    """What becomes of arguments without a line of their own."""

    after: tuple[After, ...] = ()
    untainted: bool = False
    """Whether it may be called only while nothing untrusted was read in the run."""

    approval: Approval | None = None
    limits: tuple[Limit, ...] = ()
    max_repeats: int | None = None
    """Calls with equal arguments in one run; None: as `ToolPolicy.max_repeats`."""

    result: Result = Result()
    outcome: Outcome | None = None
    memory: Memory | None = None
    pin: Digest | None = None
    """Of the tool's definition (`definition_digest`); None: as `ToolPolicy.pinning`."""

    mode: Literal["enforce", "shadow"] = "enforce"

    def __post_init__(self) -> None:
        if _TOOL.fullmatch(self.tool) is None:
            raise ValueError(f"`tool` must be a tool's name, `*` standing for anything, got {self.tool[:80]!r}")
        if not self.effects:
            raise ValueError(
                f"grant {self.tool}: `effects` must say what the tool does; a tool that only tells has `read`"
            )
        for what, names in (
            ("argument", [one.name for one in self.arguments]),
            ("limit", [one.name for one in self.limits]),
            ("field", [one.path for one in self.result.fields]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"grant {self.tool}: {what} {repeated[0]!r} is there twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolPolicy:
    """Least privilege for tools: what has no grant is denied.

    Raises:
        ValueError: If a limit is less than 1 or two limits of one name differ.
    """

    __pydantic_config__: ClassVar = STRICT

    grants: tuple[Grant, ...] = ()
    max_steps: int = 100
    """Calls in one run."""

    max_depth: int = 4
    """How deep agents may call agents."""

    max_repeats: int = 5
    """Calls of one tool with equal arguments in one run; members that are null or empty count as not there."""

    pinning: Literal["off", "first_use", "required"] = "first_use"
    """Whether a tool's definition may change within a run: not (``first_use``), or only what a grant's ``pin`` names
    may be there at all (``required``)."""

    operator_decides: bool = True
    """Whether what system and developer messages say is trusted. False where clients may send their own."""

    same: tuple[tuple[str, ...], ...] = field(default=())
    """Words that say the same (``[de, germany, deutschland]``): a value may be explained by another of its line."""

    def __post_init__(self) -> None:
        for name in ("max_steps", "max_depth", "max_repeats"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be >= 1, got {getattr(self, name)}")
        known: dict[str, Limit] = {}
        for limit in (limit for grant in self.grants for limit in grant.limits):
            if known.setdefault(limit.name, limit) != limit:
                raise ValueError(
                    f"limit {limit.name!r} is there twice, and not the same: grants that share one repeat it"
                )
