"""What findings say of the evidence graph."""

from __future__ import annotations

from collections.abc import Iterable

from roadworthy.core.digest import Digest
from roadworthy.core.ids import is_id
from roadworthy.core.subject import Subject
from roadworthy.evidence.graph.edges import subject
from roadworthy.evidence.graph.model import Edge, EdgeKind, Node, Traces
from roadworthy.findings.model import (
    CaseRef,
    Closed,
    Finding,
    FindingChange,
    Fixed,
    RegressionTest,
    RiskAccepted,
    Seen,
    Verified,
)

_NODES = (("run", "run"), ("ev", "evidence"), ("review", "review"))
"""First part of the id of what can raise a finding, and the kind of its node."""


def edges_of_finding(record: Finding, digest: Digest) -> Traces:
    """Return the finding, what has it, what raised it, and the controls and cases that treat it."""
    own = Node(kind="finding", key=record.id, label=record.title)
    treated = [Node(kind="control", key=one) for one in record.controls]
    return Traces(
        node=own,
        edges=(
            *_about(own, record.about),
            *_raised(own, record.sighting),
            *(Edge(source=own, kind=EdgeKind.TREATED_BY, target=one) for one in treated),
            *(Edge(source=own, kind=EdgeKind.MADE_WITH, target=_case(one)) for one in record.cases),
        ),
        names=(record.fingerprint, digest),
    )


def edges_of_finding_change(record: FindingChange, digest: Digest) -> Traces:
    """Return what a step adds: another sighting, the release that mends it, evidence, a test or an exception."""
    del digest
    own = Node(kind="finding", key=record.of)
    match record.step:
        case Seen() as step:
            return Traces(edges=(*_about(own, step.about), *_raised(own, step.sighting)))
        case Fixed() as step:
            return _treated(own, Node(kind="release", key=step.release))
        case Verified() as step:
            return _treated(own, Node(kind="evidence", key=step.evidence))
        case Closed(regression=RegressionTest(case=case)):
            return _treated(own, _case(case))
        case RiskAccepted() as step:
            return _treated(own, Node(kind="exception", key=step.exception))
        case _:
            return Traces()


def _treated(own: Node, by: Node) -> Traces:
    return Traces(edges=(Edge(source=own, kind=EdgeKind.TREATED_BY, target=by),))


def _about(own: Node, subjects: Iterable[Subject]) -> tuple[Edge, ...]:
    return tuple(Edge(source=own, kind=EdgeKind.ABOUT, target=subject(one)) for one in subjects)


def _raised(own: Node, sighting: str) -> tuple[Edge, ...]:
    """Return the run, evidence or review that raised it; a report of elsewhere is no node."""
    kind = next((kind for noun, kind in _NODES if is_id(sighting, noun)), None)
    return () if kind is None else (Edge(source=Node(kind=kind, key=sighting), kind=EdgeKind.RAISES, target=own),)


def _case(case: CaseRef) -> Node:
    return Node(kind="case", key=f"{case.task} {case.sample}")
