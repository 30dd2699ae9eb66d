"""Which MCP servers a configuration file starts or calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from roadworthy.lint.model import FileKind
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import called, mentions, nodes_of

MAX_SERVERS = 200
"""Servers of one file that are looked at."""

Path: TypeAlias = tuple[str | int, ...]
_PARAMETERS = frozenset({"StdioServerParameters", "MCPServerStdio", "MCPServerSse", "MCPServerStreamableHttp",
                         "MCPServerHTTP", "StdioServerParams", "SseServerParams", "MCPToolset"})  # fmt: skip
_PLACES: tuple[tuple[str, ...], ...] = (
    ("mcpServers",), ("servers",), ("mcp", "servers"), ("mcp_servers",), ("context_servers",), ("mcp",),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerEntry:
    """One server of a configuration."""

    name: str
    said: Mapping[str, Any]
    line: int
    line_of: Callable[[Path], int]

    @property
    def command(self) -> str:
        """The program that is started, without its folder and ``.exe``; empty for a server that is called."""
        words = self._words
        program = words[0].replace("\\", "/").rpartition("/")[2] if words else ""
        return program.removesuffix(".exe").removesuffix(".cmd")

    @property
    def arguments(self) -> tuple[str, ...]:
        """What is passed to the program; a shell that only passes on, as ``cmd /c``, is left out."""
        return self._words[1:]

    @property
    def url(self) -> str:
        """Where the server is called; empty for one that is started."""
        found = next((self.said[key] for key in ("url", "serverUrl", "httpUrl") if key in self.said), "")
        return found if isinstance(found, str) else ""

    @property
    def environment(self) -> Mapping[str, Any]:
        """Variables that it is started with."""
        found = self.said.get("env", self.said.get("environment"))
        return found if isinstance(found, dict) else {}

    @property
    def _words(self) -> tuple[str, ...]:
        command, rest = self.said.get("command"), self.said.get("args")
        words = command if isinstance(command, list) else [command]
        words = [*words, *(rest if isinstance(rest, list) else [])]
        texts = [word for word in words if isinstance(word, str)]
        if len(texts) > 2 and texts[0].lower() in {"cmd", "cmd.exe"} and texts[1].lower() == "/c":
            texts = texts[2:]
        return tuple(texts)


def servers_in(file: SourceFile) -> Iterator[ServerEntry]:
    """Yield the servers that ``file`` names, by its order."""
    if not mentions(file.text, "mcp", "MCP", "ervers"):
        return
    if FileKind.PYTHON in file.kinds:
        yield from _in_python(file.text)
        return
    parsed = file.parsed()
    for place in _PLACES if parsed is not None else ():
        found = _at(parsed.data, place) if parsed is not None else None
        if parsed is None or not isinstance(found, dict):
            continue
        for name in list(found)[:MAX_SERVERS]:
            said = found[name]
            if isinstance(said, dict) and ({"command", "url", "serverUrl", "httpUrl"} & set(said)):
                path = (*place, str(name))
                yield _entry(str(name), said, path, line_of=parsed.line_of)


def _in_python(text: str) -> Iterator[ServerEntry]:
    """Yield the servers that a module writes out: the parameters of a client, or a dictionary of servers."""
    for node in nodes_of(text):
        match node:
            case ast.Call() if called(node) in _PARAMETERS:
                pairs = [(one.arg, one.value) for one in node.keywords]
                yield from _written(pairs, name=called(node), line=node.lineno)
            case ast.Dict(keys=keys, values=values):
                named = [one.value if isinstance(one, ast.Constant) else None for one in keys]
                is_server = {"command", "args"} <= set(named) or "server_url" in named
                if is_server:
                    yield from _written(list(zip(named, values, strict=True)), name="in code", line=node.lineno)


def _written(pairs: list[tuple[Any, ast.expr]], *, name: str, line: int) -> Iterator[ServerEntry]:
    said = {str(key): _literal(value) for key, value in pairs if key is not None}
    said = {"url" if key == "server_url" else key: value for key, value in said.items() if value is not None}
    if {"command", "url"} & set(said):
        yield ServerEntry(name=name, said=said, line=line, line_of=lambda _: line)


def _literal(node: ast.expr) -> object:
    """Return what is written out; in lists and dictionaries what is computed becomes ``${...}``."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=elements):
            return [_literal(one) or "${...}" for one in elements]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {str(key.value): _literal(one) or "${...}" for key, one in pairs if isinstance(key, ast.Constant)}
    return None


def _entry(name: str, said: dict[str, Any], path: Path, *, line_of: Callable[[Path], int]) -> ServerEntry:
    return ServerEntry(name=name, said=said, line=line_of(path), line_of=lambda part: line_of((*path, *part)))


def _at(data: object, place: tuple[str, ...]) -> object:
    for key in place:
        data = data.get(key) if isinstance(data, dict) else None
    return data
