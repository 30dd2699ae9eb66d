"""Functions that are tools, and the schema that their signature gives."""

from __future__ import annotations

import ast
from typing import Any

from roadworthy.lint.python_code import Function, called, keyword, last_name, parameters

_DECORATORS = frozenset({"tool", "tool_plain", "function_tool", "ai_function", "kernel_function", "beta_tool"})
_BASES = frozenset({"BaseTool", "Tool", "StructuredTool"})
_METHODS = ("_run", "forward", "_arun", "run")
_WRAPPERS = frozenset({"Tool", "StructuredTool", "FunctionTool"})
_FACTORIES = frozenset({"from_function", "from_defaults"})
_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}
_FIELD_WORDS = {
    "pattern": "pattern", "regex": "pattern", "max_length": "maxLength", "le": "maximum", "lt": "maximum",
    "max_items": "maxItems",
}  # fmt: skip


def is_tool_function(function: Function) -> bool:
    """Return whether a decorator makes ``function`` something that a model can call."""
    return any(last_name(_without_call(one)) in _DECORATORS for one in function.decorator_list)


def decorator_texts(function: Function) -> dict[str, str]:
    r"""Return ``name`` and ``description`` as the decorator gives them, which is what the model is told.

    >>> decorator_texts(ast.parse("@tool('pay', description='Pays.')\ndef f(): ...").body[0])
    {'name': 'pay', 'description': 'Pays.'}
    """
    found: dict[str, str] = {}
    for one in function.decorator_list:
        if not isinstance(one, ast.Call) or last_name(one.func) not in _DECORATORS:
            continue
        given = {
            "name": keyword(one, "name", "name_override") or next(iter(one.args), None),
            "description": keyword(one, "description", "description_override"),
        }
        for word, value in given.items():
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[word] = value.value
    return found


def made_by(function: Function) -> Function | None:
    r"""Return the function that the model calls: what a function that makes a tool returns, else itself.

    None where it makes one in a way that does not show.

    >>> made_by(ast.parse("@tool\ndef add() -> Tool:\n  async def execute(x: int): ...\n  return execute").body[0]).name
    'execute'
    """
    if function.returns is None or last_name(function.returns) != "Tool":
        return function
    returned = {
        one.value.id for one in function.body if isinstance(one, ast.Return) and isinstance(one.value, ast.Name)
    }
    return next((one for one in function.body if isinstance(one, Function) and one.name in returned), None)


def _without_call(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def tool_method(node: ast.ClassDef) -> Function | None:
    """Return the method that runs when a class is a tool; None where it is none."""
    if not any(last_name(base) in _BASES for base in node.bases):
        return None
    methods = {one.name: one for one in node.body if isinstance(one, Function)}
    return next((methods[name] for name in _METHODS if name in methods), None)


def class_texts(node: ast.ClassDef) -> dict[str, str]:
    """Return the texts that a class sets, such as ``name`` and ``description``."""
    found: dict[str, str] = {}
    for statement in node.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text)))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text)))
            ):
                found[name] = text
    return found


def wrapped_texts(node: ast.Call) -> dict[str, str]:
    """Return ``name`` and ``description`` where a call makes a tool of a function; else nothing.

    >>> wrapped_texts(ast.parse("Tool(name='pay', func=pay, description='Pays.')").body[0].value)
    {'name': 'pay', 'description': 'Pays.'}
    """
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    is_factory = called(node) in _FACTORIES and owner is not None and last_name(owner) in _WRAPPERS
    if not is_factory and called(node) not in _WRAPPERS:
        return {}
    found: dict[str, str] = {}
    for word in ("name", "description"):
        value = keyword(node, word)
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            return {}
        found[word] = value.value
    return found


def schema_of(function: Function) -> dict[str, Any]:
    """Write a signature as a JSON Schema; what an annotation does not say stays open.

    >>> schema_of(ast.parse("def pay(amount: int, mode: Literal['a', 'b']): ...").body[0])["properties"]["mode"]
    {'enum': ['a', 'b']}
    """
    properties = {one.arg: _property(one.annotation) for one in parameters(function)}
    return {"type": "object", "properties": properties, "additionalProperties": function.args.kwarg is not None}


def _property(annotation: ast.expr | None) -> dict[str, Any]:
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _property(left) or _property(right)
        case ast.Subscript(value=value, slice=inside):
            return _subscript(last_name(value), inside)
        case ast.Name(id=name):
            return {"type": _TYPES[name]} if name in _TYPES else {"named": name}
        case ast.Attribute(attr=name):
            return {"named": name}
    return {}


def _subscript(name: str, inside: ast.expr) -> dict[str, Any]:
    elements = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "Literal":
        return {"enum": [one.value for one in elements if isinstance(one, ast.Constant)]}
    if name == "Annotated":
        found = _property(elements[0])
        for one in elements[1:]:
            if isinstance(one, ast.Call) and called(one) in {"Field", "StringConstraints", "Query", "conint", "Meta"}:
                found |= {schema: True for word, schema in _FIELD_WORDS.items() if keyword(one, word) is not None}
        return found
    if name in {"Optional", "Union"}:
        return _property(elements[0])
    return {"type": _TYPES[name.lower()]} if name.lower() in _TYPES else {}
