"""What a governance file comes to: who can, who never could, and which keys end."""

from __future__ import annotations

import pytest

from fakes.consent_world import ASKED, DAY, PEOPLE, governance, key, person, revoked, rule
from roadworthy.core.severity import RiskTier
from roadworthy.governance.check import GovernanceCheck, Weight, check_governance, is_valid_at
from roadworthy.governance.model import ConsentKind, Governance, RevocationReason, Seat


def checked(rules: Governance, *, soon_days: int = 30) -> GovernanceCheck:
    return check_governance(rules, now=ASKED, soon_days=soon_days)


def texts(found: GovernanceCheck, weight: Weight) -> str:
    return "\n".join(remark.text for remark in found.remarks if remark.weight is weight)


def test_a_file_with_stand_ins_for_everybody_is_sound() -> None:
    found = checked(governance())

    assert found.is_sound
    assert "nobody can stand in" not in texts(found, Weight.WARNING)
    seat = next(s for s in found.seats if s.role == "security" and s.tier is RiskTier.HIGH)
    assert seat.people == ("ralf", "sara", "sven")


def test_a_person_without_whom_nothing_goes_is_warned_of() -> None:
    found = checked(governance(consent=(rule(quorum=(Seat(role="legal"),), people=1),)))

    assert found.is_sound
    assert "cannot be had where sven asked for it" in texts(found, Weight.WARNING)


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        pytest.param(
            governance(consent=(rule(quorum=(Seat(role="legal"),), people=2),)),
            "needs 2 different people with a say and a valid key, and there are 1",
            id="more people than have a say",
        ),
        pytest.param(
            governance(
                people=tuple(person(p.id, *p.roles, keys=()) if p.id == "sven" else p for p in PEOPLE),
                consent=(rule(quorum=(Seat(role="legal"),), people=1),),
            ),
            "needs 1 legal with a valid key, and there are 0",
            id="nobody has a key",
        ),
        pytest.param(
            governance(
                consent=(
                    rule(quorum=(Seat(role="legal"),), people=1),
                    rule(kind=ConsentKind.EXCEPTION, quorum=(Seat(role="legal"),), people=1),
                )
            ),
            "no release could ship on an exception",
            id="one person for exception and release",
        ),
    ],
)
def test_a_quorum_that_can_never_be_met_is_a_fault(rules: Governance, fault: str) -> None:
    found = checked(rules)

    assert not found.is_sound
    assert fault in texts(found, Weight.FAULT)


def test_keys_that_end_soon_are_named() -> None:
    found = checked(governance(), soon_days=100)

    assert "key rita-1 of rita ends on 2026-09-09" in texts(found, Weight.WARNING)
    assert "ends on" not in texts(checked(governance(), soon_days=99), Weight.WARNING)


@pytest.mark.parametrize(
    ("reason", "at", "valid"),
    [
        (RevocationReason.SUPERSEDED, ASKED + DAY, True),
        (RevocationReason.SUPERSEDED, ASKED, False),
        (RevocationReason.COMPROMISED, ASKED + DAY, False),
    ],
)
def test_a_revoked_key_is_valid_until_then_unless_it_was_stolen(
    reason: RevocationReason, at: object, valid: bool
) -> None:
    assert is_valid_at(revoked("rita", reason, at), ASKED) is valid  # type: ignore[arg-type] # a table of times
    assert is_valid_at(key("rita"), ASKED)
