"""Values that the tests of risk share. Plain data and fixtures; nothing is faked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from roadworthy.adapters.catalogues import load_regimes, load_threats
from roadworthy.adapters.conditions import CelConditions
from roadworthy.risk.assess import assess
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.law import LegalRegimes
from roadworthy.risk.model import Risk, RiskAssessment

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

Assess = Callable[..., RiskAssessment]


@pytest.fixture(scope="session")
def regimes() -> LegalRegimes:
    return load_regimes()


@pytest.fixture(scope="session")
def catalogue() -> ThreatCatalogue:
    return load_threats()


@pytest.fixture(scope="session")
def conditions() -> CelConditions:
    return CelConditions()


@pytest.fixture
def all_no(regimes: LegalRegimes) -> dict[str, bool]:
    """Every wide question answered no; the narrower ones follow."""
    return {question.id: False for question in regimes.questions if question.closed_by is None}


@pytest.fixture
def system(all_no: dict[str, bool]) -> dict[str, Any]:
    """A stated, harmless system: it informs staff from public data and a person checks every result."""
    return {
        "key": "faq",
        "role": "provider",
        "markets": ["EU"],
        "languages": ["en"],
        "users": ["staff"],
        "affected_groups": ["staff"],
        "data_classes": ["public"],
        "autonomy": "assists",
        "decision_effect": "informs",
        "human_oversight": "in",
        "legal_facts": all_no,
    }


@pytest.fixture
def support_desk(system: dict[str, Any]) -> dict[str, Any]:
    """A chat over documents that outsiders write, with tools that write, send and pay."""
    answers = system["legal_facts"] | {
        "interacts_with_people": True,
        "generates_synthetic_content": True,
        "on_market_before_2026_08_02": False,
        "produces_images_or_sound": False,
        "child_abuse_material": False,
        "public_interest_text": False,
    }
    tools = {"lookup": ["read"], "ticket": ["write"], "mail": ["send"], "refund": ["pay"]}
    return {
        "system": system
        | {
            "key": "support-desk",
            "data_classes": ["internal", "personal"],
            "autonomy": "supervised",
            "decision_effect": "acts",
            "human_oversight": "on",
            "legal_facts": answers,
        },
        "components": [
            {"type": "hosted_model", "key": "llm", "pin": "exact", "uses": []},
            {"type": "prompt", "key": "prompt", "uses": []},
            {"type": "index", "key": "kb", "role": "rag", "trusted": False, "personal_data": False, "uses": []},
            *({"type": "tool", "key": key, "side_effects": e, "uses": []} for key, e in tools.items()),
            {"type": "agent", "key": "chat", "uses": ["llm", "prompt", "kb", *tools], "max_steps": 5},
        ],
    }


@pytest.fixture
def run(regimes: LegalRegimes, catalogue: ThreatCatalogue, conditions: CelConditions) -> Assess:
    """Assess facts with the shipped data."""

    def assessed(
        facts: Mapping[str, Any],
        *,
        now: datetime = NOW,
        assessed: tuple[Risk, ...] = (),
        valid_days: int | None = None,
        author: str = "risk owner",
    ) -> RiskAssessment:
        return assess(
            facts,
            regimes=regimes,
            catalogue=catalogue,
            conditions=conditions,
            now=now,
            author=author,
            id="assessment_01",
            assessed=assessed,
            valid_days=valid_days,
        )

    return assessed
