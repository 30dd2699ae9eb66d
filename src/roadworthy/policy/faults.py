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
    """``system.owner``; or ``components[type=tool].scopes``, the first that matches, or ``[*type=tool]``, all.

    Several conditions are joined by ``&``; ``!=`` asks for the opposite. A field that is a list matches where it holds
    the value: ``components[type=tool&side_effects=pay].limits``. Nothing that matches: the fault has no place."""

    value: Any = None
    """The new value; with ``remove`` nothing."""

    remove: bool = False
    """Take it out instead; of ``components[…]`` without a field the whole component, and every use of it."""

    unless_stated: bool = False
    """Leave a field as it is that is stated already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComponent:
    """Adds a component to the manifest, with its file where it has one."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["add_component"] = "add_component"
    component: dict[str, Any]
    used_by: str = ""
    """Type of the components that use it, e.g. ``agent``; empty: nobody."""

    def __post_init__(self) -> None:
        lacking = [name for name in ("type", "key") if not isinstance(self.component.get(name), str)]
        if lacking:
            raise ValueError(f"a component that is added needs a `{lacking[0]}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteFile:
    """Writes a file anew or over another."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["write_file"] = "write_file"
    path: str
    """Relative to the manifest; ``component:TYPE`` for the first file of the first component of a type that is there;
    or ``document:NAME`` for a governance document."""

    content: str
    """``{+}`` joins pieces of a text that must not lie in the pack as it is, such as a key, and is removed."""

    mode: Literal["replace", "append", "prepend"] = "replace"
    encoding: Literal["text", "base64"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFile:
    """Deletes a file."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["remove_file"] = "remove_file"
    path: str
    """As for `WriteFile`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseRevision:
    """Takes the code out of version control."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["lose_revision"] = "lose_revision"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTask:
    """Changes what an evaluation asks or how it is graded, after it was run."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["edit_task"] = "edit_task"
    category: str
    """Of the tasks that are changed."""

    how: Literal["drop_samples", "change_samples", "exchange_graders", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoilAssessment:
    """Spoils the risk assessment that gave the tier."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["spoil_assessment"] = "spoil_assessment"
    how: Literal["remove", "expire", "outdate"]
    """``outdate``: what the manifest states changes, and nobody assesses the risk again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoilEvidence:
    """Spoils evidence that the release rests on."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["spoil_evidence"] = "spoil_evidence"
    type: str
    """Of the evidence, e.g. ``document:runbook`` or ``eval:injection_direct``."""

    how: Literal[
        "remove", "expire", "post_date", "forge", "other_release", "other_policy", "refute", "unsigned", "regress",
        "shrink",
    ]  # fmt: skip
    """``forge``: changed after it was signed. ``regress``: the rate is worse. ``shrink``: too few samples.
    ``other_policy``: a proof tried other controls than those in force."""

    rate: float = 0.5
    """For ``regress``: the failure rate, a fraction in (0, 1]."""

    def __post_init__(self) -> None:
        if not 0.0 < self.rate <= 1.0:
            raise ValueError(f"`rate` must be in (0, 1], got {self.rate}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressTarget:
    """Lets the system answer worse, and asks it again with the release's own tasks and graders."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["regress_target"] = "regress_target"
    category: str
    """Of the tasks that are asked."""

    answer: str
    """What it answers now, whatever it is asked. ``{forbidden}`` stands for what a sample forbids, ``{number}`` for the
    sample's number; ``{+}`` is as in `WriteFile`."""

    calls_forbidden: bool = False
    """Whether it also calls the tools that a sample forbids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoosenPolicy:
    """Weakens the policy that binds the release after evidence was made for it."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["loosen_policy"] = "loosen_policy"
    rule: str
    """Its id, or a pattern such as ``base/eval-injection-direct-*`` for one of each tier."""

    field: str
    """``threshold``, ``severity`` and so on, as in the pack's file."""

    value: Any


Edit: TypeAlias = Annotated[
    SetField
    | AddComponent
    | WriteFile
    | RemoveFile
    | LoseRevision
    | EditTask
    | SpoilAssessment
    | SpoilEvidence
    | RegressTarget
    | LoosenPolicy,
    TaggedBy("kind"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What is put right in the copy where the system does not meet a rule, so that faults can be planted there.

    Raises:
        ValueError: If it changes nothing, or something other than the manifest and files.
    """

    __pydantic_config__: ClassVar = STRICT

    title: str
    """What is put right, as the report says it: ``a guard policy was added``."""

    rules: tuple[str, ...]
    """Rules, ``pack/name``: it is made where one of these is not met."""

    edits: tuple[Edit, ...]

    def __post_init__(self) -> None:
        if not self.edits or not all(isinstance(edit, SetField | AddComponent | WriteFile) for edit in self.edits):
            raise ValueError(f"repair {self.title!r} must set fields, add components or write files, and nothing else")
        if not self.rules:
            raise ValueError(f"repair {self.title!r} names no rule that it is for")


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
    stops: bool = False
    """Whether the gate is meant to refuse altogether: it cannot decide at all, or not let anything through."""

    needs: str = ""
    """CEL on the facts of the clean system; where it does not hold, the fault has no place. Empty: always."""

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None:
            raise ValueError(f"fault id must look like 'tool-scope-wildcard', got {self.id!r}")
        if not self.caught_by:
            raise ValueError(f"fault {self.id} names no rule that is meant to catch it")
        if not self.plant:
            raise ValueError(f"fault {self.id} plants nothing")
