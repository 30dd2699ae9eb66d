"""Reads guard policies and what lies over them from YAML, with file and line of everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter

from roadworthy.adapters.yaml_source import Located, read_yaml, validated
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
        ConfigError: With every problem found, each with its file, line and field.
    """
    document = _read(path, GuardPolicy)
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
    return _read(path, TenantOverlay)


def read_containment(path: Path) -> Document[Containment]:
    """Read a containment as it was drafted. It counts only once it is signed (`roadworthy.adapters.guard.signed`).

    Raises:
        ConfigError: As for `read_policy`.
    """
    return _read(path, Containment)


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
