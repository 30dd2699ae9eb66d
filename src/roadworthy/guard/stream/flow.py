"""One field of a stream: what came, what was settled, what has left."""

from __future__ import annotations

from dataclasses import replace

from roadworthy.guard.engine.applying import Substitute
from roadworthy.guard.engine.judgement import SegmentJudgement
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.stream.boundary import Boundaries
from roadworthy.guard.stream.model import Released
from roadworthy.guard.stream.pending import PendingEdits
from roadworthy.guard.stream.progress import Progress
from roadworthy.guard.stream.settling import Settled, Stretch
from roadworthy.guard.stream.tape import Tape
from roadworthy.guard.stream.terms import Terms
from roadworthy.guard.verdict import Action, Edit, EditKind, Mode, Verdict


class Flow:
    """One field while its text comes. It holds the text up to `Terms.max_chars` and a bounded multiple of it.

    Args:
        key: Names the field in the stream.
        segment: What is known of it.
        terms: How it is let through.
        substitute: Gives placeholders; None: the edits' own words stand there.
    """

    __slots__ = (
        "_boundaries",
        "_edits",
        "_exposed",
        "_hold_from",
        "_substitute",
        "_whole",
        "_whole_exposed",
        "doubted",
        "judgement",
        "key",
        "left",
        "progress",
        "segment",
        "tape",
        "terms",
    )

    def __init__(self, key: str, segment: Segment, terms: Terms, *, substitute: Substitute | None = None) -> None:
        self.key = key
        self.segment = segment
        self.terms = terms
        self.tape = Tape()
        self.left = 0
        """Characters that have left, as they came."""
        self.judgement: SegmentJudgement | None = None
        """Of the whole field, once it is whole."""
        self.doubted = 0
        """Characters that had come when a look found what the text so far did not bear out; 0: never."""
        self.progress = tuple(map(Progress, terms.paces))
        """Of the rules, by their reach."""
        self._substitute = substitute
        self._whole: Segment | None = None
        self._hold_from: int | None = None
        self._edits = PendingEdits()
        self._exposed: dict[tuple[str, int], tuple[int, int]] = {}
        self._whole_exposed: dict[str, int] = {}
        self._boundaries = None if terms.boundary is None else Boundaries(terms.boundary)

    def __repr__(self) -> str:
        return f"Flow(key={self.key!r}, characters={self.tape.length}, left={self.left})"

    @property
    def is_closed(self) -> bool:
        """Whether it is whole, and was judged as such."""
        return self.judgement is not None

    @property
    def due(self) -> list[Progress]:
        """The rules for which so much came since their last look that it is time for another."""
        length = self.tape.length
        return [one for one in self.progress if one.is_due(length)]

    @property
    def going_on(self) -> frozenset[Span]:
        """What stands encoded and may still go on, in characters of the field."""
        return frozenset[Span]().union(*(one.going_on for one in self.progress))

    def so_far(self) -> Segment:
        """Return the field with all text that came."""
        if self._whole is None or len(self._whole.text) != self.tape.length:
            self._whole = replace(self.segment, text=self.tape.whole())
        return self._whole

    def is_of_tool(self, name: str) -> bool:
        """Take in the name of the tool that the field is of, and return whether it was taken for another's."""
        if self.segment.tool == name:
            return False
        self.segment, self._whole = replace(self.segment, tool=name), None
        return True

    def take_in(self, progress: Progress, said: Settled, stretch: Stretch) -> None:
        """Remember what a look of the rules of ``progress`` at ``stretch`` said."""
        for place in said.places:
            self._note(place.rule, place.span)
        self._edits.add(said.edits, left=self.left)
        progress.take_in(said, stretch)
        if said.hold_from is not None:
            self.hold(said.hold_from)

    def hold(self, place: int) -> None:
        """Let nothing from ``place`` on leave before the whole field was judged."""
        self._hold_from = place if self._hold_from is None else min(self._hold_from, place)

    def release(self) -> tuple[Released, ...]:
        """Return what may leave now, and count it as having left."""
        end = self._end()
        if end <= self.left:
            return ()
        text = self._edits.take(self.tape, start=self.left, end=end, put=self._put)
        consumed, self.left = end - self.left, end
        if self._boundaries is not None:
            self._boundaries.forget(end)
        return (Released(key=self.key, text=text, consumed=consumed),)

    def end(self, judgement: SegmentJudgement) -> None:
        """Take in that the field is whole and what is said of it, and keep how much of it had left by then."""
        self.judgement = judgement
        self._edits.replace([edit for verdict in judgement.verdicts for edit in verdict.edits], left=self.left)
        for verdict in judgement.verdicts:
            if not verdict.spans:
                had_left = 0 if verdict.rule in self.terms.reaches else self.left
                self._whole_exposed.setdefault(verdict.rule, had_left)
            for span in verdict.spans:
                self._note(verdict.rule, span)

    def rest(self) -> Released:
        """Return all that is left of the field, which has ended, with the edits of the whole of it."""
        length = self.tape.length
        text = self._edits.take(self.tape, start=self.left, end=length, put=self._put, closes=True)
        consumed, self.left = length - self.left, length
        return Released(key=self.key, text=text, consumed=consumed, closes=True)

    def exposure(self, verdict: Verdict) -> int:
        """Return how many characters had left, from the first that ``verdict`` is about, when it fell."""
        if verdict.action is Action.ALLOW:
            return 0
        if not verdict.spans:
            return self._whole_exposed.get(verdict.rule, 0 if verdict.rule in self.terms.reaches else self.left)
        return max(self._exposure(verdict.rule, span) for span in verdict.spans)

    def broke_its_reach(self, verdict: Verdict) -> bool:
        """Return whether ``verdict``, of the whole field, falls later than the reach of its rail allows."""
        return verdict.rule in self.terms.reaches and self.exposure(verdict) > self.terms.bound

    def _note(self, rule: str, span: Span) -> None:
        """Keep how much had left when ``rule`` spoke of ``span``, as far as it did not speak of it before."""
        place, _ = self._known(rule, span)
        if place is not None:
            self._exposed[rule, place] = (span.end, max(0, self.left - place))

    def _exposure(self, rule: str, span: Span) -> int:
        """Return how much had left, from the start of ``span``, when ``rule`` spoke of it, at once or part by part."""
        place, had_left = self._known(rule, span)
        return had_left if place is None else max(had_left, self.left - place)

    def _known(self, rule: str, span: Span) -> tuple[int | None, int]:
        """Return the first place of ``span`` that ``rule`` did not speak of, and how much had left when it last did.

        None: it spoke of all of it.
        """
        place, had_left = span.start, 0
        while (known := self._exposed.get((rule, place))) is not None:
            end, left = known
            had_left = max(had_left, left)
            if end >= span.end or end == place:
                return None, had_left
            place = end
        return place, had_left

    def _put(self, edit: Edit) -> str:
        if self._substitute is None or edit.kind is not EditKind.PLACEHOLDER:
            return edit.replacement
        # Whoever gives the placeholder reads the text beneath it, and needs no more than that.
        beneath = replace(self.segment, text=self.tape.cut(edit.span.start, edit.span.end), span=edit.span)
        return self._substitute(beneath, replace(edit, span=Span(start=0, end=edit.span.length)))

    def _end(self) -> int:
        """Return up to where the field may leave."""
        mode = self.terms.mode
        if mode is Mode.BUFFER:
            return self.left
        held = self.terms.held if mode is Mode.HOLDBACK else None
        end = min(one.end(held=held) for one in self.progress)
        if self._hold_from is not None:
            end = min(end, self._hold_from)
        return self._safe(end) if end > self.left else end

    def _safe(self, end: int) -> int:
        """Return the last place up to ``end`` that is within no edit and, where one is asked for, at a boundary."""
        if self._boundaries is not None:
            seen = max(self._boundaries.seen, self.left)
            self._boundaries.look(self.tape.cut(seen, self.tape.length), start=seen)
        while end > self.left:
            at = end if self._boundaries is None else self._boundaries.before(end)
            end = self._edits.before(at)
            if end == at:
                break
        return end
