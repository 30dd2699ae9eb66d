"""What a look at a repository found: the input of a first manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.inventory.model_names import ModelName

DatasetRole = Literal["train", "finetune", "eval", "golden"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What the repository says about itself. None is not said."""

    __pydantic_config__: ClassVar = STRICT

    folder: str
    """Name of the root folder."""

    name: str | None = None
    version: str | None = None
    description: str | None = None
    licence: str | None = None
    """SPDX id."""

    owner: str | None = None
    """Who owns everything, by CODEOWNERS."""

    revision: str | None = None
    """Commit that is checked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundModel:
    """A model name and where it is written."""

    __pydantic_config__: ClassVar = STRICT

    model: ModelName
    places: tuple[str, ...]
    """``file:line``, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTool:
    """A tool that a model is offered."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    description: str
    arguments: dict[str, object]
    """JSON Schema of the arguments."""

    place: str
    """``file`` or ``file:line``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """An MCP server that is configured."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    uri: str
    version: str | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDataset:
    """A data file, or a folder of them."""

    __pydantic_config__: ClassVar = STRICT

    path: str
    role: DatasetRole | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that a look at a repository found; each tuple sorted."""

    __pydantic_config__: ClassVar = STRICT

    project: Project
    num_files: int
    """Files looked at, by name at least."""

    code: tuple[str, ...] = ()
    """Glob patterns of the application's files; empty when no code was found."""

    models: tuple[FoundModel, ...] = ()
    model_files: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    """Files, or folders of many."""

    prompt_constants: tuple[str, ...] = ()
    """``file:line NAME`` of prompts that are written into code."""

    tools: tuple[FoundTool, ...] = ()
    servers: tuple[FoundServer, ...] = ()
    datasets: tuple[FoundDataset, ...] = ()
    knowledge: tuple[str, ...] = ()
    """Folders of documents that are retrieved from."""

    indexes: tuple[str, ...] = ()
    """Files or folders of built retrieval indexes."""

    guards: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    """Glob patterns of evaluation tasks."""

    dependencies: tuple[str, ...] = ()
    """Names of packages that AI applications are built with."""

    languages: tuple[str, ...] = ()
    """BCP 47 tags of the prompts' languages."""

    notes: tuple[str, ...] = ()
    """What was not looked at, and why."""
