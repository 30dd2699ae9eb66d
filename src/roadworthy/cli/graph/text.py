"""What ``rw trace`` prints for people, and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import fields

from roadworthy.cli import output
from roadworthy.evidence.graph.auditing import RequirementRow
from roadworthy.evidence.graph.model import EdgeKind
from roadworthy.evidence.graph.queries import Branch
from roadworthy.evidence.graph.questions import Question
from roadworthy.runtime.graph.asking import Answer
from roadworthy.runtime.graph.states import Line
from roadworthy.runtime.graph.tracing import WIDTH, Affected, Blast, Trace, grouped, name_of

_DIGEST = len("sha256:") + 12
"""Characters of a digest that are shown: enough to ask for it again."""

_BACKWARD = {
    EdgeKind.ABOUT: "spoken of by",
    EdgeKind.ANSWERS: "answered by",
    EdgeKind.BINDS: "bound by",
    EdgeKind.CHECKED_BY: "checks",
    EdgeKind.CITES: "cited by",
    EdgeKind.CONSISTS_OF: "part of",
    EdgeKind.DECIDES: "decided by",
    EdgeKind.EXECUTES: "executed by",
    EdgeKind.JUDGES: "judged by",
    EdgeKind.MADE_WITH: "used to make",
    EdgeKind.MAPPED_TO: "served by",
    EdgeKind.RAISES: "raised by",
    EdgeKind.RECALLS: "recalled by",
    EdgeKind.RESTS_ON: "relied on by",
    EdgeKind.SUPERSEDES: "superseded by",
    EdgeKind.SUPPLIED_BY: "supplier of",
    EdgeKind.TREATED_BY: "treats",
    EdgeKind.USES: "used by",
    EdgeKind.WAIVES: "waived by",
}
"""Edges read from target to source."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_trace(trace: Trace) -> str:
    """Return a trace as two trees."""
    lines = [_line(trace.nodes[trace.start])]
    if trace.others:
        names = ", ".join(_short(name_of(node)) for node in trace.others[:WIDTH])
        lines.append(f"  also called so: {names}{' …' if len(trace.others) > WIDTH else ''}")
    for title, branches, forward in (("rests on", trace.down, True), ("what rests on it", trace.up, False)):
        if branches is not None:
            lines += ["", output.coloured(title, "bold"), *_tree(branches, trace, forward=forward, indent="")]
            lines += [] if branches else ["  nothing that was recorded"]
    if trace.cut:
        lines += ["", "there is more; look at one of these, or follow one --kind of edge"]
    return "\n".join(lines)


def of_blast(blast: Blast) -> str:
    """Return a blast radius as four lists."""
    lines = [_line(blast.of), "", f"if it were wrong, so many records would have to be looked at again: {blast.total}"]
    for title, part in (
        ("evidence that would be void", blast.evidence),
        ("decisions to make again", blast.decisions),
        ("releases that have or rest on it", blast.releases),
        ("approvals that would be void", blast.approvals),
    ):
        lines += ["", output.coloured(f"{title}: {part.total}", "bold"), *_affected(part)]
    return "\n".join(lines)


def of_questions(questions: Sequence[Question]) -> str:
    """Return the standing questions with their names."""
    width = max(len(question.name) for question in questions)
    return "\n".join(f"{question.name:<{width}}  {question.asks}" for question in questions)


def of_answers(answers: Sequence[Answer]) -> str:
    """Return what the standing questions found."""
    lines: list[str] = []
    for answer in answers:
        style = "green" if not answer.found else "red" if answer.is_duty else "yellow"
        lines += [""] if lines else []
        lines.append(f"{answer.asks}  {output.coloured(str(len(answer.found)), style)}")
        for found in answer.found:
            release = f"  [{found.release}]" if found.release else ""
            lines.append(f"  {found.what}{release}: {found.why}")
    return "\n".join(lines)


def of_tested(rows: Sequence[RequirementRow]) -> str:
    """Return the auditor's table as lines, one release after the other."""
    lines: list[str] = []
    release = ""
    for row in rows:
        if row.release_digest != release:
            release = row.release_digest
            approved = f"approved by {', '.join(row.approved_by)}" if row.approved_by else row.consent or "no approval"
            verdict = row.verdict.replace("_", " ")
            since = f"; now {row.since}" if row.let_through else ""
            decided = f"{row.decision} {verdict} on {row.decided_at[:10]}; {approved}{since}"
            lines.append(f"{row.release}  {_short(row.release_digest)}  {decided if row.decision else row.outcome}")
        if row.rule:
            gap = output.coloured("✗", "red")
            mark = gap if row.is_gap else output.coloured("✓", "green") if row.outcome == "pass" else "–"
            waived = f", let through by {', '.join(row.exceptions)}" if row.exceptions else ""
            evidence = f": {', '.join(row.evidence)}" if row.evidence else ""
            lines.append(f"  {mark} {row.requirement}  {row.rule}  {row.outcome.replace('_', ' ')}{waived}{evidence}")
        elif row.decision:
            lines.append(f"  – {row.requirement}  {row.outcome}")
    return "\n".join(lines)


def csv_of_tested(rows: Sequence[RequirementRow]) -> str:
    """Return the auditor's table for a spreadsheet; no cell can be taken for a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = [field.name for field in fields(RequirementRow)]
    writer.writerow(names)
    writer.writerows([[_cell(getattr(row, name)) for name in names] for row in rows])
    return stream.getvalue()


def _cell(value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _tree(branches: Sequence[Branch], trace: Trace, *, forward: bool, indent: str) -> Iterator[str]:
    shown: list[Branch | str] = []
    for group in grouped(branches):
        shown += group[:WIDTH]
        if len(group) > WIDTH:
            shown.append(f"… and {len(group) - WIDTH} more {group[0].node.kind}")
    for place, branch in enumerate(shown, start=1):
        corner, below = ("└─ ", "   ") if place == len(shown) else ("├─ ", "│  ")
        if isinstance(branch, str):
            yield f"{indent}{corner}{branch}"
            continue
        edge = branch.kind.value.replace("_", " ") if forward else _BACKWARD[branch.kind]
        again = " (shown elsewhere)" if branch.seen else ""
        yield f"{indent}{corner}{output.coloured(edge, 'dim')} {_line(trace.nodes[branch.node])}{again}"
        yield from _tree(branch.branches, trace, forward=forward, indent=indent + below)


def _affected(part: Affected) -> list[str]:
    lines = [f"  {_line(line)}" for line in part.lines]
    return lines + ([f"  … and {part.total - len(lines)} more (--limit)"] if part.total > len(lines) else [])


def _line(line: Line) -> str:
    label = f" {line.label}" if line.label and not line.key.startswith(line.label) else ""
    at = f"  {line.at[:10]}" if line.at else ""
    state = f"  {line.state}" if line.state else ""
    return f"{line.kind} {_short(line.key)}{label}{at}{state}"


def _short(text: str) -> str:
    head, colon, rest = text.rpartition("sha256:")
    return f"{head}{colon}{rest}"[: len(head) + _DIGEST] if colon else text
