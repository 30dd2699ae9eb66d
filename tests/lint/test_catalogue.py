"""The shipped rules hold together: each can be asked and says what it serves."""

import re

from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.detectors import DETECTORS
from roadworthy.lint.engine import Engine
from roadworthy.lint.model import Area, Named
from roadworthy.runtime.linting import lint_rules_page

RULES = read_rules()
SHAPES = {
    "cwe": r"CWE-[1-9][0-9]{0,3}",
    "owasp-llm": r"LLM(?:0[1-9]|10):2025",
    "owasp-asi": r"ASI(?:0[1-9]|10):2026",
    "mitre-atlas": r"AML\.(?:T|M|TA)[0-9]{4}(?:\.[0-9]{3})?",
    "eu-ai-act": r"(?:Art|Annex|Recital)\b.*",
    "nist-ai-rmf": r"(?:GOVERN|MAP|MEASURE|MANAGE) [0-9.]+",
    "nist-ai-600-1": r".+",
    "iso-42001": r"A\.[0-9.]+",
}


def test_every_rule_can_be_asked():
    assert len(Engine(RULES).rules) == len(RULES) >= 60


def test_every_area_has_rules():
    assert {rule.area for rule in RULES} >= {Area.PROMPT, Area.SECRET, Area.LOGGING}


def test_a_rule_names_what_it_serves_by_an_identifier_of_the_framework():
    assert [rule.id for rule in RULES if not rule.references] == []
    wrong = [
        (rule.id, reference.framework, reference.id)
        for rule in RULES
        for reference in rule.references
        if not re.fullmatch(SHAPES[reference.framework], reference.id)
    ]

    assert wrong == []


def test_a_rule_reads_as_sentences():
    wrong = [r.id for r in RULES if r.title.endswith(".") or not (r.why.endswith(".") and r.fix.endswith("."))]

    assert wrong == []


def test_every_detector_serves_a_rule():
    used = {rule.detect.name for rule in RULES if isinstance(rule.detect, Named)}

    assert used == set(DETECTORS)


def test_the_page_names_every_rule():
    page = lint_rules_page()

    assert [rule.id for rule in RULES if f"| `{rule.id}` |" not in page] == []
