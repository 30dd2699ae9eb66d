"""Enters risks, says how they are treated, has what is left accepted, reviews and closes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.approvals.model import ApprovalRequest
from roadworthy.approvals.payload import record_payload
from roadworthy.core.digest import digest_of, digest_of_bytes
from roadworthy.core.errors import ConfigError, ConflictError, EvidenceError, NotFoundError
from roadworthy.core.history import claim_of
from roadworthy.core.records import Stored
from roadworthy.governance.model import ConsentKind
from roadworthy.risk.register.model import (
    AcceptanceSought,
    Closed,
    Rating,
    RegisterRisk,
    Reviewed,
    RiskChange,
    Treated,
    Treatment,
)
from roadworthy.risk.register.standing import RiskStanding
from roadworthy.runtime.oversight.acting import require_governance
from roadworthy.runtime.oversight.authorship import Authors
from roadworthy.runtime.oversight.requesting import request_consent, require_may_ask
from roadworthy.runtime.register.permitting import actor, require_others, reviewer
from roadworthy.runtime.register.reading import Register, read_register
from roadworthy.runtime.register.stores import RegisterStores
from roadworthy.runtime.workspace import Workspace

_DERIVED = re.compile(r"R-T\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskWish:
    """A risk that somebody wants to enter."""

    cause: str
    event: str
    consequence: str
    inherent: Rating
    threats: tuple[str, ...] = ()
    id: str | None = None
    """None makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentWish:
    """What somebody wants to do about a risk."""

    treatment: Treatment
    owner: str
    plan: str
    controls: tuple[str, ...] = ()
    deadline: date | None = None
    residual: Rating | None = None


def add_risk(workspace: Workspace, wish: RiskWish) -> RiskStanding:
    """Enter a risk.

    Raises:
        ConfigError: If it is not sound.
        NotFoundError: If it names evidence that is not in the store.
        ConflictError: If there is a risk with this id already.
        NotPermittedError: If the governance file does not know who acts; that is logged.
    """
    by = actor(workspace)
    register = read_register(workspace)
    _require_evidence(workspace, wish.inherent)
    identifier = wish.id if wish.id is not None else workspace.ids.new("risk")
    if _DERIVED.fullmatch(identifier):
        raise ConfigError(
            f"{identifier[:80]!r} is kept for risks that an assessment derives from threats",
            where="--id",
            fix="choose another id, e.g. R-refunds",
        )
    if any(risk.id == identifier for risk in register.risks):
        raise ConflictError(f"there is a risk {identifier} already", where="--id", fix="choose another id")
    try:
        risk = RegisterRisk(
            id=identifier,
            system=_system(workspace),
            cause=wish.cause.strip(),
            event=wish.event.strip(),
            consequence=wish.consequence.strip(),
            threats=wish.threats,
            inherent=wish.inherent,
            origin="person",
            by=by,
            at=workspace.clock.now(),
        )
    except ValueError as error:
        raise _unsound(error) from error
    _store(workspace, risk)
    return read_register(workspace).standing(identifier)


