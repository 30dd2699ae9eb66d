"""The history of what a registry's aliases pointed to, in our own log: MLflow keeps none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import TypeAdapter

from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, canonical_json
from roadworthy.core.errors import VerificationError
from roadworthy.core.history import claim_of, in_order
from roadworthy.core.records import Stored
from roadworthy.core.subject import STRICT
from roadworthy.evidence.dsse import encode, open_envelope, seal
from roadworthy.gates.model import Verdict
from roadworthy.runtime.workspace import Workspace

MOVE_TYPE = "application/vnd.roadworthy.alias-move+json"
"""DSSE payload type of a move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasMove:
    """An alias is about to be moved, or was.

    It is written before the registry is touched and again after: whatever is killed in between, the log tells.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/alias-move/v1"] = "roadworthy/alias-move/v1"
    id: str
    of: str
    """Registry, model and alias; see `alias_id`."""

    number: int
    state: Literal["begun", "done"]
    registry: str
    """Address without credentials."""

    model: str
    alias: str
    before: str | None
    """Version that it pointed to; None: there was no such alias."""

    after: str
    """Version that it is to point to."""

    component: str
    """Key of the component that the version was found to be."""

    content: Digest
    """Over the names and digests of the version's files."""

    release: Digest
    decision: str
    decision_digest: Digest
    verdict: Verdict
    pack: Digest
    valid_until: datetime
    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        object.__setattr__(self, "valid_until", require_aware(self.valid_until, name="valid_until"))


def alias_id(registry: str, model: str, alias: str) -> str:
    """Return what names an alias of a model of a registry."""
    return f"{registry}#{model}@{alias}"


def moves(workspace: Workspace) -> LedgerRecords[AliasMove]:
    """Return the store of moves."""
    return LedgerRecords(
        workspace.ledger, kind="alias-move", adapter=TypeAdapter(AliasMove), id_of=lambda move: move.id
    )


def history(workspace: Workspace, of: str) -> tuple[AliasMove, ...]:
    """Return every move of one alias, oldest first, each with its signature checked.

    Raises:
        VerificationError: If a move is missing, or was not signed with a key of the team that counts.
    """
    stored = [one for one in moves(workspace).all() if one.record.of == of]
    for one in stored:
        _require_signed(workspace, one)
    try:
        return in_order((one.record for one in stored), of=of)
    except ValueError as error:
        raise VerificationError(str(error), where="rw mlflow") from error


def record(workspace: Workspace, move: AliasMove) -> Digest:
    """Sign and store a move.

    Raises:
        ConflictError: If somebody else moved the alias at the same time.
    """
    envelope = encode(seal(canonical_json(move), payload_type=MOVE_TYPE, signer=workspace.signer))
    return moves(workspace).add(move, envelopes={MOVE_TYPE: envelope}, claim=claim_of(move.of, move.number))


def last_done(found: Sequence[AliasMove]) -> AliasMove | None:
    """Return the last move that was carried out."""
    return next((move for move in reversed(found) if move.state == "done"), None)


def _require_signed(workspace: Workspace, stored: Stored[AliasMove]) -> None:
    """Refuse a move that no key of the team signed that counts; a key that was changed since counts as before."""
    for envelope in stored.envelopes.values():
        verifier = workspace.keyring.verifier_of(envelope, about=stored.digest)
        if verifier is None:
            continue
        payload = open_envelope(envelope, payload_type=MOVE_TYPE, verifier=verifier, where=stored.record.id)
        if payload == canonical_json(stored.record):
            return
    raise VerificationError(f"{stored.record.id} carries no signature by a key of the team that counts")
