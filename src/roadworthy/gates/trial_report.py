"""What came of trying a candidate policy on past decisions, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from roadworthy.core.severity import RiskTier, Severity
from roadworthy.core.subject import STRICT
from roadworthy.gates.model import RuleOutcome, Verdict

ASSUMED = (
    "Every run is judged as if the candidate's bars had been registered before it; in truth it registered others.",
    "Evidence of a kind that the policy of the day did not ask for is what the ledger held at the time.",
    "Facts that nobody stated then are missing, also where the candidate would have made people state them.",
)
"""What a trial takes for granted. Printed with every result."""

Why = Literal["new", "gone", "tightened", "loosened", "changed", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMove:
    """One rule that bears on a changed verdict, or comes out otherwise."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    why: Why
    """What the candidate did to the rule."""

    fields: tuple[str, ...]
    """``<field>: <then> → <candidate>`` for each that moved."""

    severity: Severity
    before: RuleOutcome | None
    """None: there was no such rule."""

    after: RuleOutcome | None
    """None: the candidate has no such rule."""

    reason: str
    """Why it comes out as it does under the candidate; where it has no such rule, how it came out then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedDecision:
    """One past decision under the candidate."""

    __pydantic_config__: ClassVar = STRICT

    decision: str
    system: str
    version: str
    tier: RiskTier
    decided_at: datetime
    before: Verdict
    after: Verdict
    """As of the decision's own day: what takes effect later is pending."""

    later: Verdict | None = None
    """With what takes effect by the day that was asked about; None: none was."""

    rules: tuple[RuleMove, ...] = ()
    """Rules that come out otherwise, those that decide first; as of the day asked about, where one was."""

    @property
    def is_changed(self) -> bool:
        """Whether the verdict is another one, on its own day or on the day asked about."""
        return self.after is not self.before or (self.later is not None and self.later is not self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReplayable:
    """A past decision that cannot be tried, and why. Never left out of a report."""

    __pydantic_config__: ClassVar = STRICT

    decision: str
    system: str
    version: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReport:
    """What a candidate policy would have changed."""

    __pydantic_config__: ClassVar = STRICT

    candidate: tuple[str, ...]
    """``<name> <version>`` of each of its packs."""

    at: date | None
    """Day whose policy was asked about as well; None: each decision's own day only."""

    replayed: int
    changed: int
    unchanged: int
    not_replayable: int
    changes: tuple[TriedDecision, ...]
    """Those with another verdict, oldest first."""

    same_verdict_other_rules: tuple[TriedDecision, ...]
    """Those with the same verdict of which some rule comes out otherwise."""

    refused: tuple[NotReplayable, ...]
    assumed: tuple[str, ...] = ASSUMED
