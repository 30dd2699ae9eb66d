"""The decision report as a document to print, and the summary of an evidence pack that begins with what was checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from roadworthy.core.digest import Digest
from roadworthy.evidence.documents.paper.model import Banner, Block, Grid, Listing, Paper, Prose, Section
from roadworthy.evidence.documents.report import Report, RuleGroup
from roadworthy.evidence.documents.wording import Tone, day_text
from roadworthy.evidence.verification import CheckStatus, Verification


def paper_of_report(report: Report) -> Paper:
    """Return the decision report as a document."""
    return Paper(
        kind="Release decision",
        title=f"{report.system} {report.version}",
        subtitle=report.summary,
        banner=Banner(word=report.word, tone=report.tone, text=report.meaning),
        facts=(
            ("Risk tier", report.tier),
            ("Decided", report.decided_at),
            ("In force until", report.valid_until),
            ("Decision", report.decision),
            *((name, digest) for name, _, digest in report.digests),
            ("Evaluator", report.evaluator),
        ),
        sections=(*_groups(report), _evidence(report), _components(report)),
        closing="The report says what was tested and how. It does not say that the system conforms to a law. "
        "Check it with "
        "the evidence pack: `rw verify PACK --key KEY`.",
    )


def paper_of_pack(
    report: Report,
    verification: Verification,
    *,
    name: str,
    archive: Digest,
    index: Digest,
    files: Mapping[str, Digest],
) -> Paper:
    """Return what an evidence pack holds and what came of checking it, before the report of its decision.

    Args:
        report: Of the pack's decision.
        verification: What came of checking the pack.
        name: File name of the pack.
        archive: Digest of the archive.
        index: Digest of its signed index, which names every file with its digest.
        files: Digest by name of each file in it.
    """
    paper = paper_of_report(report)
    return Paper(
        kind="Summary of an evidence pack",
        title=paper.title,
        subtitle=f"Of the pack `{name}`. The pack is the evidence; this summary only says what is in it.",
        banner=_checked(report, verification),
        facts=(
            ("Pack", archive),
            ("Signed index", index),
            ("Key", verification.key_id),
            ("Checked", day_text(verification.at)),
            *paper.facts,
        ),
        sections=(_checks(verification), *paper.sections, _files(files)),
        closing=f"Whoever holds the pack with digest {archive} can check all of this offline: `rw verify {name} "
        "--key KEY`.",
    )


def _checked(report: Report, verification: Verification) -> Banner:
    """Say the verdict first: that a pack is intact says nothing about whether its release may ship."""
    until = _moment(verification.valid_until)
    if verification.may_be_relied_on:
        text = f"The pack is intact: every check that could be made held. Its decision is in force until {until}."
        return Banner(word=f"{report.word}; the pack is intact", tone=report.tone, text=f"{report.meaning} {text}")
    force = verification.force.value.replace("_", " ")
    text = f"Nothing in the pack is broken, but its decision is {force}; it was to be in force until {until}."
    return Banner(word="Intact, and its decision is not in force", tone=Tone.OWED, text=text)


def _moment(at: datetime | None) -> str:
    return day_text(at) if at is not None else "a time that is not known"


def _checks(verification: Verification) -> Section:
    words = {CheckStatus.OK: "holds", CheckStatus.FAILED: "broken", CheckStatus.NOT_CHECKED: "not checked"}
    rows = tuple((check.what, words[check.status], check.detail) for check in verification.checks)
    grid = Grid(columns=("What was checked", "Result", "What was seen"), rows=rows, widths=(5, 2, 6))
    return Section(anchor="checks", title="What was checked", blocks=(grid,))


def _groups(report: Report) -> tuple[Section, ...]:
    return tuple(
        Section(
            anchor=f"group-{group.anchor}",
            title=f"{group.title} ({len(group.rows)})",
            lead=group.hint,
            blocks=_rules(group),
        )
        for group in report.groups
    )


def _rules(group: RuleGroup) -> tuple[Block, ...]:
    if group.folded:
        return (Listing(items=tuple(f"{row.title} (`{row.rule}`): {row.reason}" for row in group.rows)),)
    rows = tuple((f"{row.title} `{row.rule}`", row.word, row.reason, row.remediation) for row in group.rows)
    return (Grid(columns=("Control and rule", "Found", "Why", "What turns it green"), rows=rows, widths=(5, 2, 6, 6)),)


def _evidence(report: Report) -> Section:
    if not report.evidence:
        return Section(anchor="evidence", title="Evidence", blocks=(Prose(text="The decision looked at no evidence."),))
    rows = tuple((row.type, f"`{row.id}` `{row.digest}`", row.age, row.word) for row in report.evidence)
    grid = Grid(columns=("Type", "Id and digest", "Age", "Counts"), rows=rows, widths=(4, 10, 2, 3))
    return Section(
        anchor="evidence",
        title="Evidence",
        lead="Everything that the decision looked at, counted or not.",
        blocks=(grid,),
    )


def _components(report: Report) -> Section:
    rows = tuple((key, kind, f"`{digest}`") for key, kind, digest in report.components)
    grid = Grid(columns=("Component", "Type", "Digest"), rows=rows, widths=(4, 3, 10))
    return Section(anchor="components", title="Components", blocks=(grid,))


def _files(files: Mapping[str, Digest]) -> Section:
    rows = tuple((f"`{name}`", f"`{files[name]}`") for name in sorted(files))
    grid = Grid(columns=("File", "Digest"), rows=rows, widths=(5, 8))
    return Section(anchor="files", title="Files of the pack", blocks=(grid,))
