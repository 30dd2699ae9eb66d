"""A repository that lies in memory: the examples of rules, and what is about to be committed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping

from roadworthy.adapters.lint.manifest import ReadManifest, components_of, read_manifest
from roadworthy.adapters.lint.source import Content, HeldBytes, LazyFile
from roadworthy.inventory.model import Manifest
from roadworthy.lint.model import FileKind

_BYTES, _JOIN = "base64:", "{+}"


class FilesRepository:
    """A repository whose files are given."""

    def __init__(self, contents: Mapping[str, Content]) -> None:
        """Take the files by their relative path.

        Raises:
            ValueError: If a path leaves the repository.
        """
        read: ReadManifest = read_manifest(contents.get("roadworthy.yaml"))
        owner = components_of(read.manifest)
        self._manifest = read
        self._of_kind: dict[FileKind, dict[str, LazyFile]] | None = None
        self._files = {path: LazyFile(path, contents[path], component=owner(path)) for path in sorted(contents)}

    @property
    def files(self) -> Mapping[str, LazyFile]:
        """By path, sorted."""
        return self._files

    @property
    def manifest(self) -> Manifest | None:
        """The manifest, where there is one that reads."""
        return self._manifest.manifest

    @property
    def manifest_line(self) -> Callable[[tuple[str | int, ...]], int]:
        """Line of a value of the manifest, by its path; 1 where there is none."""
        return self._manifest.line_of

    def of_kind(self, *kinds: FileKind) -> Iterator[LazyFile]:
        """Yield the files of any of ``kinds``, by path."""
        if self._of_kind is None:
            self._of_kind = {}
            for file in self._files.values():
                for kind in file.kinds:
                    self._of_kind.setdefault(kind, {})[file.path] = file
        found = {path: file for kind in kinds for path, file in self._of_kind.get(kind, {}).items()}
        return (found[path] for path in sorted(found))


def repository_of(files: Mapping[str, str]) -> FilesRepository:
    r"""Return the repository of an example: text by path, bytes as ``base64:…``, and ``{+}`` joining what it stands in.

    >>> repository_of({"a.txt": "sk{+}-123", "b.bin": "base64:AAE="}).files["a.txt"].text
    'sk-123'
    """
    return FilesRepository({path: HeldBytes(_content(path, text)) for path, text in files.items()})


def _content(path: str, text: str) -> bytes:
    if not text.startswith(_BYTES):
        return text.replace(_JOIN, "").encode("utf-8")
    try:
        return base64.b64decode("".join(text.removeprefix(_BYTES).replace(_JOIN, "").split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{path}: what follows `base64:` is no base64: {error}") from None
