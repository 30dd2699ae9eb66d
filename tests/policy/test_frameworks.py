import json
import re
from pathlib import Path

import pytest

from roadworthy.policy.frameworks.known import FRAMEWORKS, is_plausible

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


@pytest.mark.parametrize(
    ("framework", "identifier"),
    [
        ("eu-gdpr", "Art. 22(2)(a)"),
        ("eu-mdr", "Annex XVI"),
        ("us-ecoa-reg-b", "12 CFR 1002.9(b)(2)"),
        ("us-fcra", "15 U.S.C. 1681m(a)"),
        ("us-sr-11-7", "S3.2"),
        ("us-hipaa", "45 CFR 164.312(a)(2)(iv)"),
        ("us-hti-1", "45 CFR 170.315(b)(11)(iv)"),
        ("us-uniform-guidelines", "29 CFR 1607.4D"),
        ("us-nyc-ll144", "NYC 20-871(a)(1)"),
        ("us-coppa", "16 CFR 312.5(b)(1)"),
        ("uk-gdpr", "Art. 22B(1)"),
        ("uk-equality-act", "s. 19(1)"),
        ("uk-children-code", "Standard 15"),
        ("un-crc", "Art. 3(1)"),
    ],
)
def test_laws_have_the_identifiers_that_they_have(framework, identifier):
    assert is_plausible(framework, identifier)


@pytest.mark.parametrize(
    ("framework", "identifier"),
    [
        ("eu-gdpr", "Art. 100"),
        ("eu-gdpr", "Art. 22B"),
        ("eu-dora", "Annex I"),
        ("us-ecoa-reg-b", "12 CFR 1002.17"),
        ("us-sr-11-7", "S5"),
        ("us-hipaa", "45 CFR 164.303"),
        ("us-coppa", "16 CFR 312.14"),
        ("uk-equality-act", "s. 219"),
        ("uk-children-code", "Standard 16"),
        ("uk-pra-ss1-23", "Principle 6"),
        ("un-crc", "Art. 55"),
    ],
)
def test_laws_do_not_have_others(framework, identifier):
    assert not is_plausible(framework, identifier)


def test_every_framework_names_its_edition_source_and_terms():
    for name, framework in FRAMEWORKS.items():
        assert all(text.strip() for text in (framework.title, framework.edition, framework.source, framework.terms)), (
            name
        )


def test_topics_are_of_identifiers_that_exist():
    wrong = [(name, part) for name, known in FRAMEWORKS.items() for part in known.topics if not known.has(part)]

    assert wrong == [("us-hti-1", "45 CFR 170.315")]  # the section holds many paragraphs, and only one is about this


def test_a_topic_is_found_by_the_part_that_it_is_about():
    assert FRAMEWORKS["eu-ai-act"].topic("Art. 15(1)") == "accuracy, robustness and cybersecurity"
    assert FRAMEWORKS["eu-ai-act"].topic("Art. 113") == ""


@pytest.mark.shared
def test_sections_of_guidance_on_model_risk_are_those_of_the_catalogue():
    if not CATALOGUES.is_dir():
        pytest.skip("the catalogues are not beside the checkout")
    text = (CATALOGUES / "finos-aigf/references/sr11-7.yml").read_text(encoding="utf-8")

    assert set(re.findall(r"SR 11-7 (S\d(?:\.\d)?):", text)) == FRAMEWORKS["us-sr-11-7"].identifiers
