"""Small parts of a CycloneDX file."""

from __future__ import annotations

from collections.abc import Iterable

from roadworthy.core.digest import Digest, JsonValue
from roadworthy.evidence.exchange.source import NAMESPACE

Json = dict[str, JsonValue]


def component_ref(key: str) -> str:
    """Return the reference of a component or service of the release."""
    return f"component:{key}"


def evidence_ref(evidence: str) -> str:
    """Return the reference of a piece of evidence."""
    return f"evidence:{evidence}"


def requirement_ref(framework: str, identifier: str) -> str:
    """Return the reference of a framework's requirement, or of a control of a policy pack."""
    return f"requirement:{framework}:{identifier}"


def properties(*pairs: tuple[str, object]) -> list[JsonValue]:
    """Return name and value of everything that is known; what is None or empty is left out.

    >>> properties(("pin", "alias"), ("region", None))
    [{'name': 'roadworthy:pin', 'value': 'alias'}]
    """
    return [{"name": _name(name), "value": _text(value)} for name, value in pairs if value is not None and value != ""]


def hashes(digests: Iterable[Digest]) -> list[JsonValue]:
    """Return digests over a file's bytes as hashes."""
    return [{"alg": "SHA-256", "content": digest.removeprefix("sha256:")} for digest in digests]


def without_empty(value: Json) -> Json:
    """Return ``value`` without fields that hold nothing."""
    return {name: held for name, held in value.items() if held not in (None, "", [], {})}


def _name(name: str) -> str:
    return f"{NAMESPACE.split(':')[1]}:{name}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
