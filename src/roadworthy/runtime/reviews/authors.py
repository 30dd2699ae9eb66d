"""Who wrote what a review is about, as the repository's history and requests for consent tell."""

from __future__ import annotations

from collections.abc import Iterable

from roadworthy.core.subject import Subject
from roadworthy.governance.model import Governance
from roadworthy.reviews.model import ReviewKind
from roadworthy.runtime.oversight.authorship import Authors, authors_of_release
from roadworthy.runtime.oversight.requesting import approved_commit
from roadworthy.runtime.workspace import Workspace

_OF_WHAT_IS_BUILT = frozenset({ReviewKind.RELEASE, ReviewKind.CHANGE, ReviewKind.PERIODIC})


def authors_of_review(
    workspace: Workspace, governance: Governance, *, kind: ReviewKind, about: Iterable[Subject]
) -> Authors:
    """Return who wrote what is reviewed.

    Everybody who changed the repository since the last approved release, and of a release for which consent was asked
    already, everybody who was its author then. Where no release was approved yet, that is everybody who ever changed
    the repository. An intake is about what is not built yet, and a review of a vendor about what others built: nobody
    is an author of those by the history.

    Raises:
        ConfigError: If git cannot say.
    """
    if kind not in _OF_WHAT_IS_BUILT:
        return Authors(known=(), unknown=(), commit=None)
    since = approved_commit(workspace, governance, None)
    found = authors_of_release(workspace, governance, since=since)
    digests = {subject.digest for subject in about}
    asked = [
        stored.record
        for stored in workspace.requests.all()
        if digests & {bound.digest for bound in stored.record.payload.bound}
    ]
    return Authors(
        known=tuple(sorted({*found.known, *(name for request in asked for name in request.authors)})),
        unknown=tuple(sorted({*found.unknown, *(name for request in asked for name in request.unknown_authors)})),
        commit=found.commit,
    )
