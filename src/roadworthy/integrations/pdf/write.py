"""Typst source as PDF/A-2b. Needs the ``pdf`` extra; fetches nothing."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType

from roadworthy.core.errors import ConfigError, UnforeseenError
from roadworthy.evidence.documents.paper.model import Paper
from roadworthy.integrations.pdf.source import typst_source

STANDARD = "a-2b"
"""PDF/A-2b: to be read in decades, with everything that is needed inside of it (ISO 19005-2, level B)."""


def write_pdf(paper: Paper, *, at: datetime) -> bytes:
    """Return ``paper`` as PDF/A-2b.

    Args:
        paper: The document.
        at: The time that the file says it was made: the same paper and time give the same bytes.

    Raises:
        ConfigError: If the extra is not installed, or a character has no letter form in any font here.
    """
    typst = _typst()
    try:
        found: bytes = typst.compile(
            typst_source(paper, at=at).encode("utf-8"),
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        message = str(error).splitlines()[0][:300] if str(error) else "no reason given"
        if "font" in message or "glyph" in message or "displayed" in message:
            raise ConfigError(
                f"a character of the document has no letter form in the fonts of this machine: {message}",
                where="--format pdf",
                fix="install a font that has it, or write the document as HTML",
            ) from error
        raise UnforeseenError(f"the document could not be set: {message}", fix="write it as HTML") from error
    return found


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError as error:
        raise ConfigError(
            "PDF needs the extra `pdf`, which is not installed",
            where="--format pdf",
            fix="install it with `pip install 'roadworthy[pdf]'`, or choose html or markdown",
        ) from error
    return typst
