"""What has left of a streamed response, and the events that end it where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.openai_responses.refusal import refusal_item, stopped_response
from roadworthy.guard.protocols.openai_values import words_of
from roadworthy.guard.verdict import Decision

_TEXT = ("output_text", "refusal", "reasoning_text", "summary_text")


@dataclass(slots=True)
class _Part:
    """A part of an item that is open."""

    kind: str
    texts: list[str] = field(default_factory=list, repr=False)
    ended: set[str] = field(default_factory=set)
    """``text`` and ``part``, once the events that end them have left."""

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the part as it is in an item."""
        if self.kind == "output_text":
            return {"type": self.kind, "text": self.text, "annotations": [], "logprobs": []}
        return {"type": self.kind, "refusal" if self.kind == "refusal" else "text": self.text}


@dataclass(slots=True)
class _Item:
    """An item as a client knows it."""

    data: dict[str, JsonValue] = field(repr=False)
    is_done: bool = False
    parts: dict[tuple[str, int], _Part] = field(default_factory=dict)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the item, incomplete where it was not done."""
        if self.is_done:
            return self.data
        body: dict[str, JsonValue] = {**self.data}
        if "status" in body:
            body["status"] = "incomplete"
        for among in ("content", "summary"):
            parts: list[JsonValue] = [one.as_json() for (where, _), one in sorted(self.parts.items()) if where == among]
            if parts:
                body[among] = parts
        return body


class Left:
    """Follows the events that leave."""

    def __init__(self) -> None:
        self.sequence = -1
        """The last number that left."""

        self._response: Mapping[str, JsonValue] = {}
        self._items: dict[int, _Item] = {}

    def learn(self, data: JsonValue) -> None:
        """Take in an event that left."""
        if not isinstance(data, dict):
            return
        if isinstance(number := data.get("sequence_number"), int) and not isinstance(number, bool):
            self.sequence = max(self.sequence, number)
        if isinstance(response := data.get("response"), dict):
            self._response = response
        index, kind = data.get("output_index"), data.get("type")
        if not isinstance(index, int) or not isinstance(kind, str):
            return
        if isinstance(item := data.get("item"), dict):
            if kind == "response.output_item.added":
                self._items[index] = _Item(dict(item))
            elif kind == "response.output_item.done":
                self._items[index] = _Item(dict(item), is_done=True)
        elif index in self._items:
            _grown(self._items[index], kind, data)

    def stopped(self, decision: Decision, *, model: str) -> list[dict[str, JsonValue]]:
        """Return the events that end what is open, refuse with the user's words, and end the response."""
        events: list[dict[str, JsonValue]] = []
        if not self._response:
            self._response = stopped_response({}, model=model, event=decision.event, output=[])
            started = {**self._response, "status": "in_progress", "incomplete_details": None}
            events.append({"type": "response.created", "response": started})
        for index, one in sorted(self._items.items()):
            if not one.is_done:
                events += _ended(index, one)
        refusal = refusal_item(decision)
        last = max(self._items, default=-1) + 1
        events += _refusing(last, refusal, words_of(decision))
        output: list[JsonValue] = [one.as_json() for _, one in sorted(self._items.items())]
        response = stopped_response(self._response, model=model, event=decision.event, output=[*output, refusal])
        events.append({"type": "response.incomplete", "response": response})
        for number, event in enumerate(events, start=self.sequence + 1):
            event["sequence_number"] = number
        return events


def _grown(item: _Item, kind: str, data: Mapping[str, JsonValue]) -> None:
    """Take in a part of an item, or more text of one."""
    among = "summary" if "summary_index" in data else "content"
    number = data.get("summary_index", data.get("content_index"))
    if not isinstance(number, int):
        return
    part, delta = data.get("part"), data.get("delta")
    if kind.endswith(".done") and (known_part := item.parts.get((among, number))) is not None:
        known_part.ended.add("text" if part is None else "part")
    elif isinstance(part, dict) and isinstance(named := part.get("type"), str) and named in _TEXT:
        text = part.get("refusal" if named == "refusal" else "text")
        item.parts[among, number] = _Part(named, [text] if isinstance(text, str) else [])
    elif isinstance(delta, str) and kind.endswith(".delta"):
        known = kind.removeprefix("response.").removesuffix(".delta").replace("reasoning_summary_text", "summary_text")
        if known in _TEXT:
            item.parts.setdefault((among, number), _Part(known)).texts.append(delta)


def _ended(index: int, item: _Item) -> Iterator[dict[str, JsonValue]]:
    """Return the events that end an open item where it stands."""
    identity = item.data.get("id")
    for (among, number), part in sorted(item.parts.items()):
        about: dict[str, JsonValue] = {"item_id": identity, "output_index": index}
        about["summary_index" if among == "summary" else "content_index"] = number
        kind = "reasoning_summary_text" if among == "summary" else part.kind
        done: dict[str, JsonValue] = {"type": f"response.{kind}.done", **about}
        done["refusal" if part.kind == "refusal" else "text"] = part.text
        if kind == "output_text":
            done["logprobs"] = []
        if "text" not in part.ended:
            yield done
        piece = "reasoning_summary_part" if among == "summary" else "content_part"
        if "part" not in part.ended:
            yield {"type": f"response.{piece}.done", **about, "part": part.as_json()}
    yield {"type": "response.output_item.done", "output_index": index, "item": item.as_json()}


def _refusing(index: int, item: dict[str, JsonValue], words: str) -> Iterator[dict[str, JsonValue]]:
    """Return the events of a message that refuses."""
    started: dict[str, JsonValue] = {**item, "status": "in_progress", "content": []}
    about: dict[str, JsonValue] = {"item_id": item["id"], "output_index": index, "content_index": 0}
    yield {"type": "response.output_item.added", "output_index": index, "item": started}
    yield {"type": "response.content_part.added", **about, "part": {"type": "refusal", "refusal": ""}}
    yield {"type": "response.refusal.delta", **about, "delta": words}
    yield {"type": "response.refusal.done", **about, "refusal": words}
    yield {"type": "response.content_part.done", **about, "part": {"type": "refusal", "refusal": words}}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}
