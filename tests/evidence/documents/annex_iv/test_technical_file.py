"""The technical file has every point of the annex, and each says on what it rests or that it is missing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.dossier_world import FACTS, dossier, excepted, pieces
from roadworthy.core.digest import digest_of, plain
from roadworthy.evidence.documents.annex_iv.model import TechnicalFile, technical_file_of
from roadworthy.evidence.documents.annex_iv.outline import OUTLINE
from roadworthy.evidence.documents.annex_iv.paper import paper_of_file
from roadworthy.evidence.documents.annex_iv.points import FILL
from roadworthy.evidence.documents.citation import Basis, Gap, Passage
from roadworthy.evidence.documents.dossier import OpenFinding
from roadworthy.evidence.documents.paper.markdown import markdown_paper


def file_of(**changes: object) -> TechnicalFile:
    made = dossier(**changes)
    return technical_file_of(made, decision_digest=digest_of(made.decision))


def parts(file: TechnicalFile, point: str):
    return next(filled.parts for filled in file.points if filled.point.id == point)


def test_every_point_of_the_annex_is_there_in_its_order():
    numbers = [point.id for point in OUTLINE]

    assert [n for n in numbers if n.isdigit()] == [str(n) for n in range(1, 10)]
    assert [n for n in numbers if n.startswith("1(")] == [f"1({letter})" for letter in "abcdefgh"]
    assert [n for n in numbers if n.startswith("2(")] == [f"2({letter})" for letter in "abcdefgh"]
    assert {point.id for point in OUTLINE if point.asks} == set(FILL)


def test_every_point_that_asks_for_something_says_something():
    assert [filled.point.id for filled in file_of().points if filled.point.asks and not filled.parts] == []


def test_a_declaration_of_conformity_is_never_made_up():
    assert all(isinstance(part, Gap) for part in parts(file_of(), "8"))


def test_measured_figures_cite_their_evidence_with_its_digest():
    cited = {c.evidence: c.digest for p in parts(file_of(), "2(g)") if isinstance(p, Passage) for c in p.cites}

    assert cited["ev_injection"] == digest_of(pieces()[0])


def test_a_fact_that_is_not_stated_is_a_gap_with_who_and_how():
    (gap,) = (g for g in file_of().gaps if "Accountable executive" in g.gap.text)

    assert (gap.points, gap.gap.who) == (("1(a)",), "ai_owner")
    assert "system.accountable_executive" in gap.gap.closes


def test_a_document_that_nobody_attested_is_stated_and_still_a_gap():
    found = parts(
        file_of(evidence=pieces()[:2], facts=FACTS | {"documents": {"monitoring-plan": "sha256:" + "b" * 64}}), "9"
    )

    assert [type(part) for part in found[:2]] == [Passage, Gap]
    assert "b" * 64 in found[0].text


def test_refuted_evidence_speaks_against_the_system():
    (found,) = (p for p in parts(file_of(evidence=pieces(failures=100)), "2(g)") if "Title of eval-injection" in p.text)

    assert (found.basis, found.tone) == (Basis.MEASURED, "bad")


def test_what_an_exception_lets_through_is_still_told():
    found = parts(file_of(evidence=pieces(failures=100), change=excepted()), "2(g)")

    assert any("shown not to hold" in p.text and "by exception exception_1" in p.text for p in found)


def test_a_gap_is_named_at_every_point_that_needs_it():
    file = file_of(evidence=())
    named = {gap for filled in file.points for gap in filled.parts if isinstance(gap, Gap)}

    assert named == {gap.gap for gap in file.gaps}


@settings(max_examples=20)
@given(st.dictionaries(st.sampled_from(sorted(FACTS["system"])), st.text(max_size=20) | st.none(), max_size=4))
def test_no_fact_makes_a_file_without_its_gaps(stated):
    file = file_of(facts=FACTS | {"system": {k: v for k, v in stated.items() if v is not None}})

    assert "8" in {point for gap in file.gaps for point in gap.points}
    assert {part.point.id for part in file.points} == {point.id for point in OUTLINE}


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "**bold** | cell `code", "safe\u202eelif"])
def test_hostile_texts_stay_text_in_markdown(hostile):
    text = markdown_paper(paper_of_file(file_of(facts=FACTS | {"system": {"name": hostile, "purpose": hostile}})))

    assert not re.search(r"<script|(?<!\\)\*\*bold|\u202e", text)


def test_the_json_form_is_plain_data():
    assert plain(file_of())["schema"] == "roadworthy/annex-iv/v1"


def test_what_is_known_to_be_wrong_stands_where_unintended_outcomes_are_asked_for():
    wrong = OpenFinding(id="finding_1", title="It told a secret", severity="block", status="new", about=("r",))
    told = [part for part in parts(file_of(findings=(wrong,)), "3 ii") if part.text.startswith("Open finding")]

    assert [(part.tone, part.source) for part in told] == [("bad", "finding finding_1")]


@pytest.mark.parametrize(
    ("point", "asked"),
    [
        ("1(c)", "updates of this software require"),
        ("1(f)", "part of another product"),
        ("2(g)", "characteristics of the test data"),
        ("5", "judged acceptable"),
    ],
)
def test_what_nothing_on_record_answers_is_a_gap_and_no_remark(point, asked):
    facts = {**FACTS, "system": {**FACTS["system"], "legal_facts": {"safety_component_annex_i": False}}}

    assert [part.kind for part in parts(file_of(facts=facts), point) if asked in part.text] == ["gap"]


def test_no_gap_names_its_command_twice_or_one_that_cannot_run():
    for one in file_of(evidence=()).gaps:
        named = one.gap.closes.count("`rw ") + bool(one.gap.command)
        assert named <= 1, one.gap


def test_names_of_parts_stay_as_they_are_written():
    facts = {**FACTS, "components": [{"type": "tool", "key": "search_kb", "description": "Finds passages"}]}
    told = parts(file_of(facts=facts), "1(b)")[0]

    assert (told.text, told.source) == ("Tool `search_kb`: Finds passages.", "roadworthy.yaml: component search_kb")
