"""Which documents an answer may cite: what was put into the prompt, in the order in which it came."""

from __future__ import annotations

from collections.abc import Iterable

from roadworthy.guard.segment import Channel, Segment

MAX_SOURCES = 10_000
"""Documents that a conversation remembers having put into a prompt; the oldest goes first."""


def sources_after(sources: tuple[str, ...], segments: Iterable[Segment]) -> tuple[str, ...]:
    """Return the documents that may be cited: ``sources``, and those that ``segments`` bring into the prompt.

    Only a retrieved chunk brings its document, and none that was quarantined as a whole: what an answer cites does
    not become a source by being cited.

    Args:
        sources: Of before (`ConversationState.sources`).
        segments: Of an event, as far as they go on.
    """
    brought = [
        segment.provenance.document
        for segment in segments
        if segment.channel is Channel.RETRIEVED_CHUNK
        and segment.provenance is not None
        and segment.provenance.document
        and "quarantined" not in segment.labels
    ]
    if not brought:
        return sources
    return tuple(dict.fromkeys((*sources, *brought)))[-MAX_SOURCES:]
