"""Checks a pack from the outside: no workspace, no store, no network."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.record_reader import StrictRecordReader
from roadworthy.adapters.signing import load_public_key
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.evidence.chain import Checkpoint, open_checkpoint
from roadworthy.evidence.ports import Sealed, Verifier
from roadworthy.evidence.verification import Verification
from roadworthy.evidence.verify import verify
from roadworthy.gates.decide import decide_from
from roadworthy.gates.model import GateDecision

MAX_PACK_BYTES = 1024 * 1024 * 1024


def verify_pack(pack: Path, *, key: Path, at: datetime | None, checkpoint: Path | None) -> Verification:
    """Check a pack, or the folder that it was unpacked to.

    Raises:
        ConfigError: If the key or the checkpoint cannot be read.
        NotFoundError: If there is no pack at the path.
    """
    verifier = load_public_key(key)
    return verify(
        _content(pack),
        verifier=verifier,
        reader=StrictRecordReader(),
        at=at or SystemClock().now(),
        replay=replay_sealed,
        known_checkpoint=_checkpoint(checkpoint, verifier=verifier),
        keys=_key_of_person,
    )


def _key_of_person(public: str) -> Verifier:
    return parse_key(public.encode("utf-8"), where="gate-inputs.json: governance")


def replay_sealed(sealed: Sealed) -> GateDecision:
    """Take the decision of a pack again, from what is in the pack alone."""
    return decide_from(
        sealed.inputs,
        release=sealed.release,
        policy=sealed.policy,
        evidence={digest_of(item): item for item in sealed.evidence},
        conditions=CelConditions(),
    )


def _content(path: Path) -> bytes | dict[str, bytes]:
    if path.is_dir():
        return {
            file.relative_to(path).as_posix(): _read(file)
            for file in sorted(path.rglob("*"))
            if file.is_file() or file.is_symlink()
        }
    if not path.is_file():
        raise NotFoundError(f"there is no pack at {path}", where=str(path), fix="give the archive or its folder")
    return _read(path)


def _read(path: Path) -> bytes:
    if path.is_symlink():
        raise ConfigError("a pack holds no links", where=str(path), fix="unpack the archive again")
    try:
        size = path.stat().st_size
        if size > MAX_PACK_BYTES:
            raise ConfigError(
                f"{size} bytes are more than a pack may have ({MAX_PACK_BYTES})",
                where=str(path),
                fix="check that this is the pack",
            )
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path), fix="check the permissions") from error


def _checkpoint(path: Path | None, *, verifier: Verifier) -> Checkpoint | None:
    return None if path is None else open_checkpoint(_read(path), verifier=verifier, where=str(path))
