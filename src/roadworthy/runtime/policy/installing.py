"""Publishes signed packs to a folder of versions, and installs them from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.signed_packs.archives import archive_name, read_archive_bytes
from roadworthy.adapters.signed_packs.lock import PackLock, lock_files, read_lock, require_as_signed
from roadworthy.adapters.signed_packs.registry import DEFAULT_FOLDER, PackRegistry, installed, installing, put_in_place
from roadworthy.adapters.signing import parse_public_key
from roadworthy.adapters.yaml_source import read_text
from roadworthy.core.digest import Digest, digest_of_bytes
from roadworthy.core.errors import ConfigError, NotFoundError, PackError, VerificationError
from roadworthy.policy.pack_version import is_draft, name_fault, version_key
from roadworthy.runtime.policy.archives import open_content

MAX_KEY_BYTES = 16 * 1024
PACKS = DEFAULT_FOLDER
"""Where packs are installed, below the folder with the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A version in a registry folder."""

    name: str
    version: str
    archive: Digest
    path: str
    is_new: bool
    """False where the very same archive was there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A pack that lies ready to be named by a manifest."""

    name: str
    version: str
    before: str | None
    """Version that was there; None: none was."""

    digest: Digest
    key_id: str
    key_before: str | None
    """Key that signed the version that was there; None: none was."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One installed pack, and whether it is still what was signed."""

    name: str
    version: str
    digest: Digest
    key_id: str
    path: str
    problem: str
    """What was changed since it was installed; empty where nothing was."""


def publish_archive(path: Path, *, to: Path) -> Published:
    """Add an archive to a registry folder, under the name and version that it states.

    Its content is checked whole; whose signature it bears is for each installer to check.

    Raises:
        PackError: If the version is there with other content, or the archive does not load.
        VerificationError: If the archive is damaged.
    """
    content = read_archive_bytes(path)
    opened, _ = open_content(content, verifier=None, where=path.name)
    statement = opened.statement
    place, is_new = PackRegistry(to).publish(content, name=statement.name, version=statement.version)
    return Published(
        name=statement.name,
        version=statement.version,
        archive=digest_of_bytes(content),
        path=str(place),
        is_new=is_new,
    )


def published_versions(name: str, *, registry: Path) -> tuple[str, ...]:
    """Return the versions of a pack in a registry folder, oldest first.

    Raises:
        NotFoundError: If there is none.
    """
    _require_name(name)
    return PackRegistry(registry).versions(name)


def install(reference: str, *, registry: Path, key: Path, into: Path, downgrade: bool = False) -> Installed:
    """Verify a version and make it the one that lies below ``into``.

    Args:
        reference: ``NAME`` for the latest finished version, or ``NAME@VERSION``.
        registry: The folder of versions.
        key: Public key that must have signed it, from a source that you trust.
        into: Folder of installed packs.
        downgrade: Whether a version before the one that is there may take its place.

    Raises:
        NotFoundError: If there is no such version.
        VerificationError: If the key did not sign it, or it is another pack than it is called.
        PackError: If it is older than what is there, is the same version with other content, or what
            is there is not to be replaced.
    """
    name, _, wanted = reference.partition("@")
    _require_name(name)
    source = PackRegistry(registry)
    version = wanted or _latest(source.versions(name))
    content = source.read(name, version)
    pem = read_text(key, error=ConfigError, max_bytes=MAX_KEY_BYTES)
    verifier = parse_public_key(pem.encode(), where=str(key))
    where = archive_name(name, version)
    opened, _ = open_content(content, verifier=verifier, where=where)
    statement = opened.statement
    if (statement.name, statement.version) != (name, version):
        raise VerificationError(
            f"the archive that is called {name} {version} holds {statement.name} {statement.version}",
            where=where,
            fix="tell who keeps the registry: a file was exchanged",
        )
    lock = PackLock(
        name=name,
        version=version,
        digest=statement.pack,
        archive=digest_of_bytes(content),
        key_id=verifier.key_id,
        public_key=pem,
    )
    with installing(into):
        before = _before(into / name, version=version, archive=lock.archive, downgrade=downgrade)
        path = put_in_place(into, name, {**opened.files, **lock_files(lock, envelope=opened.envelope)})
    return Installed(
        name=name,
        version=version,
        before=before.version if before else None,
        digest=statement.pack,
        key_id=verifier.key_id,
        key_before=before.key_id if before else None,
        path=str(path),
    )


def installed_packs(folder: Path) -> tuple[Held, ...]:
    """Return the packs that were installed below ``folder``, each checked against its signature."""
    return tuple(
        Held(
            name=lock.name,
            version=lock.version,
            digest=lock.digest,
            key_id=lock.key_id,
            path=str(path),
            problem=_problem(path),
        )
        for path, lock in installed(folder)
    )


def _problem(path: Path) -> str:
    try:
        require_as_signed(path)
    except PackError as fault:
        return "; ".join((fault.problem, *fault.details))
    return ""


def _before(place: Path, *, version: str, archive: Digest, downgrade: bool) -> PackLock | None:
    if not place.is_dir():
        return None
    lock = read_lock(place)
    if lock is not None and version_key(version) < version_key(lock.version) and not downgrade:
        raise PackError(
            f"version {lock.version} of {lock.name} is installed, and {version} is older",
            where=str(place),
            fix="an older version may ask less; give --downgrade if that is meant",
        )
    if lock is not None and version_key(version) == version_key(lock.version) and archive != lock.archive:
        raise PackError(
            f"version {lock.version} of {lock.name} is installed from another archive, and a version never changes",
            where=str(place),
            fix="ask who keeps the registry what was exchanged; to take it all the same, remove the folder first",
        )
    return lock


def _latest(versions: tuple[str, ...]) -> str:
    finished = [version for version in versions if not is_draft(version)]
    return (finished or list(versions))[-1]


def _require_name(name: str) -> None:
    fault = name_fault(name)
    if fault is not None:
        raise NotFoundError(
            f"no pack is called {name!r}: a name {fault}", where="NAME", fix="give NAME or NAME@VERSION"
        )
