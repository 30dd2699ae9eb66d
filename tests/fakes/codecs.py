"""Every codec with messages or streams for it, for the contract tests. A new codec is added to the two lists."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from fakes import anthropic_messages, mcp_messages, openai_messages
from roadworthy.core.severity import RiskTier
from roadworthy.guard.protocols.anthropic.request import AnthropicRequest
from roadworthy.guard.protocols.anthropic.response import AnthropicResponse
from roadworthy.guard.protocols.anthropic.stream import AnthropicStream
from roadworthy.guard.protocols.codec import MessageCodec, StreamCodec
from roadworthy.guard.protocols.mcp.message import McpMessage, Side
from roadworthy.guard.protocols.mcp.stream import McpStream
from roadworthy.guard.protocols.openai_chat.request import ChatRequest
from roadworthy.guard.protocols.openai_chat.response import ChatResponse
from roadworthy.guard.protocols.openai_chat.stream import ChatStream
from roadworthy.guard.protocols.openai_responses.request import ResponsesRequest
from roadworthy.guard.protocols.openai_responses.response import ResponsesResponse
from roadworthy.guard.protocols.openai_responses.stream import ResponsesStream
from roadworthy.guard.stream.model import Closed, Foreign, Opened, Released, Stripped, Text
from roadworthy.guard.verdict import Action, Decision

MESSAGE = "Stopped. Ask a person."


@dataclass(frozen=True)
class MessageCase:
    """A codec of whole messages, and messages for it whose judged texts are words like ``word017``."""

    codec: MessageCodec
    bodies: st.SearchStrategy
    answers: MessageCodec | None = None
    """The codec of what `blocked` gives; None: it is the codec itself."""


@dataclass(frozen=True)
class StreamCase:
    """A codec of streams, and streams for it, as bytes."""

    name: str
    make: Callable[[], StreamCodec]
    streams: st.SearchStrategy
    is_over: Callable[[bytes], bool] = field(default=lambda left: True)
    """Whether what has left ends as the protocol has it."""


_WORD = st.integers(0, 999).map(lambda number: f"word{number:03}")
_ANTHROPIC = anthropic_messages.strategies(_WORD, names=st.sampled_from("abcd"), thinking=False)
_MCP = mcp_messages.strategies(_WORD, names=st.sampled_from("abcd"))
_ASKED = mcp_messages.request("tools/call", id_=7, name="search", arguments={})

MESSAGE_CODECS = [
    MessageCase(AnthropicRequest(), _ANTHROPIC.requests, AnthropicResponse()),
    MessageCase(AnthropicResponse(), _ANTHROPIC.answers),
    MessageCase(McpMessage(Side.CLIENT), _MCP.requests, McpMessage(Side.SERVER)),
    MessageCase(McpMessage(Side.SERVER), _MCP.calls),
    MessageCase(ChatRequest(), openai_messages.chat_requests(), ChatResponse()),
    MessageCase(ChatResponse(), openai_messages.chat_responses()),
    MessageCase(ResponsesRequest(), openai_messages.responses_requests(), ResponsesResponse()),
    MessageCase(ResponsesResponse(), openai_messages.responses_responses()),
]
STREAM_CODECS = [
    StreamCase(
        "anthropic.messages.stream",
        AnthropicStream,
        _ANTHROPIC.answers.map(anthropic_messages.streamed),
        lambda left: b'"stop_reason": "refusal"' in left and b"event: message_stop\n" in left,
    ),
    StreamCase(
        "mcp.server.stream",
        lambda: McpStream(request=_ASKED),
        st.lists(_MCP.results, min_size=1, max_size=3).map(lambda several: mcp_messages.streamed(*several)),
        lambda left: b'"isError": true' in left,
    ),
    StreamCase(
        "openai.chat.stream",
        ChatStream,
        openai_messages.chat_streams(),
        lambda left: left.endswith(b"data: [DONE]\n\n") and b'"content_filter"' in left,
    ),
    StreamCase(
        "openai.responses.stream",
        ResponsesStream,
        openai_messages.responses_streams(),
        lambda left: b"event: response.incomplete\n" in left and b'"content_filter"' in left,
    ),
]


def denial(message=MESSAGE):
    """A decision that denies."""
    return Decision(event="e17", route="*", policy="", tier=RiskTier.HIGH, action=Action.DENY, message=message)


class Releasing:
    """Lets a stream through a codec as a guard does.

    Args:
        codec: The codec.
        edit: Gives the text that leaves, from a field's whole text.
        at_once: Whether text leaves when it came, unchanged, but for tools' arguments and names.
        strip: Whether foreign events and fields are left out.
    """

    def __init__(self, codec, *, edit=None, at_once=False, strip=False):
        self.codec, self._edit, self._at_once, self._strip = codec, edit, at_once, strip
        self.texts, self.segments, self.left, self.foreign = {}, {}, b"", []
        self._early = {}

    def feed(self, data):
        self.left += self._let(self.codec.feed(data))
        return self

    def end(self):
        self.left += self._let(self.codec.end()) + self.codec.finish()
        return self

    def _let(self, pieces):
        return self.codec.emit([release for piece in pieces for release in self._of(piece)])

    def _of(self, piece):
        if isinstance(piece, Opened):
            assert piece.key not in self.segments
            assert not piece.segment.text
            self.segments[piece.key], self.texts[piece.key] = piece.segment, ""
            self._early[piece.key] = self._at_once and piece.segment.channel.value in ("text", "refusal", "reasoning")
        elif isinstance(piece, Text):
            self.texts[piece.key] += piece.text
            if self._early[piece.key]:
                return [Released(key=piece.key, text=piece.text, consumed=len(piece.text))]
        elif isinstance(piece, Closed):
            if self._early[piece.key]:
                return [Released(key=piece.key, text="", consumed=0, closes=True)]
            text = self.texts[piece.key]
            return [
                Released(key=piece.key, text=self._edit(text) if self._edit else text, consumed=len(text), closes=True)
            ]
        elif isinstance(piece, Foreign):
            self.foreign.append(piece.path)
            return [Stripped(path=piece.path)] if self._strip else []
        return []


def chunked(data, places):
    """``data`` cut at ``places``."""
    cuts = sorted({place % (len(data) + 1) for place in places})
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
