"""Detectors of what a ``package.json`` leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.dependencies.requirement import name_of
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Parsed, Repository, SourceFile

_SECTIONS = ("dependencies", "optionalDependencies", "devDependencies")
_ANY = frozenset({"", "*", "x", "latest", "next", ">=0", ">=0.0.0"})
_FROM_GIT = re.compile(r"(?:git(?:\+\w+)?:|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#|$)|https?://\S+\.git)")
_COMMIT = re.compile(r"#(?:[0-9a-f]{7,40}|semver:.+)$")
_LOCKS = (
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
)
_HOOKS = ("preinstall", "install", "postinstall", "prepare")
_FETCHES = re.compile(r"\b(?:curl|wget|powershell|base64|eval|nc)\b|\bnode\s+-e\b|https?://")


def any_version(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield packages of which every version will do."""
    for parsed, section, name, wanted in _needs(file):
        if wanted.strip() in _ANY:
            line = parsed.line_of((section, name))
            yield Hit(line=line, said=f"any version of {name[:80]!r} will do", subject=name[:80])


def moving_source(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield packages that are fetched from version control without a commit."""
    for parsed, section, name, wanted in _needs(file):
        if (
            _FROM_GIT.match(wanted)
            and _COMMIT.search(wanted) is None
            and not wanted.startswith(("npm:", "file:", "./"))
        ):
            line = parsed.line_of((section, name))
            yield Hit(
                line=line, said=f"{name[:80]!r} is fetched from a branch or tag, which can move", subject=name[:80]
            )


def without_lock(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield packages that need others and have no lock file, in or above their folder."""
    for file in repository.of_kind(FileKind.DEPENDENCIES):
        if name_of(file.path) != "package.json" or _has_lock(repository, file.path) or _is_published(file):
            continue
        count = sum(section != "devDependencies" for _, section, _, _ in _needs(file))
        if count:
            yield Hit(path=file.path, said=f"{count} packages are needed, and no lock file is there", subject="lock")


def _is_published(file: SourceFile) -> bool:
    """Return whether a package is one that others depend on: its own lock file would be left out of it."""
    parsed = _read(file)
    data = parsed.data if parsed is not None else {}
    says = {"main", "module", "exports", "types", "files", "publishConfig"}
    return data.get("private") is not True and "version" in data and bool(says & set(data))


def install_script(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield hooks that fetch or decode something and run it while the package is installed."""
    parsed = _read(file)
    scripts = parsed.data.get("scripts") if parsed is not None else None
    if parsed is None or not isinstance(scripts, Mapping):
        return
    for hook in _HOOKS:
        command = scripts.get(hook)
        if isinstance(command, str) and _FETCHES.search(command):
            line = parsed.line_of(("scripts", hook))
            yield Hit(line=line, said=f"script `{hook}` fetches or decodes what it runs on installation", subject=hook)


def _needs(file: SourceFile) -> Iterator[tuple[Parsed, str, str, str]]:
    parsed = _read(file)
    if parsed is None:
        return
    for section in _SECTIONS:
        wanted = parsed.data.get(section)
        if isinstance(wanted, Mapping):
            yield from ((parsed, section, str(k), v) for k, v in wanted.items() if isinstance(v, str))


def _read(file: SourceFile) -> Parsed | None:
    if name_of(file.path) != "package.json":
        return None
    parsed = file.parsed()
    return parsed if parsed is not None and isinstance(parsed.data, Mapping) else None


def _has_lock(repository: Repository, path: str) -> bool:
    folder = path.rpartition("/")[0]
    while True:
        if any((f"{folder}/{name}" if folder else name) in repository.files for name in _LOCKS):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
