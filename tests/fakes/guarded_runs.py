"""Guards with a small tool policy, a clock that is set by hand, and everything kept in memory."""

from __future__ import annotations

import itertools
import threading
from datetime import datetime, timedelta

from fakes.guard_world import NOW, bundle, rule
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.calls.policy import After, Approval, Argument, Grant, Limit, Memory, Outcome, Result, ToolPolicy
from roadworthy.guard.calls.ports import Answer, Asked
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import Principal
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.verdict import Action

ADA = Principal(id="ada", tenant="acme", roles=("agent",))
EVE = Principal(id="eve", tenant="acme", roles=("agent",))


class SetClock:
    """Says the time that it is set to."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Numbers:
    """Makes ids by counting."""

    def __init__(self) -> None:
        self._lock, self._count = threading.Lock(), itertools.count(1)

    def new(self, noun: str) -> str:
        with self._lock:
            return f"{noun}_{next(self._count)}"


class Owners:
    """Says to whom things belong, by what it was told."""

    def __init__(self, **owners: str) -> None:
        self._owners = owners

    def belongs(self, kind: str, name: str, *, tenant: str, principal: str) -> bool | None:
        owner = self._owners.get(name)
        return None if owner is None else owner == f"{tenant}:{principal}"


def any_arguments(tool: str, *effects: Effect, **fields) -> Grant:
    """Return a grant that asks nothing of arguments unless ``fields`` say otherwise."""
    return Grant(tool=tool, effects=effects or (Effect.READ,), **{"other_arguments": "allow", **fields})


GRANTS = (
    any_arguments("look"),
    any_arguments(
        "pay",
        Effect.PAY,
        limits=(Limit(name="paid", limit=100_000, amount="amount"), Limit(name="payments", limit=3)),
        outcome=Outcome(holds="result.status == 'paid'"),
    ),
    any_arguments("send", Effect.SEND, approval=Approval(by=("manager",), distinct=True, expires_s=60)),
    any_arguments("note", Effect.SEND, approval=Approval()),
    any_arguments(
        "post",
        Effect.SEND,
        arguments=(Argument(name="to", origins=("user",), otherwise=Action.ESCALATE),),
        limits=(Limit(name="posts", limit=1),),
    ),
    any_arguments("close", Effect.DELETE, after=(After(tool="pay"),)),
    any_arguments("order", arguments=(Argument(name="id", owned="order"),), result=Result(trusted=True)),
    any_arguments(
        "remember",
        Effect.REMEMBER,
        arguments=(Argument(name="key"), Argument(name="value")),
        memory=Memory(name="notes", key="key", value="value"),
    ),
    any_arguments(
        "recall",
        arguments=(Argument(name="key"),),
        memory=Memory(name="notes", key="key"),
        result=Result(trusted=True),
    ),
    any_arguments("mail", Effect.SEND, arguments=(Argument(name="to", origins=("user", "trusted")),)),
)


def tool_bundle(*grants: Grant, **fields) -> Bundle:
    """Return a compiled policy with ``grants`` (those of `GRANTS` if there are none); ``fields`` go to the tools."""
    tools = ToolPolicy(grants=grants or GRANTS, **{"max_repeats": 1_000, "max_steps": 10_000, **fields})
    return bundle(rule("animals", "zebra"), tools=tools)


def guard(policy: Bundle | None = None, **fields) -> Guard:
    """Return a guard of a small tool policy."""
    stated = {"clock": SetClock(), "ids": Numbers(), "approvals": InProcessApprovals()}
    return Guard(tool_bundle() if policy is None else policy, **{**stated, **fields})


def say_yes(book: InProcessApprovals, asked: Asked, *, at: datetime, person: str = "max", **fields) -> None:
    """Answer a question with yes."""
    stated = {"roles": ("manager",), "tenant": "acme"}
    book.answer(asked.id, Answer.YES, person=person, at=at, **{**stated, **fields})
