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


def staged_files(folder: Path, *, timeout_s: float = TIMEOUT_S) -> dict[str, bytes]:
    """Return the content of each file below ``folder`` that is staged and differs from the commit, as it is staged.

    Names are relative to ``folder``. Removed files, links and checkouts inside it are left out.

    Raises:
        ConfigError: If ``folder`` is in no git checkout, or git cannot say.
    """
    arguments = ("diff", "--cached", "--name-only", "--no-ext-diff", "--no-renames", "--relative", "--diff-filter=AMT")
    listed = _git(folder, *arguments, "-z", timeout_s=timeout_s, is_hook=True)
    if listed is None:
        raise ConfigError("the folder is in no git checkout", where=str(folder), fix="leave out `--staged`")
    names = frozenset(_names(listed))
    staged = _git(folder, "ls-files", "--stage", "-z", timeout_s=timeout_s, is_hook=True) or b""
    blobs = {name: blob for name, mode, blob in _entries(staged) if name in names and mode.startswith("100")}
    return dict(sorted(_contents(folder, blobs, timeout_s=timeout_s).items()))


def ask(folder: Path, *arguments: str, timeout_s: float = TIMEOUT_S, may_say_no: bool = True) -> bytes | None:
    """Return what git says; empty where it says no, None where ``folder`` is in no checkout.

    Args:
        folder: Where it is asked.
        arguments: Subcommand and flags. Text from outside stands behind ``--end-of-options``.
        timeout_s: After which it is killed.
        may_say_no: Whether failing is an answer, as of a revision that is not there. Where what is empty would mean
            that nothing changed, it is none.

    Raises:
        ConfigError: If git cannot say.
    """
    return _git(folder, *arguments, timeout_s=timeout_s, may_be_empty=may_say_no)


def _entries(staged: bytes) -> list[tuple[str, str, str]]:
    """Return name, mode and object of each entry of the index; of a file in conflict, those of our side."""
    found: list[tuple[str, str, str]] = []
    for entry in _names(staged):
        described, _, name = entry.partition("\t")
        mode, blob, stage = described.split(" ")
        if stage in {"0", "2"}:
            found.append((name, mode, blob))
    return found


def _contents(folder: Path, blobs: dict[str, str], *, timeout_s: float) -> dict[str, bytes]:
    """Return the content of each object, by the name that it is wanted for."""
    if not blobs:
        return {}
    asked = "".join(f"{blob}\n" for blob in blobs.values()).encode("ascii")
    answer = _git(folder, "cat-file", "--batch", timeout_s=timeout_s, given=asked) or b""
    found: dict[str, bytes] = {}
    at = 0
    for name, blob in blobs.items():
        end = answer.index(b"\n", at)
        said = answer[at:end].decode("ascii", "replace").split(" ")
        if len(said) != 3:
            raise ConfigError(f"git has no object {blob[:12]}", where=str(folder), fix="run `git fsck` there")
        size = int(said[2])
        found[name] = answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def _names(listed: bytes) -> list[str]:
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _git(
    folder: Path,
    *arguments: str,
    timeout_s: float,
    may_be_empty: bool = False,
    given: bytes = b"",
    is_hook: bool = False,
) -> bytes | None:
    """Run git in ``folder``; None when that is in no checkout.

    Args:
        folder: Where it is run.
        arguments: Subcommand and flags; never text from a file.
        timeout_s: After which it is killed.
        may_be_empty: Whether exit status 1 or 128 for want of a commit reads as no output.
        given: What it reads from its standard input.
        is_hook: Whether the index that a running commit names counts, as within its hooks it must.
    """
    if not _in_checkout(folder):
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program and fixed flags, no shell
            ["git", *_SAFE, *arguments],  # noqa: S607 - the user's own git, as on their command line
            cwd=folder,
            env=_environment(is_hook=is_hook),
            input=given,
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


def _environment(*, is_hook: bool) -> dict[str, str]:
    """Return the environment without git's own variables, which inside a hook name another repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # A commit of some files only has an index of its own, which is what is about to be committed.
    if is_hook and "GIT_INDEX_FILE" in os.environ:
        kept["GIT_INDEX_FILE"] = str(Path(os.environ["GIT_INDEX_FILE"]).absolute())
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
