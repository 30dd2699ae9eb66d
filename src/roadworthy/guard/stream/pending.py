"""Edits that are settled and whose text has not left yet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter

from roadworthy.guard.engine.merging import merged
from roadworthy.guard.stream.tape import Tape
from roadworthy.guard.verdict import Edit, EditKind

_MANY = 1_024


@dataclass(slots=True)
class _Cluster:
    """Edits that overlap, one with the next."""

    start: int
    end: int
    edits: list[Edit]


_start, _end = attrgetter("start"), attrgetter("end")


class PendingEdits:
    """The settled edits of one field, in order of place, as far as their text is still held."""

    __slots__ = ("_clusters", "_done", "_inserted")

    def __init__(self) -> None:
        self._clusters: list[_Cluster] = []
        self._done = 0
        self._inserted: set[Edit] = set()

    def add(self, edits: Iterable[Edit], *, left: int) -> None:
        """Take in ``edits`` as far as their text has not left.

        What must be said and was not is said now, wherever it should have stood.

        Args:
            edits: With places in characters of the field.
            left: Characters of the field that have left.
        """
        for edit in edits:
            if edit.span.end > left or (_is_insert(edit) and edit not in self._inserted):
                self._add(edit)

    def _add(self, edit: Edit) -> None:
        start, end = edit.span.start, edit.span.end
        clusters = self._clusters
        if len(clusters) == self._done or start >= clusters[-1].end:
            clusters.append(_Cluster(start, end, [edit]))
            return
        first = bisect_right(clusters, start, lo=self._done, key=_end)
        last = bisect_left(clusters, end, lo=first, key=_start)
        if first == last:
            clusters.insert(first, _Cluster(start, end, [edit]))
            return
        one = clusters[first]
        one.start, one.end = min(start, one.start), max(end, clusters[last - 1].end)
        one.edits.append(edit)
        for other in clusters[first + 1 : last]:
            one.edits += other.edits
        del clusters[first + 1 : last]

    def replace(self, edits: Iterable[Edit], *, left: int) -> None:
        """Put ``edits`` of the whole field, in any order, in the place of what is here."""
        self._clusters, self._done = [], 0
        self.add(sorted(edits, key=lambda edit: edit.span), left=left)

    def before(self, place: int) -> int:
        """Return ``place``, or where the cluster of edits begins that it is within: one is released whole."""
        number = bisect_left(self._clusters, place, lo=self._done, key=_start) - 1
        if number >= self._done and self._clusters[number].end > place:
            return self._clusters[number].start
        return place

    def take(self, tape: Tape, *, start: int, end: int, put: Callable[[Edit], str], closes: bool = False) -> str:
        """Return the text from ``start`` to ``end`` with the edits in it, and forget them.

        Args:
            tape: The text of the field.
            start: Up to where it has left.
            end: No edit is across it.
            put: Says what stands in the place of an edit.
            closes: Whether the field ends at ``end``, so that what is inserted there is in it.
        """
        found: list[str] = []
        place = start
        while self._done < len(self._clusters) and (self._clusters[self._done].start < end or closes):
            edits = self._clusters[self._done].edits
            self._inserted.update(edit for edit in edits if _is_insert(edit))
            for edit in merged(edits):
                found += [tape.cut(place, edit.span.start), put(edit)]
                place = max(place, edit.span.end)
            self._done += 1
        found.append(tape.cut(place, end))
        self._compact()
        return "".join(found)

    def _compact(self) -> None:
        if self._done > _MANY and self._done * 2 > len(self._clusters):
            del self._clusters[: self._done]
            self._done = 0


def _is_insert(edit: Edit) -> bool:
    return edit.kind is EditKind.INSERT and edit.span.length == 0
