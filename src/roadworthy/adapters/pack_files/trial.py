"""Reads what a pack tests itself with: ``cases/*.yaml``, expectations, survivors and systems among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.pack_files.lists import T, caught, read_list
from roadworthy.adapters.yaml_source import combined
from roadworthy.core.errors import PackError
from roadworthy.policy.cases import CaseEntry, CaseSystem, PlacedCase, expanded
from roadworthy.policy.expectations import Expectation, Survivor, Trial

SYSTEMS = "systems.yaml"
EXPECTATIONS = "expectations.yaml"
SURVIVORS = "survivors.yaml"

MAX_CASES = 50_000
"""Most cases of one pack, after entries of several rules are taken apart."""


def read_trial(files: Sequence[Path]) -> Trial:
    """Return the cases, expectations and survivors in ``files``, each case with its place.

    Args:
        files: The files of the pack's ``cases`` folder. ``systems.yaml``, ``expectations.yaml``
            and ``survivors.yaml`` are lists of their own kind, every other one is a list of entries.

    Raises:
        PackError: With every problem found, each with its file and field; if a name or a note
            repeats, or there are too many cases.
    """
    faults: list[PackError] = []
    own = {file.name: file for file in files}
    systems = caught(faults, lambda: _systems(own.get(SYSTEMS))) or {}
    expectations = caught(faults, lambda: _listed(own.get(EXPECTATIONS), _expectations())) or ()
    survivors = caught(faults, lambda: _listed(own.get(SURVIVORS), _survivors())) or ()
    cases: list[PlacedCase] = []
    for file in files:
        if file.name not in (SYSTEMS, EXPECTATIONS, SURVIVORS):
            room = MAX_CASES - len(cases)
            cases += caught(faults, lambda file=file, room=room: _cases(file, systems=systems, room=room)) or ()  # type: ignore[misc]
    faults += _repeated(cases)
    if faults:
        raise combined(faults)
    return Trial(cases=tuple(cases), expectations=expectations, survivors=survivors)


def _cases(file: Path, *, systems: Mapping[str, CaseSystem], room: int) -> list[PlacedCase]:
    entries, located = read_list(file, _entries())
    number = sum(len(entry.rules or (1,)) * len(entry.tries or (1,)) for entry in entries)
    if number > room:
        raise PackError(
            f"the pack has more than {MAX_CASES} cases", where=str(file), fix="try fewer situations of each rule"
        )
    placed = []
    for index, entry in enumerate(entries):
        where = located.where((index,))
        try:
            placed += [PlacedCase(case=case, where=where) for case in expanded(entry, systems=systems)]
        except ValueError as error:
            raise PackError(str(error), where=where, fix=f"name a system of {SYSTEMS}") from error
    return placed


def _systems(file: Path | None) -> dict[str, CaseSystem]:
    found: dict[str, CaseSystem] = {}
    for system in _listed(file, _named()):
        if system.name in found:
            raise PackError(f"system {system.name!r} is defined twice", where=str(file), fix="rename one")
        found[system.name] = system
    return found


def _repeated(cases: Sequence[PlacedCase]) -> list[PackError]:
    first: dict[str, str] = {}
    faults = []
    for placed in cases:
        before = first.setdefault(placed.case.note, placed.where)
        if before != placed.where:
            problem = f"the note {placed.case.note!r} is used twice, first at {before}"
            faults.append(PackError(problem, where=placed.where, fix="give each case a note of its own"))
    return faults


def _listed(file: Path | None, adapter: TypeAdapter[tuple[T, ...]]) -> tuple[T, ...]:
    return () if file is None else read_list(file, adapter)[0]


@cache
def _entries() -> TypeAdapter[tuple[CaseEntry, ...]]:
    return TypeAdapter(tuple[CaseEntry, ...])


@cache
def _named() -> TypeAdapter[tuple[CaseSystem, ...]]:
    return TypeAdapter(tuple[CaseSystem, ...])


@cache
def _expectations() -> TypeAdapter[tuple[Expectation, ...]]:
    return TypeAdapter(tuple[Expectation, ...])


@cache
def _survivors() -> TypeAdapter[tuple[Survivor, ...]]:
    return TypeAdapter(tuple[Survivor, ...])
