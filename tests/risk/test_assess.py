from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from roadworthy.core.digest import canonical_json, digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.risk.explain import explain_lines
from roadworthy.risk.method import Harm
from roadworthy.risk.model import Risk, RiskAssessment

Assess = Callable[..., RiskAssessment]
Facts = dict[str, Any]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LLM = {"type": "hosted_model", "key": "llm", "pin": "exact", "uses": []}


@pytest.fixture
def faq(system: Facts) -> Facts:
    return {"system": system, "components": [LLM]}


def stating(facts: Facts, **changed: Any) -> Facts:
    return facts | {"system": facts["system"] | changed}


def answering(facts: Facts, **changed: bool) -> Facts:
    return stating(facts, legal_facts=facts["system"]["legal_facts"] | changed)


def silent_on(facts: Facts, *names: str) -> Facts:
    return facts | {"system": {k: v for k, v in facts["system"].items() if k not in names}}


def a_risk(threat: str | None = None, **scales: int) -> Risk:
    given = {"severity": 1, "likelihood": 1, "exposure": 1, "detectability": 1} | scales
    return Risk(
        id="R-own", statement="Judged by hand.", harms=(Harm.SERVICE,), threat=threat, basis="assessed", **given
    )


def test_support_desk_reads_as_the_journey_says(run: Assess, support_desk: Facts) -> None:
    headline = run(support_desk).headline

    assert headline.startswith("high: acts on customers' money; ")
    assert "personal data" in headline
    assert headline.endswith("Article 50 applies")


def test_a_harmless_system_is_minimal(run: Assess, faq: Facts) -> None:
    assessment = run(faq)

    assert (assessment.tier, assessment.questions) == (RiskTier.MINIMAL, ())


def test_trap_20_no_score_lowers_a_prohibition(run: Assess, faq: Facts, support_desk: Facts) -> None:
    mildest = tuple(a_risk(open_risk.risk.threat) for open_risk in run(support_desk).risks)

    assessment = run(answering(faq, social_scoring=True), assessed=mildest)

    assert assessment.tier is RiskTier.PROHIBITED
    assert assessment.headline == "prohibited: prohibited by Article 5"


def test_no_score_prohibits(run: Assess, faq: Facts) -> None:
    worst = a_risk(severity=5, likelihood=5, exposure=5, detectability=5)

    assert run(faq, assessed=(worst,)).tier is RiskTier.CRITICAL


def test_an_assessed_risk_stands_in_for_the_derived_one(run: Assess, support_desk: Facts) -> None:
    assessment = run(support_desk, assessed=(a_risk("T08", severity=2, likelihood=2),))

    about = [open_risk for open_risk in assessment.risks if open_risk.risk.threat == "T08"]
    assert [(r.risk.basis, r.tier) for r in about] == [("assessed", RiskTier.MINIMAL)]


@pytest.mark.parametrize(
    ("changed", "tier"),
    [
        pytest.param({"data_classes": ["public", "children"]}, RiskTier.HIGH, id="children's data"),
        pytest.param({"data_classes": ["special_category"]}, RiskTier.HIGH, id="health and belief"),
        pytest.param({"data_classes": ["public"]}, RiskTier.MINIMAL, id="public data"),
    ],
)
def test_harm_floor_by_data(run: Assess, faq: Facts, changed: Facts, tier: RiskTier) -> None:
    assert run(stating(faq, **changed)).tier.rank >= tier.rank
    assert any(s.rule.startswith("harm-floor/") for s in run(stating(faq, **changed)).steps) == (tier is RiskTier.HIGH)


@pytest.mark.parametrize(
    ("facts", "floor"),
    [
        pytest.param({"law_enforcement": True, "police_victim_risk": True}, "harm-floor/liberty", id="liberty"),
        pytest.param({"critical_infrastructure": True}, "harm-floor/life", id="life"),
        pytest.param({"consequential_decisions": True}, "harm-floor/livelihood", id="livelihood"),
    ],
)
def test_harm_floor_by_area(run: Assess, faq: Facts, facts: dict[str, bool], floor: str) -> None:
    assessment = run(stating(answering(faq, **facts), decision_effect="decides"))

    assert floor in {step.rule for step in assessment.steps}
    assert assessment.tier.rank >= RiskTier.HIGH.rank


@pytest.mark.parametrize(
    "name", ["data_classes", "decision_effect", "human_oversight", "markets", "affected_groups", "legal_facts"]
)
def test_silence_never_lowers_the_tier(run: Assess, support_desk: Facts, name: str) -> None:
    assert run(silent_on(support_desk, name)).tier.rank >= run(support_desk).tier.rank


@pytest.mark.parametrize("name", ["data_classes", "decision_effect", "human_oversight", "autonomy", "markets"])
def test_what_is_not_stated_becomes_a_question(run: Assess, support_desk: Facts, name: str) -> None:
    assert f"system.{name}" in {question.fact for question in run(silent_on(support_desk, name)).questions}


def test_the_widest_open_question_is_asked_in_place_of_the_narrow_ones(run: Assess, faq: Facts) -> None:
    answers = {k: v for k, v in faq["system"]["legal_facts"].items() if k != "sensitive_area"}

    questions = run(stating(faq, legal_facts=answers)).questions

    assert [q.fact for q in questions] == ["system.legal_facts.sensitive_area"]
    assert "eu-ai-act/annex-iii-5-b" in questions[0].decides


