"""The documents that are written from one decision."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import Root, workspace_at

if TYPE_CHECKING:
    from roadworthy.runtime.documents.forms import Written


class Form(StrEnum):
    """How a document is written."""

    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"
    PDF = "pdf"


class CaseForm(StrEnum):
    """How an assurance case is written."""

    HTML = "html"
    JSON = "json"
    SVG = "svg"


Decision = Annotated[
    str | None, typer.Argument(help="Id or digest of a decision, or a version; the default is the last decision.")
]
AsForm = Annotated[Form, typer.Option("--format", help="html or pdf to read, markdown to edit, json for programs.")]
Out = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write; - prints it; the default names it for you.")
]
Lapsed = Annotated[
    bool, typer.Option("--allow-lapsed", help="Write about a decision that is no longer in force, and say so in it.")
]


def annex_iv(
    decision: Decision = None,
    form: AsForm = Form.HTML,
    out: Out = None,
    sme: Annotated[
        bool, typer.Option("--sme", help="Say what Article 11 lets small and medium-sized enterprises do.")
    ] = False,
    allow_lapsed: Lapsed = False,
    root: Root = None,
) -> None:
    """Write the technical file of the EU AI Act, Annex IV: what is stated, what is shown, what is missing."""
    from roadworthy.runtime.documents import forms
    from roadworthy.runtime.documents.technical_file import technical_file

    workspace = workspace_at(root)
    written = technical_file(
        workspace, decision, form=forms.Form(form.value), simplified=sme, allow_lapsed=allow_lapsed
    )
    keep(written, out)


def assurance_case(
    decision: Decision = None,
    form: Annotated[
        CaseForm, typer.Option("--format", help="html for people, json for programs, svg for one drawing.")
    ] = CaseForm.HTML,
    view: Annotated[
        str, typer.Option("--view", help="With svg: overview, an area such as guard, or a threat such as threat-T02.")
    ] = "overview",
    additions: Annotated[
        Path | None,
        typer.Option("--additions", help="YAML file with strategies and doubts of your own; default assurance.yaml."),
    ] = None,
    out: Out = None,
    allow_lapsed: Lapsed = False,
    root: Root = None,
) -> None:
    """Write the assurance case: why the release should be believed to be acceptable, and where that is open."""
    from roadworthy.runtime.documents import assurance

    written = assurance.assurance_case(
        workspace_at(root),
        decision,
        form=assurance.CaseForm(form.value),
        view=view,
        additions=additions,
        allow_lapsed=allow_lapsed,
    )
    keep(written, out)


def memo(
    decision: Decision = None,
    form: AsForm = Form.HTML,
    out: Out = None,
    allow_lapsed: Lapsed = False,
    root: Root = None,
) -> None:
    """Write the memo for those who decide: one to two pages, the verdict, and what nobody knows."""
    from roadworthy.runtime.documents import forms
    from roadworthy.runtime.documents.memo import decision_memo

    written = decision_memo(workspace_at(root), decision, form=forms.Form(form.value), allow_lapsed=allow_lapsed)
    keep(written, out)


def report(
    decision: Decision = None,
    form: AsForm = Form.PDF,
    out: Out = None,
    allow_lapsed: Lapsed = False,
    root: Root = None,
) -> None:
    """Write the decision report to print: every rule, what was found, and the evidence."""
    from roadworthy.runtime.documents import forms
    from roadworthy.runtime.documents.reports import decision_report

    written = decision_report(workspace_at(root), decision, form=forms.Form(form.value), allow_lapsed=allow_lapsed)
    keep(written, out)


def pack_summary(
    pack: Annotated[Path, typer.Argument(help="The evidence pack, as rw pack wrote it.")],
    key: Annotated[Path, typer.Option("--key", help="Public key that the pack must be signed with.")],
    form: AsForm = Form.PDF,
    out: Out = None,
) -> None:
    """Check an evidence pack, and write what is in it as a document to file. Needs no workspace."""
    from roadworthy.runtime.documents import forms, reports

    keep(reports.pack_summary(pack, key=key, form=forms.Form(form.value)), out)


def keep(written: Written, out: Path | None) -> None:
    """Write a document to its file or to stdout, and say what is to be known about it."""
    from roadworthy.runtime.documents.forms import write_document

    if out is not None and str(out) == "-":
        output.result(written.text)
    else:
        output.result(str(write_document(written.content, out or Path(written.name))))
    for note in written.notes:
        output.note(note)
