"""What changed between two releases, and what kind of change it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.inventory.release import ComponentVersion, Release


class ChangeClass(StrEnum):
    """Kinds of change, as people talk about them."""

    PROMPT = "prompt"
    MODEL = "model"
    TOOL = "tool"
    INDEX = "index"
    DATA = "data"
    GUARD = "guard"
    CODE = "code"
    AGENT = "agent"
    DOCUMENT = "document"
    FACTS = "facts"
    """What the manifest states about the system: purpose, users, data, autonomy …"""


CLASS_OF_TYPE = {
    "hosted_model": ChangeClass.MODEL,
    "model": ChangeClass.MODEL,
    "adapter": ChangeClass.MODEL,
    "prompt": ChangeClass.PROMPT,
    "dataset": ChangeClass.DATA,
    "index": ChangeClass.INDEX,
    "guard_policy": ChangeClass.GUARD,
    "document": ChangeClass.DOCUMENT,
    "application": ChangeClass.CODE,
    "library": ChangeClass.CODE,
    "tool": ChangeClass.TOOL,
    "mcp_server": ChangeClass.TOOL,
    "agent": ChangeClass.AGENT,
}
"""Kind of change by component type. Every type has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of a component that is not what it was."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """Relative to the component's path."""

    change: Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentChange:
    """One component that is not what it was."""

    __pydantic_config__: ClassVar = STRICT

    key: str
    type: str
    """In the newer release; in the older one for a component that was removed."""

    kind: ChangeClass
    change: Literal["added", "removed", "changed", "rewired"]
    """``rewired``: the same content, but it calls or reads other components."""

    before: Digest | None
    """None when it was added."""

    after: Digest | None
    """None when it was removed."""

    files: tuple[FileChange, ...] = ()
    """Sorted by name."""

    uses_added: tuple[str, ...] = ()
    uses_removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDiff:
    """Everything that differs between two releases of one system."""

    __pydantic_config__: ClassVar = STRICT

    system: str
    old: Digest
    new: Digest
    old_version: str
    new_version: str
    facts_changed: bool
    """Whether the manifest states other facts about the system."""

    components: tuple[ComponentChange, ...]
    """Sorted by key."""

    @property
    def is_empty(self) -> bool:
        """Whether the same content is released under the same facts; the version label may differ."""
        return not self.components and not self.facts_changed


def diff(old: Release, new: Release) -> ReleaseDiff:
    """Name what changed from ``old`` to ``new``, component by component.

    Raises:
        ValueError: If they are releases of different systems.
    """
    if old.system != new.system:
        raise ValueError(f"{old.system!r} and {new.system!r} are different systems")
    before = {c.key: c for c in old.components}
    after = {c.key: c for c in new.components}
    changes = (_change(before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys()))
    return ReleaseDiff(
        system=new.system,
        old=old.digest,
        new=new.digest,
        old_version=old.version,
        new_version=new.version,
        facts_changed=old.manifest_digest != new.manifest_digest,
        components=tuple(change for change in changes if change is not None),
    )


def change_classes(difference: ReleaseDiff) -> tuple[ChangeClass, ...]:
    """Return the kinds of change in ``difference``, each once, in the order of `ChangeClass`."""
    found = {change.kind for change in difference.components}
    if difference.facts_changed:
        found.add(ChangeClass.FACTS)
    return tuple(kind for kind in ChangeClass if kind in found)


def summary(difference: ReleaseDiff) -> str:
    """Say ``difference`` in lines of text: a headline, then one line per component and per file."""
    heading = f"{difference.system} {difference.old_version} → {difference.new_version}"
    if difference.is_empty:
        return f"{heading}: nothing changed"
    kinds = ", ".join(change_classes(difference))
    lines = [f"{heading}: {kinds} changed"]
    if difference.facts_changed:
        lines.append("  ~ facts: the manifest states other facts about the system")
    for change in difference.components:
        lines += _lines(change)
    return "\n".join(lines)


MAX_LISTED = 20
"""Files of one component that a summary names."""

_SIGN = {"added": "+", "removed": "-", "changed": "~", "rewired": "≈"}


def _lines(change: ComponentChange) -> list[str]:
    was = "" if change.before is None else _short(change.before)
    now = "" if change.after is None else _short(change.after)
    digests = " → ".join(part for part in (was, now) if part)
    lines = [f"  {_SIGN[change.change]} {change.kind}: {change.key} {change.change} ({digests})"]
    lines += [f"      {_SIGN[file.change]} {file.name}" for file in change.files[:MAX_LISTED]]
    if len(change.files) > MAX_LISTED:
        lines.append(f"      and {len(change.files) - MAX_LISTED} more files")
    if change.uses_added:
        lines.append(f"      now uses {', '.join(change.uses_added)}")
    if change.uses_removed:
        lines.append(f"      no longer uses {', '.join(change.uses_removed)}")
    return lines


def _short(digest: Digest) -> str:
    return digest.removeprefix("sha256:")[:8]


def _change(before: ComponentVersion | None, after: ComponentVersion | None) -> ComponentChange | None:
    known = after or before
    if known is None or (before is not None and after is not None and not _differ(before, after)):
        return None
    used = set(before.uses) if before is not None else set()
    uses = set(after.uses) if after is not None else set()
    both = before is not None and after is not None
    return ComponentChange(
        key=known.key,
        type=known.type,
        kind=CLASS_OF_TYPE[known.type],
        change=_verb(before, after),
        before=before.digest if before is not None else None,
        after=after.digest if after is not None else None,
        files=_file_changes(before, after),
        uses_added=tuple(sorted(uses - used)) if both else (),
        uses_removed=tuple(sorted(used - uses)) if both else (),
    )


def _differ(before: ComponentVersion, after: ComponentVersion) -> bool:
    return (before.type, before.digest, before.uses) != (after.type, after.digest, after.uses)


def _verb(
    before: ComponentVersion | None, after: ComponentVersion | None
) -> Literal["added", "removed", "changed", "rewired"]:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    same_content = before.content is not None and before.content == after.content
    same_type = before.type == after.type
    return "rewired" if same_content and same_type and before.uses != after.uses else "changed"


def _file_changes(before: ComponentVersion | None, after: ComponentVersion | None) -> tuple[FileChange, ...]:
    """List the files that differ; nothing where one side has none, because it declares its digest instead."""
    was = dict(before.files) if before is not None else {}
    now = dict(after.files) if after is not None else {}
    if before is not None and after is not None and not (was and now):
        return ()
    found = [FileChange(name=name, change="added") for name in now.keys() - was.keys()]
    found += [FileChange(name=name, change="removed") for name in was.keys() - now.keys()]
    found += [FileChange(name=n, change="changed") for n in was.keys() & now.keys() if was[n] != now[n]]
    return tuple(sorted(found, key=lambda change: change.name))
