"""Where a repository says under which licence something is: project files, licence texts, cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from roadworthy.inventory.model import FileComponent
from roadworthy.lint.licences.expression import read_expression
from roadworthy.lint.model import FileKind
from roadworthy.lint.ports import Repository, SourceFile

_FRONT_MATTER = re.compile(r"\A---\s*\n(?P<head>.{0,20000}?)\n---\s*(?:\n|\Z)", re.DOTALL)
_LICENSE_LINE = re.compile(r"(?m)^licen[sc]e:[ \t]*[\"']?(?P<licence>[^\n\"'#\[\]]{1,100}?)[\"']?[ \t]*$")
_CLASSIFIER = re.compile(r"License :: OSI Approved :: (?P<name>.+)$")
_CLASSIFIERS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
}
_TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AGPL-3.0", ("gnu affero general public license", "version 3, 19 november 2007")),
    ("LGPL-3.0", ("gnu lesser general public license", "version 3, 29 june 2007")),
    ("LGPL-2.1", ("gnu lesser general public license", "version 2.1, february 1999")),
    ("GPL-3.0", ("gnu general public license", "version 3, 29 june 2007")),
    ("GPL-2.0", ("gnu general public license", "version 2, june 1991")),
    ("MPL-2.0", ("mozilla public license version 2.0",)),
    ("Apache-2.0", ("apache license", "version 2.0, january 2004")),
    ("CC-BY-NC-ND-4.0", ("attribution-noncommercial-noderivatives 4.0 international",)),
    ("CC-BY-NC-SA-4.0", ("attribution-noncommercial-sharealike 4.0 international",)),
    ("CC-BY-NC-4.0", ("attribution-noncommercial 4.0 international",)),
    ("CC-BY-ND-4.0", ("attribution-noderivatives 4.0 international",)),
    ("CC-BY-SA-4.0", ("attribution-sharealike 4.0 international",)),
    ("CC-BY-4.0", ("attribution 4.0 international",)),
    ("CC0-1.0", ("cc0 1.0 universal",)),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",)),
    ("BSL-1.0", ("boost software license - version 1.0",)),
    ("ISC", ("permission to use, copy, modify, and/or distribute this software for any purpose",)),
    ("MIT", ("permission is hereby granted, free of charge", "without restriction")),
    ("BSD-3-Clause", ("redistribution and use in source and binary forms", "neither the name")),
    ("BSD-2-Clause", ("redistribution and use in source and binary forms",)),
)
"""Phrases that only this licence's text has, all of them; the first that fits counts."""

_HEAD = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """That something is under a licence, and where this is said."""

    licence: str
    path: str
    line: int = 1


def project_licence(file: SourceFile) -> Statement | None:
    """Return what a ``pyproject.toml`` or ``package.json`` says of the project's own licence."""
    name = file.path.rpartition("/")[2]
    parsed = file.parsed() if name in {"pyproject.toml", "package.json"} else None
    if parsed is None or not isinstance(parsed.data, Mapping):
        return None
    data: Mapping[str, object] = parsed.data
    path: tuple[str | int, ...] = ("license",)
    if name == "pyproject.toml":
        project = data.get("project")
        data, path = (project, ("project", "license")) if isinstance(project, Mapping) else ({}, path)
    said = data.get("license")
    if isinstance(said, Mapping):
        said = said.get("text") or said.get("type")
    if isinstance(said, str) and said.strip() and len(said) <= 100:
        return Statement(licence=said.strip(), path=file.path, line=parsed.line_of(path))
    return _from_classifiers(file, data)


def _from_classifiers(file: SourceFile, data: Mapping[str, object]) -> Statement | None:
    classifiers = data.get("classifiers")
    for one in classifiers if isinstance(classifiers, list) else ():
        found = _CLASSIFIER.match(one) if isinstance(one, str) else None
        if found is not None and found["name"] in _CLASSIFIERS:
            return Statement(licence=_CLASSIFIERS[found["name"]], path=file.path)
    return None


def licence_of_text(text: str) -> str:
    """Return whose text a licence file begins with, without ``-only`` or ``-or-later``; empty where it is not known.

    >>> licence_of_text("Permission is hereby granted, free of charge, to any person ... without restriction")
    'MIT'
    """
    plain = " ".join(text[:_HEAD].casefold().split())
    for licence, phrases in _TEXTS:
        if all(phrase in plain for phrase in phrases):
            return licence
    return ""


def licence_file(repository: Repository, folder: str) -> SourceFile | None:
    """Return the one licence text of a folder; None where there is none, or more than one to choose from."""
    start = f"{folder}/" if folder else ""
    found = [
        file
        for file in repository.of_kind(FileKind.LICENCE)
        if file.path.startswith(start)
        and "/" not in file.path[len(start) :]
        and file.path[len(start) :].casefold().startswith(("license", "licence", "copying"))
    ]
    return found[0] if len(found) == 1 else None


def whole_licence(repository: Repository) -> Statement | None:
    """Return the licence that the whole is under: of the manifest's application, else of the project at the root."""
    manifest = repository.manifest
    if manifest is not None:
        for index, one in enumerate(manifest.components):
            if isinstance(one, FileComponent) and one.type == "application" and one.licence:
                line = repository.manifest_line(("components", index))
                return Statement(licence=one.licence, path="roadworthy.yaml", line=line)
    for name in ("pyproject.toml", "package.json"):
        file = repository.files.get(name)
        statement = project_licence(file) if file is not None else None
        if statement is not None:
            return statement
    file = licence_file(repository, "")
    text = licence_of_text(file.text) if file is not None else ""
    return Statement(licence=text, path=file.path) if file is not None and text else None


def card_licence(file: SourceFile) -> Statement | None:
    """Return the licence in the front matter of a card, as model hubs read it."""
    found = _FRONT_MATTER.match(file.text)
    stated = _LICENSE_LINE.search(found["head"]) if found is not None else None
    if found is None or stated is None:
        return None
    line = found["head"].count("\n", 0, stated.start()) + 2
    return Statement(licence=stated["licence"].strip(), path=file.path, line=line)


def cards_of(repository: Repository, component: FileComponent) -> Iterator[SourceFile]:
    """Yield the cards in a component's folder."""
    path = (component.path or "").strip("/")
    folder = path if f"{path}/README.md" in repository.files else path.rpartition("/")[0]
    names = ("README.md", "MODEL_CARD.md", "model_card.md", "DATASET_CARD.md", "dataset_card.md", "card.md")
    for name in names if folder else names[1:]:
        file = repository.files.get(f"{folder}/{name}" if folder else name)
        if file is not None:
            yield file


def same_licence(first: str, second: str) -> bool:
    """Return whether two expressions name the same licences, ``-only`` and ``-or-later`` aside.

    >>> same_licence("gpl-3.0", "GPL-3.0-or-later"), same_licence("MIT", "ISC")
    (True, False)
    """
    return _bare(first) == _bare(second)


def _bare(text: str) -> frozenset[str]:
    named = read_expression(text).licences or (text.strip().casefold(),)
    return frozenset(one.casefold().removesuffix("-only").removesuffix("-or-later") for one in named)
