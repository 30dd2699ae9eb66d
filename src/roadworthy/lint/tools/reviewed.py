"""Tools in code and data against those that the manifest states and that were reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from roadworthy.inventory.model import Tool
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository
from roadworthy.lint.tools.definitions import DefinedTool, tools_in


def differs(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that are defined otherwise than the manifest states them."""
    manifest = repository.manifest
    stated = {c.key: c for c in manifest.components if isinstance(c, Tool)} if manifest is not None else {}
    for file in repository.of_kind(FileKind.TOOLS, FileKind.PYTHON) if stated else ():
        if FileKind.MANIFEST in file.kinds:
            continue
        for tool in tools_in(file):
            what = _difference(tool, stated[tool.name]) if tool.name in stated else ""
            if what:
                said = f"tool {tool.name!r} {what} than the manifest states"
                yield Hit(line=tool.line, said=said, subject=tool.name, path=file.path)


def _difference(tool: DefinedTool, stated: Tool) -> str:
    properties = stated.arguments.get("properties")
    expected = set(properties) if isinstance(properties, dict) else set()
    if {name for name, _ in tool.properties} != expected:
        return "takes other arguments"
    said, reviewed = " ".join(tool.description.split()), " ".join(stated.description.split())
    if said and not said.casefold().startswith(reviewed.casefold().rstrip(".")):
        return "describes itself otherwise"
    return ""
