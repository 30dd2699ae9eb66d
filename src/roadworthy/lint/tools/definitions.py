"""Tool definitions wherever they stand: the manifest, providers' and MCP's JSON shapes, and Python functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from roadworthy.lint.model import FileKind
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import Function, mentions, nodes_of
from roadworthy.lint.tools.signatures import (
    class_texts,
    decorator_texts,
    is_tool_function,
    made_by,
    schema_of,
    tool_method,
    wrapped_texts,
)
from roadworthy.sensitive.pattern import compiled

MAX_NODES = 20_000
"""Values of one file that are looked through."""

Path: TypeAlias = tuple[str | int, ...]
_MAY_DEFINE = (
    r"@[\w.]*(?:tool|tool_plain|function_tool|ai_function|kernel_function|beta_tool)\b|input_?[sS]chema"
    r"|[\"']type[\"']\s*:\s*[\"']function[\"']|\bBaseTool\b|\b(?:Structured|Function)?Tool(?:\.from_\w+)?\("
    r"|class \w+\((?:[\w.]*\.)?Tool\b"
)
"""RE2, for every module of a repository is asked."""

_SHAPES = ("function", "input_schema", "inputSchema")


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedTool:
    """A tool as some file defines it."""

    name: str
    description: str
    schema: Mapping[str, Any]
    """JSON Schema of the arguments."""

    declared: Mapping[str, Any] = field(default_factory=dict)
    """The whole definition, e.g. with ``side_effects`` and ``scopes`` where the manifest is its source."""

    origin: Literal["manifest", "data", "python"]
    line: int
    line_of: Callable[[Path], int]
    """Line of a part of the definition, by its path; of the definition where the part is not known."""

    schema_at: Path = ()
    """Where the schema stands in the definition."""

    function: Function | None = None
    """The function that is the tool, where there is one."""

    @property
    def properties(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The arguments by name, those of a broken schema left out."""
        found = self.schema.get("properties")
        for name, value in (found if isinstance(found, dict) else {}).items():
            if isinstance(value, dict):
                yield str(name), value

    def line_of_argument(self, name: str) -> int:
        """Return the line of one argument's schema."""
        return self.line_of((*self.schema_at, "properties", name))


def tools_in(file: SourceFile) -> Iterator[DefinedTool]:
    """Yield the tools that ``file`` defines, in its order."""
    if FileKind.PYTHON in file.kinds:
        yield from _in_python(file.text)
        return
    is_manifest = FileKind.MANIFEST in file.kinds
    if not mentions(file.text, "tool", *_SHAPES):
        return
    parsed = file.parsed()
    if parsed is not None:
        found = _in_manifest(parsed.data) if is_manifest else _in_data(parsed.data)
        for path, definition, parts in found:
            yield _tool(path, definition, parts, line_of=parsed.line_of, is_manifest=is_manifest)


_Found: TypeAlias = tuple[Path, dict[str, Any], Path]


def _tool(
    path: Path, definition: dict[str, Any], schema_at: Path, *, line_of: Callable[[Path], int], is_manifest: bool
) -> DefinedTool:
    inner = definition["function"] if schema_at[:1] == ("function",) else definition
    schema = inner.get(str(schema_at[-1])) if schema_at else None
    return DefinedTool(
        name=str(inner.get("name", inner.get("key", ""))),
        description=str(inner.get("description") or ""),
        schema=schema if isinstance(schema, dict) else {},
        declared=definition,
        origin="manifest" if is_manifest else "data",
        line=line_of(path),
        line_of=lambda part: line_of((*path, *part)),
        schema_at=schema_at,
    )


def _in_manifest(data: object) -> Iterator[_Found]:
    components = data.get("components") if isinstance(data, dict) else None
    for index, component in enumerate(components if isinstance(components, list) else ()):
        if isinstance(component, dict) and component.get("type") == "tool":
            yield ("components", index), component, ("arguments",)


def _in_data(data: object) -> Iterator[_Found]:
    waiting: list[tuple[Path, object]] = [((), data)]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        path, value = waiting.pop()
        match value:
            case dict():
                schema_at = _schema_at(value)
                if schema_at is not None:
                    yield path, value, schema_at
                else:
                    waiting += reversed([((*path, str(key)), item) for key, item in value.items()])
            case list():
                waiting += reversed([((*path, index), item) for index, item in enumerate(value)])


def _schema_at(item: dict[Any, Any]) -> Path | None:
    """Return where a tool's schema stands in ``item``; None where it is no tool."""
    match item:
        case {"type": "function", "function": {"name": str()}}:
            return ("function", "parameters")
        case {"type": "function", "name": str(), "parameters": dict()}:
            return ("parameters",)
        case {"name": str(), "input_schema": dict()}:
            return ("input_schema",)
        case {"name": str(), "inputSchema": dict()}:
            return ("inputSchema",)
    return None


def _in_python(text: str) -> Iterator[DefinedTool]:
    if not mentions(text, "tool", "Tool", "_function", *_SHAPES) or compiled(_MAY_DEFINE).search(text) is None:
        return
    for node in nodes_of(text):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if is_tool_function(node):
                yield from _of_decorated(node)
            case ast.ClassDef():
                yield from _of_class(node)
            case ast.Call():
                yield from _of_call(node)
            case ast.Dict() if _may_be_tool(node):
                yield from _of_literal(node)


def _may_be_tool(node: ast.Dict) -> bool:
    keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
    return bool(keys & {"input_schema", "inputSchema"}) or ("type" in keys and bool(keys & {"function", "parameters"}))


def _of_literal(node: ast.Dict) -> Iterator[DefinedTool]:
    try:
        definition = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return
    schema_at = _schema_at(definition)
    if schema_at is not None:
        yield _tool((), definition, schema_at, line_of=lambda _: node.lineno, is_manifest=False)


def _of_function(node: Function, *, name: str = "", description: str = "") -> DefinedTool:
    return DefinedTool(
        name=name or node.name,
        description=description or ast.get_docstring(node) or "",
        schema=schema_of(node),
        origin="python",
        line=node.lineno,
        line_of=lambda _: node.lineno,
        function=node,
    )


def _of_decorated(node: Function) -> Iterator[DefinedTool]:
    """Yield the tool that a decorated function is, or makes; not one of which nothing can be told from here."""
    made, texts = made_by(node), {"name": node.name, **decorator_texts(node)}
    if made is node:
        yield _of_function(node, **texts)
    elif made is not None:
        said = {"description": ast.get_docstring(made) or ast.get_docstring(node) or "", **texts}
        if said["description"]:
            yield _of_function(made, **said)


def _of_class(node: ast.ClassDef) -> Iterator[DefinedTool]:
    """Yield the tool that a class is: LangChain's, CrewAI's and smolagents' way."""
    function = tool_method(node)
    if function is not None:
        said = class_texts(node)
        yield _of_function(
            function,
            name=said.get("name", node.name),
            description=said.get("description", ast.get_docstring(node) or ""),
        )


def _of_call(node: ast.Call) -> Iterator[DefinedTool]:
    """Yield the tool that a call wraps around a function: its name and description; its arguments stay unknown."""
    said = wrapped_texts(node)
    if said:
        yield DefinedTool(
            name=said["name"],
            description=said["description"],
            schema={"additionalProperties": False},
            origin="python",
            line=node.lineno,
            line_of=lambda _: node.lineno,
        )
