"""The pages: one file, nothing fetched, nothing run, nothing hidden."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from roadworthy.adapters.documents import render_report, render_system_card
from roadworthy.core.digest import digest_of
from roadworthy.evidence.documents.claim import Citation, Claim
from roadworthy.evidence.documents.forest import ForestPanel, ForestRow
from roadworthy.evidence.documents.report import EvidenceRow, NextStep, Report, RuleGroup, RuleRow
from roadworthy.evidence.documents.system_card import CardComponent, Fact, Limitation, SystemCard
from roadworthy.evidence.documents.wording import Tone

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y> \u202egnp.exe\x07 {{ 7*7 }}"
DIGEST = digest_of("x")
VOID = {"meta", "br", "path", "circle", "line", "rect", "img"}


class Page(HTMLParser):
    """Counts what a browser would see, and checks that tags close in order."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text += data


def panel(text: str) -> ForestPanel:
    row = ForestRow(
        title=text,
        metric=text,
        rule=text,
        tone=Tone.BAD,
        figures=text,
        bar=text,
        low=0.4,
        high=0.8,
        estimate=0.6,
        threshold=0.2,
        allowed=(0.0, 0.2),
        claim=Claim(text=text, cites=(Citation(evidence=text, digest=DIGEST),)),
    )
    return ForestPanel(title=text, hint=text, rows=(row,), ticks=((0.0, "0 %"), (1.0, text)))


def report(text: str) -> Report:
    row = RuleRow(
        rule=text,
        title=text,
        area=text,
        severity="block",
        word="Refuted",
        tone=Tone.BAD,
        reason=text,
        requirement=text,
        remediation=text,
        command=text,
        who_may_waive=(text,),
        serves=(text,),
        evidence=(text,),
        bar_moved=True,
        needed=text,
    )
    return Report(
        decision=text,
        system=text,
        version=text,
        tier="high",
        word="Blocked",
        tone=Tone.BAD,
        meaning=text,
        summary=text,
        decided_at=text,
        valid_until=text,
        tallies=(("Refuted", 1, Tone.BAD),),
        steps=(NextStep(text=text, command=text, rule=text, title=text, tone=Tone.BAD, word="Refuted"),),
        panels=(panel(text),),
        groups=tuple(
            RuleGroup(anchor=a, title=text, hint=text, tone=Tone.BAD, rows=(row,), folded=f)
            for a, f in (("refuted", False), ("holds", True))
        ),
        evidence=(
            EvidenceRow(
                id=text, digest=DIGEST, type=text, age="1 d", word="counts", tone=Tone.GOOD, reason=text, rules=(text,)
            ),
        ),
        digests=(("Release", text, DIGEST),),
        components=((text, text, DIGEST),),
        evaluator=text,
    )


def card(text: str) -> SystemCard:
    fact = Fact(name=text, values=(text, text))
    return SystemCard(
        name=text,
        system=text,
        version=text,
        purpose=text,
        release=DIGEST,
        decision=text,
        verdict="Blocked",
        tone=Tone.BAD,
        meaning=text,
        decided_at=text,
        valid_until=text,
        use=(fact,),
        people=(fact,),
        oversight=(fact,),
        contact=(Fact(name=text, values=()),),
        tier="high",
        tier_headline=text,
        tier_reasons=(text,),
        legal=(text,),
        components=(CardComponent(key=text, type=text, pin=text, digest=DIGEST, uses=(text,)),),
        claims=(panel(text).rows[0].claim,),
        panels=(panel(text),),
        held=(text,),
        limitations=(Limitation(title=text, word="Refuted", tone=Tone.BAD, reason=text, rule=text),),
        risks=(text,),
    )


def pages(text: str) -> list[bytes]:
    return [render_report(report(text)), render_system_card(card(text))]


@pytest.mark.parametrize("page", pages(HOSTILE), ids=["report", "card"])
def test_hostile_text_stays_text(page: bytes) -> None:
    seen = Page(page)

    assert {"script", "img", "iframe", "link", "object"}.isdisjoint(tag for tag, _ in seen.tags)
    assert not [name for _, attributes in seen.tags for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in seen.text
    assert "\u202e" not in seen.text
    assert "U+202E" in seen.text
    assert "{{ 7*7 }}" in seen.text


@pytest.mark.parametrize("page", pages("plain"), ids=["report", "card"])
def test_a_page_fetches_nothing_and_allows_only_its_own_style(page: bytes) -> None:
    text = page.decode("utf-8")
    policy = next(a["content"] for t, a in Page(page).tags if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)

    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "http://" not in text
    assert "https://" not in text
    assert " style=" not in text
    assert "url(" not in style[1]


@pytest.mark.parametrize("page", pages("plain"), ids=["report", "card"])
def test_a_page_can_be_read_without_seeing_it(page: bytes) -> None:
    seen = Page(page)
    tags = [tag for tag, _ in seen.tags]

    assert page.startswith(b"<!doctype html>")
    assert seen.open == []
    assert dict(seen.tags)["html"]["lang"] == "en"
    assert [tags.count(tag) for tag in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
    assert all("scope" in attributes for tag, attributes in seen.tags if tag == "th")
    pictures = [a for tag, a in seen.tags if tag == "svg"]
    assert all(
        a.get("aria-hidden") == "true" or (a.get("role") == "img" and a.get("aria-label")) or set(a) == {"height"}
        for a in pictures
    )
    identifiers = [a["id"] for _, a in seen.tags if "id" in a]
    assert len(identifiers) == len(set(identifiers))
    assert {a["href"] for _, a in seen.tags if "href" in a} <= {f"#{i}" for i in identifiers}


@pytest.mark.parametrize("page", pages("plain"), ids=["report", "card"])
def test_a_tone_never_stands_without_its_word(page: bytes) -> None:
    chips = re.findall(r'class="chip[^"]*"[^>]*>(.*?)</(?:span|a)>', page.decode("utf-8"), re.DOTALL)

    assert chips
    assert all(re.sub(r"<svg.*?</svg>", "", chip, flags=re.DOTALL).strip() for chip in chips)


def test_a_decision_without_evidence_says_what_to_run() -> None:
    page = render_report(replace(report("plain"), evidence=(), panels=(), steps=()))

    assert b"rw plan" in page
    assert b"What to do next" not in page


def test_a_page_is_the_same_every_time() -> None:
    assert pages("plain") == pages("plain")
