"""The memo as a document of one to two pages."""

from __future__ import annotations

from roadworthy.evidence.documents.memo.model import MOST_QUESTIONS, Memo
from roadworthy.evidence.documents.paper.model import Banner, Block, Grid, Listing, Paper, Parts, Prose, Section
from roadworthy.evidence.documents.wording import VERDICT_MEANING, VERDICT_TONE, VERDICT_WORD, Tone, day_text
from roadworthy.gates.model import Verdict

RECOMMENDATION = {
    Verdict.SHIP: "The evidence supports releasing it.",
    Verdict.CONDITIONS: "The evidence supports releasing it, with the conditions below.",
    Verdict.BLOCKED: "The evidence does not support releasing it.",
    Verdict.CANNOT_TELL: "The evidence does not say whether it may be released, so it does not support it.",
}
"""What the verdict means for the one who decides: neither more nor less than the verdict."""

LAPSED = "This decision is no longer in force. What follows is how it stood when it was taken. "

_MOST_STATEMENT = 110


def paper_of_memo(memo: Memo) -> Paper:
    """Return the memo as a document."""
    verdict = Verdict(memo.verdict)
    makers = (_asked, _matters, _changed, _risks, _findings, _exceptions, _owed, _consent, _unknown, _digests)
    sections = (make(memo) for make in makers)
    return Paper(
        kind="Decision memo",
        title=f"{memo.name}, version {memo.version}",
        subtitle=memo.purpose,
        banner=Banner(
            word=VERDICT_WORD[verdict],
            tone=Tone.UNKNOWN if memo.lapsed and VERDICT_TONE[verdict] is Tone.GOOD else VERDICT_TONE[verdict],
            text=f"{LAPSED if memo.lapsed else ''}{RECOMMENDATION[verdict]} {VERDICT_MEANING[verdict]}",
        ),
        facts=(
            ("Risk tier", memo.tier),
            ("Decided", day_text(memo.decided_at)),
            ("In force until", day_text(memo.valid_until) + (" (no longer in force)" if memo.lapsed else "")),
            ("Written", day_text(memo.written_at)),
        ),
        sections=tuple(section for section in sections if section is not None),
        closing="The recommendation is the verdict of the rules in force and nothing more. Check it: `rw verify "
        "PACK --key KEY`.",
        contents=False,
    )


def _asked(memo: Memo) -> Section:
    text = f"Whether {memo.system} {memo.version} may be released. In figures: {memo.summary}."
    return Section(anchor="asked", title="What is asked", blocks=(Prose(text=text),))


def _matters(memo: Memo) -> Section:
    if not memo.matters:
        text = "No blocking rule is open. See the residual risk below before deciding."
        return Section(anchor="matters", title="What matters most", blocks=(Prose(text=text),))
    blocks: list[Block] = [Parts(parts=memo.matters)]
    if memo.more_matters:
        blocks.append(
            Prose(text=f"{memo.more_matters} more blocking findings stand in the decision report.", quiet=True)
        )
    return Section(anchor="matters", title="What matters most", blocks=tuple(blocks))


def _changed(memo: Memo) -> Section:
    return Section(
        anchor="changed", title="What changed since the last decision", blocks=(Listing(items=memo.changed),)
    )


def _risks(memo: Memo) -> Section:
    rows = tuple(
        (f"{r.id}, {r.tier.value}", _short(r.statement), str(r.held), str(r.refuted), str(r.open)) for r in memo.risks
    )
    blocks: list[Block] = [
        Grid(
            columns=("Risk, before controls", "What may happen", "Hold", "Refuted", "Open"),
            rows=rows,
            widths=(4, 12, 2, 2, 2),
        )
    ]
    rest = memo.risk_count - len(memo.risks)
    note = f" {rest} more risks stand in the assessment." if rest > 0 else ""
    blocks.append(
        Prose(
            text="Counted are the controls against each risk. Where none is open or refuted, what remains is "
            f"what they cannot prevent.{note}",
            quiet=True,
        )
    )
    if not rows:
        blocks = [Prose(text="The assessment names no risk.")]
    return Section(anchor="risk", title="Residual risk", blocks=tuple(blocks))


def _findings(memo: Memo) -> Section | None:
    if not memo.findings:
        return None
    rows = tuple((_short(one.title), one.severity, one.status, one.id) for one in memo.findings)
    grid = Grid(columns=("What is wrong", "Severity", "State", "Finding"), rows=rows, widths=(9, 2, 2, 7))
    more = f" {memo.more_findings} more are open." if memo.more_findings else ""
    told = Prose(text=f"Known to be wrong, and nobody has shown it to be mended.{more}", quiet=True)
    return Section(anchor="findings", title="Open findings", blocks=(grid, told))


def _short(text: str) -> str:
    return text if len(text) <= _MOST_STATEMENT else text[: _MOST_STATEMENT - 1].rstrip() + "…"


def _exceptions(memo: Memo) -> Section:
    if not memo.exceptions:
        return Section(
            anchor="exceptions",
            title="Exceptions",
            blocks=(Prose(text="None. No rule is let through by an exception."),),
        )
    rows = tuple(
        (
            one.id,
            ", ".join(one.rules),
            "lets through" if one.effective else f"does not count: {one.reason}",
            f"{one.ends_at:%Y-%m-%d %H:%M} UTC",
            ", ".join(one.approved_by) or "nobody",
        )
        for one in memo.exceptions
    )
    grid = Grid(columns=("Exception", "Rules", "Effect", "Ends", "Approved by"), rows=rows, widths=(4, 4, 4, 3, 3))
    return Section(anchor="exceptions", title="Exceptions", blocks=(grid,))


def _owed(memo: Memo) -> Section | None:
    if not memo.conditions:
        return None
    rows = tuple(
        (one.text, one.owed_by, one.due.isoformat() if one.due is not None else "no day is set")
        for one in memo.conditions
    )
    blocks: list[Block] = [Grid(columns=("What", "Owed by", "Due"), rows=rows, widths=(10, 3, 2))]
    if memo.more_conditions:
        blocks.append(
            Prose(text=f"{memo.more_conditions} more warnings are owed; see the decision report.", quiet=True)
        )
    return Section(anchor="owed", title="What is owed, and by whom", blocks=tuple(blocks))


def _consent(memo: Memo) -> Section:
    blocks: list[Block] = [Prose(text=memo.consent)]
    if memo.approvals:
        blocks.append(Listing(items=memo.approvals))
    if memo.review is not None:
        blocks.append(Prose(text=f"Review {memo.review.id}: {memo.review.state.replace('_', ' ')}. {memo.review.text}"))
    return Section(anchor="consent", title="Approvals and review", blocks=tuple(blocks))


def _unknown(memo: Memo) -> Section:
    asked = [*(memo.review.open_questions if memo.review is not None else ()), *memo.questions]
    items = [*memo.unknown, *(f"Open question: {text}" for text in asked[:MOST_QUESTIONS])]
    more = len(asked) - MOST_QUESTIONS + memo.more_questions
    if more > 0:
        items.append(f"{more} more questions of the review and the assessment are not answered.")
    return Section(anchor="unknown", title="What we do not know", blocks=(Listing(items=tuple(items)),))


def _digests(memo: Memo) -> Section:
    items = tuple(f"{name}: `{value}`" for name, value in memo.digests)
    return Section(anchor="digests", title="What this memo rests on", blocks=(Listing(items=items),))
