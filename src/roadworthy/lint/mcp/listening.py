"""MCP servers of the team's own that anybody on the network may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import called, calls_of, keyword, mentions, says

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is looked for, not what is bound


def everywhere(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find MCP servers in Python that listen on every interface and ask nobody who they are."""
    if not mentions(file.text, _EVERYWHERE) or not mentions(file.text, "FastMCP", "mcp.server"):
        return
    calls = calls_of(file.text)
    if any(keyword(call, "auth", "token_verifier", "auth_server_provider") is not None for call in calls):
        return
    for call in calls:
        if called(call) in {"FastMCP", "run", "run_async"} and says(keyword(call, "host"), _EVERYWHERE):
            said = "the MCP server listens on every interface and asks nobody who they are"
            yield Hit(line=call.lineno, said=said, subject=called(call))
