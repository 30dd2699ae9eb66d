"""Tells what a file is: by its name and folder, by the manifest, and where these leave it open by a little content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from roadworthy.adapters.repository.file_kinds import (
    DATA_FOLDERS,
    DATA_SUFFIXES,
    KNOWLEDGE_FOLDERS,
    MODEL_SUFFIXES,
    is_code,
    is_config,
    is_guard,
    is_prompt,
    is_test,
)
from roadworthy.inventory.model import FileComponent, Manifest
from roadworthy.lint.model import FileKind
from roadworthy.lint.prompts.elsewhere import may_hold
from roadworthy.lint.prompts.texts import may_hold_prompts
from roadworthy.sensitive.pattern import compiled

PEEKED_CHARACTERS = 64 * 1024
"""Of a file whose name leaves open what it is."""

_WEIGHTS_WORDS = """
    .ckpt .pkl .pickle .joblib .dill .h5 .hdf5 .keras .npz .npy .pb .mlmodel .nemo .mar .skops
"""
WEIGHTS = MODEL_SUFFIXES | frozenset(_WEIGHTS_WORDS.split())
_RAW_WEIGHTS = re.compile(
    r"(?i)(?:^|/)(?:models?|weights|checkpoints?)/[^/]*\.bin$|(?:model|weights|adapter)[^/]*\.bin$"
)
_SCRIPTS = frozenset([".sh", ".bash", ".zsh", ".ps1", ".bat", ".sql", ".ipynb", ".vue", ".svelte", ".lua", ".r", ".tf"])
_FOR_AGENTS = re.compile(
    r"(?i)(?:agents|claude|gemini|qwen|copilot-instructions)\.md|\.(?:cursor|windsurf|cline)rules|[\w.-]+\.mdc"
)
"""What coding agents read before anything else: as good as a prompt."""

_MAY_HOLD_PROMPTS = frozenset([FileKind.SCRIPT, FileKind.AGENTS, FileKind.GUARD, FileKind.RETRIEVAL, FileKind.TOOLS])
_DOCUMENTS = frozenset([".md", ".txt", ".html", ".htm", ".rst", ".adoc", ".xml", ".csv"])
_MCP = frozenset(
    [
        ".mcp.json",
        "mcp.json",
        "mcp_config.json",
        "mcp-config.json",
        "mcp_settings.json",
        "cline_mcp_settings.json",
        "claude_desktop_config.json",
        "mcp.yaml",
        "mcp.yml",
    ]
)
_DEPENDENCIES = re.compile(
    r"(?i)(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?"
    r"|(?:poetry|uv|pdm|Cargo|yarn|composer|Gemfile)\.lock|package(?:-lock)?\.json|npm-shrinkwrap\.json"
    r"|pnpm-lock\.yaml|go\.(?:mod|sum)|Cargo\.toml|Gemfile|environment\.ya?ml|conda[\w.-]*\.ya?ml"
    r"|Dockerfile(?:\.[\w.-]+)?|[\w.-]+\.dockerfile|Containerfile|(?:docker-)?compose[\w.-]*\.ya?ml|pip\.conf|\.npmrc"
)
_WORKFLOW = re.compile(r"(?:^|/)\.github/(?:workflows|actions)/.+\.ya?ml$|(?:^|/)\.gitlab-ci\.yml$")
_LICENCE = re.compile(r"(?i)(?:licen[cs]e|copying|notice|unlicense)(?:[.-][\w.-]+)?")
_ENVIRONMENT = re.compile(
    r"(?i)\.env(?:\..+)?|[\w.-]+\.env|\.envrc|\.netrc|\.pypirc|\.pgpass|credentials|secrets\.(?:toml|ya?ml|json|env)"
)
_KEY_FILE = re.compile(r"(?i)id_[\w-]+|[\w.-]+\.(?:pem|key|ppk|p8|keystore)")
_DATA_DOCUMENT = re.compile(
    r"(?i)(?:data[_-]?sheets?|data[_-]?cards?|dataset[_-]?(?:cards?|infos?|description|metadata)|model[_-]?cards?"
    r"|croissant|[\w.-]+\.croissant)(?:[\w.-]*)\.(?:md|json|ya?ml|rst|txt)"
)
_AGENTS = re.compile(r"(?i)(?:^|[/_.-])(?:agents?|crews?|langgraph|agent[_-]?graph|multi[_-]?agent)(?:$|[/_.-])")
_RETRIEVAL = re.compile(
    r"(?i)(?:^|[/_.-])(?:rag|retriev(?:al|er)|vector[_-]?(?:store|db|index)|qdrant|chroma|weaviate|pinecone)(?:$|[/_.-])"
)
_TOOLS = re.compile(r"(?i)(?:^|[/_.-])(?:tools?|functions|openapi)(?:[_.-]|$)")
_SAYS_TOOLS = r'(?m)input_?[sS]chema["\']?\s*:|"parameters"\s*:\s*\{|^[ \t]*parameters:[ \t]*$'
_SAYS_MCP = r'["\']?mcp_?[sS]ervers["\']?\s*:'
_SAYS_AGENTS = r'(?m)^[ \t]*["\']?(?:agents?|sub_?agents|max_iterations|max_turns|recursion_limit|max_steps)["\']?\s*:'
_SAYS_RETRIEVAL = (
    r'(?m)^[ \t]*["\']?(?:top_?k|similarity_top_k|vector_?store|vector_?db|retriev(?:er|al)|collection_name'
    r"|num_passages)"
    r'["\']?\s*:'
)
_SAYS_GUARD = (
    r'(?m)^[ \t]*["\']?(?:guardrails?|rails|guards?)["\']?\s*:|^["\']?schema["\']?:[ \t]*["\']?roadworthy/guard-policy/'
)
_OF_COMPONENT = {
    "prompt": FileKind.PROMPT,
    "dataset": FileKind.DATASET,
    "index": FileKind.KNOWLEDGE,
    "guard_policy": FileKind.GUARD,
    "model": FileKind.MODEL,
    "adapter": FileKind.MODEL,
}
_KEPT_IN_TESTS = frozenset([FileKind.ENVIRONMENT, FileKind.MODEL])


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """What a file is, and how surely."""

    kinds: frozenset[FileKind]
    is_sure: bool
    """Whether name or manifest say so, so that content which does not read is a fault of the file."""


def kinds_of_file(path: str, *, component: FileComponent | None, peek: Callable[[int | None], str]) -> Kinds:
    """Tell what the file at ``path`` is.

    Args:
        path: Relative, POSIX.
        component: The manifest's component that it belongs to, where there is one.
        peek: Returns the beginning of its text of so many characters, None being all of it; called only where the
            name leaves open what it is, and of Python, which may hold prompts.

    >>> sorted(kinds_of_file("app/prompts/answer.txt", component=None, peek=lambda _: "").kinds)
    [<FileKind.PROMPT: 'prompt'>]
    """
    named = set(_by_name(path))
    declared = _OF_COMPONENT.get(component.type) if component is not None else None
    if declared is not None and not (named & {FileKind.PYTHON, FileKind.SCRIPT, FileKind.LICENCE}):
        is_knowledge = component is not None and component.role == "rag"
        return _sure({declared, *({FileKind.KNOWLEDGE} if is_knowledge else ()), *(named & _KEPT_IN_TESTS)})
    if is_test(path):
        return _sure({FileKind.TEST, *(named & _KEPT_IN_TESTS)})
    if FileKind.PYTHON in named and may_hold_prompts(peek(None)):
        named.add(FileKind.PROMPT)
    if named & _MAY_HOLD_PROMPTS and not path.endswith(".ipynb") and may_hold(peek(PEEKED_CHARACTERS)):
        named.add(FileKind.PROMPT)
    if named:
        return _sure(named)
    if is_prompt(path, lambda _: peek(PEEKED_CHARACTERS)):
        return _sure({FileKind.PROMPT})
    if is_config(path):
        text = peek(PEEKED_CHARACTERS)
        said = set(_by_content(text))
        held = {FileKind.PROMPT} if may_hold(text) else set()
        return Kinds(kinds=frozenset((said or {FileKind.CONFIG}) | held), is_sure=not said)
    return _sure({FileKind.OTHER})


def manifest_component(path: str, manifest: Manifest | None, *, key: str) -> FileComponent | None:
    """Return the component ``key`` of the manifest, where it is one of files."""
    parts = manifest.components if manifest is not None and key else ()
    return next((one for one in parts if one.key == key and isinstance(one, FileComponent)), None)


def _sure(kinds: Iterable[FileKind]) -> Kinds:
    return Kinds(kinds=frozenset(kinds), is_sure=True)


def _by_name(path: str) -> list[FileKind]:
    """Return what the name and the folders alone say; empty where they leave it open."""
    pure = PurePosixPath(path)
    base, suffix, folders = pure.name, pure.suffix.lower(), {part.lower() for part in pure.parts[:-1]}
    if path == "roadworthy.yaml":
        return [FileKind.MANIFEST]
    found: list[FileKind] = []
    if _FOR_AGENTS.fullmatch(base):
        found.append(FileKind.PROMPT)
    if _KEY_FILE.fullmatch(base) or (_ENVIRONMENT.fullmatch(base) and suffix not in {".py", ".md"}):
        found.append(FileKind.ENVIRONMENT)
    if base in _MCP:
        found.append(FileKind.MCP)
    if _DEPENDENCIES.fullmatch(base) or _WORKFLOW.search(path):
        found.append(FileKind.DEPENDENCIES)
    if _LICENCE.fullmatch(base) and not is_code(path):
        found.append(FileKind.LICENCE)
    if suffix in WEIGHTS or _RAW_WEIGHTS.search(path):
        found.append(FileKind.MODEL)
    if suffix == ".py":
        found.append(FileKind.PYTHON)
    elif is_code(path) or suffix in _SCRIPTS:
        found.append(FileKind.SCRIPT)
    return found or _by_place(path, base, suffix, folders)


def _by_place(path: str, base: str, suffix: str, folders: set[str]) -> list[FileKind]:
    """Return what a file is that is neither source nor project file, by name and folder."""
    found: list[FileKind] = []
    if _DATA_DOCUMENT.fullmatch(base) or (base.lower() == "readme.md" and folders & DATA_FOLDERS):
        found.append(FileKind.DATA_DOCUMENT)
    elif folders & KNOWLEDGE_FOLDERS and suffix in _DOCUMENTS | DATA_SUFFIXES:
        found.append(FileKind.KNOWLEDGE)
    elif suffix in DATA_SUFFIXES and (folders & DATA_FOLDERS or suffix in {".jsonl", ".parquet"}):
        found.append(FileKind.DATASET)
    elif is_guard(path):
        found.append(FileKind.GUARD)
    elif is_config(path) and not is_prompt(path, lambda _: ""):
        if _AGENTS.search(path):
            found.append(FileKind.AGENTS)
        if _RETRIEVAL.search(path):
            found.append(FileKind.RETRIEVAL)
        if _TOOLS.search(base):
            found.append(FileKind.TOOLS)
    return found


def _by_content(text: str) -> list[FileKind]:
    asked = (
        (_SAYS_MCP, FileKind.MCP),
        (_SAYS_TOOLS, FileKind.TOOLS),
        (_SAYS_AGENTS, FileKind.AGENTS),
        (_SAYS_RETRIEVAL, FileKind.RETRIEVAL),
        (_SAYS_GUARD, FileKind.GUARD),
    )
    return [kind for shape, kind in asked if compiled(shape).search(text)]
