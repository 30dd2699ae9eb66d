"""Tells from names, and a little from content, which files of a repository are what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from roadworthy.adapters.repository.python_source import is_prompt_text
from roadworthy.inventory.findings import DatasetRole, FoundDataset

MAX_LISTED = 40
"""Prompts, model files, guards and datasets that become components of their own."""

MAX_PER_FOLDER = 3
"""Data files of one folder that become components of their own; more become one."""

_CODE_WORDS = """
    .py .js .mjs .cjs .ts .tsx .jsx .go .rs .java .kt .scala .rb .php .cs .swift
"""
_CODE = frozenset(_CODE_WORDS.split())
_CONFIG = frozenset([".yaml", ".yml", ".toml", ".json", ".ini", ".cfg", ".properties"])
MODEL_SUFFIXES = frozenset([".gguf", ".onnx", ".safetensors", ".pt", ".pth", ".tflite"])
DATA_SUFFIXES = frozenset([".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"])
_PROMPT = frozenset([".prompt", ".prompty"])
_PROMPT_IN_FOLDER_WORDS = """
    .txt .md .jinja .jinja2 .j2 .yaml .yml .json .mustache .hbs
"""
_PROMPT_IN_FOLDER = frozenset(_PROMPT_IN_FOLDER_WORDS.split())
_TEXT = frozenset([".txt", ".md", ".jinja", ".jinja2", ".j2"])
_DEPENDENCY_FILES = ("Dockerfile", "package.json", "package-lock.json", "pyproject.toml", "requirements.txt",
                     "requirements.lock", "poetry.lock", "uv.lock", "go.mod", "Cargo.toml")  # fmt: skip
_DATA_FOLDERS_WORDS = """
    data dataset datasets eval evals evaluation evaluations golden train training
"""
DATA_FOLDERS = frozenset(_DATA_FOLDERS_WORDS.split())
_KNOWLEDGE_FOLDERS_WORDS = """
    kb knowledge knowledge_base knowledge-base knowledgebase corpus rag_docs
"""
KNOWLEDGE_FOLDERS = frozenset(_KNOWLEDGE_FOLDERS_WORDS.split())
_INDEX_FOLDERS_WORDS = """
    chroma chroma_db chromadb faiss_index vectorstore vector_store qdrant_storage
"""
_INDEX_FOLDERS = frozenset(_INDEX_FOLDERS_WORDS.split())
_GUARD = re.compile(r"(?i)guardrails?|guard[_-]?polic(?:y|ies)|moderation|content[_-]?filter")
_NO_PROMPT = re.compile(r"(?i)(?:readme|contributing|changelog|licen[cs]e|notice|security|history)\b.*")
_TESTS = frozenset(["test", "tests", "__tests__", "spec", "specs", "testing"])
_ROLES: tuple[tuple[re.Pattern[str], DatasetRole], ...] = (
    (re.compile(r"(?i)golden"), "golden"),
    (re.compile(r"(?i)fine[_-]?tun"), "finetune"),
    (re.compile(r"(?i)(?:^|[/_.-])train"), "train"),
    (re.compile(r"(?i)(?:^|[/_.-])(?:evals?|evaluations?|tests?|bench(?:mark)?)(?:$|[/_.-])"), "eval"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Which files are what; each tuple sorted."""

    prompt_files: tuple[str, ...]
    prompts: tuple[str, ...]
    """The prompt files, or the folder of many."""

    model_files: tuple[str, ...]
    datasets: tuple[FoundDataset, ...]
    knowledge: tuple[str, ...]
    indexes: tuple[str, ...]
    guards: tuple[str, ...]
    tasks: tuple[str, ...]


def is_code(name: str) -> bool:
    """Return whether ``name`` is source code."""
    return PurePosixPath(name).suffix.lower() in _CODE


def is_config(name: str) -> bool:
    """Return whether ``name`` is configuration; the environment's own file, which holds secrets, is not."""
    base = PurePosixPath(name).name
    return PurePosixPath(name).suffix.lower() in _CONFIG or base in {".env.example", ".env.sample"}


