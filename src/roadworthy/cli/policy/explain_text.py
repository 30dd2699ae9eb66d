"""A control as text: what an engineer must do, and what a lawyer wants to know of its basis."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from roadworthy.cli import output
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.gates.wording import percent
from roadworthy.policy.categories import CATEGORIES, DECISION_CATEGORIES
from roadworthy.policy.frameworks.known import FRAMEWORKS
from roadworthy.policy.model import EvidenceCheck, FactCheck, Link, MeasureCheck, Rule
from roadworthy.runtime.policy.catalogue import Explained

_WIDTH = 100
_LABEL = 13
_EFFECT = {
    Severity.BLOCK: "blocks: where it is not met, the release does not ship",
    Severity.WARN: "warns: where it is not met, the release ships with a condition",
    Severity.INFO: "informs: it is shown and changes nothing",
}
_RELATION = {
    "equal": "asks for the same",
    "subset": "asks for a part of it",
    "superset": "asks for all of it and more",
    "intersects": "overlaps with it",
}
_OWN_READING = (
    "Links are the pack's own reading; those that a person reviewed say so. None says that a system complies."
)


def explanation(explained: Explained) -> list[str]:
    """Return the lines that show a control in full."""
    control, pack = explained.control, explained.pack
    lines = [output.coloured(f"{control.id}  {control.title}", "bold"), ""]
    lines += _labelled("what", control.objective)
    lines += _labelled("why", control.why)
    lines += _labelled(
        "kind", f"{control.type} control of {control.area.value.replace('_', ' ')}, at {_stage(control.stage)}"
    )
    lines += _labelled("binds", f"systems of tier {_listed([tier.value for tier in control.tiers])}")
    lines += _labelled("from", f"pack {pack.name} {pack.version} of the {pack.layer.value} layer: {pack.title}")
    for rule in control.rules:
        lines += ["", *_rule(rule, control.tiers)]
    if control.links:
        lines += ["", output.coloured("Serves", "bold")]
        lines += [line for link in control.links for line in _link(link)]
        lines += ["", f"  {_OWN_READING}"]
    if explained.threats:
        lines += ["", output.coloured("Counters", "bold")]
        lines += [f"  {threat.id}  {threat.title}" for threat in explained.threats]
    lines += _proof(explained)
    return lines


def _rule(rule: Rule, tiers: Sequence[RiskTier]) -> Iterator[str]:
    yield output.coloured(f"Rule {rule.id}", "bold")
    yield from _labelled("asks", _asks(rule))
    if rule.applies_when.strip() != "true":
        yield from _labelled("applies when", " ".join(rule.applies_when.split()))
    if rule.tiers and set(rule.tiers) != set(tiers):
        yield from _labelled("tiers", _listed([tier.value for tier in rule.tiers]))
    if rule.effective_on is not None:
        yield from _labelled("in effect", f"from {rule.effective_on.isoformat()}; before that it is shown as pending")
    yield from _labelled("effect", _EFFECT[rule.severity])
    yield from _labelled("not met", rule.message)
    yield from _labelled("fix", rule.remediation)
    roles = _listed([role.replace("_", " ") for role in rule.who_may_waive], word="or")
    yield from _labelled("waiver", f"{roles} may accept the risk for a time" if roles else "nobody may waive it")


def _asks(rule: Rule) -> str:
    match rule.require:
        case FactCheck(condition=condition):
            return f"that the stated facts meet: {' '.join(condition.split())}; a fact that is not stated is missing"
        case MeasureCheck() as check:
            return _asks_measure(check)
        case EvidenceCheck() as check:
            origins = _listed([origin.value.replace("_", " ") for origin in check.origins], word="or")
            about = f", about every {_listed(check.about)}" if check.about else ""
            return (
                f"evidence of type {check.type} ({origins}, at least {check.min_assurance.value.replace('_', ' ')})"
                f"{about}, not older than {check.max_age_days} days"
            )


def _asks_measure(check: MeasureCheck) -> str:
    most = "at most" if check.comparator == "<=" else "at least"
    known = CATEGORIES | DECISION_CATEGORIES
    meaning = f" ({known[check.category]})" if check.category in known else ""
    scorers = "by every scorer" if check.metric == "*" else f"by {check.metric}"
    slices = f", and so for each {_listed(check.slices)}" if check.slices else ""
    imports = "; results of other tools may answer" if check.imports else ""
    return (
        f"evaluations of {check.category}{meaning} whose {check.rate} rate {scorers} is {most} "
        f"{percent(check.threshold)}, shown with {percent(check.confidence)} confidence{slices}; on at least "
        f"{check.min_samples} samples of which {percent(check.min_coverage)} could be judged, not older than "
        f"{check.max_age_days} days{imports}"
    )


def _link(link: Link) -> Iterator[str]:
    framework = FRAMEWORKS[link.framework]
    topic = framework.topic(link.id)
    heading, about = f"  {framework.title}, {link.id}", f"({topic})" if topic else ""
    if len(heading) + len(about) < _WIDTH:
        yield f"{heading} {about}".rstrip()
    else:
        yield from (heading, f"      {about}") if about else (heading,)
    status = "" if link.status == "proposed" else f", {link.status}"
    said = f"{_RELATION[link.relation]} ({link.strength} of 10{status}): {link.rationale}"
    yield from textwrap.wrap(said, _WIDTH, initial_indent="      ", subsequent_indent="      ")


def _proof(explained: Explained) -> list[str]:
    if not explained.faults:
        return []
    lines = ["", output.coloured("Tried by planting", "bold")]
    lines += [f"  {fault.id}  {fault.title}" for fault in explained.faults]
    return [*lines, "  `rw controls prove` plants each in a copy of the system and says which rule caught it."]


def _labelled(label: str, text: str) -> list[str]:
    wrapped = textwrap.wrap(text, _WIDTH - _LABEL - 2, break_long_words=False, break_on_hyphens=False) or [""]
    first, *rest = wrapped
    return [f"  {label:<{_LABEL}}{first}", *(f"  {'':<{_LABEL}}{line}" for line in rest)]


def _stage(stage: str) -> str:
    return {"operate": "operation", "retire": "retirement", "evaluate": "evaluation"}.get(stage, stage)


def _listed(words: Sequence[str], *, word: str = "and") -> str:
    """Return words as a person lists them.

    >>> _listed(["limited", "high", "critical"])
    'limited, high and critical'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {word} {words[-1]}"
