"""Wren's two ways of working: the public help centre, and the account chat that can act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from support_desk.language_model import Completion, LanguageModel, Sampling
from support_desk.orders import Shop
from support_desk.prompts import Prompts, Turn, filled, routing_turns
from support_desk.retrieval import Index, Passage
from support_desk.tools import SEARCH_KB, TOOLS, action_schema

NUM_PASSAGES = 2
ROUTE_TOKENS = 160
UNCLEAR = "I could not work that out. Please say it in other words."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the assistant said, from what, and what it did."""

    text: str
    finish_reason: str
    input_tokens: int
    output_tokens: int
    components: tuple[str, ...]
    passages: tuple[Passage, ...] = ()
    tool_calls: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers conversations with the model, the help centre and the shop's system."""

    model: LanguageModel
    prompts: Prompts
    index: Index
    shop: Shop

    async def help(self, turns: Sequence[Turn], sampling: Sampling) -> Outcome:
        """Answer from the help centre. Nothing is done, no record is read."""
        question = turns[-1]["content"]
        passages = self.index.search(question, limit=NUM_PASSAGES)
        ask = filled(self.prompts.answer, articles=_joined(passages), question=question)
        system = f"{self.prompts.persona}\n{self.prompts.safety}"
        done = await self.model.complete(_conversation(system, turns, ask), sampling)
        used = ("wren-model", "persona-prompt", "safety-prompt", "answer-prompt", "kb", SEARCH_KB, "application")
        return _outcome(done, components=used, passages=passages)

    async def account(self, turns: Sequence[Turn], sampling: Sampling) -> Outcome:
        """Let the model choose a tool, use it, and let the model tell the customer."""
        message = turns[-1]["content"]
        routed = await self.model.complete(
            routing_turns(self.prompts.route, message),
            replace(sampling, max_tokens=ROUTE_TOKENS),
            schema=action_schema(),
        )
        action = _action(routed.text)
        used: tuple[str, ...] = ("wren-model", "route-prompt", "application")
        if action is None:
            return _outcome(replace(routed, text=UNCLEAR), components=used)
        act = self._used(action, message=message)
        told = filled(self.prompts.act, message=message, tool=act.tool, result=act.result)
        done = await self.model.complete(_conversation(self.prompts.persona, turns, told), sampling)
        used = (*used, "persona-prompt", "act-prompt", act.tool, *act.reads)
        outcome = _outcome(done, components=used, passages=act.passages, tool_calls=((act.tool, act.arguments),))
        return replace(
            outcome,
            input_tokens=outcome.input_tokens + routed.input_tokens,
            output_tokens=outcome.output_tokens + routed.output_tokens,
        )

    def _used(self, action: Mapping[str, Any], *, message: str) -> _Act:
        name = str(action["action"])
        if name == SEARCH_KB:
            passages = self.index.search(message, limit=NUM_PASSAGES)
            return _Act(
                tool=name, arguments={"question": message}, result=_joined(passages), reads=("kb",), passages=passages
            )
        arguments = {key: value for key, value in action.items() if key != "action"}
        result = json.dumps(TOOLS[name].run(self.shop, arguments), ensure_ascii=False)
        reads = ("orders",) if name in {"look_up_order", "refund"} else ()
        return _Act(tool=name, arguments=arguments, result=result, reads=reads)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """A tool that was used, and what came of it."""

    tool: str
    arguments: Mapping[str, Any]
    result: str
    reads: tuple[str, ...]
    passages: tuple[Passage, ...] = ()


def _joined(passages: Sequence[Passage]) -> str:
    return "\n\n".join(passage.text for passage in passages) or "(no article found)"


def _conversation(system: str, turns: Sequence[Turn], last: str) -> list[Turn]:
    """Return the turns for the model: our instructions, what was said before, the last turn as filled in."""
    return [{"role": "system", "content": system}, *turns[:-1], {"role": "user", "content": last}]


def _action(text: str) -> dict[str, Any] | None:
    """Read the model's choice; None when it was cut off or is no tool with all its arguments."""
    try:
        action = json.loads(text)
    except ValueError:
        return None
    if not isinstance(action, dict):
        return None
    tool = TOOLS.get(str(action.get("action")))
    if tool is not None and all(key in action for key in tool.arguments["required"]):
        return action
    return action if action.get("action") == SEARCH_KB else None


def _outcome(done: Completion, *, components: tuple[str, ...], **more: Any) -> Outcome:
    return Outcome(
        text=done.text,
        finish_reason=done.finish_reason,
        input_tokens=done.input_tokens,
        output_tokens=done.output_tokens,
        components=tuple(sorted(set(components))),
        **more,
    )
