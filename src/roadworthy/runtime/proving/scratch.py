"""A copy of the system in a folder of its own, away from the repository: without its ledger, key and secrets."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from roadworthy.adapters.repository.folder_files import files_below
from roadworthy.core.errors import ConfigError
from roadworthy.inventory.model import FileComponent, Manifest
from roadworthy.runtime.workspace import MANIFEST, STATE

MAX_TREE = 3_000
"""Files of a repository that are all copied; of a larger one only what the manifest names."""

LARGE_BYTES = 16 * 1024 * 1024
"""A component's single file beyond this stays where it is: its digest is declared in the copy's manifest instead."""

_SECRET_NAMES = (
    ".env", ".env.*", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "id_rsa*", "id_ed25519*", "id_ecdsa*", ".netrc",
    ".npmrc", ".pypirc", "credentials.json", "service-account*.json",
)  # fmt: skip
_NOT_SECRET = (".env.example", ".env.sample", ".env.template")
_GIT = (
    "git",
    "--literal-pathspecs",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.autocrlf=false",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "commit.gpgSign=false",
)
_GIT_TIMEOUT_S = 60
_TRIES_TO_REMOVE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """Where a copy lies."""

    folder: Path
    """Private to the copy; removed with it."""

    assumed: tuple[str, ...]
    """How the copy differs from the original, one sentence each."""

    left_out: frozenset[str]
    """Paths of components' files that were too large to copy."""

    @property
    def root(self) -> Path:
        """The copied system: the folder of its manifest."""
        return self.folder / "system"

    @property
    def state(self) -> Path:
        """The ledger, key and journals of the clean copy, as every fault finds them."""
        return self.folder / "state"


@contextmanager
def scratch_copy(original: Path, manifest: Manifest, *, keep: Path | None = None) -> Iterator[Scratch]:
    """Copy the system at ``original``; remove the copy when the context ends, however it ends.

    Args:
        original: Folder of the manifest. Nothing in it is written.
        manifest: What it says.
        keep: Where to make the copy and leave it; None: in the machine's temporary folder, and removed.

    Raises:
        ConfigError: If ``keep`` lies in the repository or holds something, or a file cannot be copied.
    """
    folder = _kept(keep, original) if keep is not None else _temporary()
    try:
        if folder.is_relative_to(original.resolve()):
            raise ConfigError(
                "the copy would lie inside the repository", where=str(folder), fix="set TMPDIR to a folder outside it"
            )
        folder.chmod(0o700)
        yield _copied(original.resolve(), manifest, folder)
    except OSError as fault:
        raise ConfigError(
            f"the copy cannot be worked in: {fault.strerror}",
            where=str(folder),
            fix="see that the temporary folder has room and may be written, or name another with TMPDIR",
        ) from fault
    finally:
        if keep is None:
            _remove(folder)


def _temporary() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="rw-prove-")).resolve()
    except OSError as fault:
        raise ConfigError(
            f"cannot make a folder for the copy: {fault.strerror}",
            where="the machine's temporary folder",
            fix="set TMPDIR to a folder that you may write and that has room",
        ) from fault


def _remove(folder: Path) -> None:
    """Remove the copy, also where a program that was ended with this one still writes its last file."""
    for _ in range(_TRIES_TO_REMOVE):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _kept(keep: Path, original: Path) -> Path:
    place = keep.resolve()
    if place.is_relative_to(original.resolve()) or original.resolve().is_relative_to(place):
        raise ConfigError(
            "the copy would lie inside the repository", where=f"--keep {keep}", fix="name a folder outside"
        )
    try:
        if place.exists() and any(place.iterdir()):
            raise ConfigError("the folder is not empty", where=f"--keep {keep}", fix="name a new folder")
        place.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ConfigError(
            f"cannot make the folder: {fault.strerror}", where=f"--keep {keep}", fix="name a folder that you may write"
        ) from fault
    return place


