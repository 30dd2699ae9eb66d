"""Where a retrieved chunk was taken from, as the metadata of an index states it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.guard.segment import Provenance

_NAMES = ("document", "document_id", "doc_id", "source", "file_path", "file_name")


def provenance_of(metadata: Mapping[str, Any], *, document: str = "") -> Provenance | None:
    """Return what ``metadata`` states, by the names of `Provenance`; None: not even which document it is.

    What is not stated, or stated as something else than it must be, is not stated, and no permission.

    >>> provenance_of({"document": "d1", "tenant": "acme", "readers": ["*"]}).readers
    ('*',)
    """
    named = [one for key in _NAMES if (one := _text(metadata, key))]
    name = named[0] if named else document
    if not name:
        return None
    return Provenance(
        document=name,
        chunk=_text(metadata, "chunk"),
        uri=_text(metadata, "uri"),
        tenant=_text(metadata, "tenant") or None,
        readers=_texts(metadata, "readers"),
        purposes=_texts(metadata, "purposes"),
        trust=_text(metadata, "trust") or "untrusted",
        digest=_text(metadata, "digest"),
        deleted=metadata.get("deleted", False) is not False,
    )


def _text(metadata: Mapping[str, Any], name: str) -> str:
    value = metadata.get(name)
    return value if isinstance(value, str) else ""


def _texts(metadata: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    value = metadata.get(name)
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return None
