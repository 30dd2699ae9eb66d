"""What a stated licence is in CycloneDX: an SPDX id only where it is one."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.lint.licences.expression import read_expression


def licences_of(stated: str | None) -> list[JsonValue]:
    """Return CycloneDX's licence choice for what a manifest states; empty where it states nothing.

    A single SPDX id goes into ``license.id``, several into one ``expression``, and everything else
    into ``license.name``: an id that is not on the list makes the whole file invalid.

    >>> licences_of("Apache-2.0"), licences_of("MIT OR Apache-2.0"), licences_of("ask us")
    ([{'license': {'id': 'Apache-2.0'}}], [{'expression': 'MIT OR Apache-2.0'}], [{'license': {'name': 'ask us'}}])
    """
    text = (stated or "").strip()
    if not text:
        return []
    read = read_expression(text)
    if read.problem or not read.licences:
        return [{"license": {"name": text}}]
    if len(read.licences) > 1 or " " in text:
        return [{"expression": text}]
    found = read.licences[0]
    if found.casefold().startswith(("licenseref-", "documentref-")):
        return [{"license": {"name": found}}]
    return [{"license": {"id": found}}]
