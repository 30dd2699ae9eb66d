"""Responses as they come: every text up to four times, and all of them the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.openai_responses.closing import Left
from roadworthy.guard.protocols.openai_responses.events import EVENTS, STRETCHES, TERMINAL, field_of, place_of
from roadworthy.guard.protocols.openai_responses.items import named
from roadworthy.guard.protocols.openai_values import OUTPUT
from roadworthy.guard.protocols.relay import RelayedStream
from roadworthy.guard.protocols.relay_event import Held, event_json, written_json
from roadworthy.guard.protocols.sse import written
from roadworthy.guard.protocols.walk import (
    Part,
    Put,
    Walk,
)
from roadworthy.guard.segment import Channel, Segment, Stage
from roadworthy.guard.stream.model import Piece
from roadworthy.guard.verdict import Decision

_DONE = "[DONE]"
_LONGEST_TYPE = 100
_CALLED = {
    "function_call": "arguments",
    "custom_tool_call": "arguments",
    "mcp_call": "arguments",
    "code_interpreter_call": "code",
}
"""Items whose arguments come in parts, with the last part of the field's key."""


@dataclass(frozen=True, slots=True)
class _Whereabouts:
    """What an event with more text of a field says beside the text."""

    kind: str
    about: tuple[tuple[str, JsonValue], ...]


