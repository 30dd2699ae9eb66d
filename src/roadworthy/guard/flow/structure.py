"""Reads the structure of results that tools write for people: blocks of ``key: value`` lines, lists of them, tables.

Strict: what is not such a block from its first line to its last is a text without fields. A field of many lines must be
indented or quoted; a name that comes twice in one block, as text pasted into a template makes it, is no structure.
"""

from __future__ import annotations

import json
import re

from roadworthy.core.digest import JsonValue

_MAX_LINES, _MAX_DEPTH = 20_000, 20
_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_ ./()#-]{0,59}|'[^'\n]{1,80}'|\"[^\"\\\n]{1,80}\"):(?:[ \t]+(.*))?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_RULE = re.compile(r"\|?[ :|-]*-{2,}[ :|-]*\|?")
_LITERAL = re.compile(r"[|>][+-]?")
_CONSTANTS: dict[str, JsonValue] = {"null": None, "~": None, "": None, "true": True, "false": False, "[]": [], "{}": {}}


class _UnstructuredError(Exception):
    """The text is not of such lines."""


def structured(text: str) -> JsonValue:
    r"""Return what ``text`` says as an object or a list; None: it is no such block.

    >>> structured("- name: Bob\n  mail: bob@x.test\n- name: Ann\n  mail: ann@x.test")
    [{'name': 'Bob', 'mail': 'bob@x.test'}, {'name': 'Ann', 'mail': 'ann@x.test'}]
    >>> structured("| name | mail |\n|---|---|\n| Bob | bob@x.test |")
    [{'name': 'Bob', 'mail': 'bob@x.test'}]
    >>> structured("Dear Bob: see below.\nBest, Ann") is None
    True
    """
    lines = text.strip("\n").expandtabs(8).split("\n")
    if not 1 < len(lines) <= _MAX_LINES:
        return None
    if "|" in lines[0] and _RULE.fullmatch(lines[1].strip()):
        return _table(lines)
    block = _Block(lines)
    try:
        found = block.value(_indent(lines[0]), 0)
    except _UnstructuredError:
        return None
    if block.place < len(lines) or (isinstance(found, dict) and len(found) < 2):
        return None
    if isinstance(found, list) and not any(isinstance(one, dict) for one in found):
        return None
    return found


def _table(lines: list[str]) -> JsonValue:
    names, *rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in (lines[0], *lines[2:]) if line.strip()
    ]
    if len(set(names)) < len(names) or any(len(row) != len(names) for row in rows) or not rows:
        return None
    return [dict(zip(names, map(_scalar, row), strict=True)) for row in rows]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _scalar(said: str) -> JsonValue:
    said = said.strip()
    if said in _CONSTANTS:
        return _CONSTANTS[said]
    if _INTEGER.fullmatch(said):
        return int(said)
    return float(said) if _FLOAT.fullmatch(said) else said


class _Block:
    """Lines, and how far they are read."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.place = 0

    def line(self) -> str | None:
        """Return the next line that is not empty; None: there is none."""
        while self.place < len(self.lines) and not self.lines[self.place].strip():
            self.place += 1
        return self.lines[self.place] if self.place < len(self.lines) else None

    def value(self, indent: int, depth: int) -> JsonValue:
        line = self.line()
        if line is None or depth > _MAX_DEPTH or _indent(line) != indent:
            raise _UnstructuredError
        return self.items(indent, depth) if _is_item(line) else self.members(indent, depth)

    def items(self, indent: int, depth: int) -> list[JsonValue]:
        found: list[JsonValue] = []
        while (line := self.line()) is not None and _indent(line) == indent and _is_item(line):
            rest = line[indent + 1 :]
            inner = indent + 1 + _indent(rest)
            if _KEY.fullmatch(rest.strip()) or _is_item(rest.strip()):
                self.lines[self.place] = " " * (indent + 1) + rest
                found.append(self.value(inner, depth + 1))
            else:
                self.place += 1
                found.append(self.scalar(rest.strip(), indent))
        return found

    def members(self, indent: int, depth: int) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        while (line := self.line()) is not None and _indent(line) == indent and not _is_item(line):
            match = _KEY.fullmatch(line.strip())
            if match is None:
                raise _UnstructuredError
            name = match[1].strip("'\"")
            if name in found:
                raise _UnstructuredError
            self.place += 1
            found[name] = self.scalar(match[2], indent) if (match[2] or "").strip() else self.below(indent, depth)
        return found

    def below(self, indent: int, depth: int) -> JsonValue:
        line = self.line()
        if line is None or _indent(line) < indent or (_indent(line) == indent and not _is_item(line)):
            return None
        return self.value(_indent(line), depth + 1)

    def scalar(self, said: str, indent: int) -> JsonValue:
        """Return what stands after a name, with the lines that go on with it: they are indented further."""
        said = said.strip()
        further: list[str] = []
        while self.place < len(self.lines):
            line = self.lines[self.place]
            if line.strip() and _indent(line) <= indent:
                break
            further.append(line.strip())
            self.place += 1
        while further and not further[-1]:
            further.pop()
        if _LITERAL.fullmatch(said):
            return "\n".join(further)
        whole = " ".join((said, *further)).strip()
        if whole[:1] in ("'", '"'):
            return _unquoted(whole)
        if any(_KEY.fullmatch(line) or _is_item(line) for line in further):
            raise _UnstructuredError
        return _scalar(whole)


def _is_item(line: str) -> bool:
    said = line.lstrip(" ")
    return said == "-" or said.startswith("- ")


def _unquoted(said: str) -> str:
    sign = said[0]
    if len(said) < len("''") or said[-1] != sign:
        raise _UnstructuredError
    inner = said[1:-1]
    if sign == "'":
        if "'" in inner.replace("''", ""):
            raise _UnstructuredError
        return inner.replace("''", "'")
    try:
        found = json.loads(re.sub(r"\\ ", " ", said), strict=False)
    except ValueError:
        raise _UnstructuredError from None
    return str(found)
