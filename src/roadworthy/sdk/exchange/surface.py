"""Which messages pass at an endpoint: the codecs of its request, of its answer and of its stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from roadworthy.guard.protocols.codec import MessageCodec, StreamCodec
from roadworthy.sdk.exchange.calls import CallShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One kind of request to a model, and what comes back."""

    protocol: str
    """For decisions and records, such as ``openai.chat``."""

    request: MessageCodec | None
    """None: the request has no body."""

    answer: MessageCodec
    stream: Callable[[str], StreamCodec] | None = None
    """Makes a codec of the stream that the model of that name answers with; None: it does not stream."""

    has_messages: bool = False
    """Whether its requests hold messages of a model's protocol, in which pictures, sound and files may stand."""

    calls: CallShape | None = None
    """None: its answers hold no tool calls; one that does is blocked."""
