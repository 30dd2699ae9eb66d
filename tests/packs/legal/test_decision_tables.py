"""One line for each row of each shipped table: a system that meets it, one that does not, one that leaves it open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from roadworthy.adapters.catalogues import load_regimes
from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.severity import RiskTier
from roadworthy.policy.facts import unknown_facts
from roadworthy.risk.answers import answered
from roadworthy.risk.classify import Classifier
from roadworthy.risk.law import LegalRegime, LegalRow
from roadworthy.risk.model import UNKNOWN_CLASS, FindingStatus, LegalFinding, RegimeResult

REGIMES = load_regimes()
CONDITIONS = CelConditions()
LATE = date(2030, 1, 1)

EU_DECIDED_BY = {
    "art-5-1-a": "manipulative_techniques",
    "art-5-1-b": "exploits_vulnerabilities",
    "art-5-1-ba": "intimate_imagery_without_consent",
    "art-5-1-bb": "child_abuse_material",
    "art-5-1-c": "social_scoring",
    "art-5-1-d": "crime_prediction_by_profiling",
    "art-5-1-e": "face_scraping",
    "art-5-1-f": "emotion_at_work_or_school",
    "art-5-1-g": "biometric_categorisation_sensitive",
    "art-5-1-h": "realtime_biometric_law_enforcement",
    "art-6-1": "third_party_conformity_assessment",
    "annex-iii-1-a": "biometric_identification",
    "annex-iii-1-b": "biometric_categorisation",
    "annex-iii-1-c": "emotion_recognition",
    "annex-iii-2": "critical_infrastructure",
    "annex-iii-3-a": "education_admission",
    "annex-iii-3-b": "education_assessment",
    "annex-iii-3-c": "education_level",
    "annex-iii-3-d": "education_proctoring",
    "annex-iii-4-a": "employment_recruitment",
    "annex-iii-4-b": "employment_management",
    "annex-iii-5-a": "public_benefits",
    "annex-iii-5-b": "credit_scoring",
    "annex-iii-5-c": "insurance_pricing",
    "annex-iii-5-d": "emergency_triage",
    "annex-iii-6-a": "police_victim_risk",
    "annex-iii-6-b": "police_polygraph",
    "annex-iii-6-c": "police_evidence",
    "annex-iii-6-d": "police_offending_risk",
    "annex-iii-6-e": "police_profiling",
    "annex-iii-7-a": "migration_polygraph",
    "annex-iii-7-b": "migration_risk",
    "annex-iii-7-c": "migration_applications",
    "annex-iii-7-d": "migration_identification",
    "annex-iii-8-a": "justice_assistance",
    "annex-iii-8-b": "election_influence",
    "art-50-1": "interacts_with_people",
    "art-50-2": "generates_synthetic_content",
    "art-50-2-earlier": "on_market_before_2026_08_02",
    "art-50-3": "emotion_recognition",
    "art-50-4-deepfake": "deepfake",
    "art-50-4-text": "public_interest_text",
    "art-53": "gpai_model_provider",
    "art-53-documentation": "gpai_model_provider",
    "art-51": "gpai_systemic_risk",
}
DECIDED_BY = {
    **{("eu-ai-act", row): question for row, question in EU_DECIDED_BY.items()},
    ("us-colorado-admt", "consequential-decision"): "consequential_decisions",
    ("us-nyc-ll144", "employment-decision-tool"): "employment_screening_substantial",
}
"""By row: the question whose yes meets it, when every other question is answered no."""

ROWS = [pytest.param(r, row, id=f"{r.id}/{row.id}") for r in REGIMES.tables for row in r.rows]


def answers(regime: LegalRegime, **given: bool | None) -> dict[str, bool]:
    """Every question answered no but those that ``given`` and its wider questions say; None leaves one open."""
    found = {question.id: False for question in REGIMES.questions}
    if regime.jurisdiction.startswith("US"):
        given = {"colorado_residents_affected": True, "new_york_city_jobs": True, "employment_decisions": True} | given
        found["sensitive_area"] = True
    for identifier in given:
        found |= dict.fromkeys(REGIMES.ancestors(identifier), True)
    found |= {identifier: bool(answer) for identifier, answer in given.items()}
    return {key: value for key, value in found.items() if not (key in given and given[key] is None)}


def classified(regime: LegalRegime, given: dict[str, bool], *, today: date = LATE, **system: Any) -> RegimeResult:
    market = "US" if regime.jurisdiction.startswith("US") else "EU"
    facts = {"system": {"key": "s", "markets": [market], "legal_facts": given} | system, "components": []}
    prepared = answered(facts, REGIMES)
    return Classifier(regime=regime, answers=prepared, conditions=CONDITIONS, today=today).result()


def finding(result: RegimeResult, row: str) -> LegalFinding | None:
    return next((f for f in result.findings if f.row == row), None)


def regime(identifier: str) -> LegalRegime:
    return next(r for r in REGIMES.tables if r.id == identifier)


EU = regime("eu-ai-act")


def test_every_row_is_in_the_table_above() -> None:
    assert {(r.id, row.id) for r in REGIMES.tables for row in r.rows} == set(DECIDED_BY)


@pytest.mark.parametrize(("regime", "row"), ROWS)
def test_row_applies_to_a_system_that_meets_it(regime: LegalRegime, row: LegalRow) -> None:
    result = classified(regime, answers(regime, **{DECIDED_BY[regime.id, row.id]: True}))

    found = finding(result, row.id)
    assert found is not None
    assert (found.status, found.outcome, found.tier_floor) == (FindingStatus.APPLIES, row.outcome, row.tier_floor)
    assert result.tier_floor.rank >= row.tier_floor.rank
    assert found.facts


@pytest.mark.parametrize(("regime", "row"), ROWS)
def test_row_is_absent_from_a_system_that_does_not_meet_it(regime: LegalRegime, row: LegalRow) -> None:
    result = classified(regime, answers(regime))

    assert finding(result, row.id) is None
    assert result.outcome == regime.default_class


@pytest.mark.parametrize(("regime", "row"), ROWS)
def test_row_stays_open_for_a_system_that_leaves_it_open(regime: LegalRegime, row: LegalRow) -> None:
    question = DECIDED_BY[regime.id, row.id]

    result = classified(regime, answers(regime, **{question: None}))

    found = finding(result, row.id)
    assert found is not None
    assert found.status in (FindingStatus.UNKNOWN, FindingStatus.PRESUMED)
    assert f"system.legal_facts.{question}" in found.missing
    graver = regime.gravity(row.outcome) > regime.gravity(result.established)
    assert (result.outcome == UNKNOWN_CLASS) == graver


@pytest.mark.parametrize(("regime", "row"), ROWS)
def test_row_is_in_force_from_its_day_on(regime: LegalRegime, row: LegalRow) -> None:
    given = answers(regime, **{DECIDED_BY[regime.id, row.id]: True})

    before = finding(classified(regime, given, today=row.effective_from - timedelta(days=1)), row.id)
    on_the_day = finding(classified(regime, given, today=row.effective_from), row.id)

    assert before is not None
    assert on_the_day is not None
    assert (before.in_force, on_the_day.in_force) == (False, True)


@pytest.mark.parametrize("question", ["intimate_imagery_without_consent", "child_abuse_material"])
@pytest.mark.parametrize(
    ("today", "floor"),
    [
        pytest.param(date(2026, 12, 1), RiskTier.CRITICAL, id="the day before"),
        pytest.param(date(2026, 12, 2), RiskTier.PROHIBITED, id="the day"),
    ],
)
def test_new_prohibitions_make_a_system_critical_until_they_apply(question: str, today: date, floor: RiskTier) -> None:
    assert classified(EU, answers(EU, **{question: True}), today=today).tier_floor is floor


@pytest.mark.parametrize(
    "task",
    ["narrow_procedural_task", "improves_completed_human_work", "detects_decision_patterns", "preparatory_task"],
)
def test_minor_task_without_profiling_is_exempt(task: str) -> None:
    result = classified(EU, answers(EU, employment_recruitment=True, **{task: True}))

    found = finding(result, "annex-iii-4-a")
    assert found is not None
    assert (found.status, result.outcome, result.tier_floor) == (FindingStatus.EXEMPT, "exempt_6_3", RiskTier.LIMITED)
    assert any("Art. 6(4)" in duty for duty in found.obligations)


def test_profiling_is_never_exempt() -> None:
    given = answers(EU, employment_recruitment=True, narrow_procedural_task=True, profiling_of_persons=True)

    assert classified(EU, given).outcome == "high_risk_annex_iii"


def test_exemption_that_nobody_claimed_exempts_nothing() -> None:
    given = answers(EU, employment_recruitment=True, narrow_procedural_task=True, profiling_of_persons=None)

    assert classified(EU, given).outcome == "high_risk_annex_iii"


def test_no_minor_task_exempts_a_forbidden_practice_or_a_product() -> None:
    given = answers(EU, social_scoring=True, third_party_conformity_assessment=True, narrow_procedural_task=True)

    result = classified(EU, given)

    assert result.outcome == "prohibited"
    assert finding(result, "art-6-1") is not None


@pytest.mark.parametrize(
    ("question", "exemption", "row", "left"),
    [
        ("emotion_at_work_or_school", "emotion_for_medical_or_safety", "art-5-1-f", "minimal"),
        ("realtime_biometric_law_enforcement", "realtime_biometric_authorised", "art-5-1-h", "high_risk_annex_iii"),
        ("interacts_with_people", "ai_nature_obvious", "art-50-1", "minimal"),
        ("generates_synthetic_content", "assistive_editing_only", "art-50-2", "minimal"),
    ],
)
def test_exemption_leaves_a_milder_class(question: str, exemption: str, row: str, left: str) -> None:
    found = finding(classified(EU, answers(EU, **{question: True, exemption: True})), row)

    assert found is not None
    assert (found.status, found.outcome) == (FindingStatus.EXEMPT, left)


@pytest.mark.parametrize(
    "exclusion", ["military_defence_only", "research_only", "prerelease_testing_only", "personal_use_only"]
)
def test_excluded_system_is_out_of_scope(exclusion: str) -> None:
    result = classified(EU, answers(EU, **{exclusion: True}, social_scoring=True))

    assert (result.outcome, result.tier_floor, result.findings) == ("out_of_scope", RiskTier.MINIMAL, ())


@pytest.mark.parametrize(
    ("markets", "used_there", "outcome"),
    [
        pytest.param(["EU"], False, "prohibited", id="the Union by name"),
        pytest.param(["US", "IE"], False, "prohibited", id="a member state"),
        pytest.param(["US"], False, "out_of_scope", id="elsewhere"),
        pytest.param(["US"], True, "prohibited", id="elsewhere, with output used in the Union"),
        pytest.param(["US"], None, UNKNOWN_CLASS, id="elsewhere, and nobody said where output is used"),
        pytest.param([], False, UNKNOWN_CLASS, id="nobody said where"),
    ],
)
def test_scope(markets: list[str], used_there: bool | None, outcome: str) -> None:
    given = answers(EU, social_scoring=True, output_used_in_eu=used_there)

    assert classified(EU, given, markets=markets).outcome == outcome


def test_system_that_may_be_in_scope_keeps_a_high_floor_for_a_grave_row() -> None:
    result = classified(EU, answers(EU, social_scoring=True), markets=[])

    assert (result.outcome, result.could_be, result.tier_floor) == (UNKNOWN_CLASS, "prohibited", RiskTier.HIGH)


@pytest.mark.parametrize("identifier", ["us-colorado-admt", "us-nyc-ll144"])
def test_laws_of_the_united_states_do_not_reach_other_markets(identifier: str) -> None:
    table = regime(identifier)

    assert classified(table, answers(table), markets=["EU"]).outcome == "out_of_scope"


def test_open_area_counts_as_high_risk_until_its_points_are_answered() -> None:
    given = answers(EU, employment_recruitment=None, employment_management=None)

    result = classified(EU, given)

    assert (result.outcome, result.tier_floor) == ("high_risk_annex_iii", RiskTier.HIGH)
    assert {f.status for f in result.findings} == {FindingStatus.PRESUMED}


def test_open_grave_question_holds_the_floor_at_limited() -> None:
    result = classified(EU, answers(EU, social_scoring=None))

    assert (result.outcome, result.established, result.could_be) == (UNKNOWN_CLASS, "minimal", "prohibited")
    assert result.tier_floor is RiskTier.LIMITED


def test_open_question_about_a_milder_class_leaves_the_class_decided() -> None:
    result = classified(EU, answers(EU, social_scoring=True, interacts_with_people=None))

    assert (result.outcome, result.could_be) == ("prohibited", None)


def test_no_to_a_wide_question_answers_the_narrow_ones() -> None:
    given = {q.id: False for q in REGIMES.questions if q.closed_by is None}

    assert classified(EU, given).outcome == "minimal"


def test_explicit_yes_wins_over_a_wider_no() -> None:
    given = {q.id: False for q in REGIMES.questions if q.closed_by is None} | {"credit_scoring": True}

    assert classified(EU, given).outcome == "high_risk_annex_iii"


@pytest.mark.parametrize(
    ("role", "named", "absent"),
    [
        pytest.param("provider", "Art. 9", "Art. 26", id="provider"),
        pytest.param("deployer", "Art. 26", "Art. 9", id="deployer"),
    ],
)
def test_duties_follow_the_role(role: str, named: str, absent: str) -> None:
    found = finding(classified(EU, answers(EU, credit_scoring=True), role=role), "annex-iii-5-b")

    assert found is not None
    assert any(duty.endswith(f"({named})") for duty in found.obligations)
    assert not any(duty.endswith(f"({absent})") for duty in found.obligations)


def test_without_a_role_every_duty_is_listed() -> None:
    found = finding(classified(EU, answers(EU, credit_scoring=True)), "annex-iii-5-b")

    assert found is not None
    assert len(found.obligations) == len(EU.class_named("high_risk_annex_iii").obligations)


@pytest.mark.parametrize(("day", "overdue"), [(-1, False), (0, True)])
def test_table_is_overdue_from_its_review_date_on(day: int, overdue: bool) -> None:
    assert classified(EU, answers(EU), today=EU.review_by + timedelta(days=day)).overdue is overdue


@pytest.mark.parametrize("table", REGIMES.tables, ids=lambda table: table.id)
def test_conditions_compile_and_name_facts_that_can_be_stated(table: LegalRegime) -> None:
    problems = [(place, CONDITIONS.problem(c), unknown_facts(c)) for place, c in table.conditions]

    assert [p for p in problems if p[1] is not None or p[2]] == []


@pytest.mark.parametrize("table", REGIMES.tables, ids=lambda table: table.id)
def test_second_hand_tables_say_so(table: LegalRegime) -> None:
    assert classified(table, answers(table)).source_status == "unverified"


def test_every_question_is_read_by_some_table_or_closes_one_that_is() -> None:
    read = {c for table in REGIMES.tables for _, condition in table.conditions for c in condition.split()}
    text = " ".join(read)
    direct = {q.id for q in REGIMES.questions if f"system.legal_facts.{q.id}" in text}
    closing = {parent for identifier in direct for parent in REGIMES.ancestors(identifier)}

    assert {q.id for q in REGIMES.questions} - direct - closing == set()


def test_dates_are_those_of_the_act_as_amended() -> None:
    dates = {row.id: row.effective_from for row in EU.rows}

    assert dates["art-5-1-a"] == date(2025, 2, 2)
    assert dates["art-53"] == date(2025, 8, 2)
    assert dates["art-50-1"] == date(2026, 8, 2)
    assert dates["art-50-2-earlier"] == dates["art-5-1-ba"] == date(2026, 12, 2)
    assert {d for row, d in dates.items() if row.startswith("annex-iii")} == {date(2027, 12, 2)}
    assert dates["art-6-1"] == date(2028, 8, 2)


@pytest.mark.parametrize(
    ("today", "phrase"),
    [
        pytest.param(date(2027, 12, 1), "high-risk under Annex III from 2027-12-02", id="the day before"),
        pytest.param(date(2027, 12, 2), "high-risk under Annex III", id="the day"),
    ],
)
def test_headline_says_from_when_a_class_binds(today: date, phrase: str) -> None:
    assert classified(EU, answers(EU, credit_scoring=True), today=today).phrase == phrase


def test_yes_to_a_far_wider_question_presumes_nothing() -> None:
    given = answers(EU, credit_scoring=True, law_enforcement=None)
    for question in REGIMES.questions:
        if "law_enforcement" in REGIMES.ancestors(question.id):
            given.pop(question.id)

    result = classified(EU, given)

    policing = {f.status for f in result.findings if f.row.startswith("annex-iii-6")}
    assert policing == {FindingStatus.UNKNOWN}
