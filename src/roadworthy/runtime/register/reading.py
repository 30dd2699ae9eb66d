"""Reads the risk register: what was entered, what the assessment derived, and how each risk stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.approvals.payload import record_payload
from roadworthy.approvals.standing import ConsentState
from roadworthy.approvals.standing import standing_of as consent_standing
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import NotFoundError
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ConsentKind
from roadworthy.risk.model import Risk, RiskAssessment
from roadworthy.risk.register.model import AcceptanceSought, Rating, RegisterRisk, RiskChange
from roadworthy.risk.register.standing import (
    Acceptance,
    AcceptanceStanding,
    RiskStanding,
    standing_of,
)
from roadworthy.runtime.register.stores import RegisterStores
from roadworthy.runtime.threats.controls import ControlStanding, latest_assessment, standing_controls
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Everything that the register is worked out from."""

    risks: tuple[RegisterRisk, ...]
    """Those entered by people first, then those of the newest assessment, gravest first."""

    stored: frozenset[str]
    """Ids of those that are in the store; the others are as the newest assessment derives them."""

    changes: tuple[RiskChange, ...]
    standings: tuple[RiskStanding, ...]
    """In the order of ``risks``."""

    controls: ControlStanding
    tier: RiskTier
    gone: frozenset[str]
    """Ids of derived risks whose threat the newest assessment does not have any more."""

    def risk(self, identifier: str) -> RegisterRisk:
        """Return the risk with this id.

        Raises:
            NotFoundError: If there is none.
        """
        found = next((risk for risk in self.risks if risk.id == identifier), None)
        if found is None:
            raise NotFoundError(f"no risk is called {identifier!r}", fix="see `rw risk list`")
        return found

    def standing(self, identifier: str) -> RiskStanding:
        """Return how the risk with this id stands.

        Raises:
            NotFoundError: If there is none.
        """
        self.risk(identifier)
        return next(standing for standing in self.standings if standing.risk == identifier)


def read_register(workspace: Workspace) -> Register:
    """Return the register as it stands now.

    Every risk of the newest assessment is in it without being entered. One that was entered from an assessment takes
    the rating of the newest one, until somebody rates it.
    """
    manifest = load_manifest(workspace.manifest_path)
    stores = RegisterStores(workspace)
    system = manifest.system.key
    latest = latest_assessment(workspace, system)
    derived = [] if latest is None else _derived(latest)
    newest = {risk.id: risk for risk in derived}
    entered = [s.record for s in stores.risks.all() if s.record.system == system]
    stored = {risk.id for risk in entered}
    risks = (
        *(_as_assessed(risk, newest) for risk in entered),
        *(r for r in derived if r.id not in stored),
    )
    changes = tuple(s.record for s in stores.changes.all() if s.record.system == system)
    controls = standing_controls(workspace, manifest)
    tier = RiskTier.CRITICAL if latest is None else latest.tier
    acceptances = _acceptances(workspace, changes, tier=tier)
    holding = {c.control for c in controls.countermeasures if controls.holds(c.control)}
    gone = frozenset(r.id for r in entered if r.origin == "assessment" and r.id not in newest)
    now = workspace.clock.now()
    return Register(
        risks=risks,
        stored=frozenset(stored),
        changes=changes,
        standings=tuple(
            standing_of(
                risk,
                changes=changes,
                holding=holding,
                acceptances=acceptances,
                now=now,
                is_gone=risk.id in gone,
            )
            for risk in risks
        ),
        controls=controls,
        tier=tier,
        gone=gone,
    )


def _as_assessed(risk: RegisterRisk, newest: Mapping[str, RegisterRisk]) -> RegisterRisk:
    """Return a risk that was entered from an assessment as the newest one rates it; one of a person's as it is."""
    found = newest.get(risk.id) if risk.origin == "assessment" else None
    return risk if found is None else replace(risk, inherent=found.inherent)


def _derived(assessment: RiskAssessment) -> list[RegisterRisk]:
    """Return the risks of an assessment as the register has them."""
    threats = {threat.id: threat for threat in load_threats().threats}
    found = []
    for one in assessment.risks:
        threat = threats.get(one.risk.threat or "")
        title, _, consequence = one.risk.statement.partition(": ")
        found.append(
            RegisterRisk(
                id=one.risk.id,
                system=assessment.system,
                cause=_lower(threat.description) if threat is not None else "of what the assessor saw",
                event=title,
                consequence=consequence or one.risk.statement,
                threats=() if one.risk.threat is None else (one.risk.threat,),
                inherent=_rating(one.risk),
                origin="assessment",
                assessment=assessment.id,
                by=assessment.author,
                at=assessment.assessed_at,
            )
        )
    return found


def _lower(sentence: str) -> str:
    text = sentence.rstrip(". ")
    return text[:1].lower() + text[1:]


def _rating(risk: Risk) -> Rating:
    return Rating(
        severity=risk.severity,
        likelihood=risk.likelihood,
        exposure=risk.exposure,
        detectability=risk.detectability,
        irreversible=risk.irreversible,
        rationale=risk.rationale or "as the assessor judged",
    )


def _acceptances(workspace: Workspace, changes: tuple[RiskChange, ...], *, tier: RiskTier) -> tuple[Acceptance, ...]:
    """Return how consent to every acceptance that was sought stands."""
    sought = [change for change in changes if isinstance(change, AcceptanceSought)]
    if not sought:
        return ()
    consents, now = consents_of(workspace), workspace.clock.now()
    found = []
    for one in sought:
        payload = record_payload(digest_of(one), kind=ConsentKind.RISK_ACCEPTANCE, tier=tier)
        stands = consent_standing(payload, consents=consents, governance=workspace.governance, now=now)
        found.append(
            Acceptance(
                of=one.of,
                number=one.number,
                standing=_STANDING.get(stands.state, AcceptanceStanding.NOT_APPROVED),
                reason=stands.reason,
                valid_until=stands.valid_until,
            )
        )
    return tuple(found)


_STANDING = {
    ConsentState.APPROVED: AcceptanceStanding.APPROVED,
    ConsentState.IN_REVIEW: AcceptanceStanding.IN_REVIEW,
}
