"""What lint needs from outside: the files of a repository, read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from roadworthy.inventory.model import Manifest
from roadworthy.lint.model import FileKind, Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a JSON, YAML or TOML file says, with where it says it."""

    data: Any
    line_of: Callable[[tuple[str | int, ...]], int]
    """Line, from 1, of a value by its path of keys and indices; the nearest known one where it is not known."""


class SourceFile(Protocol):
    """One file. Nothing is read before it is asked for, and everything only once."""

    @property
    def path(self) -> str:
        """Relative to the root, POSIX separators."""
        ...

    @property
    def kinds(self) -> frozenset[FileKind]:
        """What it is."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    @property
    def component(self) -> str:
        """Key of the manifest's component that it belongs to; empty where none does."""
        ...

    @property
    def text(self) -> str:
        """Its text; empty where it is none, too large or unreadable, and then the report says *unread*."""
        ...

    @property
    def problem(self) -> str:
        """Why what was asked of it could not be had; empty where it could, or nothing was asked."""
        ...

    def __hash__(self) -> int:
        """By identity, so that what was found out about a file can be kept for the next rule that asks."""
        ...

    def head(self, count: int) -> bytes:
        """Return its first ``count`` bytes; fewer where it has fewer or cannot be read."""
        ...

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, counted from the end where negative; fewer where there are fewer."""
        ...

    def parsed(self) -> Parsed | None:
        """Return what it says as data; None where it is not JSON, YAML or TOML, or is broken."""
        ...


class Repository(Protocol):
    """The files of one checkout."""

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """By path, sorted."""
        ...

    @property
    def manifest(self) -> Manifest | None:
        """The manifest, where there is one that reads."""
        ...

    @property
    def manifest_line(self) -> Callable[[tuple[str | int, ...]], int]:
        """Line of a value of the manifest, by its path; 1 where there is none."""
        ...

    def of_kind(self, *kinds: FileKind) -> Iterable[SourceFile]:
        """Yield the files of any of ``kinds``, by path."""
        ...


FileDetector: TypeAlias = Callable[[SourceFile, Mapping[str, Any]], Iterable[Hit]]
"""Looks at one file. Called once for each file of the rule's kinds, with the rule's parameters."""

RepositoryDetector: TypeAlias = Callable[[Repository, Mapping[str, Any]], Iterable[Hit]]
"""Looks at the repository as a whole; its hits name their files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A detector in code: of each file, or of the whole repository. Exactly one of the two is given."""

    of_file: FileDetector | None = None
    of_repository: RepositoryDetector | None = None
