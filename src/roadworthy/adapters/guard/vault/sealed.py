"""What is written of a vault: its entries as JSON, sealed with AES-256-GCM. Nothing in it can be read without its key.

Source:
    NIST SP 800-38D (GCM, 96-bit nonces); a key seals far fewer than 2^32 times, so random nonces do not meet.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import TypeAdapter, ValidationError

from roadworthy.core.errors import StoreError
from roadworthy.guard.vault.model import Entry, Scope

_NONCE = 12
_VERSION = b"rwv1"
_ENTRIES = TypeAdapter(tuple[Entry, ...])
_FIX = "restore it from a copy, or erase the conversation: its placeholders then stay as they are"


def seal(content: bytes, *, key: bytes, purpose: bytes) -> bytes:
    """Return ``content`` so that only who has the key can read it, and only for the same purpose.

    Args:
        content: Any bytes.
        key: 32 bytes.
        purpose: What it is and of which conversation; has to be the same to open it.
    """
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, content, _VERSION + purpose)


def unseal(sealed: bytes, *, key: bytes, purpose: bytes, where: str) -> bytes:
    """Return what was sealed.

    Raises:
        StoreError: If it was changed, is another conversation's, or sealed with another key. It repeats nothing.
    """
    try:
        if not sealed.startswith(_VERSION):
            raise InvalidTag
        start = len(_VERSION)
        return AESGCM(key).decrypt(sealed[start : start + _NONCE], sealed[start + _NONCE :], _VERSION + purpose)
    except (InvalidTag, ValueError):
        raise StoreError(
            "a vault's file does not open with its key: it was changed, or is another's", where=where, fix=_FIX
        ) from None


def entries_as_bytes(entries: tuple[Entry, ...]) -> bytes:
    """Return ``entries`` as JSON."""
    return _ENTRIES.dump_json(entries)


def entries_from(content: bytes, *, where: str) -> tuple[Entry, ...]:
    """Return the entries in ``content``.

    Raises:
        StoreError: If it holds none. What it holds is not repeated.
    """
    try:
        return _ENTRIES.validate_json(content)
    except ValidationError:
        raise StoreError("a vault's file holds no entries that can be read", where=where, fix=_FIX) from None


def latest(entries: tuple[Entry, ...]) -> datetime | None:
    """Return when the last of ``entries`` expires; None: there are none."""
    return max((entry.expires_at for entry in entries), default=None)


def scope_as_bytes(scope: Scope) -> bytes:
    """Return ``scope`` as bytes that no other scope has."""
    return json.dumps([scope.tenant, scope.conversation]).encode()
