"""What a rule's condition can ask about: facts of the event, the segment and what was found. Never the text itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.segment import Provenance, Segment
from roadworthy.guard.verdict import Detection

VARIABLES = ("event", "segment", "principal", "conversation", "detections", "usage", "call", "result")
"""Every top-level name of a condition; ``docs/reference/guard-facts.md`` lists what is below each."""

OF_CALLS = frozenset(("call", "result"))
"""Those that only the grants of a policy's ``tools`` can ask for: a call that is judged, and what came back of one."""

_NEEDS_WHOLE = re.compile(r"\bdetections\b|\bcharacters\b")
_WORD = re.compile(r"\w+")


def needs_whole_text(condition: str) -> bool:
    """Return whether only the whole text decides on ``condition``: it counts characters or what was found.

    It errs towards yes: a word in a quoted text counts as well.

    >>> needs_whole_text("size(detections) > 3"), needs_whole_text("segment.role == 'user'")
    (True, False)
    """
    return _NEEDS_WHOLE.search(condition) is not None


def facts_named(condition: str) -> frozenset[str]:
    """Return those of `VARIABLES` that ``condition`` may ask for.

    It errs towards more: a word in a quoted text counts as well.

    >>> sorted(facts_named("segment.role == 'user' && size(detections) > 1"))
    ['detections', 'segment']
    """
    return frozenset(_WORD.findall(condition)).intersection(VARIABLES)


def event_facts(event: Event, *, state: ConversationState) -> dict[str, JsonValue]:
    """Return what all segments of ``event`` have in common. What is not stated is left out; so is a time of no zone."""
    principal = event.principal
    return {
        "event": _stated(
            id=event.id,
            route=event.route,
            at=rfc3339(event.at) if event.at.tzinfo is not None else "",
            model=event.model,
            protocol=event.protocol,
        ),
        "principal": {
            **_stated(
                id=principal.id,
                tenant=principal.tenant,
                purpose=principal.purpose,
                locale=principal.locale,
            ),
            "roles": list(principal.roles),
            "groups": list(principal.groups),
            "scopes": list(principal.scopes),
            "attributes": dict(principal.attributes),
        },
        "conversation": {
            **_stated(id=state.conversation),
            "turns": state.turns,
            "labels": list(state.labels),
            "quarantined": len(state.stubs),
            "sources": len(state.sources),
        },
        "usage": {
            "input_tokens": event.usage.input_tokens,
            "output_tokens": event.usage.output_tokens,
            "money": event.usage.money,
            "tool_calls": event.usage.tool_calls,
        },
    }


def segment_facts(segment: Segment) -> dict[str, JsonValue]:
    """Return the facts of one segment. What is not stated is left out."""
    found: dict[str, JsonValue] = {
        "stage": segment.stage.value,
        "role": segment.role.value,
        "channel": segment.channel.value,
        "source": {
            **_stated(name=segment.source.name),
            "kind": segment.source.kind.value,
            "trusted": segment.source.is_trusted,
        },
        "labels": list(segment.labels),
        "characters": len(segment.text),
        "choice": segment.choice,
        **_stated(path=segment.path, tool=segment.tool, principal=segment.principal, tenant=segment.tenant),
    }
    if segment.provenance is not None:
        found["provenance"] = _provenance_facts(segment.provenance)
    return found


def detection_facts(detections: Sequence[Detection]) -> list[JsonValue]:
    """Return what a condition sees of what was found: the kind, the length and, where given, the score."""
    return [
        {"kind": found.kind, "characters": found.span.length, **({} if found.score is None else {"score": found.score})}
        for found in detections
    ]


def _provenance_facts(provenance: Provenance) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "document": provenance.document,
        "trust": provenance.trust,
        "deleted": provenance.deleted,
        **_stated(chunk=provenance.chunk, uri=provenance.uri, tenant=provenance.tenant or "", digest=provenance.digest),
    }
    if provenance.readers is not None:
        found["readers"] = list(provenance.readers)
    if provenance.purposes is not None:
        found["purposes"] = list(provenance.purposes)
    if provenance.updated_at is not None:
        found["updated_at"] = rfc3339(provenance.updated_at)
    if provenance.expires_at is not None:
        found["expires_at"] = rfc3339(provenance.expires_at)
    return found


def _stated(**values: str | int) -> dict[str, JsonValue]:
    return {name: value for name, value in values.items() if value != ""}
