"""A decision as text for a terminal: the verdict first, then what stands in the way, then what helps."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.cli.output import coloured
from roadworthy.core.severity import Severity
from roadworthy.evidence.documents.oversight import consent_view, excepted_text, exception_rows
from roadworthy.evidence.documents.wording import age_text, visible
from roadworthy.exceptions.model import ExceptionState
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, UsedEvidence, Verdict
from roadworthy.gates.oversight.consenting import moved_bars
from roadworthy.gates.wording import percent

_HEADLINE = {
    Verdict.SHIP: ("SHIP", "green"),
    Verdict.CONDITIONS: ("SHIP WITH CONDITIONS", "yellow"),
    Verdict.BLOCKED: ("BLOCKED", "red"),
    Verdict.CANNOT_TELL: ("CANNOT TELL", "yellow"),
}
_MARK = {
    RuleOutcome.PASS: ("✓", "green"),
    RuleOutcome.FAIL: ("✗", "red"),
    RuleOutcome.NOT_APPLICABLE: ("–", "dim"),
    RuleOutcome.PENDING: ("–", "dim"),
}
_UNKNOWN = ("?", "yellow")
_GREEN = (RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING)
_SECTIONS = (
    (Severity.BLOCK, "must hold before it ships"),
    (Severity.WARN, "owed"),
    (Severity.INFO, "for information"),
)


def decision_text(decision: GateDecision, *, verbose: bool, full: bool) -> str:
    """Return ``decision`` as text.

    Args:
        decision: The decision.
        verbose: Show the rules that hold as well, one line each.
        full: Show of every rule what it serves, its evidence and every figure.
    """
    word, style = _HEADLINE[decision.verdict]
    packs = f"tier {decision.tier.value}"
    lines = [
        f"{coloured(word, style)}  {decision.system} {decision.version}  ({_short(decision.release)})   {packs}",
        f"  {decision.summary}",
    ]
    lines += _people(decision)
    for severity, title in _SECTIONS:
        shown = [r for r in decision.results if r.severity is severity and r.outcome not in _GREEN and not r.exceptions]
        if shown:
            lines += ["", coloured(f"  {title}", "bold")]
            for result in shown:
                lines += _rule(result, full=full)
    lines += _excepted(decision, full=full)
    lines += _holding(decision.results, verbose=verbose, full=full)
    lines += _later(decision.results)
    lines += ["", *_footer(decision)]
    return "\n".join(lines)


def _people(decision: GateDecision) -> list[str]:
    """Whose consent there is, or is missing: after the verdict the first thing to know."""
    consent = decision.consent
    if consent is None:
        return []
    view = consent_view(decision)
    mark, style = ("✓", "green") if consent.state.is_consent else ("✗", "red") if view.tone == "bad" else _UNKNOWN
    who = f" by {', '.join(consent.approvers)}" if consent.approvers and consent.state.is_consent else ""
    until = f" until {view.valid_until}" if view.valid_until else ""
    lines = [f"  {coloured(mark, style)} consent: {view.word.lower()}{who}{until}"]
    if not consent.state.is_consent:
        lines.append(f"      {consent.reason}")
        lines += [f"      fix: {view.command}"] if view.command else []
    lines += [f"      open condition: {text}" for text in view.conditions]
    moved = moved_bars(decision.results)
    if moved:
        lines.append(f"  {coloured('!', 'yellow')} bar loosened after the runs were registered: {', '.join(moved)}")
    return lines


def _excepted(decision: GateDecision, *, full: bool) -> list[str]:
    """What does not hold and ships all the same. It is shown in every form of every decision."""
    shown = [r for r in decision.results if r.exceptions]
    lines = ["", coloured("  let through by exception", "bold")] if shown else []
    for result in shown:
        lines += _rule(result, full=full)
        text = excepted_text(result, decision)
        lines.append(coloured(f"      {text}", "yellow"))
    meant = {one.id for one in decision.exceptions if one.state is ExceptionState.ACTIVE and one.in_scope}
    idle = [row for row in exception_rows(decision) if not row.lets_through and (full or row.id in meant)]
    lines += ["", coloured("  exceptions that do nothing here", "bold")] if idle else []
    lines += [f"  – {row.id} ({row.word}): {row.reason}" for row in idle]
    return lines


def _rule(result: RuleResult, *, full: bool) -> list[str]:
    mark, style = _MARK.get(result.outcome, _UNKNOWN)
    head = f"  {coloured(mark, style)} {coloured(result.title, 'bold')}  [{result.outcome.value}]"
    if result.outcome is RuleOutcome.MISSING and not result.evidence and not full:
        # Nothing was found, so there is nothing to explain but what to do.
        wanted = result.reason if result.category else result.remediation
        return [f"{head}  {result.command or wanted}"]
    lines = [head, f"      {visible(result.reason)}"]
    if full:
        lines += _explanation(result)
    if result.remediation:
        command = f"  ({result.command})" if result.command and result.command not in result.remediation else ""
        lines.append(f"      fix: {result.remediation}{command}")
    lines.append(coloured(f"      {_provenance(result)}", "dim"))
    return lines


def _provenance(result: RuleResult) -> str:
    serves = ", ".join(f"{link.framework} {link.id}" for link in result.serves[:3])
    parts = [f"rule {result.rule}"]
    if result.evidence:
        parts.append(f"evidence {result.evidence[0].id}, {_age(result.evidence[0])}")
    if serves:
        parts.append(f"serves {serves}")
    return " · ".join(parts)


def _explanation(result: RuleResult) -> list[str]:
    lines = [f"      requirement: {result.requirement}"]
    for item in result.judged:
        if item.estimate is None or item.low is None or item.high is None:
            lines.append(f"      {item.metric} [{item.slice}]: nothing assessed of {item.attempted}")
            continue
        bounds = f"{percent(item.confidence)} bounds {percent(item.low)} to {percent(item.high)} ({item.method})"
        lines.append(
            f"      {item.metric} [{item.slice}]: {item.events}/{item.assessed} {item.rate} = "
            f"{percent(item.estimate)}, one-sided {bounds}; "
            f"bar {item.comparator} {percent(item.threshold)}: {item.outcome.value}"
        )
    for e in result.evidence:
        why = f" – {e.reason}" if e.reason else ""
        lines.append(f"      evidence {e.id} ({_short(e.digest)}), {_age(e)}: {e.validity.value}{why}")
    lines += [
        f"      serves {link.framework} {link.id} ({link.relation}, strength {link.strength}/10, {link.status}): "
        f"{link.rationale}"
        for link in result.serves
    ]
    who = ", ".join(result.who_may_waive) or "nobody"
    lines.append(f"      may be waived by: {who}")
    return lines


def _holding(results: Sequence[RuleResult], *, verbose: bool, full: bool) -> list[str]:
    passed = [r for r in results if r.outcome is RuleOutcome.PASS]
    aside = [r for r in results if r.outcome in (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING)]
    if not verbose:
        tail = f", {len(aside)} do not apply" if aside else ""
        return ["", f"  {coloured('✓', 'green')} {len(passed)} rules hold{tail}"]
    lines = ["", coloured("  hold", "bold")]
    for result in passed:
        lines.append(f"  {coloured('✓', 'green')} {result.title}: {result.reason}")
        lines += _explanation(result) if full else []
    lines += ["", coloured("  do not apply", "bold")] if aside else []
    lines += [f"  – {result.title}: {result.reason}" for result in aside]
    return lines


def _later(results: Sequence[RuleResult]) -> list[str]:
    """What binds on a later day: a rule of which nobody hears before is one that surprises."""
    lines = [f"  {r.rule}  {r.reason}" for r in results if r.outcome is RuleOutcome.PENDING]
    lines += [f"  {r.rule}  {text}" for r in results for text in r.pending]
    return ["", coloured("  pending", "bold"), *lines] if lines else []


def _footer(decision: GateDecision) -> list[str]:
    waivable = [
        r for r in decision.results if r.outcome not in _GREEN and r.severity is Severity.BLOCK and not r.exceptions
    ]
    roles = sorted({role for r in waivable for role in r.who_may_waive})
    lines = []
    if roles:
        count = sum(bool(r.who_may_waive) for r in waivable)
        lines.append(f"  {count} of {len(waivable)} blocking rules could be waived by: {', '.join(roles)}")
    lines.append(
        coloured(
            f"  decision {decision.id} · policy {_short(decision.policy)} · evidence {_short(decision.evidence_set)} · "
            f"in force until {decision.valid_until:%Y-%m-%d %H:%M} UTC",
            "dim",
        )
    )
    return lines


def _age(evidence: UsedEvidence) -> str:
    return age_text(evidence.age_s) if evidence.age_s < 0 else f"{age_text(evidence.age_s)} old"


def _short(digest: str) -> str:
    return f"{digest[:15]}…"
