"""What a Python project says that it needs, from each of the files in which it may say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from roadworthy.lint.ports import SourceFile

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_REQUIREMENTS = re.compile(r"(?i)(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock)")
_DEVELOPMENT = re.compile(r"(?i)dev|test|doc|lint|build|ci\b|constraints|example|bench")
_GIT = re.compile(r"(?:git|hg|svn|bzr)\+[^\s\"';]+")
_COMMIT = re.compile(r"@[0-9a-f]{7,64}(?:$|[#?&\s])")
_LOCKS = frozenset({
    "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.lock", "conda-lock.yml",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One package that is asked for."""

    name: str
    """Canonical."""

    line: int
    specifier: str = ""
    """Such as ``>=2,<3``; empty where any version will do."""

    url: str = ""
    """Where it is fetched from, if it is not an index."""

    hashed: bool = False

    @property
    def is_pinned(self) -> bool:
        """Whether one version alone will do."""
        return bool(self.url) or (self.specifier.startswith(("==", "===")) and "*" not in self.specifier)


def name_of(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def is_requirements(path: str) -> bool:
    """Return whether a file is one that pip installs from."""
    return _REQUIREMENTS.fullmatch(name_of(path)) is not None


def is_for_development(path: str) -> bool:
    """Return whether a requirements file is, by its name or folder, not what runs in production."""
    return _DEVELOPMENT.search(name_of(path).removeprefix("requirements")) is not None or "/docs/" in f"/{path}"


def is_lock(path: str) -> bool:
    """Return whether a file fixes every package of a Python project."""
    return name_of(path) in _LOCKS


def needs_of(file: SourceFile) -> Iterator[Need]:
    """Yield what a requirements file or a ``pyproject.toml`` asks for; what does not read is passed over."""
    if is_requirements(file.path):
        yield from _of_requirements(file.text)
    elif name_of(file.path) == "pyproject.toml":
        yield from _of_project(file)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the lines of a requirements file with their number, continued ones joined, without comments.

    >>> list(logical_lines("a==1 \\\n  --hash=x\n# no\nb"))
    [(1, 'a==1    --hash=x'), (4, 'b')]
    """
    number, pending, start = 0, "", 1
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            start = number
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        whole = _COMMENT.sub("", pending + line).strip()
        pending = ""
        if whole:
            yield start, whole


def _of_requirements(text: str) -> Iterator[Need]:
    for number, line in logical_lines(text):
        stated, _, options = line.partition(" --")
        if line.startswith("-"):
            editable = re.match(r"(?:-e|--editable)[ =]\s*(\S+)", line)
            if editable is not None and (url := _GIT.match(editable[1])):
                yield Need(name=_egg(editable[1]), line=number, url=url.group(0))
            continue
        if _GIT.match(stated):
            yield Need(name=_egg(stated), line=number, url=stated)
            continue
        need = _need(stated, line=number, hashed="hash=" in options)
        if need is not None:
            yield need


def _of_project(file: SourceFile) -> Iterator[Need]:
    parsed = file.parsed()
    if parsed is None or not isinstance(parsed.data, Mapping):
        return
    lines = file.text.split("\n")
    for stated in _stated(parsed.data):
        need = _need(stated, line=_line_of(lines, stated))
        if need is not None:
            yield need


def _stated(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the requirements of a project, as they are written."""
    project = data.get("project")
    if isinstance(project, Mapping):
        yield from _texts(project.get("dependencies"))
        extras = project.get("optional-dependencies")
        for group in extras.values() if isinstance(extras, Mapping) else ():
            yield from _texts(group)
    groups = data.get("dependency-groups")
    for group in groups.values() if isinstance(groups, Mapping) else ():
        yield from _texts(group)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _line_of(lines: list[str], stated: str) -> int:
    return next((number for number, line in enumerate(lines, start=1) if stated in line), 1)


def _need(stated: str, *, line: int, hashed: bool = False) -> Need | None:
    try:
        read = Requirement(stated)
    except InvalidRequirement:
        return None
    return Need(
        name=canonicalize_name(read.name), line=line, specifier=str(read.specifier), url=read.url or "", hashed=hashed
    )


def _egg(url: str) -> str:
    named = re.search(r"[#&]egg=([\w.-]+)", url)
    last = (
        url.split("#", maxsplit=1)[0].split("@")[1 if url.startswith("git+ssh") else 0].rstrip("/").rpartition("/")[2]
    )
    return canonicalize_name(named[1] if named else last.removesuffix(".git") or "package")


def is_moving(url: str) -> bool:
    """Return whether what lies at an address of version control can change: it names no commit.

    >>> is_moving("git+https://host.test/a/b@main"), is_moving("git+https://host.test/a/b@" + "0" * 40)
    (True, False)
    """
    return _GIT.match(url) is not None and _COMMIT.search(url) is None
