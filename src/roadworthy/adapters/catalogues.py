"""The shipped legal tables and threat catalogue, read and checked. A file that is not whole is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import TypeAdapter

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.yaml_source import Located, combined, read_yaml, validated
from roadworthy.core.errors import CatalogueError
from roadworthy.core.subject import STRICT
from roadworthy.policy.facts import unknown_facts
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.law import LegalRegime, LegalRegimes, Question

T = TypeVar("T")

QUESTIONS_FILE = "questions.yaml"
_FIX = "correct the fields named above; docs/explanation/risk.md describes them"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Questions:
    """The file of legal questions."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/legal-questions/v1"]
    licence: str
    questions: tuple[Question, ...]


@cache
def load_regimes() -> LegalRegimes:
    """Return the shipped legal tables with their questions.

    Raises:
        CatalogueError: With every problem found, each with file, line and field.
    """
    with as_file(files("roadworthy.packs").joinpath("legal")) as folder:
        return read_regimes(folder)


@cache
def load_threats() -> ThreatCatalogue:
    """Return the shipped threat catalogue.

    Raises:
        CatalogueError: With every problem found, each with file, line and field.
    """
    with as_file(files("roadworthy.packs").joinpath("threats.yaml")) as path:
        return read_threats(path)


def read_regimes(folder: Path) -> LegalRegimes:
    """Return the legal tables of ``folder``: ``questions.yaml`` and one file for each law, by name.

    Raises:
        CatalogueError: With every problem found, each with file, line and field.
    """
    errors: list[CatalogueError] = []
    questions = _collect(errors, lambda: _read(TypeAdapter(_Questions), folder / QUESTIONS_FILE)[0])
    tables = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name != QUESTIONS_FILE:
            table = _collect(errors, lambda path=path: _table(path))  # type: ignore[misc] # a default keeps the loop's value
            tables.append(table)
    if errors:
        raise combined(errors)
    if not tables:
        raise CatalogueError("there is no legal table", where=str(folder), fix="add one, or reinstall the package")
    assert questions is not None  # noqa: S101 - without errors it was read; this tells the type checker
    try:
        return LegalRegimes(questions=questions.questions, tables=tuple(t for t in tables if t is not None))
    except ValueError as fault:
        raise CatalogueError(str(fault), where=str(folder / QUESTIONS_FILE), fix=_FIX) from fault


def read_threats(path: Path) -> ThreatCatalogue:
    """Return the threat catalogue in ``path``.

    Raises:
        CatalogueError: With every problem found, each with file, line and field.
    """
    catalogue, located = _read(TypeAdapter(ThreatCatalogue), path)
    _check_conditions(catalogue.conditions, located)
    return catalogue


def _table(path: Path) -> LegalRegime:
    table, located = _read(TypeAdapter(LegalRegime), path)
    _check_conditions(table.conditions, located)
    return table


def _read(adapter: TypeAdapter[T], path: Path) -> tuple[T, Located]:
    located = read_yaml(path, error=CatalogueError)
    return validated(adapter, located, error=CatalogueError, fix=_FIX), located


def _check_conditions(conditions: Iterable[tuple[str, str]], located: Located) -> None:
    """Refuse conditions that do not compile or that name facts nobody can state."""
    language = CelConditions()
    problems = []
    for owner, condition in conditions:
        where = located.where(_place(located.data, condition))
        if problem := language.problem(condition):
            problems.append((where, f"{owner}: the condition {condition!r} does not compile: {problem}"))
        elif unknown := unknown_facts(condition):
            problems.append((where, f"{owner}: the condition names unknown facts: {', '.join(unknown)}"))
    if problems:
        where, first = problems[0]
        details = tuple(f"{place} {problem}" for place, problem in problems[1:])
        raise CatalogueError(first, where=where, fix=_FIX, details=details)


def _place(data: Any, wanted: str, loc: tuple[str | int, ...] = ()) -> tuple[str | int, ...]:
    """Return the field path of the first value that is ``wanted``; of the document where there is none."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if value == wanted:
            return (*loc, key)
        if found := _place(value, wanted, (*loc, key)):
            return found
    return ()


def _collect(errors: list[CatalogueError], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except CatalogueError as error:
        errors.append(error)
        return None
