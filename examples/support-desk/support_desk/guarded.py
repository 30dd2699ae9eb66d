"""The assistant with a guard policy in force: everything that goes in, is fetched, is done and is said is judged."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict

from roadworthy.guard.budget.book import InProcessBudgets
from roadworthy.guard.event import Principal
from roadworthy.guard.segment import Provenance
from roadworthy.guard.session.errors import BlockedError, CallRefusedError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Chunk
from roadworthy.runtime.guard.serving import open_guard
from roadworthy.sdk.agents.turns import Said, read
from support_desk.assistant import (
    NUM_PASSAGES,
    ROUTE_TOKENS,
    UNCLEAR,
    Assistant,
    Outcome,
    _action,
    _conversation,
    _joined,
    _outcome,
)
from support_desk.language_model import Completion, Sampling
from support_desk.orders import Shop
from support_desk.prompts import Turn, filled, routing_turns
from support_desk.retrieval import Passage
from support_desk.tools import SEARCH_KB, TOOLS, action_schema

COMPONENT = "guard"
"""Key of the policy in the manifest."""

TENANT = "harbour-pine"
ANYBODY_WRITES = ("community-", "forum-", "reviews-", "wiki-")
"""How the names of pages begin that customers may edit."""

NOT_SIGNED_IN = "I can only do that for a customer who is signed in. Please sign in to your account and ask again."
NOT_FOR_YOU = "I can only do that for your own orders and your own e-mail address. Our team helps with all else."

STOPPED = "content_filter"
"""Why an answer ended that the guard stopped, as OpenAI says it."""


class Figures(TypedDict):
    """What the guard did for one request. Holds no content."""

    stopped: bool
    rules: list[str]
    """That stopped or changed something, sorted."""

    guard_us: int
    """Microseconds in which the guard judged."""

    model_calls: int


@dataclass(frozen=True, slots=True)
class Watched:
    """One request under the guard, with what it costs."""

    run: Run
    rules: set[str] = field(default_factory=set)
    spent_ns: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def judged(self, judge: Callable[..., Any], *given: Any, **more: Any) -> Any:
        """Have the guard judge something, and count the time."""
        began = time.perf_counter_ns()
        try:
            return judge(*given, **more)
        except BlockedError as fault:
            self.rules.update(one.rule for one in fault.decision.verdicts)
            raise
        finally:
            self.spent_ns.append(time.perf_counter_ns() - began)

    def figures(self, *, stopped: bool) -> Figures:
        return Figures(
            stopped=stopped,
            rules=sorted(self.rules),
            guard_us=round(sum(self.spent_ns) / 1000),
            model_calls=len(self.asked),
        )


class ShopOwnership:
    """Tells the guard to whom orders and addresses belong, as the shop's records have it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def belongs(self, kind: str, name: str, *, tenant: str, principal: str) -> bool | None:
        """Return whether the thing belongs to the customer with the e-mail address ``principal``; None: not known."""
        if tenant != TENANT:
            return None
        if kind == "address":
            return bool(principal) and name.strip().casefold() == principal.casefold()
        if kind != "order":
            return None
        found = self._shop.find(name)
        return all(order["customer"]["email"] == principal for order in found) if found else None


