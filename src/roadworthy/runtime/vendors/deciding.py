"""Puts vendors on the list, assesses them, and records what a person who manages vendors decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.errors import ConfigError, ConflictError, EvidenceError
from roadworthy.core.history import claim_of
from roadworthy.core.records import Stored
from roadworthy.governance.model import Person, Separation
from roadworthy.runtime.oversight.acting import acting_human, require_governance
from roadworthy.runtime.oversight.refusing import refuse
from roadworthy.runtime.vendors.reading import VendorDesk, acting_name, assessed_now, read_desk
from roadworthy.runtime.vendors.stores import VendorStores
from roadworthy.runtime.workspace import Workspace
from roadworthy.vendors.assessment import DemandOutcome, VendorAssessment, entry_digest, worse_since
from roadworthy.vendors.model import Vendor
from roadworthy.vendors.standing import (
    DECIDED,
    TRANSITIONS,
    VendorRecord,
    VendorStanding,
    VendorState,
    VendorStep,
    held_against,
    standing_of,
)

MANAGES = "vendor_manager"
"""Role of those who decide on vendors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorView:
    """A vendor with how it stands and how its terms stood when somebody last looked."""

    name: str
    standing: VendorStanding
    assessment: VendorAssessment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorWish:
    """What somebody wants to decide."""

    to: VendorState
    reason: str
    conditions: tuple[str, ...] = ()
    valid_days: int | None = None
    """How long it holds; None: as long as ``vendors.yaml`` lets it."""


def view_of(workspace: Workspace, desk: VendorDesk, key: str) -> VendorView:
    """Return how a vendor stands now. One that left the file but not the store has an end as well."""
    stores = VendorStores(workspace)
    system = desk.manifest.system.key
    vendor = desk.file.vendor(key)
    records = [s.record for s in stores.records.all() if s.record.vendor == key and s.record.system == system]
    standing = standing_of(
        key,
        record=records[0] if records else None,
        steps=[s.record for s in stores.steps.all()],
        changes=[s.record for s in stores.changes.all()],
        entry=None if vendor is None else entry_digest(vendor),
        now=workspace.clock.now(),
    )
    made = [s.record for s in stores.assessments.all() if s.record.vendor == key and s.record.system == system]
    then = next((one for one in made if one.id == standing.assessment), None)
    if vendor is not None and standing.state.may_be_relied_on:
        gone = ("the assessment that it rests on is gone",)
        now = assessed_now(workspace, desk, vendor)
        standing = held_against(standing, gone if then is None else worse_since(then, now))
    name = key if vendor is None else vendor.name
    return VendorView(name=name, standing=standing, assessment=made[-1] if made else None)


def all_views(workspace: Workspace, desk: VendorDesk) -> tuple[VendorView, ...]:
    """Return how every vendor of the file, and every one that was once on the list, stands now."""
    system = desk.manifest.system.key
    listed = {s.record.vendor for s in VendorStores(workspace).records.all() if s.record.system == system}
    keys = dict.fromkeys([*(vendor.key for vendor in desk.file.vendors), *sorted(listed)])
    return tuple(view_of(workspace, desk, key) for key in keys)


def assess_now(workspace: Workspace, key: str) -> Stored[VendorAssessment]:
    """Assess a vendor, store the result, and open its assessment where something is to be decided.

    Raises:
        NotFoundError: If ``vendors.yaml`` names no such vendor.
        ConflictError: If somebody else moved it on at the same time.
    """
    desk = read_desk(workspace)
    vendor = desk.vendor(key)
    stores = VendorStores(workspace)
    record = _ensure_record(workspace, desk, vendor)
    assessment = assessed_now(workspace, desk, vendor)
    stores.assessments.add(assessment)
    standing = view_of(workspace, desk, key).standing
    if standing.state is not VendorState.ASSESSING and VendorState.ASSESSING in TRANSITIONS[standing.state]:
        step = VendorStep(
            of=record.id,
            number=standing.steps + 1,
            to=VendorState.ASSESSING,
            by=acting_name(workspace),
            at=workspace.clock.now(),
            reason=f"assessed: {assessment.outcome.value}",
            entry=assessment.entry,
        )
        stores.steps.add(step, claim=claim_of(step.of, step.number))
    return stores.assessments.get(assessment.id)


def decide(workspace: Workspace, key: str, wish: VendorWish) -> VendorView:
    """Record what a person decides of a vendor.

    Raises:
        NotFoundError: If ``vendors.yaml`` names no such vendor.
        NotPermittedError: If who acts is no person with the role, or made the assessment; that is logged.
        ConfigError: If that cannot follow on how the vendor stands, or the wish is not sound.
        EvidenceError: If there is no assessment of the vendor as it is now, or it does not bear the decision.
        ConflictError: If somebody else moved the vendor on at the same time.
    """
    desk = read_desk(workspace)
    vendor = desk.vendor(key)
    person = _manager(workspace)
    view = view_of(workspace, desk, key)
    _require_sound(wish, standing=view.standing, desk=desk)
    assessment = _bearing(workspace, desk, view, wish=wish, person=person) if wish.to in DECIDED else None
    record = _ensure_record(workspace, desk, vendor)
    now = workspace.clock.now()
    days = wish.valid_days if wish.valid_days is not None else desk.file.valid_days
    step = VendorStep(
        of=record.id,
        number=view.standing.steps + 1,
        to=wish.to,
        by=person.id,
        at=now,
        reason=wish.reason.strip(),
        entry=entry_digest(vendor),
        assessment=None if assessment is None else assessment.id,
        conditions=wish.conditions,
        valid_until=now + timedelta(days=days) if wish.to in DECIDED else None,
    )
    VendorStores(workspace).steps.add(step, claim=claim_of(step.of, step.number))
    return view_of(workspace, desk, key)


