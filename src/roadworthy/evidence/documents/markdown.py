"""A decision as a comment on a change request: short, worst first, and inert whatever a name contains."""

from __future__ import annotations

from roadworthy.evidence.documents.oversight import consent_view, excepted_text, exception_rows
from roadworthy.evidence.documents.wording import (
    OUTCOME_WORD,
    VERDICT_TONE,
    VERDICT_WORD,
    Tone,
    day_text,
    is_owed,
    outcome_tone,
    verdict_meaning,
    visible,
)
from roadworthy.gates.model import GateDecision, RuleResult

ICON = {Tone.GOOD: "✅", Tone.OWED: "⚠️", Tone.BAD: "⛔", Tone.UNKNOWN: "❓", Tone.QUIET: "➖"}
MAX_ROWS = 30
MAX_CELL_CHARACTERS = 300
_MARKUP = {c: f"\\{c}" for c in "\\`*_{}[]()#+!|~>$"} | {"<": "&lt;", "&": "&amp;", "@": "@\u200b"}


def markdown_of(decision: GateDecision) -> str:
    """Return ``decision`` as Markdown of one heading, one table and the next command."""
    tone = VERDICT_TONE[decision.verdict]
    owed = [result for result in decision.results if is_owed(result)]
    lines = [
        f"## {ICON[tone]} {VERDICT_WORD[decision.verdict]}: {inert(decision.system)} {inert(decision.version)}",
        "",
        f"{verdict_meaning(decision)} {inert(decision.summary[:1].upper() + decision.summary[1:])}.",
        "",
    ]
    lines += _people(decision)
    if owed:
        lines += ["| | Rule | What was found | What turns it green |", "| --- | --- | --- | --- |"]
        lines += [_row(result, decision) for result in owed[:MAX_ROWS]]
        if len(owed) > MAX_ROWS:
            lines.append(f"| | … and {len(owed) - MAX_ROWS} more, in the report | | |")
        lines.append("")
    lines += [
        f"<sub>Release `{decision.release[:19]}…`, tier {decision.tier.value}, decided "
        f"{day_text(decision.decided_at)}, in force until {day_text(decision.valid_until)}. "
        f"Explain: `rw why {decision.release[7:19]}`.</sub>",
        "",
    ]
    return "\n".join(lines)


def inert(text: str) -> str:
    """Return ``text`` so that nothing in it is markup, a mention, or hidden from the reader.

    >>> inert("@all <b>").startswith("@all")
    False
    """
    shown = visible(text)
    cut = shown if len(shown) <= MAX_CELL_CHARACTERS else shown[: MAX_CELL_CHARACTERS - 1] + "…"
    return "".join(_MARKUP.get(character, character) for character in cut)


def _people(decision: GateDecision) -> list[str]:
    """Say whose consent there is, and on which exceptions it ships: what nobody may overlook."""
    consent = decision.consent
    lines = []
    if consent is not None:
        view = consent_view(decision)
        until = f", until {view.valid_until}" if view.valid_until else ""
        who = f" by {', '.join(map(inert, consent.approvers))}" if consent.approvers else ""
        why = "" if consent.state.is_consent else f": {inert(view.reason)}"
        command = f" <code>{inert(view.command)}</code>" if view.command else ""
        lines.append(f"- {ICON[view.tone]} **Consent**: {view.word}{who}{until}{why}{command}")
        lines += [f"- {ICON[Tone.OWED]} **Open condition**: {inert(text)}" for text in view.conditions]
    for row in exception_rows(decision):
        if row.lets_through:
            approved = ", ".join(map(inert, row.approved_by))
            lines.append(
                f"- {ICON[Tone.OWED]} **Exception** {inert(row.id)} ({row.reason_code}) lets through "
                f"{inert(', '.join(row.lets_through))} until {row.expires_at}; asked for by {inert(row.asked_by)}, "
                f"approved by {approved}: {inert(row.justification)}"
            )
    return [*lines, ""] if lines else []


def _row(result: RuleResult, decision: GateDecision) -> str:
    tone = outcome_tone(result.outcome, result.severity)
    if result.exceptions:
        tone = Tone.OWED
    fix = inert(result.remediation)
    if result.exceptions:
        fix = f"{inert(excepted_text(result, decision))}. {fix}"
    if result.command:
        fix += f" <code>{inert(result.command)}</code>"
    word = f"{ICON[tone]} {OUTCOME_WORD[result.outcome]}"
    return f"| {word} | **{inert(result.title)}**<br>{inert(result.rule)} | {inert(result.reason)} | {fix} |"
