"""Looks a policy through, with all checks."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.core.severity import Severity
from roadworthy.guard.check.conditions import condition_flaws
from roadworthy.guard.check.extending import extending_flaws
from roadworthy.guard.check.grants import tool_flaws
from roadworthy.guard.check.limits import budget_flaws, detector_flaws, failing_flaws
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.check.patterns import pattern_flaws
from roadworthy.guard.check.places import place_flaws
from roadworthy.guard.check.routes import route_flaws
from roadworthy.guard.check.words import word_flaws
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.model import Completion, GuardPolicy

_ORDER = (Severity.BLOCK, Severity.WARN, Severity.INFO)


def check(bundle: Bundle, *, written: GuardPolicy, served: Sequence[Completion]) -> tuple[Flaw, ...]:
    """Return what is wrong with a policy that compiles, worst first, then in order of the file.

    Args:
        bundle: The policy, compiled for the tier of the system.
        written: As it stands in its file.
        served: All safe completions that can be told.
    """
    found = [
        *pattern_flaws(written),
        *condition_flaws(written),
        *place_flaws(written, tier=bundle.tier),
        *route_flaws(bundle),
        *word_flaws(written, served=served),
        *budget_flaws(written),
        *failing_flaws(written, tier=bundle.tier),
        *detector_flaws(bundle),
        *extending_flaws(written),
        *tool_flaws(written),
    ]
    return tuple(
        sorted(found, key=lambda one: (_ORDER.index(one.severity), [str(step).rjust(6) for step in one.place]))
    )
