"""A policy pack as one signed file: what is in it, what is stated about it, and whether that holds.

The archive holds the pack's files below ``pack/`` and one signed in-toto statement that
names the digest of each, of the pack as a value, and how its own cases went. Nothing in
it depends on when or where it was made: the same pack and key give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roadworthy.core.digest import Digest, JsonValue, digest_of_bytes
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.archive import read_archive, write_archive
from roadworthy.evidence.dsse import IN_TOTO, decode, encode, open_envelope
from roadworthy.evidence.ports import Signer, Verifier
from roadworthy.evidence.statement import Statement, parse_statement, sign_statement
from roadworthy.policy.model import Pack
from roadworthy.policy.pack_version import name_fault, version_key
from roadworthy.policy.resolve import pack_digest

POLICY_PACK = "urn:roadworthy:predicate:policy-pack:v1"
STATEMENT = "statement.dsse.json"
FOLDER = "pack/"
"""Where the pack's files lie in the archive."""

MAX_FILES = 1_000
MAX_BYTES = 16 * 1024 * 1024
"""Of an archive. A pack is text that people read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a pack's own cases went when it was bundled. Every case passed, else there is no bundle."""

    rules: int
    cases: int
    mutants: int
    """Changed rules that the cases had to notice; 0 where none were made."""

    noticed: int
    survivors: int
    """Mutants that no case notices, each explained in the pack."""

    @property
    def score(self) -> float | None:
        """Noticed of mutants, in [0, 1]; None where none were made."""
        return self.noticed / self.mutants if self.mutants else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackStatement:
    """What a signer states about a pack."""

    name: str
    version: str
    pack: Digest
    """Of the pack as a value."""

    files: Mapping[str, Digest]
    """Of each file, by its name in the pack's folder."""

    about: Mapping[str, JsonValue]
    """The predicate: layer, licence, review and how the cases went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedBundle:
    """A bundle whose files are what its statement says."""

    statement: PackStatement
    files: Mapping[str, bytes]
    """By name in the pack's folder."""

    envelope: bytes
    """The signed statement, as it stands in the archive."""

    key_id: str
    """Of the key that it names."""

    is_verified: bool
    """Whether the signature was checked with a key that the caller trusts."""


def make_bundle(files: Mapping[str, bytes], *, pack: Pack, tried: Tried, signer: Signer) -> bytes:
    """Return the archive of a pack. The same arguments give the same bytes.

    Args:
        files: Every file of the pack's folder, by relative name.
        pack: The pack that those files say.
        tried: How its cases went.
        signer: Whose name stands for it.

    Raises:
        ValueError: If the pack's name or version is malformed, or the files are too many or too large.
    """
    fault = name_fault(pack.name)
    if fault:
        raise ValueError(f"pack name {pack.name!r} {fault}")
    version_key(pack.version)
    if len(files) > MAX_FILES:
        raise ValueError(f"{len(files)} files are more than a pack may have ({MAX_FILES})")
    statement = Statement(
        subjects=(
            (f"pack:{pack.name}@{pack.version}", pack_digest(pack)),
            *((f"file:{name}", digest_of_bytes(files[name])) for name in sorted(files)),
        ),
        predicate_type=POLICY_PACK,
        predicate=_about(pack, tried),
    )
    envelope = encode(sign_statement(statement, signer=signer))
    content = write_archive({f"{FOLDER}{name}": body for name, body in files.items()} | {STATEMENT: envelope})
    if len(content) > MAX_BYTES:
        raise ValueError(f"the archive would have {len(content)} bytes, the limit is {MAX_BYTES}")
    return content


