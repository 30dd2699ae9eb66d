"""Scopes that allow more than the tool needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.tools.definitions import DefinedTool, tools_in
from roadworthy.lint.tools.verbs import words_of

_BROAD = re.compile(
    r"(?i)(?:.*[:./])?(?:\*|all|admin|administrator|root|superuser|owner|full|full[_-]?access|full[_-]?control)"
    r"|.*fullcontrol(?:\.all)?|.*readwrite\.all"
)
_CHANGING = frozenset(
    {"write", "delete", "send", "create", "update", "manage", "pay", "execute", "readwrite", "edit", "modify"}
)


def too_broad(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find scopes that allow everything of a kind: ``*``, ``admin``, ``orders:all``."""
    for tool, index, scope in _scopes(file):
        if _BROAD.fullmatch(scope.strip()):
            yield Hit(
                line=tool.line_of(("scopes", index)),
                said=f"tool {tool.name!r} has the scope {scope!r}, which allows everything of its kind",
                subject=f"{tool.name}:{scope}",
            )


def beyond_effect(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find scopes that allow changes on a tool that is stated to only read."""
    for tool, index, scope in _scopes(file):
        if tool.declared.get("side_effects") == ["read"] and _CHANGING & set(words_of(scope)):
            yield Hit(
                line=tool.line_of(("scopes", index)),
                said=f"tool {tool.name!r} is stated to only read, and its scope {scope!r} allows changes",
                subject=f"{tool.name}:{scope}",
            )


def _scopes(file: SourceFile) -> Iterator[tuple[DefinedTool, int, str]]:
    for tool in tools_in(file):
        scopes = tool.declared.get("scopes")
        for index, scope in enumerate(scopes if isinstance(scopes, list) else ()):
            if isinstance(scope, str):
                yield tool, index, scope
