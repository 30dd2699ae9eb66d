"""What Annex IV asks for, point by point, condensed in our own words. Data; the law's own text is what counts.

Source:
    Regulation (EU) 2024/1689, Article 11(1) and Annex IV (OJ L, 2024/1689, 12.7.2024).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.subject import STRICT

LAW = "Regulation (EU) 2024/1689"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point or letter of the annex. Where the annex has no letters, we number its parts."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``1`` for a point, ``1(a)`` for a letter of it, ``3 i`` for a part that has no letter."""

    title: str
    asks: str
    """What is to be described there, condensed; empty for the heading of a point with letters."""

    cites: str
    """Where the law asks for it."""


def _point(id_: str, title: str, asks: str = "", *, and_: str = "") -> Point:
    number = id_.partition(" ")[0]
    where = f"Annex IV({number[0]}){number[1:]}"
    return Point(id=id_, title=title, asks=asks, cites=f"{where}; {and_}" if and_ else where)


OUTLINE: tuple[Point, ...] = (
    _point("1", "General description"),
    _point(
        "1(a)", "Intended purpose, provider and version",
        "What the system is meant for, who provides it, which version this is and how it follows from earlier ones.",
        and_="Art. 3(12)",
    ),
    _point(
        "1(b)", "Interaction with other hardware and software",
        "What outside the system it works with, other AI systems included.",
    ),
    _point("1(c)", "Software versions", "Versions of the software that it needs, and what their updates require."),
    _point("1(d)", "Forms in which it is supplied", ("Every form in which it is placed on the market or put into "
        "service.")),
    _point("1(e)", "Hardware", "On what hardware it is meant to run."),
    _point("1(f)", "Product that it is part of", "Where it is a component of a product: what that product looks like."),
    _point("1(g)", "User interface", "What the deployer sees and handles."),
    _point("1(h)", "Instructions for use", "The instructions that the deployer gets.", and_="Art. 13"),
    _point("2", "Elements and development"),
    _point(
        "2(a)", "Methods and steps of development",
        "How it was made, and which systems or tools of third parties were used, integrated or changed.",
    ),
    _point(
        "2(b)", "Design specification",
        "Its logic, the main choices with their reasons and assumptions, for whom it is meant, what it is made to "
        "optimise, the output that is expected, and what was traded off.",
    ),
    _point(
        "2(c)", "Architecture and computing resources",
        "How the parts build on each other, and with what computing power it was developed, trained and tested.",
    ),
    _point(
        "2(d)", "Data",
        "Datasheets: where training data comes from, its scope and main features, how it was obtained, chosen, "
        "labelled and cleaned.",
        and_="Art. 10",
    ),
    _point(
        "2(e)", "Assessment of human oversight",
        "Which oversight is needed, and what helps deployers to understand the output.",
        and_="Art. 14; Art. 13(3)(d)",
    ),
    _point(
        "2(f)", "Changes determined beforehand",
        "Which later changes of system and performance are planned, and how requirements stay met.",
    ),
    _point(
        "2(g)", "Validation and testing",
        "Test data, metrics for accuracy, robustness and possible discrimination, and the test reports, dated and "
        "signed.",
        and_="Art. 15",
    ),
    _point("2(h)", "Cybersecurity", "What protects it against attack.", and_="Art. 15(5)"),
    _point("3", "Monitoring, functioning and control"),
    _point(
        "3 i", "Capabilities and limits",
        "How accurate it is, for which groups of people, and what accuracy its purpose lets one expect.",
    ),
    _point(
        "3 ii", "Unintended outcomes and sources of risk",
        "What may go wrong for health, safety and fundamental rights, discrimination included.",
    ),
    _point("3 iii", "Human oversight measures", "Who oversees it and by what means.", and_="Art. 14"),
    _point("3 iv", "Input data", "What the input must be like, where that matters."),
    _point("4", "Appropriateness of the metrics", "Why these metrics fit this system."),
    _point(
        "5", "Risk management system",
        "Which risks were identified, how they were estimated, what is done about them, and what remains.",
        and_="Art. 9",
    ),
    _point("6", "Changes through the lifecycle", "What the provider changed that matters."),
    _point(
        "7", "Standards applied",
        "Harmonised standards applied in full or in part; where there are none, what was done instead.",
        and_="Art. 40",
    ),
    _point("8", "EU declaration of conformity", "A copy of the declaration.", and_="Art. 47"),
    _point(
        "9", "Post-market monitoring",
        "The system that evaluates performance after release, and its plan.",
        and_="Art. 72",
    ),
)  # fmt: skip
"""Every point in the order of the annex."""

NOT_OWED = (
    "The assessment does not find this system to be high-risk under the EU AI Act, so Article 11 does not oblige "
    "anybody to draw up this file. It is written all the same; its order is the one that an authority knows."
)
OWED = (
    "The assessment finds this system to be high-risk under the EU AI Act. Article 11 asks the provider for this "
    "file before the system is placed on the market or put into service, Article 18 to keep it for ten years."
)
FORBIDDEN = (
    "The assessment finds a practice that Article 5 of the EU AI Act prohibits. No technical file makes it lawful; "
    "this one only records what is known."
)
CANNOT_TELL = (
    "Whether this system is high-risk under the EU AI Act cannot be told: facts that decide it are not stated. "
    "Until they are, treat this file as owed (Article 11)."
)
SIMPLIFIED = (
    "Small and medium-sized enterprises, start-ups included, may give these elements in a simplified manner, on the "
    "form that the Commission sets up for them (Article 11(1), second subparagraph). This file keeps every "
    "point, so that it "
    "can be carried over to that form; whether the enterprise is one of these is for it to show."
)