def treat(workspace: Workspace, identifier: str, wish: TreatmentWish) -> RiskStanding:
    """Say what is done about a risk. A residual rating that no control supports is kept and shown as unsupported.

    Raises:
        NotFoundError: If there is no such risk or control.
        ConfigError: If it is not sound, or what is left is rated worse than the risk.
        ConflictError: If somebody else changed the risk at the same time.
    """
    by = actor(workspace, is_human=True)
    register = read_register(workspace)
    standing = register.standing(identifier)
    unknown = [control for control in wish.controls if not register.controls.knows(control)]
    if unknown:
        raise NotFoundError(
            f"no control of the policy in force is called {unknown[0]!r}", where="--control", fix="see `rw controls`"
        )
    if wish.residual is not None:
        _require_evidence(workspace, wish.residual)
        if worse := wish.residual.higher_than(standing.inherent):
            raise ConfigError(
                f"what is left of {identifier} is claimed to be worse than the risk itself: {', '.join(worse)}",
                where="--residual",
                fix="rate the risk itself anew with `rw risk review`",
            )
    try:
        change = Treated(
            system=_system(workspace),
            of=identifier,
            number=standing.changes + 1,
            treatment=wish.treatment,
            controls=wish.controls,
            owner=wish.owner.strip(),
            deadline=wish.deadline,
            residual=wish.residual,
            plan=wish.plan.strip(),
            by=by,
            at=workspace.clock.now(),
        )
    except ValueError as error:
        raise _unsound(error) from error
    return _change(workspace, register, change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """An acceptance that was asked for, and the request that people answer."""

    standing: RiskStanding
    request: ApprovalRequest


def seek_acceptance(
    workspace: Workspace, identifier: str, *, until: datetime, justification: str, owner: str | None = None
) -> Sought:
    """Ask for consent to bear what is left of a risk until a time.

    What people are asked to accept is what is shown to be left, never what is only claimed. Who entered, rated or
    treated the risk are its authors, and cannot consent to it.

    Raises:
        NotFoundError: If there is no such risk.
        ConfigError: If there is no governance file or no rule for acceptances, or the wish is not sound.
        NotPermittedError: If who asks may not; that is logged.
        ConflictError: If somebody else changed the risk at the same time.
    """
    person = require_may_ask(workspace)
    register = read_register(workspace)
    standing = register.standing(identifier)
    if require_governance(workspace).consent_rule(ConsentKind.RISK_ACCEPTANCE, register.tier) is None:
        raise ConfigError(
            f"the governance file has no rule for risk_acceptance in tier {register.tier.value}, so nobody may accept",
            where=str(workspace.governance_path),
            fix="add one under `consent`, or treat the risk",
        )
    answerable = owner or standing.owner
    if answerable is None:
        raise ConfigError(f"nobody answers for {identifier}", where="--owner", fix="name who does")
    try:
        change = AcceptanceSought(
            system=_system(workspace),
            of=identifier,
            number=standing.changes + 1,
            statement=standing.statement,
            rating=standing.residual,
            owner=answerable,
            until=until,
            justification=justification.strip(),
            by=person.id,
            at=workspace.clock.now(),
        )
    except ValueError as error:
        raise _unsound(error) from error
    _change(workspace, register, change)
    stored = request_consent(
        workspace,
        payload=record_payload(digest_of(change), kind=ConsentKind.RISK_ACCEPTANCE, tier=register.tier),
        about=identifier,
        authors=_authors(workspace, register, identifier),
        reason=change.justification,
        person=person,
    )
    return Sought(standing=read_register(workspace).standing(identifier), request=stored.record)


def review(workspace: Workspace, identifier: str, *, note: str, inherent: Rating | None = None) -> RiskStanding:
    """Record that a risk was looked at again, and rate it anew where a rating is given.

    Raises:
        NotFoundError: If there is no such risk, or the rating names evidence that is not in the store.
        NotPermittedError: If it is rated lower by anybody but a person who reviews risks and has no part in this one;
            that is logged.
        ConfigError: If it is not sound.
        ConflictError: If somebody else changed the risk at the same time.
    """
    by = actor(workspace, is_human=True)
    register = read_register(workspace)
    standing = register.standing(identifier)
    if inherent is not None:
        _require_evidence(workspace, inherent)
        if inherent.lower_than(standing.inherent):
            person = reviewer(workspace, what="rate a risk lower")
            require_others(workspace, register, standing, person, what="rates it lower")
    try:
        change = Reviewed(
            system=_system(workspace),
            of=identifier,
            number=standing.changes + 1,
            note=note.strip(),
            inherent=inherent,
            by=by,
            at=workspace.clock.now(),
        )
    except ValueError as error:
        raise _unsound(error) from error
    return _change(workspace, register, change)


def close(workspace: Workspace, identifier: str, *, reason: str) -> RiskStanding:
    """Close a risk: one whose controls are shown to hold, that is avoided or borne by others, or that is gone.

    Raises:
        NotFoundError: If there is no such risk.
        NotPermittedError: If who acts is no person who reviews risks; that is logged.
        EvidenceError: If something is left to do.
        ConfigError: If no reason is given, or there is no governance file.
        ConflictError: If somebody else changed the risk at the same time.
    """
    person = reviewer(workspace, what="close risks")
    register = read_register(workspace)
    standing = register.standing(identifier)
    require_others(workspace, register, standing, person, what="closes it")
    left = _left_to_do(register, standing)
    if left:
        raise EvidenceError(
            f"{identifier} cannot be closed: {left}",
            where=f"risk {identifier}",
            fix="treat it until its controls hold, or ask for its acceptance with `rw risk accept`",
        )
    try:
        change = Closed(
            system=_system(workspace),
            of=identifier,
            number=standing.changes + 1,
            reason=reason.strip(),
            residual=standing.residual,
            is_gone=identifier in register.gone,
            by=person.id,
            at=workspace.clock.now(),
        )
    except ValueError as error:
        raise _unsound(error) from error
    return _change(workspace, register, change)


def _left_to_do(register: Register, standing: RiskStanding) -> str:
    if standing.risk in register.gone:
        return ""
    match standing.treatment:
        case None:
            return "nothing was done about it"
        case Treatment.ACCEPT:
            return "it is accepted for a time, which leaves it where it is"
        case Treatment.MITIGATE if standing.failing:
            return f"not shown to hold: {', '.join(standing.failing)}"
    return ""


def _change(workspace: Workspace, register: Register, change: RiskChange) -> RiskStanding:
    """Store a change, and before it the risk where the assessment derived it and nobody has touched it yet."""
    if change.of not in register.stored:
        _store(workspace, register.risk(change.of))
    claim = claim_of(f"risk/{_system(workspace)}/{change.of}", change.number)
    RegisterStores(workspace).changes.add(change, claim=claim)
    return read_register(workspace).standing(change.of)


def _store(workspace: Workspace, risk: RegisterRisk) -> Stored[RegisterRisk]:
    stores = RegisterStores(workspace)
    stores.risks.add(risk, claim=claim_of(f"risk/{risk.system}/{risk.id}", 0))
    return stores.risks.get(risk.id)


def _authors(workspace: Workspace, register: Register, identifier: str) -> Authors:
    """Return who entered, rated or treated a risk."""
    governance = require_governance(workspace)
    names = {register.risk(identifier).by, *(c.by for c in register.changes if c.of == identifier)}
    people = {name: governance.person(name) for name in names}
    known = {person.id for person in people.values() if person is not None}
    unknown = {digest_of_bytes(name.encode("utf-8")) for name, person in people.items() if person is None}
    return Authors(known=tuple(sorted(known)), unknown=tuple(sorted(unknown)), commit=None)


def _require_evidence(workspace: Workspace, rating: Rating) -> None:
    for key in rating.evidence:
        workspace.evidence.record(key)


def _system(workspace: Workspace) -> str:
    return load_manifest(workspace.manifest_path).system.key


def _unsound(error: ValueError) -> ConfigError:
    return ConfigError(str(error), where="rw risk", fix="correct it; `rw risk --help` says what is asked")
