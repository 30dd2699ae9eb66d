"""Seeded faults: mistakes that a pack's controls claim to catch, planted to see whether they do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetField:
    """Sets, adds or removes a field of the manifest: what a hurried edit of ``roadworthy.yaml`` does."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["set_field"] = "set_field"
    at: str
    """``system.owner``; or ``components[type=tool].scopes``, the first that matches, or ``[*type=tool]``, all."""

    value: Any = None
    """The new value; with ``remove`` nothing."""

    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComponent:
    """Adds a component to the manifest, with its file where it has one."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["add_component"] = "add_component"
    component: dict[str, Any]
    used_by: str = ""
    """Type of the component that uses it, e.g. ``agent``; empty: nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteFile:
    """Writes a file anew or over another."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["write_file"] = "write_file"
    path: str
    """Relative to the manifest; or ``component:TYPE`` for the first file of the first component of a type."""

    content: str
    mode: Literal["replace", "append", "prepend"] = "replace"
    encoding: Literal["text", "base64"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoilEvidence:
    """Spoils evidence that the release rests on."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["spoil_evidence"] = "spoil_evidence"
    type: str
    """Of the evidence, e.g. ``document:runbook`` or ``eval:injection_direct``."""

    how: Literal["remove", "expire", "post_date", "forge", "other_release", "refute", "unsigned", "regress", "shrink"]
    """``forge``: changed after it was signed. ``regress``: the rate is worse. ``shrink``: too few samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressTarget:
    """Lets the system answer worse, and asks it again with the release's own tasks and graders."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["regress_target"] = "regress_target"
    category: str
    """Of the tasks that are asked."""

    answer: str
    """What it answers now, whatever it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoosenPolicy:
    """Weakens the policy that binds the release after evidence was made for it."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["loosen_policy"] = "loosen_policy"
    rule: str
    field: str
    value: Any


Edit: TypeAlias = Annotated[
    SetField | AddComponent | WriteFile | SpoilEvidence | RegressTarget | LoosenPolicy, TaggedBy("kind")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake, how it is planted, and which rules must notice it.

    Raises:
        ValueError: If the id is malformed, nothing is planted, or no rule is named.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """Short name, unique in its pack, e.g. ``tool-scope-wildcard``."""

    title: str
    """What somebody did, in a few words."""

    harm: str
    """What comes of it when nobody notices, in one sentence."""

    caught_by: tuple[str, ...]
    """Rules, ``pack/name``, that are meant to catch it: each of those in force must stop being met."""

    plant: tuple[Edit, ...]
    needs: str = ""
    """CEL on the facts of the clean system; where it does not hold, the fault has no place. Empty: always."""

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None:
            raise ValueError(f"fault id must look like 'tool-scope-wildcard', got {self.id!r}")
        if not self.caught_by:
            raise ValueError(f"fault {self.id} names no rule that is meant to catch it")
        if not self.plant:
            raise ValueError(f"fault {self.id} plants nothing")
