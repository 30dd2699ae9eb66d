"""The team's key pair on disk, and its exchange for a new one, which may be interrupted at any point.

The new private key is written beside the old one first. Then the transition is recorded, signed by the old key. Only
then does the new pair take the old one's place. Whoever opens the keys afterwards finishes what was begun: where the
transition was recorded, the exchange is carried out; where it was not, the old key goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.signing import (
    PRIVATE_NAME,
    PUBLIC_NAME,
    FileSigner,
    parse_public_key,
    place_new_key,
    require_private,
)
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.log_times import entry_of
from roadworthy.core.errors import StoreError
from roadworthy.core.records import Records
from roadworthy.evidence.keyring import Keyring, KeyTransition, SignedTransition, keyring_of
from roadworthy.evidence.ports import Verifier

NEXT_NAME = "next-signing-key.pem"


def prepare_next(folder: Path) -> FileSigner:
    """Return the key that is to come next; make it where there is none.

    Raises:
        ConfigError: If a file of that name is no private key of ours.
        StoreError: If it cannot be written.
    """
    try:
        require_private(folder, wanted=0o700)
        path = folder / NEXT_NAME
        if not os.path.lexists(path):
            place_new_key(path)
        return FileSigner.read(path)
    except OSError as error:
        raise _unwritable(folder, error) from error


def finish_exchange(folder: Path, *, is_introduced: Callable[[str], bool]) -> bool:
    """Put the next key in the present one's place, where a recorded transition introduces it.

    Safe to be called by several processes at once, and again after it was interrupted: the private key moves last.

    Args:
        folder: Where the keys lie.
        is_introduced: Whether the log has a transition to the key of this fingerprint.

    Returns:
        Whether something was exchanged.

    Raises:
        ConfigError: If the next key cannot be read.
        StoreError: If the files cannot be moved.
    """
    path = folder / NEXT_NAME
    if not os.path.lexists(path):
        return False
    coming = FileSigner.read(path)
    if not is_introduced(coming.key_id):
        return False
    write_atomically(folder / PUBLIC_NAME, coming.public_pem)
    try:
        path.replace(folder / PRIVATE_NAME)
    except FileNotFoundError:
        return False  # Another process moved it in the meantime.
    except OSError as error:
        raise _unwritable(folder, error) from error
    return True


def read_keyring(ledger: Ledger, transitions: Records[KeyTransition], *, current: Verifier) -> Keyring:
    """Return the team's keys as the ledger has them.

    Raises:
        VerificationError: If a transition is not signed by the key that it retires.
        StoreError: If the ledger cannot be read.
    """
    held = []
    for stored in transitions.all():
        entry = entry_of(ledger, stored.digest)
        if entry is not None:
            held.append(SignedTransition(transition=stored.record, envelopes=stored.envelopes, entry=entry))
    return keyring_of(
        current,
        held,
        parse=lambda content: parse_public_key(content, where="key transition"),
        entry_of=lambda digest: entry_of(ledger, digest),
    )


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"the signing key cannot be read or written: {error.strerror}",
        where=str(folder),
        fix="check that the folder is yours and writable",
    )
