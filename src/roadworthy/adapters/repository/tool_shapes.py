"""Recognises tools and MCP servers in plain data, by the shapes that providers' APIs give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from roadworthy.inventory.findings import FoundServer, FoundTool

MAX_NODES = 20_000
MAX_SERVERS = 100
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_PACKAGE = re.compile(r"((?:@[\w.-]+/)?[A-Za-z][\w.-]*)(?:@|==)?([\w.-]+)?")
_REGISTRIES = {"npx": "npm", "bunx": "npm", "pnpm": "npm", "uvx": "pypi", "pipx": "pypi"}


def tools_in(data: object, *, place: str, nested: bool = True) -> Iterator[FoundTool]:
    """Yield the tools in ``data``: OpenAI's function tools, Anthropic's and MCP's.

    Args:
        data: What a file or a literal says.
        place: Where that stands.
        nested: Whether to look inside; else only ``data`` itself can be a tool.
    """
    waiting: list[object] = [data]
    for _ in range(MAX_NODES if nested else 1):
        if not waiting:
            return
        match waiting.pop():
            case dict() as item:
                tool = _tool(item, place)
                if tool is not None:
                    yield tool
                else:
                    waiting += reversed(item.values())
            case list() as items:
                waiting += reversed(items)


def _tool(item: dict[object, object], place: str) -> FoundTool | None:
    match item:
        case {"type": "function", "function": dict(inner)}:
            schema = inner.get("parameters", {"type": "object", "properties": {}})
        case {"type": "function", "parameters": schema}:
            inner = item
        case {"input_schema": schema} | {"inputSchema": schema}:
            inner = item
        case _:
            return None
    name, said = inner.get("name"), inner.get("description")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    description = said if isinstance(said, str) else ""
    arguments = {str(key): value for key, value in schema.items()}
    return FoundTool(name=name, description=description, arguments=arguments, place=place)


def servers_in(data: object, *, place: str) -> Iterator[FoundServer]:
    """Yield the MCP servers of a configuration file, without what may hold secrets."""
    if not isinstance(data, dict):
        return
    servers = data.get("mcpServers", data.get("servers"))
    if not isinstance(servers, dict):
        return
    for name in sorted(servers, key=str)[:MAX_SERVERS]:
        match servers[name]:
            case {"url": str(url)} | {"serverUrl": str(url)}:
                yield FoundServer(name=str(name), uri=_without_secrets(url), version=None, place=place)
            case {"command": str(command), **rest}:
                uri, version = _started(command, rest.get("args"))
                yield FoundServer(name=str(name), uri=uri, version=version, place=place)


def _without_secrets(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "unreadable:"
    return urlunsplit((parts.scheme, f"{parts.hostname or ''}{port}", parts.path, "", ""))


def _started(command: str, arguments: object) -> tuple[str, str | None]:
    """Return what a command line starts: a package's purl where that can be told, and its version."""
    program = command.replace("\\", "/").rpartition("/")[2]
    registry = _REGISTRIES.get(program)
    words = [word for word in arguments if isinstance(word, str)] if isinstance(arguments, list) else []
    package = next((word for word in words if not word.startswith("-")), "")
    named = _PACKAGE.fullmatch(package)
    if registry is None or named is None:
        return f"stdio:{program}", None
    return f"pkg:{registry}/{named[1]}", named[2] if named[2] != "latest" else None
