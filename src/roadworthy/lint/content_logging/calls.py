"""Calls in Python that write what people and models said, or secrets, where others read it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import calls_of, dotted, last_name, nodes_of

CONTENT = re.compile(
    r"^(?:(?:system|user|full|final|llm|chat|rendered|agent|model|input|base)_)?prompts?$|^(?:user_)?question$|^(?:final_output|latest_message|output_text)$|(?:^|_)(?:user_(?:input|message|query|question|text|prompt)|chat_history|messages"
    r"|conversation|transcript|completions?|model_(?:reply|response|output)|llm_(?:reply|response|output|input)"
    r"|tool_(?:args|arguments|input|result|output)|retrieved_(?:docs|documents|context|chunks|passages))$"
)
"""Names of what people said, what models were given and replied, and what tools were called with."""

SECRET = re.compile(
    r"(?:^|_)(?:api_key|apikey|secret|password|passwd|access_token|auth_token|private_key|client_secret)$"
)

_MEASURED = frozenset(
    [
        "len",
        "type",
        "bool",
        "id",
        "hash",
        "sum",
        "count",
        "tokens",
        "count_tokens",
        "num_tokens",
        "redact",
        "redacted",
        "mask",
        "masked",
        "scrub",
        "anonymize",
        "sanitize",
        "hashed",
        "digest",
        "sha256",
        "fingerprint",
        "hexdigest",
        "estimate_tokens",
        "keys",
        "pseudonymize",
        "hide",
    ]
)
"""Functions that leave of a text only a number, or what may be shown."""

_LEVELS_WORDS = """
    debug info warning warn error exception critical fatal log trace msg
"""
_LEVELS = frozenset(_LEVELS_WORDS.split())
_LOGGERS = re.compile(
    r"(?i)(?:^|\.)_?(?:log|logger|logging|structlog|LOG|slog|audit_log|get_logger|getLogger)$|(?i:logger)$"
)
_PRINTS = frozenset(["print", "pprint", "rprint"])
_ASKS = re.compile(r"(?<![\w.])input\(|\bgetpass\b|\btermios\b")
"""What asks a person at the terminal, and prints for the same person."""

_MAIN = re.compile(
    r"(?:^|/)(?:cli|scripts?|examples?|notebooks?|demos?|bin|tools|benchmarks?|docs?)/|(?:^|/)(?:cli|main|__main__|demo|example)\.py$"
)


def logged(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield calls of a logger with what people or models said; with ``secrets: true``, with secrets."""
    shape = SECRET if parameters.get("secrets") else CONTENT
    for call in calls_of(file.text):
        if _is_logging(call):
            yield from _hits(call, shape, verb="logs")


def printed(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield calls of `print` with what people or models said, outside programs for the command line."""
    if _MAIN.search(file.path) or _has_main(file.text) or _ASKS.search(file.text):
        return
    for call in calls_of(file.text):
        if isinstance(call.func, ast.Name) and call.func.id in _PRINTS:
            yield from _hits(call, CONTENT, verb="prints")


def raised(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield exceptions whose message holds what people or models said: trackers of errors keep it."""
    for node in nodes_of(file.text):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from _hits(node.exc, CONTENT, verb="raises", only_text=True)


def sent(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield calls of the services that ``to`` names (regular expression over dotted names) with such content."""
    services = re.compile(str(parameters["to"]))
    for call in calls_of(file.text):
        if services.search(dotted(call.func)):
            yield from _hits(call, CONTENT, verb="sends")


def _has_main(text: str) -> bool:
    return "__main__" in text or "argparse" in text or "import click" in text or "import typer" in text


def _is_logging(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _LEVELS:
        return False
    owner = call.func.value
    name = last_name(owner.func) if isinstance(owner, ast.Call) else dotted(owner)
    return _LOGGERS.search(name) is not None


def _hits(call: ast.Call, shape: re.Pattern[str], *, verb: str, only_text: bool = False) -> Iterator[Hit]:
    given = [*call.args, *(one.value for one in call.keywords)]
    names = [name for argument in given for name in _shown(argument, only_text=only_text)]
    for name in dict.fromkeys(name for name in names if shape.search(name)):
        what = dotted(call.func)
        yield Hit(line=call.lineno, column=call.col_offset + 1, said=f"{what} {verb} {name}", subject=f"{what}.{name}")
        return


def _shown(node: ast.AST, *, only_text: bool = False) -> Iterator[str]:
    """Yield the names whose value an argument shows whole; what is only counted or masked is not shown."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if not only_text:
            yield name
        case ast.JoinedStr(values=values):
            filled = [value.value for value in values if isinstance(value, ast.FormattedValue)]
            yield from (name for value in filled for name in _shown(value))
        case ast.BinOp(left=left, right=right):
            yield from (name for side in (left, right) for name in _shown(side))
        case ast.Dict(values=values) | ast.List(elts=values) | ast.Tuple(elts=values) if not only_text:
            yield from (name for value in values for name in _shown(value))
        case ast.Subscript(value=value, slice=index) if not only_text:
            yield from _shown(index) if isinstance(index, ast.Slice) else _key(index)
            yield from _shown(value)
        case ast.Call():
            yield from _of_call(node, only_text=only_text)


def _of_call(call: ast.Call, *, only_text: bool) -> Iterator[str]:
    name = last_name(call.func)
    if name in _MEASURED:
        return
    if name == "format" or (name in {"str", "repr", "dumps", "pformat", "json"} and not only_text):
        for argument in (*call.args, *(one.value for one in call.keywords)):
            yield from _shown(argument)
    elif (
        isinstance(call.func, ast.Attribute)
        and name in {"strip", "model_dump", "dict", "get", "lower"}
        and not only_text
    ):
        yield from _shown(call.func.value)
        yield from (key for argument in call.args[:1] for key in _key(argument))


def _key(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
