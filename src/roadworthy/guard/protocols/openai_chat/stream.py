"""Answers of chat completions as they come: chunks by choice, fragments of tool calls, usage, ``[DONE]``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.leaf import (
    STRUCTURED,
    name,
    number,
    payload,
    void,
)
from roadworthy.guard.protocols.openai_chat.response import ABOUT, CHOICE, place_of, upstream
from roadworthy.guard.protocols.openai_chat.turns import PICTURE, THOUGHTS, arguments, named_call, thoughts
from roadworthy.guard.protocols.openai_values import OUTPUT, URL_CITATION, tokens, words_of
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.relay import RelayedStream
from roadworthy.guard.protocols.relay_event import Held, event_json, written_json
from roadworthy.guard.protocols.shape import (
    Shape,
    fields,
    items,
    tagged,
    text,
)
from roadworthy.guard.protocols.sse import written
from roadworthy.guard.protocols.walk import (
    Part,
    Place,
    Put,
    Walk,
    kind_of,
)
from roadworthy.guard.segment import Channel, Segment, Stage
from roadworthy.guard.stream.model import Piece
from roadworthy.guard.verdict import Decision

MAX_CALLS = 1_024
"""Most tool calls of one choice."""

_DONE = "[DONE]"
_SOMETHING = ("choices", "error", "usage")
_repeated = text(part="text", more=True)
_CALLED = fields(
    {
        "name": text(Channel.TOOL_NAME, part="name", more=True),
        "arguments": arguments(more=True),
        "input": text(Channel.TOOL_ARGUMENT, part="arguments", more=True),
    }
)
_CALL = fields({"index": number, "id": name, "type": name, "function": _CALLED, "custom": _CALLED})
_CITATION = tagged({"url_citation": fields({"type": name, "url_citation": fields(URL_CITATION)})})


def _call(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    if not isinstance(value, dict):
        raise to.wrong(path, "an object", kind_of(value))
    index = value.get("index", 0)
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < MAX_CALLS:
        raise to.wrong(child(path, "index"), f"a whole number in 0..{MAX_CALLS - 1}", kind_of(index))
    call, tool = named_call(value)
    key = f"{place.key}/tool_calls/{index}"
    _CALL(to, value, path, replace(place, stage=Stage.TOOL_CALL, key=key, call=call, tool=tool))


def _legacy_call(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    _, tool = named_call({"function": value})
    _CALLED(to, value, path, replace(place, stage=Stage.TOOL_CALL, key=f"{place.key}/function_call", tool=tool))


def _audio(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    transcript = text(part="transcript", more=True)
    fields({"id": name, "data": payload, "transcript": transcript, "expires_at": number})(to, value, path, place)
    if isinstance(value, dict) and value.get("data"):
        to.payloads.append((f"{place.key}/transcript", child(path, "data")))


_DELTA: Mapping[str, Shape] = {
    "role": name,
    "name": STRUCTURED,
    "content": text(part="content", more=True),
    "refusal": text(Channel.REFUSAL, part="refusal", more=True),
    **thoughts(more=True),
    "provider_specific_fields": void,
    "images": items(fields({"type": name, "index": number, "image_url": PICTURE})),
    "tool_calls": items(_call),
    "function_call": _legacy_call,
    "audio": _audio,
    "annotations": items(_CITATION),
}


_DELTAS = fields(_DELTA)


def _elsewhere(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read nothing: the member is read with more known of its place."""


_CHOICE = fields({**CHOICE, "error": upstream, "text": _repeated, "delta": _elsewhere, "logprobs": _elsewhere})


