"""The way of tool calls through the guard: judged, what they may use set aside, a person's yes taken last."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from roadworthy.core.digest import Digest
from roadworthy.guard.approvals.answering import AnsweredNoError, is_as_strict
from roadworthy.guard.budget.admission import refusal
from roadworthy.guard.budget.book import BudgetsError, Draw, Exhausted, Full, Reservation
from roadworthy.guard.calls.ports import ApprovalsError, Asked, ShownArgument
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import Asked as Called
from roadworthy.guard.engine.calling import asked_calls
from roadworthy.guard.engine.deciding import decision_of
from roadworthy.guard.event import ConversationState, Event, Usage
from roadworthy.guard.policy.model import FailMode
from roadworthy.guard.run.call import Call
from roadworthy.guard.session.calls.draws import AmountError, call_draws, limit_draws
from roadworthy.guard.session.calls.showing import shown_arguments
from roadworthy.guard.session.calls.waiting import question
from roadworthy.guard.session.outfit import Outfit
from roadworthy.guard.verdict import Action, Decision, Verdict

NOTHING = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Let:
    """A call that may be made."""

    call: Call = field(repr=False)
    """As it may go on, edits applied."""

    action: Digest
    """As it was asked for."""

    reservation: Reservation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What is decided of an event with calls, and what is set aside for them."""

    decision: Decision
    event: Event = field(repr=False)
    """As it was judged at last."""

    calls: tuple[Let, ...] = ()
    """None where it is stopped."""

    asked: tuple[Asked, ...] = ()
    """The questions that it waits for."""

    shown: tuple[ShownArgument, ...] = field(default=(), repr=False)
    """Arguments of the call that the first question is about, for the eyes of who is asked."""

    used: tuple[Asked, ...] = ()
    """The questions whose yes it has used up."""

    over_budget: bool = False
    retry_after_s: float | None = None


