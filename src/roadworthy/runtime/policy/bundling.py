"""Makes a signed archive of a pack, and checks one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.signed_packs.archives import archive_name, read_archive_bytes
from roadworthy.adapters.signed_packs.files import read_pack_files, read_shipped_files, unpacked
from roadworthy.adapters.signing import load_public_key, parse_public_key
from roadworthy.core.digest import Digest, JsonValue, digest_of_bytes
from roadworthy.core.errors import PackError
from roadworthy.evidence.bundle import make_bundle
from roadworthy.evidence.ports import Signer, Verifier
from roadworthy.policy.resolve import pack_digest
from roadworthy.runtime.policy.archives import load_unpacked, open_content
from roadworthy.runtime.policy.references import folder_named, pack_named
from roadworthy.runtime.policy.releasing import require_sound, try_pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A signed archive that was written."""

    name: str
    version: str
    pack: Digest
    archive: Digest
    key_id: str
    num_files: int
    about: dict[str, JsonValue]
    """What the statement says of the pack, cases and mutation included."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedArchive:
    """An archive whose content is what its statement says."""

    name: str
    version: str
    pack: Digest
    archive: Digest
    key_id: str
    """Of the key that it names."""

    is_verified: bool
    """Whether the signature was checked; false where no key was given."""

    num_files: int
    about: dict[str, JsonValue]


def bundle_pack(reference: str, *, root: Path, signer: Signer, out: Path | None, beside: Sequence[str] = ()) -> Bundled:
    """Write the signed archive of a pack. The same pack and key give the same bytes.

    What is read once is what is loaded, tried and signed: a file that changes meanwhile
    cannot slip in.

    Args:
        reference: A folder or a shipped pack.
        root: Folder below which installed packs lie.
        signer: Whose name stands for it.
        out: The archive's path; None writes ``NAME-VERSION.rwpolicy`` here.
        beside: Packs whose rules it tightens, where they are not shipped ones.

    Raises:
        PackError: If the pack is only proposed, has problems, a case fails, a rule is not
            covered, a mutant survives without a stated reason, or another archive is in the way.
    """
    folder = folder_named(reference, root=root)
    files = read_shipped_files(reference) if folder is None else read_pack_files(folder)
    others = [pack_named(name, root=root) for name in beside]
    with unpacked(files) as place:
        pack = load_unpacked(place, where=reference)
        if pack.status == "proposed":
            raise PackError(
                f"pack {pack.name} is proposed: what no person has reviewed is not handed on",
                where=reference,
                fix="have a person read it and run `rw policy review PACK --by NAME`",
            )
        require_sound(pack, beside=others, where=reference, doing="bundled")
        tried = try_pack(place, pack, beside=others, where=reference, doing="bundled", with_mutants=True)
    try:
        content = make_bundle(files, pack=pack, tried=tried, signer=signer)
    except ValueError as error:
        raise PackError(str(error), where=reference, fix="make the pack smaller, or rename it") from error
    path = out if out is not None else Path(archive_name(pack.name, pack.version))
    _write(path, content)
    # Read back what was written, as a stranger would.
    checked = _checked(path, parse_public_key(signer.public_pem, where="the signing key"))
    return Bundled(
        name=pack.name,
        version=pack.version,
        pack=pack_digest(pack),
        archive=checked.archive,
        key_id=signer.key_id,
        num_files=len(files),
        about=checked.about,
        path=str(path),
    )


def verify_archive(path: Path, *, key: Path | None) -> CheckedArchive:
    """Check an archive: that it is whole, loads, and is what was signed.

    Args:
        path: The archive.
        key: Public key that must have signed it; None leaves the signature unchecked, and the result says so.

    Raises:
        VerificationError: If anything does not hold.
        PackError: If the archive cannot be read or its pack does not load.
    """
    return _checked(path, load_public_key(key) if key is not None else None)


def _checked(path: Path, verifier: Verifier | None) -> CheckedArchive:
    content = read_archive_bytes(path)
    opened, _ = open_content(content, verifier=verifier, where=path.name)
    return CheckedArchive(
        name=opened.statement.name,
        version=opened.statement.version,
        pack=opened.statement.pack,
        archive=digest_of_bytes(content),
        key_id=opened.key_id,
        is_verified=opened.is_verified,
        num_files=len(opened.files),
        about=dict(opened.statement.about),
    )


def _write(path: Path, content: bytes) -> None:
    if path.exists() and read_archive_bytes(path) != content:
        raise PackError(
            f"{path.name} is there with other content",
            where=str(path),
            fix="raise `version` in pack.yaml, or move the archive away",
        )
    write_atomically(path.resolve(), content)
