"""Standards and catalogues that no country made law: NIST, ISO, OWASP, MITRE, the United Nations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.policy.frameworks.framework import Framework, articles

_US = "work of the US Government, public domain in the US"

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


FRAMEWORKS: Mapping[str, Framework] = MappingProxyType(
    {
        "nist-ai-rmf": Framework(
            title="NIST AI RMF 1.0 (AI 100-1)",
            edition="1.0, January 2023",
            source="doi:10.6028/NIST.AI.100-1, tables 1 to 4",
            terms=_US,
            identifiers=frozenset(
                f"{function} {category}.{number}"
                for function, counts in _AI_RMF.items()
                for category, count in enumerate(counts, start=1)
                for number in range(1, count + 1)
            ),
        ),
        "nist-ai-600-1": Framework(
            title="NIST AI 600-1, Generative AI Profile",
            edition="July 2024",
            source="doi:10.6028/NIST.AI.600-1, action ids",
            terms=_US,
            identifiers=re.compile(r"(GV|MP|MS|MG)-[1-6]\.\d{1,2}-0\d{2}"),
        ),
        "iso-42001": Framework(
            title="ISO/IEC 42001:2023 Annex A",
            edition="2023",
            source="ISO/IEC 42001:2023, Annex A, numbers only",
            terms="copyright ISO; neither titles nor text are reproduced",
            identifiers=frozenset(
                f"{group}.{number}" for group, (first, last) in _ISO_42001.items() for number in range(first, last + 1)
            ),
        ),
        "owasp-llm": Framework(
            title="OWASP Top 10 for LLM Applications 2025",
            edition="2025",
            source="OWASP GenAI Security Project, identifiers",
            terms="text is CC BY-SA 4.0 and is not reproduced",
            identifiers=frozenset(f"LLM{number:02d}:2025" for number in range(1, 11)),
        ),
        "owasp-asi": Framework(
            title="OWASP Top 10 for Agentic Applications 2026",
            edition="2026",
            source="OWASP GenAI Security Project, identifiers",
            terms="text is CC BY-SA 4.0 and is not reproduced",
            identifiers=frozenset(f"ASI{number:02d}:2026" for number in range(1, 11)),
        ),
        "mitre-atlas": Framework(
            title="MITRE ATLAS",
            edition="data release 5.6 (2026)",
            source="atlas-data, technique and mitigation ids",
            terms="Apache-2.0, © MITRE",
            identifiers=re.compile(r"AML\.(T\d{4}(\.\d{3})?|M\d{4})"),
        ),
        "un-crc": Framework(
            title="Convention on the Rights of the Child",
            edition="1989",
            source="United Nations Treaty Series 1577; 54 articles",
            terms="treaty, numbers only are used",
            identifiers=articles(54),
            topics={
                "Art. 3": "best interests of the child",
                "Art. 16": "privacy",
                "Art. 19": "protection from violence and abuse",
                "Art. 34": "protection from sexual exploitation",
            },
        ),
    }
)
"""By the name that links use."""
