"""Memory that one user fills and another one reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import Function, called, functions_of, last_name, mentions, nodes_of

_MEMORIES = frozenset({"ConversationBufferMemory", "ConversationBufferWindowMemory", "ConversationSummaryMemory",
                       "ConversationSummaryBufferMemory", "ConversationTokenBufferMemory", "ChatMemoryBuffer",
                       "ChatMessageHistory", "InMemoryChatMessageHistory", "ConversationChain"})  # fmt: skip
_HANDLERS = frozenset({"get", "post", "put", "route", "websocket", "on_message", "message", "event", "api_route"})
_ROUTE = re.compile(r"@\w[\w.]*\.(?:get|post|put|route|websocket|on_message|message|event|api_route)\b")
_KEYS = frozenset({"thread_id", "session_id", "conversation_id", "user_id"})


def shared(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find one memory, or one constant conversation, for everybody whom a web handler serves."""
    if not mentions(file.text, *_MEMORIES, *_KEYS) or _ROUTE.search(file.text) is None:
        return
    handlers = [function for function in functions_of(file.text) if _is_handler(function)]
    if not handlers:
        return
    used = {node.id for handler in handlers for node in ast.walk(handler) if isinstance(node, ast.Name)}
    for name, call in _of_module(file.text):
        if called(call) in _MEMORIES and name in used:
            said = f"the memory {name!r} is one for all users of the handler"
            yield Hit(line=call.lineno, said=said, subject=name)
    for handler in handlers:
        for key, line in _constant_keys(handler):
            said = f"{handler.name!r} keeps every user's conversation under one constant `{key}`"
            yield Hit(line=line, said=said, subject=f"{handler.name}.{key}")


def _is_handler(function: Function) -> bool:
    decorators = (one.func if isinstance(one, ast.Call) else one for one in function.decorator_list)
    return any(isinstance(one, ast.Attribute) and last_name(one) in _HANDLERS for one in decorators)


def _of_module(text: str) -> Iterator[tuple[str, ast.Call]]:
    module = next(iter(nodes_of(text)), None)
    for statement in module.body if isinstance(module, ast.Module) else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                yield name, call


def _constant_keys(handler: Function) -> Iterator[tuple[str, int]]:
    for node in ast.walk(handler):
        for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
            if isinstance(key, ast.Constant) and key.value in _KEYS and isinstance(value, ast.Constant):
                yield str(key.value), value.lineno
