"""Checks a JSON value against a JSON Schema in time that the value's size bounds. Nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.sensitive.pattern import compiled

MAX_SCHEMA_CHARS = 100_000
MAX_SCHEMA_PARTS = 5_000
"""Most objects and arrays of a schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """The first rule of the schema that a value breaks."""

    pointer: str
    """JSON pointer into the value; a name that is not in the schema is ``*``, as it is content."""

    rule: str
    """Keyword of the schema."""


class SchemaCheck:
    """A schema, ready to check values.

    Args:
        text: The schema, as JSON; its draft is what ``$schema`` says, else 2020-12.

    Raises:
        ValueError: If it is no schema, refers outside itself, has a pattern that RE2 does not take, or uses
            ``unevaluatedProperties`` beside ``patternProperties``.
    """

    def __init__(self, text: str) -> None:
        import jsonschema
        from jsonschema.validators import extend, validator_for
        from referencing import Registry

        schema = _schema(text)
        stated = str(schema["$schema"]) if isinstance(schema, dict) and "$schema" in schema else None
        draft: Any = validator_for(schema, default=jsonschema.Draft202012Validator)
        if stated is not None and stated.rstrip("#") != draft.ID_OF(draft.META_SCHEMA).rstrip("#"):
            raise ValueError(f"`schema` is of a draft that is not known: {stated!r}")
        try:
            draft.check_schema(schema)
        except jsonschema.SchemaError as error:
            raise ValueError(f"`schema` is not a JSON Schema: {error.json_path} breaks its {error.validator}") from None
        self._names = frozenset(_checked_parts(schema))
        rules = {name: rule for name, rule in _LINEAR.items() if name in draft.VALIDATORS}
        self._validator = extend(draft, rules)(schema, registry=Registry())  # type: ignore[no-untyped-call]  # untyped there

    def fault(self, value: JsonValue) -> SchemaFault | None:
        """Return the first rule that ``value`` breaks; None: it meets the schema.

        Raises:
            ValueError: If it cannot be told: a reference does not resolve, or refers to itself without end.
        """
        from referencing.exceptions import Unresolvable

        try:
            error = next(iter(self._validator.iter_errors(value)), None)
        except (Unresolvable, RecursionError):
            raise ValueError("the schema's references do not resolve, or have no end") from None
        if error is None:
            return None
        steps = [str(step) if isinstance(step, int) or step in self._names else "*" for step in error.absolute_path]
        pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
        return SchemaFault(pointer=pointer, rule=str(error.validator))


def _schema(text: str) -> Any:
    if len(text) > MAX_SCHEMA_CHARS:
        raise ValueError(f"`schema` of {len(text):,} characters is longer than {MAX_SCHEMA_CHARS:,}")
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("`schema` is not JSON") from None
    if not isinstance(schema, dict | bool):
        raise ValueError(f"`schema` must be an object, got {type(schema).__name__}")
    return schema


def _checked_parts(schema: object) -> Iterator[str]:
    """Yield the names of properties that ``schema`` knows, having checked all of it."""
    waiting, seen = [schema], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MAX_SCHEMA_PARTS:
            raise ValueError(f"`schema` has more than {MAX_SCHEMA_PARTS:,} parts")
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            _check_part(part)
            properties = part.get("properties")
            if isinstance(properties, dict):
                yield from properties
            waiting.extend(part.values())


def _check_part(part: Mapping[str, Any]) -> None:
    for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
        target = part.get(keyword)
        if isinstance(target, str) and not target.startswith("#"):
            raise ValueError(f"`schema` refers to {target!r}; only references into itself (#/…) are followed")
    patterns = part.get("patternProperties")
    if isinstance(patterns, dict):
        if "unevaluatedProperties" in part:
            raise ValueError("`schema` has unevaluatedProperties beside patternProperties, which is not supported")
        for pattern in patterns:
            compiled(pattern)
    if isinstance(part.get("pattern"), str):
        compiled(part["pattern"])


def _broken(rule: str) -> Any:
    from jsonschema import ValidationError

    return ValidationError(f"breaks {rule}")


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[Any]:
    if isinstance(instance, str) and not _searches(pattern, instance):
        yield _broken("pattern")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], instance: object, _: object) -> Iterator[Any]:
    if isinstance(instance, dict):
        for pattern, part in patterns.items():
            for name, value in instance.items():
                if _searches(pattern, name):
                    yield from validator.descend(value, part, path=name, schema_path=pattern)


def _additional(validator: Any, allowed: object, instance: object, schema: Mapping[str, Any]) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    others = [n for n in instance if n not in known and not any(_searches(pattern, n) for pattern in patterns)]
    if isinstance(allowed, dict):
        for name in others:
            yield from validator.descend(instance[name], allowed, path=name)
    elif not allowed and others:
        yield _broken("additionalProperties")


def _unique(_: object, unique: object, instance: object, __: object) -> Iterator[Any]:
    if unique and isinstance(instance, list) and len({_canonical(item) for item in instance}) < len(instance):
        yield _broken("uniqueItems")


def _canonical(item: object) -> str:
    """Return a text that is the same for equal values: 1 and 1.0 are equal, 1 and true are not."""
    return json.dumps(_numbers(item), sort_keys=True)


def _numbers(item: object) -> object:
    if isinstance(item, dict):
        return {name: _numbers(value) for name, value in item.items()}
    if isinstance(item, list):
        return [_numbers(value) for value in item]
    return int(item) if isinstance(item, float) and item.is_integer() else item


def _searches(pattern: str, text: str) -> bool:
    try:
        return compiled(pattern).search(text) is not None
    except UnicodeEncodeError:
        return compiled(pattern).search(text.encode("utf-8", "replace").decode()) is not None


_LINEAR: Mapping[str, Callable[..., Iterable[Any]]] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "uniqueItems": _unique,
}
"""Rules whose time would not be linear in the value, or that would use the standard library's expressions."""
