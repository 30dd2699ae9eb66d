"""Answers a customer's questionnaire from the last decision."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from roadworthy.adapters.answers.library import read_library
from roadworthy.adapters.answers.questionnaire import read_questionnaire, with_answers
from roadworthy.core.digest import digest_of
from roadworthy.evidence.documents.answers.compose import answers_of
from roadworthy.evidence.documents.answers.model import Answers, Confidence, LibraryAnswer
from roadworthy.evidence.documents.answers.paper import paper_of_answers
from roadworthy.governance.model import ActorKind
from roadworthy.runtime.documents.collecting import dossier_for
from roadworthy.runtime.documents.forms import Form, Written, content_of
from roadworthy.runtime.workspace import Workspace

LIBRARY = "answers.yaml"
"""Read from beside the manifest where it is there and no other file is named."""


class AnswerForm(StrEnum):
    """How answers are written."""

    CSV = "csv"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"
    PDF = "pdf"


def answer_questionnaire(
    workspace: Workspace,
    path: Path,
    *,
    form: AnswerForm,
    column: str | None = None,
    library: Path | None = None,
    reference: str | None = None,
    allow_lapsed: bool = False,
) -> Written:
    """Return the answers to the questionnaire in ``path``.

    Raises:
        ConfigError: If the questionnaire or the library does not read.
        EvidenceError: If something that is cited is missing, is another or holds no more.
    """
    asked = read_questionnaire(path, column=column)
    shelf = library or workspace.root / LIBRARY
    kept = read_library(shelf) if library is not None or shelf.is_file() else ()
    dossier = dossier_for(workspace, reference, allow_lapsed=allow_lapsed)
    answers = answers_of(
        asked.questions,
        dossier=dossier,
        questionnaire=asked.digest,
        decision_digest=digest_of(dossier.decision),
        library=kept,
    )
    if form is AnswerForm.CSV:
        content = with_answers(asked, answers)
    else:
        content = content_of(paper_of_answers(answers), data=answers, form=Form(form.value), at=dossier.written_at)
    suffix = "md" if form is AnswerForm.MARKDOWN else form.value
    return Written(
        content=content,
        name=f"{path.stem}-answered.{suffix}",
        notes=(*_notes(answers, asked.encoding), *_strangers(workspace, kept)),
    )


def _strangers(workspace: Workspace, kept: Sequence[LibraryAnswer]) -> tuple[str, ...]:
    """Name whom the governance file does not know as a person: their word stands in the answers all the same."""
    governance = workspace.governance
    if governance is None:
        return ()
    known = {one.attested_by: governance.person(one.attested_by) for one in kept}
    strange = [name for name, person in known.items() if person is None or person.kind is not ActorKind.HUMAN]
    if not strange:
        return ()
    listed = ", ".join(repr(name) for name in strange[:5])
    return (f"the governance file knows no person called {listed}: look who stands behind those answers",)


def _notes(answers: Answers, encoding: str) -> tuple[str, ...]:
    counts = [(one, sum(made.confidence is one for made in answers.answers)) for one in Confidence]
    told = "; ".join(f"{count} {one.value}" for one, count in counts if count)
    count = len(answers.answers)
    notes = [
        f"{count} question{'s' if count != 1 else ''}: {told}",
        "a person must read and attest each answer before it is sent",
    ]
    if encoding == "cp1252":
        notes.append("the file is no UTF-8 and was read as Windows-1252: look at letters with accents")
    return tuple(notes)
