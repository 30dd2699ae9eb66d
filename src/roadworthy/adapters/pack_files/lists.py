"""Reads the lists of a pack's folders: bounded, inside the pack, every problem at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from roadworthy.adapters.yaml_source import Located, combined, read_yaml, validated
from roadworthy.core.errors import PackError

MAX_FILES = 200
"""Most files of one kind, such as controls or cases, in one pack."""

T = TypeVar("T")


def yaml_files(folder: Path, name: str) -> tuple[Path, ...]:
    """Return the YAML files of the folder ``name`` of a pack, sorted; none where there is no such folder.

    Raises:
        PackError: If there are too many, or one is a link that leads out of the pack.
    """
    found = sorted((folder / name).glob("*.yaml"))
    if len(found) > MAX_FILES:
        raise PackError(f"{len(found)} files; at most {MAX_FILES} are read", where=str(folder / name), fix="join some")
    inside = folder.resolve()
    for file in found:
        if not file.resolve().is_relative_to(inside):
            raise PackError(
                "the file is a link that leads out of the pack",
                where=str(file),
                fix="copy the file into the pack",
            )
    return tuple(found)


def read_list(file: Path, adapter: TypeAdapter[tuple[T, ...]]) -> tuple[tuple[T, ...], Located]:
    """Return the values that ``file`` lists, and where each stands.

    Raises:
        PackError: With every problem of the file.
    """
    located = read_yaml(file, error=PackError)
    return validated(adapter, located, error=PackError), located


def caught(faults: list[PackError], read: Callable[[], T]) -> T | None:
    """Return what ``read`` gives; None where it raises, and then the error is among ``faults``."""
    try:
        return read()
    except PackError as fault:
        faults.append(fault)
        return None


def each(found: Sequence[Path], read: Callable[[Path], T]) -> list[T]:
    """Return what ``read`` gives of each file.

    Raises:
        PackError: With the problems of all files.
    """
    faults: list[PackError] = []
    values = [caught(faults, lambda file=file: read(file)) for file in found]  # type: ignore[misc]
    if faults:
        raise combined(faults)
    return [value for value in values if value is not None]
