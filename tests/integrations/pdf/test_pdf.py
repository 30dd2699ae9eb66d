"""Paper becomes PDF/A with nothing in it that the texts could smuggle in."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.documents.citation import Basis, Gap, Passage
from roadworthy.evidence.documents.claim import Citation
from roadworthy.evidence.documents.paper.model import Banner, Grid, Listing, Paper, Parts, Prose, Section
from roadworthy.evidence.documents.wording import Tone
from roadworthy.integrations.pdf.source import MOST_IN_HEAD, literal, typst_source

pytest.importorskip("typst")

from roadworthy.integrations.pdf.write import write_pdf

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOSTILE = '#import "x.typ"; #eval("1") $x$ \\ " *b* `#raw` </p>'


def paper(text: str = "All is told.") -> Paper:
    cite = Citation(evidence="ev_1", digest=digest_of("e"))
    blocks = (
        Prose(text=text),
        Prose(text=text, quiet=True),
        Listing(items=(text, "two"), numbered=True),
        Listing(items=()),
        Grid(columns=("a", text), rows=((text, "`code`"), ("", ""))),
        Parts(
            parts=(
                Passage(basis=Basis.MEASURED, text=text, source=text, cites=(cite,), tone="bad"),
                Passage(basis=Basis.STATED, text=text, source="roadworthy.yaml"),
                Gap(text=text, who="legal", closes=text, command=text),
            )
        ),
    )
    return Paper(
        kind="Test", title=text, subtitle=text, banner=Banner(word=text, tone=Tone.BAD, text=text),
        facts=(("Release", digest_of("r")), (text, text)),
        sections=(
            Section(anchor="one", title=text, lead=text, blocks=blocks), Section(anchor="two", title="t", level=3),
        ),
        closing=text,
    )  # fmt: skip


def test_it_says_that_it_is_pdf_a_2b():
    made = write_pdf(paper(), at=AT)

    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made


def test_without_the_extra_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(ConfigError, match=r"the extra `pdf`"):
        write_pdf(paper(), at=AT)


def test_a_letter_that_no_font_has_is_named():
    with pytest.raises(ConfigError, match=r"no letter form"):
        write_pdf(paper("\U00013000\U00014400\U0001d800\U00016a00"), at=AT)


def test_the_same_paper_and_time_give_the_same_bytes():
    assert write_pdf(paper(), at=AT) == write_pdf(paper(), at=AT)


def test_hostile_texts_are_set_as_they_are():
    made = write_pdf(paper(HOSTILE), at=AT)

    assert made.startswith(b"%PDF")
    assert '#import "x.typ"' not in typst_source(paper(HOSTILE), at=AT)


@settings(max_examples=6)
@given(st.text(st.characters(codec="latin-1"), min_size=1, max_size=80))
def test_every_text_can_be_set(text):
    assert write_pdf(paper(text), at=AT).startswith(b"%PDF")


@given(st.text(max_size=100))
def test_a_literal_ends_where_the_text_does(text):
    inner = literal(text)[1:-1]

    assert literal(text)[0] == literal(text)[-1] == '"'
    assert '"' not in inner.replace("\\\\", "").replace('\\"', "")
    assert "\n" not in inner


def test_every_page_but_the_first_says_where_it_belongs():
    source = typst_source(replace(paper(), title="T" * 500, facts=(("Version", "1.2"), ("Written", "today"))), at=AT)
    head = next(line for line in source.splitlines() if line.startswith("#set page(header"))

    assert "version 1.2 · written today" in head
    assert head.count("T") < MOST_IN_HEAD
