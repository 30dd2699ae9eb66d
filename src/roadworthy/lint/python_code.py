"""What Python source says, read without running it: its calls, its functions, and what their parts are called."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache

MAX_SOURCE_CHARS = 512 * 1024
"""Longer source is generated, and is not read."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=8)
def nodes_of(text: str) -> tuple[ast.AST, ...]:
    """Return every node of a module, outermost first; none where the source does not parse.

    The last few modules are kept, since several rules ask of one file in turn.
    """
    if len(text) > MAX_SOURCE_CHARS:
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tuple(_walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _walk(tree: ast.AST) -> list[ast.AST]:
    """Return the nodes below ``tree``, outermost first: `ast.walk` without its generators, in half the time."""
    found = [tree]
    for node in found:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                found += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                found.append(value)
    return found


@lru_cache(maxsize=8)
def calls_of(text: str) -> tuple[ast.Call, ...]:
    """Return every call of a module."""
    return tuple(node for node in nodes_of(text) if isinstance(node, ast.Call))


@lru_cache(maxsize=8)
def functions_of(text: str) -> tuple[Function, ...]:
    """Return every function of a module, methods and inner ones too."""
    return tuple(node for node in nodes_of(text) if isinstance(node, Function))


def mentions(text: str, *words: str) -> bool:
    """Return whether ``text`` holds any of ``words`` at all: the cheap question before it is parsed."""
    return any(word in text for word in words)


def dotted(node: ast.AST) -> str:
    """Return a name with its dots; a part that is no name becomes ``?``.

    >>> dotted(ast.parse("client.chat.create(1)").body[0].value.func)
    'client.chat.create'
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name; empty where there is none.

    >>> last_name(ast.parse("client.chat.create").body[0].value)
    'create'
    """
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def called(call: ast.Call) -> str:
    """Return the last part of what is called, e.g. ``create``."""
    return last_name(call.func)


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """Return the value of the first of the keyword arguments ``names`` that is given."""
    given = {one.arg: one.value for one in call.keywords}
    return next((given[name] for name in names if name in given), None)


def says(node: ast.AST | None, *values: object) -> bool:
    """Return whether an expression is one of the literal ``values``, of the same type.

    >>> says(ast.parse("0").body[0].value, False), says(ast.parse("False").body[0].value, False)
    (False, True)
    """
    if not isinstance(node, ast.Constant):
        return False
    return any(type(node.value) is type(value) and node.value == value for value in values)


def names_in(node: ast.AST) -> frozenset[str]:
    """Return the plain names that an expression or statement reads."""
    return frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def parameters(function: Function) -> Iterator[ast.arg]:
    """Yield the named parameters of a function, without ``self`` and what frameworks fill in."""
    arguments = function.args
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if one.arg not in {"self", "cls", "ctx", "context", "run_context"}:
            yield one
