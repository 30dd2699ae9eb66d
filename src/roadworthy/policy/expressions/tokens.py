"""The words of a condition: names, numbers, texts and signs, each with the column where it starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from roadworthy.policy.expressions.tree import Constant

TokenKind: TypeAlias = Literal["name", "quoted_name", "constant", "unsigned", "sign", "end"]

RESERVED = frozenset(
    {
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let",
        "loop", "namespace", "null", "package", "return", "true", "var", "void", "while",
    }
)  # fmt: skip
"""Words that name no variable."""

NO_FIELD = frozenset({"false", "in", "null", "true"})
"""Words that name no field either, unless in backticks."""

MAX_INT = 2**63 - 1

_TOKEN = re.compile(
    r"""
      (?P<space>(?:[ \t\r\n\f]|//[^\n]*)+)
    | (?P<raw>[rR](?:'''(?s:.*?)'''|\"\"\"(?s:.*?)\"\"\"|'[^'\r\n]*'|"[^"\r\n]*"))
    | (?P<bytes>(?:[bB][rR]?|[rR][bB])['"])
    | (?P<text>'''(?:[^\\]|\\(?s:.))*?'''|\"\"\"(?:[^\\]|\\(?s:.))*?\"\"\"
        |'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
    | (?P<float>(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?))
    | (?P<int>0x[0-9a-fA-F]+|[0-9]+)(?P<unsigned>[uU])?
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | `(?P<quoted_name>[A-Za-z0-9_./\- ]+)`
    | (?P<sign>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:[xX](?P<two>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-3][0-7]{2})|(?P<letter>[abfnrtv\\?\"'`]))"
)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of a condition."""

    kind: TokenKind
    text: str
    """As it is written; of a quoted name what is between the backticks."""

    column: int
    """1 for the first character of the condition."""

    constant: Constant | None = None
    """What a constant says; None for every other kind."""


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of ``text``, and one ``end`` behind the last.

    >>> [token.text for token in tokens("a.b != 'x'")]
    ['a', '.', 'b', '!=', "'x'", '']

    Raises:
        ValueError: With the column, at a character that starts no word, a text that does not
            end, a number that does not fit, or an escape that stands for nothing.
    """
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"column {at + 1}: {text[at]!r} starts no word of a condition")
        if found.lastgroup != "space":
            yield _token(found, column=at + 1)
        at = found.end()
    yield Token(kind="end", text="", column=at + 1)


def _token(found: re.Match[str], *, column: int) -> Token:
    text = found[0]
    match found.lastgroup:
        case "raw" | "text":
            return Token(kind="constant", text=text, column=column, constant=Constant(value=_content(found, column)))
        case "bytes":
            raise ValueError(f"column {column}: bytes are not read; facts are texts, numbers, lists and maps")
        case "float":
            return Token(kind="constant", text=text, column=column, constant=Constant(value=_float(text, column)))
        case "int" | "unsigned":
            return _whole(found, column=column)
        case "quoted_name":
            return Token(kind="quoted_name", text=found["quoted_name"], column=column)
        case "name" if text in _WORDS:
            return Token(kind="constant", text=text, column=column, constant=Constant(value=_WORDS[text]))
        case "name" if text == "in":
            return Token(kind="sign", text=text, column=column)
        case _:
            return Token(kind="name" if found["name"] else "sign", text=text, column=column)


def _whole(found: re.Match[str], *, column: int) -> Token:
    value = int(found["int"], 0 if found["int"].startswith("0x") else 10)
    # One more than the greatest: the smallest number is written with a minus before it.
    if value > MAX_INT + 1:
        raise ValueError(f"column {column}: {found[0]} does not fit into 64 bits")
    kind: TokenKind = "unsigned" if found["unsigned"] else "constant"
    return Token(kind=kind, text=found[0], column=column, constant=Constant(value=value))


def _float(text: str, column: int) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"column {column}: {text} is too large for a number")
    return value


def _content(found: re.Match[str], column: int) -> str:
    body = found[0][1:] if found["raw"] else found[0]
    quotes = 3 if len(body) >= 6 and body[:3] in ("'''", '"""') else 1
    inner = body[quotes:-quotes].replace("\r\n", "\n").replace("\r", "\n") if quotes == 3 else body[quotes:-quotes]
    return inner if found["raw"] else _unescaped(inner, column=column + quotes)


def _unescaped(text: str, *, column: int) -> str:
    parts = []
    at = 0
    while at < len(text):
        if text[at] != "\\":
            end = text.find("\\", at)
            end = len(text) if end < 0 else end
            parts.append(text[at:end])
            at = end
            continue
        found = _ESCAPE.match(text, at)
        if found is None:
            raise ValueError(f"column {column + at}: {text[at : at + 2]!r} stands for no character")
        parts.append(_character(found, column=column + at))
        at = found.end()
    return "".join(parts)


def _character(found: re.Match[str], *, column: int) -> str:
    if found["letter"]:
        return _LETTERS.get(found["letter"], found["letter"])
    number = int(found["octal"], 8) if found["octal"] else int(found["two"] or found["four"] or found["eight"], 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise ValueError(f"column {column}: {found[0]} is no character")
    return chr(number)
