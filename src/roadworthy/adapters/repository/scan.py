"""Looks at a repository, within bounds, for what a first manifest can say without asking."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from roadworthy.adapters.repository import git, project_files
from roadworthy.adapters.repository.file_kinds import Kinds, application_patterns, is_code, is_config, kinds_of
from roadworthy.adapters.repository.folder_files import walk
from roadworthy.adapters.repository.python_source import read_python
from roadworthy.adapters.repository.tool_shapes import servers_in, tools_in
from roadworthy.adapters.yaml_source import read_yaml
from roadworthy.core.errors import ConfigError
from roadworthy.inventory.findings import Findings, FoundModel, FoundServer, FoundTool, Project
from roadworthy.inventory.languages import language_of
from roadworthy.inventory.model_names import ModelName, models_in

MAX_TOOLS = 200
MAX_PROMPT_CONSTANTS = 20
_SKIPPED_FOLDERS_WORDS = """
    .git .hg .svn .venv venv env node_modules vendor vendored third_party third-party
    bower_components dist build target site-packages __pycache__ coverage htmlcov
"""
SKIPPED_FOLDERS = frozenset(_SKIPPED_FOLDERS_WORDS.split())
"""Folders of foreign or built code."""

_MCP_FILES = (".mcp.json", "mcp.json", ".cursor/mcp.json", ".vscode/mcp.json", ".claude/mcp.json")
_CODEOWNERS = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_TOOL_HINT = re.compile(r"input_?[sS]chema|\"?parameters\"?\s*:")
_LOCKS = frozenset(["package-lock.json", "npm-shrinkwrap.json", "composer.lock", "pnpm-lock.yaml"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is looked at before giving up, so that a huge repository answers too."""

    max_files: int = 50_000
    """Names of files."""

    max_file_bytes: int = 512 * 1024
    """A larger file is known by its name alone."""

    max_bytes: int = 128 * 1024 * 1024
    """Of all files that are read."""

    max_seconds: float = 30.0


@dataclass(slots=True, kw_only=True)
class _Look:
    """One look at a repository: its reader, and what it has seen so far."""

    root: Path
    bounds: Bounds
    deadline: float
    bytes_read: int = 0
    notes: set[str] = field(default_factory=set)
    models: dict[ModelName, set[str]] = field(default_factory=dict)
    tools: dict[str, FoundTool] = field(default_factory=dict)
    prompt_constants: list[str] = field(default_factory=list)
    dependencies: set[str] = field(default_factory=set)

    def read(self, name: str) -> str:
        """Return a file's text; empty when it is no text, too big, a link, or the bounds are met."""
        place = self.root / name
        if self.bytes_read >= self.bounds.max_bytes or time.monotonic() > self.deadline:
            self.notes.add("the contents of some files, because the repository is large")
            return ""
        try:
            if place.is_symlink() or not place.is_file():
                return ""
            size = place.stat().st_size
            if size > self.bounds.max_file_bytes:
                return ""
            content = place.read_bytes()
        except OSError:
            return ""
        self.bytes_read += len(content)
        if b"\0" in content:
            return ""
        return content.decode("utf-8", "replace")


def scan(root: Path, *, bounds: Bounds | None = None) -> Findings:
    """Look at the repository in ``root``.

    Nothing is run, no link is followed, folders of foreign code and what git ignores
    (but for model files) are passed over, and ``.env`` files are never opened. What
    was too much is said in the findings' notes.

    Args:
        root: The repository's folder.
        bounds: How much is looked at.

    Raises:
        ConfigError: If ``root`` is no folder, or a git checkout that git cannot read.
    """
    if not root.is_dir():
        raise ConfigError(f"{str(root)!r} is not a folder", where=str(root), fix="name the repository's folder")
    bounds = bounds or Bounds()
    look = _Look(root=root, bounds=bounds, deadline=time.monotonic() + bounds.max_seconds)
    names = _names(look)
    project = _project(look, frozenset(names))
    for name in names:
        _read_source(look, name)
    kinds = kinds_of(names, read=look.read, retrieves=bool(look.dependencies & project_files.RETRIEVAL_PACKAGES))
    return _findings(look, names, project, kinds)


