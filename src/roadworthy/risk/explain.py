"""An assessment in words, for a terminal. Pure: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.core.severity import RiskTier
from roadworthy.risk.model import (
    ApplicableThreat,
    FindingStatus,
    LegalFinding,
    OpenQuestion,
    RegimeResult,
    RiskAssessment,
)

_MARKS = {
    FindingStatus.APPLIES: "applies",
    FindingStatus.PRESUMED: "presumed",
    FindingStatus.EXEMPT: "exempt",
    FindingStatus.UNKNOWN: "cannot tell",
}
MAX_RISKS = 5
MAX_QUESTIONS = 10
MAX_DECIDES = 4


def explain_lines(assessment: RiskAssessment, *, full: bool = False) -> tuple[str, ...]:
    """Return the assessment for people, most important first.

    Args:
        assessment: What to explain.
        full: Every reason, threat and question; else the ones that matter most and a count of the rest.
    """
    return (
        assessment.headline,
        *_section("Why", _reasons(assessment, full=full)),
        *_section("Law", (line for result in assessment.legal for line in _law(result, full=full))),
        *_section(f"Threats ({len(assessment.threats)})", _threats(assessment, full=full)),
        *_section(f"To answer ({len(assessment.questions)})", _questions(assessment.questions, full=full)),
        *_section("Know", iter(assessment.warnings)),
        "",
        f"Assessed by {assessment.author} on {assessment.assessed_at:%Y-%m-%d}; holds until "
        f"{assessment.expires_at:%Y-%m-%d}. Not legal advice.",
    )


def _section(title: str, lines: Iterator[str]) -> tuple[str, ...]:
    found = tuple(lines)
    return ("", title, *(f"  {line}" for line in found)) if found else ()


def _reasons(assessment: RiskAssessment, *, full: bool) -> Iterator[str]:
    """Floors first, then the risks that give the tier."""
    for step in assessment.steps:
        if step.rule.startswith("matrix/"):
            continue
        yield f"{step.result:<9} {step.because}"
        if step.facts:
            yield f"{'':<9} {', '.join(f'{f.fact}={f.value}' for f in step.facts)}"
        yield f"{'':<9} rule {step.rule} · {step.source}"
    risks = [risk for risk in assessment.risks if risk.tier is not RiskTier.MINIMAL]
    shown = risks if full else risks[:MAX_RISKS]
    for risk in shown:
        title = risk.risk.statement.partition(":")[0]
        yield f"{risk.tier:<9} {title} ({risk.risk.threat or risk.risk.id}): {risk.path}"
        yield f"{'':<9} {risk.risk.rationale}"
    if len(risks) > len(shown):
        yield f"… and {len(risks) - len(shown)} more risks above minimal"
    yield from sorted({f"matrix: {s.source}" for s in assessment.steps if s.rule.startswith("matrix/")})


def _law(result: RegimeResult, *, full: bool) -> Iterator[str]:
    yield f"{result.title}: {result.outcome_title}; {result.rationale}"
    shown = [f for f in result.findings if full or f.status is not FindingStatus.UNKNOWN]
    for finding in shown:
        yield f"  {_MARKS[finding.status]:<11} {finding.citation}  {finding.title}; {_when(finding)}"
        yield from (f"              owed: {duty}" for duty in finding.obligations if full)
    hidden = len(result.findings) - len(shown)
    if hidden:
        yield f"  {_MARKS[FindingStatus.UNKNOWN]:<11} {hidden} further rows; see the questions"


def _when(finding: LegalFinding) -> str:
    return f"{'since' if finding.in_force else 'from'} {finding.applies_from.isoformat()}"


def _threats(assessment: RiskAssessment, *, full: bool) -> Iterator[str]:
    tiers = {risk.risk.threat: risk.tier for risk in assessment.risks}
    ranked = sorted(assessment.threats, key=lambda t: (-tiers.get(t.threat, RiskTier.MINIMAL).rank, t.threat))
    for threat in ranked:
        yield f"{threat.threat} {tiers.get(threat.threat, RiskTier.MINIMAL):<9} {threat.title}{_ids(threat)}"
        if full:
            yield f"    {threat.because}"
        yield from (f"    {flow}" for flow in threat.flows)


def _ids(threat: ApplicableThreat) -> str:
    ids = (*threat.owasp_llm, *threat.owasp_asi, *threat.atlas)
    return f" ({', '.join(ids)})" if ids else ""


def _questions(questions: tuple[OpenQuestion, ...], *, full: bool) -> Iterator[str]:
    shown = questions if full else questions[:MAX_QUESTIONS]
    for question in shown:
        yield f"{question.fact}: {question.text}"
        decides = question.decides if full else question.decides[:MAX_DECIDES]
        more = len(question.decides) - len(decides)
        yield f"    decides {', '.join(decides)}{f' and {more} more' if more else ''}"
    if len(questions) > len(shown):
        yield f"… and {len(questions) - len(shown)} more"
