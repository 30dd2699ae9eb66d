"""What reviews say of the evidence graph."""

from __future__ import annotations

from roadworthy.core.digest import Digest
from roadworthy.evidence.graph.edges import subject
from roadworthy.evidence.graph.model import Edge, EdgeKind, Node, Traces
from roadworthy.reviews.model import Answered, Decided, Given, Review, ReviewChange


def edges_of_review(record: Review, digest: Digest) -> Traces:
    """Return the review, what it is about, what its answers cite, and the review that it follows on."""
    own = Node(kind="review", key=record.id, label=record.title)
    cited = {one for q in record.questions if isinstance(q.answer, Given) for one in q.answer.evidence}
    edges = [Edge(source=own, kind=EdgeKind.ABOUT, target=subject(one)) for one in record.about]
    edges += [Edge(source=own, kind=EdgeKind.CITES, target=Node(kind="evidence", key=one)) for one in sorted(cited)]
    if record.previous is not None:
        earlier = Node(kind="review", key=record.previous)
        edges.append(Edge(source=own, kind=EdgeKind.SUPERSEDES, target=earlier))
    return Traces(node=own, edges=tuple(edges), names=(digest,))


def edges_of_review_change(record: ReviewChange, digest: Digest) -> Traces:
    """Return what an answer cites, and what a decision answers; other steps say nothing of the graph."""
    review = Node(kind="review", key=record.of)
    match record.step:
        case Answered() as step:
            cited = [Node(kind="evidence", key=one) for one in step.evidence]
            return Traces(edges=tuple(Edge(source=review, kind=EdgeKind.CITES, target=one) for one in cited))
        case Decided() as step:
            own = Node(kind="review-decision", key=f"{record.of}/{record.number}", label=step.outcome.value)
            return Traces(node=own, edges=(Edge(source=own, kind=EdgeKind.ANSWERS, target=review),), names=(digest,))
        case _:
            return Traces()
