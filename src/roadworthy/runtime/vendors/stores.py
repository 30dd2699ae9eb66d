"""Where what is known of vendors is stored, and what it says of the evidence graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter

from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.core.digest import Digest
from roadworthy.evidence.graph.model import Edge, EdgeKind, Node, Traces
from roadworthy.runtime.workspace import Workspace
from roadworthy.vendors.assessment import VendorAssessment
from roadworthy.vendors.changes import Observation, VendorChange
from roadworthy.vendors.standing import VendorRecord, VendorStep


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the reader of one noun, made once: making it costs more than reading many records."""
    return TypeAdapter(kind)


@dataclass(frozen=True)
class VendorStores:
    """The records of vendors in one repository."""

    workspace: Workspace

    @cached_property
    def records(self) -> LedgerRecords[VendorRecord]:
        """Vendors as they were put on the list."""
        return LedgerRecords(
            self.workspace.ledger,
            kind="vendor",
            adapter=_adapter(VendorRecord),
            id_of=lambda record: record.id,
            name_of=lambda record: record.vendor,
            edges_of=record_traces,
        )

    @cached_property
    def steps(self) -> LedgerRecords[VendorStep]:
        """What was decided of them."""
        return LedgerRecords(
            self.workspace.ledger,
            kind="vendor-step",
            adapter=_adapter(VendorStep),
            name_of=lambda step: step.of,
        )

    @cached_property
    def assessments(self) -> LedgerRecords[VendorAssessment]:
        """How their terms stood when somebody looked."""
        return LedgerRecords(
            self.workspace.ledger,
            kind="vendor-assessment",
            adapter=_adapter(VendorAssessment),
            id_of=lambda assessment: assessment.id,
            name_of=lambda assessment: assessment.vendor,
            edges_of=assessment_traces,
        )

    @cached_property
    def observations(self) -> LedgerRecords[Observation]:
        """What their answers and documents said."""
        return LedgerRecords(
            self.workspace.ledger,
            kind="vendor-observation",
            adapter=_adapter(Observation),
            id_of=lambda observation: observation.id,
            name_of=lambda observation: observation.vendor,
            edges_of=observation_traces,
        )

    @cached_property
    def changes(self) -> LedgerRecords[VendorChange]:
        """What they changed."""
        return LedgerRecords(
            self.workspace.ledger,
            kind="vendor-change",
            adapter=_adapter(VendorChange),
            id_of=lambda change: change.id,
            name_of=lambda change: change.vendor,
            edges_of=change_traces,
        )


def record_traces(record: VendorRecord, digest: Digest) -> Traces:
    """Return the vendor itself, which is found by the id of its record too."""
    return Traces(node=Node(kind="vendor", key=record.vendor), names=(record.id, digest))


def observation_traces(observation: Observation, digest: Digest) -> Traces:
    """Return whose answer or document was looked at."""
    return _about("vendor-observation", observation.id, vendor=observation.vendor, digest=digest)


def change_traces(change: VendorChange, digest: Digest) -> Traces:
    """Return whose change it was."""
    return _about("vendor-change", change.id, vendor=change.vendor, digest=digest)


def _about(kind: str, id: str, *, vendor: str, digest: Digest) -> Traces:
    own = Node(kind=kind, key=id)
    about = Edge(source=own, kind=EdgeKind.ABOUT, target=Node(kind="vendor", key=vendor))
    return Traces(node=own, edges=(about,), names=(digest,))


def assessment_traces(assessment: VendorAssessment, digest: Digest) -> Traces:
    """Return what an assessment says of the graph: which component versions come from the vendor."""
    vendor = Node(kind="vendor", key=assessment.vendor)
    node = Node(kind="vendor-assessment", key=assessment.id)
    supplied = tuple(
        Edge(
            source=Node(kind="component", key=reliance.digest, label=reliance.component),
            kind=EdgeKind.SUPPLIED_BY,
            target=vendor,
        )
        for reliance in assessment.relies_on
        if reliance.digest is not None
    )
    return Traces(node=node, edges=(Edge(source=node, kind=EdgeKind.ABOUT, target=vendor), *supplied), names=(digest,))
