"""The quick starts of the how-to page, read out of it and run as they stand."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import httpx2
import pytest

from fakes.sdk_world import Service, chat_answer
from roadworthy.sdk import BlockedError

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "guard-your-application.md"
SEEN = "I can't help with this here. You can put it differently, or ask a person."
POLICY = """schema: roadworthy/guard-policy/v1
name: t
version: '1'
title: T
owner: T
licence: CC0-1.0
rules:
  - {id: t/bomb, description: No bombs., action: deny, rail: {kind: pattern, patterns: [bomb]}}
tools:
  grants:
    - {tool: send, effects: [send], arguments: [{name: to, origins: [user]}]}
"""


def block(heading: str, *, number: int = 0) -> str:
    """Return a block of Python below a heading, the first where nothing else is said."""
    below = ("\n" + PAGE.read_text(encoding="utf-8")).split(f"\n{heading}\n", 1)[1]
    return re.findall(r"```python\n(.*?)```", below, re.DOTALL)[number]


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guard.yaml").write_text(POLICY, encoding="utf-8")
    names: dict = {"__name__": "quick_start"}
    run(block("# Guard your application"), names)
    return names


def run(code: str, names: dict) -> None:
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 - the page's own code, which readers run as well


def test_the_function_is_guarded(world):
    run(block("## A function"), world)

    assert world["answer"]("hello") == "You asked: hello"
    with pytest.raises(BlockedError):
        world["answer"]("bomb")


def test_what_the_person_sees_reads_well(world):
    run(block("## A function"), world)
    world["history"] = []
    run(block("## What the person sees"), world)

    assert world["reply"]("hello") == "You asked: hello"
    assert world["reply"]("bomb").startswith(SEEN)
    assert "bomb" not in world["history"][0]


def test_the_openai_client_is_guarded(world):
    names = {**world, "key": "k", "http": Service(httpx2, chat_answer("a bomb")).client()}
    run(block("## The OpenAI client"), names)

    with pytest.raises(BlockedError):
        names["client"].chat.completions.create(model="m", messages=[{"role": "user", "content": "hello"}])
    run(block("## The OpenAI client", number=1), names)
    with pytest.raises(BlockedError):
        names["guarded"].chat.completions.create(model="m", messages=[{"role": "user", "content": "hello"}])


def test_the_anthropic_client_is_guarded(world):
    names = {**world, "key": "k", "http": Service(httpx2, {}).client()}
    run(block("## The Anthropic client"), names)

    with pytest.raises(BlockedError):
        names["client"].messages.create(model="m", max_tokens=1, messages=[{"role": "user", "content": "bomb"}])


def test_the_langchain_agent_is_guarded(world):
    from langchain_core.language_models.fake_chat_models import FakeListChatModel

    names = {**world, "model": FakeListChatModel(responses=["a bomb"]), "tools": []}
    run(block("## A LangChain agent"), names)

    assert names["agent"].invoke({"messages": [("user", "hello")]})["messages"][-1].content.startswith(SEEN)
    names["model"] = FakeListChatModel(responses=["fine"])
    run(block("## A LangChain agent", number=1), names)
    assert names["found"]["messages"][-1].content == "fine"


@pytest.mark.parametrize("heading", ["## A function", "## The OpenAI client", "## The Anthropic client",
                                     "## A LangChain agent", "## A LlamaIndex agent", "## A web application",
                                     "## An MCP server's tools"])  # fmt: skip
def test_a_start_takes_at_most_three_lines_for_the_guard(heading):
    lines = [line for line in block(heading).splitlines() if "roadworthy" in line or "guard" in line.lower()]

    assert 1 <= len(lines) <= 3


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecationWarning")
def test_the_llama_index_agent_is_guarded(world):
    from llama_index.core.llms import MockLLM

    names = {**world, "llm": MockLLM(), "tools": []}
    run(block("## A LlamaIndex agent"), names)
    run(block("## A LlamaIndex agent", number=1), names)

    async def main():
        for name in ("agent", "guarded"):
            with pytest.raises(BlockedError):
                await names[name].run(user_msg="bomb")
        return True

    assert asyncio.run(main())


def test_the_web_application_is_guarded(world):
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def chat(request):
        return JSONResponse(await request.json())

    names = {**world, "routes": [Route("/chat", chat, methods=["POST"])]}
    run(block("## A web application"), names)

    async def main():
        transport = httpx.ASGITransport(app=names["app"])
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return [(await client.post("/chat", json={"q": q})).status_code for q in ("hello", "bomb")]

    assert asyncio.run(main()) == [200, 403]


def test_the_tools_of_an_mcp_server_are_guarded(world):
    from mcp.client._memory import InMemoryTransport
    from mcp.server.mcpserver import MCPServer

    server = MCPServer("desk")

    @server.tool()
    def send(to: str) -> str:
        """Send."""
        return "sent"

    names = {**world, "transport": InMemoryTransport(server)}
    run(block("## An MCP server's tools"), names)

    async def main():
        async with names["client"] as client:
            return await client.call_tool("send", {"to": "eve@x.org"})

    assert asyncio.run(asyncio.wait_for(main(), 30)).is_error
