"""What git knows about a folder: which files count, which commit it is, what differs from it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from roadworthy.core.errors import ConfigError

TIMEOUT_S = 60.0
MAX_OUTPUT_BYTES = 256 * 1024 * 1024

# A checkout's own settings may name programs that git would start; none is needed for reading.
_SAFE = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.quotePath=false",
    "-c", "core.untrackedCache=false",
)  # fmt: skip


def tracked_files(folder: Path, *, timeout_s: float = TIMEOUT_S) -> tuple[str, ...] | None:
    """Return the files below ``folder`` that git tracks or would track, relative to it, sorted.

    Files that git ignores are left out. A checkout inside this one (a submodule) is
    named by its folder.

    Returns:
        None when ``folder`` is in no git checkout.

    Raises:
        ConfigError: If it is in one and git cannot say: guessing instead would give
            the same content another digest.
    """
    listed = _git(folder, "ls-files", "-c", "-o", "--exclude-standard", "-z", timeout_s=timeout_s)
    if listed is None:
        return None
    return tuple(sorted({name.rstrip("/") for name in _names(listed)}))


def head(folder: Path, *, timeout_s: float = TIMEOUT_S) -> str | None:
    """Return the commit that is checked out; None outside a checkout and before the first commit.

    Raises:
        ConfigError: If git cannot say.
    """
    said = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD", timeout_s=timeout_s, may_be_empty=True)
    return said.decode("ascii", "replace").strip() or None if said is not None else None


def changed_files(folder: Path, *, timeout_s: float = TIMEOUT_S) -> frozenset[str]:
    """Return the files below ``folder`` that differ from the commit or are not in it, relative to it.

    Raises:
        ConfigError: If git cannot say.
    """
    arguments = ("diff", "--name-only", "--no-ext-diff", "--no-renames", "--relative", "-z", "HEAD")
    differing = _git(folder, *arguments, timeout_s=timeout_s, may_be_empty=True)
    unknown = _git(folder, "ls-files", "-o", "--exclude-standard", "-z", timeout_s=timeout_s)
    return frozenset(name for listed in (differing, unknown) for name in _names(listed or b""))


def _names(listed: bytes) -> list[str]:
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _git(folder: Path, *arguments: str, timeout_s: float, may_be_empty: bool = False) -> bytes | None:
    """Run git in ``folder``; None when that is in no checkout.

    Args:
        folder: Where it is run.
        arguments: Subcommand and flags; never text from a file.
        timeout_s: After which it is killed.
        may_be_empty: Whether exit status 1 or 128 for want of a commit reads as no output.
    """
    if not _in_checkout(folder):
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program and fixed flags, no shell
            ["git", *_SAFE, *arguments],  # noqa: S607 - the user's own git, as on their command line
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError:
        raise ConfigError(
            "the folder is a git checkout, but git is not installed",
            where=str(folder),
            fix="install git, or work on a copy of the files without .git",
        ) from None
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"git {arguments[0]} did not answer within {timeout_s:g} s",
            where=str(folder),
            fix="run git there",
        ) from None
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == 0 and len(done.stdout) <= MAX_OUTPUT_BYTES:
        return done.stdout
    if "not a git repository" in said:
        return None
    if may_be_empty and (done.returncode == 1 or "HEAD" in said):
        return b""
    raise ConfigError(
        f"git {arguments[0]} failed: {said.splitlines()[0] if said else 'it said nothing'}",
        where=str(folder),
        fix="make `git status` work in this folder",
    )


def _in_checkout(folder: Path) -> bool:
    return any((place / ".git").exists() for place in (folder, *folder.resolve().parents))


def _environment() -> dict[str, str]:
    """Return the environment without git's own variables, which inside a hook name another repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