class Calling:
    """Decides one event with any number of calls by one bundle.

    Args:
        outfit: Of the guard.
        bundle: The policy, taken once.
        event: With the segments of the calls.
        state: That it is judged with.
    """

    def __init__(self, outfit: Outfit, bundle: Bundle, event: Event, state: ConversationState) -> None:
        self._outfit, self._bundle, self._event, self._state = outfit, bundle, event, state
        self.called = asked_calls(event, state)
        """The calls as they were asked for."""

    def consider(self) -> Considered:
        """Return what is decided.

        A yes is taken last, after everything else let the call through: nothing that refuses the call uses it up. It
        opens nothing that is denied, since the call is judged again with it. Where several calls of one event need a
        person each, all questions are put at once, and no yes is used up before the last of them is there.
        """
        decision = self._outfit.judged(self._bundle, self._event, self._state)
        if not decision.stops:
            return self._with_budgets(decision, self._event, needs_yes=False)
        if decision.action is not Action.ESCALATE or not self.called:
            return Considered(decision=decision, event=self._event)
        # What the policy edits is another action than what was asked for; the yes to the one covers the other.
        edited = asked_calls(self._event, self._state, said=decision.verdicts)
        actions = sorted({one.action for one in (*self.called, *edited) if one.action})
        approved = replace(self._event, approved=tuple(actions))
        if_approved = self._outfit.judged(self._bundle, approved, self._state)
        if if_approved.stops:
            return Considered(decision=decision, event=self._event)
        considered = self._with_budgets(if_approved, approved, needs_yes=True)
        return considered if considered.decision.stops else self._with_yes(considered, decision)

    def give_back(self, considered: Considered) -> None:
        """Release what was set aside, and make a yes that was used up count again."""
        self._release(considered.calls)
        self._unused(considered.used)

    def denied(self, reason: str, *, kind: str, degraded: bool = False) -> Considered:
        """Return the denial of the event for what no rule says."""
        verdict = Verdict(
            action=Action.DENY,
            rule=f"guard/{kind}",
            rail="session",
            segment=None,
            reason=reason,
            kinds=(kind,),
            degraded=degraded,
        )
        return self._refused(verdict)

    def _with_budgets(self, decision: Decision, event: Event, *, needs_yes: bool) -> Considered:
        is_edited = any(one.edits for one in decision.verdicts)
        going_on = asked_calls(event, self._state, said=decision.verdicts) if is_edited else self.called
        calls: list[Let] = []
        for was, one in zip(self.called, going_on, strict=True):
            call = one.call
            if call is None and self._bundle.tools is None:
                # A policy that says nothing of tools lets pass what cannot be read, and still counts it.
                call = Call(id=one.id, tool=was.tool, arguments={})
            if call is None or call.tool != was.tool:
                self._release(calls)
                return self.denied("what the policy changes leaves no call that can be made", kind="call-malformed")
            let = self._set_aside(call, was.action, needs_yes=needs_yes)
            if not isinstance(let, Let):
                self._release(calls)
                return let
            calls.append(let)
        return Considered(decision=decision, event=event, calls=tuple(calls))

    def _set_aside(self, call: Call, action: Digest, *, needs_yes: bool) -> Let | Considered:
        try:
            draws = self._draws(call)
        except AmountError as error:
            return self.denied(str(error), kind="limit-amount")
        if not draws:
            return Let(call=call, action=action)
        try:
            answer = self._outfit.budgets.reserve(draws, at=self._event.at)
        except BudgetsError:
            if self._bundle.is_open and self._bundle.fail_mode is FailMode.OPEN and not needs_yes:
                return Let(call=call, action=action)
            return self.denied("the budgets could not be asked", kind="budgets-failed", degraded=True)
        if isinstance(answer, Reservation):
            return Let(call=call, action=action, reservation=answer)
        return self._over(answer)

    def _draws(self, call: Call) -> tuple[Draw, ...]:
        tools = self._bundle.tools
        grants = () if tools is None else tools.terms(call.tool).enforced
        limits = [limit for grant in grants for limit in grant.grant.limits]
        of = self._state.conversation
        return (
            *call_draws(self._bundle.policy.budgets, self._event, conversation=of),
            *limit_draws(limits, call.arguments, self._event, conversation=of),
        )

    def _with_yes(self, considered: Considered, escalated: Decision) -> Considered:
        """Take the yes to exactly these actions, or ask for them and give back what was set aside."""
        places = {one.segment for one in escalated.verdicts if one.action is Action.ESCALATE}
        waiting = [one for one in self.called if one.segment in places]
        used: tuple[Asked, ...] = ()
        try:
            used = self._taken([self._question(escalated, one, ()) for one in waiting])
            return replace(considered, used=used) if used else self._asking(escalated, waiting)
        except AnsweredNoError:
            return self.denied("a person said no to exactly this, and the no stands", kind="approval-no")
        except ApprovalsError:
            return Considered(decision=escalated, event=self._event)
        finally:
            if not used:
                self._release(considered.calls)

    def _taken(self, questions: Sequence[Asked]) -> tuple[Asked, ...]:
        """Use up the yes to each of ``questions``; where one is not there, none is used up.

        A yes that was given under another policy counts where that asked no less of it.
        """
        book, who = self._outfit.approvals, self._event.principal
        used: list[Asked] = []
        if book is None:
            return ()
        is_complete = False
        try:
            for asked in questions:
                one = book.use(asked.action, tenant=who.tenant, at=self._event.at)
                if one is None:
                    return ()
                used.append(one)
                if not is_as_strict(one, asked):
                    return ()
            is_complete = True
            return tuple(used)
        finally:
            if not is_complete:
                self._unused(used)

    def _unused(self, used: Sequence[Asked]) -> None:
        """Make each yes count again, as far as the book can be asked."""
        book = self._outfit.approvals
        if book is None:
            return
        for one in used:
            with suppress(ApprovalsError):
                book.give_back(one, at=self._event.at)

    def _asking(self, escalated: Decision, waiting: list[Called]) -> Considered:
        book = self._outfit.approvals
        if book is None:
            return Considered(decision=escalated, event=self._event)
        if len({one.action for one in waiting}) < len(waiting):
            reason = "it asks twice for exactly the same, and one yes opens one call: make the calls one by one"
            return self.denied(reason, kind="approval-twice")
        shown = [self._shown(one) for one in waiting]
        asked = tuple(book.ask(self._question(escalated, one, seen)) for one, seen in zip(waiting, shown, strict=True))
        return Considered(decision=escalated, asked=asked, shown=shown[0] if shown else (), event=self._event)

    def _question(self, escalated: Decision, one: Called, shown: tuple[ShownArgument, ...]) -> Asked:
        tools = self._bundle.tools
        return question(
            [verdict for verdict in escalated.verdicts if verdict.segment == one.segment],
            self._event,
            id=self._outfit.ids.new("question"),
            tool=one.tool,
            action=one.action,
            approval=None if tools is None else tools.terms(one.tool).approval,
            shown=shown,
            more=0 if one.call is None else len(one.call.arguments) - len(shown),
        )

    def _shown(self, one: Called) -> tuple[ShownArgument, ...]:
        segment = next((segment for segment in self._event.segments if segment.index == one.segment), None)
        if one.call is None or segment is None:
            return ()
        scene = self._bundle.scene(self._event, self._state)
        return shown_arguments(one.call, bundle=self._bundle, scene=scene, segment=segment)

    def _over(self, answer: Exhausted | Full) -> Considered:
        wait = answer.retry_after_s if isinstance(answer, Exhausted) else None
        return replace(self._refused(refusal(answer)), over_budget=True, retry_after_s=wait)

    def _refused(self, verdict: Verdict) -> Considered:
        decision = decision_of(self._bundle, self._event, self._state, verdicts=(verdict,))
        return Considered(decision=decision, event=self._event)

    def _release(self, calls: tuple[Let, ...] | list[Let]) -> None:
        for one in calls:
            self._outfit.settle(one.reservation, NOTHING)
