"""The memo says the verdict and no more, and what nobody knows."""

from __future__ import annotations

from datetime import timedelta

from fakes.dossier_world import NOW, decided, dossier, excepted, pieces
from roadworthy.core.digest import digest_of
from roadworthy.evidence.documents.dossier import OpenFinding
from roadworthy.evidence.documents.memo.model import MemoReview, memo_of
from roadworthy.evidence.documents.memo.paper import paper_of_memo
from roadworthy.evidence.documents.paper.markdown import markdown_paper
from roadworthy.evidence.documents.wording import Tone


def memo(**changes: object):
    made = dossier(**changes)
    return memo_of(made, decision_digest=digest_of(made.decision))


def test_the_recommendation_is_the_verdict():
    assert memo().verdict == "ship"
    assert "supports releasing it" in paper_of_memo(memo()).banner.text
    refuted = memo(evidence=pieces(failures=100))
    assert refuted.verdict == "blocked"
    assert "does not support releasing it" in paper_of_memo(refuted).banner.text


def test_what_could_not_be_judged_is_not_called_safe():
    unknown = memo(evidence=())

    assert unknown.verdict == "cannot_tell"
    assert any("No evidence" in text for text in unknown.unknown)


def test_what_is_refuted_comes_first_with_its_evidence():
    first = memo(evidence=pieces(failures=100)).matters[0]

    assert first.tone == "bad"
    assert [cite.evidence for cite in first.cites] == ["ev_injection"]


def test_residual_risk_counts_controls_and_multiplies_nothing():
    (risk,) = memo(evidence=pieces(failures=100)).risks

    assert (risk.held, risk.refuted, risk.open) == (1, 1, 0)


def test_open_questions_of_the_assessment_and_of_the_review_are_told():
    made = dossier()
    review = MemoReview(id="review_1", state="in_review", text="Asked.", open_questions=("Who pays?",))
    text = markdown_paper(paper_of_memo(memo_of(made, decision_digest=digest_of(made.decision), review=review)))

    assert "Does it use biometrics?" in text
    assert "Who pays?" in text


def test_without_a_governance_file_nobody_is_said_to_have_consented():
    assert "Nobody's consent is on record" in memo().consent


def test_an_exception_is_told_with_its_end_and_who_agreed():
    made = memo(evidence=pieces(failures=100), change=excepted())
    text = markdown_paper(paper_of_memo(made))

    assert "2026-06-11 12:00 UTC | ada" in text
    assert made.exceptions[0].effective


def test_a_memo_hides_nothing_that_an_exception_lets_through():
    made = memo(evidence=pieces(failures=100), change=excepted())

    assert (made.verdict, [risk.refuted for risk in made.risks]) == ("conditions", [1])


def test_a_second_decision_on_the_same_release_is_not_called_the_first():
    earlier, *_ = decided(evidence=pieces(failures=100))
    made = memo(before=earlier)

    assert "first decision" not in " ".join(made.changed)
    assert "The verdict then was blocked. Rules that hold now and did not then: 1" in made.changed[1]


def test_what_is_known_to_be_wrong_stands_in_the_memo():
    wrong = OpenFinding(id="finding_1", title="It told a secret", severity="block", status="new", about=("r",))
    text = markdown_paper(paper_of_memo(memo(findings=(wrong,) * 7)))

    assert text.count("It told a secret") == 3
    assert "4 more are open" in text


def test_the_memo_on_a_decision_that_is_over_says_so_at_its_head():
    made = paper_of_memo(memo(now=NOW + timedelta(days=400), allow_lapsed=True))

    assert made.banner.text.startswith("This decision is no longer in force")
    assert made.banner.tone is Tone.UNKNOWN
