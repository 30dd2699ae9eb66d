"""Whether the headers of an MCP request say what its body says: a server may act on the one, a guard on the other."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.mcp.message import VERSION_KEY
from roadworthy.guard.protocols.shape import (
    word,
)

_NAMES = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


def expected_headers(body: JsonValue) -> dict[str, str]:
    """Return the headers that a stateless request must carry, by lower-case name; none for one of an older revision.

    Source: Model Context Protocol, revision 2026-07-28, *Transports*, standard request headers.
    """
    params = body.get("params") if isinstance(body, dict) else None
    meta = params.get("_meta") if isinstance(params, dict) else None
    version = word(meta, VERSION_KEY)
    if not version:
        return {}
    method = word(body, "method")
    expected = {"mcp-protocol-version": version, "mcp-method": method}
    name = word(params, _NAMES.get(method, ""))
    return expected | {"mcp-name": name} if name else expected


def disagreements(body: JsonValue, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the headers that are missing or say something else than the body.

    Args:
        body: One message of a client.
        headers: As they came, whatever their case.

    >>> disagreements({"method": "tools/list", "params": {"_meta": {VERSION_KEY: "2026-07-28"}}},
    ...               {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call"})
    ('mcp-method',)
    """
    given = {name.lower(): value for name, value in headers.items()}
    expected = expected_headers(body)
    if not expected and "mcp-method" in given:
        expected = {"mcp-method": word(body, "method")}
    return tuple(name for name, value in expected.items() if _decoded(given.get(name)) != value)


def _decoded(value: str | None) -> str | None:
    if value is None or not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode()
    except (binascii.Error, ValueError):
        return None
