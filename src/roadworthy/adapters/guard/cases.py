"""Reads the cases of a guard policy from YAML, with file and line of everything that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import orjson

from roadworthy.adapters.guard.documents import Document, read_document
from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.trying.model import GuardCase, GuardCases

MAX_MESSAGE_BYTES = 8 * 1024 * 1024


def read_cases(path: Path) -> Document[GuardCases]:
    """Read the cases of a policy.

    Raises:
        ConfigError: With every problem found, each with its file, line and field.
    """
    return read_document(path, GuardCases)


def body_of(case: GuardCase, *, beside: Path) -> JsonValue:
    """Return the message of ``case``, from its file where it names one.

    Args:
        case: A case with a message.
        beside: The folder of its file of cases; a message stands in it or below.

    Raises:
        ConfigError: If the file is outside of it, cannot be read or is no JSON.
    """
    message = case.message
    if message is None:
        raise ValueError(f"case {case.id} has no message")
    if not message.file:
        return cast(JsonValue, message.body)
    path = (beside / message.file).resolve()
    if not path.is_relative_to(beside.resolve()):
        raise ConfigError(
            f"case {case.id}: the message {message.file!r} is outside of the folder of the cases",
            where=str(beside),
            fix="put it beside the cases",
        )
    return read_message(path)


def read_message(path: Path) -> JsonValue:
    """Read a message of a protocol, as JSON.

    Raises:
        ConfigError: If it cannot be read, is too long or is no JSON.
    """
    try:
        with path.open("rb") as handle:
            content = handle.read(MAX_MESSAGE_BYTES + 1)
    except OSError as fault:
        raise ConfigError(
            f"cannot read the message: {fault.strerror}", where=str(path), fix="check the path and its permissions"
        ) from fault
    if len(content) > MAX_MESSAGE_BYTES:
        raise ConfigError(
            f"the message has more than {MAX_MESSAGE_BYTES} bytes", where=str(path), fix="name a smaller message"
        )
    try:
        found: JsonValue = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise ConfigError(
            f"the message is no JSON: line {fault.lineno}, column {fault.colno}",
            where=str(path),
            fix="name a file with one JSON message",
        ) from None
    return found
