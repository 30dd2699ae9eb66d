"""Guards that Python calls: what happens when they break, and whether a caller can leave them out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from roadworthy.lint.model import Hit
from roadworthy.lint.python_code import Function, called, dotted, functions_of, last_name, nodes_of, says

_GUARD = re.compile(
    r"(?i)guard|moderat|(?:^|[._])rails?(?:$|[._])|(?:^|[._])(?:is_)?(?:safe|allowed)$|content_filter|safety_check"
    r"|check_(?:input|output|prompt|reply|safety)|screen_(?:input|output|prompt|text|reply)"
)
_FINDS_HARM = re.compile(r"(?i)(?:is_|_)?(?:blocked|flagged|toxic|unsafe|harmful|injection|violat\w+)$")
_CAN_BE_LEFT_OUT = re.compile(
    r"(?i)(?:skip|bypass|disable|without|no|ignore)_(?:moderation|guard(?:s|rails?)?|rails?|safety(?:_checks?)?"
    r"|content_filter)"
)
_TELLS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print",
                    "capture_exception", "inc", "increment"})  # fmt: skip
_LOOKS_UP = re.compile(r"_?(?:get|load|make|create|build|close|stop|register|[A-Z])")
_REQUESTS = frozenset({"BaseModel", "SQLModel", "Schema", "Struct"})


def lets_through(text: str) -> Iterator[Hit]:
    """Yield the handlers of errors that let pass what a guard could not look at."""
    if "except" not in text:
        return
    seen: set[int] = set()
    # What is nested comes first, so that a handler is told of under the function that it stands in.
    for function in sorted(functions_of(text), key=lambda one: -one.lineno):
        for node in ast.walk(function):
            if not isinstance(node, ast.Try) or node.lineno in seen:
                continue
            seen.add(node.lineno)
            guard = _guard_asked(node)
            for handler in node.handlers:
                verdict = _verdict(handler, function, guard=guard)
                if verdict:
                    said = f"{function.name!r} {verdict}: whatever breaks the guard gets through"
                    yield Hit(line=handler.lineno, said=said, subject=function.name)


def _guard_asked(node: ast.Try) -> ast.Call | None:
    """Return the call of a guard among what is tried."""
    calls = (one for statement in node.body for one in ast.walk(statement) if isinstance(one, ast.Call))
    return next((call for call in calls if _GUARD.search(dotted(call.func))), None)


def _verdict(handler: ast.ExceptHandler, function: Function, *, guard: ast.Call | None) -> str:
    """Return in words how an error of the guard becomes a pass; empty where it does not."""
    acts = [one for one in handler.body if not _only_tells(one)]
    finds_harm = _FINDS_HARM.search(function.name) is not None
    if len(acts) == 1 and isinstance(acts[0], ast.Return) and (guard is not None or _GUARD.search(function.name)):
        passing = not finds_harm
        return f"returns {passing} when the guard fails" if says(acts[0].value, passing) else ""
    is_dropped = not acts or all(isinstance(one, ast.Pass) for one in acts)
    if is_dropped and guard is not None and not _is_a_lookup(guard):
        return f"goes on when {called(guard)!r} fails"
    return ""


def _only_tells(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call() as call):
            return called(call) in _TELLS
        case ast.Expr(value=ast.Constant()):
            return True
    return False


def _is_a_lookup(guard: ast.Call) -> bool:
    """Return whether a call only makes or fetches a guard, or tells of it."""
    name = called(guard)
    return name in _TELLS or _LOOKS_UP.match(name) is not None


def left_out_by_caller(text: str) -> Iterator[Hit]:
    """Yield the fields of a request by which whoever sends it leaves the guard out."""
    for node in nodes_of(text):
        if not isinstance(node, ast.ClassDef) or not any(last_name(base) in _REQUESTS for base in node.bases):
            continue
        for field in node.body:
            match field:
                case ast.AnnAssign(target=ast.Name(id=name)) if _CAN_BE_LEFT_OUT.fullmatch(name):
                    said = f"`{name}` of {node.name!r}: who sends it decides whether the guard runs"
                    yield Hit(line=field.lineno, said=said, subject=f"{node.name}.{name}")
