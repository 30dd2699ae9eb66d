"""Events of a stream that wait for the words in them to be released, and leave in the order in which they came.

What leaves unchanged leaves as the bytes that came. Nothing overtakes: an event leaves once all before it are out.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.editing import encoded
from roadworthy.guard.protocols.half import whole_characters
from roadworthy.guard.protocols.sse import ServerSentEvent, rewritten, written
from roadworthy.guard.protocols.walk import (
    Walk,
    dumped,
)
from roadworthy.guard.segment import Segment
from roadworthy.guard.stream.model import Closed, Foreign, Opened, Piece, Release, Released, Stripped, Text

COMMENT = "comment"
"""Path of what stands beside the data of an event and says something."""

_COMMENT = re.compile(r"[A-Za-z0-9 ._-]{0,40}")
MAX_WAITING_BYTES = 16_000_000
"""Most bytes of one stream that wait."""


@dataclass(slots=True)
class Section:
    """A part of an event that was walked: its words can be changed and what is not known in it left out."""

    walk: Walk
    value: JsonValue = field(repr=False)
    install: Callable[[dict[str, JsonValue], JsonValue], dict[str, JsonValue]]
    """Puts the part back into the event."""


@dataclass(slots=True, eq=False)
class Group:
    """Events that belong together, such as those of one content block."""

    whole: bool = False
    """Whether they leave together or not at all."""

    fragile: bool = False
    """Whether a change of any word of theirs drops them all."""

    number: int = 0
    ended: bool = False
    pending: set[str] = field(default_factory=set)
    """Keys of fields that are not closed."""

    changed: bool = False
    tail: list[str] = field(default_factory=list, repr=False)
    """Words that were added behind the last."""

    had_words: bool = False
    said_words: bool = False
    has_begun: bool = False
    """Whether an event of it has left."""

    @property
    def is_settled(self) -> bool:
        """Whether all of it is there and judged."""
        return self.ended and not self.pending

    @property
    def is_dropped(self) -> bool:
        """Whether none of it leaves."""
        return self.fragile and self.changed


@dataclass(slots=True, eq=False)
class Part:
    """Words that are one part of a field which comes in parts."""

    text: str = field(repr=False)
    write: Callable[[dict[str, JsonValue], str], dict[str, JsonValue]]
    """Puts other words into the event."""

    covered: int = 0
    """Characters of it that were released."""

    out: list[str] = field(default_factory=list, repr=False)
    """What may leave in their place and has not yet."""

    is_touched: bool = False
    """Whether what leaves differs from what came."""

    @property
    def is_whole(self) -> bool:
        """Whether all of it was released."""
        return self.covered == len(self.text)


@dataclass(slots=True, eq=False)
class Item:
    """One event that waits."""

    event: ServerSentEvent
    body: dict[str, JsonValue] | None = field(default=None, repr=False)
    group: Group | None = None
    ends_group: bool = False
    sections: tuple[Section, ...] = ()
    part: Part | None = None
    is_start: bool = False
    foreign: str = ""
    """Path under which the event as a whole is not known; empty: it is known."""

    follows: Part | None = None
    """The part that stands for this event's words too: where it changed, this event does not leave."""

    waits: set[str] = field(default_factory=set)
    """Keys of whole fields in it that are not released."""

    texts: dict[str, str] = field(default_factory=dict, repr=False)
    """Words that changed, by path."""


@dataclass(slots=True)
class _Field:
    """A field that stands whole in one event."""

    item: Item
    path: str
    text: str = field(repr=False)
    got: list[str] = field(default_factory=list, repr=False)


