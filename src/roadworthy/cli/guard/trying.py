"""``rw guard test`` and ``rw guard replay``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.guard.options import Policy, Shadow, Tier, policy_at
from roadworthy.cli.options import AsFormat, Root
from roadworthy.cli.output import Format
from roadworthy.cli.progress import counted
from roadworthy.core.severity import RiskTier

if TYPE_CHECKING:
    from roadworthy.runtime.guard.replaying import Replay
    from roadworthy.runtime.guard.testing import GuardTest

_SHOWN = 40
_STYLE = {"lost_stop": "red", "looser": "red", "unknown": "yellow", "new_stop": "yellow", "stricter": "green"}


def run_cases(
    policy: Policy = None,
    cases: Annotated[
        Path | None, typer.Option(help="File of the cases; the default is <policy>-cases.yaml beside the policy.")
    ] = None,
    no_mutants: Annotated[
        bool, typer.Option("--no-mutants", help="Only run the cases; do not ask whether they would notice a change.")
    ] = False,
    tier: Tier = RiskTier.HIGH,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Put cases to a guard policy, whole and as streams in every mode, then change the policy in every way.

    Each change (a rule dropped, in shadow, looser or looking elsewhere) must be noticed by a case.

    Exits 0 where all cases are met, each rule has one and each change is noticed or has a reason; else 1.
    """
    from roadworthy.runtime.guard.testing import cases_beside, try_policy

    ready = policy_at(policy, tier=tier, root=root)
    with counted("changes") as advance:
        tested = try_policy(
            ready, cases=cases or cases_beside(ready.path), with_mutants=not no_mutants, progress=advance
        )
    if format is Format.JSON:
        output.result_json({"is_good": tested.is_good, "test": tested})
    else:
        for line in _test_lines(tested):
            output.result(line)
    raise typer.Exit(0 if tested.is_good else 1)


def replay(
    records: Annotated[Path, typer.Argument(help="File of recorded decisions, one to a line.")],
    candidate: Annotated[str, typer.Argument(help="The guard policy to try: a file, or `base`.")],
    shadow: Shadow = False,
    tier: Tier = RiskTier.HIGH,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask a changed guard policy about recorded decisions: what it would stop anew, and what it would let go.

    Records hold no text that a policy did not let be kept. What therefore cannot be told is said, and never counted
    as unchanged.

    Exits 1 where something that was stopped or changed would go on, 3 where something cannot be told, else 0.
    """
    from roadworthy.runtime.guard.replaying import replay_records

    ready = policy_at(candidate, tier=tier)
    with counted("decisions") as advance:
        done = replay_records(records, ready, with_shadow=shadow, progress=lambda count: advance(count, 0))
    if format is Format.JSON:
        output.result_json({"exit_code": done.exit_code, "replay": done, "total": done.difference.total})
    else:
        for line in _replay_lines(done):
            output.result(line)
    raise typer.Exit(done.exit_code)


def _test_lines(tested: GuardTest) -> Iterator[str]:
    verdict = f"{tested.cases} cases, {tested.streamed} of them also streamed, {len(tested.misses)} not met"
    if tested.mutation is not None:
        lived = len(tested.mutation.survivors) + len(tested.mutation.excused)
        verdict += f"; {tested.mutation.tried - lived} of {tested.mutation.tried} changes noticed"
    yield output.coloured(f"{tested.policy} {tested.version}: {verdict}", "green" if tested.is_good else "red")
    lines = [f"  not met    {one.case} ({one.mode}): {one.got}, not {one.wanted}" for one in tested.misses]
    lines += [f"  uncovered  {rule}: no case expects it to fire" for rule in tested.uncovered]
    if tested.mutation is not None:
        lines += [f"  survived   {one}" for one in tested.mutation.survivors]
        lines += [f"  survived   {one}  because {reason}" for one, reason in tested.mutation.excused]
        lines += [f"  idle       the reason for {one!r} is not needed" for one in tested.mutation.idle_reasons]
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"             … and {len(lines) - _SHOWN} more; `--format json` has all"
    yield f"  {tested.self_tests} cases must be stopped before a guard may start"


def _replay_lines(done: Replay) -> Iterator[str]:
    difference = done.difference
    shadow = ", shadow rules enforced" if done.with_shadow else ""
    yield f"{difference.total} decisions against {done.candidate}, tier {done.tier.value}{shadow}"
    for change, count in difference.counts:
        if count:
            word = output.coloured(f"{change.value:10}", _STYLE.get(change.value, "dim"))
            yield f"  {word}  {count:8}  {count / difference.total:7.2%}"
    for one in difference.rules[:_SHOWN]:
        yield f"    {one.change.value:10}  {one.rule}: {one.decisions} (such as {', '.join(one.examples[:3])})"
