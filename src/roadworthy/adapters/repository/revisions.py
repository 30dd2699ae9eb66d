"""What changed in a checkout since a revision, as git tells it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.repository import git
from roadworthy.core.errors import ConfigError

_MAX_REVISION = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The files of a checkout that are others than they were."""

    top: Path
    """The checkout's top folder."""

    base: str
    """Commit that they are compared with: where this line and the revision parted."""

    head: str
    """Commit that is checked out."""

    names: tuple[str, ...]
    """Relative to ``top``, sorted; a renamed file under both names, a submodule under its folder's."""

    known: frozenset[str] = frozenset()
    """Every file that git can say something of; what it was told to ignore is not there."""


def top_folder(folder: Path) -> Path:
    """Return the top folder of the checkout that ``folder`` is in.

    Raises:
        ConfigError: If it is in none.
    """
    said = git.ask(folder, "rev-parse", "--show-toplevel")
    if not said:
        raise ConfigError(
            "the folder is in no git checkout, so nothing can be said about what changed",
            where=str(folder),
            fix="run it in a checkout, or leave out --since",
        )
    return Path(os.fsdecode(said).removesuffix("\n"))


def changes_since(folder: Path, revision: str) -> Changes:
    """Return what differs between the files as they lie there and where this line parted from ``revision``.

    What was changed on the other side since is not ours and is left out. Files that are not committed
    count, because the gate judges the files as they lie there.

    Args:
        folder: A folder of the checkout.
        revision: Branch, tag or commit, e.g. ``origin/main``.

    Raises:
        ConfigError: If there is no such revision or no common past, with the reason where the clone is shallow.
    """
    top = top_folder(folder)
    head = _commit(top, "HEAD")
    base = _parted(top, _commit(top, revision), revision=revision)
    arguments = ("diff", "--name-only", "--no-ext-diff", "--no-renames", "--ignore-submodules=none", "-z")
    names = {*_listed(top, *arguments, base, "--"), *_listed(top, "ls-files", "-o", "--exclude-standard", "-z")}
    known = {*_listed(top, "ls-files", "-z"), *names}
    return Changes(top=top, base=base, head=head, names=tuple(sorted(names)), known=frozenset(known))


def _listed(top: Path, *arguments: str) -> list[str]:
    """Return the names that git lists. That it cannot list them never reads as none: nothing would be judged then."""
    said = git.ask(top, *arguments, may_say_no=False)
    if said is None:
        raise ConfigError(
            f"git {arguments[0]} failed: it finds a repository missing, perhaps that of a submodule",
            where=str(top),
            fix="make `git status` work in this folder, e.g. with `git submodule update --init`",
        )
    return [os.fsdecode(name).rstrip("/") for name in said.split(b"\0") if name]


def names_at(top: Path, commit: str, pattern: str) -> tuple[str, ...]:
    """Return the files of ``commit`` that the git pathspec ``pattern`` covers, relative to ``top``, sorted."""
    names = _listed(top, "ls-tree", "-r", "--name-only", "-z", "--full-tree", commit)
    return tuple(sorted(name for name in names if name == pattern or name.endswith(f"/{pattern}")))


def _commit(top: Path, revision: str) -> str:
    if not revision or len(revision) > _MAX_REVISION or revision.startswith("-") or not revision.isprintable():
        raise ConfigError(
            f"{revision[:80]!r} is no revision",
            where="--since",
            fix="give a branch, a tag or a commit, like origin/main",
        )
    said = git.ask(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = (said or b"").decode("ascii", "replace").strip().splitlines()
    if not found:
        raise ConfigError(
            f"there is no revision {revision!r} in this clone{_if_shallow(top)}",
            where="--since",
            fix="fetch it with its history: `git fetch --unshallow`, or `fetch-depth: 0` where CI checks out",
        )
    return found[-1]


def _parted(top: Path, other: str, *, revision: str) -> str:
    said = (git.ask(top, "merge-base", other, "HEAD") or b"").decode("ascii", "replace").split()
    if not said:
        raise ConfigError(
            f"{revision!r} and what is checked out have no common past here{_if_shallow(top)}",
            where="--since",
            fix="fetch the history of both: `git fetch --unshallow`, or `fetch-depth: 0` where CI checks out",
        )
    return said[0]


def _if_shallow(top: Path) -> str:
    is_shallow = (git.ask(top, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true"
    return ": the clone is shallow" if is_shallow else ""
