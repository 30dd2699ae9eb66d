"""What a policy leaves out of the one that it stands on, and lines that count no longer."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.core.severity import Severity
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.policy.model import GuardPolicy, Without


def extending_flaws(policy: GuardPolicy) -> Iterator[Flaw]:
    """Yield a flaw for each thing of the policy beneath that is looser here."""
    modes = {rule.id: rule.mode for rule in policy.rules}
    for number, one in enumerate(policy.without):
        yield _ended(one, number) if modes.get(one.rule) == "enforce" else _looser(one, number)


def _ended(one: Without, number: int) -> Flaw:
    return Flaw(
        check="without-ended",
        severity=Severity.WARN,
        place=("without", number),
        subject=one.subject,
        said=f"the last day of the line was {one.until}, and it is in force again",
        fix="take the line out, or look at it anew and give another day",
    )


def _looser(one: Without, number: int) -> Flaw:
    until = f" until {one.until}" if one.until is not None else ""
    return Flaw(
        check="looser-than-beneath",
        severity=Severity.WARN,
        place=("without", number),
        subject=one.subject,
        said=f"{_became(one)}{until}: {one.reason}",
        fix="take the line out as soon as its reason is gone",
    )


def _became(one: Without) -> str:
    if not one.rule:
        return "looser than beneath"
    return "switched off" if one.to == "off" else "without effect"
