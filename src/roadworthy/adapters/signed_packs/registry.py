"""A folder of signed packs by name and version: immutable, safe for several writers, no server needed."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from roadworthy.adapters.signed_packs.archives import ARCHIVE_SUFFIX, archive_name, read_archive_bytes
from roadworthy.adapters.signed_packs.files import write_pack_files
from roadworthy.adapters.signed_packs.lock import PackLock, read_lock, require_as_signed
from roadworthy.core.errors import NotFoundError, PackError, StoreError
from roadworthy.policy.pack_version import name_fault, version_key

DEFAULT_FOLDER = "packs"
"""Where installed packs lie, below the manifest."""

_HALF_DONE = re.compile(r"\.(?P<name>[a-z0-9][a-z0-9.-]*)\.[0-9a-f]{12}\.(?P<kind>new|old)")
"""What an installer that was killed leaves: a pack not yet in place, or one already out of it."""


class PackRegistry:
    """Versions of packs in a folder, ``<name>/<name>-<version>.rwpolicy``.

    A version that is there never changes: the same content again is a no-op, other
    content is refused. Two writers at once leave one whole file.

    Args:
        folder: The registry; made on the first `publish`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(self, content: bytes, *, name: str, version: str) -> tuple[Path, bool]:
        """Add a version; return its place, and whether it is new.

        Raises:
            PackError: If the version is there with other content, or written otherwise, as 1.0 for 1.0.0.
            StoreError: If it cannot be written.
        """
        same = [known for known in self._versions(name) if version_key(known) == version_key(version)]
        if same and version not in same:
            raise PackError(
                f"version {version} of {name} is published, written {same[0]}, and a version never changes",
                where=str(self._folder),
                fix="raise `version` in pack.yaml and bundle it again",
            )
        path = self._folder / name / archive_name(name, version)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_new(draft, content)
            try:
                # A link fails where the name is taken, so of two writers one wins and none overwrites.
                os.link(draft, path)
            except FileExistsError:
                return self._already(path, content, name=name, version=version), False
            finally:
                draft.unlink(missing_ok=True)
            _sync(path.parent)
        except OSError as error:
            raise StoreError(
                f"cannot publish {path.name}: {error.strerror or error}",
                where=str(self._folder),
                fix="check that the folder is writable and has room",
            ) from error
        return path, True

    def versions(self, name: str) -> tuple[str, ...]:
        """Return the versions of ``name``, oldest first.

        Raises:
            NotFoundError: If there is none.
        """
        found = sorted(self._versions(name), key=lambda version: (version_key(version), version))
        if not found:
            raise NotFoundError(
                f"the registry has no pack {name!r}",
                where=str(self._folder),
                fix="see what it holds, or publish the pack with `rw policy publish`",
            )
        return tuple(found)

    def read(self, name: str, version: str) -> bytes:
        """Return the archive of a version.

        Raises:
            NotFoundError: If there is none.
        """
        if version not in self.versions(name):
            raise NotFoundError(
                f"the registry has no version {version} of {name}",
                where=str(self._folder),
                fix=f"choose from {', '.join(self.versions(name))}",
            )
        return read_archive_bytes(self._folder / name / archive_name(name, version))

    def _already(self, path: Path, content: bytes, *, name: str, version: str) -> Path:
        if read_archive_bytes(path) != content:
            raise PackError(
                f"version {version} of {name} is published with other content, and a version never changes",
                where=str(path),
                fix="raise `version` in pack.yaml and bundle it again",
            )
        return path

    def _versions(self, name: str) -> Iterator[str]:
        if name_fault(name) is not None:
            return
        for path in (self._folder / name).glob(f"{name}-*{ARCHIVE_SUFFIX}"):
            version = path.name.removeprefix(f"{name}-").removesuffix(ARCHIVE_SUFFIX)
            if path.is_file() and _is_version(version):
                yield version


def installed(folder: Path) -> tuple[tuple[Path, PackLock], ...]:
    """Return the packs below ``folder`` that were installed from archives, by name, with their locks.

    Raises:
        PackError: If a lock cannot be read.
    """
    if not folder.is_dir():
        return ()
    places = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    found = ((path, read_lock(path)) for path in places)
    return tuple((path, lock) for path, lock in found if lock is not None)


@contextmanager
def installing(folder: Path) -> Iterator[None]:
    """Keep every other installer out of ``folder`` meanwhile.

    What one that was killed left half-done is undone first: the pack that it had put aside
    comes back, and nothing else of it stays.

    Raises:
        StoreError: If the folder cannot be made or locked.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StoreError(
            f"cannot install there: {error.strerror}", where=str(folder), fix="check that the folder is writable"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _undo_half_done(folder)
        yield
    finally:
        os.close(handle)


def put_in_place(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Make ``files`` the pack ``name`` below ``folder``, in the place of the version that is there.

    A reader sees the old pack, none for an instant, or the new one; never a mixture.

    Raises:
        PackError: If what is there was not installed from an archive, or was changed since.
        StoreError: If it cannot be written; the old one is then as it was.
    """
    place = folder / name
    _require_replaceable(place)
    draft, aside = (folder / f".{name}.{secrets.token_hex(6)}.{kind}" for kind in ("new", "old"))
    try:
        draft.mkdir(mode=0o755)
        write_pack_files(draft, files)
        if place.exists():
            place.rename(aside)
        try:
            draft.rename(place)
        except OSError:
            if aside.exists():
                aside.rename(place)
            raise
        _sync(folder)
    except OSError as error:
        raise StoreError(
            f"cannot install {name}: {error.strerror or error}", where=str(folder), fix="check permissions and room"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
    return place


def _undo_half_done(folder: Path) -> None:
    """Mend what a killed installer left; only who holds the lock may.

    Raises:
        StoreError: If it cannot be mended.
    """
    try:
        for path in sorted(folder.iterdir()):
            match = _HALF_DONE.fullmatch(path.name)
            if match is None or path.is_symlink() or not path.is_dir():
                continue
            if match["kind"] == "old" and not (folder / match["name"]).exists():
                path.rename(folder / match["name"])
            else:
                shutil.rmtree(path)
    except OSError as error:
        raise StoreError(
            f"what a killed installation left cannot be cleared up: {error.strerror or error}",
            where=str(folder),
            fix="check that the folder is writable",
        ) from error


def _require_replaceable(place: Path) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise PackError(f"{place.name} is no folder", where=str(place), fix="move it away")
    if place.exists() and require_as_signed(place) is None:
        raise PackError(
            f"{place.name} is there and was not installed from an archive",
            where=str(place),
            fix="move it away, or install with --into another folder",
        )


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_version(text: str) -> bool:
    try:
        version_key(text)
    except ValueError:
        return False
    return True
