"""Which evidence somebody independent of the team stands behind, by their own signature."""

from __future__ import annotations

from datetime import timedelta

from roadworthy.approvals.key_window import why_key_does_not_count
from roadworthy.approvals.model import Consents, HeldIndependentReview
from roadworthy.core.digest import Digest
from roadworthy.governance.model import ActorKind, Governance


def reviewed_by(consents: Consents, *, governance: Governance | None) -> dict[Digest, frozenset[str]]:
    """Return who independent of the team stands behind which evidence, by its digest.

    Somebody counts whom the governance file calls independent, whose key counted when the log took their word in, and
    who neither asked for consent to, nor wrote, anything that is decided on with it.
    """
    if governance is None:
        return {}
    involved = {name for request in consents.requests for name in (request.requested_by, *request.authors)}
    found: dict[Digest, frozenset[str]] = {}
    for held in consents.independent_reviews:
        review = held.review
        if review.by not in involved and _counts(held, governance=governance):
            found[review.evidence] = found.get(review.evidence, frozenset()) | {review.by}
    return found


def _counts(held: HeldIndependentReview, *, governance: Governance) -> bool:
    person = next((person for person in governance.people if person.id == held.review.by), None)
    if person is None or person.kind is not ActorKind.HUMAN or not person.independent:
        return False
    ahead = held.review.at > held.signed.recorded_at + timedelta(seconds=governance.clock_skew_s)
    return not ahead and not why_key_does_not_count(held.signed, person=person)