def kinds_of(names: Sequence[str], *, read: Callable[[str], str], retrieves: bool) -> Kinds:
    """Tell what the files ``names`` are.

    Args:
        names: Relative names, sorted.
        read: Returns a file's text, or an empty text where it has none.
        retrieves: Whether the application depends on a retrieval engine; then a
            folder ``docs`` is what it retrieves from.
    """
    knowledge = _folders(names, KNOWLEDGE_FOLDERS | ({"docs"} if retrieves else set()))
    indexes = _folders(names, _INDEX_FOLDERS)
    indexes += [n for n in names if n.endswith((".faiss", ".ann", "chroma.sqlite3")) and not _below(n, indexes)]
    own = [n for n in names if not _below(n, [*knowledge, *indexes]) and not is_test(n)]
    guards = [n for n in own if is_guard(n)][:MAX_LISTED]
    prompts = [n for n in own if n not in guards and is_prompt(n, read)]
    return Kinds(
        prompt_files=tuple(prompts[:MAX_LISTED]),
        prompts=_grouped(prompts),
        model_files=tuple([n for n in own if PurePosixPath(n).suffix.lower() in MODEL_SUFFIXES][:MAX_LISTED]),
        datasets=_datasets(own),
        knowledge=tuple(sorted(knowledge)),
        indexes=tuple(sorted(indexes)),
        guards=tuple(guards),
        tasks=_tasks(own, read),
    )


def application_patterns(names: Iterable[str]) -> tuple[str, ...]:
    """Return glob patterns of the application: top folders with code, code at the root, dependencies."""
    patterns: set[str] = set()
    dependencies: set[str] = set()
    for name in names:
        top, _, below = name.partition("/")
        if not below and name in _DEPENDENCY_FILES:
            dependencies.add(name)
        elif is_code(name) and not is_test(name):
            patterns.add(f"{top}/**" if below else f"*{PurePosixPath(name).suffix}")
    return tuple(sorted(patterns | dependencies)) if patterns else ()


def is_test(name: str) -> bool:
    """Return whether ``name`` is a test or belongs to tests."""
    *folders, base = name.split("/")
    return any(part in _TESTS for part in folders) or base.startswith("test_") or ".test." in base or ".spec." in base


def _folders(names: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return the outermost folders whose own name is one of ``wanted``."""
    found: set[str] = set()
    for name in names:
        parts = name.split("/")[:-1]
        at = next((i for i, part in enumerate(parts) if part.lower() in wanted), None)
        if at is not None and not is_test(name):
            found.add("/".join(parts[: at + 1]))
    return sorted(found)


def _below(name: str, folders: Iterable[str]) -> bool:
    return any(name.startswith(f"{folder}/") for folder in folders)


def is_guard(name: str) -> bool:
    """Return whether ``name`` is a guard policy, told by its name alone."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in {".colang", ".co", ".rail"} or (suffix in _CONFIG and _GUARD.search(name) is not None)


def is_prompt(name: str, read: Callable[[str], str]) -> bool:
    """Return whether ``name`` is a prompt; ``read`` is asked for its text only where the name leaves it open."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if suffix in _PROMPT:
        return True
    if suffix not in _PROMPT_IN_FOLDER or _NO_PROMPT.fullmatch(path.name):
        return False
    if any(part.lower() in {"prompt", "prompts", "system_prompts"} for part in path.parts[:-1]):
        return True
    if suffix not in _TEXT:
        return False
    return "prompt" in path.stem.lower() or (suffix != ".md" and is_prompt_text(read(name)[:500]))


def _grouped(prompts: list[str]) -> tuple[str, ...]:
    """Return the prompts one by one, or, where they are many, their folders."""
    if len(prompts) <= MAX_LISTED:
        return tuple(prompts)
    folders = sorted({name.rpartition("/")[0] for name in prompts})
    outermost = [folder for folder in folders if folder and not _below(folder, folders)]
    alone = [name for name in prompts if "/" not in name]
    return tuple(sorted([*outermost, *alone])[:MAX_LISTED])


def _datasets(names: Iterable[str]) -> tuple[FoundDataset, ...]:
    by_folder: dict[str, list[str]] = {}
    for name in names:
        folder = name.rpartition("/")[0]
        in_place = any(part.lower() in DATA_FOLDERS for part in folder.split("/"))
        if in_place and PurePosixPath(name).suffix.lower() in DATA_SUFFIXES:
            by_folder.setdefault(folder, []).append(name)
    found: list[FoundDataset] = []
    for folder, files in sorted(by_folder.items()):
        paths = files if len(files) <= MAX_PER_FOLDER else [folder]
        found += [FoundDataset(path=path, role=_role(path)) for path in paths]
    return tuple(sorted(found, key=lambda data: data.path)[:MAX_LISTED])


def _role(path: str) -> DatasetRole | None:
    return next((role for pattern, role in _ROLES if pattern.search(path)), None)


def _tasks(names: Iterable[str], read: Callable[[str], str]) -> tuple[str, ...]:
    """Return patterns of evaluation tasks: YAML files that name the task schema."""
    found: set[str] = set()
    for name in names:
        if name.endswith((".yaml", ".yml")) and "roadworthy/task/v1" in read(name)[:2000]:
            folder, _, base = name.rpartition("/")
            pattern = f"*{PurePosixPath(base).suffix}"
            found.add(f"{folder}/{pattern}" if folder else base)
    return tuple(sorted(found))
