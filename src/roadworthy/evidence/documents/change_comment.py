"""What a change does to the systems of a repository, as one comment: short, inert, bounded, and never repeated.

A comment is found again by `MARKER`, so that the next push writes over it. No text under test is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from roadworthy.evidence.documents.markdown import ICON
from roadworthy.evidence.documents.markdown import inert as _inert
from roadworthy.evidence.documents.wording import (
    OUTCOME_WORD,
    VERDICT_TONE,
    VERDICT_WORD,
    Tone,
    day_text,
    is_owed,
    outcome_tone,
)
from roadworthy.gates.model import GateDecision, RuleResult
from roadworthy.inventory.diff import ComponentChange, ReleaseDiff

MARKER = "<!-- roadworthy:change-comment -->"
"""First line of every comment."""

MAX_CHARACTERS = 60_000
"""GitHub takes 65,536 characters, Azure DevOps 150,000 and GitLab 1,000,000."""

_ROWS = (30, 10, 3, 0)
"""How many rows of one kind are shown; the next smaller number where the comment would be too long."""

_MAX_SYSTEMS = 50


class TaskState(StrEnum):
    """What became of an evaluation task in this pipeline."""

    REUSED = "reused"
    RUN = "run"
    FAILED = "failed"
    """It was to be run, and was not carried to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutcome:
    """One evaluation task that a rule in force asks for."""

    task: str
    state: TaskState
    reason: str
    """Why its evidence counts, or why it was run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOutcome:
    """What the pipeline found of one system."""

    system: str
    folder: str
    """Relative to the repository."""

    exit_code: int
    """0 ship, 1 blocked, 2 asked wrongly, 3 cannot tell."""

    decision: GateDecision | None
    """None: there was none, and ``problems`` say why."""

    previous: GateDecision | None = None
    """The last decision before this one; None: this is the first."""

    difference: ReleaseDiff | None = None
    """From the release of the last decision; None: there is none to compare with."""

    tasks: tuple[TaskOutcome, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def num_reused(self) -> int:
        """Tasks whose evidence still counted."""
        return sum(task.state is TaskState.REUSED for task in self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A system that was not judged."""

    name: str
    """Its folder, with its key where that is known."""

    reason: str


def inert(text: str) -> str:
    """Return ``text`` so that nothing in it is markup, a mention or a link.

    >>> "://" in inert("https://example.org")
    False
    """
    return _inert(text).replace("://", ":\u200b//").replace("www.", "www\u200b.")


def change_comment(systems: Sequence[SystemOutcome], left_out: Sequence[LeftOut] = ()) -> str:
    """Return the comment on a change; at most `MAX_CHARACTERS` long whatever is in it."""
    for rows in _ROWS:
        text = _comment(systems, left_out, rows=rows)
        if len(text) <= MAX_CHARACTERS:
            return text
    lines = [MARKER, "## Roadworthy", "", *(_heading(one) for one in systems[:_MAX_SYSTEMS])]
    return "\n".join([*lines, "", "The rest is too long for a comment; it is in the reports of this pipeline.", ""])


def _comment(systems: Sequence[SystemOutcome], left_out: Sequence[LeftOut], *, rows: int) -> str:
    lines = [MARKER]
    if not systems:
        lines += ["## ➖ Roadworthy: no system is touched by this change", ""]
    for one in systems[:_MAX_SYSTEMS]:
        lines += _system(one, rows=rows)
    if len(systems) > _MAX_SYSTEMS:
        lines += [f"… and {len(systems) - _MAX_SYSTEMS} more systems, in the reports of this pipeline.", ""]
    lines += _section("Not judged", [f"- {inert(one.name)}: {inert(one.reason)}" for one in left_out], rows=rows)
    return "\n".join(lines)


def _system(one: SystemOutcome, *, rows: int) -> list[str]:
    lines = [_heading(one), ""]
    decision = one.decision
    if decision is not None:
        lines += [f"{inert(decision.summary[:1].upper() + decision.summary[1:])}.", ""]
        lines += _since_last(one)
    lines += _section("Problems", [f"- {inert(problem)}" for problem in one.problems], rows=rows)
    if decision is None:
        return lines
    lines += _section("What changed", _changes(one.difference), rows=rows)
    lines += _section("Rules with another outcome", _moved_rules(decision, one.previous), rows=rows)
    lines += _section("Exceptions", _exceptions(decision, one.previous), rows=rows)
    lines += _section("Approvals", _approvals(decision), rows=rows)
    lines += _section(_evidence_title(one), _evidence(one), rows=rows)
    lines += _section("What is left to do", _owed(decision), rows=rows)
    lines += [
        f"<sub>Release <code>{decision.release[:19]}…</code>, tier {decision.tier.value}, in force until "
        f"{day_text(decision.valid_until)}. Explain: <code>rw why {decision.release[7:19]}</code>.</sub>",
        "",
    ]
    return lines


