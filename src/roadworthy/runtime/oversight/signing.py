"""Finds what a person signs with, and has it sign what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.keys.signers import CommandSigner, SshAgentSigner, SshKeySigner
from roadworthy.adapters.signing import FileSigner, make_pair
from roadworthy.approvals.key_window import why_key_does_not_count
from roadworthy.approvals.model import Signed
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.consent import SignedByPerson, key_that_signed, statement_of_consent
from roadworthy.evidence.dsse import encode
from roadworthy.evidence.ports import Signer
from roadworthy.evidence.statement import sign_statement
from roadworthy.governance.model import Person
from roadworthy.runtime.oversight.refusing import Action, refuse
from roadworthy.runtime.trust.consents import verifiers_of
from roadworthy.runtime.workspace import Workspace

ENTRY_POINTS = "roadworthy.signers"
"""Group of entry points by which a package adds a way to sign: each names a function that takes what stands after the
colon and the person's public keys as the governance file has them, and returns a `roadworthy.evidence.ports.Signer`."""

_OPENSSH = b"BEGIN OPENSSH PRIVATE KEY"
_CHOICE = "give one of --key FILE, --ssh-key FILE and --signer command:…"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChoice:
    """What somebody said of how they sign. One of them."""

    key: Path | None = None
    """Ed25519 private key in PEM."""

    ssh_key: Path | None = None
    """OpenSSH private key, or the public key of one that an agent or a hardware key holds."""

    signer: str | None = None
    """``command:…``, or the name of an entry point and what it takes: ``name:…``."""


def signer_for(person: Person, choice: KeyChoice) -> Signer:
    """Return what signs for ``person``.

    Raises:
        ConfigError: If not exactly one way is chosen, or the key cannot be used.
    """
    if sum(one is not None for one in (choice.key, choice.ssh_key, choice.signer)) != 1:
        raise ConfigError("say with which key you sign", where="--key", fix=_CHOICE)
    if choice.key is not None:
        return FileSigner.read(choice.key)
    if choice.ssh_key is not None:
        return _ssh_signer(choice.ssh_key)
    return _named_signer(person, choice.signer or "")


def key_of(person: Person, signer: Signer) -> str | None:
    """Return the id of the key of ``person`` that ``signer`` signs with; None: the governance file has no such."""
    return next((key for key, verifier in verifiers_of(person).items() if verifier.key_id == signer.key_id), None)


def counting_signer(
    workspace: Workspace, person: Person, key: KeyChoice | Signer, *, action: Action, of: Digest | None
) -> Signer:
    """Return what ``person`` signs with, where its key counts now.

    Raises:
        ConfigError: If the key cannot be used.
        NotPermittedError: If it does not count; that is logged.
    """
    signer = signer_for(person, key) if isinstance(key, KeyChoice) else key
    key_id = key_of(person, signer)
    signed = Signed(holds=key_id is not None, key=key_id, recorded_at=workspace.clock.now())
    problem = why_key_does_not_count(signed, person=person)
    if problem:
        refuse(
            workspace,
            action=action,
            because=RefusedBecause.KEY_DOES_NOT_COUNT,
            problem=problem,
            of=of,
            fix="sign with a key that governance.yaml names for you and that is valid now",
        )
    return signer


def sign_as(person: Person, record: SignedByPerson, *, signer: Signer, about: Digest | None = None) -> dict[str, bytes]:
    """Return the envelope that says ``record`` in the name of ``person``, by predicate type, ready to be stored.

    Raises:
        ConfigError: If the signature does not hold against a key that the governance file names for them.
    """
    statement = statement_of_consent(record, about=about)
    envelopes = {statement.predicate_type: encode(sign_statement(statement, signer=signer))}
    if key_that_signed(record, envelopes=envelopes, verifiers=verifiers_of(person)) is None:
        raise ConfigError(
            f"no key of {person.id} in the governance file holds this signature",
            where=f"key {signer.key_id[:16]}…",
            fix="sign with a key whose public half stands there, or have this one added",
        )
    return envelopes


def _ssh_signer(path: Path) -> Signer:
    if path.suffix == ".pub":
        return SshAgentSigner.read(path)
    try:
        return SshKeySigner.read(path)
    except ConfigError:
        # With a passphrase, of another kind or for a hardware key: the program knows how to ask.
        if path.is_file() and path.with_name(f"{path.name}.pub").is_file():
            return SshAgentSigner.read(path)
        raise


def _named_signer(person: Person, reference: str) -> Signer:
    name, colon, rest = reference.partition(":")
    if not colon or not rest.strip():
        raise ConfigError("a signer is written NAME:WHAT", where="--signer", fix=_CHOICE)
    if name == "command":
        return _command_signer(person, rest)
    found = [point for point in entry_points(group=ENTRY_POINTS) if point.name == name]
    if len(found) != 1:
        known = ", ".join(sorted({"command", *(point.name for point in entry_points(group=ENTRY_POINTS))}))
        raise ConfigError(
            f"{'no signer is' if not found else 'several signers are'} called {name[:80]!r}",
            where="--signer",
            fix=f"known are {known}; install the package that brings yours",
        )
    make: Callable[[str, tuple[str, ...]], Signer] = found[0].load()
    return make(rest, tuple(key.public for key in person.keys))


def _command_signer(person: Person, command: str) -> Signer:
    """Return a signer for the one key of ``person`` that a program may hold.

    Raises:
        ConfigError: If no key, or more than one, is in PEM.
    """
    pems = [key for key in person.keys if key.public.lstrip().startswith("-----BEGIN") and key.revoked_at is None]
    if len(pems) != 1:
        raise ConfigError(
            f"{person.id} has {len(pems)} keys in PEM that are not revoked, and the command signs with one",
            where="--signer",
            fix="state exactly one such key in governance.yaml",
        )
    parse_key(pems[0].public.encode("utf-8"), where=f"key {pems[0].id}")
    return CommandSigner(command, public=pems[0].public.encode("utf-8"))


def create_key(path: Path) -> tuple[str, str]:
    """Make a key pair for a person; return the public key and its id.

    Raises:
        ConfigError: If a file is there already.
        StoreError: If the files cannot be written.
    """
    signer = make_pair(path)
    return signer.public_pem.decode("ascii"), signer.key_id
