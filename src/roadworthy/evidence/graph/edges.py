"""What each record says of the graph. The store writes it in the same transaction as the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch

from roadworthy.approvals.model import (
    Approval,
    ApprovalRequest,
    Bound,
    ConditionMet,
    Delegation,
    IndependentReview,
    Withdrawal,
)
from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Evidence
from roadworthy.core.subject import Subject
from roadworthy.evals.model import RunPlan
from roadworthy.evidence.graph.model import Edge, EdgeKind, Node, Traces
from roadworthy.exceptions.model import ComponentScope, ExceptionEnd, PolicyException, ReleaseScope, Scope, VersionScope
from roadworthy.gates.model import GateDecision, RuleResult, Validity
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.gates.validity import component_digests
from roadworthy.governance.model import ConsentKind
from roadworthy.inventory.release import Release
from roadworthy.policy.frameworks.known import FRAMEWORKS
from roadworthy.policy.model import Link
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.risk.model import RiskAssessment

_NAMED_BY_ID = frozenset({"run", "decision"})
_BOUND_KINDS = frozenset({"release", "assessment", "policy"})

_RECALLED = {
    RecallCause.JUDGE_FAULTY: ("judge",),
    RecallCause.DATASET_FAULTY: ("component", "dataset"),
    RecallCause.EVIDENCE_FALSE: ("document",),
}
"""What the subject of a recall may be, by its cause; a component, where nothing is said."""


@singledispatch
def traces_of(record: object, digest: Digest) -> Traces:
    """Return what ``record`` says of the graph; nothing, for nouns that say nothing.

    Args:
        record: Any record of the store.
        digest: Its digest, by which other records name it.
    """
    del record, digest
    return Traces()


def requirement(link: Link) -> Node:
    """Return the requirement that a control is mapped to.

    >>> made = Link(framework="eu-ai-act", id="Art. 15(1)", relation="intersects", rationale="it asks for this",
    ...             strength=5, status="reviewed")
    >>> requirement(made).key
    'eu-ai-act Art. 15(1)'
    """
    framework = FRAMEWORKS[link.framework]
    return Node(kind="requirement", key=f"{link.framework} {link.id}", label=f"{framework.title} {link.id}")


def subject(of: Subject) -> Node:
    """Return what a record is about, as a node."""
    if of.kind in _NAMED_BY_ID:
        return Node(kind=of.kind, key=of.name)
    return Node(kind=of.kind, key=of.digest, label=of.name)


def result_of(decision: str, rule: str) -> Node:
    """Return the result of ``rule`` in ``decision``."""
    return Node(kind="result", key=f"{decision} {rule}")


@traces_of.register
def _of_release(record: Release, digest: Digest) -> Traces:
    del digest
    own = Node(kind="release", key=record.digest, label=f"{record.system} {record.version}")
    parts = {key: Node(kind="component", key=of, label=key) for key, of in component_digests(record).items()}
    edges = [Edge(source=own, kind=EdgeKind.CONSISTS_OF, target=part) for part in parts.values()]
    edges += [
        Edge(source=parts[part.key], kind=EdgeKind.USES, target=parts[used])
        for part in record.components
        for used in part.uses
        if used in parts
    ]
    return Traces(node=own, edges=tuple(edges), names=(record.version,))


@traces_of.register
def _of_evidence(record: Evidence, digest: Digest) -> Traces:
    del digest
    own = Node(kind="evidence", key=record.id, label=record.type)
    made_by = record.producer
    collector = Node(kind="collector", key=f"{made_by.name}@{made_by.version}", label=made_by.name)
    made_with = {collector, *_parts_of_run(record), *_documents(record)}
    return Traces(
        node=own,
        edges=(
            *_to(own, EdgeKind.ABOUT, map(subject, record.subjects)),
            *_to(own, EdgeKind.MADE_WITH, sorted(made_with)),
            *_to(own, EdgeKind.EXECUTES, _tasks(record)),
        ),
    )


def _tasks(record: Evidence) -> Iterator[Node]:
    if record.result is not None:
        yield Node(kind="task", key=record.result.task_digest, label=record.result.task)


def _parts_of_run(record: Evidence) -> Iterator[Node]:
    """Yield the run, the target, the judges and the data that a piece of evidence was made with."""
    if record.result is not None:
        yield Node(kind="run", key=record.result.run)
        yield Node(kind="target", key=record.result.target_digest)
        for use in (measured.judge for measured in record.result.measurements):
            if use is not None:
                yield Node(kind="judge", key=use.digest, label=use.judge)
                if use.calibration is not None:
                    yield Node(kind="dataset", key=use.calibration.gold)
    if record.calibration is not None:
        yield Node(kind="judge", key=record.calibration.judge)
        yield Node(kind="dataset", key=record.calibration.gold)
    if record.proof is not None:
        yield Node(kind="policy", key=record.proof.policy)


def _documents(record: Evidence) -> Iterator[Node]:
    if record.declaration is not None and record.declaration.document_digest is not None:
        yield Node(kind="document", key=record.declaration.document_digest)
    if record.result is not None and record.result.imported is not None:
        for file in record.result.imported.files:
            yield Node(kind="document", key=file.digest, label=file.name)


@traces_of.register
def _of_run(record: RunPlan, digest: Digest) -> Traces:
    del digest
    own = Node(kind="run", key=record.id)
    return Traces(
        node=own,
        edges=(
            Edge(source=own, kind=EdgeKind.ABOUT, target=Node(kind="release", key=record.release)),
            *_to(own, EdgeKind.ABOUT, map(subject, record.subjects)),
            *_to(own, EdgeKind.EXECUTES, [Node(kind="task", key=record.task_digest, label=record.task)]),
            *_to(own, EdgeKind.MADE_WITH, [Node(kind="target", key=record.target_digest)]),
            *_to(own, EdgeKind.RESTS_ON, [Node(kind="policy", key=record.policy_digest)]),
        ),
    )


@traces_of.register
def _of_assessment(record: RiskAssessment, digest: Digest) -> Traces:
    return Traces(node=Node(kind="assessment", key=digest, label=record.id))


@traces_of.register
def _of_policy(record: ResolvedPolicy, digest: Digest) -> Traces:
    own = Node(kind="policy", key=digest)
    edges: list[Edge] = []
    for bound in record.controls:
        control = Node(kind="control", key=bound.control.id, label=bound.control.title)
        rules = [Node(kind="rule", key=rule.id) for rule in bound.rules]
        asked = [requirement(link) for link in bound.control.links if link.status != "withdrawn"]
        edges += [
            Edge(source=own, kind=EdgeKind.BINDS, target=control),
            *_to(control, EdgeKind.CHECKED_BY, rules),
            *_to(control, EdgeKind.MAPPED_TO, asked),
        ]
    return Traces(node=own, edges=tuple(edges))


@traces_of.register
def _of_decision(record: GateDecision, digest: Digest) -> Traces:
    del digest
    own = Node(kind="decision", key=record.id)
    label = f"{record.system} {record.version}"
    counted = {
        Node(kind="evidence", key=piece.id, label=piece.type)
        for result in record.results
        for piece in result.evidence
        if piece.validity is Validity.VALID
    }
    rests_on = [
        Node(kind="policy", key=record.policy),
        Node(kind="assessment", key=record.assessment),
        *sorted(counted),
        *(Node(kind="exception", key=standing.id) for standing in record.exceptions if standing.waived),
        *_consent(record),
    ]
    return Traces(
        node=own,
        edges=(
            Edge(source=own, kind=EdgeKind.DECIDES, target=Node(kind="release", key=record.release, label=label)),
            *_to(own, EdgeKind.RESTS_ON, rests_on),
            *(edge for result in record.results for edge in _of_result(own, result)),
        ),
    )


def _consent(record: GateDecision) -> Iterator[Node]:
    """Yield the approvals that count, of the release and of the exceptions that were used."""
    standings = [record.consent, *(standing.consent for standing in record.exceptions if standing.waived)]
    for consent in standings:
        if consent is not None:
            yield from (Node(kind="approval", key=said.approval) for said in consent.approvals if said.counts)


def _of_result(decision: Node, result: RuleResult) -> Iterator[Edge]:
    own = result_of(decision.key, result.rule)
    cited = {
        Node(kind="evidence", key=piece.id, label=piece.type)
        for piece in result.evidence
        if piece.validity is Validity.VALID
    }
    yield Edge(source=decision, kind=EdgeKind.RESTS_ON, target=own)
    yield Edge(source=own, kind=EdgeKind.JUDGES, target=Node(kind="rule", key=result.rule))
    yield from _to(own, EdgeKind.CITES, sorted(cited))
    yield from _to(own, EdgeKind.RESTS_ON, [Node(kind="exception", key=used) for used in result.exceptions])


@traces_of.register
def _of_request(record: ApprovalRequest, digest: Digest) -> Traces:
    del digest
    own = Node(kind="approval-request", key=record.id, label=record.about)
    about = list(map(_bound, record.payload.bound))
    if record.payload.kind is ConsentKind.EXCEPTION:
        about.append(Node(kind="exception", key=record.about))
    return Traces(node=own, edges=_to(own, EdgeKind.ABOUT, about), names=(record.payload.digest,))


def _bound(bound: Bound) -> Node:
    kind = bound.name if bound.name in _BOUND_KINDS else "bound"
    return Node(kind=kind, key=bound.digest, label=bound.name if kind == "bound" else "")


@traces_of.register
def _of_approval(record: Approval, digest: Digest) -> Traces:
    del digest
    own = Node(kind="approval", key=record.id)
    lent = [Node(kind="delegation", key=record.delegation)] if record.delegation else []
    return Traces(
        node=own,
        edges=(
            *_to(own, EdgeKind.ANSWERS, [Node(kind="approval-request", key=record.request)]),
            *_to(own, EdgeKind.RESTS_ON, lent),
        ),
    )


@traces_of.register
def _of_delegation(record: Delegation, digest: Digest) -> Traces:
    del digest
    return Traces(node=Node(kind="delegation", key=record.id))


@traces_of.register
def _of_condition_met(record: ConditionMet, digest: Digest) -> Traces:
    del digest
    own = Node(kind="condition-met", key=record.id)
    return Traces(node=own, edges=_to(own, EdgeKind.ABOUT, [Node(kind="approval", key=record.approval)]))


@traces_of.register
def _of_independent_review(record: IndependentReview, digest: Digest) -> Traces:
    del digest
    own = Node(kind="independent-review", key=record.id)
    return Traces(node=own, edges=_to(own, EdgeKind.ABOUT, [Node(kind="evidence", key=record.evidence)]))


@traces_of.register
def _of_withdrawal(record: Withdrawal, digest: Digest) -> Traces:
    del digest
    own = Node(kind="withdrawal", key=record.id)
    kind = "approval-request" if record.of.startswith("request") else "approval"
    return Traces(node=own, edges=_to(own, EdgeKind.ABOUT, [Node(kind=kind, key=record.of)]))


@traces_of.register
def _of_exception(record: PolicyException, digest: Digest) -> Traces:
    del digest
    own = Node(kind="exception", key=record.id)
    renewed = [Node(kind="exception", key=record.renews)] if record.renews else []
    return Traces(
        node=own,
        edges=(
            *_to(own, EdgeKind.WAIVES, [Node(kind="rule", key=rule) for rule in record.rules]),
            *_to(own, EdgeKind.ABOUT, [_scope(record.scope)]),
            *_to(own, EdgeKind.ABOUT, [Node(kind="risk", key=risk) for risk in record.risks]),
            *_to(own, EdgeKind.RESTS_ON, [Node(kind="rule", key=rule) for rule in record.compensating]),
            *_to(own, EdgeKind.SUPERSEDES, renewed),
        ),
    )


def _scope(scope: Scope) -> Node:
    match scope:
        case ReleaseScope():
            return Node(kind="release", key=scope.release)
        case ComponentScope():
            return Node(kind="component", key=scope.digest, label=scope.component)
        case VersionScope():
            return Node(kind="system", key=scope.system)


@traces_of.register
def _of_exception_end(record: ExceptionEnd, digest: Digest) -> Traces:
    del digest
    own = Node(kind="exception-end", key=record.id)
    return Traces(node=own, edges=_to(own, EdgeKind.ABOUT, [Node(kind="exception", key=record.exception)]))


@traces_of.register
def _of_recall(record: Recall, digest: Digest) -> Traces:
    """What a recall names. Which evidence it matches is worked out when asked: more may come after it."""
    del digest
    own = Node(kind="recall", key=record.id)
    maker = record.producer or ""
    named = [Node(kind="collector", key=f"{maker}@{version}", label=maker) for version in record.versions]
    if record.producer is not None and not record.versions:
        named.append(Node(kind="collector", key=record.producer))
    if record.subject is not None:
        named += [Node(kind=kind, key=record.subject) for kind in _RECALLED.get(record.cause, ("component",))]
    return Traces(
        node=own,
        edges=(
            *_to(own, EdgeKind.ABOUT, named),
            *_to(own, EdgeKind.RECALLS, [Node(kind="evidence", key=piece) for piece in record.evidence]),
        ),
    )


def _to(source: Node, kind: EdgeKind, targets: Iterable[Node]) -> tuple[Edge, ...]:
    return tuple(Edge(source=source, kind=kind, target=target) for target in targets)
