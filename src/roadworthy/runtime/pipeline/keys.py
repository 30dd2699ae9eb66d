"""Puts the signing key that a pipeline's secret holds where it is looked for, and nowhere else."""

from __future__ import annotations

import os
import re
import secrets
from enum import StrEnum
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.repository.git import tracked_files
from roadworthy.adapters.signing import PRIVATE_NAME, FileSigner
from roadworthy.core.errors import ConfigError, StoreError
from roadworthy.runtime.workspace import STATE, Workspace

SIGNING_KEY = "ROADWORTHY_SIGNING_KEY"
"""Environment variable that holds the private key in PEM, from a secret of the pipeline."""


_UNSET = re.compile(r"\$\([A-Za-z0-9_.-]+\)")
_MAX_KEY_BYTES = 16 * 1024


class KeySource(StrEnum):
    """Where the key of this job comes from."""

    SECRET = "secret"
    DISK = "disk"
    """It lay there before, as on a runner with a disk of its own."""

    NONE = "none"
    """There is none, as in a fork's job: one is made for this job, and what it signs counts only here."""


def place_key(workspace: Workspace) -> KeySource:
    """Write the key that the environment holds to the state folder, readable by its owner only.

    Returns:
        Where the key of this job comes from.

    Raises:
        ConfigError: If what the environment holds is no Ed25519 private key in PEM, another key lies there
            already, or the state folder came with the checkout. Nothing of the secret is in the message.
    """
    require_own_state(workspace)
    folder = workspace.state / "keys"
    has_key = os.path.lexists(folder / PRIVATE_NAME)
    text = _given(workspace.environ.get(SIGNING_KEY, "").strip())
    if not text:
        return KeySource.DISK if has_key else KeySource.NONE
    workspace.prepare_state()
    given = workspace.state / f"key-{secrets.token_hex(6)}"
    try:
        signer = _written(given, text)
        if has_key:
            _require_same(FileSigner.open(folder), signer, folder=folder)
        else:
            folder.mkdir(mode=0o700, exist_ok=True)
            (given / PRIVATE_NAME).replace(folder / PRIVATE_NAME)
            FileSigner.open(folder)
    except OSError as error:
        raise StoreError(
            f"the signing key cannot be written: {error.strerror}", where=str(folder), fix="check the permissions"
        ) from error
    finally:
        _remove(given)
    return KeySource.SECRET


def require_own_state(workspace: Workspace) -> None:
    """Refuse a state folder that came with the checkout: whoever wrote it could bring a key and evidence of their own.

    Raises:
        ConfigError: If version control holds a file of it, or it is a link.
    """
    listed = tracked_files(workspace.root) or ()
    if workspace.state.is_symlink() or any(name == STATE or name.startswith(f"{STATE}/") for name in listed):
        raise ConfigError(
            f"{STATE} is in version control: its key and its evidence could be anybody's",
            where=str(workspace.state),
            fix=f"run `git rm -r --cached {STATE}`, and make a new key if the old one was in there",
        )


def _given(text: str) -> str:
    """Return the key's text; empty where none was handed over.

    Some platforms hand over the path of a file, and some leave ``$(name)`` where a secret is not to be had.
    """
    if _UNSET.fullmatch(text):
        return ""
    if not text.startswith("/"):
        return text
    try:
        with Path(text).open("rb") as stream:
            return stream.read(_MAX_KEY_BYTES).decode("utf-8", "replace").strip()
    except OSError as error:
        raise ConfigError(
            f"the file that {SIGNING_KEY} names cannot be read: {error.strerror}",
            where=SIGNING_KEY,
            fix="give the key itself, or the path of its file",
        ) from None


def _written(folder: Path, text: str) -> FileSigner:
    folder.mkdir(mode=0o700)
    # Some platforms keep a secret on one line, with its line ends written out.
    content = text.replace("\\n", "\n") + "\n"
    write_atomically(folder / PRIVATE_NAME, content.encode("utf-8", "replace"), mode=0o600)
    try:
        return FileSigner.open(folder)
    except ConfigError:
        raise ConfigError(
            f"{SIGNING_KEY} holds no unencrypted Ed25519 private key in PEM",
            where=SIGNING_KEY,
            fix=f"put the content of `.roadworthy/keys/{PRIVATE_NAME}` into the pipeline's secret",
        ) from None


def _require_same(found: FileSigner, given: FileSigner, *, folder: Path) -> None:
    if found.key_id != given.key_id:
        raise ConfigError(
            f"another key lies here already: {found.key_id[:16]}…, and {SIGNING_KEY} holds {given.key_id[:16]}…",
            where=str(folder),
            fix="remove the one that is not the pipeline's; evidence that it signed will no longer count",
        )


def _remove(folder: Path) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
