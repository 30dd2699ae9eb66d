"""The guard of one stream: pieces of fields go in, what may leave comes out, and one decision remains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from roadworthy.guard.calls.owning import NOBODY_SAID, Owns
from roadworthy.guard.engine.applying import Substitute
from roadworthy.guard.engine.bundle import Bundle, is_never_early
from roadworthy.guard.engine.calling import judge_calls
from roadworthy.guard.engine.deciding import decision_of
from roadworthy.guard.engine.enforce import judge_segment
from roadworthy.guard.engine.finding import Finding, find
from roadworthy.guard.engine.own import of_event
from roadworthy.guard.event import ConversationState, Event, UnknownField
from roadworthy.guard.policy.model import UnknownBehaviour
from roadworthy.guard.ports import Stopwatch
from roadworthy.guard.reading.reading import Reading, read
from roadworthy.guard.stream.calls import ToolCalls
from roadworthy.guard.stream.fields import Fields
from roadworthy.guard.stream.flow import Flow
from roadworthy.guard.stream.model import Closed, Foreign, Opened, Piece, Release, Released, Stripped, Text
from roadworthy.guard.stream.progress import Progress
from roadworthy.guard.stream.settling import settle
from roadworthy.guard.stream.so_far import decided, exceeded, judged_so_far, too_late
from roadworthy.guard.stream.terms import terms_of
from roadworthy.guard.stream.verdict import own_verdict
from roadworthy.guard.verdict import Decision, Mode, Verdict

MAX_OPEN = 4_096
"""Fields that are open at a time; a stream with more is stopped."""

MAX_FIELDS = 16_384
"""Fields of one stream, those that have ended included; one with more is stopped."""

MAX_FOREIGN = 1_024
"""Kinds of foreign events of one stream; one with more is stopped."""

MAX_CHARS = 8_000_000
MAX_CHARS_TIMES = 4
"""Characters of all fields together: so many or, where that is more, so many times the route's longest field; a stream
with more is stopped."""

_NS_PER_US = 1_000
_NEW = ConversationState()


class StreamGuard:
    """Judges one stream while it comes, by the same policy and with the same final verdict as when it is whole.

    It keeps the text of the fields (at most `MAX_CHARS` characters or `MAX_CHARS_TIMES` times the route's longest
    field, in at most `MAX_FIELDS` fields) and where something was found in it. Nothing is shared with another stream.

    Args:
        bundle: The policy.
        event: What is known of the stream; it has no segments, which come with `Opened`.
        state: What earlier events of the conversation left.
        stopwatch: Counts nanoseconds. None: nothing is timed, and a rail that is too slow is not noticed.
        substitute: Gives placeholders; None: the edits' own words stand there.
        owns: As for `roadworthy.guard.engine.enforce.enforce`.

    Raises:
        ValueError: If ``event`` has segments.
    """

    def __init__(
        self,
        bundle: Bundle,
        event: Event,
        state: ConversationState = _NEW,
        *,
        stopwatch: Stopwatch | None = None,
        substitute: Substitute | None = None,
        owns: Owns = NOBODY_SAID,
    ) -> None:
        if event.segments:
            raise ValueError(f"the event of a stream has no segments yet, got {len(event.segments)}")
        self._bundle = bundle
        self._event = event
        self._state = state
        self._stopwatch = stopwatch
        self._substitute = substitute
        self._owns = owns
        self._coming = bundle.scene(event, state, final=False)
        self._route = bundle.route(event.route)
        self._fields = Fields()
        self._calls = ToolCalls()
        self._foreign_events: dict[str, UnknownField] = {}
        self._characters = 0
        self._left = 0
        self._cost_ns = 0
        self._is_degraded = False
        self._is_cancelled = False
        self._final: Decision | None = None

    def __repr__(self) -> str:
        return f"StreamGuard(event={self._event.id!r}, fields={len(self._fields)}, characters={self._characters})"

    @property
    def stopped(self) -> bool:
        """Whether nothing more leaves, so that whoever produces the stream can be told to end it."""
        return self._final is not None and (self._final.stops or self._is_cancelled)

    @property
    def decision(self) -> Decision:
        """What is decided: finally, once the stream was stopped or is finished; before, of what came so far."""
        return self._final if self._final is not None else self._so_far()

    def push(self, piece: Piece) -> tuple[Release, ...]:
        """Take in one piece and return what may leave now, in order.

        A piece that is out of order (a field that begins twice, text of a field that did not begin or has ended, the
        end of such a field) stops the stream, and so does anything that breaks, such as a vault that is full. After a
        stop nothing leaves, whatever comes.
        """
        return self._leaving(lambda: self._pushed(piece))

    def finish(self) -> tuple[Release, ...]:
        """Say that the stream is over, and return what is left of it.

        A text whose end did not come is judged as it is. A field that never leaves before it is whole does not leave
        then, and stops the stream.
        """
        return self._leaving(self._finished)

    def cancel(self) -> None:
        """Say that nobody is listening any more. What was decided so far is final, and the decision says so."""
        if self._final is None:
            came = f"cancelled after {self._characters} characters, of which {self._left} had left"
            self._is_cancelled = True
            self._final = self._so_far(own_verdict("cancelled", came))

    def refuse(self, verdict: Verdict) -> None:
        """Stop the stream for what does not stand in its text, such as a budget that is used up.

        Raises:
            ValueError: If ``verdict`` stops nothing.
        """
        if not verdict.action.stops:
            raise ValueError(f"a verdict that says {verdict.action.value} stops no stream")
        if self._final is None:
            self._stop(verdict)

    def _pushed(self, piece: Piece) -> tuple[Release, ...]:
        match piece:
            case Opened():
                return self._opened(piece)
            case Text():
                return self._text(piece)
            case Closed():
                return self._closed(piece)
            case Foreign():
                return self._foreign(piece)
        assert_never(piece)

    def _opened(self, piece: Opened) -> tuple[Release, ...]:
        if piece.key in self._fields:
            return self._stop(own_verdict("stream-order", "a field began twice"))
        if self._fields.num_open >= MAX_OPEN or len(self._fields) >= MAX_FIELDS:
            most = f"more than {MAX_OPEN} fields at a time, or {MAX_FIELDS} in all"
            return self._stop(own_verdict("stream-too-wide", most))
        segment = self._fields.numbered(piece.segment)
        begun = replace(self._event, segments=(segment,))
        if self._route is None or any(said.action.stops for said in of_event(self._bundle, begun)):
            return self._stop(*of_event(self._bundle, begun))
        terms = terms_of(self._bundle, segment, self._event, route=self._route)
        flow = Flow(piece.key, segment, terms, substitute=self._substitute)
        self._fields.add(flow)
        call = self._calls.of(segment)
        if call is not None and not call.add(flow):
            return self._stop(own_verdict("stream-order", "a tool call went on after its end", segment=segment.index))
        if not self._look(flow, flow.progress) or not piece.segment.text:
            return ()
        return self._text(Text(key=piece.key, text=piece.segment.text))

    def _text(self, piece: Text) -> tuple[Release, ...]:
        flow = self._fields.open(piece.key)
        if flow is None:
            return self._stop(own_verdict("stream-order", "text of a field that is not open"))
        flow.tape.add(piece.text)
        self._characters += len(piece.text)
        if flow.tape.length > flow.terms.max_chars:
            return self._stop()
        most = max(MAX_CHARS, flow.terms.max_chars * MAX_CHARS_TIMES)
        if self._characters > most:
            return self._stop(own_verdict("stream-too-wide", f"more than {most} characters in all fields"))
        due = flow.due
        return flow.release() if due and self._look(flow, due) else ()

    def _closed(self, piece: Closed) -> tuple[Release, ...]:
        flow = self._fields.open(piece.key)
        if flow is None:
            return self._stop(own_verdict("stream-order", "the end of a field that is not open"))
        if not self._judge_whole(flow):
            return ()
        call = self._calls.of(flow.segment)
        if call is None:
            return (flow.rest(),)
        if not call.is_whole:
            return ()
        # The name may have come after the arguments, or in parts: only now is it known which rules look at the call.
        if not all(self._judge_whole(one) for one in call.renamed()):
            return ()
        refused = self._of_calls()
        return self._stop(*refused) if refused else call.leave()

    def _of_calls(self) -> tuple[Verdict, ...]:
        """Return what the policy's grants say against the calls that are whole, none of which goes on then."""
        if self._bundle.tools is None:
            return ()
        whole = frozenset(flow.segment.index for flow in self._calls.whole())
        segments = tuple(one for one in self._fields.segments() if one.index in whole)
        said = [one for flow in self._fields if flow.judgement is not None for one in flow.judgement.verdicts]
        event = replace(self._event, segments=segments)
        judged = judge_calls(self._bundle, event, self._state, said=said, owns=self._owns).verdicts
        return tuple(judged) if any(one.action.stops for one in judged) else ()

    def _foreign(self, piece: Foreign) -> tuple[Release, ...]:
        before = self._foreign_events.get(piece.path)
        if before is None and len(self._foreign_events) >= MAX_FOREIGN:
            return self._stop(own_verdict("stream-too-wide", f"more than {MAX_FOREIGN} kinds of foreign events"))
        characters = piece.characters + (0 if before is None else before.characters)
        unknown = UnknownField(path=piece.path, protocol=self._event.protocol, characters=characters)
        self._foreign_events[piece.path] = unknown
        match self._bundle.unknown_behaviour(unknown):
            case UnknownBehaviour.DENY:
                return self._stop()
            case UnknownBehaviour.STRIP:
                return (Stripped(path=piece.path),)
            case UnknownBehaviour.PASS_AND_FLAG:
                return ()

    def _look(self, flow: Flow, due: Iterable[Progress]) -> bool:
        """Judge what is new of ``flow`` by the rules that are ``due``, and return whether the stream goes on."""
        return all(self._look_by(progress, flow) for progress in due)

    def _look_by(self, progress: Progress, flow: Flow) -> bool:
        segment = progress.next_text(flow.segment, flow.tape)
        reading = _read(segment.text)
        found = find(
            self._bundle,
            segment,
            self._coming,
            reading=reading,
            stopwatch=self._stopwatch,
            only=progress.pace.rules,
        )
        stretch = progress.stretch(reading, head=flow.tape.length)
        said = settle(self._bundle, found, stretch, segment=flow.segment, event=self._event)
        self._is_degraded |= bool(said.failures)
        if said.stops and flow.tape.length >= 2 * flow.doubted:
            judged = judged_so_far(self._bundle, flow, self._coming, failures=said.failures)
            if any(verdict.action.stops for verdict in judged.verdicts):
                self._final = self._so_far(of=flow, failures=said.failures)
                return False
            # The text so far does not bear out what the stretch seemed to say, so only the whole field decides.
            flow.doubted = flow.tape.length
            flow.hold(flow.left)
        flow.take_in(progress, said, stretch)
        return True

    def _judge_whole(self, flow: Flow) -> bool:
        """Judge the whole of ``flow``, which has ended, and return whether the stream goes on."""
        self._fields.ended(flow)
        event = replace(self._event, segments=tuple(self._fields.judged))
        scene = self._bundle.scene(event, self._state)
        judged = judge_segment(self._bundle, flow.so_far(), scene, stopwatch=self._stopwatch)
        flow.end(judged)
        # What comes later is looked at beside what is there by now, as it will be when all of it is there.
        self._coming = replace(scene, final=False)
        late = exceeded(self._bundle, flow, self._coming)
        if late or any(verdict.action.stops for verdict in judged.verdicts):
            self._stop(*late)
            return False
        return True

    def _finished(self) -> tuple[Release, ...]:
        ended = self._fields.all_open
        for flow in ended:
            if is_never_early(flow.segment):
                return self._stop(own_verdict("stream-incomplete", "a field was cut off", segment=flow.segment.index))
            if not self._judge_whole(flow):
                return ()
        left, event = self._calls.left(), self._event_so_far()
        decision = decided(self._bundle, event, self._state, stopwatch=self._stopwatch, owns=self._owns, left=left)
        late = tuple(too_late(decision, self._fields))
        if late:
            verdicts = (*decision.verdicts, *late)
            decision = decision_of(
                self._bundle, event, self._state, verdicts=verdicts, shadow=decision.shadow, left=left
            )
        self._final = self._marked(decision)
        if decision.stops:
            return ()
        return (*(flow.rest() for flow in ended), *self._calls.leave())

    def _leaving(self, act: Callable[[], tuple[Release, ...]]) -> tuple[Release, ...]:
        """Return what leaves by ``act``, and count it. Where that breaks nothing leaves, now or later."""
        if self._final is not None:
            return ()
        start = self._now()
        released: tuple[Release, ...] = ()
        try:
            released = act()
        except Exception as error:  # noqa: BLE001 - whatever breaks here would let text leave that was not edited
            self._fail(error)
        self._count(released, since=start)
        return released

    def _count(self, released: Iterable[Release], *, since: int) -> None:
        self._left += sum(one.consumed for one in released if isinstance(one, Released))
        self._cost_ns += self._now() - since
        if self._final is not None:
            exposure = replace(self._final.exposure, released=self._left)
            self._final = replace(self._final, cost_us=self._cost_ns // _NS_PER_US, exposure=exposure)

    def _fail(self, error: Exception) -> None:
        # The error's own words may hold the text.
        failed = own_verdict("stream-failed", f"it broke on the way ({type(error).__name__})")
        # Closed at once, for what broke may break again while the rest of the decision is made.
        self._final = decision_of(self._bundle, self._event, self._state, verdicts=(failed,))
        self._final = self._so_far(failed)

    def _stop(self, *own: Verdict) -> tuple[Release, ...]:
        self._final = self._so_far(*own)
        return ()

    def _so_far(self, *own: Verdict, of: Flow | None = None, failures: Sequence[Finding] = ()) -> Decision:
        """Return what is decided by what came.

        Args:
            own: What the guard itself says.
            of: A field in which rules broke.
            failures: How they broke.
        """
        event = self._event_so_far()
        verdicts = [*of_event(self._bundle, event), *own]
        shadow: list[Verdict] = []
        for flow in self._fields:
            judged = judged_so_far(self._bundle, flow, self._coming, failures=failures if flow is of else ())
            verdicts += judged.verdicts
            shadow += judged.shadow
        verdicts = list(dict.fromkeys(verdicts))
        left = self._calls.left()
        return self._marked(decision_of(self._bundle, event, self._state, verdicts=verdicts, shadow=shadow, left=left))

    def _marked(self, decision: Decision) -> Decision:
        mode = Mode.BUFFER if self._route is None else Mode(self._route.streaming.kind)
        cost_us = self._cost_ns // _NS_PER_US
        return self._fields.marked(decision, mode=mode, left=self._left, cost_us=cost_us, is_degraded=self._is_degraded)

    def _event_so_far(self) -> Event:
        return replace(self._event, segments=self._fields.segments(), unknown=tuple(self._foreign_events.values()))

    def _now(self) -> int:
        return 0 if self._stopwatch is None else self._stopwatch()


def _read(text: str) -> Reading | None:
    try:
        return read(text)
    except Exception:  # noqa: BLE001 - reading is a part of every rail: the engine meets the failure too and judges it
        return None
