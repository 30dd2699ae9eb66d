"""``SOURCES.md``, the map of a document to its draft, and ``DRAFT.md``, what a person must look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.adapters.drafts.text import shown
from roadworthy.policy.drafting.comparing import Mapped
from roadworthy.policy.drafting.disposition import Covered, Draft, Entry, NotARequirement, NotTranslated, Proposed

_DIGEST_LINE = re.compile(r"^- Digest: `(sha256:[0-9a-f]{64})`$", re.MULTILINE)
_ROW = re.compile(r"^\| (\d+) \| ([^|]*) \| (\w+) \| (.*) \| (.*) \| `(sha256:[0-9a-f]{64})` \|$")


def sources_page(draft: Draft) -> str:
    """Return ``SOURCES.md``: every statement of the document with its line, and what became of it."""
    counts = draft.counts
    lines = [
        "# Sources",
        "",
        f"Drafted from `{shown(draft.document)}`. Thresholds and periods are those that the document states;",
        "where it states none, `DRAFT.md` says what was put in its place.",
        "Links to frameworks were guessed from controls that resemble the statement; none was reviewed.",
        "",
        f"- Digest: `{draft.digest}`",
        f"- Statements: {counts.statements}: {counts.translated} translated, {counts.not_translated} not translated, "
        f"{counts.not_requirements} no requirement",
        "",
        "| line | clause | kind | statement | became | digest of the statement |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(entry) for entry in draft.entries]
    return "\n".join(lines) + "\n"


def _row(entry: Entry) -> str:
    statement = entry.statement
    place = f"| {statement.place.line} | {shown(statement.place.clause)} | {statement.modality.value} "
    return f"{place}| {shown(statement.text, most=160)} | {_became(entry)} | `{statement.digest}` |"


def _became(entry: Entry) -> str:
    match entry.disposition:
        case Proposed(control=control, by=by):
            return control.id + (" (proposed by a model)" if by == "model" else "")
        case Covered(by_control=control):
            return f"covered by {control}"
        case NotTranslated(reason=reason):
            return f"*not translated* ({reason})"
        case _:
            return "no requirement"


def read_sources(page: str) -> tuple[str, tuple[Mapped, ...]] | None:
    """Return the document's digest and the statements that a ``SOURCES.md`` maps; None where it maps none."""
    found = _DIGEST_LINE.search(page)
    if found is None:
        return None
    rows = (_ROW.match(line) for line in page.split("\n"))
    mapped = tuple(
        Mapped(
            line=int(row.group(1)[:9]),
            clause=_unmarked(row.group(2)),
            modality=row.group(3),
            text=_unmarked(row.group(4)),
            became=_unmarked(row.group(5)),
            digest=row.group(6),
        )
        for row in rows
        if row is not None
    )
    return found.group(1), mapped


def _unmarked(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).strip()


def draft_page(draft: Draft) -> str:
    """Return ``DRAFT.md``: what a person must decide before the pack may bind anybody."""
    return "\n".join(_draft_lines(draft)) + "\n"


def _draft_lines(draft: Draft) -> Iterator[str]:
    yield from (
        "# Review of this draft",
        "",
        "A program proposed this pack by matching words. It binds nobody until a person has reviewed it.",
        "The figure behind a proposal says how clearly the words matched, not how likely the proposal is right.",
        "",
        "- [ ] Nothing is missing: the statements listed as *no requirement* in `SOURCES.md` are none.",
        "- [ ] Every objective says what its clause says, no more and no less.",
        "- [ ] Tiers, severity and who may waive are decided; nobody may waive what is proposed.",
        "- [ ] `cases/expectations.yaml` says what was decided; as drafted it only restates the proposal.",
        "- [ ] Every link to a framework was looked up, and corrected or removed.",
        "- [ ] The pack's licence in `pack.yaml` is stated as you want it.",
        "- [ ] The cases hold (`rw policy test`), and a case was added for what only you know.",
    )
    for entry in draft.entries:
        if isinstance(entry.disposition, NotARequirement) and "words of duty" in entry.disposition.because:
            yield f"- [ ] {_head(entry)} is no rule, although {shown(entry.disposition.because)}."
    yield from ("", "## Proposed controls", "")
    for entry in draft.entries:
        if isinstance(entry.disposition, Proposed):
            yield from _proposed_lines(entry, entry.disposition)
    yield from ("## Covered by a control that exists", "")
    for entry in draft.entries:
        if isinstance(entry.disposition, Covered):
            yield f"- [ ] {_head(entry)}: {entry.disposition.by_control} ({entry.disposition.confidence:.2f})"
            yield from (f"  - {shown(need)}" for need in entry.disposition.needs_you)
    yield from ("", "## Not translated", "")
    for entry in draft.entries:
        if isinstance(entry.disposition, NotTranslated):
            yield f"- [ ] {_head(entry)}: {shown(entry.disposition.because)}."
            yield f"  - Ask: {shown(entry.disposition.question)}"


def _proposed_lines(entry: Entry, found: Proposed) -> Iterator[str]:
    yield f"### {found.control.id}"
    yield ""
    yield f"- {_head(entry)}"
    by = "a model" if found.by == "model" else "matching"
    yield f"- by {by}, {found.confidence:.2f}; read from: {shown(', '.join(found.because))}"
    for name, value in (
        ("tests", ", ".join(found.tests)),
        ("lint rules", ", ".join(found.lint)),
        ("evidence", ", ".join(found.evidence)),
        ("monitor", found.monitor),
        ("guard", found.guard),
        ("nearest", ", ".join(f"{one.control} ({one.score:.2f})" for one in found.nearest)),
    ):
        if value:
            yield f"- {name}: {shown(value)}"
    yield from (f"- [ ] {shown(need)}" for need in found.needs_you)
    yield "- [ ] reviewed"
    yield ""


def _head(entry: Entry) -> str:
    statement = entry.statement
    clause = f", clause {shown(statement.place.clause)}" if statement.place.clause else ""
    return f"line {statement.place.line}{clause}: {shown(statement.text)}"
