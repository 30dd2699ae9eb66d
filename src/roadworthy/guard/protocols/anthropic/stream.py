"""Streams of Anthropic Messages: content blocks that open, grow and close, one after the other or interleaved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.anthropic.blocks import BLOCK, CITATION
from roadworthy.guard.protocols.anthropic.events import (
    DELTAS,
    ENVELOPES,
    FIX,
    GROWING,
    body_of,
    canonical,
    in_arguments,
    in_block,
    in_delta,
    install_block,
    install_citation,
    made,
    named_event,
    place_of,
    said_at,
    segment_at,
    walked,
)
from roadworthy.guard.protocols.anthropic.refusal import DETAILS, refusal, said
from roadworthy.guard.protocols.anthropic.response import MESSAGE, MODEL, PROTOCOL, counts
from roadworthy.guard.protocols.editing import (
    EMPTIED,
)
from roadworthy.guard.protocols.half import whole_characters
from roadworthy.guard.protocols.outbox import Group, Item, Outbox, Part, Section
from roadworthy.guard.protocols.shape import (
    word,
)
from roadworthy.guard.protocols.sse import EventReader, ServerSentEvent
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    kind_of,
    wrong,
)
from roadworthy.guard.segment import Channel
from roadworthy.guard.stream.model import Closed, Piece, Release
from roadworthy.guard.verdict import Decision

MAX_INDEX = 100_000
"""Largest index of a content block."""

MAX_ARGUMENT_CHARS = 4_000_000
"""Longest arguments of one call; they are judged once they are whole."""


@dataclass(slots=True, eq=False)
class _Block:
    """A content block that is open."""

    index: int
    group: Group
    place: Place
    key: str = ""
    """Of the field that grows; empty: none does."""

    fragments: list[Item] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list, repr=False)
    characters: int = 0
    is_call: bool = False
    """Whether its arguments are to come."""

    foreign: str = ""
    """Path of a block of a kind that is not known."""

    citations: int = 0


class AnthropicStream:
    """One stream of Messages.

    Text leaves as it is released. A call of a tool leaves once its name and its arguments, which are judged as one
    JSON text, were both released; thinking leaves once all of it was, and not at all if a word of it was changed,
    since its signature would not hold. The blocks behind one that was left out move up.

    Args:
        model: As the request names it, for a stream that is stopped before it begins.
    """

    name = "anthropic.messages.stream"

    def __init__(self, *, model: str = "") -> None:
        self._model = model
        self._reader = EventReader()
        self._is_stopped = False
        self._outbox = Outbox(before=self._before_stop, finished=self._numbered, lost=self._note_lost)
        self._blocks: dict[int, _Block] = {}
        self._used: set[int] = set()
        self._start: dict[str, JsonValue] | None = None
        self._has_started = self._has_ended = False
        self._lost: list[int] = []
        self._highest = -1
        self._open: dict[int, Group] = {}
        self._numbers: dict[int, int] = {}
        self._tools: dict[str, str] = {}
        self._usage: dict[str, JsonValue] = {"output_tokens": 0}

    def feed(self, data: bytes) -> Sequence[Piece]:
        """Take in bytes and return what became whole by them.

        Raises:
            ConfigError: If this is no stream of Messages.
        """
        if self._is_stopped:
            return ()
        return tuple(piece for event in self._reader.feed(data) for piece in self._take(event))

    def end(self) -> Sequence[Piece]:
        """Say that no more bytes come: what is still open ends here, as a client that was cut off reads it.

        Raises:
            ConfigError: As `feed`.
        """
        if self._is_stopped:
            return ()
        pieces = [piece for event in self._reader.end() for piece in self._take(event)]
        for block in list(self._blocks.values()):
            pieces += self._close(block)
        return tuple(pieces)

    def emit(self, releases: Sequence[Release]) -> bytes:
        """Return the bytes that may leave. Call it when all pieces of what was fed have been judged."""
        return self._outbox.take(releases)

    def finish(self) -> bytes:
        """Return the bytes that were still held."""
        return self._outbox.take(())

    def stop(self, decision: Decision) -> bytes:
        """Return the events that end the stream with a refusal; none, if it has ended already."""
        self._outbox.drop()
        self._is_stopped = True
        if self._has_ended:
            return b""
        self._has_ended = True
        out = bytearray()
        if not self._has_started:
            message = refusal(decision, model=self._model) | {"content": [], "stop_reason": None, "stop_details": None}
            message |= {name: one for name, one in (self._start or {}).items() if name in message}
            out += made({"type": "message_start", "message": message})
        words: str = said(decision)
        for index, group in sorted(self._open.items()):
            if not group.said_words:
                out += said_at(index, words or EMPTIED)
                words = ""
            out += made({"type": "content_block_stop", "index": index})
        if words:
            at = self._highest + 1
            out += made({"type": "content_block_start", "index": at, "content_block": {"type": "text", "text": ""}})
            out += said_at(at, words) + made({"type": "content_block_stop", "index": at})
        ending: dict[str, JsonValue] = {"stop_reason": "refusal", "stop_sequence": None}
        ending["stop_details"] = dict(DETAILS)
        out += made({"type": "message_delta", "delta": ending, "usage": self._usage})
        return bytes(out + made({"type": "message_stop"}))

    # --- in

    def _take(self, event: ServerSentEvent) -> list[Piece]:
        if event.data is None:
            return self._outbox.put(Item(event=event))
        body = body_of(event.data, whole=event.whole)
        if body is None:
            return self._outbox.put(Item(event=event, body={}, foreign="cut_off"))
        if not isinstance(body.get("type"), str):
            raise wrong(PROTOCOL, "/type", wanted="text", got=kind_of(body.get("type")))
        kind = word(body, "type")
        if event.event and event.event != kind:
            return self._outbox.put(Item(event=event, body=body, foreign=named_event(event.event)))
        if kind == "content_block_delta":
            return self._take_delta(event, body)
        shape = ENVELOPES.get(kind)
        if shape is None:
            return self._outbox.put(Item(event=event, body=body, foreign=named_event(kind)))
        envelope = walked(shape, body, kind)
        if kind == "content_block_start":
            return self._take_start(event, body, envelope)
        if kind == "content_block_stop":
            block = self._block(body)
            pieces = self._close(block)
            item = Item(event=event, body=body, group=block.group, ends_group=True, sections=(envelope,))
            item.foreign = block.foreign
            return [*self._outbox.put(item), *pieces]
        sections = [envelope]
        if kind == "message_start":
            sections.append(self._message(body))
        self._note_usage(body)
        return self._outbox.put(Item(event=event, body=body, sections=tuple(sections)))

    def _message(self, body: dict[str, JsonValue]) -> Section:
        message = body.get("message")
        walk = Walk(protocol=PROTOCOL)
        MESSAGE(walk, message, "", MODEL)
        if not isinstance(message, dict) or message.get("content"):
            raise wrong(PROTOCOL, "/message_start/message/content", wanted="an empty array", got="content")
        usage = message.get("usage")
        numbers = counts(usage) if isinstance(usage, dict) else {"input_tokens": 0, "output_tokens": 0}
        self._start = {"id": word(message, "id"), "model": word(message, "model"), "usage": dict(numbers)}
        return Section(walk, message, lambda whole, new: {**whole, "message": new})

    def _note_usage(self, body: dict[str, JsonValue]) -> None:
        usage = body.get("usage")
        if isinstance(usage, dict):
            self._usage |= {name: one for name, one in counts(usage).items() if name in usage}

    def _block(self, body: dict[str, JsonValue]) -> _Block:
        index = body.get("index")
        block = self._blocks.get(index) if isinstance(index, int) and not isinstance(index, bool) else None
        if block is None:
            raise ConfigError("an event names a content block that is not open", where="/index", fix=FIX)
        return block

    def _take_start(self, event: ServerSentEvent, body: dict[str, JsonValue], envelope: Section) -> list[Piece]:
        index, content = body.get("index"), body.get("content_block")
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index <= MAX_INDEX or index in self._used:
            raise ConfigError("the index of a content block is used twice or out of bounds", where="/index", fix=FIX)
        if not isinstance(content, dict):
            raise wrong(PROTOCOL, "/content_block", wanted="an object", got=kind_of(content))
        self._used.add(index)
        kind = word(content, "type")
        grows = GROWING.get(kind)
        group = Group(
            whole=kind != "text", fragile=kind in {"thinking", "compaction", "redacted_thinking"}, number=index
        )
        place = place_of(content)
        block = self._blocks[index] = _Block(index=index, group=group, place=place)
        if grows and not isinstance(content.get(grows[0], ""), str):
            raise wrong(PROTOCOL, f"/content_block/{grows[0]}", wanted="text", got=kind_of(content[grows[0]]))
        quiet = {**content, grows[0]: ""} if grows else content
        if kind.endswith("tool_use") and not content.get("input"):
            quiet = {name: one for name, one in content.items() if name != "input"}
            block.is_call = True
        path = f"/content/{index}"
        walk = Walk(protocol=PROTOCOL, tools=self._tools)
        BLOCK(walk, quiet, path, MODEL)
        self._tools |= walk.tools
        section = Section(walk, {"content": {str(index): quiet}}, install_block)
        item = Item(event=event, body=body, group=group, sections=(envelope, section), is_start=True)
        if any(one.path == path for one in walk.unknown):
            group.whole = False
            block.foreign = item.foreign = path
            item.sections = (envelope,)
        pieces: list[Piece] = []
        if grows:
            name, channel = grows
            block.key = f"content/{index}/{name}"
            self._outbox.strand(block.key, group)
            pieces.append(self._outbox.opened(block.key, segment_at(place, channel, f"{path}/{name}")))
            first = content.get(name)
            if isinstance(first, str) and first:
                item.part = Part(text=first, write=lambda whole, new: in_block(whole, name, new))
                pieces += self._outbox.add(block.key, item.part)
        return [*self._outbox.put(item), *pieces]

    def _take_delta(self, event: ServerSentEvent, body: dict[str, JsonValue]) -> list[Piece]:
        block, delta = self._block(body), body.get("delta")
        kind = word(delta, "type")
        shape = ENVELOPES.get(f"content_block_delta/{kind}")
        if not isinstance(delta, dict) or shape is None or block.foreign:
            path = block.foreign or f"content_block_delta/{named_event(kind)}"
            return self._outbox.put(Item(event=event, body=body, group=block.group, foreign=path))
        item = Item(event=event, body=body, group=block.group)
        sections = [walked(shape, body, "content_block_delta")]
        pieces: list[Piece] = []
        if kind in DELTAS:
            pieces = self._grow(block, item, DELTAS[kind], delta)
        elif kind == "input_json_delta":
            self._argue(block, item, word(delta, "partial_json"))
        elif kind == "citations_delta":
            sections.append(self._cited(block, delta))
        item.sections = tuple(sections)
        return [*self._outbox.put(item), *pieces]

    def _grow(self, block: _Block, item: Item, name: str, delta: dict[str, JsonValue]) -> list[Piece]:
        if block.key != f"content/{block.index}/{name}":
            raise ConfigError("words are added to a content block that has none", where="/delta/type", fix=FIX)
        text = word(delta, name)
        if not text:
            return []
        item.part = Part(text=text, write=lambda whole, new: in_delta(whole, name, new))
        return self._outbox.add(block.key, item.part)

    def _argue(self, block: _Block, item: Item, fragment: str) -> None:
        block.characters += len(fragment)
        if block.characters > MAX_ARGUMENT_CHARS or not block.group.whole or block.group.fragile:
            raise ConfigError(
                f"the arguments of a call are longer than {MAX_ARGUMENT_CHARS:,} characters, or not those of a call",
                where="/delta/partial_json",
                fix=FIX,
            )
        block.arguments.append(fragment)
        block.fragments.append(item)

    def _cited(self, block: _Block, delta: dict[str, JsonValue]) -> Section:
        number_, block.citations = str(block.citations), block.citations + 1
        walk = Walk(protocol=PROTOCOL)
        citation, at = delta.get("citation"), str(block.index)
        CITATION(walk, citation, f"/content/{at}/citations/{number_}", block.place)
        value: JsonValue = {"content": {at: {"citations": {number_: citation}}}}
        return Section(walk, value, install_citation)

    def _close(self, block: _Block) -> list[Piece]:
        del self._blocks[block.index]
        block.group.ended = True
        pieces: list[Piece] = []
        if block.is_call or block.fragments:
            part = Part(text=canonical(whole_characters("", "".join(block.arguments))[0]), write=in_arguments)
            for item in block.fragments[1:]:
                item.follows = part
            for item in block.fragments[:1]:
                item.part = part
            key = f"content/{block.index}/input"
            self._outbox.strand(key, block.group)
            segment = segment_at(block.place, Channel.TOOL_ARGUMENT, f"/content/{block.index}/input")
            pieces = [self._outbox.opened(key, segment), *self._outbox.add(key, part), Closed(key=key)]
        return [*pieces, Closed(key=block.key)] if block.key else pieces

    # --- out

    def _before_stop(self, item: Item) -> bytes:
        group = item.group
        if group is None or group.whole:
            return b""
        text = "".join(group.tail)
        if not text and group.had_words and not group.said_words:
            text = EMPTIED
        return said_at(self._numbers.get(group.number, group.number), text) if text else b""

    def _numbered(self, item: Item, body: dict[str, JsonValue]) -> dict[str, JsonValue]:
        kind = body.get("type")
        self._has_started = self._has_started or kind == "message_start"
        self._has_ended = self._has_ended or kind in {"message_stop", "error"}
        if item.group is None:
            return body
        number_ = item.group.number
        if item.is_start:
            self._numbers[number_] = number_ - sum(1 for lost in self._lost if lost < number_)
            self._highest = max(self._highest, self._numbers[number_])
            self._open[self._numbers[number_]] = item.group
        index = self._numbers.get(number_, number_)
        if item.ends_group:
            self._open.pop(index, None)
        return body if index == number_ else {**body, "index": index}

    def _note_lost(self, item: Item) -> None:
        if item.group is not None:
            self._lost.append(item.group.number)
