"""Reads tools' definitions out of what APIs and servers call them: OpenAI, Anthropic, Gemini, MCP and plain lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError

_NAME = re.compile(r"[A-Za-z0-9_.:/-]{1,128}")
MAX_TOOLS = 2_000
"""Tools that one document may define."""

_LISTS = ("tools", "functions", "functionDeclarations", "function_declarations", "result")
_SCHEMAS = ("parameters", "input_schema", "inputSchema", "parametersJsonSchema", "args_schema", "arguments")
_OUTPUTS = ("outputSchema", "output_schema", "returns", "response", "return_schema")
_DESCRIPTIONS = ("description", "summary")
_FIX = "give a JSON list of tools, or an object with `tools`, as the API or `tools/list` has it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDefinition:
    """A tool as the model is told of it."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict, repr=False)
    """JSON schema of an object; empty: it takes nothing."""

    output: dict[str, Any] = field(default_factory=dict, repr=False)
    """JSON schema of the result; empty: not stated."""

    hints: dict[str, Any] = field(default_factory=dict)
    """What the server says of it (MCP ``annotations``). A hint can make a draft stricter, never vouch for a tool whose
    name or description says otherwise."""


def read_definitions(document: JsonValue) -> tuple[ToolDefinition, ...]:
    """Return the tools that ``document`` defines, in order; a tool that is there twice alike counts once.

    Raises:
        ConfigError: If it holds no tools, one has no name, or two of one name differ.

    >>> [one.name for one in read_definitions({"tools": [{"type": "function", "function": {"name": "pay"}}]})]
    ['pay']
    """
    found: dict[str, ToolDefinition] = {}
    for place, raw in _tools(document, where="DEFINITIONS"):
        tool = _tool(raw, where=place)
        if found.setdefault(tool.name, tool) != tool:
            raise ConfigError(
                f"tool {tool.name[:80]!r} is defined twice, and not alike",
                where=place,
                fix="keep the definition that is in force",
            )
        if len(found) > MAX_TOOLS:
            raise ConfigError(
                f"there are more than {MAX_TOOLS:,} tools", where=place, fix="draft them server by server"
            )
    if not found:
        raise ConfigError("no tool is defined", where="DEFINITIONS", fix=_FIX)
    return tuple(found.values())


def _tools(document: Any, *, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(document, list):
        for number, item in enumerate(document):
            yield from _tools(item, where=f"{where}[{number}]")
        return
    if not isinstance(document, dict):
        raise ConfigError(f"a tool's definition is an object, not {type(document).__name__}", where=where, fix=_FIX)
    if not any(key in document for key in ("name", "tool_name", "type")):
        for key in _LISTS:
            if isinstance(document.get(key), list | dict):
                yield from _tools(document[key], where=f"{where}.{key}")
                return
    function = document.get("function")
    yield where, function if isinstance(function, dict) else document


def _tool(raw: Mapping[str, Any], *, where: str) -> ToolDefinition:
    name = raw.get("name", raw.get("tool_name", raw.get("type")))
    if not isinstance(name, str):
        raise ConfigError("a tool has no `name`", where=where, fix=_FIX)
    if _NAME.fullmatch(name) is None:
        raise ConfigError(
            f"{name[:80]!r} is no tool's name that a policy can state",
            where=where,
            fix="use at most 128 letters, digits and . _ : / -",
        )
    hints = raw.get("annotations")
    return ToolDefinition(
        name=name,
        description=next((str(raw[key]) for key in _DESCRIPTIONS if isinstance(raw.get(key), str)), ""),
        parameters=next((_object(raw[key], where=f"{where}.{key}") for key in _SCHEMAS if key in raw), {}),
        output=next((_output(raw[key]) for key in _OUTPUTS if key in raw), {}),
        hints=dict(hints) if isinstance(hints, dict) else {},
    )


def _object(schema: Any, *, where: str) -> dict[str, Any]:
    """Return a JSON schema of an object, also of a list of parameters or an object of them by name."""
    if schema is None:
        return {}
    if isinstance(schema, list):
        return _listed(schema, where=where)
    if not isinstance(schema, dict):
        raise ConfigError(
            f"parameters are a JSON schema, not {type(schema).__name__}", where=where, fix="give a JSON schema"
        )
    if not schema or any(key in schema for key in ("properties", "$ref", "anyOf", "allOf", "oneOf", "$defs")):
        return schema
    if isinstance(schema.get("type"), str):
        return schema
    named = {name: one if isinstance(one, dict) else {"type": str(one)} for name, one in schema.items()}
    return {
        "type": "object",
        "properties": named,
        "required": [name for name, one in named.items() if one.get("required") is True],
    }


def _listed(parameters: list[Any], *, where: str) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for number, one in enumerate(parameters):
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise ConfigError(f"parameter {number} has no `name`", where=where, fix="give each parameter a `name`")
        named[one["name"]] = {key: value for key, value in one.items() if key not in ("name", "required")}
    required = [one["name"] for one in parameters if one.get("required") is True]
    return {"type": "object", "properties": named, "required": required}


def _output(schema: Any) -> dict[str, Any]:
    if isinstance(schema, list) and all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in schema):
        return _listed(schema, where="returns")
    return schema if isinstance(schema, dict) else {}
