"""Keeps the values of one conversation behind placeholders. Holds no clock; its key and the time come in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from roadworthy.core.errors import ConfigError, VaultFullError
from roadworthy.guard.event import Principal
from roadworthy.guard.vault.context import LOOK_BACK, is_in_address
from roadworthy.guard.vault.encoding import in_address
from roadworthy.guard.vault.model import (
    LITERAL,
    Entry,
    Kept,
    NotRestored,
    Restored,
    Scope,
    VaultPolicy,
    may_have,
)
from roadworthy.guard.vault.placeholder import Form, Seen, code_for, label_of, seen_in, written

KEY_BYTES = 32
_ATTEMPTS = 8
_MAX_READERS = 100
_DEFAULT = VaultPolicy()


def _full(problem: str) -> VaultFullError:
    return VaultFullError(
        problem,
        where="the vault of a conversation",
        fix="nothing of it went on; raise `max_entries` or `max_value_chars`, or begin a new conversation",
    )


def conversation_key(secret: bytes, scope: Scope) -> bytes:
    """Return the key of one conversation, from a secret of the installation.

    Args:
        secret: At least 32 random bytes that nobody else has.
        scope: Of which conversation.

    Raises:
        ValueError: If the secret is too short to be one.
    """
    if len(secret) < KEY_BYTES:
        raise ValueError(f"the vault's secret needs at least {KEY_BYTES} bytes")
    said = f"roadworthy/vault/v1\0{len(scope.tenant)}\0{scope.tenant}\0{scope.conversation}".encode()
    return hmac.new(secret, said, hashlib.sha256).digest()


class Vault:
    """The values of one conversation of one tenant. May be used from several threads.

    The same value of the same kind has the same placeholder for as long as the conversation lasts, and another one in
    every other conversation, so that a model can reason about it and nobody can link it. A placeholder of another
    conversation or one that is made up is not known here. What is given back is not looked at again.

    Args:
        scope: Whose.
        key: Of the conversation (`conversation_key`), 32 bytes.
        policy: How long, how many, for whom.
        entries: What was kept before.

    Raises:
        ValueError: If the key is too short.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, tzinfo=UTC)
    >>> ada = Principal(id="ada", tenant="acme")
    >>> vault = Vault(Scope(tenant="acme", conversation="c1"), key=b"k" * 32)
    >>> placeholder = vault.hide("ana@shop.test", kind="email", principal=ada, at=now)
    >>> vault.restore(f"Sent to {placeholder}.", recipient=ada, at=now).text
    'Sent to ana@shop.test.'
    """

    def __init__(
        self,
        scope: Scope,
        *,
        key: bytes,
        policy: VaultPolicy = _DEFAULT,
        entries: Iterable[Entry] = (),
    ) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"a conversation's key needs {KEY_BYTES} bytes")
        self.scope = scope
        self.policy = policy
        self._key = key
        self._lock = Lock()
        self._entries = {entry.code: entry for entry in entries}
        self._latest = datetime.min.replace(tzinfo=UTC)

    def __repr__(self) -> str:
        return f"Vault(entries={len(self._entries)})"

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that is kept, for a store that encrypts it. Sorted by code."""
        with self._lock:
            return tuple(self._entries[code] for code in sorted(self._entries))

    def has_key(self, key: bytes) -> bool:
        """Return whether ``key`` is the conversation's."""
        return hmac.compare_digest(self._key, key)

    def not_before(self, at: datetime) -> datetime:
        """Return ``at``, or the latest time that this vault was told where that is later.

        A clock that is set back brings nothing back that has expired.
        """
        with self._lock:
            self._latest = max(self._latest, at)
            return self._latest

    def hide(self, value: str, *, kind: str, principal: Principal, at: datetime) -> str:
        """Return the placeholder that stands for ``value`` from now on, and keep the value.

        Args:
            value: As it stands in the text; not empty.
            kind: What it is, such as ``email``.
            principal: Who said it; gets it back.
            at: Now.

        Raises:
            VaultFullError: If it cannot be kept.
            ConfigError: If the principal is another tenant's.
        """
        self._require_tenant(principal)
        if not value or len(value) > self.policy.max_value_chars:
            raise _full(f"a value of {len(value)} characters cannot be kept")
        at = self.not_before(at)
        form = Form.MAIL if kind in self.policy.mail_kinds else Form.WORD
        with self._lock:
            entry = self._entry(value, kind)
            if entry is None:
                entry = self._new(value, kind, principal, form)
            readers = entry.readers
            if principal.id not in {entry.principal, *readers} and len(readers) < _MAX_READERS:
                readers = (*readers, principal.id)
            until = max(entry.expires_at, at + timedelta(seconds=self.policy.ttl_s))
            if entry.code not in self._entries and len(self._entries) >= self.policy.max_entries:
                self._drop_expired(at)
                if len(self._entries) >= self.policy.max_entries:
                    raise _full(f"there are {len(self._entries)} values already")
            self._entries[entry.code] = replace(entry, expires_at=until, readers=readers)
        return written(entry.code, label=label_of(kind), form=form)

    def hide_look_alikes(self, text: str, *, principal: Principal, at: datetime) -> str:
        """Return ``text`` with all that looks like a placeholder behind placeholders of its own.

        What somebody writes to have another's value filled in comes back as they wrote it.

        Raises:
            VaultFullError: If one cannot be kept.
        """
        parts, done = [], 0
        for seen in seen_in(text):
            parts += [
                text[done : seen.start],
                self.hide(text[seen.start : seen.end], kind=LITERAL, principal=principal, at=at),
            ]
            done = seen.end
        return "".join((*parts, text[done:]))

    def restore(self, text: str, *, recipient: Principal, at: datetime, encode: Callable[[str], str] = str) -> Restored:
        """Return ``text`` with the values that ``recipient`` may have; every other placeholder stays as it is.

        Args:
            text: With placeholders, however a model has rewritten them.
            recipient: Who will read it.
            at: Now.
            encode: Makes of a value what may stand in this text, such as `in_json` where the text is JSON.
        """
        at = self.not_before(at)
        parts: list[str] = []
        kept: list[Kept] = []
        done = restored = 0
        for seen in seen_in(text):
            back = self.turn_back(seen, text, recipient=recipient, at=at, encode=encode)
            parts.append(text[done : seen.start])
            if isinstance(back, NotRestored):
                parts.append(text[seen.start : seen.end])
                kept.append(Kept(why=back, start=seen.start, end=seen.end))
            else:
                parts.append(back)
                restored += 1
            done = seen.end
        return Restored(text="".join((*parts, text[done:])), restored=restored, kept=tuple(kept))

    def turn_back(
        self,
        seen: Seen,
        text: str,
        *,
        recipient: Principal,
        at: datetime,
        encode: Callable[[str], str] = str,
        before: str = "",
    ) -> str | NotRestored:
        """Return what stands for one placeholder in ``text``, or why it stays.

        Args:
            seen: The placeholder.
            text: In which it stands.
            recipient: Who will read it.
            at: Now, by `not_before`.
            encode: As of `restore`.
            before: What came in front of ``text``; its last `LOOK_BACK` characters.
        """
        if recipient.tenant != self.scope.tenant:
            return NotRestored.UNKNOWN
        with self._lock:
            entry = self._entries.get(seen.code)
        if entry is None:
            return NotRestored.UNKNOWN
        if at >= entry.expires_at:
            return NotRestored.EXPIRED
        if not may_have(entry, recipient, self.policy):
            return NotRestored.NOT_ENTITLED
        in_front = text[max(0, seen.mark - LOOK_BACK) : seen.mark]
        if entry.kind != LITERAL and is_in_address((before + in_front)[-LOOK_BACK:]):
            if not self.policy.in_addresses:
                return NotRestored.IN_ADDRESS
            encode = in_address
        # A word that is not the placeholder's own is the sentence's, and so is a host that it never had.
        before = "" if seen.label == label_of(entry.kind) else text[seen.start : seen.mark]
        after = "" if entry.form is Form.MAIL else text[seen.code_end : seen.end]
        return before + encode(entry.value) + after

    def forget_expired(self, at: datetime) -> int:
        """Forget what has expired, and return how many values that were."""
        with self._lock:
            return self._drop_expired(at)

    def _entry(self, value: str, kind: str) -> Entry | None:
        for attempt in range(_ATTEMPTS):
            entry = self._entries.get(code_for(self._key, kind=kind, value=value, attempt=attempt))
            if entry is None or (entry.value == value and entry.kind == kind):
                return entry
        return None

    def _new(self, value: str, kind: str, principal: Principal, form: Form) -> Entry:
        codes = (code_for(self._key, kind=kind, value=value, attempt=attempt) for attempt in range(_ATTEMPTS))
        code = next((code for code in codes if code not in self._entries), None)
        if code is None:
            raise _full("no code is left for a value")
        expires_at = datetime.min.replace(tzinfo=UTC)
        return Entry(code=code, kind=kind, value=value, principal=principal.id, expires_at=expires_at, form=form)

    def _drop_expired(self, at: datetime) -> int:
        gone = [code for code, entry in self._entries.items() if at >= entry.expires_at]
        for code in gone:
            del self._entries[code]
        return len(gone)

    def _require_tenant(self, principal: Principal) -> None:
        if principal.tenant != self.scope.tenant:
            raise ConfigError(
                "a value of another tenant's principal was to be kept",
                where="the vault of a conversation",
                fix="take the vault of the principal's own tenant",
            )
