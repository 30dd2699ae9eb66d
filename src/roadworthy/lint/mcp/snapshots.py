"""The tool lists that servers gave, kept beside the code, against what was reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.core.digest import Digest, digest_of
from roadworthy.inventory.model import McpServer
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository, SourceFile

SUFFIX = ".tools.json"
"""A server's tool list is kept as ``<key of the server>.tools.json``, as ``tools/list`` answered it."""

_PINNED = ("name", "title", "description", "inputSchema", "outputSchema", "annotations")


def tool_list_digest(answer: object) -> Digest | None:
    """Return the digest of a tool list: over each tool's words and schemas, by name, whatever else the answer holds.

    Args:
        answer: What ``tools/list`` answered: the result, the JSON-RPC message around it, or the bare list.

    Returns:
        None where ``answer`` is no tool list, or cannot be written as canonical JSON.

    >>> first = tool_list_digest({"tools": [{"name": "a"}, {"name": "b"}]})
    >>> first == tool_list_digest([{"name": "b"}, {"name": "a"}]), first == tool_list_digest([{"name": "a"}])
    (True, False)
    """
    tools = _tools(answer)
    if tools is None:
        return None
    kept = [{key: tool[key] for key in _PINNED if key in tool} for tool in tools]
    try:
        return digest_of(sorted(kept, key=lambda tool: str(tool.get("name"))))
    except (ValueError, TypeError, RecursionError):
        return None


def _tools(answer: object) -> list[dict[str, Any]] | None:
    if isinstance(answer, dict) and isinstance(answer.get("result"), dict):
        answer = answer["result"]
    tools = answer.get("tools") if isinstance(answer, dict) else answer
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        return None
    return tools


def changed(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers whose kept tool list is another than the one that was reviewed."""
    for server, file in _snapshots(repository):
        if server.tool_list_digest is None:
            continue
        parsed = file.parsed()
        found = tool_list_digest(parsed.data) if parsed is not None else None
        if found != server.tool_list_digest:
            what = "cannot be read" if found is None else f"is now {found}, not the one that was reviewed"
            said = f"the tool list of MCP server {server.key!r} {what}"
            yield Hit(said=said, subject=server.key, path=file.path)


def unpinned(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers of the manifest whose tool list nobody pinned."""
    manifest = repository.manifest
    kept = {server.key: file.parsed() for server, file in _snapshots(repository)}
    for index, component in enumerate(manifest.components if manifest is not None else ()):
        if isinstance(component, McpServer) and component.tool_list_digest is None:
            parsed = kept.get(component.key)
            found = tool_list_digest(parsed.data) if parsed is not None else None
            what = f"the list that is kept has {found}" if found else "its tools may change unseen"
            said = f"MCP server {component.key!r} has no `tool_list_digest`: {what}"
            place = next((file.path for file in repository.of_kind(FileKind.MANIFEST)), "")
            line = repository.manifest_line(("components", index))
            yield Hit(line=line, said=said, subject=component.key, path=place)


def same_names(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find a tool name that two servers give: whose tool the model calls is then a matter of chance."""
    given: dict[str, str] = {}
    for server, file in _snapshots(repository):
        parsed = file.parsed()
        for tool in (_tools(parsed.data) if parsed is not None else None) or ():
            name = str(tool.get("name"))
            first = given.setdefault(name, server.key)
            if first != server.key:
                said = f"MCP servers {first!r} and {server.key!r} both give a tool {name!r}"
                yield Hit(said=said, subject=name, path=file.path)


def _snapshots(repository: Repository) -> Iterator[tuple[McpServer, SourceFile]]:
    manifest = repository.manifest
    servers = [c for c in manifest.components if isinstance(c, McpServer)] if manifest is not None else []
    if not servers:
        return
    names = {f"{server.key}{SUFFIX}": server for server in servers}
    for path, file in repository.files.items():
        server = names.get(path.rpartition("/")[2])
        if server is not None:
            yield server, file
