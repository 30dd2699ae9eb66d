"""Definitions of the tools that a message offers, each named and known by the digest of all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from roadworthy.core.digest import Digest, JsonValue, digest_of
from roadworthy.guard.run.call import Definition, definition_digest

_NOT_MEANT = "cache_control"
"""Says what a service may keep for later, moves from tool to tool between requests, and changes no tool."""

_WRAPPERS = ("function", "custom")
_COLLECTIONS = ("tools", "functions", "function_declarations", "functionDeclarations")
"""Members that hold several tools within one, as in a namespace."""

_MAX_NAME = 200


def definitions_in(body: JsonValue, *members: str) -> tuple[Definition, ...]:
    """Return the definitions in the lists ``members`` of ``body``, sorted by tool.

    One name that is there twice with two meanings gives two definitions, so that a change is seen.

    >>> body = {"tools": [{"type": "function", "function": {"name": "search", "description": "Finds."}}]}
    >>> [one.tool for one in definitions_in(body, "tools")]
    ['search']
    """
    if not isinstance(body, Mapping):
        return ()
    lists = [value for member in members if isinstance(value := body.get(member), (list, tuple))]
    return definitions_of([tool for tools in lists for tool in tools])


def definitions_of(tools: Sequence[JsonValue]) -> tuple[Definition, ...]:
    """Return the definitions of ``tools``, as any protocol writes them, sorted by tool and each once."""
    found = {Definition(tool=name[:_MAX_NAME], digest=_digest(tool)) for tool in tools for name in _names(tool) if name}
    return tuple(sorted(found, key=lambda one: (one.tool, one.digest)))


def _names(tool: JsonValue) -> Iterator[str]:
    """Yield by what names a model may call ``tool``; of one that a service runs by itself, its kind."""
    if not isinstance(tool, dict):
        return
    # Two readers may take two of these for its name, so it has both.
    wrapped = [value for key in _WRAPPERS if isinstance(value := tool.get(key), dict)]
    stated = {name for one in (*wrapped, tool) if isinstance(name := one.get("name"), str) and name}
    for key in _COLLECTIONS:
        several = tool.get(key)
        stated |= {name for one in (several if isinstance(several, (list, tuple)) else ()) for name in _names(one)}
    yield from sorted(stated)
    kind, label = tool.get("type"), tool.get("server_label")
    if not stated and isinstance(kind, str):
        yield f"{kind}:{label}" if isinstance(label, str) else kind


def _digest(tool: JsonValue) -> Digest:
    meant = {key: value for key, value in tool.items() if key != _NOT_MEANT} if isinstance(tool, dict) else tool
    try:
        return definition_digest(meant)
    except ValueError:
        # A number that readers write differently has no canonical form; its text is compared instead.
        return digest_of({"schema": "roadworthy/tool-definition/v1", "text": json.dumps(meant, sort_keys=True)})
