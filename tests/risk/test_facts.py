from __future__ import annotations

import pytest

from roadworthy.risk.facts import legal_answers, named_facts, prepared, stated


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("true", ()),
        ("system.role == 'provider'", ("system.role",)),
        ("'system.role' in system.markets", ("system.markets",)),
        ("components.exists(c, c.type == 'tool')", ("components",)),
        (
            "system.legal_facts.a || system.legal_facts.b || system.legal_facts.a",
            ("system.legal_facts.a", "system.legal_facts.b"),
        ),
    ],
)
def test_facts_that_a_condition_reads(expression: str, expected: tuple[str, ...]) -> None:
    assert named_facts(expression) == expected


def test_nulls_and_empty_lists_of_people_say_nothing() -> None:
    facts = prepared({"system": {"role": None, "markets": [], "data_classes": []}, "components": []}, {})

    assert facts["system"] == {"data_classes": [], "legal_facts": {}}


def test_a_fact_that_is_not_there_is_not_stated() -> None:
    assert stated({"system": {"legal_facts": {}}}, "system.legal_facts.social_scoring") is None


@pytest.mark.parametrize("answer", ["no", 0, None])
def test_an_answer_that_is_no_boolean_is_refused(answer: object) -> None:
    with pytest.raises(ValueError, match=r"`system\.legal_facts\.social_scoring` must be true or false"):
        legal_answers({"system": {"legal_facts": {"social_scoring": answer}}})  # type: ignore[dict-item] # wrong on purpose
