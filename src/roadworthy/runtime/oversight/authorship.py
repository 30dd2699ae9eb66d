"""Who wrote what a release consists of, and who declared what it rests on, as ids of the governance file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from roadworthy.adapters.repository import git
from roadworthy.approvals.model import ApprovalRequest
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.evidence import Evidence
from roadworthy.governance.model import Governance, Person
from roadworthy.runtime.oversight.acting import require_governance
from roadworthy.runtime.workspace import Workspace

_FORMAT = "--format=%x01%aN%x00%aE%x00%cN%x00%cE%x00%(trailers:key=Co-authored-by,valueonly,separator=%x00)"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MACHINES = frozenset({"GitHub", "noreply@github.com"})
"""Who commits where a change is merged on a web page. They wrote nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """Who wrote something, as far as known."""

    known: tuple[str, ...]
    """Ids of the governance file, sorted."""

    unknown: tuple[str, ...]
    """Digests of the names that it does not know, sorted."""

    commit: str | None
    """Commit that is checked out; None: there is none."""


def authors_of_release(workspace: Workspace, governance: Governance, *, since: str | None) -> Authors:
    """Return who changed the repository after commit ``since``: authors, co-authors and committers.

    Changes that are in no commit yet are whose account this is. Where there is no repository, or the commit is not
    there any more, because history was rewritten, everybody who ever wrote something is an author.

    Args:
        workspace: The repository.
        governance: Who is who.
        since: Commit of the release that was approved before; None: there is none.

    Raises:
        ConfigError: If git cannot say.
    """
    head = git.head(workspace.root)
    found: set[tuple[str, str]] = set() if head is None else _identities(workspace, since=since)
    if head is None or git.changed_files(workspace.root):
        found.add((workspace.actor, ""))
    known, unknown = _told_apart(found, governance)
    return Authors(known=tuple(sorted(known)), unknown=tuple(sorted(unknown)), commit=head)


def _told_apart(found: Iterable[tuple[str, str]], governance: Governance) -> tuple[set[str], set[str]]:
    """Return the ids of those of name and address whom the file knows, and digests of the others.

    Addresses and names are compared without regard to case, as mail servers and people do.
    """
    people = {name.casefold(): person.id for person in governance.people for name in (person.id, *person.aliases)}
    known: set[str] = set()
    unknown: set[str] = set()
    for name, address in found:
        ids = {people[one.casefold()] for one in (name, address) if one.casefold() in people}
        known |= ids
        if not ids:
            unknown.add(digest_of_bytes((address or name).casefold().encode("utf-8")))
    return known, unknown


def authors_left_out(
    workspace: Workspace, governance: Governance, request: ApprovalRequest, *, since: str | None
) -> tuple[str, ...]:
    """Return who wrote something of it by the repository here, and is no author by ``request``, for people to read.

    Nobody signs a request, so whoever answers one reads the repository for themselves.

    Args:
        workspace: The repository of who answers.
        governance: Who is who.
        request: What is answered. What was committed after it was asked for is passed over.
        since: Commit of the release that was approved before; None: there is none.

    Raises:
        ConfigError: If git cannot say.
    """
    if git.head(workspace.root) is None:
        return ()
    until = request.commit if request.commit and _is_below_head(workspace, request.commit) else "HEAD"
    known, unknown = _told_apart(_identities(workspace, since=since, until=until), governance)
    left = sorted(known - set(request.authors))
    strangers = len(unknown - set(request.unknown_authors))
    return (*left, *([f"{strangers} whom the governance file does not know"] if strangers else []))


def has_committed(workspace: Workspace, person: Person) -> bool:
    """Return whether some commit that is checked out, or below it, is by ``person``. Changes in no commit are not.

    Raises:
        ConfigError: If there is no governance file, or git cannot say.
    """
    if git.head(workspace.root) is None:
        return False
    known, _ = _told_apart(_identities(workspace, since=None), require_governance(workspace))
    return person.id in known


def authors_of(workspace: Workspace) -> Authors:
    """Return who wrote what is in the repository, of all time: what an exception is about may be old.

    Raises:
        ConfigError: If there is no governance file, or git cannot say.
    """
    return authors_of_release(workspace, require_governance(workspace), since=None)


def evidence_authors(evidence: Iterable[Evidence], governance: Governance) -> tuple[str, ...]:
    """Return the ids of those who declared some of ``evidence``, sorted."""
    people = (governance.person(item.declaration.author) for item in evidence if item.declaration is not None)
    return tuple(sorted({person.id for person in people if person is not None}))


def _identities(workspace: Workspace, *, since: str | None, until: str = "HEAD") -> set[tuple[str, str]]:
    """Return name and address of everybody who wrote something after ``since`` and up to ``until``.

    Of history that was not fetched nobody knows who wrote it: that is an author of its own, whom no file knows.
    """
    is_known = since is not None and _is_below_head(workspace, since)
    span = f"{since}..{until}" if is_known else until
    shallow = git.ask(workspace.root, "rev-parse", "--is-shallow-repository") or b""
    cut = set() if is_known or shallow.strip() != b"true" else {("", "history that was not fetched")}
    written = git.ask(workspace.root, "log", _FORMAT, span, "--") or b""
    found: set[tuple[str, str]] = set()
    for commit in written.decode("utf-8", "replace").split("\x01"):
        author, address, committer, committer_address, *others = [*commit.strip("\n").split("\0"), "", "", ""]
        found.add((author, address))
        found |= {(committer, committer_address)} if committer_address not in _MACHINES else set()
        for other in others:
            name, _, rest = other.partition("<")
            found.add((name.strip(), rest.rstrip("> ")))
    return {(name, address) for name, address in found if name or address} | cut


def _is_below_head(workspace: Workspace, commit: str) -> bool:
    if _COMMIT.fullmatch(commit) is None:
        return False
    known = git.ask(workspace.root, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    base = git.ask(workspace.root, "merge-base", commit, "HEAD") if known else None
    return bool(base) and (base or b"").decode("ascii", "replace").strip() == commit
