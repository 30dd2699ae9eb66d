"""``rw answer``: a customer's questionnaire answered from evidence."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli.documents.commands import Lapsed, Out, keep
from roadworthy.cli.options import Root, workspace_at


class AnswerForm(StrEnum):
    """How answers are written."""

    CSV = "csv"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"
    PDF = "pdf"


def answer(
    questionnaire: Annotated[Path, typer.Argument(help="The customer's CSV file.")],
    column: Annotated[
        str | None, typer.Option("--column", help="Name of the column with the questions; found if you leave it out.")
    ] = None,
    library: Annotated[
        Path | None, typer.Option("--library", help="Answers that people stand behind; default answers.yaml.")
    ] = None,
    decision: Annotated[
        str | None, typer.Option("--decision", help="Id or digest of a decision, or a version; default the last one.")
    ] = None,
    form: Annotated[
        AnswerForm, typer.Option("--format", help="csv gives the customer's file back with columns behind theirs.")
    ] = AnswerForm.CSV,
    out: Out = None,
    allow_lapsed: Lapsed = False,
    root: Root = None,
) -> None:
    """Answer a customer's questionnaire from facts and evidence. What neither says is not answered."""
    from roadworthy.runtime.documents import answering

    written = answering.answer_questionnaire(
        workspace_at(root),
        questionnaire,
        form=answering.AnswerForm(form.value),
        column=column,
        library=library,
        reference=decision,
        allow_lapsed=allow_lapsed,
    )
    keep(written, out)
