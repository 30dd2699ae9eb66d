"""Checks ``vendors.yaml`` against the manifest and what is asked. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.runtime.vendors.reading import assessed_now, read_desk
from roadworthy.runtime.workspace import Workspace
from roadworthy.vendors.assessment import Concentration, DemandOutcome, VendorAssessment, concentrations
from roadworthy.vendors.reliance import strangers

EXIT_BY_OUTCOME = {DemandOutcome.MET: 0, DemandOutcome.BREACHED: 1, DemandOutcome.UNKNOWN: 3}
"""0 good, 1 a demand is breached, 3 it cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorCheck:
    """What was found."""

    assessments: tuple[VendorAssessment, ...]
    unassigned: tuple[str, ...]
    """Hosted models and tool servers for which no vendor is named."""

    strangers: tuple[tuple[str, tuple[str, ...]], ...]
    """By vendor, what its entry names and the manifest does not have."""

    concentrations: tuple[Concentration, ...]
    tier_known: bool

    @property
    def exit_code(self) -> int:
        """As the worst of what was found; something that nobody is named for cannot be told."""
        outcomes = {assessment.outcome for assessment in self.assessments}
        if self.unassigned or self.strangers:
            outcomes.add(DemandOutcome.UNKNOWN)
        worst = next((o for o in DemandOutcome if o in outcomes), DemandOutcome.MET)
        return EXIT_BY_OUTCOME[worst]


def check_vendors(workspace: Workspace) -> VendorCheck:
    """Hold every vendor of the file against what is asked of it."""
    desk = read_desk(workspace)
    found = tuple((vendor.key, strangers(desk.manifest, vendor)) for vendor in desk.file.vendors)
    return VendorCheck(
        assessments=tuple(assessed_now(workspace, desk, vendor) for vendor in desk.file.vendors),
        unassigned=desk.unassigned,
        strangers=tuple((key, names) for key, names in found if names),
        concentrations=concentrations(desk.relies),
        tier_known=desk.assessed,
    )
