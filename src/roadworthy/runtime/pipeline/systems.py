"""Finds the systems of a repository, and which of them a change touches."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.repository.folder_files import files_below
from roadworthy.adapters.repository.revisions import Changes, changes_since, names_at
from roadworthy.core.errors import ConfigError, RoadworthyError
from roadworthy.inventory.globs import matches_any
from roadworthy.runtime.pipeline.claims import EVERY_FILE, Claim, claims_of
from roadworthy.runtime.workspace import MANIFEST

MAX_TOUCHES = 20
"""Changed files that are named for one system."""


class SystemState(StrEnum):
    """What a change means for one system."""

    TOUCHED = "touched"
    UNTOUCHED = "untouched"
    REMOVED = "removed"
    """Its manifest was there and is gone: nothing is left to decide on."""

    UNREADABLE = "unreadable"
    """Its manifest does not load, so that nobody can tell what touches it. It counts as touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A changed file, and what it is to the system."""

    file: str
    """Relative to the repository."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemChange:
    """One system of the repository, and what the change means for it."""

    folder: str
    """Of its manifest, relative to where the search began; ``.`` is that folder itself."""

    key: str
    """Of the system; empty where the manifest is gone or does not load."""

    state: SystemState
    reason: str
    touches: tuple[Touch, ...] = ()
    """At most `MAX_TOUCHES` of them, sorted by file."""

    num_touches: int = 0

    @property
    def is_judged(self) -> bool:
        """Whether the gate is to run for it."""
        return self.state in (SystemState.TOUCHED, SystemState.UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemsReport:
    """Every system of the repository."""

    since: str | None
    """Revision that was named; None: every system is judged."""

    base: str | None
    """Commit that was compared with."""

    systems: tuple[SystemChange, ...]
    """Sorted by folder."""

    @property
    def judged(self) -> tuple[SystemChange, ...]:
        """Those that the gate is to run for."""
        return tuple(system for system in self.systems if system.is_judged)


def find_systems(
    folder: Path, *, since: str | None = None, shared: Sequence[str] = (), skip: Sequence[str] = ()
) -> SystemsReport:
    """Find every manifest in ``folder`` and below, and say which systems a change touches.

    Args:
        folder: Where the search begins, usually the top of the repository.
        since: Branch, tag or commit that the files are compared with; None judges every system.
        shared: Globs relative to the repository: a change there touches every system.
        skip: Globs, relative to ``folder``, of manifests or their folders to leave out, e.g. of fixtures.

    Raises:
        ConfigError: If there is no system, two have one key, or git cannot say what changed.
    """
    scope = folder.resolve()
    changes = None if since is None else changes_since(scope, since)
    here = [name for name in files_below(scope) if Path(name).name == MANIFEST and not _is_skipped(name, skip)]
    found = [_system(name, scope=scope, changes=changes, shared=shared) for name in here]
    if changes is not None:
        gone = set(_names_before(changes, scope)) - set(here)
        found += [_removed(name) for name in sorted(gone) if not _is_skipped(name, skip)]
    if not any(system.state is not SystemState.REMOVED for system in found):
        raise ConfigError(
            f"there is no {MANIFEST} in this folder or below, so nothing would be decided on",
            where=str(scope),
            fix="write one with `rw init`; files that git ignores are not looked at",
        )
    systems = tuple(sorted(found, key=lambda system: system.folder))
    _require_different_keys(systems)
    return SystemsReport(since=since, base=None if changes is None else changes.base, systems=systems)


def system_in(folder: Path) -> SystemChange:
    """Return the system whose manifest lies in ``folder``, to be judged."""
    return _system(MANIFEST, scope=folder.resolve(), changes=None, shared=())


def _names_before(changes: Changes, scope: Path) -> list[str]:
    """Return the manifests that were there before, relative to ``scope``."""
    top = changes.top.resolve()
    places = (top / name for name in names_at(changes.top, changes.base, MANIFEST))
    return [place.relative_to(scope).as_posix() for place in places if place.is_relative_to(scope)]


def _system(name: str, *, scope: Path, changes: Changes | None, shared: Sequence[str]) -> SystemChange:
    folder = Path(name).parent
    try:
        key = load_manifest(scope / name).system.key
        claims = claims_of(scope / folder, top=changes.top.resolve()) if changes is not None else ()
    except RoadworthyError as error:
        return SystemChange(
            folder=folder.as_posix(),
            key="",
            state=SystemState.UNREADABLE,
            reason=f"its manifest does not load: {error.problem}",
        )
    if changes is None:
        return SystemChange(
            folder=folder.as_posix(), key=key, state=SystemState.TOUCHED, reason="it is judged whatever changed"
        )
    touches = [*_touches(changes.names, claims, shared=shared), *_unseen(claims, changes=changes)]
    return SystemChange(
        folder=folder.as_posix(),
        key=key,
        state=SystemState.TOUCHED if touches else SystemState.UNTOUCHED,
        reason=_reason(touches, changes),
        touches=tuple(touches[:MAX_TOUCHES]),
        num_touches=len(touches),
    )


def _touches(names: Sequence[str], claims: Sequence[Claim], *, shared: Sequence[str]) -> list[Touch]:
    found = []
    for name in names:
        claim = next((claim for claim in claims if claim.covers(name)), None)
        if claim is not None:
            found.append(Touch(file=name, because=claim.because))
        elif matches_any(name, shared):
            found.append(Touch(file=name, because="it is shared by every system"))
    return found


def _unseen(claims: Sequence[Claim], *, changes: Changes) -> list[Touch]:
    """Return what git was told to ignore: whether that changed nobody can tell, so it counts as changed."""
    named = [claim for claim in claims if claim.because != EVERY_FILE]
    return [
        Touch(file=claim.path, because=f"{claim.because}, which git ignores")
        for claim in named
        if os.path.lexists(changes.top / claim.path) and not any(map(claim.covers, changes.known))
    ]


def _reason(touches: Sequence[Touch], changes: Changes) -> str:
    if touches:
        kinds = list(dict.fromkeys(touch.because for touch in touches))
        more = f" and {len(kinds) - 3} more" if len(kinds) > 3 else ""
        return f"changed: {', '.join(kinds[:3])}{more}"
    return f"none of the {len(changes.names)} changed files is in its folder, linked from there or shared"


def _removed(name: str) -> SystemChange:
    return SystemChange(
        folder=Path(name).parent.as_posix(),
        key="",
        state=SystemState.REMOVED,
        reason="its manifest was removed or moved away",
    )


def _is_skipped(name: str, skip: Sequence[str]) -> bool:
    folder = Path(name).parent.as_posix()
    return matches_any(name, skip) or matches_any(folder, skip)


def _require_different_keys(systems: Sequence[SystemChange]) -> None:
    """Refuse two systems of one name: reports and caches go by it."""
    places: dict[str, str] = {}
    for system in systems:
        if system.key and system.key in places:
            raise ConfigError(
                f"two systems have the key {system.key!r}",
                where=f"{places[system.key]}/{MANIFEST} and {system.folder}/{MANIFEST}",
                fix="give each its own `system.key`, or leave one out with --skip",
            )
        places[system.key] = system.folder
