"""Asks of what an answer cites that it was among what the model was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Channel, Segment, Span
from roadworthy.guard.sources import sources_after
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint
from roadworthy.sensitive.pattern import compiled

_DEFAULT = r"\[(?:doc|source|ref):([^\[\]\s]{1,128})\]"
_NUMBERED = r"\[([0-9]{1,3})\]"
_MAX_MARK = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationSettings:
    """How citations are written in the text, besides the protocol's own citation fields.

    Raises:
        ValueError: If the pattern is none, or has not exactly one group.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["citation"] = "citation"
    pattern: str = _DEFAULT
    """RE2 with one group: the document's id. A mark longer than 160 characters is not looked for."""

    numbered: bool = False
    """Whether ``[3]`` cites the third document that was given."""

    def __post_init__(self) -> None:
        groups = compiled(self.pattern).groups
        if groups != 1:
            raise ValueError(f"`pattern` must have one group, the document's id; it has {groups}")


class CitationRail:
    """Finds citations of what the model was not given, and offers the text without them.

    What it was given is `ConversationState.sources` and the chunks of the event itself.

    Args:
        settings: How citations are written.
    """

    operating_point: OperatingPoint | None = None
    triggers: Triggers | None = None
    reach: int | None = _MAX_MARK

    def __init__(self, settings: CitationSettings) -> None:
        self._pattern = compiled(settings.pattern)
        self._numbered = compiled(_NUMBERED) if settings.numbered else None
        self._opening = "[" if settings.pattern == _DEFAULT else ""

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each citation that points at nothing that was given."""
        if self._opening not in segment.text and segment.channel is not Channel.CITATION:
            return ()
        given = sources_after(scene.state.sources, scene.event.segments)
        known = frozenset(given)
        if segment.channel is Channel.CITATION:
            whole = Span(start=0, end=len(segment.text))
            cited = segment.provenance.document if segment.provenance is not None else segment.text.strip()
            return () if cited in known else (_found(whole),)
        raw = segment.text
        found = [
            Span(start=mark.start(), end=mark.end())
            for mark in self._pattern.finditer(raw)
            if mark.end() - mark.start() <= _MAX_MARK and mark.group(1) not in known
        ]
        if self._numbered is not None:
            found += [
                Span(start=mark.start(), end=mark.end())
                for mark in self._numbered.finditer(raw)
                if not 1 <= int(mark.group(1)) <= len(given)
            ]
        return [_found(span) for span in sorted(found)]


def _found(span: Span) -> Detection:
    return Detection(
        kind="cited_not_given", span=span, edit=Edit(span=span, replacement="", kind=EditKind.REDACT), offered=False
    )
