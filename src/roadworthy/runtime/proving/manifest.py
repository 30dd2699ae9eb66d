"""The copy's manifest as plain data, changed the way that a hurried person changes it."""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from roadworthy.policy.faults import AddComponent, Repair, SetField, WriteFile
from roadworthy.runtime.proving.places import NoPlaceError, edited, matching
from roadworthy.runtime.workspace import STATE

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_NOT_TO_TOUCH = frozenset([".git", STATE])

DOCUMENTS = "stand-in-documents"
"""Folder of the documents that a copy gets where the system has none."""


class PlainManifest:
    """A manifest as plain data, with the files beside it.

    Args:
        path: Where it is written, as JSON: YAML reads that too.
        data: What it says.
    """

    def __init__(self, path: Path, data: dict[str, Any]) -> None:
        self.path = path
        self.data = data

    @property
    def root(self) -> Path:
        """Its folder."""
        return self.path.parent

    def copy(self) -> PlainManifest:
        """Return another that can be changed without changing this one."""
        return PlainManifest(self.path, deepcopy(self.data))

    def write(self) -> None:
        """Write what it says now."""
        self.path.write_text(json.dumps(self.data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def set_field(self, edit: SetField) -> None:
        """Set or remove a field.

        Raises:
            NoPlaceError: If there is none to set.
        """
        edited(self.data, edit.at, value=deepcopy(edit.value), remove=edit.remove, unless_stated=edit.unless_stated)

    def add_component(self, edit: AddComponent) -> None:
        """Add a component, used by the components of the type that ``edit`` names.

        Raises:
            NoPlaceError: If there is none of that type.
        """
        self.data.setdefault("components", []).append(deepcopy(edit.component))
        if edit.used_by:
            users = matching(self.data, f"type={edit.used_by}")
            if not users:
                raise NoPlaceError(f"there is no component of type {edit.used_by} to use it")
            for user in users:
                user.setdefault("uses", []).append(edit.component["key"])

    def add_documents(self, names: Sequence[str]) -> tuple[str, ...]:
        """Write the governance documents of ``names`` that are not there; return which."""
        documents = self.data.setdefault("documents", {})
        lacking = [
            name
            for name in names
            if _NAME.fullmatch(name) and not (name in documents and (self.root / documents[name]).is_file())
        ]
        for name in lacking:
            place = self._inside(f"{DOCUMENTS}/{name}.md")
            place.parent.mkdir(exist_ok=True)
            place.write_text(f"# {name}\n\nStands in for the document.\n", encoding="utf-8")
            documents[name] = f"{DOCUMENTS}/{name}.md"
        self.write()
        return tuple(lacking)

    def place_of(self, path: str) -> Path:
        """Return the file that an edit names.

        Raises:
            NoPlaceError: If it leaves the copy, or there is no such component, document or file of one.
        """
        kind, _, name = path.partition(":")
        if kind == "component":
            return self._file_of(name)
        if kind == "document":
            relative = self.data.get("documents", {}).get(name)
            if relative is None:
                raise NoPlaceError(f"there is no document {name!r}")
            return self._inside(str(relative))
        return self._inside(path)

    def repair(self, repair: Repair) -> None:
        """Make every edit of ``repair`` and write the manifest.

        Raises:
            NoPlaceError: If one has no place; then nothing of the manifest is changed.
        """
        changed = self.copy()
        for edit in repair.edits:
            match edit:
                case SetField():
                    changed.set_field(edit)
                case AddComponent():
                    changed.add_component(edit)
                case WriteFile():
                    place = changed.place_of(edit.path)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content_of(edit, before=place.read_bytes() if place.is_file() else b""))
                case _:
                    raise NoPlaceError(f"a repair cannot {edit.kind}")
        self.data = changed.data
        self.write()

    def _file_of(self, type_: str) -> Path:
        for component in matching(self.data, f"type={type_}"):
            place = self._inside(str(component.get("path", "")))
            if place.is_file():
                return place
            inner = sorted(p for p in place.rglob("*") if p.is_file() and not _is_hidden(p)) if place.is_dir() else []
            if inner:
                return inner[0]
        raise NoPlaceError(f"no component of type {type_} has a file here")

    def _inside(self, path: str) -> Path:
        place = self.root / path
        root = self.root.resolve()
        if not path or "\0" in path or not place.resolve().is_relative_to(root) or place.resolve() == root:
            raise NoPlaceError(f"{path!r} leaves the copy")
        if any(part.lower() in _NOT_TO_TOUCH for part in place.resolve().relative_to(root).parts):
            # What lies there says which programs git starts, and what the ledger holds.
            raise NoPlaceError(f"{path!r} is no file of the system")
        return place


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".") or "__pycache__" in path.parts


def content_of(edit: WriteFile, *, before: bytes) -> bytes:
    """Return what the file holds after ``edit``.

    Raises:
        NoPlaceError: If the content is said to be base64 and is not.
    """
    if edit.encoding == "base64":
        try:
            new = base64.b64decode(edit.content, validate=True)
        except (binascii.Error, ValueError) as fault:
            raise NoPlaceError(f"the content for {edit.path} is not base64") from fault
    else:
        new = edit.content.replace("{+}", "").encode("utf-8")
    match edit.mode:
        case "replace":
            return new
        case "append":
            return before + new
        case "prepend":
            return new + before


def put_aside(path: Path, aside: Path) -> None:
    """Move ``path`` to ``aside``: what is moved back later is the very same file."""
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, aside)
