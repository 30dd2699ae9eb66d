"""The team's keys over time: which key may have signed what, by when the log took it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, digest_of, plain
from roadworthy.core.errors import VerificationError
from roadworthy.core.subject import STRICT
from roadworthy.evidence.chain import Entry
from roadworthy.evidence.dsse import IN_TOTO, decode, open_envelope
from roadworthy.evidence.ports import Verifier
from roadworthy.evidence.statement import Statement, parse_statement
from roadworthy.governance.model import RevocationReason

KEY_TRANSITION = "urn:roadworthy:predicate:key-transition:v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTransition:
    """The team goes on with a new key. The old one signs this.

    Raises:
        ValueError: If a time is naive, both keys are one, or ``void_from`` is given for a key that nobody stole.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/key-transition/v1"] = "roadworthy/key-transition/v1"
    id: str
    old: str
    """Fingerprint of the key that is retired."""

    old_public: str
    """Its public key in PEM."""

    new: str
    """Fingerprint of the key that signs from now on."""

    new_public: str
    """Its public key in PEM."""

    reason: RevocationReason
    """*Compromised*: what the old key signed does not count, or not from ``void_from`` on. Else what the log took in
    before this goes on counting."""

    void_from: datetime | None = None
    """For a stolen key: from when on somebody else may have had it; None: perhaps always."""

    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        if self.void_from is not None:
            object.__setattr__(self, "void_from", require_aware(self.void_from, name="void_from"))
            if self.reason is not RevocationReason.COMPROMISED:
                raise ValueError("`void_from` goes with a compromised key")
        if self.old == self.new:
            raise ValueError("a key cannot follow itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredKey:
    """A key that the team signed with before."""

    verifier: Verifier
    transition: KeyTransition
    retired_by: Entry
    """The log's entry of the transition. What the key signed has to stand before it."""

    def may_have_signed(self, entry: Entry | None) -> bool:
        """Return whether a record whose log entry is ``entry`` counts with this key's signature."""
        if entry is None or entry.seq >= self.retired_by.seq:
            return False
        if self.transition.reason is not RevocationReason.COMPROMISED:
            return True
        void_from = self.transition.void_from
        return void_from is not None and entry.recorded_at < void_from


class Keyring:
    """The key that signs now and those before it.

    Args:
        current: Checks what is signed now.
        retired: The keys before it.
        entry_of: Finds the log's entry of a record by its digest; None where the log has none.
    """

    def __init__(
        self,
        current: Verifier,
        *,
        retired: Sequence[RetiredKey] = (),
        entry_of: Callable[[Digest], Entry | None] = lambda _: None,
    ) -> None:
        self.current = current
        self.retired = tuple(retired)
        self._entry_of = entry_of

    def verifier_of(self, envelope: bytes, *, about: Digest) -> Verifier | None:
        """Return what checks ``envelope``; None where the key that it names is not ours, or did not count then.

        Args:
            envelope: A signed statement.
            about: Digest of the record that it was stored with.
        """
        try:
            named = decode(envelope, where=about).signature.key_id
        except VerificationError:
            return None
        if named == self.current.key_id:
            return self.current
        key = next((key for key in self.retired if key.verifier.key_id == named), None)
        return key.verifier if key is not None and key.may_have_signed(self._entry_of(about)) else None

    def verifier_then(self, envelope: bytes, *, about: Digest) -> Verifier | None:
        """Return what checks ``envelope`` where the key that it names was the team's then, stolen or not.

        By it one tells a record whose key was given up since from one that was never ours.
        """
        counting = self.verifier_of(envelope, about=about)
        if counting is not None:
            return counting
        try:
            named = decode(envelope, where=about).signature.key_id
        except VerificationError:
            return None
        key = next((key for key in self.retired if key.verifier.key_id == named), None)
        entry = None if key is None else self._entry_of(about)
        return key.verifier if key is not None and entry is not None and entry.seq < key.retired_by.seq else None

    def verifier_by_id(self, key_id: str) -> Verifier | None:
        """Return what checks signatures of a key that the team has or had, unless it was stolen."""
        if key_id == self.current.key_id:
            return self.current
        sound = (key for key in self.retired if key.transition.reason is not RevocationReason.COMPROMISED)
        return next((key.verifier for key in sound if key.verifier.key_id == key_id), None)

    def __repr__(self) -> str:
        return f"Keyring({self.current.key_id[:16]}…, {len(self.retired)} retired)"


def statement_of_transition(transition: KeyTransition) -> Statement:
    """Return the statement by which the old key introduces the new one."""
    return Statement(
        subjects=(("new key", f"sha256:{transition.new}"), ("old key", f"sha256:{transition.old}")),
        predicate_type=KEY_TRANSITION,
        predicate={"record": plain(transition), "recordDigest": digest_of(transition)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTransition:
    """A transition as a store or a pack holds it."""

    transition: KeyTransition
    envelopes: Mapping[str, bytes]
    entry: Entry


def keyring_of(
    current: Verifier,
    transitions: Sequence[SignedTransition],
    *,
    parse: Callable[[bytes], Verifier],
    entry_of: Callable[[Digest], Entry | None],
) -> Keyring:
    """Return the keys of a team, walking back from the one that it has now.

    A transition that leads to no key of the chain is passed over: it introduces somebody else's key.

    Args:
        current: The key that is trusted: the team's own, or the one that a reader was given.
        transitions: Every transition that the log has.
        parse: Reads a public key in PEM.
        entry_of: Finds the log's entry of a record.

    Raises:
        VerificationError: If a transition of the chain is not signed by the key that it retires, or two retire one.
    """
    retired: list[RetiredKey] = []
    wanted = current.key_id
    while True:
        found = [item for item in transitions if item.transition.new == wanted]
        if not found:
            return Keyring(current, retired=retired, entry_of=entry_of)
        if len(found) > 1 or len(retired) > len(transitions):
            raise VerificationError(f"more than one transition leads to key {wanted[:16]}…")
        key = _retired(found[0], parse=parse)
        retired.append(key)
        wanted = key.verifier.key_id


def _retired(item: SignedTransition, *, parse: Callable[[bytes], Verifier]) -> RetiredKey:
    transition = item.transition
    verifier = parse(transition.old_public.encode("utf-8"))
    where = f"key transition {transition.id}"
    if verifier.key_id != transition.old:
        raise VerificationError("the old key is not the one whose fingerprint is named", where=where)
    if parse(transition.new_public.encode("utf-8")).key_id != transition.new:
        raise VerificationError("the new key is not the one whose fingerprint is named", where=where)
    envelope = item.envelopes.get(KEY_TRANSITION, b"")
    payload = open_envelope(envelope, payload_type=IN_TOTO, verifier=verifier, where=where)
    if parse_statement(payload, where=where).content != statement_of_transition(transition).content:
        raise VerificationError("what the old key signed is another transition", where=where)
    return RetiredKey(verifier=verifier, transition=transition, retired_by=item.entry)
