"""What is wrong with agents: their routes, their loops, and the brakes that are off."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.agents import brakes, loops, memory, routes
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "agents.lethal-combination": Detector(of_repository=routes.lethal),
        "agents.unbounded": Detector(of_repository=routes.unbounded),
        "agents.too-many-steps": Detector(of_repository=routes.too_many),
        "agents.circle": Detector(of_repository=routes.circles),
        "agents.own-approver": Detector(of_repository=routes.own_approver),
        "agents.endless-loop": Detector(of_file=loops.endless),
        "agents.bound-off": Detector(of_file=loops.bound_off),
        "agents.bound-off-in-data": Detector(of_file=loops.bound_off_in_data),
        "agents.approval-off": Detector(of_file=brakes.approval_off),
        "agents.permissions-skipped": Detector(of_file=brakes.permissions_skipped),
        "agents.unsandboxed": Detector(of_file=brakes.unsandboxed),
        "agents.shared-memory": Detector(of_file=memory.shared),
    }
)
"""By name; a rule in `roadworthy.lint_rules` says which it asks."""
