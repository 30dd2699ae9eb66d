"""What a foreign identifier looks like, per framework. Numbers are facts; no framework's text is here."""

from __future__ import annotations

import re

_AI_RMF = {
    "GOVERN": (7, 3, 2, 3, 2, 2),
    "MAP": (6, 3, 5, 2, 2),
    "MEASURE": (3, 13, 3, 3),
    "MANAGE": (4, 4, 2, 3),
}
"""Subcategories per category of each function."""

_ISO_42001 = {
    "A.2": (2, 4), "A.3": (2, 3), "A.4": (2, 6), "A.5": (2, 5), "A.6.1": (2, 3), "A.6.2": (2, 8),
    "A.7": (2, 6), "A.8": (2, 5), "A.9": (2, 4), "A.10": (2, 4),
}  # fmt: skip
"""First and last control of each group of Annex A."""

_KNOWN = {
    "nist-ai-rmf": frozenset(
        f"{function} {category}.{number}"
        for function, counts in _AI_RMF.items()
        for category, count in enumerate(counts, start=1)
        for number in range(1, count + 1)
    ),
    "iso-42001": frozenset(
        f"{group}.{number}" for group, (first, last) in _ISO_42001.items() for number in range(first, last + 1)
    ),
    "owasp-llm": frozenset(f"LLM{number:02d}:2025" for number in range(1, 11)),
    "owasp-asi": frozenset(f"ASI{number:02d}:2026" for number in range(1, 11)),
}

_ARTICLE = r"Art\. ([1-9]\d?|10\d|11[0-3])(\(\d{1,2}[a-z]?\))?(\([a-z]{1,2}\))?"
_ANNEX = r"Annex (I{1,3}|I?[VX]|VI{1,3}|XI{1,3})"

_SHAPES = {
    "nist-ai-600-1": re.compile(r"(GV|MP|MS|MG)-[1-6]\.\d{1,2}-0\d{2}"),
    "eu-ai-act": re.compile(rf"{_ARTICLE}|{_ANNEX}"),
    "mitre-atlas": re.compile(r"AML\.(T\d{4}(\.\d{3})?|M\d{4})"),
}


def is_plausible(framework: str, identifier: str) -> bool:
    """Return whether ``identifier`` is one that ``framework`` has, as far as its shape and numbers say.

    Source:
        NIST AI 100-1 (2023), tables 1 to 4; ISO/IEC 42001:2023, Annex A (numbers only);
        NIST AI 600-1 (2024), action ids; Regulation (EU) 2024/1689 (113 articles, 13 annexes);
        OWASP Top 10 for LLM Applications 2025 and for Agentic Applications 2026; MITRE ATLAS 5.6.

    >>> is_plausible("nist-ai-rmf", "MEASURE 2.13"), is_plausible("nist-ai-rmf", "MEASURE 2.14")
    (True, False)
    """
    if framework in _KNOWN:
        return identifier in _KNOWN[framework]
    shape = _SHAPES.get(framework)
    return shape is not None and shape.fullmatch(identifier) is not None
