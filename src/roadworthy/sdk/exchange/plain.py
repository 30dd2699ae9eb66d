"""Calls of functions as exchanges: the arguments are the request, and what comes back is the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.plain import Call, PlainCall, PlainStream
from roadworthy.guard.segment import Source, SourceKind
from roadworthy.guard.verdict import Decision
from roadworthy.sdk.exchange.surface import Surface


class ModelCall:
    """The arguments of a function that is called within a run: they are composed by who calls, not said by the user."""

    name = "plain.arguments"

    def __init__(self) -> None:
        self._plain = PlainCall(Call.ARGUMENTS)

    def decode(self, body: JsonValue) -> Decoded:
        """Return every text in ``body``."""
        decoded = self._plain.decode(body)
        source = Source(kind=SourceKind.MODEL)
        return replace(decoded, segments=tuple(replace(one, source=source) for one in decoded.segments))

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts."""
        return self._plain.encode(body, texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return the words for the user."""
        return self._plain.blocked(body, decision)


ANSWERING = Surface(
    protocol="plain",
    request=PlainCall(Call.ARGUMENTS),
    answer=PlainCall(Call.RESULT),
    stream=lambda _: PlainStream(),
)
"""Of a function that answers people."""

WITHIN = replace(ANSWERING, request=ModelCall())
"""Of one that is called within a run."""
