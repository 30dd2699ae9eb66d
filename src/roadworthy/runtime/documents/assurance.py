"""Writes the assurance case of a release."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from roadworthy.adapters.papers.additions import read_additions
from roadworthy.adapters.papers.assurance_page import render_assurance
from roadworthy.core.digest import digest_of, plain
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.documents.assurance.build import assurance_case_of
from roadworthy.evidence.documents.assurance.drawing import OVERVIEW, drawing_of
from roadworthy.evidence.documents.assurance.model import AssuranceCase
from roadworthy.runtime.documents.collecting import dossier_for
from roadworthy.runtime.documents.forms import Written
from roadworthy.runtime.workspace import Workspace

ADDITIONS = "assurance.yaml"
"""Read from beside the manifest where it is there and no other file is named."""


class CaseForm(StrEnum):
    """How an assurance case is written."""

    HTML = "html"
    JSON = "json"
    SVG = "svg"


def assurance_case(
    workspace: Workspace,
    reference: str | None,
    *,
    form: CaseForm,
    view: str = OVERVIEW,
    additions: Path | None = None,
    allow_lapsed: bool = False,
) -> Written:
    """Return the assurance case of a decision.

    Raises:
        EvidenceError: If something that it cites is missing, is another or holds no more.
        ConfigError: If what the team adds does not read or does not fit.
        NotFoundError: If there is no such view.
    """
    case = case_of(workspace, reference, additions=additions, allow_lapsed=allow_lapsed)
    stem = f"{case.system}-{case.version}-assurance-case"
    if form is CaseForm.SVG and view != OVERVIEW:
        stem = f"{stem}-{view}"
    content = _content(case, form=form, view=view)
    status = case.node(case.top).status
    return Written(content=content, name=f"{stem}.{form.value}", notes=(f"the top goal is {status}",))


def case_of(
    workspace: Workspace, reference: str | None, *, additions: Path | None = None, allow_lapsed: bool = False
) -> AssuranceCase:
    """Return the case of a decision as a value; see `assurance_case`."""
    dossier = dossier_for(workspace, reference, allow_lapsed=allow_lapsed)
    path = additions or workspace.root / ADDITIONS
    by_hand = read_additions(path) if additions is not None or path.is_file() else ()
    try:
        return assurance_case_of(
            dossier,
            decision_digest=digest_of(dossier.decision),
            by_hand=by_hand,
            findings={f"{one.title} ({one.severity}, {one.status}, {one.id})": one.about for one in dossier.findings},
        )
    except ValueError as error:
        raise ConfigError(str(error), where=str(path), fix="correct the node, or take it out") from error


def _content(case: AssuranceCase, *, form: CaseForm, view: str) -> bytes:
    match form:
        case CaseForm.HTML:
            return render_assurance(case)
        case CaseForm.SVG:
            return drawing_of(case, view).encode("utf-8")
        case CaseForm.JSON:
            return (json.dumps(plain(case), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")
