"""Detectors of packages that are not fixed, are known to be bad, or are not what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.dependencies.popular import looks_like
from roadworthy.lint.dependencies.requirement import (
    is_for_development,
    is_lock,
    is_moving,
    is_requirements,
    name_of,
    needs_of,
)
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository, SourceFile

_MOST_NAMED = 3


def unpinned(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield requirements files of which packages are not fixed and beside which no lock lies, one finding each."""
    for file in repository.of_kind(FileKind.DEPENDENCIES):
        if not is_requirements(file.path) or file.path.endswith(".lock") or is_for_development(file.path):
            continue
        if _lock_beside(repository, file.path):
            continue
        needs = list(needs_of(file))
        loose = [need for need in needs if not need.is_pinned]
        if loose:
            names = ", ".join(need.name for need in loose[:_MOST_NAMED])
            more = "" if len(loose) <= _MOST_NAMED else f" and {len(loose) - _MOST_NAMED} more"
            said = f"{len(loose)} of {len(needs)} packages are not fixed, and there is no lock file: {names}{more}"
            yield Hit(path=file.path, line=loose[0].line, said=said, subject="unpinned")


def without_lock(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield projects that need packages and have no lock file, in or above their folder."""
    for file in repository.of_kind(FileKind.DEPENDENCIES):
        if name_of(file.path) != "pyproject.toml" or _lock_beside(repository, file.path):
            continue
        needs = list(needs_of(file))
        if needs and not all(need.is_pinned for need in needs):
            yield Hit(
                path=file.path, line=needs[0].line, said=f"{len(needs)} packages are needed, and no lock file is there"
            )


def without_hashes(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield requirements files of which every package is fixed to a version and none to its content."""
    if not is_requirements(file.path) or file.path.endswith(".in") or is_for_development(file.path):
        return
    needs = list(needs_of(file))
    if len(needs) > 1 and all(need.is_pinned for need in needs) and not any(need.hashed for need in needs):
        yield Hit(
            line=needs[0].line,
            said=f"{len(needs)} packages are fixed by version alone, without hashes",
            subject="hashes",
        )


def moving_source(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield packages that are fetched from version control without a commit."""
    for need in needs_of(file):
        if is_moving(need.url):
            yield Hit(
                line=need.line, said=f"{need.name} is fetched from a branch or tag, which can move", subject=need.name
            )


def lookalike(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield packages whose name is a slip of the pen away from one that many AI projects use."""
    for need in needs_of(file):
        meant = looks_like(need.name)
        if meant and not need.url:
            yield Hit(
                line=need.line, said=f"package {need.name!r} looks like a misspelling of {meant!r}", subject=need.name
            )


def superseded(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield packages that their makers have given up, by the parameter ``packages``: name to what took their place."""
    for need in needs_of(file):
        instead = parameters["packages"].get(need.name)
        if instead:
            yield Hit(line=need.line, said=f"{need.name} is no longer kept up: {instead}", subject=need.name)


def bad_release(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield releases known to be malicious: ``releases`` has their versions by name, ``*`` for every one."""
    releases: Mapping[str, list[str]] = parameters["releases"]
    for name, version, line in _fixed(file):
        bad = releases.get(name, ())
        if version in bad or "*" in bad:
            yield Hit(
                line=line,
                said=f"{name} {version or 'of any version'} is known to be malicious",
                subject=f"{name} {version}",
            )


_LOCKED = re.compile(
    r"""(?m)^name\s*=\s*"(?P<n1>[\w.-]+)"\s*\nversion\s*=\s*"(?P<v1>[^"\n]+)"
    |^\s*"(?:node_modules/)?(?P<n2>[@\w./-]+)":\s*\{\s*\n?\s*"version":\s*"=*(?P<v2>[^"\n]+)"
    |^\s*"(?P<n3>[@\w./-]+)":\s*"=?(?P<v3>[0-9][^"\n]*)",?\s*$
    |^"?(?P<n4>@?[\w./-]+)@[^:\n]*:\n\s+version:?\s+"?(?P<v4>[0-9][^"\n]*)"?
    """,
    re.VERBOSE,
)


def _fixed(file: SourceFile) -> Iterator[tuple[str, str, int]]:
    """Yield name, version and line of packages that a file fixes, lock files too."""
    name = name_of(file.path)
    if is_requirements(file.path) or name == "pyproject.toml":
        for need in needs_of(file):
            yield need.name, need.specifier.lstrip("=") if need.is_pinned else "", need.line
    elif is_lock(file.path) or name in {"package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"}:
        text = file.text
        for found in _LOCKED.finditer(text):
            number = found.lastgroup[1:] if found.lastgroup else "1"
            yield found[f"n{number}"], found[f"v{number}"], text.count("\n", 0, found.start(f"n{number}")) + 1


def _lock_beside(repository: Repository, path: str) -> bool:
    """Whether a lock lies in the folder of ``path`` or one above, or a requirements file that fixes its content."""
    folder = path.rpartition("/")[0]
    while True:
        start = f"{folder}/" if folder else ""
        if any(f"{start}{name}" in repository.files for name in _lock_names(path)):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]


def _lock_names(path: str) -> Iterator[str]:
    stem = name_of(path).rpartition(".")[0]
    yield from (
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "Pipfile.lock",
        "pylock.toml",
        "requirements.lock",
        "conda-lock.yml",
    )
    if path.endswith(".in"):
        yield f"{stem}.txt"
    yield from (f"{stem}.lock", f"{stem}.lock.txt", f"{stem}-lock.txt", "requirements-lock.txt")
    if name_of(path) == "pyproject.toml":
        yield "requirements.txt"
