"""Looks at a repository as the command line and the gate ask for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from roadworthy.adapters.lint.checkout import below, checkout
from roadworthy.adapters.lint.memory import FilesRepository
from roadworthy.adapters.lint.rules import read_rules, read_rules_below
from roadworthy.adapters.lint.settings import LintSettings, read_settings
from roadworthy.adapters.lint.source import HeldBytes
from roadworthy.adapters.manifest.load import MANIFEST_NAME
from roadworthy.adapters.repository import git
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.inventory.globs import matches_any
from roadworthy.inventory.model import FileComponent
from roadworthy.lint.engine import Engine
from roadworthy.lint.model import Area, LintReport, LintRule

_OF_MODELS = frozenset(["model", "adapter"])


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRequest:
    """What is looked at, and what is asked."""

    root: Path
    paths: tuple[Path, ...] = ()
    """Files and folders; empty is everything."""

    rules: tuple[str, ...] = ()
    """Ids; empty is all."""

    areas: tuple[Area, ...] = ()
    """Empty is all."""

    staged: bool = False
    """Whether only what is staged is looked at, as it is staged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a repository found, and where it did not look."""

    report: LintReport
    blind: tuple[str, ...]
    """Keys of components that have files here, none of which was looked at, sorted; the manifest by its name.
    Model files are left out: their format and digest have rules of their own."""


def lint(request: LintRequest, *, today: date) -> LintReport:
    """Look at a repository; see `look`."""
    return look(request, today=today).report


def look(request: LintRequest, *, today: date) -> Look:
    """Look at a repository.

    Args:
        request: What is looked at.
        today: What the expiry of suppressions is held against.

    Raises:
        ConfigError: If settings or rules do not read, or there is nothing to look at.
        NotFoundError: If a rule is asked for that does not exist.
    """
    settings = read_settings(request.root)
    known = rules_for(request.root, settings=settings)
    engine = _engine(_chosen(known, request))
    staged = git.staged_files(request.root) if request.staged else None
    repository = checkout(request.root, instead=_held(staged))
    wanted = _wanted(repository, request, staged=staged)
    excluded = {path: why for path in repository.files if (why := _exclusion(path, settings))}
    kept = frozenset(repository.files) if wanted is None else wanted
    report = engine.check(
        repository,
        today=today,
        suppressions=settings.suppressions,
        known=frozenset(rule.id for rule in known),
        only=None if wanted is None and not excluded else kept - excluded.keys(),
    )
    told = tuple(f"{path}: {excluded[path]}" for path in sorted(kept & excluded.keys()))
    return Look(
        report=replace(report, excluded=told), blind=_blind(repository, kept - excluded.keys(), root=request.root)
    )


def _blind(repository: FilesRepository, looked: Set[str], *, root: Path) -> tuple[str, ...]:
    """Return the components that have files, none of which is among ``looked``, and the manifest where it is not."""
    found = {MANIFEST_NAME} & repository.files.keys() - looked
    parts = repository.manifest.components if repository.manifest is not None else ()
    for part in parts:
        if not isinstance(part, FileComponent) or part.path is None or part.type in _OF_MODELS:
            continue
        own = frozenset(path for path, file in repository.files.items() if file.component == part.key)
        mine = own or below(repository.files, wanted=[part.path])
        if not mine & looked and (mine or (root / part.path).exists()):
            found.add(part.key)
    return tuple(sorted(found))


def rules_for(root: Path, *, settings: LintSettings | None = None) -> tuple[LintRule, ...]:
    """Return every rule that a repository is asked, the shipped ones and its own, by id.

    Raises:
        ConfigError: If one does not read, or an own rule has the id of another.
    """
    own = (settings if settings is not None else read_settings(root)).rules
    further = read_rules_below(own) if own is not None else ()
    rules = (*read_rules(), *further)
    ids = [rule.id for rule in rules]
    repeated = next((rule.id for rule in further if ids.count(rule.id) > 1), None)
    if repeated is not None:
        raise ConfigError(f"two lint rules are called {repeated!r}", where=str(own), fix="give yours another id")
    return tuple(sorted(rules, key=lambda rule: rule.id))


def _engine(rules: tuple[LintRule, ...]) -> Engine:
    try:
        return Engine(rules)
    except ValueError as error:
        raise ConfigError(str(error), where="lint rules", fix="correct the rule") from None


def _chosen(known: Iterable[LintRule], request: LintRequest) -> tuple[LintRule, ...]:
    rules = tuple(known)
    ids = {rule.id for rule in rules}
    for wanted in request.rules:
        if wanted not in ids:
            raise NotFoundError(f"no lint rule is called {wanted!r}", where="--rule", fix="see `rw lint rules`")
    return tuple(
        rule
        for rule in rules
        if (not request.rules or rule.id in request.rules) and (not request.areas or rule.area in request.areas)
    )


def _held(staged: Mapping[str, bytes] | None) -> dict[str, HeldBytes]:
    return {path: HeldBytes(content) for path, content in (staged or {}).items()}


def _wanted(
    repository: FilesRepository, request: LintRequest, *, staged: Mapping[str, bytes] | None
) -> frozenset[str] | None:
    """Return the paths that are looked at; None for all.

    Raises:
        ConfigError: If there is nothing to look at: nothing is not clean.
    """
    if staged is not None:
        return frozenset(staged)
    if request.paths:
        for path in request.paths:
            _require_files(repository, path, root=request.root)
        return below(repository.files, wanted=[_relative(path, request.root) for path in request.paths])
    if not repository.files:
        raise ConfigError("there is no file to look at", where=str(request.root), fix="name the repository's folder")
    return None


def _require_files(repository: FilesRepository, path: Path, *, root: Path) -> None:
    if not path.exists():
        raise ConfigError("there is no such file or folder", where=str(path), fix="check the path")
    if not below(repository.files, wanted=[_relative(path, root)]):
        fix = "name files that git does not ignore, or name the folder with `--root`"
        raise ConfigError("there is no file to look at", where=str(path), fix=fix)


def _relative(path: Path, root: Path) -> str:
    """Return ``path`` relative to ``root``.

    Raises:
        ConfigError: If it lies elsewhere.
    """
    relative = os.path.relpath(path.resolve(), root.resolve())
    if relative.split(os.sep, 1)[0] == os.pardir:
        raise ConfigError("the path lies outside the repository", where=str(path), fix=f"name one below {root}")
    return Path(relative).as_posix()


def _exclusion(path: str, settings: LintSettings) -> str:
    return next((one.reason for one in settings.excluded if matches_any(path, (one.path,))), "")


def root_for(start: Path) -> Path:
    """Return the repository's folder: the nearest one, from ``start`` upwards, with a manifest or ``.git``; else it.

    >>> root_for(Path("/")).as_posix()
    '/'
    """
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if _is_root(folder)), here)


def _is_root(folder: Path) -> bool:
    return (folder / MANIFEST_NAME).is_file() or (folder / ".git").exists()
