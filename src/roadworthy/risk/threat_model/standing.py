"""Whether something stands against a threat: from the controls that counter it, and from what was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from roadworthy.risk.threat_model.model import Countermeasure, HandledRisk, RuleState, ThreatState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one threat stands."""

    countermeasures: tuple[str, ...]
    in_force: tuple[str, ...]
    risks: tuple[str, ...]
    accepted_by: tuple[str, ...]
    state: ThreatState
    reason: str


def standing_of(
    names: Sequence[str],
    *,
    countermeasures: Sequence[Countermeasure],
    handled: Sequence[HandledRisk],
    now: datetime,
) -> Standing:
    """Return how a threat stands at ``now``.

    Only a control whose every applicable rule was decided to hold is in force. A threat with none in force is
    *open* whatever is planned; one that the register treats with further controls is held against those as well.

    Args:
        names: The names that it goes by: its id, and for one of the catalogue that id.
        countermeasures: Every control of the policy in force.
        handled: What the risk register says.
        now: The moment.
    """
    mine = tuple(risk for risk in handled if set(risk.threats) & set(names))
    treating = {control for risk in mine for control in risk.controls}
    relevant = [
        c
        for c in countermeasures
        if (set(c.threats) & set(names) or c.control in treating) and c.state is not RuleState.NOT_APPLICABLE
    ]
    in_force = tuple(sorted(c.control for c in relevant if c.state is RuleState.HOLDS))
    short = sorted((c for c in relevant if c.state is not RuleState.HOLDS), key=lambda c: c.control)
    accepting = tuple(
        sorted(risk.risk for risk in mine if risk.accepted_until is not None and now < risk.accepted_until)
    )
    excepting = _exceptions(short)
    state, reason = _judged(in_force=in_force, short=short, accepting=accepting, excepting=excepting)
    return Standing(
        countermeasures=tuple(sorted(c.control for c in relevant)),
        in_force=in_force,
        risks=tuple(sorted(risk.risk for risk in mine)),
        accepted_by=(accepting or excepting) if state is ThreatState.ACCEPTED else (),
        state=state,
        reason=reason,
    )


def _exceptions(short: Sequence[Countermeasure]) -> tuple[str, ...]:
    """Return the exceptions that let through every control that does not hold; none where one is not let through."""
    if not short or any(control.state is not RuleState.WAIVED for control in short):
        return ()
    return tuple(sorted({e for control in short for rule in control.rules for e in rule.exceptions}))


def _judged(
    *,
    in_force: Sequence[str],
    short: Sequence[Countermeasure],
    accepting: Sequence[str],
    excepting: Sequence[str],
) -> tuple[ThreatState, str]:
    if in_force and not short:
        return ThreatState.MITIGATED, f"every control that counters it is shown to hold: {', '.join(in_force)}"
    if accepting:
        return ThreatState.ACCEPTED, f"accepted with {', '.join(accepting)}"
    if excepting:
        return ThreatState.ACCEPTED, f"what does not hold is excepted by {', '.join(excepting)}"
    if not short:
        return ThreatState.OPEN, "no control of the policy in force counters it"
    lacking = "; ".join(f"{control.control} {_SAID[control.state]}" for control in short[:3])
    more = f"; and {len(short) - 3} more" if len(short) > 3 else ""
    if in_force:
        return ThreatState.PARTLY, f"{lacking}{more}; in force: {', '.join(in_force)}"
    return ThreatState.OPEN, f"nothing is in force: {lacking}{more}"


_SAID = {
    RuleState.DOES_NOT_HOLD: "does not hold",
    RuleState.NOT_KNOWN: "is not shown to hold",
    RuleState.WAIVED: "is excepted, not held",
}
