"""Arguments and results of calls in the form in which they are judged, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.strict_json import bounded, parsed
from roadworthy.guard.protocols.walk import dumped


def as_json(arguments: object) -> dict[str, Any] | None:
    """Return a copy of ``arguments`` as JSON reads it back; None: they are no JSON object."""
    if not isinstance(arguments, Mapping):
        return None
    try:
        bounded(dict(arguments), where="the arguments")
        copied = parsed(dumped(dict(arguments)), where="the arguments")
    except (ConfigError, TypeError, ValueError, RecursionError):
        return None
    return copied if isinstance(copied, dict) else None


def as_before(text: str, result: JsonValue, *, was: str) -> JsonValue:
    """Return an edited result in the form that it had, or as text where it reads as that no more."""
    if text == was or isinstance(result, str):
        return result if text == was else text
    try:
        read: JsonValue = json.loads(text)
    except ValueError:
        return text
    return read
