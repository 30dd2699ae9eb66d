"""Arguments of tools that allow more than anybody reviewed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import Function, called, names_in
from roadworthy.lint.tools.definitions import DefinedTool, tools_in
from roadworthy.lint.tools.verbs import words_of

_STEERING = frozenset({"path", "filepath", "filename", "file", "directory", "folder", "url", "uri", "endpoint",
                       "host", "hostname", "webhook"})  # fmt: skip
_EXECUTABLE = frozenset({"command", "cmd", "shell", "script", "code", "sql", "bash", "expression"})
_AMOUNTS = frozenset({"amount", "sum", "price", "total", "quantity", "discount", "percent", "percentage", "fee"})
_SECRETS = re.compile(r"(?i)(?:^|_|-)(?:password|passwd|api_?key|secret(?:_?key)?|access_?token|private_?key)$")
_TOKENS = re.compile(r"(?i)(?:^|_|-)(?:token|bearer|credentials?)$")
_LONG = 16
"""Characters of a default from which on a token is a credential and not a cursor."""
_CLOSED_WORDS = ("enum", "const", "pattern", "format", "$ref", "anyOf", "oneOf", "allOf", "not")
_PLACEHOLDER = re.compile(r"(?i)|.*(?:\$\{|<|xxx|changeme|your[_-]|example|placeholder|\*\*\*).*|none|null|string")
_CHOICES = re.compile(
    r"(?i)\b(?:one of|either|must be|allowed values(?: are)?|possible values(?: are)?)\b[:\s]*['\"`\[(]?\w[\w-]*['\"`]?"
    r"(?:\s*(?:,|\||/)\s*(?:or\s+)?['\"`]?\w[\w-]*['\"`]?)*\s*(?:,|\||\bor\b)\s*['\"`]?\w"
)
_CHECKING = re.compile(r"(?i)valid|check|sanit|allow|resolve|ensure|confine|quote|clamp|\bmin\b|fullmatch|match|parse")


def open_arguments(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find schemas that let arguments through that they do not name."""
    for tool in tools_in(file):
        is_open = tool.schema.get("additionalProperties") is not False
        if is_open and (tool.origin != "data" or tool.declared.get("strict") is not True):
            yield _about(
                tool, line=tool.line_of(tool.schema_at), said="accepts arguments that its schema does not name"
            )


def unconstrained(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find free text where a path or an address is asked for."""
    for tool, name, _schema in _free_text(file):
        words = words_of(name)
        if words and words[-1] in _STEERING and tool.origin != "python":
            yield _about(tool, name, said=f"takes any text as {name!r}", line=tool.line_of_argument(name))


def arbitrary_execution(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that take code, commands or SQL as free text and that nobody approves."""
    for tool, name, _schema in _free_text(file):
        words = words_of(name)
        if not words or words[-1] not in _EXECUTABLE or tool.declared.get("requires_approval") is True:
            continue
        if tool.function is not None:  # what a function does with it, `executes_argument` sees
            continue
        means_it = words[-1] in {"sql", "command", "cmd", "shell", "bash"} or _is_run(tool)
        if means_it and not _postal(words):
            said = f"lets the model write {name!r} itself, and nobody approves it"
            yield _about(tool, name, said=said, line=tool.line_of_argument(name))


def _is_run(tool: DefinedTool) -> bool:
    return bool({"run", "exec", "execute", "eval", "evaluate", "interpreter", "repl"} & set(words_of(tool.name)))


def _postal(words: tuple[str, ...]) -> bool:
    """Codes that are not code: country code, discount code."""
    return words[-1] == "code" and len(words) > 1 and words[-2] not in {"python", "source", "js", "r", "sql"}


def unbounded_amount(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find sums of money and quantities without a greatest value."""
    for tool in tools_in(file):
        if tool.declared.get("limits"):
            continue
        for name, schema in tool.properties:
            is_number = schema.get("type") in ("number", "integer")
            is_bounded = any(word in schema for word in ("maximum", "exclusiveMaximum", "enum", "const"))
            if "scroll" in words_of(name):
                continue
            if is_number and not is_bounded and _AMOUNTS & set(words_of(name)) and not _is_checked(tool, name):
                said = f"takes any number as {name!r}"
                yield _about(tool, name, said=said, line=tool.line_of_argument(name))


def unbounded_array(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find lists of any length."""
    for tool in tools_in(file):
        for name, schema in tool.properties:
            if schema.get("type") == "array" and "maxItems" not in schema and not _is_checked(tool, name):
                said = f"takes a list of any length as {name!r}"
                yield _about(tool, name, said=said, line=tool.line_of_argument(name))


def missing_enum(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find arguments whose few values stand in the description only."""
    for tool, name, schema in _free_text(file):
        if _CHOICES.search(str(schema.get("description", ""))[:2000]):
            said = f"lists the values of {name!r} in words only"
            yield _about(tool, name, said=said, line=tool.line_of_argument(name))


def asks_for_secret(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find arguments by which the model would hand over a credential."""
    for tool in tools_in(file):
        for name, schema in tool.properties:
            if _SECRETS.search(name) and schema.get("type", "string") == "string":
                said = f"has the model pass a credential as {name!r}"
                yield _about(tool, name, said=said, line=tool.line_of_argument(name))


def secret_default(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find credentials written down as an argument's default. The value is never shown."""
    for tool in tools_in(file):
        for name, schema in tool.properties:
            given = schema.get("default", schema.get("const"))
            given = _default_of(tool.function, name) if tool.function is not None else given
            if not isinstance(given, str) or _PLACEHOLDER.fullmatch(given):
                continue
            if _SECRETS.search(name) or (_TOKENS.search(name) and len(given) >= _LONG):
                said = f"has a credential of {len(given)} characters as the default of {name!r}"
                yield _about(tool, name, said=said, line=tool.line_of_argument(name))


def _default_of(function: Function, name: str) -> object:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False),
    ]
    found = next((default for one, default in pairs if one.arg == name), None)
    return found.value if isinstance(found, ast.Constant) else None


def _free_text(file: SourceFile) -> Iterator[tuple[DefinedTool, str, Mapping[str, Any]]]:
    for tool in tools_in(file):
        for name, schema in tool.properties:
            if schema.get("type") != "string" or any(word in schema for word in _CLOSED_WORDS):
                continue
            if not _is_checked(tool, name):
                yield tool, name, schema


def _is_checked(tool: DefinedTool, name: str) -> bool:
    """Return whether the tool's own function compares the argument, or hands it to something that checks."""
    for node in ast.walk(tool.function) if tool.function is not None else ():
        match node:
            case ast.Compare() | ast.Assert() if name in names_in(node):
                return True
            case ast.Call() if _CHECKING.search(called(node)) and name in names_in(node):
                return True
    return False


def _about(tool: DefinedTool, argument: str = "", *, said: str, line: int) -> Hit:
    subject = f"{tool.name}.{argument}" if argument else tool.name
    return Hit(line=line, said=f"tool {tool.name!r} {said}", subject=subject)