class ResponsesStream(RelayedStream):
    r"""One stream of a response (`StreamCodec`).

    Args:
        model: The model that was asked, for a stream that is stopped before it began.

    >>> stream = ResponsesStream()
    >>> data = b'data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi"}\n\n'
    >>> stream.feed(data)[0].key
    'response/output/0/content/0/text'
    """

    protocol = "openai.responses.stream"

    def __init__(self, *, model: str = "") -> None:
        super().__init__()
        self._model = model
        self._over = self._done = False
        self._calls: dict[str, tuple[str, str]] = {}
        self._whereabouts: dict[str, _Whereabouts] = {}
        self._left_behind = Left()
        self._inserted = False

    def read(self, held: Held) -> Sequence[Piece]:
        """Return what an event says."""
        if self._done:
            raise ConfigError(f"a stream of {self.protocol} goes on after its end", fix="send nothing after [DONE]")
        if (held.event.data or "").strip() == _DONE:
            self._done = True
            return self._closing(held, self.open_keys())
        data = event_json(held, protocol=self.protocol)
        kind = data.get("type") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(kind, str):
            raise self.wrong("/type", "text", "nothing")
        if self._over:
            raise ConfigError(f"a stream of {self.protocol} goes on after its end", fix="end it with its last event")
        shape = EVENTS.get(kind)
        if shape is None:
            path = kind if len(kind) <= _LONGEST_TYPE else "event"
            return [self.foreign(held, path, len(held.event.data or ""), pointer=None)]
        walk = Walk(protocol=self.protocol)
        shape(walk, data, "", place_of(walk, data))
        walk.settle()
        return self._pieces(held, kind, data, walk)

    def further(self, key: str, text: str) -> bytes:
        """Return an event with more text of a field that comes in parts."""
        where = self._whereabouts.get(key)
        if where is None:
            return b""
        self._inserted = True
        data: JsonValue = {
            "type": where.kind,
            **dict(where.about),
            "delta": text,
            **({"logprobs": []} if where.kind == "response.output_text.delta" else {}),
            "sequence_number": self._left_behind.sequence + 1,
        }
        self.passed(data)
        return written(written_json(data), event=where.kind)

    def leaving(self, data: JsonValue) -> JsonValue:
        """Number the event anew, once an event was put in: the numbers go up."""
        if not self._inserted or not isinstance(data, dict):
            return data
        number, last = data.get("sequence_number"), self._left_behind.sequence
        return {**data, "sequence_number": last + 1} if isinstance(number, int) and number <= last else data

    def passed(self, data: JsonValue) -> None:
        """Learn what a client knows of the response."""
        self._left_behind.learn(data)

    def stopped(self, decision: Decision) -> bytes:
        """Return the ends of what is open, the message as a refusal, and ``response.incomplete``."""
        events = self._left_behind.stopped(decision, model=self._model)
        return b"".join(written(written_json(data), event=str(data["type"])) for data in events)

    def _pieces(self, held: Held, kind: str, data: Mapping[str, JsonValue], walk: Walk) -> list[Piece]:
        pieces: list[Piece] = []
        if held.event.event not in ("", kind):
            pieces.append(self.foreign(held, f"{kind}#event", len(held.event.event), pointer=None))
        pieces += [self.foreign(held, f"{kind}{one.path}", one.characters, pointer=one.path) for one in walk.unknown]
        if not kind.endswith(".delta"):
            pieces += self._ending(held, kind, data, walk)
        begins = kind == "response.output_item.added"
        if begins:
            pieces += self._begun(held, data, walk)
        for part in walk.parts:
            if begins and part.key.endswith("/name") and part.key in self._opened:
                pieces += self.part(held, part.key, part.segment)
            elif part.whole:
                pieces += self.copy(held, part.key, part.segment)
            else:
                pieces += self._more_of(held, kind, data, part, put=walk.writing(part.segment.path).put)
        for segment in walk.segments:
            pieces += self.own(held, segment, put=walk.writing(segment.path).put)
        for key, pointer in walk.payloads:
            pieces += self.opened(key, walk.made("", pointer, OUTPUT))
            held.emptied.append((key, pointer))
            held.needs.append(key)
        self.tie(held, walk)
        return pieces

    def _more_of(
        self, held: Held, kind: str, data: Mapping[str, JsonValue], part: Part, *, put: Put | None
    ) -> list[Piece]:
        key, segment = part.key, part.segment
        if key not in self._whereabouts and segment.stage is not Stage.TOOL_CALL and put is None:
            members = ("item_id", "output_index", "content_index", "summary_index", "command_index")
            about = tuple((member, data[member]) for member in members if member in data)
            self._whereabouts[key] = _Whereabouts(kind, about)
        if segment.stage is Stage.TOOL_CALL:
            segment = self._of_call(key, segment)
            held.needs += [one for one in self._siblings(key) if one not in held.needs]
        pieces = self.part(held, key, segment, put=put)
        if segment.stage is Stage.TOOL_CALL and key not in held.needs:
            held.needs.append(key)
        return pieces

    def _of_call(self, key: str, segment: Segment) -> Segment:
        call, tool = self._calls.get(_item_of(key), ("", ""))
        return replace(segment, call=call, tool=tool)

    def _siblings(self, key: str) -> list[str]:
        """Return the keys of the name and the arguments of the call that a field belongs to."""
        base = _item_of(key)
        return [one for one in (f"{base}/name", f"{base}/arguments", f"{base}/code") if one in self._opened]

    def _begun(self, held: Held, data: Mapping[str, JsonValue], walk: Walk) -> list[Piece]:
        """Note that an item begins. A call leaves as a whole: its name waits for its arguments."""
        started = data.get("item")
        kind = started.get("type") if isinstance(started, dict) else None
        base = place_of(walk, data).key
        if base in self._calls:
            raise self.wrong("/output_index", "no other item's", "the same twice")
        self._calls[base] = call, tool = named(started)
        last = _CALLED.get(kind) if isinstance(kind, str) else None
        if last is None:
            return []
        place = replace(OUTPUT, stage=Stage.TOOL_CALL, call=call, tool=tool)
        pieces: list[Piece] = []
        wanted = [(last, Channel.TOOL_ARGUMENT)]
        if isinstance(started, dict) and isinstance(started.get("name"), str):
            wanted.insert(0, ("name", Channel.TOOL_NAME))
        for member, channel in wanted:
            key = f"{base}/{member}"
            pieces += self.opened(key, walk.made("", "", replace(place, channel=channel)))
            held.needs.append(key)
        return pieces

    def _ending(self, held: Held, kind: str, data: Mapping[str, JsonValue], walk: Walk) -> list[Piece]:
        """Note which fields an event ends."""
        if kind in TERMINAL:
            self._over = held.is_last = True
            return self._closing(held, self.open_keys())
        base = place_of(walk, data).key
        if kind == "response.output_item.done":
            return self._closing(held, self.open_keys(under=f"{base}/"))
        if kind == "response.content_part.done":
            return self._closing(held, self.open_keys(under=f"{base}/content/{data.get('content_index')}/"))
        if kind == "response.reasoning_summary_part.done":
            return self._closing(held, self.open_keys(under=f"{base}/summary/{data.get('summary_index')}/"))
        stretch = STRETCHES.get(kind.removesuffix(".done"))
        if stretch is None or not kind.endswith(".done"):
            return []
        return self._closing(held, [f"{field_of(walk, data, stretch, base)}/{stretch.part}"])

    def _closing(self, held: Held, keys: Sequence[str]) -> list[Piece]:
        keys = [key for key in keys if key in self._opened]
        held.needs += [key for key in keys if key not in held.needs]
        held.ends += keys
        return self.closed(keys)


def _item_of(key: str) -> str:
    return "/".join(key.split("/")[:3])
