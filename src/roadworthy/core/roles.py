"""The roles that people hold. Who may waive, approve or accept is said in these words and no others."""

from __future__ import annotations

APPROVING_ROLES = frozenset(
    {
        "ai_owner",
        "developer",
        "evaluator",
        "red_teamer",
        "risk_reviewer",
        "legal",
        "privacy",
        "security",
        "release_manager",
        "board_member",
        "incident_commander",
        "vendor_manager",
    }
)
"""Roles of people who answer for something. An auditor reads only and an administrator has no approval
rights, so neither is here; no service or agent ever is."""

ROLES = APPROVING_ROLES | {"auditor", "admin"}
"""Every role that a person can hold."""
