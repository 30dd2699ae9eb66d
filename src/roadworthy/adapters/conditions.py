"""Conditions in CEL, read with three-valued eyes: what is not stated is never true and never false."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import orjson
from cel_expr_python import cel

from roadworthy.core.digest import JsonValue
from roadworthy.policy.facts import VARIABLES
from roadworthy.policy.ports import Broken, Fails, Holds, Missing, Truth

MAX_EXPRESSION = 2_000
"""Longest condition, in characters. A longer one is a program, and nobody reviews it."""

MAX_COMPILED = 1_024
"""Compiled conditions kept; the one used longest ago goes first."""

_MAX_REASON = 300

# What the evaluator says of a fact that is not there. Every other error is a broken condition. The
# contract test holds these words, so that a new release of the library cannot change them unseen.
_NO_KEY = re.compile(r'NOT_FOUND: Key not found in map : (?:"(?P<key>.*)"|(?P<index>.*))', re.DOTALL)
_NO_VARIABLE = re.compile(r'UNKNOWN: No value with name "(?P<name>[^"]*)" found in Activation')

_FAILURES = (RuntimeError, ValueError, TypeError, OverflowError)
"""All that the evaluator and the JSON writer raise; deep recursion is a `RuntimeError`."""


class CelConditions:
    """`ConditionLanguage` over the Common Expression Language.

    An absent field, an absent parent and a ``null`` are the same thing: *not stated*.
    CEL's own logic then decides whether that matters: ``false && missing`` is false and
    ``true || missing`` is true, because no answer could change them; everything else that
    meets a missing fact is `Missing`. A wrong type in an ordering or a boolean operator,
    an overflow, an index beyond a list's end or a result that is no boolean is `Broken`.

    Evaluation is bounded: CEL has no loops but the macros, its patterns are RE2, and the
    evaluator stops after a fixed number of iterations. One object may serve many threads.

    Args:
        variables: Every top-level name; a condition that names another does not compile.

    Source:
        CEL language definition, section "Logical operators" (the operators absorb errors),
        https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md.

    >>> CelConditions().evaluate("system.owner != ''", {"system": {"owner": None}})
    Missing(reason='the fact `system.owner` is not stated')
    """

    def __init__(self, *, variables: Sequence[str] = VARIABLES) -> None:
        self._env = cel.NewEnv(variables=dict.fromkeys(variables, cel.Type.DYN))
        self._compiled: OrderedDict[str, cel.Expression | str] = OrderedDict()
        self._last: tuple[bytes, cel.Activation] | None = None

    def problem(self, expression: str) -> str | None:
        """Return why ``expression`` does not compile, or None when it does."""
        compiled = self._compile(expression)
        return compiled if isinstance(compiled, str) else None

    def evaluate(self, expression: str, facts: Mapping[str, JsonValue]) -> Truth:
        """Return whether ``expression`` holds for ``facts``. Deterministic; does no I/O; never raises."""
        return self._evaluated(expression, lambda: self._activation(facts))

    def prepared(self, facts: dict[str, JsonValue]) -> Callable[[str], Truth]:
        """Return what evaluates conditions over ``facts`` as they are now, made ready once for all of them.

        For facts that are asked once and never again, where comparing them with the last ones costs more than it
        saves. What it returns says the same as `evaluate`, and never raises.

        >>> CelConditions().prepared({"system": {"owner": "Support"}})("system.owner == 'Support'")
        Holds()
        """
        try:
            written = orjson.dumps(facts)
            # Looking into the bytes is several times as fast as walking through the values.
            is_plain = b"null" not in written and b"\\u0000" not in written
            activation = self._env.Activation(data=facts if is_plain else _without_nulls(orjson.loads(written)))
        except _FAILURES as error:
            broken = Broken(reason=_short(f"the condition cannot be evaluated: {error}"))
            return lambda _: broken
        return lambda expression: self._evaluated(expression, lambda: activation)

    def _evaluated(self, expression: str, activation: Callable[[], cel.Activation]) -> Truth:
        compiled = self._compile(expression)
        if isinstance(compiled, str):
            return Broken(reason=f"the condition does not compile: {compiled}")
        try:
            value = compiled.eval(activation=activation())
            kind, content = value.type(), value.value()
        except _FAILURES as error:
            return Broken(reason=_short(f"the condition cannot be evaluated: {error}"))
        if kind == cel.Type.ERROR:
            return _error(str(content), expression)
        if content is True:
            return Holds()
        if content is False:
            return Fails()
        return Broken(reason=f"the condition gives {kind.name()}, not true or false")

    def _activation(self, facts: Mapping[str, JsonValue]) -> cel.Activation:
        # A gate asks hundreds of conditions of the same facts, and turning them into the evaluator's
        # values is dearer than asking. The facts' own bytes are the key, so a changed fact is seen.
        key = orjson.dumps(dict(facts))
        last = self._last
        if last is not None and last[0] == key:
            return last[1]
        activation = self._env.Activation(data=_without_nulls(orjson.loads(key)))
        self._last = (key, activation)
        return activation

    def _compile(self, expression: str) -> cel.Expression | str:
        kept = self._compiled.get(expression)
        if kept is not None:
            return kept
        compiled = self._compiled_anew(expression)
        self._compiled[expression] = compiled
        while len(self._compiled) > MAX_COMPILED:
            self._compiled.popitem(last=False)
        return compiled

    def _compiled_anew(self, expression: str) -> cel.Expression | str:
        if len(expression) > MAX_EXPRESSION:
            return f"it is {len(expression)} characters long; at most {MAX_EXPRESSION} are read"
        try:
            compiled = self._env.compile(expression)
            result = compiled.return_type()
        except _FAILURES as error:
            return _compile_error(str(error))
        if result not in (cel.Type.BOOL, cel.Type.DYN):
            return f"it gives {result.name()}, not true or false"
        return compiled


def _without_nulls(value: JsonValue) -> JsonValue:
    """Drop ``null`` entries of objects, deeply: in CEL ``null != 'x'`` is true, and silence must not be.

    Raises:
        ValueError: If a text or a name holds NUL: the evaluator reads no further, and would take
            ``MIT`` for what says more behind it.
    """
    if isinstance(value, dict):
        return {_whole(key): _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return _whole(value) if isinstance(value, str) else value


def _whole(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a stated fact holds the character NUL")
    return text


def _error(text: str, expression: str) -> Truth:
    absent = _NO_VARIABLE.fullmatch(text)
    if absent is not None:
        return Missing(reason=f"the facts about `{absent['name']}` are not stated")
    absent = _NO_KEY.fullmatch(text)
    if absent is not None:
        key = absent["key"] if absent["key"] is not None else absent["index"]
        return Missing(reason=_short(f"the fact `{_path(key, expression)}` is not stated"))
    return Broken(reason=_short(f"the condition cannot be evaluated: {text.partition(': ')[2] or text}"))


def _path(key: str, expression: str) -> str:
    """Return the first dotted path of ``expression`` that ends in ``key``, else the key alone."""
    found = re.search(rf"(?:[A-Za-z_]\w*\.)+{re.escape(key)}\b", expression)
    return found[0] if found else key


def _compile_error(text: str) -> str:
    """Return the first complaint of the compiler, in one line, without its picture of the source."""
    first = text.split("\n", 1)[0]
    return _short(re.sub(r"^INVALID_ARGUMENT: (ERROR: )?(<input>:)?", "", first))


def _short(text: str) -> str:
    return text if len(text) <= _MAX_REASON else text[: _MAX_REASON - 1] + "…"
