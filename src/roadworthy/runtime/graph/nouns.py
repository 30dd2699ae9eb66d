"""The graph of a workspace, whole: every noun that takes part in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from roadworthy.adapters.store.graph import LedgerGraph
from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.core.digest import Digest
from roadworthy.evidence.graph.model import Traces
from roadworthy.runtime.register.stores import RegisterStores
from roadworthy.runtime.vendors.stores import VendorStores
from roadworthy.runtime.workspace import Workspace

STORES = (
    "releases",
    "assessments",
    "policies",
    "run_plans",
    "evidence",
    "decisions",
    "exceptions",
    "exception_ends",
    "recalls",
    "requests",
    "approvals",
    "delegations",
    "withdrawals",
    "conditions_met",
    "independent_reviews",
    "reviews",
    "review_changes",
    "findings",
    "finding_changes",
)
"""Stores of a workspace whose records say something of the graph. A new noun with edges is added here or in
`stores_of`: what no store states is taken for slipped in."""


def graph_of(workspace: Workspace) -> LedgerGraph:
    """Return the graph, made from the records first where an older version wrote them.

    Raises:
        StoreError: If it cannot be made.
        VerificationError: If a record was changed in the store.
    """
    graph = LedgerGraph(workspace.ledger)
    if not graph.is_whole:
        graph.rebuild(_sources(workspace))
    return graph


def check_graph(workspace: Workspace) -> int:
    """Check that the graph says what the records say, and return how many edges it has.

    Raises:
        VerificationError: Naming the first edge, node or name that is not as the records say.
    """
    return graph_of(workspace).check(_sources(workspace))


def stores_of(workspace: Workspace) -> list[LedgerRecords[Any]]:
    """Return every store whose records say something of the graph."""
    register, vendors = RegisterStores(workspace), VendorStores(workspace)
    return [
        *(getattr(workspace, name) for name in STORES),
        register.risks,
        register.changes,
        vendors.records,
        vendors.assessments,
        vendors.observations,
        vendors.changes,
    ]


def _sources(workspace: Workspace) -> list[Iterator[tuple[int, Digest, Traces]]]:
    return [store.traced() for store in stores_of(workspace)]
