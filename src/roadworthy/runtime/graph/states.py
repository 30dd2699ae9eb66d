"""What is said of a node beside its name: the day, the state and the digest of its record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest, digest_of_bytes
from roadworthy.core.errors import VerificationError
from roadworthy.core.subject import STRICT
from roadworthy.evidence.graph.model import Node
from roadworthy.runtime.workspace import Workspace

_DATES = ("observed_at", "decided_at", "frozen_at", "registered_at", "requested_at", "assessed_at", "recorded_at", "at")
"""Fields that say when, the first that a record has."""

_AT_ONCE = 500
"""Records that are read with one query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A node as people and programs are shown it."""

    __pydantic_config__: ClassVar = STRICT

    kind: str
    key: str
    label: str
    at: str | None
    """When, RFC 3339; None: its kind has no record, or the record no time."""

    state: str
    """How it stood or stands, in a few words; empty where there is nothing to say."""

    record: Digest | None
    """Digest of its record, checked; None: it is no record of this ledger."""


class Describer:
    """Reads the records of nodes and says how each stands; each record is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self._ledger = workspace.ledger
        self._now = rfc3339(workspace.clock.now())
        self._known: dict[Node, Line] = {}
        self._decisions: dict[str, tuple[Digest, Mapping[str, Any]]] = {}

    def lines(self, nodes: Iterable[Node]) -> dict[Node, Line]:
        """Return what there is to say of each of ``nodes``."""
        wanted = [node for node in dict.fromkeys(nodes) if node not in self._known]
        kinds: dict[str, dict[str, Node]] = {}
        for node in wanted:
            kinds.setdefault(node.kind, {})[node.key] = node
        results = kinds.pop("result", {})
        for kind, by_key in kinds.items():
            found = {key: (digest, body) for key, digest, body in self._records(kind, by_key)}
            for key, node in by_key.items():
                self._known[node] = self._line(node, found.get(key))
        self._add_results(results.values())
        return self._known

    def _records(self, kind: str, keys: Collection[str]) -> Iterator[tuple[str, Digest, Mapping[str, Any]]]:
        names = sorted(keys)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            rows = self._ledger.query(
                "SELECT id, digest, body, kind FROM records WHERE kind = ? AND id = ANY(?)", (kind, some)
            )
            # Without the kind: with it, SQLite walks all records of that kind.
            rows += self._ledger.query("SELECT id, digest, body, kind FROM records WHERE digest = ANY(?)", (some,))
            for id, digest, body, of_kind in rows:
                if of_kind != kind:
                    continue
                if not isinstance(body, bytes) or digest_of_bytes(body) != digest:
                    raise VerificationError(f"{kind} {digest} was changed in the store: its digest does not hold")
                value = orjson.loads(body)
                yield from ((str(key), str(digest), value) for key in (id, digest) if key in keys)

    def _line(self, node: Node, found: tuple[Digest, Mapping[str, Any]] | None) -> Line:
        digest, body = found or (None, dict[str, Any]())
        if node.kind == "decision" and digest is not None:
            self._decisions[node.key] = (digest, body)
        say = _STATES.get(node.kind, _any_state)
        return Line(
            kind=node.kind,
            key=node.key,
            label=node.label,
            at=next((str(body[field]) for field in _DATES if body.get(field)), None),
            state=say(body, self._now) if body else "",
            record=digest,
        )

    def _add_results(self, results: Collection[Node]) -> None:
        """Say of results what their decision found; they have no record of their own."""
        parts = {node: node.key.split(" ", 1) for node in results}
        missing = {decision for decision, _ in parts.values()} - set(self._decisions)
        for key, digest, body in self._records("decision", missing) if missing else ():
            self._decisions[key] = (digest, body)
        for node, (decision, rule) in parts.items():
            record, body = self._decisions.get(decision) or (None, dict[str, Any]())
            found: Mapping[str, Any] = next(
                (result for result in body.get("results", ()) if result["rule"] == rule), {}
            )
            waived = f", let through by {', '.join(found['exceptions'])}" if found.get("exceptions") else ""
            self._known[node] = Line(
                kind=node.kind,
                key=node.key,
                label=node.label,
                at=body.get("decided_at"),
                state=f"{found.get('outcome', 'unknown').replace('_', ' ')}{waived}",
                record=record,
            )


def _of_evidence(body: Mapping[str, Any], now: str) -> str:
    del now
    return f"{body['origin'].replace('_', ' ')} by {body['producer']['name']}@{body['producer']['version']}"


def _of_decision(body: Mapping[str, Any], now: str) -> str:
    ended = f", in force until {body['valid_until'][:10]}" if body["valid_until"] > now else ", no longer in force"
    ships = body["verdict"] in {"ship", "conditions"}
    return f"{body['verdict'].replace('_', ' ')}{ended if ships else ''} ({body['system']} {body['version']})"


def _of_exception(body: Mapping[str, Any], now: str) -> str:
    ended = "expired" if body["expires_at"] <= now else "until"
    return f"{body['reason_code'].replace('_', ' ')}, {ended} {body['expires_at'][:10]}"


def _of_approval(body: Mapping[str, Any], now: str) -> str:
    ended = "expired" if body["valid_until"] <= now else "until"
    by = f"by {body['approver']} as {body['role']}"
    return f"{body['answer'].replace('_', ' ')} {by}, {ended} {body['valid_until'][:10]}"


def _of_policy(body: Mapping[str, Any], now: str) -> str:
    del now
    return f"tier {body['tier']}, {len(body['controls'])} controls"


def _of_run(body: Mapping[str, Any], now: str) -> str:
    del now
    return f"task {body['task']}, {body['num_samples']} samples"


def _any_state(body: Mapping[str, Any], now: str) -> str:
    """Say of any other noun what it says of itself in one word."""
    del now
    words = (body.get(field) for field in ("state", "status", "end", "cause", "tier", "severity"))
    return next((word.replace("_", " ") for word in words if isinstance(word, str)), "")


_STATES: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "evidence": _of_evidence,
    "decision": _of_decision,
    "exception": _of_exception,
    "approval": _of_approval,
    "policy": _of_policy,
    "run": _of_run,
}
