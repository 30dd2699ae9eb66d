"""Exchanges the team's key for a new one, so that an interruption leaves the old one or the new one working."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from roadworthy.adapters.keys.team_keys import finish_exchange, prepare_next
from roadworthy.core.errors import ConfigError
from roadworthy.core.history import claim_of
from roadworthy.core.subject import STRICT
from roadworthy.evidence.dsse import encode
from roadworthy.evidence.keyring import KEY_TRANSITION, KeyTransition, RetiredKey, statement_of_transition
from roadworthy.evidence.statement import sign_statement
from roadworthy.governance.model import RevocationReason
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One key of the team."""

    __pydantic_config__: ClassVar = STRICT

    key: str
    """Fingerprint."""

    is_current: bool
    retired_at: datetime | None = None
    reason: str = ""
    counts: str
    """What of what it signed counts, in a sentence."""


def rotate(
    workspace: Workspace,
    *,
    reason: RevocationReason = RevocationReason.SUPERSEDED,
    void_from: datetime | None = None,
) -> KeyTransition:
    """Make a new key, have the old one introduce it in the log, and go on with the new one.

    Args:
        workspace: Whose key.
        reason: Why the old key goes. *Compromised*: what it signed counts no more.
        void_from: For a compromised key: what the log took in before goes on counting; None: nothing does.

    Raises:
        ConfigError: If ``void_from`` is in the future, or goes with another reason.
        ConflictError: If somebody else exchanged the key first.
        StoreError: If something cannot be written.
    """
    old, now = workspace.signer, workspace.clock.now()
    if void_from is not None and void_from > now:
        raise ConfigError("the time is in the future", where="--from", fix="say from when on the key was not safe")
    folder = workspace.state / "keys"
    new = prepare_next(folder)
    try:
        transition = KeyTransition(
            id=workspace.ids.new("key"),
            old=old.key_id,
            old_public=old.public_pem.decode("ascii"),
            new=new.key_id,
            new_public=new.public_pem.decode("ascii"),
            reason=reason,
            void_from=void_from,
            at=now,
        )
    except ValueError as error:
        raise ConfigError(str(error), where="rw key", fix="see `rw key revoke --help`") from error
    envelope = encode(sign_statement(statement_of_transition(transition), signer=old))
    # One key is retired once: of two who exchange it at the same time, one is told so.
    workspace.key_transitions.add(
        transition, envelopes={KEY_TRANSITION: envelope}, claim=claim_of(f"key-{old.key_id}", 1)
    )
    finish_exchange(folder, is_introduced=lambda key: key == transition.new)
    return transition


def keys_of(workspace: Workspace) -> tuple[KeyRow, ...]:
    """Return the team's keys, the present one first.

    Raises:
        VerificationError: If an exchange of keys does not hold.
    """
    ring = workspace.keyring
    current = KeyRow(key=ring.current.key_id, is_current=True, counts="signs now")
    return (current, *(_retired_row(key) for key in ring.retired))


def _retired_row(key: RetiredKey) -> KeyRow:
    return KeyRow(
        key=key.verifier.key_id,
        is_current=False,
        retired_at=key.retired_by.recorded_at,
        reason=key.transition.reason.value,
        counts=_counts(key.transition),
    )


def _counts(transition: KeyTransition) -> str:
    if transition.reason is not RevocationReason.COMPROMISED:
        return "what it signed before it was retired"
    if transition.void_from is None:
        return "nothing that it signed"
    return f"what was recorded before {transition.void_from:%Y-%m-%d %H:%M} UTC"
