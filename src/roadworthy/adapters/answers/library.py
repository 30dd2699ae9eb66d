"""The answer library: answers that people stand behind until a day, from a YAML file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.yaml_source import read_yaml, validated
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.documents.answers.model import Library, LibraryAnswer

_FIX = "see docs/reference/questionnaire-format.md"


def read_library(path: Path) -> tuple[LibraryAnswer, ...]:
    """Return the answers of the library in ``path``.

    Raises:
        ConfigError: If the file does not read; every problem is named.
    """
    return validated(_adapter(), read_yaml(path, error=ConfigError), error=ConfigError, fix=_FIX).answers


@cache
def _adapter() -> TypeAdapter[Library]:
    return TypeAdapter(Library)
