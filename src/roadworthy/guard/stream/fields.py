"""All fields of one stream, and how much of them has left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from roadworthy.guard.segment import Segment
from roadworthy.guard.stream.flow import Flow
from roadworthy.guard.verdict import Decision, Exposure, Mode, Verdict


class Fields:
    """The fields of one stream, in the order in which they began."""

    __slots__ = ("_by_index", "_flows", "_judged", "_next", "_open", "_places")

    def __init__(self) -> None:
        self._flows: dict[str, Flow] = {}
        self._by_index: dict[int, Flow] = {}
        self._open: dict[str, Flow] = {}
        self._judged: list[Segment] = []
        self._places: dict[str, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._flows)

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows.values())

    def __contains__(self, key: str) -> bool:
        return key in self._flows

    def open(self, key: str) -> Flow | None:
        """Return the field that ``key`` names; None if it did not begin or has ended."""
        return self._open.get(key)

    @property
    def num_open(self) -> int:
        """Fields that have not ended."""
        return len(self._open)

    @property
    def all_open(self) -> tuple[Flow, ...]:
        """The fields that have not ended."""
        return tuple(self._open.values())

    @property
    def judged(self) -> Sequence[Segment]:
        """The fields that are whole, in the order in which they ended."""
        return self._judged

    def numbered(self, segment: Segment) -> Segment:
        """Return ``segment`` without text, at a place of its own among the segments of the stream."""
        index = self._next if segment.index in self._by_index else segment.index
        return replace(segment, text="", span=None, index=index)

    def add(self, flow: Flow) -> None:
        """Take in a field that begins. Its segment is `numbered`, and nothing has its key."""
        self._flows[flow.key] = self._open[flow.key] = flow
        self._by_index[flow.segment.index] = flow
        self._next = max(self._next, flow.segment.index + 1)

    def ended(self, flow: Flow) -> None:
        """Take in that ``flow`` is whole, or that more is known of it by now."""
        if self._open.pop(flow.key, None) is not None:
            self._places[flow.key] = len(self._judged)
            self._judged.append(flow.so_far())
        else:
            self._judged[self._places[flow.key]] = flow.so_far()

    def segments(self) -> tuple[Segment, ...]:
        """Return the fields with the text that came."""
        return tuple(flow.so_far() for flow in self)

    def marked(self, decision: Decision, *, mode: Mode, left: int, cost_us: int, is_degraded: bool) -> Decision:
        """Return ``decision`` with what had left of the fields when it and each of its verdicts fell.

        Args:
            decision: On these fields.
            mode: Of the route.
            left: Characters that have left, as they came.
            cost_us: Microseconds that the stream took.
            is_degraded: Whether a rule broke on the way, whatever the decision says.
        """
        bound = max((flow.terms.bound for flow in self), default=0)
        return replace(
            decision,
            verdicts=self._exposed(decision.verdicts),
            shadow=self._exposed(decision.shadow),
            exposure=Exposure(mode=mode, bound=bound, released=left),
            cost_us=cost_us,
            degraded=decision.degraded or is_degraded,
        )

    def _exposed(self, verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
        return tuple(self._one_exposed(verdict) for verdict in verdicts)

    def _one_exposed(self, verdict: Verdict) -> Verdict:
        flow = None if verdict.segment is None else self._by_index.get(verdict.segment)
        had_left = 0 if flow is None else flow.exposure(verdict)
        return verdict if had_left == verdict.exposure_chars else replace(verdict, exposure_chars=had_left)
