"""One file of a repository, read when it is asked for and only once."""

from __future__ import annotations

import codecs
from typing import Protocol

from roadworthy.adapters.lint.data import language_of, parse
from roadworthy.adapters.lint.kinds import Kinds, kinds_of_file
from roadworthy.inventory.model import FileComponent
from roadworthy.lint.model import FileKind
from roadworthy.lint.ports import Parsed

MAX_TEXT_BYTES = 1024 * 1024
"""Of a file that is read as text; a larger one is *unread*."""

_NOT_MISSED = frozenset([FileKind.OTHER, FileKind.TEST, FileKind.MODEL])
_TOO_LARGE = f"is larger than {MAX_TEXT_BYTES // 1024} KiB"
_WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


class Content(Protocol):
    """The bytes of a file, wherever they lie."""

    @property
    def size(self) -> int:
        """Bytes; 0 where it cannot be told."""
        ...

    def read(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, from the end where negative.

        Raises:
            OSError: If they cannot be read.
        """
        ...


class HeldBytes:
    """Bytes that are in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._content)

    def read(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, from the end where negative."""
        start = max(0, offset + len(self._content)) if offset < 0 else offset
        return self._content[start : start + count]


class LazyFile:
    """A file of which nothing is read before it is asked for."""

    __slots__ = ("_component", "_content", "_kinds", "_parsed", "_problem", "_text", "path")

    def __init__(self, path: str, content: Content, *, component: FileComponent | None = None) -> None:
        self.path = path
        self._content = content
        self._component = component
        self._kinds: Kinds | None = None
        self._text: str | None = None
        self._parsed: Parsed | str | None = None
        self._problem = ""

    @property
    def kinds(self) -> frozenset[FileKind]:
        """What it is."""
        return self._known.kinds

    @property
    def size(self) -> int:
        """Bytes."""
        return self._content.size

    @property
    def component(self) -> str:
        """Key of the manifest's component that it belongs to; empty where none does."""
        return self._component.key if self._component is not None else ""

    @property
    def problem(self) -> str:
        """Why what was asked of it could not be had; empty where it could, or nothing was asked."""
        return self._problem

    @property
    def text(self) -> str:
        """Its text; empty where it is none, too large or unreadable, and then `problem` says why."""
        if self._text is None:
            self._text, problem = self._decoded()
            # What is no text by its name, as weights, or only a test's, is not missed where a rule asks for any text.
            self._problem = problem if self.kinds - _NOT_MISSED else ""
        return self._text

    def head(self, count: int) -> bytes:
        """Return its first ``count`` bytes; fewer where it has fewer or cannot be read."""
        return self.read_at(0, count)

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, counted from the end where negative; fewer where there are fewer."""
        try:
            return self._content.read(offset, count)
        except OSError as error:
            self._problem = _reason(error)
            return b""

    def parsed(self) -> Parsed | None:
        """Return what it says as data; None where it is not JSON, YAML or TOML, or is broken."""
        if self._parsed is None:
            self._parsed = self._parse()
        return None if isinstance(self._parsed, str) else self._parsed

    @property
    def _known(self) -> Kinds:
        if self._kinds is None:
            self._kinds = kinds_of_file(self.path, component=self._component, peek=self._peek)
        return self._kinds

    def _peek(self, count: int | None) -> str:
        """Return the beginning of the text, without noting that it could not be had: nobody asked for it yet."""
        text, problem = self._decoded()
        if not problem:
            self._text = text
        return text[:count]

    def _decoded(self) -> tuple[str, str]:
        """Return the text and why it is not whole."""
        if self._content.size > MAX_TEXT_BYTES:
            return "", _TOO_LARGE
        try:
            content = self._content.read(0, MAX_TEXT_BYTES + 1)
        except OSError as error:
            return "", _reason(error)
        if len(content) > MAX_TEXT_BYTES:
            return "", _TOO_LARGE
        try:
            return _text_of(content), ""
        except UnicodeDecodeError as error:
            # What can be read of it is looked at all the same.
            return content.decode("utf-8", "replace"), f"is not UTF-8 at byte {error.start}"
        except ValueError as error:
            return "", str(error)

    def _parse(self) -> Parsed | str:
        if not language_of(self.path):
            return "neither JSON, YAML nor TOML"
        if not self.text.strip():
            return "nothing to read"
        try:
            return parse(self.text, path=self.path)
        except ValueError as error:
            reason = f"is not {language_of(self.path).upper()}: {str(error)[:120]}"
            if self._known.is_sure:
                self._problem = self._problem or reason
            return reason


def _text_of(content: bytes) -> str:
    """Return bytes as text, byte order mark and widths told by their first bytes.

    Raises:
        UnicodeDecodeError: If they are no UTF-8.
        ValueError: If they are no text.
    """
    for mark, encoding in _WIDE:
        if content.startswith(mark):
            return _even_lines(content.decode(encoding))
    if b"\0" in content:
        raise ValueError("is not text")
    return _even_lines(content.decode("utf-8-sig"))


def _even_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or type(error).__name__}"
