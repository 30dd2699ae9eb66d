"""A stream on its way through a run: bytes in, bytes that may leave out, nothing early."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from roadworthy.core.errors import ConfigError, RoadworthyError
from roadworthy.guard.event import Event
from roadworthy.guard.protocols.codec import Decoded, StreamCodec
from roadworthy.guard.segment import Segment, Stage
from roadworthy.guard.session.errors import BlockedError, CallRefusedError
from roadworthy.guard.session.wording import problem_of
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Foreign, Opened, Piece, Release, Released, Text
from roadworthy.guard.verdict import Decision
from roadworthy.sdk.exchange.calls import CallPlace
from roadworthy.sdk.exchange.exchange import Exchange
from roadworthy.sdk.exchange.raising import blocked_error, message_of, stub_of
from roadworthy.sdk.exchange.stated import StatedUsage


class Relay:
    """One stream. What it says leaves as the route lets it; a tool call leaves at the end, once the run has let it.

    Args:
        exchange: Of the request that it answers.
        codec: Reads the stream; None: the one of the endpoint.

    Raises:
        ConfigError: If the endpoint does not stream.
    """

    def __init__(self, exchange: Exchange, *, codec: StreamCodec | None = None) -> None:
        if exchange.surface.stream is None:
            raise ConfigError(
                "a stream came where none can be read", where=exchange.surface.protocol, fix="ask without `stream`"
            )
        self._exchange = exchange
        self._codec = exchange.surface.stream(exchange.model) if codec is None else codec
        self._guard = StreamGuard(exchange.bundle, exchange.event, exchange.run.state)
        self._fields: dict[str, tuple[Segment, list[str]]] = {}
        self._stop: BlockedError | None = None
        self._stated = StatedUsage()
        self._came = 0
        self.is_over = False
        """Whether nothing more leaves."""

    def feed(self, data: bytes) -> bytes:
        """Take in bytes and return those that may leave.

        Raises:
            BlockedError: If the stream must not go on.
            ConfigError: If it is no stream of the protocol.
        """
        if self.is_over:
            return b""
        self._raise_stop()
        if self._exchange.bundle.policy.budgets:
            self._stated.feed(data)
        return self._left(self._codec.feed(data))

    def end(self) -> bytes:
        """Say that no more comes, and return what is left.

        Raises:
            BlockedError: If it must not leave.
            CallRefusedError: If a call in it is refused and refused calls are raised.
        """
        if self.is_over:
            return b""
        self._raise_stop()
        self._exchange.used(given=self._stated.input_tokens, taken=self._stated.output_tokens)
        out = self._left(self._codec.end())
        self._raise_stop()
        releases = self._guard.finish()
        decision = self._guard.decision
        if decision.stops:
            self.is_over = True
            raise self._blocked()
        calls = self._calls()
        self._learn(skip={key for call in calls for key in call.keys})
        try:
            allowed = [one for call in calls for one in self._call(call)]
        except CallRefusedError as error:
            self.is_over = True
            if self._exchange.refused == "raise" or self._exchange.has_form:
                raise
            return out + self._codec.emit(releases) + self._codec.stop(replace(error.decision, message=error.message))
        self.is_over = True
        return out + self._codec.emit([*releases, *allowed]) + self._codec.finish()

    def cancel(self) -> None:
        """Say that nobody listens any more."""
        if not self.is_over:
            self._cut()
            # A client that has read the last event asks for no more: what was said is noted all the same.
            with suppress(RoadworthyError):
                self._learn(skip={key for call in self._calls() for key in call.keys})
        self.is_over = True
        self._guard.cancel()

    def _left(self, pieces: Sequence[Piece]) -> bytes:
        releases: list[Release] = []
        for piece in pieces:
            if self._note(piece):
                continue
            releases += self._guard.push(piece)
            if self._guard.stopped:
                self._stop = self._blocked()
                if isinstance(piece, Foreign):
                    # Its event says nothing else that it would wait for, and may not leave.
                    self._raise_stop()
                break
        out = self._codec.emit(releases)
        if not out:
            self._raise_stop()
        return out

    def _raise_stop(self) -> None:
        """Raise what stops the stream. What was let through before it has left by then."""
        if self._stop is not None:
            self._cut()
            self.is_over = True
            raise self._stop

    def _cut(self) -> None:
        """Say what was used until the stream was cut: what has come of it has no more tokens than bytes."""
        given = self._stated.input_tokens
        if given:
            stated = self._stated.output_tokens
            self._exchange.used(given=given, taken=stated if self._stated.is_total else max(stated, self._came))

    def _note(self, piece: Piece) -> bool:
        """Keep what a piece says, and return whether it belongs to a tool call, which is judged as a whole."""
        if isinstance(piece, Foreign):
            return False
        if isinstance(piece, Opened):
            self._fields[piece.key] = (piece.segment, [piece.segment.text])
        found = self._fields.get(piece.key)
        if found is None:
            return False
        if isinstance(piece, Text):
            found[1].append(piece.text)
            self._came += len(piece.text.encode("utf-8", "surrogatepass"))
        return found[0].stage is Stage.TOOL_CALL and isinstance(piece, (Opened, Text, Closed))

    def _blocked(self) -> BlockedError:
        said = tuple(
            replace(segment, text="".join(texts), index=place)
            for place, (segment, texts) in enumerate(self._fields.values())
        )
        return _blocked(replace(self._exchange.event, segments=said), self._guard.decision)

    def _calls(self) -> tuple[_Fields, ...]:
        found: dict[str, _Fields] = {}
        for key, (segment, texts) in self._fields.items():
            if segment.stage is not Stage.TOOL_CALL:
                continue
            name = segment.call.partition("#")[0] or key.rpartition("/")[0]
            found.setdefault(f"{segment.choice} {name}", _Fields()).add(key, segment, "".join(texts))
        return tuple(found.values())

    def _call(self, call: _Fields) -> list[Released]:
        first = call.segments[0]
        place = CallPlace(
            pointer=first.path,
            tool=next((one.tool for one in call.segments if one.tool), ""),
            segments=tuple(call.segments),
        )
        changed = self._exchange.let_through(place)
        return [
            Released(key=key, text=changed.get(segment.path, segment.text), consumed=len(segment.text), closes=True)
            for key, segment in zip(call.keys, call.segments, strict=True)
        ]

    def _learn(self, *, skip: set[str]) -> None:
        """Have the run learn what was said: it is in the history of what comes next."""
        said = tuple(
            replace(segment, text="".join(texts))
            for key, (segment, texts) in self._fields.items()
            if key not in skip and any(texts)
        )
        if not said:
            return
        judged = self._exchange.judged(Decoded(segments=said, model=self._exchange.model))
        if judged.stops:
            self.is_over = True
            raise blocked_error(judged, what="the answer")


class _Fields:
    """The fields of one call."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.segments: list[Segment] = []

    def add(self, key: str, segment: Segment, text: str) -> None:
        """Add a field."""
        self.keys.append(key)
        self.segments.append(replace(segment, text=text, path=f"/{key}"))


def _blocked(event: Event, decision: Decision) -> BlockedError:
    return BlockedError(
        problem_of(decision, "the answer"),
        decision=decision,
        message=message_of(decision),
        stub=stub_of(event, decision),
        fix="show `message` to the person; `rw guard explain` says which rule looked",
    )
