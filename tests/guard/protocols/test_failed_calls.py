"""What a protocol marks as an error of a tool is known as that, wherever it marks it."""

import pytest

from roadworthy.guard.protocols.anthropic.response import AnthropicResponse
from roadworthy.guard.protocols.mcp.message import McpMessage, Side
from roadworthy.guard.protocols.openai_responses.response import ResponsesResponse
from roadworthy.guard.segment import FAILED

SAID = "no such city"


def of_anthropic(*blocks):
    return AnthropicResponse().decode({"id": "m", "type": "message", "role": "assistant", "content": list(blocks)})


def of_responses(item):
    return ResponsesResponse().decode({"id": "r", "object": "response", "status": "completed", "output": [item]})


def of_server(**message):
    return McpMessage(Side.SERVER).decode({"jsonrpc": "2.0", "id": 1, **message})


def mcp_call(**said):
    return {"type": "mcp_call", "id": "c", "name": "weather", "arguments": "{}", "server_label": "w", **said}


def searched(content):
    return {"type": "web_fetch_tool_result", "tool_use_id": "c", "content": content}


def mcp_result(*, is_error):
    return {"type": "mcp_tool_result", "tool_use_id": "c", "is_error": is_error, "content": SAID}


ERROR = {"type": "web_fetch_tool_result_error", "error_code": "unavailable", "error_message": SAID}
PAGE = {"type": "web_fetch_result", "url": SAID}
TEXT = [{"type": "text", "text": SAID}]


@pytest.mark.parametrize(
    ("decoded", "is_error"),
    [
        (of_anthropic(mcp_result(is_error=True)), True),
        (of_anthropic(mcp_result(is_error=False)), False),
        (of_anthropic(searched(ERROR)), True),
        (of_anthropic(searched(PAGE)), False),
        (of_responses(mcp_call(error=SAID)), True),
        (of_responses(mcp_call(output=SAID)), False),
        (of_server(result={"content": TEXT, "isError": True}), True),
        (of_server(result={"structuredContent": SAID, "isError": True}), True),
        (of_server(result={"content": TEXT}), False),
        (of_server(error={"code": -32000, "message": SAID}), True),
    ],
)
def test_the_words_of_a_failed_call_are_marked(decoded, is_error):
    (segment,) = [one for one in decoded.segments if one.text == SAID]
    assert (FAILED in segment.labels) is is_error
