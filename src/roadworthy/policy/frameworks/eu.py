"""Law of the European Union."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.policy.frameworks.framework import Framework, articles

_TERMS = "EU legislation, reuse permitted with source"
_ROMAN = "I{1,3}|I?[VX]|VI{1,3}|XI{1,3}"

_AI_ACT_TOPICS = {
    "Art. 4": "AI literacy",
    "Art. 5": "prohibited practices",
    "Art. 6": "which systems are high-risk",
    "Art. 9": "risk management system",
    "Art. 10": "data and data governance",
    "Art. 11": "technical documentation",
    "Art. 12": "record-keeping",
    "Art. 13": "transparency towards deployers",
    "Art. 14": "human oversight",
    "Art. 15": "accuracy, robustness and cybersecurity",
    "Art. 16": "duties of providers of high-risk systems",
    "Art. 17": "quality management system",
    "Art. 18": "keeping of documentation",
    "Art. 19": "automatically generated logs",
    "Art. 20": "corrective action",
    "Art. 25": "responsibilities along the value chain",
    "Art. 26": "duties of deployers of high-risk systems",
    "Art. 27": "fundamental rights impact assessment",
    "Art. 43": "conformity assessment",
    "Art. 49": "registration",
    "Art. 50": "transparency towards people",
    "Art. 53": "duties of providers of general-purpose models",
    "Art. 55": "general-purpose models with systemic risk",
    "Art. 72": "post-market monitoring",
    "Art. 73": "reporting of serious incidents",
    "Art. 86": "right to an explanation of individual decisions",
    "Annex III": "areas of high-risk use",
    "Annex IV": "contents of the technical documentation",
}

GDPR_TOPICS = {
    "Art. 5": "principles of processing",
    "Art. 6": "lawfulness of processing",
    "Art. 7": "conditions for consent",
    "Art. 8": "children's consent",
    "Art. 9": "special categories of data",
    "Art. 12": "clear information",
    "Art. 13": "information where data is collected from the person",
    "Art. 14": "information where data comes from elsewhere",
    "Art. 15": "right of access",
    "Art. 16": "right to rectification",
    "Art. 17": "right to erasure",
    "Art. 21": "right to object",
    "Art. 22": "automated individual decisions",
    "Art. 25": "data protection by design and by default",
    "Art. 28": "processors",
    "Art. 30": "records of processing",
    "Art. 32": "security of processing",
    "Art. 33": "notice of a breach to the authority",
    "Art. 34": "notice of a breach to the person",
    "Art. 35": "data protection impact assessment",
    "Art. 44": "transfers to third countries",
    "Art. 46": "transfers with safeguards",
}
"""The numbers of the UK GDPR are the same."""

FRAMEWORKS: Mapping[str, Framework] = MappingProxyType(
    {
        "eu-ai-act": Framework(
            title="Regulation (EU) 2024/1689",
            edition="OJ L, 12 July 2024, as amended by Regulation (EU) 2026/1744",
            source="eli/reg/2024/1689; 113 articles, 13 annexes",
            terms=_TERMS,
            identifiers=articles(113, annexes=_ROMAN),
            topics=_AI_ACT_TOPICS,
        ),
        "eu-gdpr": Framework(
            title="Regulation (EU) 2016/679 (GDPR)",
            edition="OJ L 119, 4 May 2016",
            source="eli/reg/2016/679; 99 articles",
            terms=_TERMS,
            identifiers=articles(99),
            topics=GDPR_TOPICS,
        ),
        "eu-dsa": Framework(
            title="Regulation (EU) 2022/2065 (Digital Services Act)",
            edition="OJ L 277, 27 October 2022",
            source="eli/reg/2022/2065; 93 articles",
            terms=_TERMS,
            identifiers=articles(93),
            topics={"Art. 28": "protection of minors online"},
        ),
        "eu-dora": Framework(
            title="Regulation (EU) 2022/2554 (digital operational resilience)",
            edition="OJ L 333, 27 December 2022",
            source="eli/reg/2022/2554; 64 articles",
            terms=_TERMS,
            identifiers=articles(64),
            topics={
                "Art. 6": "ICT risk management framework",
                "Art. 17": "management of ICT incidents",
                "Art. 24": "testing of digital resilience",
                "Art. 28": "ICT third-party risk",
                "Art. 30": "contracts with ICT suppliers",
            },
        ),
        "eu-mdr": Framework(
            title="Regulation (EU) 2017/745 (medical devices)",
            edition="OJ L 117, 5 May 2017",
            source="eli/reg/2017/745; 123 articles, 17 annexes",
            terms=_TERMS,
            identifiers=articles(123, annexes=f"{_ROMAN}|XIV|XV|XVI|XVII"),
            topics={
                "Art. 2": "definitions, among them *intended purpose*",
                "Art. 83": "post-market surveillance",
                "Annex I": "general safety and performance",
            },
        ),
        "eu-consumer-credit": Framework(
            title="Directive (EU) 2023/2225 (consumer credit)",
            edition="OJ L, 30 October 2023",
            source="eli/dir/2023/2225; 50 articles",
            terms=_TERMS,
            identifiers=articles(50),
            topics={"Art. 6": "non-discrimination", "Art. 18": "assessment of creditworthiness"},
        ),
        "eu-equal-employment": Framework(
            title="Directive 2000/78/EC (equal treatment in employment)",
            edition="OJ L 303, 2 December 2000",
            source="eli/dir/2000/78; 21 articles",
            terms=_TERMS,
            identifiers=articles(21),
            topics={"Art. 2": "direct and indirect discrimination", "Art. 10": "burden of proof"},
        ),
    }
)
"""By the name that links use."""