class GuardedAssistant:
    """Does what `Assistant` does, and asks the guard at every step.

    Args:
        assistant: Its parts.
        policy: File of the guard policy.
    """

    def __init__(self, assistant: Assistant, *, policy: Path) -> None:
        self._assistant = assistant
        self._bundle = open_guard(policy).bundle
        self._budgets = InProcessBudgets()
        self.digest = self._bundle.digest
        """Of all that is in force: the policy with what it stands on."""

    async def help(self, turns: Sequence[Turn], sampling: Sampling, *, customer: str | None) -> tuple[Outcome, Figures]:
        """Answer from the help centre, as `Assistant.help` does."""
        return await self._guarded(self._help, turns, sampling, customer=customer)

    async def account(
        self, turns: Sequence[Turn], sampling: Sampling, *, customer: str | None
    ) -> tuple[Outcome, Figures]:
        """Let the model choose a tool, use it if the guard lets it, and let the model tell the customer."""
        return await self._guarded(self._account, turns, sampling, customer=customer)

    async def _guarded(
        self, answer: Any, turns: Sequence[Turn], sampling: Sampling, *, customer: str | None
    ) -> tuple[Outcome, Figures]:
        rules: set[str] = set()
        with self._guard(rules).run(principal_of(customer)) as run:
            watched = Watched(run=run, rules=rules)
            try:
                outcome = await answer(watched, turns, sampling)
            except BlockedError as fault:
                told = Completion(text=fault.message, finish_reason=STOPPED, input_tokens=0, output_tokens=0)
                outcome = _outcome(told, components=("application",))
        components = tuple(sorted({*outcome.components, COMPONENT}))
        outcome = replace(outcome, components=components)
        return outcome, watched.figures(stopped=outcome.finish_reason == STOPPED)

    def _guard(self, rules: set[str]) -> Guard:
        return open_guard(
            self._bundle,
            budgets=self._budgets,
            ownership=ShopOwnership(self._assistant.shop),
            record=lambda one: rules.update(verdict.rule for verdict in one.decision.verdicts),
        )

    async def _help(self, watched: Watched, turns: Sequence[Turn], sampling: Sampling) -> Outcome:
        parts = self._assistant
        system = f"{parts.prompts.persona}\n{parts.prompts.safety}"
        watched.judged(watched.run.instruct, system)
        turns = self._heard(watched, turns)
        question = turns[-1]["content"]
        passages = self._fetched(watched, question)
        ask = filled(parts.prompts.answer, articles=_joined(passages), question=question)
        done = await self._said(watched, _conversation(system, turns, ask), sampling)
        used = ("wren-model", "persona-prompt", "safety-prompt", "answer-prompt", "kb", SEARCH_KB, "application")
        return _outcome(done, components=used, passages=passages)

    async def _account(self, watched: Watched, turns: Sequence[Turn], sampling: Sampling) -> Outcome:
        parts = self._assistant
        watched.judged(watched.run.instruct, parts.prompts.persona)
        turns = self._heard(watched, turns)
        message = turns[-1]["content"]
        watched.asked.append(1)
        routed = await parts.model.complete(
            routing_turns(parts.prompts.route, message),
            replace(sampling, max_tokens=ROUTE_TOKENS),
            schema=action_schema(),
        )
        action = _action(routed.text)
        used: tuple[str, ...] = ("wren-model", "route-prompt", "application")
        if action is None:
            return _outcome(replace(routed, text=UNCLEAR), components=used)
        try:
            tool, arguments, result, passages = self._acted(watched, action, message=message)
        except CallRefusedError:
            # Nothing was done, so there is nothing for the model to tell.
            said = NOT_FOR_YOU if watched.run.principal.roles else NOT_SIGNED_IN
            return _outcome(replace(routed, text=said, finish_reason=STOPPED), components=used)
        told = filled(parts.prompts.act, message=message, tool=tool, result=result)
        done = await self._said(watched, _conversation(parts.prompts.persona, turns, told), sampling)
        reads = {SEARCH_KB: ("kb",), "look_up_order": ("orders",), "refund": ("orders",)}.get(tool, ())
        used = (*used, "persona-prompt", "act-prompt", tool, *reads)
        outcome = _outcome(done, components=used, passages=passages, tool_calls=((tool, arguments),))
        return replace(
            outcome,
            input_tokens=outcome.input_tokens + routed.input_tokens,
            output_tokens=outcome.output_tokens + routed.output_tokens,
        )

    def _acted(
        self, watched: Watched, action: dict[str, Any], *, message: str
    ) -> tuple[str, dict[str, Any], str, tuple[Passage, ...]]:
        name = str(action["action"])
        given = {key: value for key, value in action.items() if key != "action"}
        ticket = watched.judged(watched.run.call, name, {"question": message} if name == SEARCH_KB else given)
        passages: tuple[Passage, ...] = ()
        try:
            if name == SEARCH_KB:
                passages = self._fetched(watched, str(ticket.arguments["question"]))
                result: Any = _joined(passages)
            else:
                result = TOOLS[name].run(self._assistant.shop, ticket.arguments)
        except BaseException:
            watched.judged(watched.run.failed, ticket)
            raise
        seen = watched.judged(watched.run.returned, ticket, result)
        text = seen if isinstance(seen, str) else json.dumps(seen, ensure_ascii=False)
        return name, dict(ticket.arguments), text, passages

    def _heard(self, watched: Watched, turns: Sequence[Turn]) -> list[Turn]:
        """Return what the client said, as it may go on.

        What it says that the assistant said explains nothing that is done; all else is the customer's word. The
        budgets are asked for the newest turn alone.
        """
        *past, newest = turns
        said = [
            Said(
                by="model" if turn["role"] == "assistant" else "user",
                text=turn["content"],
                path=f"/messages/{place}/content",
            )
            for place, turn in enumerate(past)
        ]
        texts = watched.judged(read, watched.run, said, protocol="plain", what="the history")
        heard: list[Turn] = [
            {
                "role": "assistant" if one.by == "model" else "user",
                "content": texts.get(one.path, one.text),
            }
            for one in said
        ]
        return [*heard, {"role": "user", "content": watched.judged(watched.run.ask, newest["content"])}]

    def _fetched(self, watched: Watched, question: str) -> tuple[Passage, ...]:
        found = self._assistant.index.search(question, limit=NUM_PASSAGES)
        chunks = [Chunk(text=one.text, provenance=provenance_of(one)) for one in found]
        kept = watched.judged(watched.run.retrieved, chunks)
        return tuple(
            Passage(source=passage.source, text=chunk.text) for passage, chunk in zip(found, kept, strict=True)
        )

    async def _said(self, watched: Watched, turns: list[Turn], sampling: Sampling) -> Completion:
        watched.asked.append(1)
        done = await self._assistant.model.complete(turns, sampling)
        return replace(done, text=watched.judged(watched.run.answer, done.text))


def principal_of(customer: str | None) -> Principal:
    """Return for whom a request is made. Without a session it is a visitor, who owns nothing."""
    if customer is None:
        return Principal(id="", tenant=TENANT, purpose="support")
    return Principal(
        id=customer,
        tenant=TENANT,
        roles=("customer",),
        purpose="support",
        attributes=(("email", customer),),
    )


def provenance_of(passage: Passage) -> Provenance:
    """Return where a passage is from: the team's own articles, or pages that anybody may edit."""
    trust = "untrusted" if passage.source.startswith(ANYBODY_WRITES) else "trusted"
    return Provenance(document=passage.source, tenant=TENANT, readers=("*",), purposes=("*",), trust=trust)
