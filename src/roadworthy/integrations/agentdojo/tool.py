"""Tools of a suite as tools of a world: definitions with the schema of what they return, and results as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.integrations.agentdojo.package import module
from roadworthy.redteam.worlds.model import State, Tool, ToolError

ENVIRONMENT = "environment"
"""In a state: the suite's environment, a pydantic value."""

MADE = "made"
"""In a state: tools and arguments of all calls that ran, in order."""

HISTORY = "history"
"""In a state: the environment after each call that changed it, with the number of calls that had run by then."""


def tool_of(function: Any) -> Tool:
    """Return a tool that runs ``function`` of a suite on the environment in a state."""
    schema = _plain_schema(function.parameters.model_json_schema())

    def run(state: State, arguments: Mapping[str, Any]) -> JsonValue:
        runtime = module("functions_runtime").FunctionsRuntime([function])
        state[MADE].append([function.name, dict(arguments)])
        result, error = runtime.run_function(state[ENVIRONMENT], function.name, dict(arguments))
        _note(state)
        if error is not None:
            raise ToolError(error)
        return plain(result)

    return Tool(
        name=function.name,
        description=function.description,
        parameters=schema.get("properties", {}),
        required=tuple(schema.get("required", ())),
        run=run,
    )


def _note(state: State) -> None:
    """Keep the environment as it is now, if it is another: an attack that succeeded and was undone succeeded."""
    history = state[HISTORY]
    if not history or history[-1][0] != state[ENVIRONMENT]:
        history.append((state[ENVIRONMENT].model_copy(deep=True), len(state[MADE])))


def definition_of(function: Any) -> dict[str, Any]:
    """Return the definition of ``function``, with the schema of its result."""
    said = {
        "name": function.name,
        "description": function.description,
        "inputSchema": _plain_schema(function.parameters.model_json_schema()),
    }
    output = _output_schema(function.return_type)
    return said | ({"outputSchema": output} if output else {})


def plain(result: Any) -> JsonValue:
    """Return a tool's result as JSON."""
    dump = getattr(result, "model_dump", None)
    if dump is not None:
        return plain(dump(mode="json"))
    if isinstance(result, Mapping):
        return {str(key): plain(value) for key, value in result.items()}
    if isinstance(result, list | tuple | set):
        return [plain(one) for one in result]
    if result is None or isinstance(result, str | int | float | bool):
        return result
    return str(result)


def _output_schema(kind: Any) -> dict[str, Any]:
    """Return the JSON schema of what a function returns; empty: it has none."""
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    try:
        return dict(TypeAdapter(kind).json_schema()) if kind is not None else {}
    except (PydanticUserError, TypeError, NameError):
        return {}


def _plain_schema(schema: Any) -> Any:
    """Return a JSON schema with its references written out, so that each argument's schema stands by itself."""
    definitions = schema.get("$defs", {})

    def written_out(node: Any, depth: int) -> Any:
        if isinstance(node, list):
            return [written_out(one, depth) for one in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str) and depth < 8:
            node = definitions.get(reference.rpartition("/")[2], {}) | {k: v for k, v in node.items() if k != "$ref"}
        return {
            key: written_out(one, depth + 1)
            for key, one in node.items()
            if key not in ("$defs", "title") or (key == "title" and isinstance(one, dict))
        }

    return written_out(schema, 0)
