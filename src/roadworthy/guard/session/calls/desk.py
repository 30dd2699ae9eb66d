"""Where a run's calls are asked for, come back and are broken off: tickets, keys, and what is set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from roadworthy.core.digest import Digest, JsonValue
from roadworthy.core.errors import ConflictError
from roadworthy.guard.budget.book import Reservation
from roadworthy.guard.calls.policy import Grant
from roadworthy.guard.calls.wrong import shown
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import Asked, with_call
from roadworthy.guard.engine.passing_on import given_to, least_secret
from roadworthy.guard.event import Event
from roadworthy.guard.flow.ledger import Ledger
from roadworthy.guard.idempotency.keys import Clash, Earlier, KeysError, Place
from roadworthy.guard.protocols.walk import dumped
from roadworthy.guard.run.call import Status
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.run.state import RunState
from roadworthy.guard.session.asking import called, came_back
from roadworthy.guard.session.calls.considering import NOTHING, Calling, Considered
from roadworthy.guard.session.calls.form import as_before, as_json
from roadworthy.guard.session.calls.recollection import Recollection
from roadworthy.guard.session.course import Course
from roadworthy.guard.session.errors import (
    ApprovalRequiredError,
    BlockedError,
    CallOverBudgetError,
    CallRefusedError,
)
from roadworthy.guard.session.memory import MemoryLabelsError, Write, memories
from roadworthy.guard.session.ticket import Ticket
from roadworthy.guard.session.wording import RESULT, call_stub, problem_of, why_refused
from roadworthy.guard.verdict import Decision

_MAX_IDS = 100_000
_NOT_BACK = frozenset((Status.FAILED, Status.BROKEN_OFF))
_TOOL = re.compile(r"[A-Za-z0-9_.:/-]{1,128}")
"""What a tool may be called. The model writes the name, so that anything else may be content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A call that was let through and of which nobody has told the end."""

    ticket: Ticket
    reservation: Reservation | None
    key: Place | None
    writes: tuple[Write, ...] = ()
    """To memories."""

    only_reads: bool = False
    """Whether it does nothing to the world, so that it leaves nothing behind where it fails."""

    is_told: bool = True
    """Whether its end will be told. Of a call in a message that was judged nobody may tell it."""


class Desk:
    """The calls of one run. Whoever uses it holds the lock of its course.

    Args:
        course: Of the run.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._recollection = Recollection(course.outfit, course.state.run, principal=course.principal)
        self._open: dict[str, UnderWay] = {}
        self._ids = {made.call.id for made in course.state.run.calls if made.status is not Status.REFUSED}
        self.aborted: set[str] = set()
        """Ids of calls that were broken off and may have been done."""

    def __len__(self) -> int:
        return len(self._open)

    def call(self, tool: str, arguments: Mapping[str, JsonValue], *, name: str, key: str) -> Ticket:
        """Return a ticket for a call that may be made. See `Run.call`."""
        course = self._course
        if len(self._ids) >= _MAX_IDS:
            raise ConflictError(f"{_MAX_IDS} calls were made in this run", fix="begin another run")
        bundle = course.outfit.bundle
        given = as_json(arguments)
        is_named = _TOOL.fullmatch(tool) is not None
        event = course.event(
            called(tool if is_named else shown(tool), "[]" if given is None else dumped(given), id=name)
        )
        calling = Calling(course.outfit, bundle, event, course.state)
        if not is_named:
            reason = "no tool can have such a name"
            raise self._refuse(bundle, calling.denied(reason, kind="call-malformed"))
        asked = calling.called[0]
        self._check_id(name, bundle, calling)
        if asked.call is None:
            raise self._refuse(bundle, calling.denied(f"it cannot be read: {asked.why}", kind="call-malformed"))
        place = (course.principal.tenant, course.principal.id, course.state.conversation, key) if key else None
        earlier = self._earlier(place, calling, bundle, event=event, name=name, action=asked.action)
        if earlier is not None:
            ticket = Ticket(id=name, tool=tool, arguments=asked.call.arguments, action=asked.action, earlier=earlier)
            return replace(ticket, earlier=replace(earlier, result=self._read_again(ticket, earlier, asked)))
        considered = None
        try:
            considered = calling.consider()
            if considered.decision.stops:
                raise self._refuse(bundle, considered)
            return self.let_through(bundle, considered, calling=calling, key=place)[0]
        except BaseException:
            if considered is not None:
                calling.give_back(considered)
            if place is not None:
                with suppress(KeysError):
                    course.outfit.keys.release(place, ticket=name)
            raise

    def let_through(
        self,
        bundle: Bundle,
        considered: Considered,
        *,
        calling: Calling,
        key: Place | None = None,
        is_told: bool = True,
    ) -> tuple[Ticket, ...]:
        """Note that the calls of an event go on, and return their tickets.

        Args:
            bundle: That let them through.
            considered: What was decided.
            calling: That decided it.
            key: Idempotency key of the only call.
            is_told: Whether their end will be told; else they count as made when the run is broken off.

        Raises:
            CallRefusedError: If the labels of what one writes to a memory cannot be kept.
        """
        course = self._course
        writing = self._writing(bundle, considered, calling=calling)
        try:
            course.noted(bundle, considered.event, considered.decision)
        except BaseException:
            for writes in writing:
                self._recollection.end(writes, status=Status.FAILED)
            raise
        tickets = []
        for one, writes in zip(considered.calls, writing, strict=True):
            self._note_memory(writes)
            call = one.call
            ticket = Ticket(id=call.id, tool=call.tool, arguments=call.arguments, action=one.action)
            before = self._open.pop(call.id, None)
            if before is not None:
                course.outfit.settle(before.reservation, None)
            self._ids.add(call.id)
            self._open[call.id] = UnderWay(
                ticket=ticket,
                reservation=one.reservation,
                key=key,
                writes=writes,
                only_reads=bundle.tools is not None and set(bundle.tools.terms(call.tool).effects) == {Effect.READ},
                is_told=is_told,
            )
            tickets.append(ticket)
        return tuple(tickets)

    def returned(self, ticket: Ticket, result: JsonValue) -> JsonValue:
        """Return a tool's result as the model may see it. See `Run.returned`."""
        under_way = self._under_way(ticket)
        seen = self._seen(result, ticket=ticket, status=Status.RETURNED)
        del self._open[ticket.id]
        self._over(under_way, status=self._status(ticket))
        self._course.outfit.settle(under_way.reservation, None)
        if under_way.key is not None:
            # Where it cannot be kept the key stays under way: what was done is not done again.
            with suppress(KeysError):
                self._course.outfit.keys.done(under_way.key, seen, ticket=ticket.id)
        return seen

    def failed(self, ticket: Ticket, said: str, *, happened: bool | None) -> str:
        """Return the words of a tool that raised, as the model may see them. See `Run.failed`."""
        under_way = self._under_way(ticket)
        is_undone = self._is_undone(under_way, happened=happened)
        status = Status.FAILED if is_undone else Status.BROKEN_OFF
        seen = self._seen(said or "The tool failed.", ticket=ticket, status=status)
        del self._open[ticket.id]
        self._over(under_way, status=Status.FAILED)
        self._undo(under_way) if is_undone else self._doubt(under_way)
        return seen if isinstance(seen, str) else dumped(seen)

    def abort(self, *, happened: bool | None) -> None:
        """Break off what is under way. See `Run.abort`."""
        for name in list(self._open):
            under_way = self._open.pop(name)
            if not under_way.is_told:
                self.aborted.add(name)
                self._course.outfit.settle(under_way.reservation, None)
                continue
            is_undone = self._is_undone(under_way, happened=happened)
            status = Status.FAILED if is_undone else Status.BROKEN_OFF
            self._course.state = replace(self._course.state, run=_with_status(self._course.state.run, name, status))
            self._undo(under_way) if is_undone else self._doubt(under_way)

    def _writing(self, bundle: Bundle, considered: Considered, *, calling: Calling) -> list[tuple[Write, ...]]:
        """Keep the labels of what each call is about to write to a memory."""
        tools = bundle.tools
        writing: list[tuple[Write, ...]] = []
        try:
            for one in considered.calls:
                grants = [] if tools is None else [grant.grant for grant in tools.terms(one.call.tool).enforced]
                same = () if tools is None else tools.same
                arguments, run = one.call.arguments, self._course.state.run
                writing.append(self._recollection.begin(arguments, run, grants=grants, same=same))
        except MemoryLabelsError:
            for writes in writing:
                self._recollection.end(writes, status=Status.FAILED)
            reason = "the labels of a memory cannot be kept"
            raise self._refuse(bundle, calling.denied(reason, kind="memory-failed", degraded=True)) from None
        return writing

    def _over(self, under_way: UnderWay, *, status: Status) -> None:
        if under_way.writes:
            self._recollection.end(under_way.writes, status=status)
            self._note_memory(under_way.writes)

    def _note_memory(self, writes: tuple[Write, ...]) -> None:
        if writes:
            course = self._course
            course.state = replace(course.state, run=self._recollection.noted(writes, course.state.run))

    def _status(self, ticket: Ticket) -> Status:
        made = (one.status for one in reversed(self._course.state.run.calls) if one.call.id == ticket.id)
        return next(made, Status.RETURNED)

    def _earlier(
        self, place: Place | None, calling: Calling, bundle: Bundle, *, event: Event, name: str, action: Digest
    ) -> Earlier | None:
        if place is None:
            return None
        try:
            begun = self._course.outfit.keys.begin(place, action, ticket=name, at=event.at)
        except KeysError:
            reason = "the book of idempotency keys cannot be asked"
            raise self._refuse(bundle, calling.denied(reason, kind="keys-failed", degraded=True)) from None
        if not isinstance(begun, Clash):
            return begun
        raise self._refuse(
            bundle, calling.denied(f"its idempotency key cannot be used: {begun.value}", kind=begun.value)
        )

    def _read_again(self, ticket: Ticket, earlier: Earlier, asked: Asked) -> JsonValue:
        """Return the result of a call that was made before, as the model may see it now.

        Where this run read it, it is what it was; else nobody knows any more what explained the call.
        """
        course, before = self._course, self._course.state
        came_back = (Status.RETURNED, Status.CONFIRMED)
        for made in before.run.calls:
            if (made.call.id, made.repeated) == (earlier.ticket, asked.repetition) and made.status in came_back:
                return self._seen(earlier.result, ticket=replace(ticket, id=made.call.id), status=made.status)
        tools = course.outfit.bundle.tools
        if tools is not None:
            given = given_to(tools, asked.call, before.run.ledger)
            run = with_call(tools, before.run, asked, status=Status.BROKEN_OFF, is_explained=False, given=given)
            course.state = replace(before, run=run)
        try:
            return self._seen(earlier.result, ticket=ticket, status=Status.BROKEN_OFF)
        finally:
            # It was not made again.
            course.state = replace(course.state, run=replace(course.state.run, calls=before.run.calls))

    def _refuse(self, bundle: Bundle, considered: Considered) -> BlockedError:
        """Note that a call was refused, and return what to raise."""
        decision = considered.decision
        self._course.noted(bundle, considered.event, decision)
        problem, message = problem_of(decision, "a tool call"), decision.message
        if considered.asked:
            asked = considered.asked[0]
            return ApprovalRequiredError(
                problem,
                decision=decision,
                message=message,
                stub=call_stub("waits"),
                asked=asked,
                arguments=considered.shown,
                fix=f"have question {asked.id} answered, and make the same call again",
            )
        stub = call_stub(_why(decision))
        if considered.over_budget:
            wait = considered.retry_after_s
            return CallOverBudgetError(problem, decision=decision, message=message, stub=stub, retry_after_s=wait)
        return CallRefusedError(problem, decision=decision, message=message, stub=stub)

    def _seen(self, result: JsonValue, *, ticket: Ticket, status: Status) -> JsonValue:
        """Judge what came back, and go on from it. Where anything raises, nothing has changed."""
        course = self._course
        bundle = course.outfit.bundle
        event = course.event((came_back(result, tool=ticket.tool, id=ticket.id),))
        before = course.state
        if status in _NOT_BACK:
            # First of all: the words of an error are nobody's that the policy vouches for.
            course.state = replace(before, run=_with_status(before.run, ticket.id, status))
        try:
            decision = course.judged(bundle, event)
        except BaseException:
            course.state = before
            raise
        seen: JsonValue = RESULT
        if not decision.stops:
            text = apply(decision, event)[0].text
            seen = as_before(text, result, was=event.segments[0].text)
            grants = () if bundle.tools is None else bundle.tools.terms(ticket.tool).enforced
            ledger = self._recalled(text, ticket, before.run, grants=[one.grant for one in grants], status=status)
            if ledger is not None:
                course.state = replace(course.state, run=replace(course.state.run, ledger=ledger))
        course.state = replace(course.state, run=_with_status(course.state.run, ticket.id, status))
        return seen

    def _recalled(
        self, text: str, ticket: Ticket, before: RunState, *, grants: Sequence[Grant], status: Status
    ) -> Ledger | None:
        """Return the ledger after what came back of a memory; None: the call reads none."""
        tools, run = self._course.outfit.bundle.tools, self._course.state.run
        if tools is None or not memories(grants, writes=False):
            return None
        is_error = status in _NOT_BACK
        made = next((one for one in reversed(run.calls) if one.call.id == ticket.id), None)
        least = least_secret(tools, made, before.ledger, tool=ticket.tool, is_error=is_error)
        return self._recollection.read(text, ticket, before, grants=grants, failed=is_error, least=least)

    def _under_way(self, ticket: Ticket) -> UnderWay:
        if ticket.earlier is not None:
            raise ConflictError(
                f"the call {ticket.id[:80]!r} was made before under its key, and has no end of its own",
                fix="give the model `ticket.earlier.result`, and do not make the call again",
            )
        under_way = self._open.get(ticket.id)
        if under_way is None or under_way.ticket.action != ticket.action:
            raise ConflictError(
                f"the ticket {ticket.id[:80]!r} is not open in this run", fix="tell the end of each call once"
            )
        return under_way

    def _check_id(self, name: str, bundle: Bundle, calling: Calling) -> None:
        """Refuse a call whose id another call has: nobody could tell which of them a result is of."""
        if name not in self._ids:
            return
        made = [one for one in self._course.state.run.calls if one.call.id == name and one.status is not Status.REFUSED]
        if any(one.repeated != calling.called[0].repetition for one in made):
            raise self._refuse(bundle, calling.denied("another call has its id", kind="call-id-taken"))
        raise ConflictError(f"a call {name[:80]!r} was made in this run", fix="give each call its own id")

    def _is_undone(self, under_way: UnderWay, *, happened: bool | None) -> bool:
        """Return whether it is known that a call that did not come back has left nothing behind.

        The words of an error never tell: who wrote them may have done it, or not know.
        """
        return happened is False or under_way.only_reads or self._status(under_way.ticket) is Status.FAILED

    def _doubt(self, under_way: UnderWay) -> None:
        """Count a call as made that may have been."""
        self.aborted.add(under_way.ticket.id)
        self._course.outfit.settle(under_way.reservation, None)
        if under_way.key is not None:
            with suppress(KeysError):
                self._course.outfit.keys.doubt(under_way.key, ticket=under_way.ticket.id)

    def _undo(self, under_way: UnderWay) -> None:
        self._course.outfit.settle(under_way.reservation, NOTHING)
        if under_way.key is not None:
            with suppress(KeysError):
                self._course.outfit.keys.release(under_way.key, ticket=under_way.ticket.id)


def _with_status(run: RunState, name: str, status: Status) -> RunState:
    """Return ``run`` with what became of a call, unless its result told more already."""
    for place in range(len(run.calls) - 1, -1, -1):
        made = run.calls[place]
        if made.call.id != name or made.status is Status.REFUSED:
            continue
        if made.status is Status.LET_THROUGH or (status in _NOT_BACK and made.status is not status):
            calls = (*run.calls[:place], replace(made, status=status), *run.calls[place + 1 :])
            return replace(run, calls=calls)
        break
    return run


def _why(decision: Decision) -> str:
    kinds = {kind for one in decision.verdicts for kind in one.kinds}
    for clash, why in ((Clash.UNDER_WAY, "under way"), (Clash.NOT_KNOWN, "not known")):
        if clash.value in kinds:
            return why
    return "conflict" if Clash.OTHER_ACTION.value in kinds else why_refused(decision)