def _findings(look: _Look, names: list[str], project: Project, kinds: Kinds) -> Findings:
    languages = {language_of(look.read(name)) for name in kinds.prompt_files}
    found = [FoundModel(model=m, places=tuple(sorted(p))) for m, p in sorted(look.models.items())]
    return Findings(
        project=project,
        num_files=len(names),
        code=application_patterns(names),
        models=tuple(found),
        model_files=kinds.model_files,
        prompts=kinds.prompts,
        prompt_constants=tuple(look.prompt_constants[:MAX_PROMPT_CONSTANTS]),
        tools=tuple(look.tools[name] for name in sorted(look.tools)),
        servers=_servers(look),
        datasets=kinds.datasets,
        knowledge=kinds.knowledge,
        indexes=kinds.indexes,
        guards=kinds.guards,
        tasks=kinds.tasks,
        dependencies=tuple(sorted(look.dependencies)),
        languages=tuple(sorted(tag for tag in languages if tag)),
        notes=tuple(sorted(look.notes)),
    )


def _names(look: _Look) -> list[str]:
    listed = git.tracked_files(look.root)
    known = None if listed is None else frozenset(listed)
    names: list[str] = []
    for name in walk(look.root, enter=_is_own):
        if known is not None and name not in known and not name.lower().endswith((".gguf", ".onnx", ".safetensors")):
            continue
        if len(names) >= look.bounds.max_files or time.monotonic() > look.deadline:
            look.notes.add(f"files after the first {len(names)}")
            break
        if name not in {"roadworthy.yaml", ".gitignore"}:
            names.append(name)
    return sorted(names)


def _is_own(folder: Path) -> bool:
    name = folder.name
    foreign = name in SKIPPED_FOLDERS or name.startswith(".") or name.endswith(".egg-info")
    return not foreign and not (folder / "pyvenv.cfg").exists()


def _project(look: _Look, names: frozenset[str]) -> Project:
    def text(name: str) -> str:
        return look.read(name) if name in names else ""

    python = project_files.pyproject_in(text("pyproject.toml"))
    node = project_files.package_json_in(text("package.json"))
    used = {*project_files.dependencies_of_pyproject(python), *project_files.dependencies_of_package(node)}
    for name in sorted(names):
        if re.fullmatch(r"(?:[^/]+/)?requirements[\w.-]*\.txt", name):
            used.update(project_files.requirements_in(text(name)))
    look.dependencies = used & project_files.AI_PACKAGES
    licences = (project_files.licence_in(text(n)) for n in ("LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING"))
    owners = (project_files.owner_in(look.read(name)) for name in _CODEOWNERS)

    def said(name: str) -> str | None:
        return project_files.text_of(python, name) or project_files.text_of(node, name)

    return Project(
        folder=look.root.resolve().name or "system",
        name=said("name"),
        version=said("version"),
        description=said("description"),
        licence=said("license") or next(filter(None, licences), None),
        owner=next(filter(None, owners), None),
        revision=git.head(look.root),
    )


def _read_source(look: _Look, name: str) -> None:
    """Look into one file for model names, tools and prompts in code."""
    base = PurePosixPath(name).name
    if base in _LOCKS or not (is_code(name) or is_config(name)) or len(look.tools) >= MAX_TOOLS:
        return
    text = look.read(name)
    for number, line in enumerate(text.splitlines(), start=1):
        for model in models_in(line[:2000]):
            look.models.setdefault(model, set()).add(f"{name}:{number}")
    tools: tuple[FoundTool, ...] = ()
    if name.endswith(".py"):
        found = read_python(text, place=name)
        look.prompt_constants += [f"{name}:{prompt}" for prompt in found.prompts if not _is_test(name)]
        tools = found.tools
    elif _TOOL_HINT.search(text):
        tools = tuple(tools_in(_data(look, name, text), place=name))
    for tool in tools if not _is_test(name) else ():
        look.tools.setdefault(tool.name, tool)


def _is_test(name: str) -> bool:
    return any(part in {"test", "tests", "__tests__"} or part.startswith("test_") for part in name.split("/"))


def _data(look: _Look, name: str, text: str) -> object:
    try:
        if name.endswith(".json"):
            return json.loads(text)
        if name.endswith((".yaml", ".yml")):
            return read_yaml(look.root / name, error=ConfigError).data
    except (ValueError, RecursionError, ConfigError):
        return None
    return None


def _servers(look: _Look) -> tuple[FoundServer, ...]:
    found: dict[str, FoundServer] = {}
    for name in _MCP_FILES:
        text = look.read(name)
        for server in servers_in(_data(look, name, text), place=name) if text else ():
            found.setdefault(server.name, server)
    return tuple(found[name] for name in sorted(found))
