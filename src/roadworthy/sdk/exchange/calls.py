"""Tool calls in an answer: which segments are one call, and the answer without those that are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.segment import Segment, Stage

Without: TypeAlias = Callable[[JsonValue, Mapping[str, str]], JsonValue]
"""Takes calls out of an answer: by the pointer of each, what is said in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlace:
    """One call in an answer."""

    pointer: str
    """Of the value that holds it (``/choices/0/message/tool_calls/1``)."""

    tool: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShape:
    """Where the answers of a protocol hold calls, and how an answer is without some."""

    at: re.Pattern[str]
    """Of the path of a call's segment; its first group is the pointer."""

    without: Without
    refusing: Without | None = None
    """As ``without``, for an answer that must be in a form, which words of the guard would not fit: what is said in
    the place of a call stands there as a refusal. None: such an answer cannot be."""

    def calls(self, segments: Sequence[Segment]) -> tuple[CallPlace, ...]:
        """Return the calls among ``segments``, in order.

        Raises:
            ConfigError: If one stands where none is known, so that it could not be taken out.
        """
        found: dict[str, list[Segment]] = {}
        for segment in segments:
            if segment.stage is not Stage.TOOL_CALL:
                continue
            place = self.at.match(segment.path)
            if place is None:
                raise ConfigError(
                    "the answer has a tool call in a place that is not known",
                    where=segment.path[:80],
                    fix="keep to the tool calls of the protocol's own form",
                )
            found.setdefault(place.group(1), []).append(segment)
        return tuple(
            CallPlace(
                pointer=pointer,
                tool=next((one.tool for one in parts if one.tool), "") or parts[0].text[:80],
                segments=tuple(parts),
            )
            for pointer, parts in found.items()
        )


def _without_chat(body: JsonValue, refused: Mapping[str, str], *, into: str = "content") -> JsonValue:
    if not isinstance(body, dict) or not isinstance(answers := body.get("choices"), list):
        return body
    choices: list[JsonValue] = [
        _choice(one, f"/choices/{place}/message", refused, into=into) for place, one in enumerate(answers)
    ]
    return {**body, "choices": choices}


def _choice(choice: JsonValue, path: str, refused: Mapping[str, str], *, into: str) -> JsonValue:
    said = [stub for pointer, stub in refused.items() if pointer.startswith(f"{path}/")]
    if not said or not isinstance(choice, dict) or not isinstance(message := choice.get("message"), dict):
        return choice
    message = dict(message)
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        kept = [one for place, one in enumerate(calls) if f"{path}/tool_calls/{place}" not in refused]
        message["tool_calls"] = kept or None
    if f"{path}/function_call" in refused:
        message["function_call"] = None
    message[into] = _joined(message.get(into), said)
    left = {**choice, "message": message}
    if not message.get("tool_calls") and not message.get("function_call"):
        for name in ("tool_calls", "function_call"):
            if message.get(name, 0) is None:
                del message[name]
        left["finish_reason"] = "stop"
    return left


def _joined(content: JsonValue, said: Sequence[str]) -> str:
    return "\n\n".join((*([content] if isinstance(content, str) and content else []), *said))


def _without_responses(body: JsonValue, refused: Mapping[str, str], *, as_refusal: bool = False) -> JsonValue:
    if not isinstance(body, dict) or not isinstance(items := body.get("output"), list):
        return body
    output: list[JsonValue] = []
    for place, item in enumerate(items):
        stub = refused.get(f"/output/{place}")
        output.append(item if stub is None else _message_item(stub, place, as_refusal=as_refusal))
    return {**body, "output": output}


def _message_item(stub: str, place: int, *, as_refusal: bool) -> JsonValue:
    text: JsonValue = {"type": "output_text", "text": stub, "annotations": []}
    said: JsonValue = {"type": "refusal", "refusal": stub} if as_refusal else text
    item: dict[str, JsonValue] = {"type": "message", "id": f"msg_refused_{place}", "role": "assistant"}
    return {**item, "status": "completed", "content": [said]}


def _without_blocks(body: JsonValue, refused: Mapping[str, str]) -> JsonValue:
    if not isinstance(body, dict) or not isinstance(blocks := body.get("content"), list):
        return body
    content: list[JsonValue] = []
    for place, block in enumerate(blocks):
        stub = refused.get(f"/content/{place}")
        content.append(block if stub is None else {"type": "text", "text": stub})
    has_calls = any(isinstance(block, dict) and block.get("type") == "tool_use" for block in content)
    reason = body.get("stop_reason")
    return {**body, "content": content, "stop_reason": "end_turn" if reason == "tool_use" and not has_calls else reason}


OF_CHAT = CallShape(
    at=re.compile(r"(/choices/\d+/message/(?:tool_calls/\d+|function_call))(?:/|$)"),
    without=_without_chat,
    refusing=partial(_without_chat, into="refusal"),
)
OF_RESPONSES = CallShape(
    at=re.compile(r"(/output/\d+)(?:/|$)"),
    without=_without_responses,
    refusing=partial(_without_responses, as_refusal=True),
)
OF_BLOCKS = CallShape(at=re.compile(r"(/content/\d+)(?:/|$)"), without=_without_blocks)
