"""One request and its answer on their way through a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import Event, Usage
from roadworthy.guard.protocols.codec import Decoded, MessageCodec
from roadworthy.guard.segment import Channel, Segment, Source, SourceKind, Stage
from roadworthy.guard.session.errors import CallRefusedError
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Judged
from roadworthy.sdk.exchange.calling import changed_text, ticket_for, wanted
from roadworthy.sdk.exchange.calls import CallPlace, Without
from roadworthy.sdk.exchange.media import Media, check_media
from roadworthy.sdk.exchange.raising import blocked_error
from roadworthy.sdk.exchange.stated import tokens
from roadworthy.sdk.exchange.surface import Surface
from roadworthy.sdk.exchange.under_way import UNDER_WAY, note_results
from roadworthy.sdk.speaking import is_composed

Refused: TypeAlias = Literal["drop", "raise"]
"""What becomes of a refused tool call in an answer: it is left out and its stub is said, or an error is raised."""


class Exchange:
    """A request that goes to a model by a run, and the answer that comes back.

    Args:
        run: Judges them and remembers what was read.
        bundle: The policy in force, for streams.
        surface: How they are read and written.
        refused: What becomes of refused tool calls.
        owns_run: Whether the run is there for this exchange alone, and ends with it.
        media: What becomes of pictures, sound and files.
    """

    def __init__(
        self,
        run: Run,
        bundle: Bundle,
        surface: Surface,
        *,
        refused: Refused = "drop",
        owns_run: bool = False,
        media: Media = "refuse",
    ) -> None:
        self.run = run
        self.bundle = bundle
        self.surface = surface
        self.refused = refused
        self._media = media
        self.model = ""
        """That the request names."""

        self._is_composed = is_composed()
        self.has_form = False
        """Whether the answer must be JSON of a form, which words of the guard would not fit."""

        self._owns_run = owns_run
        self._has_calls = False
        self._turn = 0
        self._used: Usage | None = None
        self._event: Event | None = None

    @property
    def event(self) -> Event:
        """What is known of a stream that answers, without segments."""
        found = self._event
        if found is None:
            found = self._event = self.judged(Decoded(segments=())).event
        return replace(found, segments=(), unknown=(), definitions=(), approved=(), protocol=self.surface.protocol)

    def sent(self, body: JsonValue) -> JsonValue:
        """Return the request as it may go on.

        Raises:
            BlockedError: If it may not.
            ConfigError: If it cannot be read.
        """
        codec = self.surface.request
        if codec is None:
            raise ConfigError("a request without a body was expected", where=self.surface.protocol, fix="send none")
        decoded = codec.decode(body)
        if self._is_composed:
            decoded = replace(decoded, segments=tuple(map(_composed, decoded.segments)))
        if self.surface.has_messages:
            check_media(body, self._media)
        self.model = decoded.model
        self.has_form = _has_form(body)
        note_results(self.run, decoded.segments)
        # What the turn may use is set aside before anything is looked at.
        in_turn = bool(self.bundle.policy.budgets)
        judged = self.run.judge(decoded, protocol=self.surface.protocol, in_turn=in_turn)
        self._turn = judged.turn
        self._event = judged.event
        if judged.stops:
            raise blocked_error(judged, what="the request")
        return _encoded(codec, body, judged.texts, stripped=judged.stripped)

    def came(self, body: JsonValue) -> JsonValue:
        """Return the answer as the application may have it.

        Raises:
            BlockedError: If what it says may not go on.
            CallRefusedError: If a call in it is refused and refused calls are raised.
            ConfigError: If it cannot be read.
        """
        codec = self.surface.answer
        decoded = codec.decode(body)
        self.used(given=decoded.usage.input_tokens, taken=decoded.usage.output_tokens)
        said = tuple(one for one in decoded.segments if one.stage is not Stage.TOOL_CALL)
        calls = () if len(said) == len(decoded.segments) else self._calls(decoded.segments)
        texts: dict[str, str] = {}
        stripped: tuple[str, ...] = ()
        if said or decoded.unknown or not calls:
            judged = self.judged(replace(decoded, segments=said))
            if judged.stops:
                raise blocked_error(judged, what="the answer")
            texts |= judged.texts
            stripped = judged.stripped
        refused: dict[str, str] = {}
        for call in calls:
            try:
                texts |= self.let_through(call)
            except CallRefusedError as error:
                if self.refused == "raise" or self._without is None:
                    raise
                refused[call.pointer] = error.stub
        encoded = _encoded(codec, body, texts, stripped=stripped)
        return self._without(encoded, refused) if refused and self._without is not None else encoded

    @property
    def _without(self) -> Without | None:
        """What takes refused calls out of the answer; None: nothing can."""
        shape = self.surface.calls
        if shape is None:
            return None
        return shape.refusing if self.has_form else shape.without

    def let_through(self, call: CallPlace) -> Mapping[str, str]:
        """Return what is changed in the arguments of a call that may be made: new text by path.

        Raises:
            CallRefusedError: If it may not be made.
        """
        asked = wanted(call)
        ticket = ticket_for(self.run, asked)
        UNDER_WAY.keep(self.run, asked.id, ticket)
        self._has_calls = True
        new = changed_text(asked, ticket)
        if new is None:
            return {}
        return {one.path: new for one in call.segments if one.channel is Channel.TOOL_ARGUMENT and one.text}

    def used(self, *, given: int, taken: int) -> None:
        """Say what the request and its answer used, in tokens; without any, nobody knows."""
        if given or taken:
            self._used = tokens(self.bundle, given=given, taken=taken)

    def failed(self) -> None:
        """Say that the server refused the request, which used nothing but a request."""
        self._used = Usage()

    def close(self) -> None:
        """Settle what was set aside. Calls that were let through stay spent. May be said any number of times."""
        turn, self._turn = self._turn, 0
        if turn:
            self.run.used(turn, self._used)
        if self._owns_run and not self._has_calls:
            self.run.abort()

    def judged(self, decoded: Decoded) -> Judged:
        """Return what the run says of a message."""
        return self.run.judge(decoded, protocol=self.surface.protocol)

    def _calls(self, segments: Sequence[Segment]) -> tuple[CallPlace, ...]:
        if self.surface.calls is None:
            raise ConfigError(
                "the answer has a tool call where none belongs", where=self.surface.protocol, fix="ask for none"
            )
        return self.surface.calls.calls(segments)


def _has_form(body: JsonValue) -> bool:
    """Return whether a request asks for an answer in a form, as each of the protocols says it."""
    stated = body if isinstance(body, dict) else {}
    inner = [stated.get(name) for name in ("text", "output_config")]
    asked = [stated.get("response_format"), stated.get("output_format")]
    asked += [one.get("format") for one in inner if isinstance(one, dict)]
    return any(isinstance(one, dict) and one.get("type") not in (None, "text") for one in asked)


def _composed(segment: Segment) -> Segment:
    """Return what a tool says as the user's as what it is: composed by a model."""
    return replace(segment, source=Source(kind=SourceKind.MODEL)) if segment.source.kind is SourceKind.USER else segment


def _encoded(codec: MessageCodec, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str]) -> JsonValue:
    return codec.encode(body, texts, stripped=stripped) if texts or stripped else body