def open_bundle(content: bytes, *, verifier: Verifier | None, where: str) -> OpenedBundle:
    """Read a bundle.

    Args:
        content: The archive's bytes.
        verifier: The key that must have signed it; None leaves the signature unchecked, and
            the result says so.
        where: What to call it in an error.

    Raises:
        VerificationError: If it is no canonical archive, holds anything but a pack and its
            statement, a file is not what the statement says, or the signature does not hold.
    """
    if len(content) > MAX_BYTES:
        raise VerificationError(f"the archive has {len(content)} bytes, the limit is {MAX_BYTES}", where=where)
    try:
        found = read_archive(content)
    except VerificationError as error:
        raise VerificationError(
            error.problem,
            where=where if error.where == "archive" else f"{where}: {error.where}",
            fix="fetch the archive again, or ask its maker for another",
        ) from error
    envelope = found.pop(STATEMENT, None)
    if envelope is None:
        raise VerificationError(f"the archive holds no {STATEMENT}, so nobody stands for it", where=where)
    foreign = sorted(name for name in found if not name.startswith(FOLDER))
    if foreign:
        raise VerificationError(f"the archive holds {foreign[0]!r}, which is no part of a pack", where=where)
    files = {name.removeprefix(FOLDER): body for name, body in found.items()}
    statement = read_statement(envelope, verifier=verifier, where=STATEMENT)
    require_same_files(statement, files, where=where)
    return OpenedBundle(
        statement=statement,
        files=files,
        envelope=envelope,
        key_id=decode(envelope, where=STATEMENT).signature.key_id,
        is_verified=verifier is not None,
    )


def read_statement(envelope: bytes, *, verifier: Verifier | None, where: str) -> PackStatement:
    """Read the signed statement about a pack.

    Raises:
        VerificationError: If it is no such statement, or ``verifier``'s key did not sign it.
    """
    unsigned = decode(envelope, where=where)
    if verifier is not None:
        payload = open_envelope(envelope, payload_type=IN_TOTO, verifier=verifier, where=where)
    else:
        payload = unsigned.payload
    statement = parse_statement(payload, where=where)
    if statement.predicate_type != POLICY_PACK:
        raise VerificationError(f"the statement is a {statement.predicate_type!r}, not one about a pack", where=where)
    (first, digest), *rest = statement.subjects
    name, _, version = first.removeprefix("pack:").rpartition("@")
    files = {subject.removeprefix("file:"): found for subject, found in rest if subject.startswith("file:")}
    if not first.startswith("pack:") or name_fault(name) or len(files) != len(rest):
        raise VerificationError("the statement does not name a pack and then its files, each once", where=where)
    try:
        version_key(version)
    except ValueError as error:
        raise VerificationError(f"the statement names no version: {error}", where=where) from error
    return PackStatement(name=name, version=version, pack=digest, files=files, about=statement.predicate)


def require_same_files(statement: PackStatement, files: Mapping[str, bytes], *, where: str) -> None:
    """Check that ``files`` are exactly what ``statement`` names.

    Raises:
        VerificationError: Naming the first file that is missing, added or changed, and each further one.
    """
    problems = [f"{name} is missing" for name in sorted(set(statement.files) - set(files))]
    problems += [f"{name} was added" for name in sorted(set(files) - set(statement.files))]
    problems += [
        f"{name} was changed"
        for name in sorted(set(files) & set(statement.files))
        if digest_of_bytes(files[name]) != statement.files[name]
    ]
    if problems:
        raise VerificationError(
            f"the files are not those that were signed: {problems[0]}", where=where, details=tuple(problems[1:20])
        )


def require_same_pack(statement: PackStatement, pack: Pack, *, where: str) -> None:
    """Check that the pack that the files say is the one that ``statement`` names.

    Raises:
        VerificationError: If its name, version or digest is another, or it is only proposed.
    """
    if (pack.name, pack.version) != (statement.name, statement.version):
        raise VerificationError(
            f"the files are pack {pack.name} {pack.version}, the statement is about "
            f"{statement.name} {statement.version}",
            where=where,
        )
    if pack_digest(pack) != statement.pack:
        raise VerificationError(
            "the files do not say the pack that the statement names",
            where=where,
            fix="read it with the version of roadworthy that it was made with, or ask for a new bundle",
        )
    if pack.status == "proposed":
        raise VerificationError(
            f"pack {pack.name} is proposed: no person has reviewed it", where=where, fix="ask for a reviewed version"
        )


def _about(pack: Pack, tried: Tried) -> dict[str, JsonValue]:
    return {
        "layer": pack.layer.value,
        "licence": pack.licence,
        "owner": pack.owner,
        "title": pack.title,
        "reviewedBy": pack.reviewed_by,
        "effectiveOn": pack.effective_on.isoformat() if pack.effective_on else None,
        "cases": {"rules": tried.rules, "cases": tried.cases, "passed": tried.cases, "uncovered": 0},
        "mutation": {
            "mutants": tried.mutants,
            "noticed": tried.noticed,
            "survivors": tried.survivors,
            "score": tried.score,
        },
    }
