"""Law and supervisory guidance of the United States."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.policy.frameworks.framework import Framework, numbers, sections

_TERMS = "work of the US Government, public domain in the US"
_SR_11_7 = "S2 S2.1 S2.2 S2.3 S3 S3.1 S3.2 S3.3 S4 S4.1 S4.2 S4.3 S4.4 S4.5"

FRAMEWORKS: Mapping[str, Framework] = MappingProxyType(
    {
        "us-ecoa-reg-b": Framework(
            title="Regulation B, Equal Credit Opportunity (12 CFR Part 1002)",
            edition="as codified, 2026",
            source="12 CFR 1002.1 to 1002.16",
            terms=_TERMS,
            identifiers=sections("12 CFR 1002.", numbers(16)),
            topics={
                "12 CFR 1002.4": "discrimination in credit",
                "12 CFR 1002.6": "what may be evaluated",
                "12 CFR 1002.9": "notice of adverse action and its reasons",
                "12 CFR 1002.12": "keeping of records",
            },
        ),
        "us-fcra": Framework(
            title="Fair Credit Reporting Act (15 U.S.C. 1681)",
            edition="as codified, 2026",
            source="15 U.S.C. 1681 to 1681x",
            terms=_TERMS,
            identifiers=sections("15 U.S.C. 1681", "[a-x]?(-[1-3])?"),
            topics={"15 U.S.C. 1681e": "accuracy", "15 U.S.C. 1681m": "notice of adverse action"},
        ),
        "us-ftc-act": Framework(
            title="Federal Trade Commission Act, section 5 (15 U.S.C. 45)",
            edition="as codified, 2026",
            source="15 U.S.C. 45",
            terms=_TERMS,
            identifiers=sections("15 U.S.C. ", "45"),
            topics={"15 U.S.C. 45": "unfair or deceptive acts or practices"},
        ),
        "us-sr-11-7": Framework(
            title="SR 11-7, Guidance on Model Risk Management",
            edition="April 2011",
            source="Federal Reserve SR letter 11-7 and OCC Bulletin 2011-12; sections numbered as in FINOS AIGF",
            terms=_TERMS,
            identifiers=frozenset(_SR_11_7.split()),
            topics={
                "S2": "development, implementation and use",
                "S2.1": "development",
                "S2.2": "implementation",
                "S2.3": "use",
                "S3": "validation",
                "S3.1": "evaluation of conceptual soundness",
                "S3.2": "ongoing monitoring",
                "S3.3": "outcomes analysis",
                "S4": "governance, policies and controls",
                "S4.1": "board and senior management",
                "S4.2": "policies and procedures",
                "S4.3": "model inventory",
                "S4.4": "internal audit",
                "S4.5": "roles and incentives",
            },
        ),
        "us-hipaa": Framework(
            title="HIPAA Privacy, Security and Breach Rules (45 CFR Part 164)",
            edition="as codified, 2026",
            source="45 CFR 164.302 to 164.318, 164.400 to 164.414, 164.500 to 164.534",
            terms=_TERMS,
            identifiers=sections("45 CFR 164.", r"(30[2468]|31[02468]|40[0-9]|41[0-4]|5[0-2]\d|53[0-4])"),
            topics={
                "45 CFR 164.308": "administrative safeguards",
                "45 CFR 164.312": "technical safeguards",
                "45 CFR 164.404": "notice of a breach to the person",
                "45 CFR 164.502": "uses and disclosures, minimum necessary",
                "45 CFR 164.504": "business associates",
                "45 CFR 164.514": "de-identification and minimum necessary",
                "45 CFR 164.524": "access to one's own information",
            },
        ),
        "us-aca-1557": Framework(
            title="Section 1557 of the Affordable Care Act (45 CFR Part 92)",
            edition="final rule of May 2024",
            source="45 CFR 92.1 to 92.304",
            terms=_TERMS,
            identifiers=sections("45 CFR 92.", r"([1-9]|10\d|20\d|21\d|30[0-4])"),
            topics={"45 CFR 92.210": "no discrimination through patient care decision support tools"},
        ),
        "us-hti-1": Framework(
            title="Health IT certification, decision support interventions (45 CFR 170.315)",
            edition="final rule HTI-1, January 2024",
            source="45 CFR 170.315(b)(11)",
            terms=_TERMS,
            identifiers=re.compile(r"45 CFR 170\.315\(b\)\(11\)(\([ivx]{1,4}\))?(\([A-Z]\))?"),
            topics={"45 CFR 170.315": "predictive decision support: source attributes and risk management"},
        ),
        "us-uniform-guidelines": Framework(
            title="Uniform Guidelines on Employee Selection Procedures (29 CFR Part 1607)",
            edition="as codified, 2026",
            source="29 CFR 1607.1 to 1607.18",
            terms=_TERMS,
            identifiers=re.compile(rf"29 CFR 1607\.{numbers(18)}([A-Z])?"),
            topics={
                "29 CFR 1607.4": "impact of selection and its records",
                "29 CFR 1607.4D": "adverse impact and the four-fifths rule",
                "29 CFR 1607.5": "validity studies",
                "29 CFR 1607.15": "documentation of impact and validity",
            },
        ),
        "us-ada": Framework(
            title="Americans with Disabilities Act, Title I (42 U.S.C. 12111 to 12117)",
            edition="as codified, 2026",
            source="42 U.S.C. 12111 to 12117",
            terms=_TERMS,
            identifiers=sections("42 U.S.C. ", "1211[1-7]"),
            topics={"42 U.S.C. 12112": "discrimination, and selection criteria that screen people out"},
        ),
        "us-nyc-ll144": Framework(
            title="New York City Local Law 144 of 2021 (automated employment decision tools)",
            edition="with the rules of April 2023",
            source="NYC Administrative Code 20-870 to 20-874; 6 RCNY 5-300 to 5-304",
            terms="law, numbers only are used",
            identifiers=re.compile(r"(NYC 20-87[0-4]|6 RCNY 5-30[0-4])(\([a-z]\))?(\(\d\))?"),
            topics={"NYC 20-871": "bias audit and notices", "6 RCNY 5-301": "contents of a bias audit"},
        ),
        "us-colorado-admt": Framework(
            title="Colorado Automated Decision-Making Technology act (SB 26-189)",
            edition="signed 14 May 2026, in effect from 1 January 2027; read second-hand",
            source="C.R.S. 6-1-1701 and following",
            terms="law, numbers only are used",
            identifiers=re.compile(r"C\.R\.S\. 6-1-170[1-7]"),
            topics={
                "C.R.S. 6-1-1702": "what developers document",
                "C.R.S. 6-1-1704": "notice and explanation by deployers",
                "C.R.S. 6-1-1705": "correction and human review",
            },
        ),
        "us-coppa": Framework(
            title="Children's Online Privacy Protection Rule (16 CFR Part 312)",
            edition="as amended in 2025",
            source="16 CFR 312.1 to 312.13",
            terms=_TERMS,
            identifiers=sections("16 CFR 312.", numbers(13)),
            topics={
                "16 CFR 312.4": "notice",
                "16 CFR 312.5": "parental consent",
                "16 CFR 312.7": "no conditioning on more data than needed",
                "16 CFR 312.8": "confidentiality and security",
                "16 CFR 312.10": "retention and deletion",
            },
        ),
    }
)
"""By the name that links use."""
