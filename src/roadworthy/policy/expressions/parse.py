"""Reads a condition into a tree. Refuses what packs have no use for: bytes, messages, macros with three arguments."""

from __future__ import annotations

from roadworthy.policy.expressions.tokens import MAX_INT, NO_FIELD, RESERVED, Token, tokens
from roadworthy.policy.expressions.tree import (
    Binary,
    BinaryOperator,
    Call,
    Choice,
    Constant,
    Field,
    Has,
    Item,
    ListOf,
    Macro,
    MacroName,
    MapOf,
    Name,
    Node,
    Unary,
    UnaryOperator,
)
from roadworthy.policy.expressions.walk import depth

MAX_LENGTH = 2_000
"""Longest condition that is read, in characters, as `adapters.conditions` has it."""

MAX_DEPTH = 120
"""Deepest nesting, in nodes: deeper is a program, and the evaluator refuses it as well."""

_BINDING: dict[str, tuple[int, BinaryOperator]] = {
    "||": (1, "||"),
    "&&": (2, "&&"),
    "==": (3, "=="),
    "!=": (3, "!="),
    "<": (3, "<"),
    "<=": (3, "<="),
    ">": (3, ">"),
    ">=": (3, ">="),
    "in": (3, "in"),
    "+": (4, "+"),
    "-": (4, "-"),
    "*": (5, "*"),
    "/": (5, "/"),
    "%": (5, "%"),
}
_MACROS: dict[str, MacroName] = {
    "all": "all",
    "exists": "exists",
    "exists_one": "exists_one",
    "filter": "filter",
    "map": "map",
}
_UNARY: dict[str, UnaryOperator] = {"!": "!", "-": "-"}


