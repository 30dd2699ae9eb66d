"""The expressions of GitHub's workflow files, as far as ours use them; anything else is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_TOKEN = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<op>==|!=|&&|\|\||!|\(|\))|(?P<name>[A-Za-z_][\w.-]*))")
_TEMPLATE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)

Value = str | bool


class Expressions:
    """Evaluates expressions over contexts, e.g. ``{"inputs": {"since": "main"}}``."""

    def __init__(self, contexts: Mapping[str, object], *, status: Mapping[str, bool]) -> None:
        self._contexts = contexts
        self._status = status

    def rendered(self, text: object) -> str:
        """Return ``text`` with every ``${{ … }}`` replaced."""
        return _TEMPLATE.sub(lambda found: _shown(self.value(found[1])), _shown(text))

    def holds(self, condition: str | None) -> bool:
        """Return whether a step with this ``if`` is run; without a status function only after success."""
        text = "success()" if condition is None else condition.strip().removeprefix("${{").removesuffix("}}")
        if not re.search(r"\b(always|success|failure|cancelled)\(\)", text):
            text = f"success() && ({text})"
        return bool(self.value(text))

    def value(self, text: str) -> Value:
        """Return the value of one expression."""
        tokens = _tokens(text)
        found = self._any_of(tokens)
        assert not tokens, f"not understood: {text!r} at {tokens}"
        return found

    def _any_of(self, tokens: list[str]) -> Value:
        return self._chain(tokens, "||", self._all_of, stops_at=True)

    def _all_of(self, tokens: list[str]) -> Value:
        return self._chain(tokens, "&&", self._compared, stops_at=False)

    def _chain(self, tokens: list[str], op: str, part: Callable[[list[str]], Value], *, stops_at: bool) -> Value:
        found = part(tokens)
        while tokens[:1] == [op]:
            tokens.pop(0)
            other = part(tokens)
            found = found if bool(found) is stops_at else other
        return found

    def _compared(self, tokens: list[str]) -> Value:
        found = self._atom(tokens)
        if tokens[:1] in (["=="], ["!="]):
            wanted = tokens.pop(0) == "=="
            return (_shown(found).lower() == _shown(self._atom(tokens)).lower()) is wanted
        return found

    def _atom(self, tokens: list[str]) -> Value:
        token = tokens.pop(0)
        if token == "!":
            return not self._atom(tokens)
        if token == "(":
            found = self._any_of(tokens)
            assert tokens.pop(0) == ")"
            return found
        if token.startswith("'"):
            return token[1:-1]
        if tokens[:2] == ["(", ")"]:
            del tokens[:2]
            return self._status[token]
        return self._named(token)

    def _named(self, name: str) -> str:
        found: object = self._contexts
        first, *rest = name.split(".")
        assert isinstance(found, Mapping)
        assert first in found, f"no context is called {first!r}"
        found = found[first]
        for part in rest:
            found = found.get(part, "") if isinstance(found, Mapping) else ""
        return _shown(found)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        assert match is not None, f"not understood: {text[at:]!r}"
        found.append(match[0].strip())
        at = match.end()
    return found


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