def _choices(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    seen: set[int] = set()

    def one(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        place = place_of(to, value, path, seen=seen, place=place)
        place = replace(place, key=f"choices/{place.choice}")
        delta = child(path, "delta")
        if isinstance(value, dict) and value.get("delta") is not None:
            _DELTAS(to, value["delta"], delta, place)
        if isinstance(value, dict) and value.get("logprobs") is not None:
            _logprobs(delta)(to, value["logprobs"], child(path, "logprobs"), place)
        _CHOICE(to, value, path, place)

    items(one)(to, value, path, place)


def _logprobs(delta: str) -> Shape:
    return fields({member: tokens(of=f"{delta}/{member}", part="logprobs") for member in ("content", "refusal")})


_CHUNK = fields({**ABOUT, "choices": _choices, "obfuscation": name})


class ChatStream(RelayedStream):
    r"""One stream of a chat completion (`StreamCodec`).

    Args:
        model: The model that was asked, for a stream that is stopped before it began.

    >>> stream = ChatStream()
    >>> data = b'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n'
    >>> [type(piece).__name__ for piece in stream.feed(data)]
    ['Opened', 'Text']
    >>> from roadworthy.guard.stream.model import Released
    >>> stream.emit([Released(key="choices/0/content", text="Hello", consumed=5)]) == data
    True
    """

    protocol = "openai.chat.stream"

    def __init__(self, *, model: str = "") -> None:
        super().__init__()
        self._about: dict[str, JsonValue] = {"object": "chat.completion.chunk", "created": 0, "model": model}
        self._calls: dict[str, tuple[str, str]] = {}
        self._latest: dict[str, str] = {}
        self._rounds: dict[str, int] = {}
        self._finished: set[int] = set()
        self._done = False
        self._met: set[int] = set()
        self._begun: set[int] = set()
        self._spoken: set[int] = set()
        self._over: set[int] = set()

    def read(self, held: Held) -> Sequence[Piece]:
        """Return what a chunk says."""
        if self._done:
            raise ConfigError(f"a stream of {self.protocol} goes on after its end", fix="end the stream with [DONE]")
        if (held.event.data or "").strip() == _DONE:
            self._done = held.is_last = True
            return self._closing(held, self.open_keys())
        data = event_json(held, protocol=self.protocol)
        walk = Walk(protocol=self.protocol)
        _CHUNK(walk, data, "", OUTPUT)
        walk.settle()
        if not isinstance(data, dict) or not any(data.get(one) is not None for one in _SOMETHING):
            raise self.wrong("/choices", "there", "nothing")
        pieces: list[Piece] = []
        if held.event.event not in ("", "message", "error"):
            pieces.append(self.foreign(held, "event", len(held.event.event), pointer=None))
        pieces += [self.foreign(held, one.path, one.characters, pointer=one.path) for one in walk.unknown]
        for part in walk.parts:
            pieces += self._part(held, part, put=walk.writing(part.segment.path).put)
        for segment in walk.segments:
            pieces += self.own(held, segment, put=walk.writing(segment.path).put)
        for key, pointer in walk.payloads:
            pieces += self._payload(held, key, pointer)
        self.tie(held, walk)
        return [*pieces, *self._endings(held, data)]

    def further(self, key: str, text: str) -> bytes:
        """Return a chunk with more text of a choice."""
        choice, _, member = key.removeprefix("choices/").partition("/")
        member = member.partition("/")[0]
        if not key.startswith("choices/") or member in (
            "tool_calls",
            "function_call",
            "logprobs",
            "reasoning_details",
            "text",
        ):
            return b""
        delta: JsonValue = {"audio": {"transcript": text}} if member == "transcript" else {member: text}
        data = self._chunk(int(choice), delta, None)
        self.passed(data)
        return written(written_json(data))

    def stopped(self, decision: Decision) -> bytes:
        """Return the message in every choice that was not over, ``content_filter`` as the reason, and ``[DONE]``."""
        self._about.setdefault("id", f"chatcmpl-{decision.event}")
        out = []
        for choice in sorted((self._met or {0}) - self._over):
            words = words_of(decision)
            delta: dict[str, JsonValue] = {} if choice in self._begun else {"role": "assistant"}
            delta["content"] = f"\n\n{words}" if choice in self._spoken else words
            out += [self._chunk(choice, delta, None), self._chunk(choice, {}, "content_filter")]
        return b"".join(written(written_json(data)) for data in out) + written(_DONE)

    def passed(self, data: JsonValue) -> None:
        """Learn which choices have begun, said something and ended in what left."""
        if not isinstance(data, dict):
            return
        self._about |= {
            key: data[key] for key in ("id", "created", "model", "system_fingerprint") if data.get(key) is not None
        }
        choices = data.get("choices")
        for choice in choices if isinstance(choices, (list, tuple)) else []:
            if not isinstance(choice, dict) or not isinstance(index := choice.get("index", 0), int):
                continue
            self._begun.add(index)
            delta = choice.get("delta")
            if isinstance(delta, dict) and delta.get("content"):
                self._spoken.add(index)
            if choice.get("finish_reason"):
                self._over.add(index)

    def _chunk(self, choice: int, delta: JsonValue, reason: str | None) -> JsonValue:
        return {**self._about, "choices": [{"index": choice, "delta": delta, "finish_reason": reason}]}

    def _part(self, held: Held, part: Part, *, put: Put | None) -> list[Piece]:
        segment, key = part.segment, part.key
        if segment.choice in self._finished and segment.text:
            raise self.wrong(segment.path, "text for a choice that is not over", "more text after its end")
        if segment.stage is Stage.TOOL_CALL:
            return self._fragment(held, part, put=put)
        pieces: list[Piece] = []
        base, _, member = key.rpartition("/")
        if member in THOUGHTS:
            rounds = self._rounds.get(key, 1)
            if rounds > 1:
                key = f"{key}/{rounds}"
            if segment.text and key not in self._opened and rounds > 1:
                pieces.append(self.foreign(held, segment.path, len(segment.text), pointer=segment.path))
        elif segment.text and segment.channel is not Channel.STRUCTURED_FIELD:
            pieces += self._thought(base)
        return pieces + self.part(held, key, segment, put=put)

    def _thought(self, base: str) -> list[Piece]:
        """Close what the model thought, as it speaks now. What it thinks later is a field of its own, and flagged."""
        pieces: list[Piece] = []
        for member in THOUGHTS:
            key = f"{base}/{member}"
            rounds = self._rounds.get(key, 1)
            if closed := self.closed([f"{key}/{rounds}" if rounds > 1 else key]):
                self._rounds[key] = rounds + 1
                pieces += closed
        return pieces

    def _fragment(self, held: Held, part: Part, *, put: Put | None) -> list[Piece]:
        """Note a fragment of a tool call. The call leaves as a whole."""
        segment, member = part.segment, part.key.rpartition("/")[2]
        base = self._call_of(part.key.rpartition("/")[0], segment)
        call, tool = self._calls.get(base, ("", ""))
        self._calls[base] = call, tool = call or segment.call, tool or segment.tool
        segment = replace(segment, call=call, tool=tool)
        pieces = self._thought(base.split("/tool_calls/")[0].removesuffix("/function_call"))
        for one, channel in (("name", Channel.TOOL_NAME), ("arguments", Channel.TOOL_ARGUMENT)):
            pieces += self.opened(f"{base}/{one}", replace(segment, channel=channel))
            if f"{base}/{one}" not in held.needs:
                held.needs.append(f"{base}/{one}")
        return pieces + self.part(held, f"{base}/{member}", segment, put=put)

    def _call_of(self, base: str, segment: Segment) -> str:
        """Return the key of a call. Servers that do not number their calls name and identify each anew."""
        latest = self._latest.get(base, base)
        call, tool = self._calls.get(latest, ("", ""))
        if call and tool and segment.tool and segment.call not in ("", call):
            self._latest[base] = latest = f"{base}-{len(self._calls)}"
        return latest

    def _payload(self, held: Held, key: str, pointer: str) -> list[Piece]:
        choice = int(key.split("/")[1])
        place = replace(OUTPUT, choice=choice)
        pieces = self.opened(key, Walk(protocol=self.protocol).made("", pointer, place))
        held.emptied.append((key, pointer))
        held.needs.append(key)
        return pieces

    def _endings(self, held: Held, data: Mapping[str, JsonValue]) -> list[Piece]:
        pieces: list[Piece] = []
        choices = data.get("choices")
        for choice in choices if isinstance(choices, (list, tuple)) else []:
            index = choice.get("index", 0) if isinstance(choice, dict) else 0
            if not isinstance(choice, dict) or not isinstance(index, int):
                continue
            self._met.add(index)
            if choice.get("finish_reason"):
                self._finished.add(index)
                pieces += self._closing(held, self.open_keys(under=f"choices/{index}/"))
        return pieces

    def _closing(self, held: Held, keys: Sequence[str]) -> list[Piece]:
        held.needs += [key for key in keys if key not in held.needs]
        held.ends += keys
        return self.closed(keys)
