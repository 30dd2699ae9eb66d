from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.severity import RiskTier
from roadworthy.policy.facts import unknown_facts

CATALOGUE = load_threats()
CATALOGS = Path(__file__).parents[4] / "shared" / "catalogs"
beside = pytest.mark.skipif(not CATALOGS.exists(), reason="the development data are not beside this checkout")

CATEGORIES = {
    "quality", "grounding", "harmful_refusal", "over_refusal", "personal_data", "prompt_leak",
    "injection_indirect", "injection_direct", "tool_use", "malformed_input", "secrets", "robustness",
    "fairness_text", "multilingual",
}  # fmt: skip


def test_ids_run_without_a_gap() -> None:
    ids = [threat.id for threat in CATALOGUE.threats]

    assert ids == [f"T{n:02}" for n in range(1, len(ids) + 1)]
    assert len(ids) >= 36


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("T01", "Direct prompt injection"),
        ("T02", "documents"),
        ("T03", "tool results"),
        ("T07", "Secrets"),
        ("T08", "Unauthorised action"),
        ("T15", "changes silently"),
        ("T28", "tenants"),
        ("T33", "exfiltration"),
        ("T36", "drift"),
    ],
)
def test_ids_that_packs_refer_to_keep_their_meaning(identifier: str, words: str) -> None:
    assert words in CATALOGUE.threat(identifier).title


def test_every_threat_refers_to_a_framework_or_an_evaluation() -> None:
    bare = [t.id for t in CATALOGUE.threats if not (t.atlas or t.owasp_llm or t.owasp_asi or t.evaluation)]

    assert bare == []


def test_evaluation_categories_are_known() -> None:
    assert {c for threat in CATALOGUE.threats for c in threat.evaluation} <= CATEGORIES


def test_conditions_compile_and_name_facts_that_can_be_stated() -> None:
    language = CelConditions()

    problems = [(owner, language.problem(c), unknown_facts(c)) for owner, c in CATALOGUE.conditions]

    assert [p for p in problems if p[1] is not None or p[2]] == []


def test_every_source_names_licence_and_digest() -> None:
    assert all(source.licence and source.digest.startswith("sha256:") for source in CATALOGUE.sources)


def test_matrix_is_the_published_one() -> None:
    letters = {RiskTier.MINIMAL: "m", RiskTier.LIMITED: "l", RiskTier.HIGH: "h", RiskTier.CRITICAL: "c"}

    assert ["".join(letters[t] for t in row) for row in CATALOGUE.method.matrix.rows] == [
        "mmmmm",
        "mmmmm",
        "mmlll",
        "mmlhh",
        "mlhcc",
    ]


def test_worse_tiers_are_assessed_at_least_as_often() -> None:
    days = [CATALOGUE.method.valid_days[tier] for tier in RiskTier]

    assert days == sorted(days, reverse=True)


@pytest.mark.shared
@beside
def test_atlas_ids_exist_in_the_release_that_the_catalogue_names() -> None:
    content = (CATALOGS / "mitre-atlas" / "ATLAS.yaml").read_bytes()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    atlas = yaml.load(content, Loader=loader)  # noqa: S506 - a safe loader, the fast one where there is one
    known = {technique["id"] for matrix in atlas["matrices"] for technique in matrix["techniques"]}

    assert {i for threat in CATALOGUE.threats for i in threat.atlas} - known == set()
    assert CATALOGUE.sources[0].digest == digest_of_bytes(content)


@pytest.mark.shared
@beside
def test_owasp_ids_exist_and_each_is_used() -> None:
    content = (CATALOGS / "owasp-llm-asi-identifiers.json").read_bytes()
    known = {identifier for names in json.loads(content)["lists"].values() for identifier in names}

    used = {i for threat in CATALOGUE.threats for i in (*threat.owasp_llm, *threat.owasp_asi)}

    assert used == known
    assert CATALOGUE.sources[1].digest == digest_of_bytes(content)
