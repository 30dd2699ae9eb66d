"""Law and supervisory guidance of the United Kingdom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.policy.frameworks.eu import GDPR_TOPICS
from roadworthy.policy.frameworks.framework import Framework, articles, numbers, sections

_TERMS = "Crown copyright, Open Government Licence v3.0; numbers only are used"

FRAMEWORKS: Mapping[str, Framework] = MappingProxyType(
    {
        "uk-gdpr": Framework(
            title="UK GDPR",
            edition="as amended by the Data (Use and Access) Act 2025",
            source="eur/2016/679 on the UK statute book; 99 articles, Art. 22A to 22D, 44A and 45A to 45C",
            terms=_TERMS,
            identifiers=articles(99, also="22[A-D]|44A|45[A-C]"),
            topics=GDPR_TOPICS
            | {
                "Art. 22A": "what a significant automated decision is",
                "Art. 22B": "restrictions on automated decisions",
                "Art. 22C": "safeguards for automated decisions",
                "Art. 44A": "transfers abroad",
            },
        ),
        "uk-dpa-2018": Framework(
            title="Data Protection Act 2018",
            edition="as amended",
            source="ukpga/2018/12; 215 sections and s. 164A",
            terms=_TERMS,
            identifiers=sections("s. ", f"({numbers(215)}|164A)"),
            topics={"s. 10": "special categories of data", "s. 164A": "complaints to controllers"},
        ),
        "uk-equality-act": Framework(
            title="Equality Act 2010",
            edition="as amended",
            source="ukpga/2010/15; 218 sections",
            terms=_TERMS,
            identifiers=sections("s. ", numbers(218)),
            topics={
                "s. 19": "indirect discrimination",
                "s. 20": "duty to make adjustments",
                "s. 29": "provision of services",
                "s. 39": "employees and applicants",
                "s. 149": "public sector equality duty",
            },
        ),
        "uk-ai-principles": Framework(
            title="A pro-innovation approach to AI regulation (Cm 815), five principles",
            edition="March 2023, response February 2024",
            source="Command Paper 815",
            terms=_TERMS,
            identifiers=frozenset(f"Principle {number}" for number in range(1, 6)),
            topics={
                "Principle 1": "safety, security and robustness",
                "Principle 2": "transparency and explainability",
                "Principle 3": "fairness",
                "Principle 4": "accountability and governance",
                "Principle 5": "contestability and redress",
            },
        ),
        "uk-pra-ss1-23": Framework(
            title="PRA SS1/23, model risk management principles for banks",
            edition="May 2023, in effect from 17 May 2024",
            source="Prudential Regulation Authority, Supervisory Statement 1/23",
            terms="© Bank of England; numbers only are used",
            identifiers=re.compile(r"Principle [1-5](\.\d)?"),
            topics={
                "Principle 1": "identification and tiering of models",
                "Principle 2": "governance",
                "Principle 3": "development, implementation and use",
                "Principle 4": "independent validation",
                "Principle 5": "mitigants of model risk",
            },
        ),
        "uk-children-code": Framework(
            title="Age appropriate design: a code of practice for online services",
            edition="in force from 2 September 2020",
            source="Information Commissioner's Office, 15 standards",
            terms=_TERMS,
            identifiers=frozenset(f"Standard {number}" for number in range(1, 16)),
            topics={
                "Standard 1": "best interests of the child",
                "Standard 2": "data protection impact assessments",
                "Standard 3": "age appropriate application",
                "Standard 4": "transparency",
                "Standard 5": "detrimental use of data",
                "Standard 7": "default settings",
                "Standard 8": "data minimisation",
                "Standard 9": "data sharing",
                "Standard 12": "profiling",
                "Standard 13": "nudge techniques",
                "Standard 15": "online tools",
            },
        ),
    }
)
"""By the name that links use."""
