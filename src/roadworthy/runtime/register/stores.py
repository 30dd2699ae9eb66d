"""Where the risk register is stored, and what it says of the evidence graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter

from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.core.digest import Digest
from roadworthy.evidence.graph.model import Edge, EdgeKind, Node, Traces
from roadworthy.risk.register.model import RegisterRisk, RiskChange, Treated
from roadworthy.runtime.workspace import Workspace


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the reader of one noun, made once: making it costs more than reading many records."""
    return TypeAdapter(kind)


@dataclass(frozen=True)
class RegisterStores:
    """The records of the register in one repository."""

    workspace: Workspace

    @cached_property
    def risks(self) -> LedgerRecords[RegisterRisk]:
        """Risks as they were entered."""
        return LedgerRecords(
            self.workspace.ledger,
            kind="risk",
            adapter=_adapter(RegisterRisk),
            id_of=lambda risk: risk.id,
            edges_of=risk_traces,
        )

    @cached_property
    def changes(self) -> LedgerRecords[RiskChange]:
        """What was done about them."""
        return LedgerRecords(
            self.workspace.ledger,
            kind="risk-change",
            adapter=_adapter(RiskChange),
            name_of=lambda change: change.of,
            edges_of=change_traces,
        )


def risk_traces(risk: RegisterRisk, digest: Digest) -> Traces:
    """Return what a risk says of the graph: the evidence that its rating rests on."""
    node = Node(kind="risk", key=_key(risk.system, risk.id), label=risk.event[:80])
    rests_on = tuple(
        Edge(source=node, kind=EdgeKind.RESTS_ON, target=Node(kind="evidence", key=key))
        for key in risk.inherent.evidence
    )
    return Traces(node=node, edges=rests_on, names=(risk.id, digest))


def _key(system: str, risk: str) -> str:
    """Return the key of a risk in the graph: every system has an R-T01 of its own."""
    return f"{system}/{risk}"


def change_traces(change: RiskChange, digest: Digest) -> Traces:
    """Return what a change of a risk says of the graph: the controls that treat it."""
    del digest
    if not isinstance(change, Treated):
        return Traces()
    risk = Node(kind="risk", key=_key(change.system, change.of))
    treating = tuple(
        Edge(source=risk, kind=EdgeKind.TREATED_BY, target=Node(kind="control", key=control))
        for control in change.controls
    )
    return Traces(edges=treating)
