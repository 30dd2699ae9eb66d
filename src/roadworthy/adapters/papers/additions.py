"""What a team adds to the argument of its assurance case, from a YAML file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.yaml_source import read_yaml, validated
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.documents.assurance.model import HandNode, HandWritten

_FIX = "see the how-to page on assurance cases"


def read_additions(path: Path) -> tuple[HandNode, ...]:
    """Return what the file adds, in its order.

    Raises:
        ConfigError: If the file does not read; every problem is named.
    """
    written = validated(_adapter(), read_yaml(path, error=ConfigError), error=ConfigError, fix=_FIX)
    return written.nodes


@cache
def _adapter() -> TypeAdapter[HandWritten]:
    return TypeAdapter(HandWritten)
