import json
from pathlib import Path

import pytest

from roadworthy.policy.frameworks import is_plausible

CATALOGUES = Path(__file__).parents[3] / "shared" / "catalogs"


@pytest.mark.parametrize(
    ("framework", "identifier"),
    [
        ("nist-ai-rmf", "GOVERN 1.7"),
        ("nist-ai-rmf", "MEASURE 2.13"),
        ("nist-ai-600-1", "MS-2.7-007"),
        ("nist-ai-600-1", "MS-2.10-001"),
        ("eu-ai-act", "Art. 15(1)"),
        ("eu-ai-act", "Art. 4"),
        ("eu-ai-act", "Art. 16(a)"),
        ("eu-ai-act", "Art. 5(1)(ba)"),
        ("eu-ai-act", "Art. 113"),
        ("eu-ai-act", "Annex IV"),
        ("eu-ai-act", "Annex XIII"),
        ("iso-42001", "A.2.2"),
        ("iso-42001", "A.6.2.8"),
        ("owasp-llm", "LLM10:2025"),
        ("owasp-asi", "ASI01:2026"),
        ("mitre-atlas", "AML.T0051.001"),
        ("mitre-atlas", "AML.M0020"),
    ],
)
def test_identifiers_that_exist_are_plausible(framework, identifier):
    assert is_plausible(framework, identifier)


@pytest.mark.parametrize(
    ("framework", "identifier"),
    [
        ("nist-ai-rmf", "GOVERN 1.8"),
        ("nist-ai-rmf", "GOVERN-6.1"),
        ("nist-ai-600-1", "MEASURE 2.7"),
        ("eu-ai-act", "Art. 0"),
        ("eu-ai-act", "Art. 114"),
        ("eu-ai-act", "Article 15"),
        ("eu-ai-act", "Annex XIV"),
        ("eu-ai-act", "Annex IIII"),
        ("iso-42001", "A.6.2.1"),
        ("iso-42001", "A.11.2"),
        ("owasp-llm", "LLM11:2025"),
        ("owasp-llm", "LLM01:2023"),
        ("owasp-asi", "ASI00:2026"),
        ("mitre-atlas", "T0051"),
        ("unheard-of", "X.1"),
    ],
)
def test_identifiers_that_do_not_exist_are_not(framework, identifier):
    assert not is_plausible(framework, identifier)


@pytest.mark.shared
def test_numbers_are_those_of_the_catalogues():
    if not CATALOGUES.is_dir():
        pytest.skip("the catalogues are not beside the checkout")
    core = json.loads((CATALOGUES / "nist-ai-rmf-1.0-core.json").read_text(encoding="utf-8"))["subcategories"]
    iso = json.loads((CATALOGUES / "iso-42001-annex-a-ids.json").read_text(encoding="utf-8"))["control_ids"]

    assert len(core) == 72
    assert all(is_plausible("nist-ai-rmf", identifier) for identifier in core)
    assert len(iso) == 38
    assert all(is_plausible("iso-42001", identifier) for identifier in iso)
