"""Identifiers that follow from what they name: the same content always has the same ones."""

from __future__ import annotations

import re
import uuid

_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, "urn:roadworthy:export:v1")
_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(/[A-Za-z0-9.-]+)?")
_TOKEN = re.compile(r"[^A-Za-z0-9._-]")


def uuid_of(*parts: str) -> str:
    """Return the UUID, version 5, of a thing that ``parts`` name.

    Source:
        RFC 9562, Universally Unique IDentifiers (2024), section 5.5.

    >>> uuid_of("decision", "a") == uuid_of("decision", "a"), uuid_of("decision", "a")[14]
    (True, '5')
    """
    return str(uuid.uuid5(_ROOT, "\n".join(parts)))


def token(text: str) -> str:
    """Return ``text`` as an OSCAL token: it starts with a letter and holds letters, digits, ``.``, ``_`` and ``-``.

    Two texts that differ only in other characters have different tokens.

    >>> token("base/leak-canary"), token("Art. 15(1)") != token("Art. 15_1_")
    ('base_leak-canary', True)
    """
    plain = _TOKEN.sub("_", text)
    if _PLAIN_ID.fullmatch(text) is None:
        plain = f"{plain}-{uuid_of('token', text)[:8]}"
    return plain if plain[:1].isalpha() else f"_{plain}"
