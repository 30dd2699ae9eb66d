"""Answers as a document to read: a count, what nobody may claim, and each question with what its answer rests on."""

from __future__ import annotations

from roadworthy.evidence.documents.answers.model import Answer, Answers, Confidence
from roadworthy.evidence.documents.paper.model import Banner, Block, Grid, Listing, Paper, Parts, Prose, Section
from roadworthy.evidence.documents.wording import Tone, day_text


def paper_of_answers(answers: Answers) -> Paper:
    """Return the answers as a document."""
    counts = {one: sum(made.confidence is one for made in answers.answers) for one in Confidence}
    open_ = counts[Confidence.PARTLY] + counts[Confidence.CANNOT]
    return Paper(
        kind="Answers to a questionnaire",
        title=f"{answers.system} {answers.version}",
        subtitle="Each answer says on what it rests. None was attested by a person unless it says so: the role "
        "named must read it before it is sent.",
        banner=Banner(
            word=f"{len(answers.answers) - open_} of {len(answers.answers)} answered",
            tone=Tone.OWED if open_ else Tone.GOOD,
            text="; ".join(f"{count} {one.value}" for one, count in counts.items()) + ".",
        ),
        facts=(
            ("Release", answers.release),
            ("Decision", f"{answers.decision}, {answers.decision_digest}"),
            ("Verdict", answers.verdict.replace("_", " ")),
            ("Written", day_text(answers.written_at)),
            (
                "Counts until",
                day_text(answers.valid_until)
                + (f" (no longer in force: {answers.why_lapsed})" if answers.why_lapsed else ""),
            ),
            ("Questionnaire", answers.questionnaire),
        ),
        sections=(_overview(answers), *(_section(made, place) for place, made in enumerate(answers.answers, start=1))),
        closing="Answers come from facts that the team stated and from signed evidence about exactly this "
        "release. What "
        "neither says is not answered. Check it with the evidence pack: `rw verify PACK --key KEY`.",
        contents=False,
    )


def _overview(answers: Answers) -> Section:
    rows = tuple(
        (made.id, made.question[:160], made.confidence.value, made.attest.replace("_", " ")) for made in answers.answers
    )
    grid = Grid(columns=("Id", "Question", "Answer", "Who must attest"), rows=rows, widths=(2, 9, 4, 3))
    return Section(anchor="overview", title="Overview", blocks=(grid,))


def _section(made: Answer, place: int) -> Section:
    blocks: list[Block] = []
    if made.attested_by or not made.parts:
        blocks.append(Prose(text=made.text))
    if made.parts:
        blocks.append(Parts(parts=made.parts))
    if made.freshness:
        blocks.append(Prose(text=f"Freshness: {made.freshness}.", quiet=True))
    if made.nearest:
        blocks.append(
            Listing(items=tuple(f"Nearest control, for the one who answers: `{id_}`" for id_ in made.nearest))
        )
    return Section(
        anchor=f"q{place}",
        title=f"{made.id}: {made.confidence.value}",
        level=3,
        lead=made.question,
        blocks=tuple(blocks),
    )
