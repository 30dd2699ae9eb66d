"""``rw controls``, ``explain``, ``policy check``: what is asked, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.policy.model import Area

if TYPE_CHECKING:
    from roadworthy.policy.model import Control, Rule


def controls(
    context: typer.Context,
    area: Annotated[Area | None, typer.Option(help="Only this area.")] = None,
    framework: Annotated[
        str | None, typer.Option(help="Only controls linked to this framework, e.g. eu-ai-act.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every control of the packs, not only this tier's.")
    ] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the controls that bind this system, or say with a command what to do with them."""
    if context.invoked_subcommand is not None:
        return
    from roadworthy.runtime.policy.catalogue import binding_controls

    found = binding_controls(workspace_at(root), area=area, framework=framework, everything=everything)
    if format is Format.JSON:
        output.result_json(found)
        return
    width = max((len(control.id) for control in found), default=0)
    for control in found:
        output.result(f"{control.id:<{width}}  {control.area.value:<13}  {control.title}")
    output.note(f"{len(found)} controls; `rw explain ID` shows one")


def explain(
    id: Annotated[str, typer.Argument(help="Id of a control or a rule, e.g. base/model-pinned.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show a control in full: what to verify and why, its rules, what it serves, what turns it green."""
    from roadworthy.runtime.policy.catalogue import control_of

    control = control_of(workspace_at(root), id)
    if format is Format.JSON:
        output.result_json(control)
        return
    for line in _control(control):
        output.result(line)


def check(
    packs: Annotated[list[str] | None, typer.Argument(help="Packs to check; the default is the manifest's.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Check packs: that they load, every condition compiles, names known facts, threats and frameworks."""
    from roadworthy.runtime.policy.catalogue import check_packs

    problems = check_packs(workspace_at(root) if not packs or root else None, packs or [])
    if format is Format.JSON:
        output.result_json({"problems": problems})
    else:
        for problem in problems:
            output.result(problem)
        output.note(f"{len(problems)} problems" if problems else "the packs are in order")
    raise typer.Exit(2 if problems else 0)


def _control(control: Control) -> list[str]:
    tiers = ", ".join(tier.value for tier in control.tiers)
    lines = [
        output.coloured(f"{control.id}  {control.title}", "bold"),
        f"  {control.objective}",
        f"  why: {control.why}",
        f"  {control.area.value}, {control.type}, at {control.stage}; tiers: {tiers}",
    ]
    for rule in control.rules:
        lines += ["", *_rule(rule)]
    lines += ["", "  serves"]
    lines += [
        f"    {link.framework} {link.id}: {link.relation}, strength {link.strength}/10, {link.status}. {link.rationale}"
        for link in control.links
    ]
    if control.threats:
        lines.append(f"  counters threats: {', '.join(control.threats)}")
    return lines


def _rule(rule: Rule) -> list[str]:
    tiers = f" in tiers {', '.join(t.value for t in rule.tiers)}" if rule.tiers else ""
    lines = [f"  rule {rule.id}  [{rule.severity.value}]{tiers}", f"    {_asks(rule)}"]
    if rule.applies_when.strip() != "true":
        lines.append(f"    applies when: {' '.join(rule.applies_when.split())}")
    lines += [f"    fix: {rule.remediation}", f"    may be waived by: {', '.join(rule.who_may_waive) or 'nobody'}"]
    return lines


def _asks(rule: Rule) -> str:
    from roadworthy.gates.wording import percent
    from roadworthy.policy.model import EvidenceCheck, FactCheck, MeasureCheck

    match rule.require:
        case FactCheck(condition=condition):
            return f"the facts must meet: {' '.join(condition.split())}"
        case MeasureCheck() as m:
            return (
                f"{m.rate} rate of {m.category} ({'every scorer' if m.metric == '*' else m.metric}) {m.comparator} "
                f"{percent(m.threshold)} at {percent(m.confidence)} confidence, at least {m.min_samples} samples, "
                f"{percent(m.min_coverage)} assessed, at most {m.max_age_days} days old"
            )
        case EvidenceCheck() as e:
            origins = " or ".join(origin.value for origin in e.origins)
            return f"evidence {e.type} ({origins}), at most {e.max_age_days} days old"
