"""What is wrong with the MCP servers that are started or called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.mcp import listening, origin, power, snapshots
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "mcp.unpinned": Detector(of_file=origin.unpinned),
        "mcp.plain-http": Detector(of_file=origin.plain_http),
        "mcp.through-shell": Detector(of_file=origin.through_shell),
        "mcp.secret-written": Detector(of_file=power.secret_written),
        "mcp.allows-everything": Detector(of_file=power.allows_everything),
        "mcp.whole-disk": Detector(of_file=power.whole_disk),
        "mcp.approves-itself": Detector(of_file=power.approves_itself),
        "mcp.listens-everywhere": Detector(of_file=listening.everywhere),
        "mcp.tools-changed": Detector(of_repository=snapshots.changed),
        "mcp.tools-unpinned": Detector(of_repository=snapshots.unpinned),
        "mcp.same-tool-names": Detector(of_repository=snapshots.same_names),
    }
)
"""By name; a rule in `roadworthy.lint_rules` says which it asks."""