def _copied(original: Path, manifest: Manifest, folder: Path) -> Scratch:
    root = folder / "system"
    root.mkdir()
    named = {c.path for c in manifest.components if isinstance(c, FileComponent) and c.path is not None}
    large = frozenset(path for path in named if _is_large(original / path))
    names, assumed = _names(original, manifest, named)
    hidden = sorted(name for name in names if _looks_secret(name))
    for name in sorted(names - set(hidden) - large):
        _copy(original / name, root / name, original=original)
    if hidden:
        assumed += (f"files that look like secrets were not copied: {', '.join(hidden[:5])}",)
    if large:
        assumed += (f"large files were not copied, their digests are taken as they are: {', '.join(sorted(large))}",)
    return Scratch(folder=folder, assumed=assumed, left_out=large)


def _names(original: Path, manifest: Manifest, named: set[str]) -> tuple[set[str], tuple[str, ...]]:
    """Return the files to copy, relative to ``original``, and what that leaves out."""
    tree = set(files_below(original)) - {MANIFEST}
    assumed: tuple[str, ...] = ()
    kept = tree
    if len(tree) > MAX_TREE:
        wanted = [*named, *manifest.documents.values(), *manifest.policy.packs]
        kept = {name for name in tree if "/" not in name or any(_is_in(name, path) for path in wanted)}
        kept |= {name for name in tree if any(PurePosixPath(name).match(pattern) for pattern in manifest.tasks)}
        assumed = (
            f"of {len(tree)} files only the {len(kept)} that the manifest names, or that lie beside it, were copied",
        )
    for path in named:
        place = original / path
        if place.is_file():
            kept.add(PurePosixPath(path).as_posix())
        elif place.is_dir():
            kept |= {name if path == "." else f"{PurePosixPath(path).as_posix()}/{name}" for name in files_below(place)}
    # The manifest is written anew: were it a link, what it points to would be.
    return {name for name in kept - {MANIFEST} if name.split("/", 1)[0] not in (STATE, ".git")}, assumed


def _is_in(name: str, path: str) -> bool:
    folder = PurePosixPath(path).as_posix()
    return folder in (".", name) or name.startswith(f"{folder}/")


def _is_large(place: Path) -> bool:
    return place.is_file() and place.stat().st_size > LARGE_BYTES


def _looks_secret(name: str) -> bool:
    last = name.rpartition("/")[2].lower()
    return any(fnmatch(last, pattern) for pattern in _SECRET_NAMES) and last not in _NOT_SECRET


def _copy(source: Path, target: Path, *, original: Path) -> None:
    """Copy one file; a link only where it stays inside, and nothing that is neither."""
    try:
        if not source.exists() or not source.resolve().is_relative_to(original):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.symlink_to(_link(source, original=original))
        elif source.is_file():
            shutil.copyfile(source, target)
            shutil.copymode(source, target)
            target.chmod(target.stat().st_mode | 0o600)
    except OSError as fault:
        raise ConfigError(
            f"cannot copy a file of the system: {fault.strerror}",
            where=str(source),
            fix="make it readable, and see that the temporary folder has room",
        ) from fault


def _link(source: Path, *, original: Path) -> str:
    """Return what the copied link says: never a place in the original, which a fault would then write to."""
    said = os.readlink(source)
    if not os.path.isabs(said):
        return said
    return os.path.relpath(source.resolve(), source.parent)


def commit(root: Path, names: list[str]) -> bool:
    """Put ``names`` under version control below ``root``; return whether that could be done.

    What else lies there stays untracked, which is how a checkout sees files that are not added yet.
    """
    identity = ("-c", "user.name=copy", "-c", "user.email=copy@localhost")
    steps = [("init", "--quiet"), ("add", "--force", "--", *names)]
    steps.append((*identity, "commit", "--quiet", "--no-verify", "--message", "the system as it was copied"))
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT")}
    # Nobody's own settings: they may name programs that git would start, or a key to sign with.
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    for step in steps:
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, no shell, names after `--`
                [*_GIT, *step], cwd=root, env=environ, capture_output=True, timeout=_GIT_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        if done.returncode != 0:
            return False
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text(f"{STATE}/\n", encoding="utf-8")
    return True
