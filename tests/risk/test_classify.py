from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.catalogues import load_regimes
from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.severity import RiskTier
from roadworthy.risk.answers import answered
from roadworthy.risk.classify import Classifier
from roadworthy.risk.law import LegalRegime, LegalRegimes, Question
from roadworthy.risk.model import UNKNOWN_CLASS, FindingStatus, RegimeResult
from roadworthy.risk.source import CatalogueSource, SourceStatus

REGIMES = load_regimes()
EU = next(table for table in REGIMES.tables if table.id == "eu-ai-act")
CONDITIONS = CelConditions()
QUESTIONS = tuple(question.id for question in REGIMES.questions)
partial = st.dictionaries(st.sampled_from(QUESTIONS), st.booleans())


def classified(given: dict[str, Any], *, table: LegalRegime = EU, regimes: LegalRegimes = REGIMES) -> RegimeResult:
    facts = {"system": {"key": "s", "markets": ["EU"], "legal_facts": given}, "components": []}
    return Classifier(
        regime=table, answers=answered(facts, regimes), conditions=CONDITIONS, today=date(2030, 1, 1)
    ).result()


@given(partial, st.fixed_dictionaries({q: st.booleans() for q in QUESTIONS}))
def test_no_answer_to_an_open_question_gives_a_graver_class_than_was_said_possible(
    given: dict[str, bool], rest: dict[str, bool]
) -> None:
    before = classified(given)
    inferred = answered({"system": {"legal_facts": given}}, REGIMES).inferred

    after = classified(given | {q: a for q, a in rest.items() if q not in given and q not in inferred})

    assert EU.gravity(after.established) <= EU.gravity(before.could_be or before.established)


@given(partial)
def test_class_is_unknown_exactly_when_it_could_be_graver(given: dict[str, bool]) -> None:
    result = classified(given)

    assert (result.outcome == UNKNOWN_CLASS) == (result.could_be is not None)
    assert result.could_be is None or EU.gravity(result.could_be) > EU.gravity(result.established)


@given(st.fixed_dictionaries({q: st.booleans() for q in QUESTIONS}))
def test_complete_answers_leave_nothing_open(given: dict[str, bool]) -> None:
    result = classified(given)

    assert result.could_be is None
    assert all(f.status in (FindingStatus.APPLIES, FindingStatus.EXEMPT) for f in result.findings)


@given(partial)
def test_prohibited_tier_exactly_when_a_prohibition_applies(given: dict[str, bool]) -> None:
    result = classified(given)

    applies = any(f.outcome == "prohibited" and f.status is FindingStatus.APPLIES for f in result.findings)
    assert (result.tier_floor is RiskTier.PROHIBITED) == applies


def test_condition_that_cannot_be_evaluated_is_open_never_false() -> None:
    row = replace(EU.rows[0], when="system.markets > 3")
    table = replace(EU, rows=(row,))

    (finding,) = classified({}, table=table).findings

    assert finding.status is FindingStatus.UNKNOWN
    assert "cannot be evaluated" in finding.rationale


def test_finding_says_where_an_inferred_answer_comes_from() -> None:
    given = {"interacts_with_people": True, "sensitive_area": False}
    row = replace(
        EU.rows[0],
        when="system.legal_facts.interacts_with_people && !system.legal_facts.credit_scoring",
    )

    (finding,) = classified(given, table=replace(EU, rows=(row,))).findings

    assert [(f.fact.rpartition(".")[2], f.value, f.inferred_from) for f in finding.facts] == [
        ("interacts_with_people", "true", None),
        ("credit_scoring", "false", "sensitive_area"),
    ]


def test_nearest_answered_question_decides_a_narrow_one() -> None:
    regimes = LegalRegimes(
        questions=(
            Question(id="wide", text="?"),
            Question(id="middle", text="?", closed_by="wide"),
            Question(id="narrow", text="?", closed_by="middle"),
        )
    )
    facts = {"system": {"legal_facts": {"wide": False, "middle": True}}}

    assert answered(facts, regimes).inferred == {}


@pytest.mark.parametrize("identifier", ["Upper", "with-dash", ""])
def test_malformed_question_ids_are_refused(identifier: str) -> None:
    with pytest.raises(ValueError, match="must look like 'some_fact'"):
        Question(id=identifier, text="?")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"rows": ()}, "has no rows", id="no rows"),
        pytest.param({"sources": ()}, "names no source", id="no source"),
        pytest.param({"licence": " "}, "states no licence", id="no licence"),
        pytest.param({"default_class": "nothing"}, "unknown classes: nothing", id="unknown default"),
    ],
)
def test_table_that_is_not_whole_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(EU, **changed)


def test_table_is_verified_only_when_every_source_is() -> None:
    def source(status: SourceStatus) -> CatalogueSource:
        return replace(EU.sources[0], status=status)

    mixed = replace(EU, sources=(source(SourceStatus.VERIFIED), source(SourceStatus.UNVERIFIED)))
    checked = replace(EU, sources=(source(SourceStatus.VERIFIED),))

    assert (mixed.source_status, checked.source_status) == (SourceStatus.UNVERIFIED, SourceStatus.VERIFIED)
