"""Journals without what people and models said. A pack leaves the organisation; prompts and replies do not.

What is kept is on a list; everything else, known or not, is replaced by a commitment.
A field that somebody adds to the journal tomorrow is therefore private until it is
put on the list here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass

from roadworthy.core.digest import Digest, JsonValue, canonical_json, digest_of_bytes, is_digest
from roadworthy.core.errors import EvidenceError

_KEPT = {
    "sample", "epoch", "cluster", "slices", "request_digest", "cached", "finished_at",
    "response.kind", "response.reason", "response.retryable", "response.status",
    "response.usage.input_tokens", "response.usage.output_tokens", "response.usage.latency_s",
    "scores.scorer", "scores.version", "scores.outcome.kind", "scores.outcome.reason",
    "schema", "run", "seq", "previous", "hash",
}  # fmt: skip
"""Paths whose value is kept as it is: outcomes, reasons, counts and names, never text under test."""

_NAMES = {"response.components", "response.tool_calls.name"}
"""Paths of names that the target chooses: kept only in the form of a name, so that no text passes as one."""

_DIGESTS = "response.digests"
"""Path of digests by a name that the target chooses."""

_NAME = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")

MAX_LABEL_CHARACTERS = 1000
"""A longer value is no label or reason, whatever it is called, and is replaced."""

_OPENED = {"response", "response.components", "response.tool_calls", "response.usage", "scores", "scores.outcome"}
"""Paths that are looked into; any other object or list is replaced whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedJournal:
    """A journal that may leave the organisation."""

    original: Digest
    """Of the journal as it was recorded."""

    content: bytes
    """JSON lines, one for each of the original's."""

    digest: Digest
    """Of ``content``."""


def redact_journal(content: bytes, *, where: str) -> RedactedJournal:
    """Replace every text in a run's journal by a commitment to it.

    A commitment is an HMAC keyed with the digest of the whole original, so a short
    reply cannot be guessed and tried alone. Whoever holds the original journal redacts
    it again and gets the same bytes: that is how the link is checked.

    Args:
        content: The journal's lines as they were recorded.
        where: Its name, for the error.

    Raises:
        EvidenceError: If a line is not a JSON object: what cannot be read cannot be redacted.

    >>> line = b'{"sample":"a","response":{"kind":"reply","text":"hello"}}'
    >>> b"hello" in redact_journal(line + bytes([10]), where="run").content
    False
    """
    key = hashlib.sha256(b"roadworthy/redaction/v1\x00" + content).digest()
    lines = []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise EvidenceError("the journal holds a line that is not JSON", where=f"{where}:{number}") from error
        if not isinstance(record, dict):
            raise EvidenceError("the journal holds a line that is not an object", where=f"{where}:{number}")
        lines.append(canonical_json(_walk(record, path="", key=key)) + b"\n")
    redacted = b"".join(lines)
    return RedactedJournal(original=digest_of_bytes(content), content=redacted, digest=digest_of_bytes(redacted))


def _walk(value: JsonValue, *, path: str, key: bytes) -> JsonValue:
    if value is None or (path in _KEPT and _is_label(value)) or (path in _NAMES and _is_name(value)):
        return value
    if path == _DIGESTS and isinstance(value, dict) and all(_is_name(name) for name in value):
        return {name: item if _is_a_digest(item) else _commitment(item, key=key) for name, item in value.items()}
    if path == "" or path in _OPENED:
        if isinstance(value, dict):
            return {name: _walk(item, path=f"{path}.{name}" if path else name, key=key) for name, item in value.items()}
        if isinstance(value, list):
            return [_walk(item, path=path, key=key) for item in value]
    return _commitment(value, key=key)


def _is_label(value: JsonValue) -> bool:
    """Return whether ``value`` has the form of a label: short and flat, as text under test is not."""
    match value:
        case str():
            return len(value) <= MAX_LABEL_CHARACTERS
        case list():
            return all(isinstance(item, str) and len(item) <= MAX_LABEL_CHARACTERS for item in value)
        case dict():
            return all(isinstance(item, str) and len(item) <= MAX_LABEL_CHARACTERS for item in value.values())
        case _:
            return True


def _is_name(value: JsonValue) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_a_digest(value: JsonValue) -> bool:
    return isinstance(value, str) and is_digest(value)


def _commitment(value: JsonValue, *, key: bytes) -> JsonValue:
    text = value if isinstance(value, str) else canonical_json(value).decode("utf-8")
    mac = hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return {"redacted": f"hmac-sha256:{mac}", "characters": len(text)}
