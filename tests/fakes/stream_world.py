"""Streams whose violations are known because they were planted, random ones among them, and a way to run them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from fakes.guard_world import bundle, event, rule
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import Event
from roadworthy.guard.policy.model import Buffer, GuardRule, Holdback, Observe, Route, Streaming, Where
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Piece, Release, Released, Text
from roadworthy.guard.verdict import Action

FILLER = (
    *(
        "the cat sat. ",
        "and so on, ",
        "12 (3) ",
        "zq",
        "zq12",
        "[REF 12] ",
        "   ",
        "\n",
        "x" * 17,
        "1,234.50 EUR ",
        "<b>",
    ),
    *("Grüße, ", "e\u0301te\u0301 ", "a\u200bb ", "\U0001f600 ", "日本語です。", "(aGVsbG8gd29ybGQ=), "),
)
"""Harmless pieces, some of which begin like what is planted."""

PLAIN_FILLER = tuple(part for part in FILLER if part.isascii())

EVERYWHERE = Where()

_LETTERS = "bcdfgh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A rule that finds one token wherever it stands, and how far it reaches."""

    token: str
    action: Action
    reach: int
    channels: tuple[Channel, ...] = ()
    encoded: bool = False
    """Whether it is looked for in encoded text as well."""

    @property
    def decides_within(self) -> int:
        """Characters that decide on anything it could find."""
        return max(self.reach, 128) if self.encoded else self.reach

    def binds(self, channel: Channel) -> bool:
        """Return whether it looks at fields of ``channel``."""
        return not self.channels or channel in self.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A policy of bans with its bundle."""

    bans: tuple[Ban, ...]
    streaming: Streaming
    bundle: Bundle

    def bound(self, channel: Channel) -> int:
        """Return the most characters of a field that may be exposed, as the promise has it."""
        if isinstance(self.streaming, Buffer) or is_tool(channel):
            return 0
        held = self.streaming.chars if isinstance(self.streaming, Holdback) else 0
        reaches = [1, *(ban.decides_within for ban in self.bans if ban.binds(channel))]
        return max(0, max(reaches) - held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A field's text and where each ban's token stands in it."""

    key: str
    segment: Segment
    text: str
    places: tuple[tuple[int, Ban], ...]

    @property
    def edited(self) -> str:
        """The text as it leaves when nothing stops it."""
        parts, at = [], 0
        for place, ban in self.places:
            if ban.action is Action.TRANSFORM and ban.binds(self.segment.channel):
                parts += [self.text[at:place], "[pattern]"]
                at = place + len(ban.token)
        return "".join((*parts, self.text[at:]))

    def first_stop(self) -> tuple[int, Ban] | None:
        """Return the violation that is certain first, and where; None if there is none."""
        stops = [(place, ban) for place, ban in self.places if ban.action.stops and ban.binds(self.segment.channel)]
        return min(stops, key=lambda one: one[0] + one[1].reach, default=None)


@dataclass(slots=True)
class Seen:
    """What left of one field, as a client saw it."""

    text: str = field(default="", repr=False)
    consumed: int = 0
    closed: bool = False


def is_tool(channel: Channel) -> bool:
    """Return whether fields of ``channel`` never leave before they are whole."""
    return channel in (Channel.TOOL_ARGUMENT, Channel.TOOL_NAME, Channel.STRUCTURED_FIELD)


def said(key: str, channel: Channel = Channel.TEXT, *, index: int = 0, **fields: object) -> Segment:
    """Return a field of an answer, without text."""
    stage = Stage.TOOL_CALL if channel in (Channel.TOOL_ARGUMENT, Channel.TOOL_NAME) else Stage.OUTPUT
    stated: dict = {
        "stage": stage, "role": Role.ASSISTANT, "channel": channel, "source": Source(kind=SourceKind.MODEL),
        "text": "", "path": f"/{key}", "index": index,
    }  # fmt: skip
    return Segment(**{**stated, **fields})


def pattern_rule(
    name: str, pattern: str, *, action: Action, reach: int | None, where: Where = EVERYWHERE, encoded: bool = True
) -> GuardRule:
    """Return a rule that looks for ``pattern``."""
    rail = PatternSettings(patterns=(pattern,), reach=reach, encoded=encoded)
    return replace(rule(name, pattern, action=action), rail=rail, where=where)


def streamed(streaming: Streaming, *rules: GuardRule, **fields: object) -> Bundle:
    """Return a policy of ``rules`` with one route; ``fields`` go to the route, ``policy`` among them to the policy."""
    more = fields.pop("policy", {})
    return bundle(*rules, routes=(Route(name="*", streaming=streaming, **fields),), **more)


def begun(**fields: object) -> Event:
    """Return what is known of a stream when it begins."""
    return event(**fields)


def cut(text: str, sizes: Iterable[int]) -> Iterator[str]:
    """Yield ``text`` in pieces of ``sizes``, and the rest."""
    at = 0
    for size in sizes:
        if at >= len(text):
            return
        yield text[at : at + size]
        at += size
    if at < len(text):
        yield text[at:]


