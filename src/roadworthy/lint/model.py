"""Lint rules, findings and suppressions as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy

_RULE_ID = re.compile(r"[a-z][a-z-]*/[a-z0-9][a-z0-9-]*")


class Area(StrEnum):
    """What a lint rule looks after; the first part of its id."""

    PROMPT = "prompt"
    TOOL = "tool"
    MCP = "mcp"
    AGENT = "agent"
    RETRIEVAL = "retrieval"
    GUARD = "guard"
    MODEL = "model"
    DATASET = "dataset"
    DEPENDENCY = "dependency"
    LICENCE = "licence"
    LOGGING = "logging"
    SECRET = "secret"  # an area's name, not a value
    SUPPRESSION = "suppression"
    """What is wrong with a suppression itself; the engine finds it, no rule file names it."""


class FileKind(StrEnum):
    """What a file is. A file may be several things at once."""

    MANIFEST = "manifest"
    """``roadworthy.yaml``."""

    PROMPT = "prompt"
    """Text that is put before a model: a prompt file, one that the manifest names as such, or Python with prompts."""

    TOOLS = "tools"
    """JSON or YAML that may define tools, in the shapes of providers' APIs or of MCP."""

    MCP = "mcp"
    """Which MCP servers are started or called."""

    AGENTS = "agents"
    """An agent or a graph of agents as data."""

    RETRIEVAL = "retrieval"
    """Configuration of retrieval: index, filter, number of passages."""

    GUARD = "guard"
    """A guard policy."""

    MODEL = "model"
    """Weights."""

    DATASET = "dataset"
    """Rows."""

    DATA_DOCUMENT = "data_document"
    """What is said about data: a datasheet, a Croissant file, a card."""

    KNOWLEDGE = "knowledge"
    """Documents that are retrieved from."""

    DEPENDENCIES = "dependencies"
    """A requirements, project or lock file."""

    LICENCE = "licence"
    """A licence text."""

    PYTHON = "python"
    """Python source."""

    SCRIPT = "script"
    """Source in another language."""

    CONFIG = "config"
    """YAML, TOML, JSON or INI that is none of the above."""

    ENVIRONMENT = "environment"
    """``.env`` and its kin."""

    TEST = "test"
    """Code, prompts and data of tests, which are none of the kinds above but for environment and model files."""

    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Found where one of the patterns matches a line and none of ``unless`` does."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["pattern"] = "pattern"
    patterns: tuple[str, ...]
    """RE2, matched line by line, case as written; ``(?i)`` to ignore it."""

    unless: tuple[str, ...] = ()
    """RE2; a line that one of these matches is passed over."""

    subject: str = ""
    """Name of the group that is named in the finding; empty: nothing is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Found where a file says nothing that one of the patterns matches."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["absent"] = "absent"
    patterns: tuple[str, ...]
    """RE2 over the whole text, any of which satisfies the rule."""

    when: tuple[str, ...] = ()
    """RE2; the rule asks only of files that one of these matches. Empty: of all of its kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Found by a detector in code."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["detector"] = "detector"
    name: str
    """One of `roadworthy.lint.detectors.DETECTORS`."""

    parameters: dict[str, Any] = field(default_factory=dict)
    when: tuple[str, ...] = ()
    """RE2 over the whole text, as cheap as `Pattern`: a detector of single files is called only for those that one of
    these matches. Empty: for all of the rule's kinds, whose text is then not read for it."""


Detection: TypeAlias = Annotated[Pattern | Absent | Named, TaggedBy("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the rule serves, by the identifier of whoever wrote it."""

    __pydantic_config__: ClassVar = STRICT

    framework: str
    """One of `roadworthy.policy.frameworks.known.FRAMEWORKS`, or ``cwe``."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small repository and whether the rule finds something in it."""

    __pydantic_config__: ClassVar = STRICT

    note: str
    files: dict[str, str]
    """Text by relative path. ``base64:`` before a text says that the rest is bytes in base64; a text whose secrets must
    not lie in this file joins pieces with ``{+}``, which is removed."""

    finds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRule:
    """One thing that must not be found.

    Raises:
        ValueError: If the id is malformed or not of its area, or an example of either kind is missing: a rule
            that was never seen to fire, or to be silent, is not one.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``area/name``."""

    area: Area
    severity: Severity
    title: str
    """What is found, in a few words."""

    why: str
    """What goes wrong, in one sentence."""

    fix: str
    """What to do, in one imperative sentence."""

    kinds: tuple[FileKind, ...]
    """Files that are looked at."""

    detect: Detection
    examples: tuple[Example, ...]
    references: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        if _RULE_ID.fullmatch(self.id) is None or not self.id.startswith(f"{self.area}/"):
            raise ValueError(f"lint rule id must look like '{self.area}/name', got {self.id!r}")
        if {example.finds for example in self.examples} != {True, False}:
            raise ValueError(f"lint rule {self.id} needs an example that it finds and one that it leaves alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a detector found something, before the rule's words are put to it."""

    line: int = 1
    """From 1."""

    column: int = 1
    """From 1, in characters."""

    said: str = ""
    """What exactly, e.g. ``tool 'refund' takes any amount``; never a secret or personal data. Empty: the title."""

    subject: str = ""
    """What it is about, for the fingerprint: a name that stays when lines move, e.g. ``refund.amount``."""

    path: str = ""
    """The file, where it is another than the one that was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why a finding is let be, and until when."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    reason: str
    until: date
    """Last day on which it holds."""

    path: str
    """File or glob that it is for."""

    place: str
    """Where it is written, ``file:line``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where, and what to do."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    area: Area
    severity: Severity
    path: str
    line: int
    column: int
    said: str
    """What is wrong, in one sentence without a full stop."""

    fix: str
    references: tuple[Reference, ...]
    fingerprint: str
    """Stays the same when lines move: over rule, path and subject."""

    component: str = ""
    """Key of the manifest's component that the file belongs to; empty where none does."""

    suppressed: Suppression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """What a look at a repository found."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/lint-report/v1"] = "roadworthy/lint-report/v1"
    files: int
    """Files that were looked at, by name at least."""

    rules: tuple[str, ...]
    """Ids of the rules that were asked."""

    findings: tuple[Finding, ...]
    """Those in force, heaviest first, then by place."""

    suppressed: tuple[Finding, ...] = ()
    excluded: tuple[str, ...] = ()
    """Files that the settings leave out, each with the reason."""

    unread: tuple[str, ...] = ()
    """Files that a rule should have read and could not, each with the reason: *we do not know*, not *clean*."""