def _heading(one: SystemOutcome) -> str:
    place = "" if one.folder == "." else f" ({inert(one.folder)})"
    if one.decision is None:
        return f"## {ICON[Tone.UNKNOWN]} No decision: {inert(one.system or one.folder)}{place}"
    tone = VERDICT_TONE[one.decision.verdict]
    word = VERDICT_WORD[one.decision.verdict]
    return f"## {ICON[tone]} {word}: {inert(one.decision.system)} {inert(one.decision.version)}{place}"


def _since_last(one: SystemOutcome) -> list[str]:
    if one.previous is None:
        return ["This is the first decision that this pipeline knows of.", ""]
    word = VERDICT_WORD[one.previous.verdict]
    return [f"The last decision, of {day_text(one.previous.decided_at)}, was: {word}.", ""]


def _section(title: str, lines: Sequence[str], *, rows: int) -> list[str]:
    if not lines:
        return []
    more = [f"- … and {len(lines) - rows} more, in the report"] if len(lines) > rows else []
    return [f"**{title}**", "", *lines[:rows], *more, ""]


def _changes(difference: ReleaseDiff | None) -> list[str]:
    if difference is None:
        return []
    if difference.is_empty:
        return ["- Nothing that the release is made of"]
    facts = ["- What the manifest states about the system"] if difference.facts_changed else []
    return facts + [_component(change) for change in difference.components]


def _component(change: ComponentChange) -> str:
    files = ", ".join(inert(file.name) for file in change.files[:3])
    more = f" and {len(change.files) - 3} more" if len(change.files) > 3 else ""
    return f"- {change.kind.value}: **{inert(change.key)}** {change.change}" + (f" ({files}{more})" if files else "")


def _moved_rules(decision: GateDecision, previous: GateDecision | None) -> list[str]:
    if previous is None:
        return []
    before = {result.rule: result for result in previous.results}
    now = {result.rule: result for result in decision.results}
    lines = []
    for rule, result in now.items():
        was = before.get(rule)
        if was is None or _state(was) != _state(result):
            lines.append(f"- {inert(rule)}: {'not there' if was is None else _state(was)} → {_state(result)}")
    lines += [f"- {inert(rule)}: {_state(was)} → no longer asked" for rule, was in before.items() if rule not in now]
    return lines


def _state(result: RuleResult) -> str:
    waived = ", excepted" if result.exceptions else ""
    return f"{ICON[outcome_tone(result.outcome, result.severity)]} {OUTCOME_WORD[result.outcome]}{waived}"


def _exceptions(decision: GateDecision, previous: GateDecision | None) -> list[str]:
    before = {one.id: one for one in previous.exceptions} if previous is not None else {}
    now = {one.id: one for one in decision.exceptions}
    lines = []
    for id, one in now.items():
        was = before.get(id)
        news = "new, " if was is None else "" if was.state is one.state else f"was {was.state.value}, "
        if one.effective:
            rules = ", ".join(inert(rule) for rule in one.waived) or "no rule needs it now"
            lines.append(f"- {inert(id)}: {news}lets through {rules}, until {day_text(one.expires_at)}")
        elif news or (was is not None and was.effective):
            lines.append(f"- {inert(id)}: {news}{one.state.value}, does not count: {inert(one.reason)}")
    return lines + [f"- {inert(id)}: gone" for id in before if id not in now]


def _approvals(decision: GateDecision) -> list[str]:
    consent = decision.consent
    if consent is None or (consent.state.is_consent and not consent.conditions):
        return []
    lines = [] if consent.state.is_consent else [f"- {consent.state.value.replace('_', ' ')}: {inert(consent.reason)}"]
    if consent.missing:
        lines.append(f"- missing: {', '.join(inert(role) for role in consent.missing)}")
    if consent.changed:
        lines.append(f"- changed since they looked: {', '.join(inert(name) for name in consent.changed)}")
    return lines + [f"- condition due {one.due}: {inert(one.text)}" for one in consent.conditions]


def _evidence_title(one: SystemOutcome) -> str:
    return f"Evidence: {one.num_reused} of {len(one.tasks)} evaluations reused"


def _evidence(one: SystemOutcome) -> list[str]:
    if not one.tasks:
        return ["- No evaluation is asked for"] if one.decision is not None else []
    asked = [task for task in one.tasks if task.state is not TaskState.REUSED]
    if not asked:
        return ["- Nothing that they depend on changed"]
    verb = {TaskState.RUN: "run", TaskState.FAILED: "not carried to its end"}
    return [f"- {inert(task.task)} {verb[task.state]}: {inert(task.reason)}" for task in asked]


def _owed(decision: GateDecision) -> list[str]:
    return [_debt(result) for result in decision.results if is_owed(result)]


def _debt(result: RuleResult) -> str:
    what = f"**{inert(result.title)}** ({inert(result.rule)}): {inert(result.reason.rstrip('.'))}."
    excepted = f" Excepted by {', '.join(inert(id) for id in result.exceptions)}." if result.exceptions else ""
    if result.command:
        return f"- {_state(result)} {what}{excepted} Run <code>{inert(result.command)}</code>"
    fix = f" To do: {inert(result.remediation.rstrip('.'))}." if result.remediation else ""
    return f"- {_state(result)} {what}{excepted}{fix}"
