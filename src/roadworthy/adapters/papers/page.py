"""Paper as HTML: one file, without scripts and without anything fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from markupsafe import Markup

from roadworthy.adapters.documents import environment
from roadworthy.evidence.documents.citation import BASIS_WORD, GAP_WORD
from roadworthy.evidence.documents.paper.model import Paper


def render_paper(paper: Paper) -> bytes:
    """Return ``paper`` as a page."""
    style = paper_style()
    page = (
        environment()
        .get_template("paper.html")
        .render(
            paper=paper,
            basis_word=BASIS_WORD,
            gap_word=GAP_WORD,
            style=Markup(style),  # noqa: S704 - our own file, no value from outside
            content_policy=content_policy(style),
        )
    )
    return page.encode("utf-8")


@cache
def paper_style() -> str:
    """Return the style sheet of papers: that of every page, and their own."""
    made = environment()
    return "".join(made.loader.get_source(made, name)[0] for name in ("style.css", "paper.css")) if made.loader else ""


def content_policy(style: str) -> str:
    """Return the policy of a page that has one style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
