"""Everything that a decision is a function of, as values: what is needed to decide, and to decide again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from roadworthy.approvals.model import Consents
from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Assurance, Evidence
from roadworthy.core.subject import STRICT, Subject
from roadworthy.exceptions.model import HeldException
from roadworthy.gates.recall import Recall
from roadworthy.governance.model import Governance


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRef:
    """An evaluation task as it is now: what it measures and what it puts to work."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    category: str
    digest: Digest
    """Over definition, samples and scorers with their versions."""

    subjects: tuple[Subject, ...]
    """Components that it exercises in this release, with what they use."""

    target: Digest
    """Over the manifest's entry of the target that it asks."""

    unfinished: tuple[str, ...] = ()
    """Runs of it on these components that were registered and yielded no evidence, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvidence:
    """Evidence as the store gave it: the record, its digest, and whether its signature held."""

    __pydantic_config__: ClassVar = STRICT

    evidence: Evidence
    digest: Digest
    verified: bool
    recalled: str = ""
    """Why a recall voids it; empty where none does."""

    upheld: Assurance | None = None
    """Who signatures show to stand behind it, see `roadworthy.gates.oversight.assured`; None: it is only stated, as in
    a case of a policy, and its own word is taken for it."""

    @property
    def assurance(self) -> Assurance:
        """Who stands behind it."""
        return self.evidence.assurance if self.upheld is None else self.upheld


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRef:
    """The risk assessment that gave the tier."""

    __pydantic_config__: ClassVar = STRICT

    digest: Digest
    expires_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "expires_at", require_aware(self.expires_at, name="expires_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRef:
    """A piece of evidence that a decision considered."""

    __pydantic_config__: ClassVar = STRICT

    digest: Digest
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What a proof that controls work must have tried to say anything about them."""

    __pydantic_config__: ClassVar = STRICT

    policy: Digest
    """Of the resolved policy in force."""

    faults: Digest | None
    """Over every fault that the packs in force name; None where it was not worked out, and then no proof counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateInputs:
    """The record from which a decision is made again. Larger parts are named by digest."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/gate-inputs/v1"] = "roadworthy/gate-inputs/v1"
    decision: str
    """Id of the decision."""

    release: Digest
    policy: Digest
    """Of the resolved policy's record."""

    assessment: AssessmentRef
    facts: dict[str, Any]  # a recursive alias here makes the validator at the edge recurse without end
    tasks: tuple[TaskRef, ...]
    evidence: tuple[EvidenceRef, ...]
    decided_at: datetime
    evaluator: str
    faults: Digest | None = None
    """Over every fault that the packs in force name, see `Controls`; None where no proof was held against them."""

    governance: Governance | None = None
    """Who may consent, and by which rules, without aliases; None: there is no governance file."""

    exceptions: tuple[HeldException, ...] = ()
    """Exceptions of the system that name a rule in force, sorted by id."""

    consents: Consents = field(default_factory=Consents)
    """What people said of this release and of these exceptions."""

    recalls: tuple[Recall, ...] = ()
    """Recalls that match evidence here, sorted by id."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "decided_at", require_aware(self.decided_at, name="decided_at"))
