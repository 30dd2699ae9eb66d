"""Writes the memo that a board decides with."""

from __future__ import annotations

from roadworthy.core.digest import digest_of
from roadworthy.evidence.documents.dossier import Dossier
from roadworthy.evidence.documents.memo.model import MemoReview, memo_of
from roadworthy.evidence.documents.memo.paper import paper_of_memo
from roadworthy.evidence.pack import file_stem
from roadworthy.runtime.documents.collecting import dossier_for
from roadworthy.runtime.documents.forms import Form, Written, content_of, file_name
from roadworthy.runtime.reviews.moving import all_reviews
from roadworthy.runtime.workspace import Workspace


def decision_memo(workspace: Workspace, reference: str | None, *, form: Form, allow_lapsed: bool = False) -> Written:
    """Return the memo on a decision.

    Raises:
        EvidenceError: If something that it cites is missing, is another or holds no more.
        ConfigError: If PDF is asked for and its extra is not installed.
    """
    dossier = dossier_for(workspace, reference, allow_lapsed=allow_lapsed)
    memo = memo_of(dossier, decision_digest=digest_of(dossier.decision), review=_review(workspace, dossier))
    return Written(
        content=content_of(paper_of_memo(memo), data=memo, form=form, at=dossier.written_at),
        name=file_name(f"{file_stem(dossier.decision)}-memo", form),
    )


def _review(workspace: Workspace, dossier: Dossier) -> MemoReview | None:
    """Return the last review of exactly this release, or else one of the system that names none; None: neither."""
    mine = [state for state in all_reviews(workspace) if state.review.system == dossier.decision.system]
    about = [s for s in mine if dossier.decision.release in {subject.digest for subject in s.review.about}]
    loose = [s for s in mine if not s.review.about and s.decision is None]
    if not (about or loose):
        return None
    state = max(about or loose, key=lambda one: one.last_at)
    decided = state.decision
    text = f"{state.review.title}, asked for by {state.review.requested_by}."
    text += "" if about else " It names no release: nobody has said that it is about this one."
    if decided is not None:
        text += f" {decided.by} as {decided.role.replace('_', ' ')}: {decided.reason}"
        text += "".join(f" Condition until {one.due.isoformat()}: {one.text}." for one in decided.conditions)
    return MemoReview(
        id=state.review.id,
        state=state.status.value,
        text=text,
        open_questions=tuple(question.text for question in state.open_questions),
    )
