"""Writes the technical file of a release."""

from __future__ import annotations

from roadworthy.core.digest import digest_of
from roadworthy.evidence.documents.annex_iv.model import technical_file_of
from roadworthy.evidence.documents.annex_iv.paper import paper_of_file
from roadworthy.evidence.pack import file_stem
from roadworthy.runtime.documents.collecting import dossier_for
from roadworthy.runtime.documents.forms import Form, Written, content_of, file_name
from roadworthy.runtime.workspace import Workspace


def technical_file(
    workspace: Workspace, reference: str | None, *, form: Form, simplified: bool = False, allow_lapsed: bool = False
) -> Written:
    """Return the technical file of a decision.

    Raises:
        EvidenceError: If something that it cites is missing, is another or holds no more.
        ConfigError: If PDF is asked for and its extra is not installed.
    """
    dossier = dossier_for(workspace, reference, allow_lapsed=allow_lapsed)
    file = technical_file_of(dossier, decision_digest=digest_of(dossier.decision), simplified=simplified)
    return Written(
        content=content_of(paper_of_file(file), data=file, form=form, at=dossier.written_at),
        name=file_name(f"{file_stem(dossier.decision)}-annex-iv", form),
        notes=(f"{len(file.gaps)} gaps are named in it",) if file.gaps else (),
    )