def run(
    guard: StreamGuard,
    pieces: Iterable[Piece],
    *,
    after: Callable[[dict[str, Seen], Piece | None], None] = lambda seen, piece: None,
) -> dict[str, Seen]:
    """Push ``pieces`` and finish, and return what left of each field.

    Args:
        guard: Of the stream.
        pieces: In order.
        after: Called after each push with what has left by then, and after the end with None.
    """
    seen: dict[str, Seen] = {}
    for piece in pieces:
        _see(seen, guard.push(piece))
        after(seen, piece)
    _see(seen, guard.finish())
    after(seen, None)
    return seen


def _see(seen: dict[str, Seen], releases: Sequence[Release]) -> None:
    for release in releases:
        if isinstance(release, Released):
            one = seen.setdefault(release.key, Seen())
            assert not one.closed, "something left after the field had closed"
            one.text += release.text
            one.consumed += release.consumed
            one.closed = release.closes


def whole(fields: Sequence[Planted]) -> Event:
    """Return the event that the fields are when they come whole."""
    segments = tuple(replace(one.segment, text=one.text) for one in fields)
    return replace(begun(), segments=segments)


def random_world(draw: random.Random) -> World:
    """Return a random policy of one to three bans."""
    streaming: Streaming = draw.choice(
        (
            Buffer(),
            Observe(),
            Holdback(chars=draw.randint(1, 60), boundary=draw.choice(("none", "word", "line", "sentence"))),
        )
    )
    bans = tuple(_random_ban(draw, number) for number in range(draw.randint(1, 3)))
    return World(bans=bans, streaming=streaming, bundle=bundle_of(bans, streaming))


def bundle_of(bans: Sequence[Ban], streaming: Streaming) -> Bundle:
    """Return a policy of ``bans``, and of a rule that looks everywhere for what is nowhere."""
    rules = (
        pattern_rule(
            f"ban-{number}",
            ban.token,
            action=ban.action,
            reach=ban.reach,
            where=Where(channels=ban.channels),
            encoded=ban.encoded,
        )
        for number, ban in enumerate(bans)
    )
    nowhere = pattern_rule("any", "~", action=Action.DENY, reach=1, encoded=False)
    return streamed(streaming, *rules, nowhere)


def _random_ban(draw: random.Random, number: int) -> Ban:
    token = "zq" + str(number) + "".join(draw.choice(_LETTERS) for _ in range(draw.randint(1, 12)))
    return Ban(
        token=token,
        action=draw.choice((Action.DENY, Action.ESCALATE, Action.TRANSFORM, Action.TRANSFORM)),
        reach=len(token) + draw.choice((0, 0, 5, 40)),
        channels=draw.choice(((), (), (Channel.TEXT,), (Channel.TOOL_ARGUMENT,))),
        encoded=draw.random() < 0.25,
    )


def random_fields(draw: random.Random, world: World) -> tuple[Planted, ...]:
    """Return one to four fields of a stream: texts of choices, a tool call, reasoning, a structured field."""
    shapes: list[tuple[str, Channel, dict]] = [
        (f"choices/{n}/content", Channel.TEXT, {"choice": n}) for n in range(draw.choice((1, 1, 2)))
    ]
    if draw.random() < 0.3:
        shapes += [
            ("call/name", Channel.TOOL_NAME, {"call": "c1"}),
            ("call/arguments", Channel.TOOL_ARGUMENT, {"call": "c1"}),
        ]
    if draw.random() < 0.2:
        shapes.append(("reasoning", draw.choice((Channel.REASONING, Channel.STRUCTURED_FIELD)), {}))
    return tuple(
        _planted(draw, world, said(key, channel, index=index, **more), key=key, density=draw.choice((0.0, 0.05, 0.2)))
        for index, (key, channel, more) in enumerate(shapes)
    )


def _planted(draw: random.Random, world: World, segment: Segment, *, key: str, density: float) -> Planted:
    parts, places, at = [], [], 0
    filler = draw.choice((PLAIN_FILLER, PLAIN_FILLER, PLAIN_FILLER, FILLER))
    for _ in range(draw.randint(0, 10)):
        part = draw.choice(filler)
        if draw.random() < density:
            ban = draw.choice(world.bans)
            places.append((at, ban))
            part = ban.token + "."
        parts.append(part)
        at += len(part)
    return Planted(key=key, segment=segment, text="".join(parts), places=tuple(places))


def random_pieces(draw: random.Random, fields: Sequence[Planted]) -> list[Piece]:
    """Return the fields in pieces of random sizes, one among the other."""
    largest = draw.choice((1, 4, 12, 30, 200))
    waiting: list[list[Piece]] = []
    for one in fields:
        sizes = iter(lambda: draw.randint(1, largest), 0)
        texts = [Text(key=one.key, text=text) for text in cut(one.text, sizes)]
        waiting.append([Opened(key=one.key, segment=one.segment), *texts, Closed(key=one.key)][::-1])
    pieces = []
    while waiting:
        number = draw.randrange(len(waiting))
        pieces.append(waiting[number].pop())
        if not waiting[number]:
            waiting.pop(number)
    return pieces
