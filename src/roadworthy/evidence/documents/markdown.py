"""A decision as a comment on a change request: short, worst first, and inert whatever a name contains."""

from __future__ import annotations

from roadworthy.evidence.documents.wording import (
    OUTCOME_WORD,
    VERDICT_MEANING,
    VERDICT_TONE,
    VERDICT_WORD,
    Tone,
    day_text,
    is_owed,
    outcome_tone,
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
        f"{VERDICT_MEANING[decision.verdict]} {inert(decision.summary[:1].upper() + decision.summary[1:])}.",
        "",
    ]
    if owed:
        lines += ["| | Rule | What was found | What turns it green |", "| --- | --- | --- | --- |"]
        lines += [_row(result) for result in owed[:MAX_ROWS]]
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


def _row(result: RuleResult) -> str:
    tone = outcome_tone(result.outcome, result.severity)
    fix = inert(result.remediation)
    if result.command:
        fix += f" <code>{inert(result.command)}</code>"
    word = f"{ICON[tone]} {OUTCOME_WORD[result.outcome]}"
    return f"| {word} | **{inert(result.title)}**<br>{inert(result.rule)} | {inert(result.reason)} | {fix} |"
