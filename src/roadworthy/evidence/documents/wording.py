"""The words and tones in which documents speak. Every outcome has a word of its own; colour only repeats it."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from enum import StrEnum

from roadworthy.approvals.standing import ConsentState
from roadworthy.core.clock import require_aware
from roadworthy.core.severity import Severity
from roadworthy.gates.model import GateDecision, Judged, RuleOutcome, RuleResult, Validity, Verdict
from roadworthy.gates.wording import percent


class Tone(StrEnum):
    """What an icon and a colour repeat; the word beside them carries it alone."""

    GOOD = "good"
    OWED = "owed"
    BAD = "bad"
    UNKNOWN = "unknown"
    QUIET = "quiet"


VERDICT_WORD = {
    Verdict.SHIP: "Ship",
    Verdict.CONDITIONS: "Ship with conditions",
    Verdict.BLOCKED: "Blocked",
    Verdict.CANNOT_TELL: "Cannot tell",
}
VERDICT_TONE = {
    Verdict.SHIP: Tone.GOOD,
    Verdict.CONDITIONS: Tone.OWED,
    Verdict.BLOCKED: Tone.BAD,
    Verdict.CANNOT_TELL: Tone.UNKNOWN,
}
VERDICT_MEANING = {
    Verdict.SHIP: "Every rule that binds this release was judged, and holds.",
    Verdict.CONDITIONS: "Every blocking rule was judged and holds. Some warnings are owed; they are listed below.",
    Verdict.BLOCKED: "The evidence shows that at least one blocking rule does not hold. This release should not "
    "ship as it is.",
    Verdict.CANNOT_TELL: "No blocking rule was refuted, but at least one could not be judged. What is not known "
    "does not count as safe, so this release should not ship yet.",
}
OUTCOME_WORD = {
    RuleOutcome.PASS: "Holds",
    RuleOutcome.FAIL: "Refuted",
    RuleOutcome.MISSING: "Missing",
    RuleOutcome.STALE: "Stale",
    RuleOutcome.UNDERPOWERED: "Too few samples",
    RuleOutcome.ERROR: "Error",
    RuleOutcome.NOT_APPLICABLE: "Does not apply",
    RuleOutcome.PENDING: "Not yet in effect",
}
LETS_THROUGH = frozenset({RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})
_VALIDITY_WORD = {
    Validity.VALID: "counts",
    Validity.NOT_YET_VALID: "dated in the future",
    Validity.EXPIRED: "too old",
    Validity.SUBJECT_CHANGED: "about other components",
    Validity.TASK_CHANGED: "of another task",
    Validity.TARGET_CHANGED: "of another target",
    Validity.POLICY_CHANGED: "of other controls or faults",
    Validity.RECALLED: "recalled",
    Validity.UNVERIFIABLE: "signature does not hold",
}
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


def verdict_meaning(decision: GateDecision) -> str:
    """Say what a verdict means for a reader, with what it ships on or whose consent it lacks."""
    excepted = any(result.exceptions for result in decision.results)
    if decision.verdict is Verdict.CONDITIONS and excepted:
        return (
            "Every blocking rule holds, but for those that an approved exception lets through until a day. What does "
            "not hold is listed below, with who asked for the exception and who approved it."
        )
    consent = decision.consent
    if consent is None or consent.state.is_consent:
        return VERDICT_MEANING[decision.verdict]
    if consent.state is ConsentState.REJECTED and decision.verdict is Verdict.BLOCKED and not _is_refuted(decision):
        return "Somebody whose consent is needed said no. This release should not ship as it is."
    if decision.verdict is Verdict.CANNOT_TELL and not _is_undecided(decision):
        return "The rules let it through, but people whose consent is needed have not given it. It should not ship yet."
    return VERDICT_MEANING[decision.verdict]


def _is_refuted(decision: GateDecision) -> bool:
    return any(
        r.severity is Severity.BLOCK and r.outcome is RuleOutcome.FAIL and not r.exceptions for r in decision.results
    )


def _is_undecided(decision: GateDecision) -> bool:
    return any(r.severity is Severity.BLOCK and is_owed(r) and not r.exceptions for r in decision.results)


def outcome_tone(outcome: RuleOutcome, severity: Severity) -> Tone:
    """Return the tone of a rule's outcome.

    >>> outcome_tone(RuleOutcome.FAIL, Severity.BLOCK)
    <Tone.BAD: 'bad'>
    """
    if outcome is RuleOutcome.PASS:
        return Tone.GOOD
    if outcome in LETS_THROUGH:
        return Tone.QUIET
    if severity is Severity.INFO:
        return Tone.QUIET
    if severity is Severity.WARN:
        return Tone.OWED
    return Tone.BAD if outcome is RuleOutcome.FAIL else Tone.UNKNOWN


def validity_word(validity: Validity) -> str:
    """Say whether evidence counts, and if not, why.

    >>> validity_word(Validity.VALID), validity_word(Validity.TASK_CHANGED)
    ('counts', 'of another task')
    """
    return _VALIDITY_WORD.get(validity, validity.value.replace("_", " "))


def visible(text: str) -> str:
    """Return ``text`` with every control and direction-changing character shown as its code point.

    Such a character can make a reader see other words than those that were signed.

    >>> visible("safe\u202eelif")
    'safeU+202Eelif'
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character in "\n\r\t":
        return " "
    return f"U+{ord(character):04X}" if category in {"Cc", "Cf", "Cn", "Cs", "Co"} else character


def bound_text(judged: Judged) -> str:
    """Say both one-sided bounds.

    They are given together, each at the rule's confidence.
    """
    if judged.low is None or judged.high is None:
        return "no bounds"
    return f"{judged.confidence * 100:g} % bounds {percent(judged.low)} to {percent(judged.high)}"


def counted_text(judged: Judged) -> str:
    """Say what was counted and the rate that it speaks for; they differ where a judge that errs counted."""
    verb = "failed" if judged.rate == "failure" else "succeeded"
    counts, rate = f"{judged.events} of {judged.assessed} {verb}", percent(judged.estimate or 0.0)
    if judged.raw is None:
        return f"{counts}: {rate}"
    return f"by the judge {counts}: {percent(judged.raw)}; {rate} corrected for its errors"


def bar_text(judged: Judged) -> str:
    """Say the bar."""
    sign = "at most" if judged.comparator == "<=" else "at least"
    return f"{sign} {percent(judged.threshold)}"


def age_text(seconds: int) -> str:
    """Say an age in its two largest units, or that it lies in the future.

    >>> age_text(3 * 3600 + 5 * 60), age_text(12 * 86400), age_text(-5)
    ('3 h 5 min', '12 d 0 h', 'in the future')
    """
    if seconds < 0:
        return "in the future"
    if seconds >= _DAY_S:
        return f"{seconds // _DAY_S} d {seconds % _DAY_S // _HOUR_S} h"
    if seconds >= _HOUR_S:
        return f"{seconds // _HOUR_S} h {seconds % _HOUR_S // _MINUTE_S} min"
    return f"{seconds // _MINUTE_S} min" if seconds >= _MINUTE_S else f"{seconds} s"


def day_text(moment: datetime) -> str:
    """Say a time for people, in UTC.

    >>> from datetime import UTC
    >>> day_text(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    '2 January 2026, 03:04 UTC'
    """
    moment = require_aware(moment, name="moment")
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def is_owed(result: RuleResult) -> bool:
    """Return whether something is left to do about a rule."""
    return result.outcome not in LETS_THROUGH