class Outbox:
    """The events of one stream that wait.

    Args:
        before: Makes the events that must leave before the last one of a group, such as words that were added.
        finished: Has the last word on the body of an event that leaves, changed or as it came.
        said: Makes the text of an event from its body.
        lost: Is told of the first event of a group that does not leave.
    """

    def __init__(
        self,
        *,
        before: Callable[[Item], bytes] = lambda _: b"",
        finished: Callable[[Item, dict[str, JsonValue]], dict[str, JsonValue]] = lambda _, body: body,
        said: Callable[[dict[str, JsonValue]], str] = dumped,
        lost: Callable[[Item], None] = lambda _: None,
    ) -> None:
        self._before = before
        self._finished = finished
        self._said = said
        self._lost = lost
        self._stuck: Item | None = None
        self._queue: deque[Item] = deque()
        self._fields: dict[str, _Field] = {}
        self._strands: dict[str, tuple[Group, deque[Part]]] = {}
        self._stripped: set[str] = set()
        self._halves: dict[str, str] = {}
        self._waiting = 0
        self._number = 0

    # --- in

    def put(self, item: Item) -> list[Piece]:
        """Take in an event; return what is to be judged of the fields that stand whole in it.

        Raises:
            ConfigError: If too much waits.
        """
        self._waiting += len(item.event.raw)
        if self._waiting > MAX_WAITING_BYTES:
            raise ConfigError(
                f"more than {MAX_WAITING_BYTES:,} bytes of a stream wait to be judged",
                fix="have the model's server send shorter answers, or judge this route without holding",
            )
        self._queue.append(item)
        pieces: list[Piece] = [Foreign(path=item.foreign, characters=len(item.event.raw))] if item.foreign else []
        if odd := beside(item.event):
            pieces.append(Foreign(path=COMMENT, characters=odd))
        for section in item.sections:
            pieces += [Foreign(path=one.path, characters=one.characters) for one in section.walk.unknown]
            for segment in section.walk.segments:
                pieces += self._whole(item, segment)
        return pieces

    def _whole(self, item: Item, segment: Segment) -> Iterable[Piece]:
        key = f"{self._number}{segment.path}"
        self._fields[key] = _Field(item=item, path=segment.path, text=segment.text)
        item.waits.add(key)
        if item.group is not None:
            item.group.pending.add(key)
        yield self.opened(key, segment)
        yield Text(key=key, text=segment.text)
        yield Closed(key=key)

    def opened(self, key: str, segment: Segment) -> Opened:
        """Return the piece that begins a field, with its place among the fields of the stream."""
        self._number += 1
        return Opened(key=key, segment=replace(segment, text="", index=self._number - 1))

    def strand(self, key: str, group: Group) -> None:
        """Begin a field whose words come in parts."""
        group.pending.add(key)
        self._strands[key] = (group, deque())

    def add(self, key: str, part: Part) -> list[Piece]:
        """Take in more words of a field."""
        text, half = whole_characters(self._halves.pop(key, ""), part.text)
        if half:
            self._halves[key] = half
        if text != part.text:
            part.text, part.is_touched = text, True
        if not text:
            return []
        group, parts = self._strands[key]
        group.had_words = group.had_words or not part.text.isspace()
        parts.append(part)
        return [Text(key=key, text=part.text)]

    # --- out

    def take(self, releases: Sequence[Release]) -> bytes:
        """Take in what may leave, and return the bytes that leave now."""
        for one in releases:
            if isinstance(one, Stripped):
                self._stripped.add(one.path)
            elif one.key in self._fields:
                self._take_whole(one)
            elif one.key in self._strands:
                self._take_part(one)
        return self._leave()

    def _take_whole(self, release: Released) -> None:
        found = self._fields[release.key]
        found.got.append(release.text)
        if not release.closes:
            return
        del self._fields[release.key]
        text = "".join(found.got)
        group = found.item.group
        found.item.waits.discard(release.key)
        if group is not None:
            group.pending.discard(release.key)
        if text != found.text:
            found.item.texts[found.path] = text
            if group is not None:
                group.changed = True

    def _take_part(self, release: Released) -> None:
        group, parts = self._strands[release.key]
        left, slices, touched = release.consumed, [], []
        while left and parts:
            part = parts[0]
            size = min(left, len(part.text) - part.covered)
            slices.append(part.text[part.covered : part.covered + size])
            touched.append(part)
            part.covered += size
            left -= size
            if part.is_whole:
                parts.popleft()
        self._place(release.text, slices=slices, touched=touched, group=group, parts=parts)
        if release.closes:
            group.pending.discard(release.key)

    def _place(
        self, text: str, *, slices: Sequence[str], touched: Sequence[Part], group: Group, parts: deque[Part]
    ) -> None:
        if text == "".join(slices):
            for part, piece in zip(touched, slices, strict=True):
                part.out.append(piece)
            return
        group.changed = True
        for part in touched:
            part.is_touched = True
        if touched:
            touched[0].out.append(text)
        elif parts:
            parts[0].is_touched = True
            parts[0].out.append(text)
        else:
            group.tail.append(text)

    def _leave(self) -> bytes:
        out = bytearray()
        while self._queue and self._may_leave(self._queue[0]):
            item = self._queue[0]
            out += self._rendered(item)
            if item.part is not None and not item.part.is_whole:
                break
            self._queue.popleft()
            self._waiting -= len(item.event.raw)
        return bytes(out)

    def _may_leave(self, item: Item) -> bool:
        if not _is_ready(item):
            return False
        group = item.group
        if group is None or not group.whole or group.has_begun or group.is_dropped:
            return True
        # Nothing of a group that leaves whole may leave while something that stands between its events still waits.
        if self._stuck is not None and not _is_ready(self._stuck, wholly=True):
            return False
        self._stuck = None
        for other in self._queue:
            if not _is_ready(other, wholly=True):
                self._stuck = other
                return False
            if other.group is group and other.ends_group:
                break
        return True

    def _rendered(self, item: Item) -> bytes:
        group = item.group
        is_gone = (group is not None and group.is_dropped) or (item.foreign and item.foreign in self._stripped)
        if is_gone or (item.follows is not None and item.follows.is_touched):
            if item.is_start:
                self._lost(item)
            return b""
        head = self._before(item) if item.ends_group else b""
        is_bare = COMMENT in self._stripped and beside(item.event) > 0
        if item.body is None:
            return head if is_bare else head + item.event.raw
        body = self._changed(item, item.body)
        if body is None:
            return head
        if group is not None:
            group.has_begun = True
        last = self._finished(item, body)
        if is_bare:
            return head + written(self._said(last), event=item.event.event)
        return head + (item.event.raw if last is item.body else rewritten(item.event, data=self._said(last)))

    def _changed(self, item: Item, body: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
        for section in item.sections:
            paths = {one.path for one in section.walk.segments}
            texts = {path: text for path, text in item.texts.items() if path in paths}
            stripped = [one.path for one in section.walk.unknown if one.path in self._stripped]
            if texts or stripped:
                body = section.install(body, encoded(section.value, section.walk, texts=texts, stripped=stripped))
                if not body:
                    return None
        return body if item.part is None else self._with_part(item, item.part, body)

    def _with_part(self, item: Item, part: Part, body: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
        said = "".join(part.out)
        part.out.clear()
        if item.group is not None and said.strip():
            item.group.said_words = True
        if not part.is_whole and not said:
            return None
        if part.is_whole and not part.is_touched:
            return body
        part.is_touched = True
        return part.write(body, said) if said or item.is_start else None

    # --- the end

    def drop(self) -> None:
        """Forget all that waits: none of it leaves."""
        self._queue.clear()
        self._fields.clear()
        self._strands.clear()
        self._waiting = 0


def _is_ready(item: Item, *, wholly: bool = False) -> bool:
    """Return whether an event may leave as far as it is itself concerned; ``wholly``: with all of its words."""
    group = item.group
    if item.waits or (group is not None and (group.whole or item.ends_group) and not group.is_settled):
        return False
    return item.part is None or item.part.is_whole or not (wholly or item.is_start)


def beside(event: ServerSentEvent) -> int:
    """Return how many characters stand beside the data of ``event`` that say something: in comments, in other fields.

    A keep-alive says nothing, and nor does an id or a time to wait that looks like one.
    """
    said = [one.strip() for one in event.comments]
    said += [value if name in {"id", "retry"} else f"{name} {value}" for name, value in event.others]
    return sum(len(one) for one in said if _COMMENT.fullmatch(one) is None)
