"""Detectors of model replies that are run: as Python, or by a shell. Follows names within one function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.models.python_loads import full_name
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import Function, called, calls_of, functions_of, mentions, nodes_of, says

_SDKS = (
    "openai", "anthropic", "litellm", "langchain", "llama_index", "google.generativeai", "google.genai", "mistralai",
    "cohere", "ollama", "vllm", "transformers", "bedrock", "llama_cpp", "groq", "together", "instructor", "smolagents",
    "llm.", "chat.completions",
)  # fmt: skip
"""A file that mentions none of them is not looked at."""

_CLIENT_CALLS = re.compile(
    r"(?:chat\.completions|completions|responses|messages|models|chat|client|llm|model|agent|chain|ollama|litellm)"
    r"\.(?:create|generate|generate_content|complete|completion|acompletion|invoke|ainvoke|predict|run|chat|parse)$"
    r"|(?:^|\.)(?:completion|acompletion|call_llm|ask_llm|call_model|ask_model|query_llm|chat_completion)$"
)
_PARSERS = frozenset({"loads", "literal_eval", "len", "int", "float", "bool", "model_validate_json"})
_EVALUATES = frozenset({"eval", "exec", "builtins.eval", "builtins.exec"})
_RUNS = frozenset({
    "subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_output", "subprocess.check_call",
    "asyncio.create_subprocess_shell",
})  # fmt: skip
_SHELLS = frozenset(
    {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell"}
)


def reply_run(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield calls that run what a model replied: with ``by: python`` or ``by: shell``."""
    text = file.text
    by = str(parameters["by"])
    words = ("eval(", "exec(") if by == "python" else ("subprocess", "os.system", "os.popen")
    if not (mentions(text, *words) and mentions(text, *_SDKS)):
        return
    runs = [call for call in calls_of(text) if call.args and _runs(call, text, by=by)]
    if not runs:
        return
    for call in runs:
        scopes: list[ast.AST] = [function for function in functions_of(text) if _is_around(function, call)]
        scopes = scopes or [node for node in nodes_of(text) if isinstance(node, ast.Module)]
        if any(_holds(call.args[0], text, _replies(scope, text)) for scope in scopes):
            name = full_name(call, text)
            said = f"{name} runs what a model replied"
            yield Hit(line=call.lineno, column=call.col_offset + 1, said=said, subject=name)


def _is_around(function: Function, call: ast.Call) -> bool:
    return function.lineno <= call.lineno <= (function.end_lineno or function.lineno)


def _statements(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield what lies in ``scope``, without what lies in functions within a module: their names are their own."""
    stack: list[ast.AST] = [scope]
    while stack:
        node = stack.pop()
        yield node
        if not (isinstance(scope, ast.Module) and isinstance(node, Function)):
            stack.extend(ast.iter_child_nodes(node))


def _replies(scope: ast.AST, text: str) -> set[str]:
    """Return the names that hold a reply somewhere in ``scope``."""
    replies: set[str] = set()
    # Twice: a name may be filled before the statement that is walked first.
    for _ in range(2):
        for node in _statements(scope):
            replies |= _assigned(node, text, replies)
    return replies


def _assigned(node: ast.AST, text: str, replies: set[str]) -> set[str]:
    """Return the names to which a statement gives a reply, or something made of one."""
    if isinstance(node, ast.Assign):
        value, targets = node.value, node.targets
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        value, targets = node.value, [node.target]
    else:
        return set()
    if not _holds(value, text, replies):
        return set()
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}


def _holds(expression: ast.AST, text: str, replies: set[str]) -> bool:
    """Whether an expression is made of a reply. What a parser of data gave back no longer is."""
    if isinstance(expression, ast.Name):
        return expression.id in replies
    if isinstance(expression, ast.Call):
        if called(expression) in _PARSERS:
            return False
        if _CLIENT_CALLS.search(full_name(expression, text)):
            return True
    return any(_holds(part, text, replies) for part in ast.iter_child_nodes(expression))


def _runs(call: ast.Call, text: str, *, by: str) -> bool:
    name = full_name(call, text)
    if by == "python":
        return name in _EVALUATES
    in_shell = any(one.arg == "shell" and says(one.value, True) for one in call.keywords)
    return name in _SHELLS or (name in _RUNS and in_shell)
