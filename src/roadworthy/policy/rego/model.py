"""What an export is made of, as values: files, and what could not be said in Rego."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class RegoFile:
    """One file of an export."""

    __pydantic_config__: ClassVar = STRICT

    path: str
    """Relative to the folder of the export, with ``/``."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """A rule that the exported modules cannot decide: they ask the evidence summary what our gate said of it."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    reason: str
    """Why facts, or Rego, cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegoExport:
    """A policy in Rego."""

    __pydantic_config__: ClassVar = STRICT

    policy: Digest
    """Of the policy that was exported; a summary of evidence must name it."""

    files: tuple[RegoFile, ...]
    """Sorted by path; tests end in ``_test.rego``."""

    decided: tuple[str, ...]
    """Rules that the modules decide from facts alone."""

    obligations: tuple[Obligation, ...]
    tests: int
    """How many tests the modules carry."""

    @property
    def bundle(self) -> tuple[RegoFile, ...]:
        """The files that a bundle holds: all but the tests."""
        return tuple(file for file in self.files if not file.path.endswith("_test.rego"))
