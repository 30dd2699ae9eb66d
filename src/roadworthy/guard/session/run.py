"""One run of an agent or a conversation: what is asked, read, called and answered in it, each by the guard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from roadworthy.core.digest import JsonValue
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.event import ConversationState, Principal, Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.definitions import definitions_of
from roadworthy.guard.segment import Segment
from roadworthy.guard.session.asking import (
    answered,
    checked_json,
    checked_list,
    checked_name,
    checked_text,
    defined,
    fetched,
    instructed,
    spoken,
)
from roadworthy.guard.session.calls.desk import Desk
from roadworthy.guard.session.course import Course
from roadworthy.guard.session.outcomes import EffectOutcome, outcomes_of
from roadworthy.guard.session.outfit import Outfit
from roadworthy.guard.session.stream import RunStream
from roadworthy.guard.session.ticket import Chunk, Judged, Ticket
from roadworthy.guard.session.turn import Turn
from roadworthy.guard.session.whole import as_composed, judged_whole
from roadworthy.guard.session.wording import ANSWER, MESSAGE


class Run:
    """One run. Made by `Guard.run`; safe for calls from several threads, which it judges one after the other.

    Each method happens whole or not at all: one that raises leaves nothing set aside, and of the state only what was
    refused. As a context manager it breaks off what is under way at its end.
    """

    def __init__(
        self, outfit: Outfit, *, principal: Principal, route: str, state: ConversationState, depth: int
    ) -> None:
        self._course = Course(outfit, principal=principal, route=route, state=state, depth=depth)
        self._desk = Desk(self._course)
        self._turn = Turn(self._course)

    def __repr__(self) -> str:
        course = self._course
        return f"Run(conversation={course.state.conversation!r}, route={course.route!r}, open={len(self._desk)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    @property
    def state(self) -> ConversationState:
        """What the next event is judged with. A value: it can be kept, and given to `Guard.run` again."""
        with self._course.lock:
            return self._course.state

    @property
    def conversation(self) -> str:
        """Id of the run, as budgets and approvals know it."""
        return self._course.state.conversation

    @property
    def principal(self) -> Principal:
        """For whom it is."""
        return self._course.principal

    @property
    def route(self) -> str:
        """Name of the route in the policy."""
        return self._course.route

    @property
    def depth(self) -> int:
        """How many agents stand between the user and this one."""
        return self._course.depth

    def define(self, definitions: Sequence[JsonValue]) -> None:
        """State the definitions of tools, as any protocol writes them.

        Raises:
            BlockedError: If one is not as it was before in this run or as it is pinned, or says what no tool may say.
                None of them is taken then.
            ConfigError: If one is nothing that JSON can say.
        """
        with self._course.lock:
            for definition in checked_list(definitions, of=object, what="the definitions of tools"):
                checked_json(definition, what="the definition of a tool")
            if not definitions:
                return
            course = self._course
            bundle = course.outfit.bundle
            event = replace(course.event(defined(definitions)), definitions=definitions_of(definitions))
            decision = course.judged(bundle, event)
            if decision.stops:
                raise course.blocked(decision, event, what="a tool's definition", stub=MESSAGE)

    def instruct(self, text: str) -> str:
        """Return the operator's prompt as it may go on.

        Raises:
            BlockedError: If it may not.
        """
        with self._course.lock:
            segment = instructed(checked_text(text, what="the prompt"), turn=self._course.next_message())
            passed = self._course.passed(segment, what="a prompt", stub=MESSAGE)
            self._course.instructed((text, passed))
            return passed

    def ask(self, text: str, *, usage: Usage | None = None, from_user: bool | None = None) -> str:
        """Return the user's words as they may go on.

        The budgets of the policy are asked, and what it takes is set aside until `answer`, the next turn or the end.

        Args:
            text: What the user wrote, or an agent for this one: that is nobody's word, and explains nothing.
            usage: What the turn asks for at most; what it does not state is assumed by each budget.
            from_user: Whether the user wrote it, to the letter; None: where the user speaks to this agent (`depth` 0).

        Raises:
            BlockedError: If they may not; its ``stub`` stands for them in the history.
            BudgetExhaustedError: If a budget has not enough left.
        """
        with self._course.lock:
            segment = spoken(checked_text(text, what="the user's words"), turn=self._course.next_message())
            if not self._is_from_user(from_user):
                segment = as_composed(segment)
            return self._turn.begin(segment, usage=Usage() if usage is None else usage)

    def retrieved(self, chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
        """Return what was fetched as it may be put into a prompt. A chunk that is held back is a stub.

        Raises:
            BlockedError: If none of it may go on.
        """
        with self._course.lock:
            for chunk in checked_list(chunks, of=Chunk, what="what was retrieved"):
                checked_text(chunk.text, what="a chunk")
            if not chunks:
                return ()
            course = self._course
            bundle, event = course.outfit.bundle, course.event(fetched(chunks))
            decision = course.judged(bundle, event)
            if decision.stops:
                raise course.blocked(decision, event, what="what was retrieved", stub=MESSAGE)
            passed: tuple[Segment, ...] = apply(decision, event)
            return tuple(replace(chunk, text=one.text) for chunk, one in zip(chunks, passed, strict=True))

    def call(self, tool: str, arguments: Mapping[str, JsonValue], *, id: str = "", key: str = "") -> Ticket:
        """Return a ticket for a call that may be made.

        Args:
            tool: Its name.
            arguments: A JSON object.
            id: Of the call, as the protocol has it; empty: a new one.
            key: Idempotency key: it names one effect of this run, which is made once; empty: none.

        Raises:
            CallRefusedError: If it may not; ``stub`` is what to give the model as its result.
            ApprovalRequiredError: If a person must say yes first. The same call again then takes the yes.
            ConfigError: If ``tool`` is no text, or ``id`` or ``key`` is no name.
            ConflictError: If this call was made in this run with this id; another call with it is refused.
        """
        checked_text(tool, what="tool")
        for what, name in (("id", id), ("key", key)):
            if name != "":
                checked_name(name, what=what)
        with self._course.lock:
            return self._desk.call(tool, arguments, name=id or self._course.outfit.ids.new("call"), key=key)

    def returned(self, ticket: Ticket, result: JsonValue) -> JsonValue:
        """Return a tool's result as the model may see it; what is held back is a stub.

        What was set aside for the call is spent.

        Raises:
            ConflictError: If the ticket is not open in this run.
            ConfigError: If ``result`` is nothing that JSON can say; the ticket is then still open.
        """
        with self._course.lock:
            return self._desk.returned(ticket, checked_json(result, what="the result"))

    def failed(self, ticket: Ticket, *, said: str = "", happened: bool | None = None) -> str:
        """Return the words of a tool that raised, as the model may see them.

        A tool that raises may have done its work: what was set aside for the call is spent, its key stays taken, and
        its outcome is not known. Only where it is known that nothing was done is it released, and its key may be used
        again: ``happened`` says so, or the call does nothing but read.

        Args:
            ticket: Of the call.
            said: The words of the error.
            happened: False: nothing was done, as whoever made the call knows. Else it may have been.

        Raises:
            ConflictError: If the ticket is not open in this run.
        """
        with self._course.lock:
            return self._desk.failed(ticket, checked_text(said, what="the error"), happened=happened)

    def answer(self, text: str, *, used: Usage | None = None) -> str:
        """Return what the model said to the user, as it may be shown.

        Args:
            text: What it said.
            used: What the turn used; None: as much as was set aside for it.

        Raises:
            BlockedError: If it may not be shown.
        """
        with self._course.lock:
            segment = answered(checked_text(text, what="the answer"))
            try:
                return self._course.passed(segment, what="an answer", stub=ANSWER)
            finally:
                self._turn.end(used)

    def stream(self, *, used: Usage | None = None) -> RunStream:
        """Return what judges an answer that comes bit by bit.

        Args:
            used: What the turn used; None: as much as was set aside for it.
        """
        with self._course.lock:
            return self._turn.stream(answered(""), used=used)

    def judge(
        self,
        decoded: Decoded,
        *,
        id: str = "",
        protocol: str = "plain",
        in_turn: bool = False,
        from_user: bool | None = None,
    ) -> Judged:
        """Judge a message of any protocol. Nothing is raised where it is stopped.

        Calls in it are judged, and their limits and approvals with them; a call that is let through has a ticket.

        Args:
            decoded: As its codec read it.
            id: Of the event; empty: a new one.
            protocol: As the codec names it.
            in_turn: Whether it asks a model, so that the budgets are asked for it: it is part of the turn that is
                under way, or begins one. Where it goes on, `used` must follow with its `Judged.turn`.
            from_user: Whether what it has as the user's words is the user's, as for `ask`.
        """
        with self._course.lock:
            turn, is_own = self._turn if in_turn else None, self._is_from_user(from_user)
            return judged_whole(
                self._course, self._desk, decoded, id=id, protocol=protocol, turn=turn, from_user=is_own
            )

    def _is_from_user(self, stated: bool | None) -> bool:
        return self.depth == 0 if stated is None else stated

    def used(self, turn: int, usage: Usage | None) -> None:
        """Say what a message of a turn used. When all of its messages have said so, the turn is over and settled.

        Args:
            turn: As `Judged.turn` has it; of a turn that is over nothing happens.
            usage: Tokens and money; None: nobody knows, so that as much as was set aside counts.
        """
        with self._course.lock:
            self._turn.leave(turn, usage)

    def outcomes(self) -> tuple[EffectOutcome, ...]:
        """Return of each call that does more than read whether it happened, did not, or is not known."""
        with self._course.lock:
            return outcomes_of(self._course.state.run.calls, aborted=frozenset(self._desk.aborted))

    def abort(self, *, happened: bool | None = None) -> None:
        """Break off what is under way. May be said any number of times.

        Calls that were handed out may have been made, and count as `failed` has it: what was set aside for those that
        do more than read is spent.

        Args:
            happened: False: none of the calls under way did anything. Else each may have.
        """
        with self._course.lock:
            self._desk.abort(happened=happened)
            self._turn.end(None)