def _ensure_record(workspace: Workspace, desk: VendorDesk, vendor: Vendor) -> VendorRecord:
    stores, system = VendorStores(workspace), desk.manifest.system.key

    def known() -> VendorRecord | None:
        found = (s.record for s in stores.records.all())
        return next((r for r in found if r.vendor == vendor.key and r.system == system), None)

    record = known()
    if record is not None:
        return record
    made = VendorRecord(
        id=workspace.ids.new("vendor"),
        system=system,
        vendor=vendor.key,
        by=acting_name(workspace),
        at=workspace.clock.now(),
    )
    try:
        stores.records.add(made, claim=f"vendor/{system}/{vendor.key}")
    except ConflictError:
        other = known()
        if other is None:
            raise
        return other
    return made


def _manager(workspace: Workspace) -> Person:
    person = acting_human(workspace, action="vendor")
    if MANAGES not in person.roles:
        refuse(
            workspace,
            action="vendor",
            because=RefusedBecause.NOT_IN_ROLE,
            problem=f"{person.id} is no {MANAGES}: only those decide on vendors",
        )
    return person


def _require_sound(wish: VendorWish, *, standing: VendorStanding, desk: VendorDesk) -> None:
    if not wish.reason.strip():
        raise ConfigError("a decision needs a reason", where="--reason", fix="say why in a sentence")
    if wish.to not in TRANSITIONS[standing.state]:
        able = ", ".join(sorted(state.value for state in TRANSITIONS[standing.state])) or "nothing"
        raise ConfigError(
            f"{standing.vendor} is {standing.state.value}, and {wish.to.value} cannot follow on that",
            where=f"vendor {standing.vendor}",
            fix=f"what can follow: {able}; `rw vendor assess {standing.vendor}` opens it",
        )
    if (wish.to is VendorState.CONDITIONAL) != bool(wish.conditions):
        raise ConfigError(
            "conditions go with `conditional`, and with nothing else",
            where="--condition",
            fix="give at least one with --to conditional, and none else",
        )
    if wish.valid_days is not None and not 1 <= wish.valid_days <= desk.file.valid_days:
        raise ConfigError(
            f"a decision holds 1 to {desk.file.valid_days} days, got {wish.valid_days}",
            where="--days",
            fix="give fewer days, or raise `valid_days` in vendors.yaml",
        )


def _bearing(
    workspace: Workspace, desk: VendorDesk, view: VendorView, *, wish: VendorWish, person: Person
) -> VendorAssessment:
    """Return the assessment that the decision rests on."""
    vendor, assessment = desk.vendor(view.standing.vendor), view.assessment
    again = f"run `rw vendor assess {vendor.key}` again"
    if assessment is None or assessment.entry != entry_digest(vendor):
        what = "was never assessed" if assessment is None else "is stated otherwise than when it was assessed"
        raise EvidenceError(f"{vendor.key} {what}", where=f"vendor {vendor.key}", fix=again)
    if worse := worse_since(assessment, assessed_now(workspace, desk, vendor)):
        what = f"is not as it was when it was assessed: {'; '.join(worse[:3])}"
        raise EvidenceError(f"{vendor.key} {what}", where=f"vendor {vendor.key}", fix=again)
    changes = [s.record for s in VendorStores(workspace).changes.all()]
    if any(c.id in view.standing.changes and c.noticed_at > assessment.assessed_at for c in changes):
        raise EvidenceError(f"{vendor.key} changed since it was assessed", where=f"vendor {vendor.key}", fix=again)
    separate = require_governance(workspace).separations(assessment.tier)
    if assessment.assessed_by == person.id and Separation.REQUESTER_NOT_APPROVER in separate:
        refuse(
            workspace,
            action="vendor",
            because=RefusedBecause.SEPARATION_OF_DUTIES,
            problem=f"{person.id} assessed {vendor.key}: somebody else decides on it",
        )
    if wish.to is VendorState.APPROVED and assessment.outcome is not DemandOutcome.MET:
        raise EvidenceError(
            f"{vendor.key} does not meet what is asked: {_short(assessment)}",
            where=f"assessment {assessment.id}",
            fix="decide `conditional` and say what is owed, or `rejected`; or state what is not known and assess again",
        )
    return assessment


def _short(assessment: VendorAssessment) -> str:
    open_ones = [r for r in assessment.results if r.outcome is not DemandOutcome.MET]
    said = [*(f"{name} ran out" for name in assessment.lapsed), *(f"{m} is withdrawn" for m in assessment.withdrawn)]
    said += [r.reason for r in open_ones]
    return (
        "; ".join(said[:3]) + (f"; and {len(said) - 3} more" if len(said) > 3 else "") if said else "nothing is asked"
    )
