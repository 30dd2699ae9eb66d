"""What a governance file comes to: who can consent to what, and where nobody ever could."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.governance.model import (
    ActorKind,
    ConsentKind,
    ConsentRule,
    Governance,
    Person,
    PublicKey,
    Separation,
)


class Weight(StrEnum):
    """How much a remark matters."""

    FAULT = "fault"
    """Something can never be consented to."""

    WARNING = "warning"
    """It will be in the way one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Who can fill the seats for one kind of consent in one tier."""

    __pydantic_config__: ClassVar = STRICT

    kind: ConsentKind
    tier: RiskTier
    role: str
    count: int
    people: tuple[str, ...]
    """Ids of those who hold the role and have a key that is valid, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that whoever keeps the file should know."""

    __pydantic_config__: ClassVar = STRICT

    weight: Weight
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceCheck:
    """What a governance file comes to at one time."""

    __pydantic_config__: ClassVar = STRICT

    seats: tuple[Seated, ...]
    remarks: tuple[Remark, ...]
    """Faults first."""

    @property
    def is_sound(self) -> bool:
        """Whether everything that it asks for can be had."""
        return all(remark.weight is not Weight.FAULT for remark in self.remarks)


def check_governance(governance: Governance, *, now: datetime, soon_days: int = 30) -> GovernanceCheck:
    """Return who can consent to what at ``now``, which quorum could never be met, and which keys end soon.

    Whoever asks and whoever wrote something may not approve it. So a quorum that needs everybody there is can be met
    only where none of them asked or wrote; that is warned of. One that the people with keys cannot fill even then is
    a fault.

    Args:
        governance: The file.
        now: When. Aware.
        soon_days: A key that ends within so many days is warned of; 0 or more.
    """
    seats: list[Seated] = []
    remarks: list[Remark] = []
    able = [person for person in governance.people if _can_sign(person, now=now)]
    for rule in governance.consent:
        seats += [
            Seated(kind=rule.kind, tier=tier, role=s.role, count=s.count, people=_holders(able, s.role))
            for tier in rule.tiers
            for s in rule.quorum
        ]
        remarks += _of_rule(rule, able=able)
    remarks += _apart(governance, able=able)
    remarks += _of_exceptions(governance)
    remarks += _of_keys(governance, now=now, soon=timedelta(days=soon_days))
    unique = dict.fromkeys(remarks)
    return GovernanceCheck(
        seats=tuple(seats), remarks=tuple(sorted(unique, key=lambda remark: remark.weight is not Weight.FAULT))
    )


def is_valid_at(key: PublicKey, now: datetime) -> bool:
    """Return whether what ``key`` signs at ``now`` counts."""
    revoked = key.revoked_at is not None and (
        key.revoked_at <= now or (key.revoked_because is not None and key.revoked_because.value == "compromised")
    )
    return key.valid_from <= now < key.valid_until and not revoked


def _can_sign(person: Person, *, now: datetime) -> bool:
    return person.kind is ActorKind.HUMAN and any(is_valid_at(key, now) for key in person.keys)


def _holders(people: Sequence[Person], role: str) -> tuple[str, ...]:
    return tuple(sorted(person.id for person in people if role in person.roles))


def _of_rule(rule: ConsentRule, *, able: Sequence[Person]) -> list[Remark]:
    what = f"{rule.kind.value.replace('_', ' ')} in tier {', '.join(tier.value for tier in rule.tiers)}"
    short = _shortage(rule, able)
    if short:
        return [Remark(weight=Weight.FAULT, text=f"{what}: nobody could ever get it through: {short}")]
    needed = [p.id for p in able if _shortage(rule, [other for other in able if other is not p])]
    if not needed:
        return []
    who = ", ".join(sorted(needed))
    text = f"{what}: cannot be had where {who} asked for it or wrote it, or is away: nobody can stand in"
    return [Remark(weight=Weight.WARNING, text=text)]


def _shortage(rule: ConsentRule, able: Sequence[Person]) -> str:
    """Return what is lacking for the quorum of ``rule`` among ``able``; empty where nothing is."""
    counts: dict[str, int] = {}
    for seat in rule.quorum:
        counts[seat.role] = counts.get(seat.role, 0) + seat.count
    for role, count in counts.items():
        holders = len(_holders(able, role))
        if holders < count:
            return f"it needs {count} {role} with a valid key, and there are {holders}"
    people = {person.id for person in able if set(person.roles) & set(counts)}
    if len(people) < rule.people:
        return f"it needs {rule.people} different people with a say and a valid key, and there are {len(people)}"
    return ""


def _apart(governance: Governance, *, able: Sequence[Person]) -> list[Remark]:
    """Return where who approves an exception is always somebody without whom the release cannot be approved."""
    remarks = []
    for tier in RiskTier:
        bound = Separation.EXCEPTION_APPROVER_NOT_RELEASE_APPROVER in governance.separations(tier)
        release = governance.consent_rule(ConsentKind.RELEASE, tier)
        exception = governance.consent_rule(ConsentKind.EXCEPTION, tier)
        if not bound or release is None or exception is None or _shortage(release, able):
            continue
        free = [p for p in able if not _shortage(release, [o for o in able if o is not p])]
        if _shortage(exception, free) and not _shortage(exception, able):
            text = (
                f"exceptions in tier {tier.value}: whoever could approve one is needed to approve the release, "
                "and may not do both: no release could ship on an exception"
            )
            remarks.append(Remark(weight=Weight.FAULT, text=text))
    return remarks


def _of_exceptions(governance: Governance) -> list[Remark]:
    return [
        Remark(
            weight=Weight.WARNING,
            text=f"exceptions in tier {tier.value}: no rule says who may approve one, so nobody can",
        )
        for tier in governance.exceptions.max_days
        if governance.consent and governance.consent_rule(ConsentKind.EXCEPTION, tier) is None
    ]


def _of_keys(governance: Governance, *, now: datetime, soon: timedelta) -> list[Remark]:
    remarks = []
    seated = {seat.role for rule in governance.consent for seat in rule.quorum}
    for person in governance.people:
        for key in person.keys:
            if is_valid_at(key, now) and key.valid_until <= now + soon:
                text = f"key {key.id} of {person.id} ends on {key.valid_until:%Y-%m-%d}"
                remarks.append(Remark(weight=Weight.WARNING, text=text))
        if person.kind is ActorKind.HUMAN and seated & set(person.roles) and not _can_sign(person, now=now):
            text = f"{person.id} has no key that is valid now, and so cannot answer anything"
            remarks.append(Remark(weight=Weight.WARNING, text=text))
    return remarks
