"""What is signed about a model's files, in the format of the ``model-signing`` package, and about its card.

The format signs files and says nothing of the card, so a statement of our own binds the two.

Source:
    OpenSSF Model Signing specification 1.0, signature predicate ``https://model_signing/signature/v1.0``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest, JsonValue, is_digest
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.statement import STATEMENT_TYPE, Statement

SIGNATURE = "https://model_signing/signature/v1.0"
MODEL_CARD = "urn:roadworthy:predicate:model-card:v1"
SIGNATURE_NAME, STATEMENT_NAME = "model.sig", "model-card.dsse.json"
"""Names under which the signature and the statement about the card lie beside or in a model."""

GIT_PATHS = (".git", ".gitattributes", ".github", ".gitignore")
"""What the format leaves out unless told otherwise."""

MAX_FILES = 100_000
_HASHES = ("sha256", "blake2")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFiles:
    """What a signature says of a model."""

    name: str
    """Of the model's folder or file when it was signed; moving or renaming it changes nothing."""

    hash_type: str
    """``sha256`` or ``blake2``."""

    files: Mapping[str, str]
    """Hexadecimal digest by relative path; ``.`` for a model that is one file."""

    ignored: tuple[str, ...] = ()
    """Relative paths that the signature does not cover, folders with all that is in them; sorted."""

    @property
    def root(self) -> Digest:
        """One digest over all files: SHA-256 over their digests in the order of their paths."""
        whole = hashlib.sha256()
        for name in sorted(self.files, key=_order):
            whole.update(bytes.fromhex(self.files[name]))
        return f"sha256:{whole.hexdigest()}"

    def covers(self, name: str) -> bool:
        """Return whether a file of this path must be among the signed ones."""
        return not any(name == path or name.startswith(f"{path}/") for path in self.ignored)


def _order(name: str) -> tuple[str, ...]:
    """Order paths part by part, as the format does."""
    return () if name == "." else tuple(name.split("/"))


def payload_of(signed: SignedFiles) -> bytes:
    """Return the statement about a model's files that is signed.

    Raises:
        ValueError: If there is no file.
    """
    if not signed.files:
        raise ValueError("a model without files cannot be signed")
    return json.dumps(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": signed.name, "digest": {"sha256": signed.root.removeprefix("sha256:")}}],
            "predicateType": SIGNATURE,
            "predicate": {
                "serialization": {
                    "method": "files",
                    "hash_type": signed.hash_type,
                    "allow_symlinks": False,
                    "ignore_paths": list(signed.ignored),
                },
                "resources": [
                    {"name": name, "algorithm": signed.hash_type, "digest": signed.files[name]}
                    for name in sorted(signed.files, key=_order)
                ],
            },
        },
        ensure_ascii=False,
    ).encode("utf-8")


def read_payload(content: bytes, *, where: str) -> SignedFiles:
    """Read the statement about a model's files, whoever wrote it.

    Raises:
        VerificationError: If it is another statement, its root digest is not that of its files, it hashes in
            a way that is not known here, or it leaves everything out.
    """
    try:
        value: JsonValue = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise VerificationError("the signed statement is not JSON", where=where) from error
    match value:
        case {
            "predicateType": "https://model_signing/signature/v1.0",
            "subject": [{"name": str(name), "digest": {"sha256": str(root)}}],
            "predicate": {"serialization": dict(how), "resources": [*resources]},
        } if len(resources) <= MAX_FILES:
            signed = SignedFiles(
                name=name,
                hash_type=_hash_type(how, where=where),
                files=_files(resources, where=where),
                ignored=_ignored(how.get("ignore_paths", []), where=where),
            )
        case _:
            raise VerificationError("the signed statement is not one about a model's files", where=where)
    if not signed.files or signed.root != f"sha256:{root}":
        raise VerificationError("the statement's root digest is not that of its files", where=where)
    return signed


def _hash_type(how: Mapping[str, JsonValue], *, where: str) -> str:
    method, kind = how.get("method"), how.get("hash_type")
    if method != "files" or not isinstance(kind, str) or kind not in _HASHES or how.get("allow_symlinks"):
        raise VerificationError(
            f"the model was signed by {method!r} with {kind!r}, which cannot be checked here",
            where=where,
            fix="verify it with the model-signing package, or sign it by whole files with SHA-256",
        )
    return kind


def _files(resources: list[JsonValue], *, where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for resource in resources:
        match resource:
            case {"name": str(name), "digest": str(digest)} if (
                _is_plain(name) and name not in found and _is_hex(digest)
            ):
                found[name] = digest
            case _:
                raise VerificationError("the statement names a file twice, unsafely or without a digest", where=where)
    return found


def _ignored(paths: JsonValue, *, where: str) -> tuple[str, ...]:
    names = [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []
    if not isinstance(paths, list) or len(names) != len(paths) or not all(_is_plain(n) and n != "." for n in names):
        raise VerificationError("the statement leaves out paths that are not inside the model", where=where)
    return tuple(sorted(names))


def _is_plain(name: str) -> bool:
    return name == "." or not (name.startswith("/") or any(part in {"", ".", ".."} for part in name.split("/")))


def _is_hex(text: str) -> bool:
    return len(text) in {64, 128} and all(c in "0123456789abcdef" for c in text)


def differences(signed: SignedFiles, found: Mapping[str, str]) -> tuple[str, ...]:
    """Return how the files that are there differ from those that were signed, sorted by path.

    Args:
        signed: What was signed.
        found: Digest of every file that is there, by relative path, ignored ones included.
    """
    covered = {name: digest for name, digest in found.items() if signed.covers(name)}
    named = sorted(set(covered) | set(signed.files), key=_order)
    return tuple(
        f"{name} is missing" if name not in covered else f"{name} was added" if name not in signed.files
        else f"{name} was changed"
        for name in named
        if covered.get(name) != signed.files.get(name)
    )  # fmt: skip


def card_statement(
    *, name: str, root: Digest, card: Digest, card_name: str, signature: Digest, signed_at: datetime
) -> Statement:
    """State that a card describes a model at one root digest.

    Args:
        name: Of the model.
        root: Digest over the model's files, as its signature names it.
        card: Digest of the card's bytes.
        card_name: File name of the card.
        signature: Digest of the signature file.
        signed_at: When it is stated, aware.
    """
    return Statement(
        subjects=((f"model:{name}", root), (f"card:{card_name}", card)),
        predicate_type=MODEL_CARD,
        predicate={
            "model": {"name": name, "rootDigest": root, "signature": signature},
            "card": {"name": card_name, "digest": card},
            "statedAt": rfc3339(signed_at),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundCard:
    """What a statement about a card binds."""

    root: Digest
    card: Digest
    card_name: str


def read_card_statement(statement: Statement, *, where: str) -> BoundCard:
    """Read a statement about a card.

    Raises:
        VerificationError: If it is another statement, or its subjects are not those of its predicate.
    """
    match dict(statement.predicate):
        case {
            "model": {"name": str(name), "rootDigest": str(root)},
            "card": {"name": str(card_name), "digest": str(card)},
        } if statement.predicate_type == MODEL_CARD and is_digest(root) and is_digest(card):
            bound = BoundCard(root=root, card=card, card_name=card_name)
            if statement.subjects == ((f"model:{name}", root), (f"card:{card_name}", card)) and "/" not in card_name:
                return bound
    raise VerificationError("the statement is not one that binds a model and its card", where=where)
