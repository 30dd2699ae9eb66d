"""Loops around a model that nothing ends: in Python, and in agents that are written as data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import called, calls_of, dotted, keyword, mentions, nodes_of
from roadworthy.lint.settings import settings_in

_BOUNDS = ("max_iterations", "max_iter", "max_steps", "max_turns", "recursion_limit", "max_rounds", "max_round",
           "max_consecutive_auto_reply", "max_loops")  # fmt: skip
_OF_AGENTS_ALONE = frozenset({"recursion_limit", "max_turns", "max_consecutive_auto_reply"})
_AGENT = re.compile(r"(?i)agent|crew|graph|runner|team|swarm|react|orchestrat")
_BESIDE = frozenset({"role", "goal", "tools", "llm", "system_prompt", "instructions", "backstory", "agents", "agent"})
_MODEL_CALL = re.compile(
    r"(?:.*\.)?(?:completions\.a?create|messages\.create|responses\.create|generate_content|a?chat_completion)"
    r"|litellm\.a?completion|(?:.*\.)?(?:llm|chat_model|model|agent)\.(?:a?invoke|a?predict|generate|a?chat|a?complete)"
)
_WAITING = frozenset({"input", "recv", "receive", "receive_text", "receive_json", "sleep", "poll", "accept", "prompt",
                      "wait", "readline", "get_message", "ask", "consume", "next_message", "raw_input"})  # fmt: skip


def endless(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find ``while True`` around a model's call in which nothing is counted and nobody is waited for."""
    if not mentions(file.text, "while True", "while 1"):
        return
    for node in nodes_of(file.text):
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
            asks = next((dotted(call.func) for call in calls if _MODEL_CALL.fullmatch(dotted(call.func))), "")
            if asks and not any(called(call) in _WAITING for call in calls) and not _counts(node):
                said = f"a loop without a bound calls the model ({asks})"
                yield Hit(line=node.lineno, said=said, subject=asks)


def _counts(loop: ast.While) -> bool:
    """Return whether the loop counts, looks at a clock or queue, or takes from what can run empty."""
    for node in ast.walk(loop):
        match node:
            case ast.AugAssign(op=ast.Add() | ast.Sub(), value=ast.Constant(value=int())):
                return True
            case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]):
                return True
            case ast.Call() if called(node) in {"get", "get_nowait", "pop", "popleft", "next", "monotonic", "time"}:
                return True
    return False


def bound_off(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Find bounds on an agent's steps that are set to none, or so high that they bound nothing."""
    most = int(parameters["most"])
    if not mentions(file.text, *_OF_AGENTS_ALONE) and not _AGENT.search(file.text):
        return
    for call in calls_of(file.text):
        for name in _BOUNDS:
            value = keyword(call, name)
            if value is None or not _is_off(_literal(value), most=most):
                continue
            if name in _OF_AGENTS_ALONE or _AGENT.search(dotted(call.func)) is not None:
                yield _hit(name, _literal(value), line=value.lineno, owner=called(call))
    for node in nodes_of(file.text):
        if isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                is_limit = isinstance(key, ast.Constant) and key.value == "recursion_limit"
                if is_limit and _is_off(_literal(item), most=most):
                    yield _hit("recursion_limit", _literal(item), line=item.lineno, owner="config")


def bound_off_in_data(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Find the same in agents that are written as data."""
    most = int(parameters["most"])
    for setting in settings_in(file, *_BOUNDS):
        is_agents = setting.beside & _BESIDE or _AGENT.search(f"{file.path} {setting.owner}")
        if is_agents and _is_off(setting.value, most=most):
            yield _hit(setting.key, setting.value, line=setting.line, owner=setting.owner)


def _literal(node: ast.expr) -> object:
    """Return a number or None that is written out; text, which is no bound, for everything else."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
    return ""


def _is_off(value: object, *, most: int) -> bool:
    if value is None:
        return True
    return isinstance(value, int) and not isinstance(value, bool) and (value <= 0 or value > most)


def _hit(name: str, value: object, *, line: int, owner: str) -> Hit:
    return Hit(line=line, said=f"`{name}` is {value}, which bounds nothing", subject=f"{owner}.{name}")
