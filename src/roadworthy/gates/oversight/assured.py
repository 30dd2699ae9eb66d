"""Who stands behind evidence, by signatures: what a record says of itself is the team's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from roadworthy.approvals.independence import reviewed_by
from roadworthy.core.evidence import Assurance
from roadworthy.gates.inputs import HeldEvidence
from roadworthy.gates.oversight.consenting import Oversight


def with_assurance(evidence: Sequence[HeldEvidence], *, oversight: Oversight) -> list[HeldEvidence]:
    """Return ``evidence`` with who signatures show to stand behind each piece.

    A piece that claims more than the team's own word has it only where somebody independent of the team signed for
    exactly this record, and is the one who declared it; *reproduced* and *enclave* are more than that shows, so such a
    claim is worth *independent* then, and else nothing.
    """
    reviewers = reviewed_by(oversight.consents, governance=oversight.governance)

    def upheld(held: HeldEvidence) -> Assurance:
        declaration = held.evidence.declaration
        if held.evidence.assurance is Assurance.SELF_ATTESTED or declaration is None:
            return Assurance.SELF_ATTESTED
        signed = declaration.author in reviewers.get(held.digest, frozenset())
        return Assurance.INDEPENDENT if signed else Assurance.SELF_ATTESTED

    return [replace(held, upheld=upheld(held)) for held in evidence]
