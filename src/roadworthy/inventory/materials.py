"""What a component is made of, as read from disk: the input of a freeze."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.digest import Digest, digest_of, is_digest
from roadworthy.core.subject import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """The files of one component, each by digest.

    Raises:
        ValueError: If a digest is malformed, a name is given twice, or there is
            neither a file nor a digest declared for one that is kept elsewhere.
    """

    __pydantic_config__: ClassVar = STRICT

    key: str
    """Key of the component."""

    files: tuple[tuple[str, Digest], ...]
    """Name relative to the component's path, and digest over the bytes; sorted by name. A guard policy's has lines for
    what it stands on as well, such as ``guard.yaml: extends base``."""

    content: Digest
    """Of the whole; see `content_digest`. The declared digest where the file is kept elsewhere."""

    revision: str | None = None
    """Commit that was checked out, with ``-dirty`` where the component's own files differ from it."""

    problems: tuple[str, ...] = ()
    """What could not be checked, one sentence each, e.g. bytes that are kept elsewhere."""

    def __post_init__(self) -> None:
        names = [name for name, _ in self.files]
        if names != sorted(set(names)):
            raise ValueError(f"component {self.key!r}: its files must be sorted by name, each once")
        malformed = [digest for digest in (self.content, *(d for _, d in self.files)) if not is_digest(digest)]
        if malformed:
            raise ValueError(f"component {self.key!r}: {malformed[0]!r} is not a sha256 digest")


def content_digest(files: Iterable[tuple[str, Digest]], *, single: bool) -> Digest:
    """Return the digest of a component's content.

    Args:
        files: Relative names and digests.
        single: Whether the component's path names one file. Its content is then
            that file's bytes whatever its name, so that a model that is fetched and
            one that is here have one digest.

    Raises:
        ValueError: If there are no files, or several where one was named: nothing
            has no content.

    >>> content_digest([("a.txt", "sha256:" + "0" * 64)], single=True)[:10]
    'sha256:000'
    """
    found = sorted(files)
    if not found:
        raise ValueError("a component without files has no content")
    if single:
        ((_, digest),) = found
        return digest
    return digest_of(found)


def owner_of(name: str, claims: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of the components to which the file ``name`` belongs.

    A file belongs to the component whose path is the most specific: a prompt in
    ``app/prompts/answer.txt`` is the prompt's, not also that of the application in
    ``app``; else editing one prompt would change the application, and with it
    everything. Components with the same path share their files.

    Args:
        name: The file, relative to the manifest.
        claims: Path by key, of the components that would take the file. ``.`` is the root.

    >>> owner_of("app/prompts/a.txt", {"application": "app", "answer": "app/prompts/a.txt"})
    ('answer',)
    """
    depth = {key: _depth(path) for key, path in claims.items() if _covers(path, name)}
    deepest = max(depth.values(), default=0)
    return tuple(sorted(key for key, value in depth.items() if value == deepest))


def _covers(path: str, name: str) -> bool:
    return path in (".", name) or name.startswith(f"{path}/")


def _depth(path: str) -> int:
    return 0 if path == "." else path.count("/") + 1
