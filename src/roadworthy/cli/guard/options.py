"""Options that the commands on guard policies share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.core.severity import RiskTier

if TYPE_CHECKING:
    from roadworthy.runtime.guard.policies import Ready

Policy = Annotated[
    str | None,
    typer.Argument(
        metavar="POLICY",
        help="File of the guard policy, or `base` for the one that comes with the product; the default is the "
        "manifest's component of type guard_policy.",
    ),
]
Tier = Annotated[
    RiskTier, typer.Option(help="Risk tier of the system: it decides which rules bind and what follows a failure.")
]
Shadow = Annotated[
    bool, typer.Option("--shadow", help="Count rules in shadow mode as if they were enforced: what they would do.")
]


def policy_at(named: str | None, *, tier: RiskTier, root: Path | None = None) -> Ready:
    """Return the policy that was named, ready to judge.

    Raises:
        ConfigError: If it cannot be read, or anything in it is wrong.
    """
    from roadworthy.runtime.guard.policies import find_policy, ready

    return ready(find_policy(named, root=root), tier=tier)