def parse(text: str) -> Node:
    """Return the tree of the condition ``text``.

    What it means is not asked: a name that no fact has and a wrong type are read all the same.
    ``5u`` is read as ``uint(5)``.

    Args:
        text: CEL, at most `MAX_LENGTH` characters.

    Raises:
        ValueError: With the column and what was expected there, if ``text`` is no condition, is
            longer than `MAX_LENGTH` or nests deeper than `MAX_DEPTH`.

    Source:
        CEL language definition, section "Syntax",
        https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md.

    >>> parse("size(a) > 1")
    ... # doctest: +NORMALIZE_WHITESPACE
    Binary(operator='>', left=Call(function='size', target=None, arguments=(Name(name='a'),)),
           right=Constant(value=1))
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"column {MAX_LENGTH + 1}: the condition has {len(text)} characters; at most {MAX_LENGTH}")
    parser = _Parser(text)
    node = parser.whole()
    if depth(node) > MAX_DEPTH:
        raise ValueError(f"column 1: the condition nests {depth(node)} deep; at most {MAX_DEPTH}")
    return node


class _Parser:
    """Reads one condition, one token ahead. Each method leaves the parser behind what it read."""

    def __init__(self, text: str) -> None:
        self._tokens = tuple(tokens(text))
        self._at = 0
        self._open = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._next.kind != "end":
            raise self._unexpected("the end")
        return node

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _sees(self, *signs: str) -> bool:
        return self._next.kind == "sign" and self._next.text in signs

    def _skip(self, sign: str) -> None:
        if not self._sees(sign):
            raise self._unexpected(f"`{sign}`")
        self._at += 1

    def _unexpected(self, wanted: str) -> ValueError:
        found = f"`{self._next.text}`" if self._next.kind != "end" else "the end"
        return ValueError(f"column {self._next.column}: {found} stands where {wanted} is expected")

    def _expression(self) -> Node:
        self._open += 1
        if self._open > MAX_DEPTH:
            raise ValueError(f"column {self._next.column}: the condition nests more than {MAX_DEPTH} deep")
        node = self._binary(1)
        if self._sees("?"):
            self._at += 1
            then = self._binary(1)
            self._skip(":")
            node = Choice(condition=node, then=then, other=self._expression())
        self._open -= 1
        return node

    def _binary(self, weakest: int) -> Node:
        left = self._unary()
        while self._next.kind == "sign" and self._next.text in _BINDING:
            strength, operator = _BINDING[self._next.text]
            if strength < weakest:
                break
            self._at += 1
            left = Binary(operator=operator, left=left, right=self._binary(strength + 1))
        return left

    def _unary(self) -> Node:
        signs: list[UnaryOperator] = []
        while self._sees("!") or (self._sees("-") and not self._is_number(self._at + 1)):
            sign = _UNARY[self._next.text]
            if signs and signs[-1] != sign:
                raise self._unexpected("an operand in parentheses")
            signs.append(sign)
            self._at += 1
        node = self._member()
        for sign in signs:
            node = Unary(operator=sign, operand=node)
        return node

    def _member(self) -> Node:
        node = self._primary()
        while self._sees(".", "["):
            if self._take().text == "[":
                node = Item(operand=node, index=self._expression())
                self._skip("]")
            else:
                node = self._selected(node)
        return node

    def _selected(self, operand: Node) -> Node:
        token = self._take()
        if token.kind == "quoted_name":
            return Field(operand=operand, field=token.text)
        if token.kind != "name" or token.text in NO_FIELD:
            self._at -= 1
            raise self._unexpected("a field")
        if not self._sees("("):
            return Field(operand=operand, field=token.text)
        arguments = self._listed("(", ")")
        if token.text in _MACROS:
            return _macro(_MACROS[token.text], operand, arguments, column=token.column)
        return Call(function=token.text, target=operand, arguments=arguments)

    def _primary(self) -> Node:
        token = self._next
        if self._sees("-") or token.kind in ("constant", "unsigned"):
            return self._literal()
        if token.kind == "name":
            return self._named()
        if self._sees("("):
            self._at += 1
            node = self._expression()
            self._skip(")")
            return node
        if self._sees("["):
            return ListOf(items=self._listed("[", "]", trailing=True))
        if self._sees("{"):
            return self._map()
        raise self._unexpected("a fact, a value or `(`")

    def _literal(self) -> Node:
        minus = self._sees("-")
        self._at += minus
        token = self._take()
        value = token.constant.value if token.constant is not None else None
        if type(value) is int and value > MAX_INT + minus:
            raise ValueError(f"column {token.column}: {token.text} does not fit into 64 bits")
        if token.kind == "unsigned":
            return Call(function="uint", target=None, arguments=(Constant(value=value),))
        return Constant(value=-value if minus and isinstance(value, int | float) else value)

    def _is_number(self, at: int) -> bool:
        # A minus belongs to the number behind it; before an unsigned one, a text or a fact it is an operator.
        token = self._tokens[at]
        return token.kind == "constant" and token.constant is not None and type(token.constant.value) in (int, float)

    def _named(self) -> Node:
        token = self._take()
        if token.text in RESERVED:
            raise ValueError(f"column {token.column}: `{token.text}` is a reserved word")
        if not self._sees("("):
            return Name(name=token.text)
        arguments = self._listed("(", ")")
        if token.text != "has":
            return Call(function=token.text, target=None, arguments=arguments)
        if len(arguments) != 1 or not isinstance(arguments[0], Field):
            raise ValueError(f"column {token.column}: has() asks for one field, as in has(system.owner)")
        return Has(operand=arguments[0].operand, field=arguments[0].field)

    def _listed(self, opening: str, closing: str, *, trailing: bool = False) -> tuple[Node, ...]:
        self._skip(opening)
        nodes: list[Node] = []
        while not self._sees(closing):
            nodes.append(self._expression())
            if self._sees(closing):
                break
            self._skip(",")
            if self._sees(closing) and not trailing:
                raise self._unexpected("an argument")
        self._skip(closing)
        return tuple(nodes)

    def _map(self) -> Node:
        self._skip("{")
        entries: list[tuple[Node, Node]] = []
        while not self._sees("}"):
            key = self._expression()
            self._skip(":")
            entries.append((key, self._expression()))
            if not self._sees("}"):
                self._skip(",")
        self._skip("}")
        return MapOf(entries=tuple(entries))


def _macro(macro: MacroName, operand: Node, arguments: tuple[Node, ...], *, column: int) -> Node:
    if macro == "map" and len(arguments) == 3:
        raise ValueError(f"column {column}: map() with three arguments is not read; write filter() before map()")
    if len(arguments) != 2:
        raise ValueError(f"column {column}: {macro}() asks for a name and a condition")
    variable, body = arguments
    if not isinstance(variable, Name):
        raise ValueError(f"column {column}: the first argument of {macro}() is a name for the element")
    return Macro(macro=macro, operand=operand, variable=variable.name, body=body)
