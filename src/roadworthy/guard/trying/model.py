"""Cases of a guard policy as people write them, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.segment import Channel, Provenance, Role, SourceKind, Stage
from roadworthy.guard.verdict import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """For whom a case is asked."""

    __pydantic_config__: ClassVar = STRICT

    id: str = "ana"
    tenant: str = "acme"
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    purpose: str = ""
    locale: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    owns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What belongs to them, by `Argument.owned`: ``{order: ["1001"]}``. Of all else it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One text of an event. What is left out is what the stage usually has."""

    __pydantic_config__: ClassVar = STRICT

    stage: Stage
    text: str = field(repr=False)
    times: int = 1
    """How often the text stands there, for long ones; 1 to 1,000,000."""

    channel: Channel | None = None
    role: Role | None = None
    source: SourceKind | None = None
    tool: str = ""
    labels: tuple[str, ...] = ()
    provenance: Provenance | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.times <= 1_000_000:
            raise ValueError(f"`times` must be in 1..1,000,000, got {self.times}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of a protocol."""

    __pydantic_config__: ClassVar = STRICT

    protocol: str
    """Such as ``openai.chat.request``."""

    body: object = None
    """Its JSON value."""

    file: str = ""
    """A JSON file beside the cases, in place of ``body``."""

    tool: str = ""
    """For ``plain.arguments`` and ``plain.result``: the tool that is called."""

    def __post_init__(self) -> None:
        if (self.body is None) == (not self.file):
            raise ValueError("a message has either `body` or `file`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened in the run before; exactly one of its lines is there.

    Raises:
        ValueError: If it has none of them or several, or a result without its call.
    """

    __pydantic_config__: ClassVar = STRICT

    user: str = field(default="", repr=False)
    """What the user said."""

    operator: str = field(default="", repr=False)
    document: str = field(default="", repr=False)
    """What was retrieved."""

    trust: str = "untrusted"
    """Of the document, as `Provenance.trust` has it."""

    call: str = ""
    """A tool that was called."""

    arguments: dict[str, Any] = field(default_factory=dict, repr=False)
    result: object = field(default=None, repr=False)
    """What it gave back, a JSON value; null: it did not come back."""

    refused: bool = False
    """Whether the guard is expected to hold it back. A line that it holds back, and that does not say so, is a miss:
    nothing of it would have happened."""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.user, self.operator, self.document, self.call))) != 1:
            raise ValueError("a line of `run` has one of `user`, `operator`, `document` and `call`")
        if not self.call and (self.arguments or self.result is not None):
            raise ValueError("`arguments` and `result` belong to a `call`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What earlier events of the conversation left."""

    __pydantic_config__: ClassVar = STRICT

    turns: int = 0
    labels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    canaries: tuple[str, ...] = field(default=(), repr=False)
    run: tuple[Happened, ...] = ()
    """What was said, read and called in the run, in order; each step is judged by the policy, and what it refuses
    leaves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A run before a message, in a file of its own, and the person that it is for."""

    __pydantic_config__: ClassVar = STRICT

    run: tuple[Happened, ...]
    """As `Before.run`."""

    person: Person = Person()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the policy must say."""

    __pydantic_config__: ClassVar = STRICT

    action: Action
    rules: tuple[str, ...] = ()
    """Exactly the rules that fire, the engine's own (``guard/…``) among them."""

    kinds: tuple[str, ...] = ()
    """What must be among what was found."""

    text: str | None = field(default=None, repr=False)
    """What goes on of the first part, or of the message's first text; None: not asked."""

    completion: str = ""
    """Id of the safe completion, such as ``secret/en``; empty: not asked."""

    shadow: tuple[str, ...] = ()
    """Exactly the rules in shadow mode that would have fired."""

    def __post_init__(self) -> None:
        acting = [rule for rule in self.rules if not rule.startswith("guard/")]
        if self.action is Action.ALLOW and acting:
            raise ValueError(f"where {acting[0]} fires nothing is allowed as it is: `action` or `rules` is wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardCase:
    """One event, and what the policy must say of it.

    Raises:
        ValueError: If it has not exactly one of ``parts``, ``message`` and ``unknown``.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    about: str
    """What it shows, in one sentence."""

    expect: Expected
    parts: tuple[Part, ...] = ()
    message: Message | None = None
    unknown: str = ""
    """Path of a field that no adapter knows."""

    route: str = "*"
    person: Person = Person()
    before: Before = Before()
    approved: bool = False
    """Whether a person has said yes to exactly the calls in it."""

    self_test: bool = False
    """Whether a guard may only start if it stops or changes this."""

    def __post_init__(self) -> None:
        if sum((bool(self.parts), self.message is not None, bool(self.unknown))) != 1:
            raise ValueError(f"case {self.id}: give one of `parts`, `message` and `unknown`")
        if self.self_test and self.expect.action is Action.ALLOW:
            raise ValueError(f"case {self.id}: what a guard must stop to start cannot be allowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardCases:
    """The cases of one policy.

    Raises:
        ValueError: If two cases have the same id, or there is none.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/guard-cases/v1"] = "roadworthy/guard-cases/v1"
    policy: str
    """Name of the policy."""

    cases: tuple[GuardCase, ...]
    survivors: dict[str, str] = field(default_factory=dict)
    """Changes that no case can notice, by `Mutant.id`, each with the reason."""

    def __post_init__(self) -> None:
        if not self.cases:
            raise ValueError("there is no case")
        ids = [case.id for case in self.cases]
        repeated = sorted({one for one in ids if ids.count(one) > 1})
        if repeated:
            raise ValueError(f"case {repeated[0]!r} is there twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A case that was not met."""

    case: str
    mode: str
    """``whole``, or how the stream was let through."""

    wanted: str
    got: str
