"""What a function is given and gives back, as JSON that can be judged, and back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.strict_json import MAX_DEPTH, MAX_VALUES

_RECEIVERS = ("self", "cls")
_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_SCALARS = (str, int, float, bool, type(None))


def is_json(value: object) -> bool:
    """Return whether ``value`` is what JSON can say, in its own types, and neither too deep nor too much of it.

    >>> is_json({"a": [1, "b"]}), is_json(b"bytes")
    (True, False)
    """
    waiting, count = [(value, 0)], 0
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, dict):
            if not all(isinstance(name, str) for name in one):
                return False
            below: Collection[object] = one.values()
        elif isinstance(one, (list, tuple)):
            below = one
        elif isinstance(one, _SCALARS):
            continue
        else:
            return False
        # A value may hold itself, or another many times.
        count += len(below)
        if count > MAX_VALUES or depth >= MAX_DEPTH:
            return False
        waiting += ((inner, depth + 1) for inner in below)
    return True


def as_json(value: object, *, where: str) -> JsonValue:
    """Return ``value`` as JSON; a model of pydantic is read by its own fields.

    Raises:
        ConfigError: If it is nothing that can be judged.
    """
    dump = getattr(value, "model_dump", None)
    read: Any = dump(mode="json") if dump is not None and not isinstance(value, type) else value
    if is_json(read):
        found: JsonValue = read
        return found
    raise ConfigError(
        f"{where} is a {type(value).__name__}, which cannot be judged",
        where=where,
        fix=f"give text, JSON values (at most {MAX_DEPTH} deep and {MAX_VALUES:,} in all) or a pydantic model, or name "
        "the argument in `unjudged`",
    )


def put_back(before: object, read: JsonValue, now: JsonValue) -> object:
    """Return ``now`` in the form that the value had ``before``, which is itself where nothing was changed."""
    if now is read or now == read:
        return before
    validate = getattr(type(before), "model_validate", None)
    return now if validate is None else validate(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Which arguments of a function are judged."""

    signature: inspect.Signature
    unjudged: frozenset[str]

    def bound(self, *args: Any, **kwargs: Any) -> Given:
        """Return the arguments of one call, with their defaults.

        Raises:
            TypeError: If the function does not take them.
            ConfigError: If one of them cannot be judged, or a name is given twice, which leaves one value unjudged.
        """
        found = self.signature.bind(*args, **kwargs)
        found.apply_defaults()
        read: dict[str, JsonValue] = {}
        for name, value in found.arguments.items():
            is_named_rest = self.signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD
            if is_named_rest and (twice := sorted(value.keys() & (found.arguments.keys() - {name}))):
                raise ConfigError(
                    f"argument {twice[0]!r} is given twice, by position and by name",
                    where=f"argument {twice[0]!r}",
                    fix="give it once, or rename the parameter",
                )
            if name in self.unjudged:
                continue
            if is_named_rest:
                read |= {inner: as_json(one, where=f"argument {inner!r}") for inner, one in value.items()}
            else:
                read[name] = as_json(value, where=f"argument {name!r}")
        return Given(found, read)


class Given:
    """The arguments of one call."""

    def __init__(self, found: inspect.BoundArguments, read: dict[str, JsonValue]) -> None:
        self._found = found
        self.read = read
        """Those that are judged, by name."""

    def with_values(self, now: JsonValue) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return what to call the function with, once ``read`` was judged and became ``now``.

        Raises:
            ConfigError: If an argument is not there any more.
        """
        if not isinstance(now, dict) or now.keys() != self.read.keys():
            raise ConfigError("what the policy changes leaves other arguments", fix="change values only")
        for name, value in self._found.arguments.items():
            if self._found.signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                self._found.arguments[name] = {
                    inner: put_back(one, self.read[inner], now[inner]) if inner in now else one
                    for inner, one in value.items()
                }
            elif name in now:
                self._found.arguments[name] = self._restored(name, value, now[name])
        return self._found.args, self._found.kwargs

    def _restored(self, name: str, value: object, now: JsonValue) -> object:
        restored = put_back(value, self.read[name], now)
        is_rest = self._found.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        return tuple(restored) if is_rest and isinstance(restored, (list, tuple)) else restored


def signature_of(function: Callable[..., Any], *, unjudged: Collection[str]) -> Signature:
    """Return how the calls of ``function`` are read. A method's own object is not judged.

    Raises:
        ConfigError: If ``unjudged`` names what is no argument.
    """
    signature = inspect.signature(function)
    unknown = sorted(set(unjudged) - set(signature.parameters))
    if unknown:
        raise ConfigError(
            f"`unjudged` names {unknown[0]!r}, which is no argument",
            where="unjudged",
            fix="name the arguments as they are",
        )
    return Signature(signature=signature, unjudged=frozenset((*unjudged, *_receiver(function, signature))))


def _receiver(function: Callable[..., Any], signature: inspect.Signature) -> tuple[str, ...]:
    """Return the name of the argument that is a method's own object: only what a class defines has one."""
    first = next(iter(signature.parameters.values()), None)
    within = getattr(function, "__qualname__", "").rpartition("<locals>.")[2]
    is_method = inspect.isroutine(function) and not inspect.ismethod(function) and "." in within
    if not is_method or first is None or first.name not in _RECEIVERS or first.kind not in _BY_POSITION:
        return ()
    return (first.name,)
