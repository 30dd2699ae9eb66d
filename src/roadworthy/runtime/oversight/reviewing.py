"""Records what somebody independent of the team found: declared by them, and signed with their own key."""

from __future__ import annotations

from dataclasses import replace

from roadworthy.approvals.model import IndependentReview
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.evidence import Assurance, Evidence
from roadworthy.core.records import Stored
from roadworthy.governance.model import Person
from roadworthy.runtime.attesting import Attestation, attest
from roadworthy.runtime.oversight.acting import acting_human
from roadworthy.runtime.oversight.approving import Key
from roadworthy.runtime.oversight.authorship import has_committed
from roadworthy.runtime.oversight.refusing import refuse
from roadworthy.runtime.oversight.signing import counting_signer, sign_as
from roadworthy.runtime.workspace import Workspace


def attest_independently(workspace: Workspace, wanted: Attestation, *, key: Key) -> Stored[Evidence]:
    """Record a declaration of who is acting, and their signature over exactly its record.

    The team's key signs the declaration as it signs all evidence; that it is independent is shown by the second
    signature alone. Both are stored together or not at all.

    Args:
        workspace: The repository.
        wanted: What is declared. Its author is who is acting, whatever it says.
        key: How they sign.

    Raises:
        ConfigError: If there is no governance file, the key cannot be used, or the declaration is not sound.
        NotPermittedError: If the governance file does not call them independent, they wrote something of the system,
            or their key does not count; that is logged and nothing else is written.
        NotFoundError: As in `roadworthy.runtime.attesting.attest`.
    """
    person = acting_human(workspace, action="attest")
    _require_independent(workspace, person)
    signer = counting_signer(workspace, person, key, action="attest", of=None)
    with workspace.ledger.transaction():
        stored = attest(workspace, replace(wanted, author=person.id), assurance=Assurance.INDEPENDENT)
        review = IndependentReview(
            id=workspace.ids.new("independent_review"),
            evidence=stored.digest,
            by=person.id,
            at=workspace.clock.now(),
        )
        workspace.independent_reviews.add(review, envelopes=sign_as(person, review, signer=signer))
    return stored


def _require_independent(workspace: Workspace, person: Person) -> None:
    if not person.independent:
        refuse(
            workspace,
            action="attest",
            because=RefusedBecause.NOT_INDEPENDENT,
            problem=f"the governance file does not call {person.id} independent",
            fix="let an outside auditor sign, whom governance.yaml names with `independent: true`",
        )
    if has_committed(workspace, person):
        refuse(
            workspace,
            action="attest",
            because=RefusedBecause.SEPARATION_OF_DUTIES,
            problem=f"{person.id} wrote something of the system: nobody reviews their own work",
            fix="let somebody else review it",
        )
