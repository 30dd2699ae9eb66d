"""Drafts a guard policy from a file with tools' definitions."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.yaml_source import read_yaml
from roadworthy.core.errors import ConfigError, ConflictError
from roadworthy.guard.drafting.definition import ToolDefinition, read_definitions
from roadworthy.guard.drafting.document import policy_text
from roadworthy.guard.drafting.draft import Draft, draft_policy

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
MAX_DEFINITIONS_BYTES = 16_000_000
"""Longest file with definitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft, and how it is written."""

    draft: Draft
    text: str


def read_definitions_file(path: Path) -> tuple[ToolDefinition, ...]:
    """Return the tools that a JSON or YAML file defines.

    Raises:
        ConfigError: If it cannot be read or defines none.
    """
    if path.suffix in (".yaml", ".yml"):
        document: Any = read_yaml(path, error=ConfigError, max_bytes=MAX_DEFINITIONS_BYTES).data
        return read_definitions(document)
    try:
        if path.stat().st_size > MAX_DEFINITIONS_BYTES:
            raise ConfigError(
                f"{path.name} is longer than {MAX_DEFINITIONS_BYTES:,} bytes",
                where=str(path),
                fix="give the tools alone",
            )
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"the definitions cannot be read: {error.strerror}",
            where=str(path),
            fix="name a file with tools' definitions",
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            "the definitions are not JSON", where=str(path), fix="save what `tools/list` or the request's `tools` say"
        ) from error
    return read_definitions(document)


def draft_from(path: Path, *, name: str = "tools", domains: Sequence[str] = ()) -> Drafted:
    """Return the draft for the tools that the file at ``path`` defines.

    Args:
        path: JSON or YAML.
        name: Of the policy.
        domains: Hosts that answers may link to.

    Raises:
        ConfigError: As for `read_definitions_file`.
    """
    if _NAME.fullmatch(name) is None:
        raise ConfigError(
            f"{name[:40]!r} is no policy's name", where="--name", fix="use small letters, digits, dots and hyphens"
        )
    draft = draft_policy(read_definitions_file(path))
    return Drafted(draft=draft, text=policy_text(draft, name=name, domains=domains))


def keep(drafted: Drafted, path: Path, *, force: bool = False) -> None:
    """Write ``drafted`` to ``path``.

    Raises:
        ConflictError: If something is there and ``force`` is not given: a reviewed policy is not written over.
    """
    if path.exists() and not force:
        raise ConflictError(
            f"{path.name} is there already",
            where=str(path),
            fix="give another name to --out, or --force to write over it",
        )
    write_atomically(path, drafted.text.encode())
