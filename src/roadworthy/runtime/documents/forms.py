"""The forms that documents are written in, and the names of their files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.papers.page import render_paper
from roadworthy.core.digest import plain
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.documents.paper.markdown import markdown_paper
from roadworthy.evidence.documents.paper.model import Paper


class Form(StrEnum):
    """How a document is written."""

    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document in one form, not yet on the disk."""

    content: bytes
    name: str
    """File name that suits it."""

    notes: tuple[str, ...] = ()
    """What the one who asked for it should know, one sentence each."""

    @property
    def text(self) -> str:
        """The content to print.

        Raises:
            ConfigError: If it is no text.
        """
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ConfigError("a PDF cannot be printed", where="--output -", fix="name a file") from error


_SUFFIX = {Form.HTML: ".html", Form.MARKDOWN: ".md", Form.JSON: ".json", Form.PDF: ".pdf"}


def file_name(stem: str, form: Form) -> str:
    """Return the name of a document's file.

    >>> file_name("memo", Form.MARKDOWN)
    'memo.md'
    """
    return stem + _SUFFIX[form]


def content_of(paper: Paper, *, data: object, form: Form, at: datetime) -> bytes:
    """Return a document in ``form``.

    Args:
        paper: To read.
        data: The same as a record, for JSON.
        form: How it is written.
        at: When it was written; the PDF says so.

    Raises:
        ConfigError: If PDF is asked for and its extra is not installed.
    """
    match form:
        case Form.HTML:
            return render_paper(paper)
        case Form.MARKDOWN:
            return markdown_paper(paper).encode("utf-8")
        case Form.JSON:
            return (json.dumps(plain(data), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")
        case Form.PDF:
            from roadworthy.integrations.pdf.write import write_pdf

            return write_pdf(paper, at=at)


def write_document(content: bytes, out: Path) -> Path:
    """Write a document, whole or not at all, and return its path."""
    write_atomically(out.resolve(), content)
    return out
