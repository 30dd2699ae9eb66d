"""What Python source says about prompts and tools, read without running it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.adapters.repository.tool_shapes import tools_in
from roadworthy.inventory.findings import FoundTool

MAX_SOURCE_CHARS = 512 * 1024
_MIN_PROMPT_CHARS = 80
_PROMPT_NAME = re.compile(r"(?i)(?:^|_)(?:system|prompt|instructions?|persona)(?:_|$)|prompt$")
_PROMPT_TEXT = re.compile(
    r"(?i)\b(?:you are an?\b|you are the\b|you're an?\b|your (?:task|role|job) is|du bist|sie sind ein"
    r"|tu es un|vous êtes|eres un|sei un|você é)|你是|あなたは|당신은"
)
_TOOL_DECORATORS = {"tool", "function_tool", "ai_function", "kernel_function", "beta_tool"}
_JSON_TYPES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFindings:
    """What one module holds."""

    prompts: tuple[str, ...] = ()
    """``line NAME`` of text constants that are prompts."""

    tools: tuple[FoundTool, ...] = ()


def is_prompt_text(text: str) -> bool:
    """Return whether ``text`` speaks to a model as prompts do.

    >>> is_prompt_text("You are a helpful assistant."), is_prompt_text("Release notes")
    (True, False)
    """
    return _PROMPT_TEXT.search(text[:2000]) is not None


def read_python(text: str, *, place: str) -> PythonFindings:
    """Find prompts and tools in a module's source. Source that does not parse holds nothing.

    Args:
        text: The source; nothing of it is run.
        place: The file's name, for what is found.
    """
    if len(text) > MAX_SOURCE_CHARS:
        return PythonFindings()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return PythonFindings()
    prompts = sorted((line, name) for node in nodes for line, name in _prompts(node))
    tools: dict[str, FoundTool] = {}
    for node in nodes:
        for tool in _tools(node, place):
            tools.setdefault(tool.name, tool)
    return PythonFindings(
        prompts=tuple(f"{line} {name}" for line, name in prompts),
        tools=tuple(sorted(tools.values(), key=lambda tool: tool.name)),
    )


def _prompts(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            text = _text(value)
            long_enough = len(text) >= _MIN_PROMPT_CHARS
            if (long_enough and _PROMPT_NAME.search(name)) or is_prompt_text(text):
                yield value.lineno, name


def _text(node: ast.expr) -> str:
    """Return the literal text of an expression, without the parts that are filled in at run time."""
    parts: list[str] = []
    waiting: list[ast.expr] = [node]
    while waiting:
        match waiting.pop():
            case ast.Constant(value=str(text)):
                parts.append(text)
            case ast.JoinedStr(values=values):
                waiting += reversed(values)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                waiting += [right, left]
    return "".join(parts)


def _tools(node: ast.AST, place: str) -> Iterator[FoundTool]:
    match node:
        case ast.Dict():
            try:
                literal = ast.literal_eval(node)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                return
            yield from tools_in(literal, place=f"{place}:{node.lineno}", nested=False)
        case ast.FunctionDef() | ast.AsyncFunctionDef() if any(map(_is_tool_decorator, node.decorator_list)):
            yield FoundTool(
                name=node.name,
                description=(ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " "),
                arguments=_arguments(node.args),
                place=f"{place}:{node.lineno}",
            )


def _is_tool_decorator(decorator: ast.expr) -> bool:
    match decorator.func if isinstance(decorator, ast.Call) else decorator:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _TOOL_DECORATORS
    return False


def _arguments(arguments: ast.arguments) -> dict[str, object]:
    """Write a signature as a JSON Schema; what an annotation does not say stays open."""
    positional = [
        a for a in (*arguments.posonlyargs, *arguments.args) if a.arg not in {"self", "cls", "ctx", "context"}
    ]
    num_required = max(0, len(positional) - len(arguments.defaults))
    required = [a.arg for a in positional[:num_required]]
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    required += [a.arg for a, default in pairs if default is None]
    properties = {a.arg: _json_type(a.annotation) for a in (*positional, *arguments.kwonlyargs)}
    return {"type": "object", "properties": properties, "required": required}


def _json_type(annotation: ast.expr | None) -> dict[str, object]:
    match annotation:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)) if name in _JSON_TYPES:
            return {"type": _JSON_TYPES[name]}
    return {}
