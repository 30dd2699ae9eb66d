"""Signs and verifies a model's files and binds its card to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.signing import load_public_key
from roadworthy.core.digest import Digest, digest_of_bytes
from roadworthy.core.errors import ConfigError, NotFoundError, VerificationError
from roadworthy.evidence.dsse import IN_TOTO, encode, open_envelope
from roadworthy.evidence.exchange.model_signature import (
    GIT_PATHS,
    SIGNATURE_NAME,
    STATEMENT_NAME,
    SignedFiles,
    card_statement,
    differences,
    payload_of,
    read_card_statement,
    read_payload,
)
from roadworthy.evidence.ports import Verifier
from roadworthy.evidence.statement import parse_statement, sign_statement
from roadworthy.integrations.model_signing.bundle import open_bundle, seal_bundle
from roadworthy.integrations.model_signing.files import hash_files
from roadworthy.integrations.model_signing.keys import open_private, open_public, public_path
from roadworthy.inventory.model import FileComponent
from roadworthy.runtime.workspace import Workspace

KEY = "model-signing-key.pem"
CARD = "README.md"
MAX_CARD_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSignature:
    """What was signed, or found to hold."""

    model: str
    root: Digest
    """Digest over all files of the model."""

    files: int
    not_covered: tuple[str, ...]
    """Paths that the signature leaves out."""

    signature: str
    """Path of the signature file."""

    card: str | None = None
    """Name of the card that is bound to the model; None where none is, or nobody looked."""

    key: str | None = None
    """Path of the public key that verifies it; None when it was given."""

    not_checked: tuple[str, ...] = ()


def model_path(workspace: Workspace | None, named: str) -> Path:
    """Return the folder or file that ``named`` is, or that the component of that key has.

    Raises:
        NotFoundError: If it is neither.
    """
    if Path(named).exists():
        return Path(named).resolve()
    components = load_manifest(workspace.manifest_path).components if workspace else ()
    found = next((c for c in components if c.key == named and isinstance(c, FileComponent) and c.path), None)
    if workspace is None or not isinstance(found, FileComponent) or found.path is None:
        raise NotFoundError(
            f"{named!r} is neither a file or folder nor a component with a path",
            where="rw model",
            fix="give the model's folder, or a key of roadworthy.yaml",
        )
    return (workspace.root / found.path).resolve()


def sign_model(workspace: Workspace, model: Path, *, key: Path | None, card: Path | None) -> ModelSignature:
    """Sign a model's files, and the statement that binds its card to them.

    Args:
        workspace: Whose keys sign: an elliptic curve key the files, because the format knows no
            Ed25519, and the team's own key the statement about the card.
        model: Folder or file.
        key: Private elliptic curve key; None takes the workspace's, which is made on first use.
        card: The model's card; None takes ``README.md`` in the folder, where there is one.
    """
    path = key or workspace.state / "keys" / KEY
    if key is None:
        workspace.signer.key_id  # noqa: B018 - opening it makes the closed folder that holds the keys
    private = open_private(path, make=key is None)
    signature, statement = signature_paths(model)
    signed = SignedFiles(name=model.name, hash_type="sha256", files={}, ignored=_left_out(model))
    found = {name: digest for name, digest in hash_files(model).items() if signed.covers(name)}
    if not found:
        raise ConfigError(
            "there is nothing to sign", where=str(model), fix="give a folder that holds the model's files"
        )
    signed = SignedFiles(name=model.name, hash_type="sha256", files=found, ignored=signed.ignored)
    content = seal_bundle(payload_of(signed), key=private)
    write_atomically(signature, content)
    bound = _bind_card(workspace, signed, model=model, card=card, signature=content, statement=statement)
    return ModelSignature(
        model=str(model),
        root=signed.root,
        files=len(found),
        not_covered=signed.ignored,
        signature=str(signature),
        card=bound,
        key=str(public_path(path)) if key is None else None,
    )


def _left_out(model: Path) -> tuple[str, ...]:
    return tuple(sorted((*GIT_PATHS, SIGNATURE_NAME, STATEMENT_NAME))) if model.is_dir() else ()


def signature_paths(model: Path) -> tuple[Path, Path]:
    """Return where signature and card statement lie: in a folder, or beside a single file."""
    if model.is_dir():
        return model / SIGNATURE_NAME, model / STATEMENT_NAME
    return model.with_name(f"{model.name}.sig"), model.with_name(f"{model.name}.card.dsse.json")


def _bind_card(
    workspace: Workspace, signed: SignedFiles, *, model: Path, card: Path | None, signature: bytes, statement: Path
) -> str | None:
    found = card or _card_of(model)
    if found is None:
        statement.unlink(missing_ok=True)
        return None
    made = card_statement(
        name=signed.name,
        root=signed.root,
        card=_card_digest(found),
        card_name=found.name,
        signature=digest_of_bytes(signature),
        signed_at=workspace.clock.now(),
    )
    write_atomically(statement, encode(sign_statement(made, signer=workspace.signer)))
    return found.name


def _card_of(model: Path) -> Path | None:
    return model / CARD if model.is_dir() and (model / CARD).is_file() else None


def _card_digest(card: Path) -> Digest:
    try:
        if card.stat().st_size > MAX_CARD_BYTES:
            raise ConfigError("the card is too large", where=str(card), fix="name the card, not an archive of it")
        return digest_of_bytes(card.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"the card cannot be read: {error.strerror}", where=str(card), fix="check the path"
        ) from error


def verify_model(
    model: Path, *, key: Path, signature: Path | None, card: Path | None, card_key: Path | None
) -> ModelSignature:
    """Check a model's files against their signature, and its card against the statement that binds it.

    Args:
        model: Folder or file.
        key: Public elliptic curve key, from a source that the reader trusts.
        signature: Signature file; None looks in the folder, or beside a single file.
        card: The card; None looks for the one that the statement names, beside it.
        card_key: The team's public Ed25519 key; None leaves the card unchecked, and the result says so.

    Raises:
        VerificationError: Naming every file that is missing, was added or was changed, or what of the card
            does not hold.
    """
    public = open_public(key)
    usual, statement = signature_paths(model)
    place = signature or usual
    signed = read_payload(open_bundle(_bounded(place), key=public, where=str(place)), where=str(place))
    found = hash_files(model, hash_type=signed.hash_type)
    if signature is not None and place.parent.is_relative_to(model):
        found.pop(place.relative_to(model).as_posix(), None)
    wrong = differences(signed, found)
    if wrong:
        raise VerificationError(
            f"the model is not the one that was signed: {wrong[0]}", where=str(model), details=wrong[1:20]
        )
    bound, unchecked = None, "no statement binds a card to this model"
    if statement.is_file() and card_key is None:
        unchecked = "the card: give --card-key, the team's public key"
    elif statement.is_file() and card_key is not None:
        bound = _check_card(signed, statement=statement, card=card, verifier=load_public_key(card_key))
    return ModelSignature(
        model=str(model),
        root=signed.root,
        files=len(signed.files),
        not_covered=signed.ignored,
        signature=str(place),
        card=bound,
        not_checked=() if bound else (unchecked,),
    )


def _check_card(signed: SignedFiles, *, statement: Path, card: Path | None, verifier: Verifier) -> str:
    where = str(statement)
    payload = open_envelope(_bounded(statement), payload_type=IN_TOTO, verifier=verifier, where=where)
    bound = read_card_statement(parse_statement(payload, where=where), where=where)
    if bound.root != signed.root:
        raise VerificationError("the card was bound to other files of this model", where=where)
    place = card or statement.with_name(bound.card_name)
    if not place.is_file() or _card_digest(place) != bound.card:
        raise VerificationError(f"{place.name} is not the card that was bound to this model", where=str(place))
    return bound.card_name


def _bounded(path: Path, limit: int = 64 * 1024 * 1024) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise VerificationError(f"there is no signature to read: {error.strerror}", where=str(path)) from error
    if len(content) > limit:
        raise VerificationError("the file is larger than any signature", where=str(path))
    return content
