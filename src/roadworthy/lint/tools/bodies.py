"""What the function behind a tool does with what the model passes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import Function, called, dotted, keyword, names_in, parameters, says
from roadworthy.lint.tools.definitions import tools_in

_RUNNERS = frozenset({"eval", "exec", "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
                      "asyncio.create_subprocess_shell"})  # fmt: skip
_PROCESSES = frozenset({"run", "call", "check_call", "check_output", "Popen"})
_FETCHERS = frozenset({"requests", "httpx", "aiohttp", "urllib3"})
_GETS = frozenset({"get", "post", "put", "request", "stream", "head", "delete"})
_CLIENTS = frozenset({"client", "session", "http", "http_client", "_client", "_http", "_session"})
_ADDRESS = re.compile(r"(?i)(?:^|_)(?:url|uri|address|link|endpoint|page|href|webhook)$")
_DATABASES = re.compile(r"(?i)(?:^|[._])(?:db|database|conn|connection|cur|cursor|pool|engine|session)$")
_OPENERS = frozenset({"open", "io.open", "codecs.open"})


def executes_argument(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that run an argument as code, as a command line, or as part of an SQL statement."""
    for tool, call, name in _uses(file, _is_run):
        said = f"tool {tool!r} runs its argument {name!r} by {dotted(call.func)}"
        yield Hit(line=call.lineno, said=said, subject=f"{tool}.{name}")


def fetches_argument(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that call whatever address the model names, and look at it in no other way."""
    for tool, call, name in _uses(file, _is_fetch, alone=True):
        said = f"tool {tool!r} calls any address that is passed as {name!r}"
        yield Hit(line=call.lineno, said=said, subject=f"{tool}.{name}")


def opens_argument(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that open whatever file the model names, and look at its name in no other way."""
    for tool, call, name in _uses(file, _is_open, alone=True):
        said = f"tool {tool!r} opens any file that is passed as {name!r}"
        yield Hit(line=call.lineno, said=said, subject=f"{tool}.{name}")


def _uses(
    file: SourceFile, wanted: Callable[[ast.Call], ast.expr | None], *, alone: bool = False
) -> Iterator[tuple[str, ast.Call, str]]:
    """Yield the calls in tools' functions into which an argument goes, with the tool's and the argument's name."""
    for tool in tools_in(file):
        function = tool.function
        for call in _calls(function) if function is not None else ():
            passed = wanted(call)
            names = {one.arg for one in parameters(function)} if function is not None else set()
            for name in sorted(names & names_in(passed) if passed is not None else ()):
                if not alone or (isinstance(passed, ast.Name) and _reads(function, name) == 1):
                    yield tool.name, call, name


def _calls(function: Function) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))


def _reads(function: Function | None, name: str) -> int:
    return sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function or ast.Pass()))


def _is_run(call: ast.Call) -> ast.expr | None:
    """Return what a call runs as text; None where it runs none."""
    name, first = dotted(call.func), call.args[0] if call.args else None
    if name in _RUNNERS:
        return first
    if called(call) in _PROCESSES and name.startswith("subprocess.") and says(keyword(call, "shell"), True):
        return first
    is_sql = called(call) in {"execute", "executescript", "executemany", "raw", "read_sql", "read_sql_query"}
    is_sql |= called(call) in {"fetch", "fetchrow", "fetchval", "fetch_all", "query"} and _is_database(call)
    return first if is_sql and _is_built(first) else None


def _is_database(call: ast.Call) -> bool:
    return _DATABASES.search(dotted(call.func).rpartition(".")[0]) is not None


def _is_built(node: ast.expr | None) -> bool:
    """Return whether an expression puts text together, or is passed on as it came."""
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()) | ast.Name():
            return True
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
        case ast.Call(func=ast.Name(id="text"), args=[inner, *_]):
            return _is_built(inner)
    return False


def _is_fetch(call: ast.Call) -> ast.expr | None:
    name = dotted(call.func)
    head, _, last = name.rpartition(".")
    if last == "urlopen" or (head.split(".")[0] in _FETCHERS and last in _GETS):
        return call.args[-1] if last in {"request", "stream"} and call.args else next(iter(call.args), None)
    first = next(iter(call.args), None)
    if head.rpartition(".")[2] in _CLIENTS and last in _GETS and isinstance(first, ast.Name):
        return first if _ADDRESS.search(first.id) else None
    return None


def _is_open(call: ast.Call) -> ast.expr | None:
    match call.func:
        case ast.Attribute(attr="read_text" | "read_bytes" | "write_text" | "write_bytes", value=ast.Call() as inner):
            return next(iter(inner.args), None) if called(inner) == "Path" else None
    return next(iter(call.args), None) if dotted(call.func) in _OPENERS else None
