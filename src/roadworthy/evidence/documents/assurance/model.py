"""An assurance case as a value: goals, strategies, solutions, what they rest on, and what speaks against them.

Source:
    Goal Structuring Notation Community Standard, version 3 (SCSC-141C, 2021), for the kinds of nodes and links;
    defeaters after its dialectic extension.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.claim import Citation

MAX_NODES = 5_000
ON_ITS_WORD = "The team's own statement"
"""How a solution begins that is no more than what the manifest says."""


class NodeKind(StrEnum):
    """What a node is in the notation."""

    GOAL = "goal"
    STRATEGY = "strategy"
    SOLUTION = "solution"
    CONTEXT = "context"
    ASSUMPTION = "assumption"
    JUSTIFICATION = "justification"
    DEFEATER = "defeater"
    """Counter-evidence, an open finding or an exception: it speaks against the node that it defeats."""


class Status(StrEnum):
    """How far a goal, strategy or solution is made out, worst last."""

    SUPPORTED = "supported"
    UNDEVELOPED = "undeveloped"
    """Evidence is missing, stale or too little: nothing says that it is so, or that it is not."""

    CHALLENGED = "challenged"
    """Something speaks against it: an exception lets it through, or a warning is refuted."""

    REFUTED = "refuted"
    """Evidence shows that it is not so, and what depends on it may not ship."""

    @property
    def rank(self) -> int:
        """0 for `SUPPORTED` to 3 for `REFUTED`."""
        return tuple(Status).index(self)


class LinkKind(StrEnum):
    """How two nodes hang together, read from source to target."""

    SUPPORTED_BY = "supported_by"
    IN_CONTEXT_OF = "in_context_of"
    DEFEATED_BY = "defeated_by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One element of the argument.

    Raises:
        ValueError: If a solution cites nothing and names no record.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """E.g. ``G-base/eval-quality``; unique, and the same in every case of the same policy."""

    kind: NodeKind
    text: str
    status: Status | None = None
    """Of goals, strategies and solutions; None for the other kinds."""

    reason: str = ""
    """Why it has this status, in one sentence."""

    cites: tuple[Citation, ...] = ()
    record: Digest | None = None
    """Digest of the record that it is about, where it is no evidence: a release, facts, an exception."""

    written_by_hand: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is a solution that nobody checked: what the team states."""
        return self.kind is NodeKind.SOLUTION and not self.cites and self.text.startswith(ON_ITS_WORD)

    def __post_init__(self) -> None:
        if self.kind is NodeKind.SOLUTION and not self.cites and self.record is None:
            raise ValueError(f"the solution {self.id} refers to nothing")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Link:
    """One node hangs on another."""

    __pydantic_config__: ClassVar = STRICT

    source: str
    kind: LinkKind
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssuranceCase:
    """The argument for one release, and its JSON form.

    Raises:
        ValueError: If ids repeat, a link has no end, the support runs in a circle or there are too many nodes.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/assurance-case/v1"] = "roadworthy/assurance-case/v1"
    system: str
    version: str
    release: Digest
    decision: str
    decision_digest: Digest
    tier: str
    verdict: str
    written_at: str
    top: str
    """Id of the top goal."""

    nodes: tuple[Node, ...]
    """In the order in which they are read: the top goal first."""

    links: tuple[Link, ...]
    """Each once, in the order of the nodes."""

    def __post_init__(self) -> None:
        ids = [node.id for node in self.nodes]
        if len(ids) > MAX_NODES:
            raise ValueError(f"{len(ids)} nodes are more than the {MAX_NODES} that a case may have")
        if len(set(ids)) != len(ids):
            raise ValueError(f"the node {next(i for i in ids if ids.count(i) > 1)!r} is there twice")
        known = set(ids)
        for link in self.links:
            if not {link.source, link.target} <= known:
                raise ValueError(f"the link {link.source} {link.kind.value} {link.target} has no end")

    def node(self, id_: str) -> Node:
        """Return the node called ``id_``."""
        return next(node for node in self.nodes if node.id == id_)

    def below(self, id_: str, kind: LinkKind) -> tuple[Node, ...]:
        """Return the nodes that ``id_`` hangs on by ``kind``, in order."""
        by_id = {node.id: node for node in self.nodes}
        return tuple(by_id[link.target] for link in self.links if link.source == id_ and link.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandNode:
    """A strategy, assumption, justification, context, goal or defeater that somebody wrote.

    Raises:
        ValueError: If it is a solution: evidence comes from the ledger only.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    kind: NodeKind
    text: str
    under: str
    """Id of the node that it hangs under; one of the case, or one written before it."""

    takes: tuple[str, ...] = ()
    """Ids of goals that support it as well, for strategies and goals."""

    def __post_init__(self) -> None:
        if self.kind is NodeKind.SOLUTION:
            raise ValueError(f"{self.id}: a solution cannot be written by hand; evidence comes from the ledger")
        if not self.id.startswith("H-") or not self.text.strip():
            raise ValueError(f"{self.id!r}: what is written by hand has an id that begins with H-, and a text")
        if self.takes and self.kind not in (NodeKind.STRATEGY, NodeKind.GOAL):
            raise ValueError(f"{self.id}: only a strategy or a goal is supported by goals")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandWritten:
    """The file in which a team adds to the argument."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/assurance-additions/v1"]
    nodes: tuple[HandNode, ...]
