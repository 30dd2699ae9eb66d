"""What the guard is asked about: an event with its segments, and the explicit state that it is judged with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.guard.canary import Canary
from roadworthy.guard.run.call import Definition
from roadworthy.guard.run.state import NEW_RUN, RunState
from roadworthy.guard.segment import Segment, shown_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """For whom something is done."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    tenant: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    """What was granted for this request, such as ``mail.send``; tools may need some (`Grant.scopes`)."""

    purpose: str = ""
    """What the data may be used for in this request, such as ``support``; empty: not stated."""

    locale: str = ""
    """BCP 47, such as ``de-AT``; empty: not stated."""

    attributes: tuple[tuple[str, str], ...] = ()
    """Further stated facts, such as ``("age_group", "minor")``; sorted by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownField:
    """A field or an event of a protocol that its adapter does not know. Policy says what becomes of it."""

    __pydantic_config__: ClassVar = STRICT

    path: str = field(repr=False)
    """JSON pointer; of a stream's event, its type."""

    protocol: str
    characters: int
    """Length of its JSON text."""

    @property
    def shown(self) -> str:
        """The path for people and records: names in it that do not read as one are left out, as content may be there.

        >>> UnknownField(path="/metadata/new_field/0", protocol="p", characters=1).shown
        '/metadata/new_field/0'
        >>> UnknownField(path="/metadata/sk-Ab12Cd34Ef", protocol="p", characters=1).shown
        '/metadata/(a name of 13 characters)'
        """
        return shown_path(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an event asks for or has used."""

    __pydantic_config__: ClassVar = STRICT

    input_tokens: int = 0
    output_tokens: int = 0
    """Asked for at most, before; used, after."""

    money: int = 0
    """In millionths of the currency of the budgets."""

    tool_calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing to be judged: a request, an answer, a tool call, a tool result, what was retrieved."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    route: str
    """Name of the route in the policy."""

    at: datetime
    """Aware; when it came."""

    principal: Principal
    segments: tuple[Segment, ...]
    unknown: tuple[UnknownField, ...] = ()
    model: str = ""
    """The model that is asked, as the request names it."""

    protocol: str = "plain"
    usage: Usage = Usage()
    definitions: tuple[Definition, ...] = ()
    """Of the tools that the message offers, sorted by tool."""

    approved: tuple[Digest, ...] = ()
    """Actions (`action_digest`) that a person has approved. Who makes the event has checked it and used it up."""

    depth: int = 0
    """How many agents stand between the user and who asks for the tool calls in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """What stands in the history for content that was blocked, so that the conversation can go on."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    rule: str
    digest: str
    """Keyed digest of the text that it stands for: the same text is known again and is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationState:
    """What an earlier event of the same conversation left for the next. A value: `Decision.state` is the next one."""

    __pydantic_config__: ClassVar = STRICT

    conversation: str = ""
    turns: int = 0
    labels: tuple[str, ...] = ()
    """Labels that the conversation has taken on, sorted."""

    stubs: tuple[Stub, ...] = ()
    sources: tuple[str, ...] = ()
    """Documents that were put into the prompt and may be cited (`Provenance.document`), in order."""

    run: RunState = NEW_RUN
    """What was read, called and written in the run."""

    prompts: tuple[str, ...] = field(default=(), repr=False)
    """What the operator has said to the model so far, and nobody else may hear; kept by who keeps a run
    (`roadworthy.guard.session.run.Run`), in no record."""

    owner: str = ""
    """Digest of tenant and principal, so that it is taken up for nobody else; empty: nobody has said."""

    canaries: tuple[str, ...] = field(default=(), repr=False)
    """Strings that were planted in prompts of this conversation and must not come out; kept as `Canary`."""

    def __post_init__(self) -> None:
        if self.canaries and any(type(one) is not Canary for one in self.canaries):
            object.__setattr__(self, "canaries", tuple(map(Canary, self.canaries)))
