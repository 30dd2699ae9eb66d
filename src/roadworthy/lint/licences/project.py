"""Detectors of the project's own licence, and of what its lock file says of others'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.licences.compatibility import Conflicts, compatibility
from roadworthy.lint.licences.expression import is_closed, read_expression, says_nothing
from roadworthy.lint.licences.stated import (
    card_licence,
    licence_file,
    licence_of_text,
    project_licence,
    same_licence,
    whole_licence,
)
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository, SourceFile

_LOCKED = re.compile(
    r'(?m)^\s*"(?:[^"\n]*node_modules/)(?P<name>[@\w./-]{1,120})":\s*\{(?P<body>[^{}]{0,2000})'
)  # fmt: skip
_LICENSE = re.compile(r'"license":\s*"(?P<licence>[^"\n]{1,120})"')
_REFERENCE = re.compile(r"(?i)see licen[sc]e in .*")


def text_differs(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield licence texts that are another licence's than the project file beside them names."""
    for file, folder in _projects(repository):
        said = project_licence(file)
        text_file = licence_file(repository, folder)
        text = licence_of_text(text_file.text) if text_file is not None else ""
        if said is None or text_file is None or not text or is_closed(said.licence):
            continue
        named = read_expression(said.licence).licences
        if named and not any(same_licence(one, text) for one in named):
            told = f"the text is {text}, and {file.path} says {said.licence[:60]!r}"
            yield Hit(path=text_file.path, said=told, subject=file.path)


def project_not_spdx(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield project files whose licence cannot be read."""
    for file, _ in _projects(repository):
        said = project_licence(file)
        if said is None or is_closed(said.licence) or _REFERENCE.fullmatch(said.licence):
            continue
        read = read_expression(said.licence)
        if not read.alternatives:
            yield Hit(path=said.path, line=said.line, said=read.problem, subject="license")


def no_licence(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield projects at the root of which neither a file nor a text says a licence."""
    for file, folder in _projects(repository):
        if folder == "" and project_licence(file) is None and not _any_licence(repository):
            yield Hit(
                path=file.path, said="the project says under no licence what others may do with it", subject="none"
            )
            return


def locked_conflict(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield packages of a lock file whose licence does not fit the project's own."""
    whole = whole_licence(repository)
    if whole is None:
        return
    for file in repository.of_kind(FileKind.DEPENDENCIES):
        if not file.path.endswith("package-lock.json"):
            continue
        for name, licence, line in _locked(file):
            result = compatibility(licence, whole=whole.licence)
            if isinstance(result, Conflicts):
                told = f"package {name!r} in a whole under {whole.licence[:60]}: {result.reason}"
                yield Hit(path=file.path, line=line, said=told, subject=name)


def card_unclear(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield cards whose front matter names a licence that says nothing or cannot be read."""
    said = card_licence(file)
    if said is None:
        return
    if says_nothing(said.licence) or not (read_expression(said.licence).alternatives or is_closed(said.licence)):
        yield Hit(
            line=said.line, said=f"the card's licence is {said.licence[:60]!r}, which tells nobody what is allowed"
        )


def _projects(repository: Repository) -> Iterator[tuple[SourceFile, str]]:
    for file in repository.of_kind(FileKind.DEPENDENCIES):
        folder, _, name = file.path.rpartition("/")
        if name in {"pyproject.toml", "package.json"}:
            yield file, folder


def _any_licence(repository: Repository) -> bool:
    return any("/" not in file.path for file in repository.of_kind(FileKind.LICENCE))


def _locked(file: SourceFile) -> Iterator[tuple[str, str, int]]:
    text = file.text
    for found in _LOCKED.finditer(text):
        licence = _LICENSE.search(found["body"])
        if licence is not None and not says_nothing(licence["licence"]):
            yield found["name"], licence["licence"], text.count("\n", 0, found.start("name")) + 1
