"""The technical file as a document to read: gaps first, then every point in the order of the annex."""

from __future__ import annotations

from roadworthy.evidence.documents.annex_iv.model import FilledPoint, TechnicalFile
from roadworthy.evidence.documents.citation import BASIS_WORD, GAP_WORD, Basis, Gap, Passage
from roadworthy.evidence.documents.paper.model import Banner, Block, Grid, Paper, Parts, Prose, Section
from roadworthy.evidence.documents.wording import VERDICT_MEANING, VERDICT_TONE, VERDICT_WORD, Tone, day_text
from roadworthy.gates.model import Verdict

_LEGEND = (
    f"Every paragraph says on what it rests. `{BASIS_WORD[Basis.STATED]}`: written in the manifest, checked by nobody. "
    f"`{BASIS_WORD[Basis.ATTESTED]}`: said in a signed declaration. `{BASIS_WORD[Basis.MEASURED]}`: shown by signed "
    f"evidence about exactly this release, cited with its digest. `{BASIS_WORD[Basis.RECORDED]}`: follows by rule "
    f"from records kept by digest. `{GAP_WORD}`: not known, with who can close it and how."
)


def paper_of_file(file: TechnicalFile) -> Paper:
    """Return the technical file as a document."""
    verdict = Verdict(file.verdict)
    return Paper(
        kind="Technical documentation, Annex IV of the EU AI Act",
        title=file.name,
        subtitle=f"{file.law}, Article 11(1) and Annex IV. System {file.system}, version {file.version}.",
        banner=Banner(
            word=f"{_gaps_word(len(file.gaps))}; release decision: {VERDICT_WORD[verdict].lower()}",
            tone=Tone.UNKNOWN
            if (file.gaps or file.lapsed) and VERDICT_TONE[verdict] is Tone.GOOD
            else VERDICT_TONE[verdict],
            text=("This decision is no longer in force. " if file.lapsed else "") + VERDICT_MEANING[verdict],
        ),
        facts=_facts(file),
        sections=(_scope(file), _gap_list(file), *(_section(point) for point in file.points)),
        closing="This file says what was stated, what was shown and what is missing. It does not say that the "
        "system conforms "
        "to a law. Check it with the evidence pack of the same decision: `rw verify PACK --key KEY` needs no "
        "network and none of our services.",
    )


def _gaps_word(count: int) -> str:
    return f"{count} gap{'s' if count != 1 else ''}" if count else "No gaps found"


def _facts(file: TechnicalFile) -> tuple[tuple[str, str], ...]:
    until = f"{day_text(file.valid_until)}" + (" (no longer in force)" if file.lapsed else "")
    return (
        ("Version", file.version),
        ("Risk tier", file.tier),
        ("Decided", day_text(file.decided_at)),
        ("In force until", until),
        ("Written", day_text(file.written_at)),
        ("Release", file.release),
        ("Decision", f"{file.decision}, {file.decision_digest}"),
        ("Policy", file.policy),
        ("Assessment", file.assessment),
    )


def _scope(file: TechnicalFile) -> Section:
    blocks: list[Block] = [Prose(text=file.owed), Prose(text=_LEGEND)]
    if file.simplified:
        blocks.append(Prose(text=file.simplified))
    counts = dict.fromkeys((*BASIS_WORD.values(), GAP_WORD), 0)
    for point in file.points:
        for part in point.parts:
            counts[BASIS_WORD[part.basis] if isinstance(part, Passage) else GAP_WORD] += 1
    blocks.append(
        Grid(
            columns=("What a paragraph rests on", "Paragraphs"),
            rows=tuple((w, str(n)) for w, n in counts.items()),
            widths=(3, 1),
        )
    )
    return Section(anchor="scope", title="What this file is", blocks=tuple(blocks))


def _gap_list(file: TechnicalFile) -> Section:
    rows = tuple(
        (", ".join(one.points), one.gap.text, one.gap.who.replace("_", " "), _way(one.gap)) for one in file.gaps
    )
    blocks: tuple[Block, ...] = (
        (Grid(columns=("Point", "What is missing", "Who", "What closes it"), rows=rows, widths=(2, 7, 3, 8)),)
        if rows
        else (Prose(text="Nothing that this file looks for is missing. What it does not look for was not looked at."),)
    )
    return Section(
        anchor="gaps", title="What is missing", lead="Each gap stands again where the annex asks for it.", blocks=blocks
    )


def _way(gap: Gap) -> str:
    return f"{gap.closes} `{gap.command}`" if gap.command else gap.closes


def _section(filled: FilledPoint) -> Section:
    point = filled.point
    anchor = "p" + "".join(c if c.isalnum() else "-" for c in point.id).strip("-")
    lead = f"{point.asks} ({point.cites})" if point.asks else f"{point.cites}"
    has_letter = not point.id.isdigit()
    return Section(
        anchor=anchor,
        title=f"{point.id}  {point.title}",
        level=3 if has_letter else 2,
        lead=lead,
        blocks=(Parts(parts=filled.parts),) if filled.parts else (),
    )
