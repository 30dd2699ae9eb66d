"""Reads guard policies and what lies over them from YAML, with file and line of everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter

from roadworthy.adapters.yaml_source import MAX_PROBLEMS, Located, Location, read_yaml, validated
from roadworthy.core.errors import ConfigError
from roadworthy.guard.policy.model import Containment, GuardPolicy, TenantOverlay

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Generic[T]):
    """A value, and where each of its fields stands in its file."""

    value: T
    located: Located

    def is_stated(self, field: str) -> bool:
        """Return whether the file has a line for ``field``, one of the document's own."""
        return isinstance(self.located.data, dict) and field in self.located.data


def read_policy(path: Path) -> Document[GuardPolicy]:
    """Read a guard policy as it is written; `roadworthy.adapters.guard.extending` reads what it stands on as well.

    Raises:
        ConfigError: With every problem found, each with its file, line and field. A field with nothing behind it is
            one: a section that was taken out line by line would be as if nobody had asked for it.
    """
    document = _read_stated(path, GuardPolicy)
    if document.is_stated("beneath"):
        raise ConfigError(
            "`beneath` is told by what the policy stands on, and is not written",
            where=document.located.where(("beneath",)),
            fix="name the policy beneath with `extends`, and take the line out",
        )
    return document


def read_overlay(path: Path) -> Document[TenantOverlay]:
    """Read what a tenant adds to a policy.

    Raises:
        ConfigError: As for `read_policy`.
    """
    return _read_stated(path, TenantOverlay)


def read_containment(path: Path) -> Document[Containment]:
    """Read a containment as it was drafted. It counts only once it is signed (`roadworthy.adapters.guard.signed`).

    Raises:
        ConfigError: As for `read_policy`.
    """
    return _read_stated(path, Containment)


def read_document(path: Path, kind: type[T]) -> Document[T]:
    """Read a value of ``kind``.

    Raises:
        ConfigError: As for `read_policy`.
    """
    return _read(path, kind)


def adapter_of(kind: type[T]) -> TypeAdapter[T]:
    """Return what reads ``kind``; made once, since that takes some milliseconds."""
    of_any: Any = kind
    return _adapter(of_any)


def _read(path: Path, kind: type[T]) -> Document[T]:
    located = read_yaml(path, error=ConfigError)
    of_any: Any = kind
    value = validated(adapter_of(kind), located, error=ConfigError, fields=_field_names(of_any))
    return Document(value=value, located=located)


def _read_stated(path: Path, kind: type[T]) -> Document[T]:
    """Return what `_read` does.

    Raises:
        ConfigError: Also if a field is written with nothing behind it.
    """
    document = _read(path, kind)
    located = document.located
    empty = [(located.where(place), located.field_path(place)) for place in _empty(document.value, located.data, ())]
    if not empty:
        return document
    (where, name), *rest = empty[:MAX_PROBLEMS]
    raise ConfigError(
        f"{name}: nothing is written behind it",
        where=where,
        fix="write what it is to be, or take the line out if it is not wanted",
        details=tuple(f"{other} {field}: nothing is written behind it" for other, field in rest),
    )


def _empty(value: Any, data: object, place: Location) -> Iterator[Location]:
    """Yield where fields of ``value`` are null in the ``data`` that it was made of."""
    if isinstance(data, dict) and is_dataclass(value):
        for field in fields(value):
            if field.name in data:
                below = (*place, field.name)
                if data[field.name] is None:
                    yield below
                yield from _empty(getattr(value, field.name), data[field.name], below)
    elif isinstance(data, list) and isinstance(value, tuple):
        for number, (one, its) in enumerate(zip(value, data, strict=False)):
            yield from _empty(one, its, (*place, number))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    """Return the names of the fields of ``kind`` and of everything that it can hold, sorted."""
    return tuple(sorted({field.name for one in _dataclasses(kind, seen=set()) for field in fields(one)}))


def _dataclasses(kind: Any, *, seen: set[type]) -> Iterator[Any]:
    if isinstance(kind, type) and is_dataclass(kind):
        if kind not in seen:
            seen.add(kind)
            yield kind
            for hint in get_type_hints(kind).values():
                yield from _dataclasses(hint, seen=seen)
        return
    for part in get_args(kind):
        yield from _dataclasses(part, seen=seen)
