"""A card as front matter and text, of which one section is ours."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import EvidenceError

BEGIN, END = "<!-- roadworthy:begin -->", "<!-- roadworthy:end -->"

_HARMLESS = str.maketrans({"<": "&lt;", "|": "\\|", "`": "'", "[": "\\["})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A ``README.md`` of a model or dataset."""

    front: dict[str, JsonValue]
    """The YAML front matter; empty where there is none."""

    body: str
    """Everything below it."""


def with_section(body: str, section: str, *, where: str) -> str:
    """Put ``section`` between our marks, and leave every other character as it is.

    Args:
        body: The text so far; empty for a new card.
        section: Markdown, without the marks.
        where: The file's name, for the error.

    Raises:
        EvidenceError: If the marks are there twice, alone or the wrong way round: nobody could tell then which
            part is ours to replace.

    >>> with_section("", "x", where="README.md").splitlines()[1]
    'x'
    """
    made = f"{BEGIN}\n{section.strip()}\n{END}\n"
    if BEGIN not in body and END not in body:
        gap = "" if not body or body.endswith("\n\n") else "\n" if body.endswith("\n") else "\n\n"
        return f"{body}{gap}{made}"
    before, _, rest = body.partition(BEGIN)
    _, _, after = rest.partition(END)
    if (body.count(BEGIN), body.count(END)) != (1, 1) or END in before:
        raise EvidenceError(
            "the marks around the generated section are broken",
            where=where,
            fix=f"leave one {BEGIN} and one {END} after it, or take both away",
        )
    return before + made.removesuffix("\n") + after


def plain_text(text: str) -> str:
    """Return ``text`` on one line, without what Markdown or our marks would read in it.

    >>> plain_text("a  b <!-- x")
    'a b &lt;!-- x'
    """
    return " ".join(text.split()).translate(_HARMLESS)
