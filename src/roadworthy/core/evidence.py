"""The record that every check yields and every gate reads. How it is signed is ``roadworthy.evidence``'s."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.calibration import Calibration
from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.result import Measurement, Quantity
from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT, Subject

PROOFS = "proof:"
"""What the types of evidence begin with that is made by trying controls, and never declared."""


class Origin(StrEnum):
    """How evidence came to be."""

    MACHINE_RUN = "machine_run"
    IMPORTED_ATTESTATION = "imported_attestation"
    HUMAN_DECLARED = "human_declared"


class Assurance(StrEnum):
    """Who stands behind evidence, weakest first."""

    SELF_ATTESTED = "self_attested"
    INDEPENDENT = "independent"
    REPRODUCED = "reproduced"
    ENCLAVE = "enclave"

    @property
    def rank(self) -> int:
        """Position on the scale, 0 for `SELF_ATTESTED`."""
        return tuple(Assurance).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """What made a piece of evidence."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a rule asked of a measurement when the run was registered, before it started."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    """Rule id."""

    comparator: Literal["<=", ">="]
    threshold: float
    confidence: float
    min_samples: int
    min_coverage: float
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialDesign:
    """How a run that may stop early draws its samples, fixed when it is registered.

    Whole clusters are asked in a random order that the seed fixes. Bounds on what such a
    run measured must hold at every moment at once, not at a number of samples fixed before.
    """

    __pydantic_config__: ClassVar = STRICT

    order_seed: int
    largest_cluster: int
    """Samples times epochs in the largest planned cluster; 1 or more."""

    def __post_init__(self) -> None:
        if self.largest_cluster < 1:
            raise ValueError(f"`largest_cluster` must be at least 1, got {self.largest_cluster}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignFigure:
    """A number that another tool reported of its own run, beside what was counted from the same rows here.

    Raises:
        ValueError: If a number is not finite or a count is negative.
    """

    __pydantic_config__: ClassVar = STRICT

    metric: str
    """As in the measurements; ``all checks`` is success in every one."""

    slice: str = "all"
    reads: Literal["success", "failure", "mean"]
    """What the number is: a rate of successes, a rate of failures, or a mean of grades."""

    theirs: float
    """As their report has it; a rate is a fraction in [0, 1]."""

    counted: int | None = None
    """How many they counted; None: their report does not say."""

    ours: float | None = None
    """The same from the rows as they were read here; None: nothing was assessed."""

    assessed: int = 0
    unassessed: int = 0
    note: str = ""
    """Why the two differ, where they do."""

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.theirs, self.ours) if value is not None):
            raise ValueError(f"{self.metric}: a reported number must be finite")
        if min(self.counted or 0, self.assessed, self.unassessed) < 0:
            raise ValueError(f"{self.metric}: a count cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignFile:
    """A file that results were read from."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """Without its folder."""

    digest: Digest
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Where results come from that another tool produced. Its numbers stand beside ours, never in their place."""

    __pydantic_config__: ClassVar = STRICT

    tool: Producer
    format: str
    """E.g. ``garak``."""

    files: tuple[ForeignFile, ...]
    rows: Digest
    """Over the rows as they were read: the same results in another file are the same results."""

    model: str | None
    """The model that their file names; None: it names none."""

    figures: tuple[ForeignFigure, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the numbers must know, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What an evaluation run measured, and what was fixed before it started."""

    __pydantic_config__: ClassVar = STRICT

    run: str
    """Run id."""

    task: str
    """Task id."""

    task_digest: Digest
    """Over the task's definition, samples and scorers with their versions."""

    target_digest: Digest
    """Over the manifest's entry of the target that was asked."""

    category: str
    measurements: tuple[Measurement, ...]
    registered_policy: Digest
    """Digest of the resolved policy when the run was registered."""

    registered_at: datetime
    bars: tuple[Bar, ...]
    """The bars of every rule that this task serves, as registered."""

    journal_digest: Digest
    errors: int
    """Sample attempts that ended unassessed."""

    quantities: tuple[Quantity, ...] = ()
    """Means and quantiles of the scorers that give numbers, sorted by metric and slice with ``all`` first."""

    sequential: SequentialDesign | None = None
    """Set when the run was allowed to stop as soon as its questions were answered; None: a fixed number of samples."""

    imported: Imported | None = None
    """Set when another tool ran it and its results were read from a file; then no bar was registered before it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "registered_at", require_aware(self.registered_at, name="registered_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a person says they did or saw."""

    __pydantic_config__: ClassVar = STRICT

    statement: str
    author: str
    document_digest: Digest | None = None
    """Digest of the document that backs it, where there is one."""

    supports: bool = True
    """Whether the finding supports the control or refutes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlProof:
    """What came of planting mistakes into a copy of the system: whether its controls caught them."""

    __pydantic_config__: ClassVar = STRICT

    faults: Digest
    """Over every fault that was on the list, with how it is planted."""

    policy: Digest
    """Of the resolved policy whose controls were tried."""

    caught: tuple[str, ...]
    """Ids of faults that every rule meant to catch them caught, sorted."""

    escaped: tuple[str, ...] = ()
    """Ids of faults that some rule meant to catch them let through, sorted."""

    false_alarms: tuple[str, ...] = ()
    """Rules that are not met on the clean system although a fault was to make them so, sorted."""

    unplaced: tuple[str, ...] = ()
    """Ids of faults that have no place in this system, or whose rules do not bind it, sorted."""

    assumed: tuple[str, ...] = ()
    """In what the copy differed from the system, one sentence each."""

    @property
    def planted(self) -> int:
        """How many faults were planted."""
        return len(self.caught) + len(self.escaped)

    @property
    def supports(self) -> bool:
        """Whether it shows that the controls work: something was planted and nothing escaped."""
        return bool(self.caught) and not self.escaped and not self.false_alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One observation about digests.

    Whether it is valid is never stored: it is computed for a release, a policy and
    a time (``roadworthy.gates.validity``).

    Raises:
        ValueError: If it is about nothing, a time is naive, or it does not carry exactly one of
            a run's result, a declaration, a judge's calibration and a proof of controls.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/evidence/v1"] = "roadworthy/evidence/v1"
    id: str
    type: str
    """``eval:<category>`` for runs; the name that a control's test asks for, e.g. ``document:runbook``, else."""

    origin: Origin
    assurance: Assurance
    subjects: tuple[Subject, ...]
    """Every component it depended on. Change one, and this says nothing about the new release."""

    producer: Producer
    observed_at: datetime
    """When what it reports was true."""

    recorded_at: datetime
    """When it was written down."""

    result: RunResult | None = None
    declaration: Declaration | None = None
    calibration: Calibration | None = None
    """How often a judge errs; of type ``calibration:<judge>``."""

    proof: ControlProof | None = None
    """Which planted mistakes the controls caught; of type ``proof:controls``."""

    def __post_init__(self) -> None:
        if not self.subjects:
            raise ValueError(f"evidence {self.id} is about nothing: `subjects` is empty")
        if sum(part is not None for part in (self.result, self.declaration, self.calibration, self.proof)) != 1:
            raise ValueError(
                f"evidence {self.id} must carry a run's result, a declaration, a calibration or a proof, and only one"
            )
        object.__setattr__(self, "observed_at", require_aware(self.observed_at, name="observed_at"))
        object.__setattr__(self, "recorded_at", require_aware(self.recorded_at, name="recorded_at"))
