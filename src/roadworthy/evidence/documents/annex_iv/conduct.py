"""Points 3 to 9 of the file: how it behaves, what may go wrong, and what happens after release."""

from __future__ import annotations

from typing import TypeAlias

from roadworthy.evidence.documents.citation import Basis, Gap, Part, Passage
from roadworthy.evidence.documents.dossier import Dossier
from roadworthy.evidence.documents.parts import (
    attested,
    found,
    recorded,
    sentence,
    stated,
)
from roadworthy.gates.model import RuleOutcome
from roadworthy.inventory.diff import summary
from roadworthy.policy.frameworks.known import FRAMEWORKS

MOST_RISKS = 30
"""Risks that the file names one by one; the rest are counted."""

Filled: TypeAlias = tuple[Part, ...]
"""What stands under one point."""


def limits(d: Dossier) -> Filled:
    """Fill point 3 i: capabilities and limits."""
    quality = {"eval-quality", "eval-grounding", "eval-hallucination", "eval-robustness", "eval-consistency"}
    groups = {"eval-fairness", "eval-multilingual"}
    return (*found(d, quality), *found(d, groups))


def unintended(d: Dossier) -> Filled:
    """Fill point 3 ii: unintended outcomes and sources of risk."""
    threats = "; ".join(f"{t.threat} {t.title}" for t in d.assessment.threats)
    return (
        *stated(d, "foreseeable_misuse", lead="Foreseeable misuse"),
        *recorded(
            f"Threats that the system is exposed to by its parts and facts: {threats or 'none of the catalogue'}.",
            source=f"assessment {d.assessment.id}",
        ),
        *found(d, {"eval-harmful", "eval-personal-data", "oversight-impact", "rights-impact"}),
        *(
            Passage(
                basis=Basis.RECORDED,
                text=f"Open finding, {one.severity}, {one.status}: {sentence(one.title)}",
                source=f"finding {one.id}",
                tone="bad",
            )
            for one in d.findings
        ),
    )


def oversight_measures(d: Dossier) -> Filled:
    """Fill point 3 iii: human oversight measures."""
    return (
        *stated(d, "human_oversight", lead="Where the human stands"),
        *found(
            d, {"incident-stop", "oversight-recourse", "monitoring-logging", "log-retention", "automated-decisions"}
        ),
        *found(d, {"oversight-training", "ai-literacy"}),
    )


def input_data(d: Dossier) -> Filled:
    """Fill point 3 iv: input data."""
    return (
        *stated(d, "data_classes", lead="Kinds of data that it reads or keeps"),
        *found(d, {"eval-malformed", "guard-consumption"}),
    )


def metrics(d: Dossier) -> Filled:
    """Fill point 4: appropriateness of the metrics."""
    measures = sorted(
        {(j.metric, r.category or "", r.title) for r in d.decision.results for j in r.judged if j.slice == "all"}
    )
    used = "; ".join(f"{metric} for {title.lower()}" for metric, _, title in measures)
    known = recorded(
        f"Metrics used: {used}. Each is a rate with its denominator; a rule passes only if a confidence bound, not the "
        "average, lies on the right side of a threshold that was registered before the run.",
        source=f"decision {d.decision.id}",
    )
    return (
        *(known if used else ()),
        Gap(
            text="Why these metrics and thresholds fit this purpose and these people has not been argued by "
            "anybody for this system.",
            who="evaluator",
            closes="Have somebody independent judge them, and attest it.",
            command="rw attest review:evaluation --statement TEXT",
        ),
    )


