"""How statuses rise: a goal is supported only if everything under it is, and something is under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from roadworthy.evidence.documents.assurance.model import Link, LinkKind, Node, NodeKind, Status

_ARGUED = frozenset({NodeKind.GOAL, NodeKind.STRATEGY})


def propagated(nodes: Sequence[Node], links: Sequence[Link], *, local: Mapping[str, Status]) -> tuple[Node, ...]:
    """Return ``nodes`` with the status of every goal and strategy.

    The status is the worst of what its own evidence says and of what hangs under it. A goal or strategy that has
    nothing under it, and no evidence of its own that supports it, is *undeveloped*.

    Args:
        nodes: Solutions have their status.
        links: How they hang together.
        local: Worst that a node's own evidence says.

    Raises:
        ValueError: If the support runs in a circle.
    """
    by_id = {node.id: node for node in nodes}
    children: dict[str, list[str]] = {node.id: [] for node in nodes}
    for link in links:
        if link.kind is LinkKind.SUPPORTED_BY:
            children[link.source].append(link.target)
    known: dict[str, Status] = {}
    for node in nodes:
        _settle(node.id, by_id=by_id, children=children, local=local, known=known)
    return tuple(replace(node, status=known[node.id]) if node.kind in _ARGUED else node for node in nodes)


def _settle(
    start: str,
    *,
    by_id: Mapping[str, Node],
    children: Mapping[str, Sequence[str]],
    local: Mapping[str, Status],
    known: dict[str, Status],
) -> None:
    """Work out the status of ``start`` and of everything under it, without recursion."""
    open_: set[str] = set()
    stack = [start]
    while stack:
        here = stack[-1]
        if here in known:
            stack.pop()
            continue
        waiting = [child for child in children[here] if child not in known]
        if waiting and here in open_:
            raise ValueError(f"the argument runs in a circle through {here!r}")
        if waiting:
            open_.add(here)
            stack += waiting
            continue
        known[stack.pop()] = _worst(by_id[here], [known[child] for child in children[here]], local.get(here))
        open_.discard(here)


def _worst(node: Node, under: Sequence[Status], own: Status | None) -> Status:
    if node.status is not None:
        return node.status
    found = [*under, *(() if own is None else (own,))]
    if not under and own is Status.SUPPORTED:
        return Status.UNDEVELOPED
    return max(found, key=lambda status: status.rank) if found else Status.UNDEVELOPED
