"""The manifest as lint reads it: leniently, since a rule that needs none must work without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.lint.source import Content
from roadworthy.adapters.yaml_source import MAX_YAML_BYTES, Located, parse_yaml, validated
from roadworthy.core.errors import ManifestError
from roadworthy.inventory.materials import owner_of
from roadworthy.inventory.model import FileComponent, Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadManifest:
    """A manifest, if it reads, and where in the file everything stands."""

    manifest: Manifest | None
    line_of: Callable[[tuple[str | int, ...]], int]
    problem: str = ""
    """Why it does not read; empty where it does or there is none."""


def read_manifest(content: Content | None) -> ReadManifest:
    """Read the manifest; one that is absent or broken is None."""
    if content is None:
        return ReadManifest(manifest=None, line_of=lambda _: 1)
    located: Located | None = None
    try:
        text = content.read(0, MAX_YAML_BYTES).decode("utf-8-sig")
        located = parse_yaml(text, path=Path("roadworthy.yaml"), error=ManifestError)
        manifest = validated(_adapter(), located, error=ManifestError)
    except ManifestError as error:
        return ReadManifest(manifest=None, line_of=_line_of(located), problem=f"does not read: {error.problem}")
    except (OSError, UnicodeDecodeError):
        return ReadManifest(manifest=None, line_of=_line_of(located), problem="cannot be read")
    return ReadManifest(manifest=manifest, line_of=_line_of(located))


@cache
def _adapter() -> TypeAdapter[Manifest]:
    """Return the reader, which takes long to make and is not needed where there is no manifest."""
    return TypeAdapter(Manifest)


def components_of(manifest: Manifest | None) -> Callable[[str], FileComponent | None]:
    """Return a function that tells to which component of files a path belongs: the most specific one."""
    parts = manifest.components if manifest is not None else ()
    files = {one.key: one for one in parts if isinstance(one, FileComponent) and one.path is not None}
    claims = {key: (one.path or ".").strip("/").removeprefix("./") or "." for key, one in files.items()}

    def owner(path: str) -> FileComponent | None:
        keys = owner_of(path, claims) if claims else ()
        return files[keys[0]] if keys else None

    return owner


def _line_of(located: Located | None) -> Callable[[tuple[str | int, ...]], int]:
    return lambda path: located.position(path)[0] if located is not None else 1