def risks(d: Dossier) -> Filled:
    """Fill point 5: risk management system."""
    parts: list[Part] = [
        Passage(
            basis=Basis.RECORDED,
            text=f"{one.risk.id}, {one.tier.value} before controls ({one.path}): {sentence(one.risk.statement)} "
            f"{_treatment(d, one.risk.threat)}",
            source=f"assessment {d.assessment.id}",
        )
        for one in d.assessment.risks[:MOST_RISKS]
    ]
    more = len(d.assessment.risks) - MOST_RISKS
    if more > 0:
        parts += recorded(f"{more} more risks stand in the assessment.", source=f"assessment {d.assessment.id}")
    parts += [
        Gap(
            text=f"Not answered, and it could change the assessment: {question.text}",
            who="risk_reviewer",
            closes=f"State `{question.fact}` in roadworthy.yaml, and assess again.",
            command="rw assess",
        )
        for question in d.assessment.questions
    ]
    parts.append(
        Gap(
            text="That what remains of these risks is judged acceptable, and by whom, is no part of the decision that "
            "this file is written from.",
            who="risk_reviewer",
            closes="Have each residual risk accepted by those who may, and keep the register beside this file.",
            command="rw risk list",
        )
    )
    return (*parts, *found(d, {"oversight-assessment", "oversight-threats", "risk-management", "eval-red-team"}))


def _treatment(d: Dossier, threat: str | None) -> str:
    """Say of the controls that counter a threat how many of them were shown to hold."""
    countering = {c.control.id for c in d.policy.controls if threat is not None and threat in c.control.threats}
    results = [
        r
        for r in d.decision.results
        if r.control in countering and r.outcome not in (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING)
    ]
    if not results:
        return "No control in force counters it: its residual risk is the whole of it."
    by = {control: [r.outcome for r in results if r.control == control] for control in {r.control for r in results}}
    held = sum(all(o is RuleOutcome.PASS for o in outcomes) for outcomes in by.values())
    refuted = sum(RuleOutcome.FAIL in outcomes for outcomes in by.values())
    return (
        f"Controls against it: {len(by)}. Shown to hold: {held}; shown not to: {refuted}; "
        f"open: {len(by) - held - refuted}."
    )


def changes(d: Dossier) -> Filled:
    """Fill point 6: changes through the lifecycle."""
    if not d.changes:
        return recorded(
            "No earlier release was decided on in this ledger, so there is no change to describe.", source="ledger"
        )
    return tuple(
        Passage(
            basis=Basis.RECORDED,
            text=" ".join(line.strip() for line in summary(one).splitlines()) + ".",
            source=f"releases {one.old} and {one.new}",
        )
        for one in d.changes
    )


def standards(d: Dossier) -> Filled:
    """Fill point 7: standards applied."""
    counts: dict[str, int] = {}
    for control in d.policy.controls:
        for framework in {link.framework for link in control.control.links if link.status != "withdrawn"}:
            counts[framework] = counts.get(framework, 0) + 1
    listed = "; ".join(f"{FRAMEWORKS[key].title} ({count} controls)" for key, count in sorted(counts.items()))
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in d.policy.packs)
    return (
        Gap(
            text="No harmonised standard is on record as applied, in full or in part.",
            who="legal",
            closes="List the standards whose references the Official Journal names and that were applied, or "
            "say that there is none.",
        ),
        *recorded(
            f"What was done instead: the controls of {packs or 'the packs in force'}, {len(d.policy.controls)} "
            "in all. They relate, by links that "
            f"are proposals unless marked reviewed, to {listed or 'no framework'}.",
            source=f"policy {d.decision.policy}",
        ),
    )


def declaration(d: Dossier) -> Filled:
    """Fill point 8: EU declaration of conformity."""
    return (
        Gap(
            text="There is no EU declaration of conformity on record. It is a legal act of the provider; "
            "nothing here stands in for it.",
            who="legal",
            closes="Draw it up under Article 47 when the conformity assessment is done, and attach a copy.",
        ),
    )


def after_market(d: Dossier) -> Filled:
    """Fill point 9: post-market monitoring."""
    return (
        *attested(d, "document:monitoring-plan", what="Post-market monitoring plan"),
        *found(
            d,
            {
                "monitoring-canary",
                "monitoring-feedback",
                "incident-reporting",
                "incident-regression",
                "post-market",
                "serious-incidents",
            },
        ),
    )
