"""Who may be named as able to waive a rule."""

from __future__ import annotations

WAIVING_ROLES = frozenset(
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
