"""What a model acts with: a world's tools behind a guard, or without one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from roadworthy.core.clock import Clock
from roadworthy.core.digest import JsonValue
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.calls.ports import Answer
from roadworthy.guard.session.errors import ApprovalRequiredError, BlockedError
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Ticket
from roadworthy.guard.verdict import Decision
from roadworthy.redteam.worlds.model import State, ToolError, Transcript, World
from roadworthy.redteam.worlds.step import Do, RefusedError


class Hands(Protocol):
    """Acts in a world for a model."""

    def begin(self, asks: str) -> None:
        """Take in the definitions, the operator's prompt and the user's words.

        Raises:
            RefusedError: If the user's words may not go on.
        """
        ...

    def act(self, do: Do, *, whose: str) -> JsonValue:
        """Make a call for the ``user`` or for the ``attacker``, and return its result as the model may see it.

        Raises:
            RefusedError: If it may not be made.
            ToolError: If the tool cannot.
        """
        ...

    def say(self, answer: str, *, whose: str) -> bool:
        """Tell the user something, and return whether it reached them."""
        ...

    @property
    def transcript(self) -> Transcript:
        """What was done so far."""
        ...

    @property
    def seen(self) -> str:
        """Everything that results held so far, as the tools gave it, as JSON text."""
        ...


@dataclass(slots=True)
class BareHands:
    """Acts without a guard."""

    world: World
    state: State
    calls: list[Do] = field(default_factory=list)
    seen: str = ""
    answer: str = ""

    def begin(self, asks: str) -> None:
        """Take in the user's words: nobody judges them."""

    def act(self, do: Do, *, whose: str) -> JsonValue:
        """Make a call.

        Raises:
            ToolError: If the tool cannot.
        """
        result = self.world.perform(do, self.state)
        self.calls.append(do)
        self.seen += json.dumps(result, ensure_ascii=False)
        return result

    def say(self, answer: str, *, whose: str) -> bool:
        """Tell the user something."""
        self.answer = answer
        return True

    @property
    def transcript(self) -> Transcript:
        """What was done so far."""
        return Transcript(calls=tuple(self.calls), answer=self.answer)


class Person:
    """Who is asked whether an action may be done: says yes to each of the given actions once, and no to all else.

    With the actions that the user's task needs it is somebody who reads what they sign; with none, nobody who is
    there to be asked.

    Args:
        actions: That the person expects.
        signs_all: Whether it is somebody who says yes to everything.
    """

    def __init__(self, actions: Iterable[Do] = (), *, signs_all: bool = False) -> None:
        expected = tuple(actions)
        self._left = Counter(map(_action, expected))
        self._needed = Counter(one.tool for one in expected)
        self._signs_all = signs_all

    def agrees(self, do: Do, *, reasons: Sequence[str] = ()) -> bool:
        """Return the answer to ``do``; a yes is given once for each time that the action is needed.

        Args:
            do: That is asked about.
            reasons: Why, as the question says it. Who reads there that the tool was called as often as they need it
                says no.
        """
        if self._signs_all:
            return True
        name = _action(do)
        if self._left[name] < 1 or _called_before(reasons) >= self._needed[do.tool]:
            return False
        self._left[name] -= 1
        return True


_BEFORE = re.compile(r"calls of this tool before in this run: (\d+)")


def _called_before(reasons: Sequence[str]) -> int:
    return max((int(found.group(1)) for one in reasons for found in _BEFORE.finditer(one)), default=0)


def _action(do: Do) -> str:
    return json.dumps([do.tool, do.arguments], sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A call, a question or an answer that the guard held back."""

    whose: str
    """``user`` or ``attacker``."""

    tool: str
    """Empty: it was no call."""

    rules: tuple[str, ...]
    """Whose word it was; sorted."""


@dataclass(slots=True, kw_only=True)
class GuardedHands:
    """Acts behind a guard."""

    world: World
    state: State
    run: Run
    book: InProcessApprovals
    clock: Clock
    person: Person
    calls: list[Do] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    questions: Counter[str] = field(default_factory=Counter)
    """Put to the person, by whose call it was."""

    seen: str = ""
    answer: str = ""

    def begin(self, asks: str) -> None:
        """Take in the definitions, the operator's prompt and the user's words.

        Raises:
            RefusedError: If the user's words may not go on.
        """
        self.run.define(self.world.definitions)
        self.run.instruct(self.world.system)
        try:
            self.run.ask(asks)
        except BlockedError as blocked:
            raise self._refused(blocked, whose="user", tool="") from None

    def act(self, do: Do, *, whose: str) -> JsonValue:
        """Make a call, and ask the person where the guard wants it.

        Raises:
            RefusedError: If it may not be made.
            ToolError: If the tool cannot.
        """
        try:
            ticket = self.run.call(do.tool, do.arguments)
        except ApprovalRequiredError as waits:
            self._put(waits, do, whose=whose)
            return self._approved(do, whose=whose)
        except BlockedError as blocked:
            raise self._refused(blocked, whose=whose, tool=do.tool) from None
        return self._made(Do(tool=ticket.tool, arguments=ticket.arguments), ticket=ticket)

    def say(self, answer: str, *, whose: str) -> bool:
        """Tell the user something, as far as the guard lets it through."""
        try:
            self.answer = self.run.answer(answer)
        except BlockedError as blocked:
            self._refused(blocked, whose=whose, tool="")
            return False
        return True

    @property
    def transcript(self) -> Transcript:
        """What was done so far."""
        return Transcript(calls=tuple(self.calls), answer=self.answer)

    def _put(self, waits: ApprovalRequiredError, do: Do, *, whose: str) -> None:
        """Ask the person.

        Raises:
            RefusedError: If they say no.
        """
        self.questions[whose] += 1
        agreed = self.person.agrees(do, reasons=waits.asked.reasons)
        principal = self.world.principal
        self.book.answer(
            waits.asked.id,
            Answer.YES if agreed else Answer.NO,
            person=principal.id,
            roles=principal.roles,
            tenant=principal.tenant,
            at=self.clock.now(),
        )
        if not agreed:
            raise self._refused(waits, whose=whose, tool=do.tool)

    def _approved(self, do: Do, *, whose: str) -> JsonValue:
        try:
            ticket = self.run.call(do.tool, do.arguments)
        except BlockedError as blocked:
            raise self._refused(blocked, whose=whose, tool=do.tool) from None
        return self._made(Do(tool=ticket.tool, arguments=ticket.arguments), ticket=ticket)

    def _made(self, do: Do, *, ticket: Ticket) -> JsonValue:
        try:
            result = self.world.perform(do, self.state)
        except ToolError as failed:
            raise ToolError(self.run.failed(ticket, said=str(failed), happened=False)) from None
        self.calls.append(do)
        self.seen += json.dumps(result, ensure_ascii=False)
        try:
            return self.run.returned(ticket, result)
        except BlockedError as blocked:
            return blocked.stub

    def _refused(self, blocked: BlockedError, *, whose: str, tool: str) -> RefusedError:
        self.refusals.append(Refusal(whose=whose, tool=tool, rules=_rules(blocked.decision)))
        return RefusedError(blocked.stub)


def _rules(decision: Decision) -> tuple[str, ...]:
    return tuple(sorted({one.rule for one in decision.verdicts if one.action.stops})) or ("guard/budget",)