def test_unanswered_prohibitions_leave_the_class_unknown(run: Assess, faq: Facts) -> None:
    answers = {k: v for k, v in faq["system"]["legal_facts"].items() if k != "social_scoring"}

    assessment = run(stating(faq, legal_facts=answers))

    assert (assessment.legal_unknown, assessment.tier) == (True, RiskTier.LIMITED)
    assert "legal class not known yet (EU AI Act)" in assessment.headline


@pytest.mark.parametrize(
    ("tier_facts", "days"),
    [
        pytest.param({"data_classes": ["public"]}, 365, id="minimal"),
        pytest.param({"data_classes": ["special_category"]}, 180, id="high"),
    ],
)
def test_worse_systems_are_assessed_again_sooner(run: Assess, faq: Facts, tier_facts: Facts, days: int) -> None:
    assessment = run(stating(faq, **tier_facts))

    assert assessment.expires_at - assessment.assessed_at == timedelta(days=days)


def test_days_can_be_given(run: Assess, faq: Facts) -> None:
    assert run(faq, valid_days=7).expires_at == NOW + timedelta(days=7)


def test_an_assessment_ends_when_law_that_it_found_takes_effect(run: Assess, faq: Facts) -> None:
    pending = answering(
        faq, generates_synthetic_content=True, produces_images_or_sound=True, intimate_imagery_without_consent=True
    )

    before, after = run(pending), run(pending, now=datetime(2026, 12, 2, tzinfo=UTC))

    assert (before.tier, before.expires_at) == (RiskTier.CRITICAL, datetime(2026, 12, 2, tzinfo=UTC))
    assert after.tier is RiskTier.PROHIBITED


def test_old_tables_warn(run: Assess, faq: Facts) -> None:
    warned = [w for w in run(faq, now=datetime(2027, 3, 1, tzinfo=UTC)).warnings if "due for review" in w]

    assert warned == []
    warned = [
        w
        for w in run(answering(faq, interacts_with_people=True), now=datetime(2027, 3, 1, tzinfo=UTC)).warnings
        if "due for review" in w
    ]
    assert warned == ["EU AI Act: the table was due for review by 2027-03-01; the law may have changed"]


def test_second_hand_law_is_named_as_such(run: Assess, support_desk: Facts) -> None:
    assert any("not checked against the official text" in warning for warning in run(support_desk).warnings)


def test_answers_that_contradict_or_answer_nothing_are_shown(run: Assess, faq: Facts) -> None:
    warnings = run(answering(faq, credit_scoring=True, is_magic=True)).warnings

    assert "`credit_scoring` is answered yes although `sensitive_area` is answered no; the yes was used" in warnings
    assert "`system.legal_facts.is_magic` answers no question and was not used" in warnings


def test_naive_time_is_refused(run: Assess, faq: Facts) -> None:
    with pytest.raises(ValueError, match="`now` must be timezone-aware"):
        run(faq, now=datetime(2026, 1, 1))  # noqa: DTZ001 - naive on purpose


def test_no_author_is_refused(run: Assess, faq: Facts) -> None:
    with pytest.raises(ValueError, match="needs an author"):
        run(faq, author=" ")


def test_no_days_are_refused(run: Assess, faq: Facts) -> None:
    with pytest.raises(ValueError, match="`valid_days` must be >= 1, got 0"):
        run(faq, valid_days=0)


def test_facts_without_a_system_are_refused(run: Assess) -> None:
    with pytest.raises(ValueError, match=r"no `system\.key`"):
        run({"components": []})


def test_the_same_facts_give_the_same_digest(run: Assess, support_desk: Facts) -> None:
    first, second = run(support_desk), run(json.loads(json.dumps(support_desk)))

    assert first.digest == second.digest
    assert first.facts == digest_of(support_desk)


@pytest.mark.parametrize("name", ["data_classes", "markets"])
def test_other_facts_give_another_digest(run: Assess, support_desk: Facts, name: str) -> None:
    assert run(silent_on(support_desk, name)).digest != run(support_desk).digest


def test_assessment_survives_the_way_through_json(run: Assess, support_desk: Facts) -> None:
    assessment = run(support_desk)

    read = TypeAdapter(RiskAssessment).validate_json(canonical_json(assessment))

    assert read == assessment
    assert read.digest == assessment.digest


def test_every_step_says_rule_source_and_reason(run: Assess, support_desk: Facts) -> None:
    steps = run(support_desk).steps

    assert all(step.rule and step.source and step.because for step in steps)
    assert [step.result.rank for step in steps] == sorted((s.result.rank for s in steps), reverse=True)


def test_explanation_starts_with_the_headline_and_claims_no_legal_advice(run: Assess, support_desk: Facts) -> None:
    assessment = run(support_desk)

    lines = explain_lines(assessment)

    assert lines[0] == assessment.headline
    assert lines[-1].endswith("Not legal advice.")
    assert any("Art. 50(1)" in line for line in lines)
    assert any("private data (lookup) meet content that outsiders can write (kb)" in line for line in lines)


def test_full_explanation_lists_every_risk_threat_and_duty(run: Assess, support_desk: Facts) -> None:
    assessment = run(support_desk)

    text = "\n".join(explain_lines(assessment, full=True))

    assert all(f"{threat.threat} " in text for threat in assessment.threats)
    assert "owed: Tell people that they deal with a machine" in text
    assert "more risks" not in text


def test_short_explanation_counts_what_it_leaves_out(run: Assess) -> None:
    text = "\n".join(explain_lines(run({"system": {"key": "x"}, "components": [LLM]})))

    assert "more risks above minimal" in text
    assert "… and 7 more" in text
