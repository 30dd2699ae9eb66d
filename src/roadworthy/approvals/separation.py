"""Separation of duties: who may not consent to what, because of what else they did."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from roadworthy.approvals.model import ApprovalPayload, ApprovalRequest
from roadworthy.governance.model import ConsentKind, Governance, Separation


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """Who did what about one payload, and which duties may not lie in one hand."""

    kind: ConsentKind
    binding: frozenset[Separation]
    requesters: frozenset[str]
    authors: frozenset[str]
    evidence_authors: frozenset[str]
    exception_approvers: frozenset[str]

    def why_not(self, person: str) -> str:
        """Return why ``person`` may not consent; empty where they may."""
        if person in self.requesters and Separation.REQUESTER_NOT_APPROVER in self.binding:
            return f"{person} asked for it: nobody approves their own request"
        if person in self.authors and Separation.AUTHOR_NOT_APPROVER in self.binding:
            return f"{person} wrote what it is about: nobody approves their own work"
        if (
            self.kind is ConsentKind.RELEASE
            and person in self.exception_approvers
            and Separation.EXCEPTION_APPROVER_NOT_RELEASE_APPROVER in self.binding
        ):
            return f"{person} approved an exception that the release ships on"
        return ""

    def is_only_by_evidence_authors(self, people: Collection[str]) -> bool:
        """Return whether ``people`` are none but those who declared the evidence, where that is not enough."""
        if Separation.EVIDENCE_AUTHOR_NOT_SOLE_APPROVER not in self.binding or not people:
            return False
        return self.evidence_authors.issuperset(people)


def why_authors_stay_unknown(request: ApprovalRequest, *, governance: Governance) -> str:
    """Return why nobody can be told apart from the authors of what ``request`` is about; empty where everybody can.

    What counts is what the request says, not what the file says since: it is asked for again once the file knows them.
    """
    unknown, tier = len(request.unknown_authors), request.payload.tier
    if not unknown or tier in governance.unknown_authors_allowed:
        return ""
    who = "1 author" if unknown == 1 else f"{unknown} authors"
    return f"the governance file does not know {who} of it, and tier {tier.value} asks that it knows everybody"


def duties_of(
    payload: ApprovalPayload,
    *,
    requests: Iterable[ApprovalRequest],
    governance: Governance,
    exception_approvers: Collection[str] = (),
) -> Duties:
    """Return who did what about ``payload``.

    Whoever asked for the same thing before goes on being a requester, also where they took it back: else two people
    could take turns in asking and approve each other.

    Args:
        payload: What is asked about.
        requests: Every request for exactly this payload.
        governance: Who is who.
        exception_approvers: Ids of those whose approval of an exception counts that the release ships on.
    """
    asked = tuple(requests)

    def ids(names: Iterable[str]) -> frozenset[str]:
        known = {name: governance.person(name) for name in names}
        return frozenset(name if person is None else person.id for name, person in known.items())

    return Duties(
        kind=payload.kind,
        binding=governance.separations(payload.tier),
        requesters=ids(request.requested_by for request in asked),
        authors=ids(name for request in asked for name in request.authors),
        evidence_authors=ids(name for request in asked for name in request.evidence_authors),
        exception_approvers=ids(exception_approvers),
    )
