"""Checks a text against a grammar in linear time: LALR(1), with terminals matched by RE2."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

from roadworthy.sensitive.pattern import compiled

MAX_GRAMMAR_CHARS = 50_000

_FOREIGN = re.compile(r"^\s*%import\s+(?!common\.)", re.MULTILINE)


class GrammarCheck:
    """A grammar, ready to check texts.

    Args:
        text: In Lark's notation, with a rule ``start``. A general parser (Earley) is not offered: its time is not
            linear.

    Raises:
        LookupError: If lark is not installed.
        ValueError: If it is no LALR(1) grammar, imports from elsewhere than ``common``, or has a terminal that RE2
            does not take.
    """

    def __init__(self, text: str) -> None:
        if find_spec("lark") is None:
            raise LookupError("form `grammar` needs the package lark: install roadworthy[structured]")
        from lark import Lark
        from lark.exceptions import LarkError

        if len(text) > MAX_GRAMMAR_CHARS:
            raise ValueError(f"`grammar` of {len(text):,} characters is longer than {MAX_GRAMMAR_CHARS:,}")
        if _FOREIGN.search(text):
            raise ValueError("`grammar` imports from elsewhere than `common`")
        try:
            self._parser = Lark(text, parser="lalr", lexer=_lexer())
        except LarkError as error:
            raise ValueError(f"`grammar` is not an LALR(1) grammar: {str(error).splitlines()[0]}") from None

    def fault(self, text: str) -> int | None:
        """Return the character at which ``text`` is not of the grammar; its length where it ends too soon.

        None: it is of the grammar.
        """
        from lark.exceptions import UnexpectedInput

        try:
            self._parser.parse(text)
        except _NoTokenError as error:
            return error.place
        except UnexpectedInput as error:
            place = getattr(error, "pos_in_stream", None)
            is_end = getattr(getattr(error, "token", None), "type", "") == "$END"
            return len(text) if is_end or place is None else min(int(place), len(text))
        return None


class _NoTokenError(Exception):
    """No terminal matches from a character on."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def _lexer() -> type:
    from lark import Token
    from lark.lexer import Lexer, PatternStr

    class LinearLexer(Lexer):
        """Cuts a text into tokens: the first terminal that matches wins, in Lark's order."""

        __future_interface__ = 1

        def __init__(self, lexer_conf: Any) -> None:
            terminals = sorted(
                lexer_conf.terminals,
                key=lambda one: (-one.priority, -one.pattern.max_width, -len(one.pattern.value), one.name),
            )
            self._names = [one.name for one in terminals]
            self._ignored = frozenset(lexer_conf.ignore)
            self._words = {
                (one.pattern.value, one.priority): one.name
                for one in terminals
                if isinstance(one.pattern, PatternStr) and not one.pattern.flags
            }
            self._priorities = {one.name: one.priority for one in terminals}
            every = "|".join(f"({_ungrouped(one.pattern.to_regexp())})" for one in terminals)
            self._cut: Callable[[str], Any] = compiled(every).finditer

        def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
            text, place = str(getattr(lexer_state.text, "text", lexer_state.text)), 0
            for match in self._cut(text):
                if match.start() != place or match.end() == place:
                    break
                place = match.end()
                name = self._names[match.lastindex - 1]
                if name not in self._ignored:
                    value = match.group()
                    name = self._words.get((value, self._priorities[name]), name)
                    yield Token(name, value, start_pos=match.start(), end_pos=place)
            if place < len(text):
                raise _NoTokenError(place)

    return LinearLexer


def _ungrouped(pattern: str) -> str:
    """Return ``pattern`` with groups that are not counted."""
    return re.sub(r"(\\.)|(\[(?:\\.|[^\]\\])*\])|\((?!\?)", lambda m: m[1] or m[2] or "(?:", pattern)
