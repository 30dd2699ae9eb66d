"""``rw guard lint``, ``explain`` and ``diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.guard.options import Policy, Shadow, Tier, policy_at
from roadworthy.cli.options import AsFormat, Root
from roadworthy.cli.output import Format
from roadworthy.core.severity import RiskTier
from roadworthy.guard.segment import Stage


def lint(
    policy: Policy = None,
    tier: Tier = RiskTier.HIGH,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as faults too.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Look a guard policy through for what it says and does not mean.

    Patterns that match everything or nothing, rules that can never act, streams that show text before its verdict,
    sinks that nobody encodes for, budgets that cannot bind, failures that let everything through, and more.

    Exits 0 where nothing blocks, 1 where something does, 2 where the policy does not read or compile.
    """
    from roadworthy.cli.guard.text import flaw_lines, flaw_record
    from roadworthy.runtime.guard.linting import is_clean, lint_policy

    ready = policy_at(policy, tier=tier, root=root)
    found = lint_policy(ready)
    if format is Format.JSON:
        output.result_json({"policy": str(ready.path), "tier": tier, "found": [flaw_record(one) for one in found]})
    else:
        for line in flaw_lines(found):
            output.result(line)
        output.note(f"{len(found)} found in {ready.path}, tier {tier.value}" if found else f"{ready.path}: clean")
    raise typer.Exit(0 if is_clean(found, strict=strict) else 1)


def explain(
    policy: Policy = None,
    text: Annotated[str, typer.Option("--text", help="The text to judge.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="A file with the text; with --protocol, with a message as JSON.")
    ] = None,
    stage: Annotated[Stage, typer.Option(help="Where the text stands.")] = Stage.INPUT,
    protocol: Annotated[
        str, typer.Option(help="What the message is, such as openai.chat.request or anthropic.messages.response.")
    ] = "",
    route: Annotated[str, typer.Option(help="Route of the policy.")] = "*",
    tool: Annotated[str, typer.Option(help="Tool that is called or has answered.")] = "",
    locale: Annotated[str, typer.Option(help="Language of the user, such as de-AT.")] = "",
    run: Annotated[
        Path | None,
        typer.Option("--run", help="A YAML file with what went before (`run`) and for whom (`person`), as in cases."),
    ] = None,
    shadow: Shadow = False,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Also print what was found and what goes on, not only where.")
    ] = False,
    tier: Tier = RiskTier.HIGH,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show what a guard policy does with a text or a message, by which rules, at what cost, and what the user is told.

    Exits 0 where it goes on, 1 where it is stopped.
    """
    from roadworthy.cli.guard.explained import explained_lines, explained_record
    from roadworthy.cli.guard.question import question_of
    from roadworthy.runtime.guard.explaining import explain as ask
    from roadworthy.runtime.guard.policies import with_shadow_enforced

    asked = question_of(
        text=text, file=file, stage=stage, protocol=protocol, route=route, tool=tool, locale=locale, run=run
    )
    ready = policy_at(policy, tier=tier, root=root)
    found = ask(with_shadow_enforced(ready) if shadow else ready.bundle, asked)
    if format is Format.JSON:
        output.result_json(explained_record(found, show_text=show_text))
    else:
        for line in explained_lines(found, show_text=show_text):
            output.result(line)
    raise typer.Exit(1 if found.decision.stops else 0)


def diff(
    old: Annotated[str, typer.Argument(help="A guard policy: a file, or the name of a shipped one such as `base`.")],
    new: Annotated[str, typer.Argument(help="The same, after the change.")],
    tier: Tier = RiskTier.HIGH,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show what another guard policy does more loosely or more strictly, line by line.

    Exits 0 where nothing is looser, 1 where something is, 3 where only recorded decisions could tell
    (`rw guard replay`).
    """
    from roadworthy.cli.guard.text import compared_lines
    from roadworthy.runtime.guard.comparing import compare

    compared = compare(policy_at(old, tier=tier), policy_at(new, tier=tier))
    if format is Format.JSON:
        output.result_json(compared)
    else:
        for line in compared_lines(compared):
            output.result(line)
        if compared.exit_code == 3:
            output.note("nothing is known to be looser; ask recorded decisions: rw guard replay RECORDS NEW")
    raise typer.Exit(compared.exit_code)
