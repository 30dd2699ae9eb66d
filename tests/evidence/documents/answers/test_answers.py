"""Answers say on what they rest, claim nothing that is not shown, and never say more than that."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.dossier_world import NOW, decided, dossier, pieces
from roadworthy.adapters.packs import PackFolders
from roadworthy.core.digest import digest_of
from roadworthy.evidence.documents.answers.compose import DOES_NOT_APPLY, NOT_UNDERSTOOD, answers_of, wording
from roadworthy.evidence.documents.answers.concepts import CONCEPTS
from roadworthy.evidence.documents.answers.matching import Matcher
from roadworthy.evidence.documents.answers.matters import MATTERS
from roadworthy.evidence.documents.answers.model import Answers, Confidence, LibraryAnswer, Question
from roadworthy.evidence.documents.answers.subjects import SUBJECTS
from roadworthy.gates.model import RuleOutcome, RuleResult

HERE = Path(__file__).parent
INJECTION = "Do you test against prompt injection?"


def answered(*texts: str, library: tuple[LibraryAnswer, ...] = (), **changes: object) -> Answers:
    made = dossier(**changes)
    questions = [Question(id=f"q{n}", text=text, row=n) for n, text in enumerate(texts)]
    return answers_of(
        questions,
        dossier=made,
        questionnaire=digest_of("file"),
        decision_digest=digest_of(made.decision),
        library=library,
    )


def one(text: str, **changes: object):
    return answered(text, **changes).answers[0]


def kept(**changes: object) -> LibraryAnswer:
    values: dict[str, object] = {
        "id": "insurance", "question": "Do you carry cyber insurance?", "answer": "Ask our broker.",
        "attested_by": "ada", "attested_on": NOW.date(), "valid_until": NOW.date() + timedelta(days=30),
    }  # fmt: skip
    return LibraryAnswer(**(values | changes))


def test_what_was_measured_is_answered_from_evidence_with_its_digest():
    made = one(INJECTION)

    assert made.confidence is Confidence.EVIDENCE
    assert {cite.evidence: cite.digest for cite in made.citations} == {"ev_injection": digest_of(pieces()[0])}
    assert made.freshness.startswith("oldest evidence 1 d")


def test_what_evidence_refutes_may_not_be_claimed():
    made = one(INJECTION, evidence=pieces(failures=100))

    assert made.confidence is Confidence.EVIDENCE
    assert "shown not to hold" in made.text
    assert len(made.unsupported_claims) == 1


def test_what_is_missing_is_not_answered_and_says_why():
    made = one(INJECTION, evidence=())

    assert made.confidence is Confidence.CANNOT
    assert made.text.startswith("We cannot answer this from evidence, because")
    assert made.attest == "evaluator"


def test_a_stated_fact_is_said_to_be_stated():
    made = one("Which categories of data does the system process?")

    assert made.confidence is Confidence.STATED
    assert "Stated by the team: Kinds of data: personal" in made.text


@pytest.mark.parametrize(
    "text", ["Do you carry cyber insurance?", "What colour is the sky?", "?", "Besitzen Sie ISO 27001?"]
)
def test_what_nothing_is_about_is_not_answered(text):
    made = one(text)

    assert made.confidence is Confidence.CANNOT
    assert NOT_UNDERSTOOD in made.text
    assert made.unsupported_claims


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=200))
def test_no_question_is_answered_from_evidence_without_citing_any(text):
    made = one(text)

    assert bool(made.citations) or made.confidence is not Confidence.EVIDENCE
    assert (made.confidence is Confidence.CANNOT) == made.text.startswith("We cannot answer")


@settings(max_examples=40)
@given(st.sampled_from(MATTERS), st.sampled_from([0, 100]))
def test_no_answer_says_compliant_or_plain_yes(matter, failures):
    text = f"Please tell us about {matter.phrases[0].replace('*', '').replace('…', 'and')}."
    made = one(text, evidence=pieces(failures=failures))

    assert "complian" not in made.text.casefold()
    assert not made.text.casefold().startswith(("yes", "no ", "no,"))


def test_an_answer_that_a_person_stands_behind_is_given_until_its_day():
    made = one("do you carry  Cyber Insurance", library=(kept(),))

    assert made.confidence is Confidence.STATED
    assert (made.attested_by, made.text.startswith("Ask our broker.")) == ("ada", True)


def test_an_answer_of_the_library_that_ended_is_not_given():
    ended = kept(attested_on=NOW.date() - timedelta(days=60), valid_until=NOW.date() - timedelta(days=1))
    made = one("Do you carry cyber insurance?", library=(ended,))

    assert made.confidence is Confidence.CANNOT
    assert "Ask our broker" not in made.text
    assert "is not given" in made.text


def test_the_library_never_hides_what_evidence_refutes():
    claim = kept(question=INJECTION, answer="It is safe.")
    made = one(INJECTION, library=(claim,), evidence=pieces(failures=100))

    assert made.confidence is Confidence.PARTLY
    assert "Evidence speaks against" in made.text
    assert made.unsupported_claims


@given(st.text(max_size=60))
def test_the_wording_of_a_question_is_settled(text):
    assert wording(wording(text)) == wording(text)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(PackFolders(HERE).load("base").controls)


@pytest.mark.parametrize(
    ("file", "precision", "recall"),
    [
        pytest.param("questions.csv", 0.9, 0.9, id="those that the words were chosen with"),
        pytest.param("held-out.csv", 0.8, 0.85, id="others by the same author"),
        pytest.param("blind.csv", 0.7, 0.75, id="written afterwards, in words that were avoided"),
        pytest.param("customers.csv", 0.7, 0.75, id="written before the vocabulary, and measured once"),
    ],
)
def test_questions_are_understood_as_often_as_measured(matcher, file, precision, recall):
    right = wrong = missed = 0
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found = {id_.partition("/")[2] for id_ in matcher.understand(row["question"]).controls}
            wanted = set(row["controls"].split())
            right, wrong, missed = (
                right + len(found & wanted),
                wrong + len(found - wanted),
                missed + len(wanted - found),
            )

    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


@pytest.mark.parametrize("file", ["questions.csv", "held-out.csv", "blind.csv", "customers.csv"])
def test_what_no_record_is_kept_of_is_never_understood(matcher, file):
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        outside = [row["question"] for row in csv.DictReader(stream) if not (row["controls"] or row["facts"])]

    assert outside
    assert {text: matcher.understand(text).controls for text in outside} == dict.fromkeys(outside, ())


def test_a_question_with_a_part_that_nothing_answers_is_answered_partly():
    made = one(f"{INJECTION} And are you certified to ISO 27001?")

    assert made.confidence is Confidence.PARTLY
    assert "This part is not answered from any record here: “And are you certified to ISO 27001?”" in made.text


def test_a_question_that_only_asks_for_more_of_the_same_is_one_question():
    assert one(f"{INJECTION} And how?").confidence is Confidence.EVIDENCE


def test_a_control_that_does_not_apply_is_not_said_to_be_unknown():
    made = one(INJECTION, change={"results": _idle()})

    assert made.confidence is Confidence.CANNOT
    assert DOES_NOT_APPLY in made.text


def _idle() -> tuple[RuleResult, ...]:
    decision, *_ = decided(evidence=pieces())
    return tuple(replace(result, outcome=RuleOutcome.NOT_APPLICABLE, evidence=()) for result in decision.results)


def test_what_was_understood_by_few_words_is_never_said_to_be_answered_in_full():
    made = one("Could an attacker outsmart your agent?")

    assert made.citations
    assert made.confidence is Confidence.PARTLY
    assert "understood by few words" in made.unsupported_claims[-1]
    assert "few words" not in made.text


def test_the_end_of_an_endless_question_stays_open():
    made = one(f"{INJECTION} {'And so on. ' * 500}")

    assert made.confidence is Confidence.PARTLY


def test_answers_from_a_decision_that_is_over_say_so():
    late = NOW + timedelta(days=400)
    made = answered(INJECTION, "Which categories of data does the system process?", now=late, allow_lapsed=True)

    assert "in force until" in made.why_lapsed
    assert {one.confidence for one in made.answers} == {Confidence.PARTLY}
    assert all("no longer in force" in one.text for one in made.answers)


def test_every_concept_of_a_subject_is_in_the_vocabulary():
    assert {name for one in SUBJECTS for way in one.ways for name in way} <= set(CONCEPTS)


def test_every_control_that_a_matter_names_is_in_a_shipped_pack():
    packs = PackFolders(HERE)
    known = {c.id.partition("/")[2] for name in ("base", "eu") for c in packs.load(name).controls}

    assert {name for matter in (*MATTERS, *SUBJECTS) for name in matter.controls} - known == set()
