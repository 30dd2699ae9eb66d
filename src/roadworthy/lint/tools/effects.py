"""What tools do to the world without anybody having said so, or agreed to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository, SourceFile
from roadworthy.lint.python_code import called, dotted
from roadworthy.lint.tools.definitions import DefinedTool, tools_in
from roadworthy.lint.tools.verbs import consequence

_BRAKED = {"pay", "send", "delete", "execute"}
_APPROVAL = re.compile(r"(?i)approv|confirm|interrupt|human|consent|permission|authori[sz]")


def unbraked(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that are stated to pay, send, delete or execute, with neither approval nor limit."""
    for tool in tools_in(file):
        effects = tool.declared.get("side_effects")
        stated = _BRAKED & set(map(str, effects)) if isinstance(effects, list) else set()
        if stated and tool.declared.get("requires_approval") is not True and not tool.declared.get("limits"):
            what = ", ".join(sorted(stated))
            said = f"tool {tool.name!r} may {what} without anybody's approval and without a limit"
            yield Hit(line=tool.line, said=said, subject=tool.name)


def undeclared(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools of the manifest whose name says that they do more than they state."""
    for tool in tools_in(file):
        effects, what = tool.declared.get("side_effects"), consequence(tool.name)
        if tool.origin == "manifest" and what and isinstance(effects, list) and set(effects) <= {"read"}:
            said = f"tool {tool.name!r} is called as one that {what}, and is stated to only read"
            yield Hit(line=tool.line_of(("side_effects",)), said=said, subject=tool.name)


def unapproved_by_name(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools in code or data that by their name pay, send, delete or execute, with nobody asked."""
    stated = _stated_names(repository)
    for file in repository.of_kind(FileKind.TOOLS, FileKind.PYTHON):
        if FileKind.MANIFEST in file.kinds:
            continue
        for tool in tools_in(file):
            what = consequence(tool.name)
            if what and tool.name not in stated and not _asks(tool):
                said = f"tool {tool.name!r} by its name {what}, and nothing asks for approval"
                yield Hit(line=tool.line, said=said, subject=tool.name, path=file.path)


def _stated_names(repository: Repository) -> frozenset[str]:
    manifest = repository.manifest
    return frozenset(c.key for c in manifest.components if c.type == "tool") if manifest is not None else frozenset()


def _asks(tool: DefinedTool) -> bool:
    if tool.function is None:
        return (
            any(_APPROVAL.search(str(key)) for key in tool.declared) or _APPROVAL.search(tool.description) is not None
        )
    for node in ast.walk(tool.function):
        match node:
            case ast.Call() if _APPROVAL.search(dotted(node.func)) or called(node) == "input":
                return True
            case ast.keyword(arg=str(name)) | ast.arg(arg=name) if _APPROVAL.search(name):
                return True
            case ast.Name(id=name) if _APPROVAL.search(name):
                return True
    return False
