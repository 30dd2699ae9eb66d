"""Names by which one tool can be taken for another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from roadworthy.core.digest import digest_of
from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.tools.definitions import DefinedTool, tools_in
from roadworthy.lint.tools.verbs import words_of


def lookalike(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find names that mix letters of several alphabets, as ``sеnd_email`` with a Cyrillic letter."""
    for tool in tools_in(file):
        scripts = {_script(letter) for letter in tool.name if letter.isalpha()}
        if len(scripts) > 1 and "LATIN" in scripts:
            strange = next(letter for letter in tool.name if letter.isalpha() and _script(letter) != "LATIN")
            said = f"tool name {tool.name!r} mixes alphabets (U+{ord(strange):04X})"
            yield Hit(line=tool.line, said=said, subject=tool.name)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]


def twice(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find two different tools of one file whose names differ in nothing that a model heeds."""
    seen: dict[tuple[str, ...], tuple[DefinedTool, str]] = {}
    for tool in tools_in(file):
        if tool.function is not None and tool.function.col_offset > 0:
            continue  # defined within a function or a class: often one of several of which one is used
        words, content = words_of(tool.name), _content(tool)
        first, first_content = seen.setdefault(words, (tool, content))
        if first_content != content:
            said = f"tool {tool.name!r} can be taken for {first.name!r} in line {first.line}"
            yield Hit(line=tool.line, said=said, subject=tool.name)


def _content(tool: DefinedTool) -> str:
    try:
        return digest_of([tool.description, dict(tool.schema)])
    except (ValueError, TypeError, RecursionError):
        return f"line {tool.line}"
