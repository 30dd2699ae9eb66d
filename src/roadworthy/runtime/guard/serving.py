"""Puts a guard policy into force for an application: clock, ids, budgets, approvals and conditions come with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.ids import UlidSource
from roadworthy.core.severity import RiskTier

if TYPE_CHECKING:
    from roadworthy.guard.budget.book import Budgets
    from roadworthy.guard.calls.ports import Approvals, Ownership
    from roadworthy.guard.engine.bundle import Bundle
    from roadworthy.guard.policy.model import GuardPolicy
    from roadworthy.guard.replay.model import GuardRecord
    from roadworthy.guard.session.guard import Guard

_KEY_BYTES = 32


def open_guard(
    policy: str | Path | GuardPolicy | Bundle | None = None,
    *,
    tier: RiskTier = RiskTier.HIGH,
    budgets: Budgets | None = None,
    approvals: Approvals | None = None,
    ownership: Ownership | None = None,
    record: Callable[[GuardRecord], None] | None = None,
    stub_key: bytes | None = None,
) -> Guard:
    """Return a guard with ``policy`` in force.

    Args:
        policy: A file, a folder with a ``guard.yaml``, the name of a shipped pack, a policy or a compiled bundle;
            None: what the manifest of the repository names.
        tier: Of the system that is guarded; the strictest rules bind where nobody says less.
        budgets: Keeps count; None: within this process.
        approvals: Keeps questions to people; None: within this process.
        ownership: Tells what belongs to whom; None: only what the run has read tells it.
        record: Is given a record of each decision, without content.
        stub_key: Secret by which blocked texts are known again in a conversation's history; None: one for as long as
            the process lives.

    Raises:
        ConfigError: If there is no such policy, or with everything that is wrong in it.
    """
    from roadworthy.guard.approvals.book import InProcessApprovals
    from roadworthy.guard.engine.bundle import Bundle
    from roadworthy.guard.session.guard import Guard

    clock = SystemClock()
    bundle = policy if isinstance(policy, Bundle) else _bundle(policy, tier=tier, stub_key=stub_key)
    return Guard(
        bundle,
        clock=clock,
        ids=UlidSource(clock),
        budgets=budgets,
        approvals=InProcessApprovals() if approvals is None else approvals,
        ownership=ownership,
        record=record,
    )


def _bundle(policy: str | Path | GuardPolicy | None, *, tier: RiskTier, stub_key: bytes | None) -> Bundle:
    from roadworthy.adapters.conditions import CelConditions
    from roadworthy.adapters.guard.bundles import load_bundle
    from roadworthy.guard.completions.shipped import with_shipped
    from roadworthy.guard.engine.bundle import compile_policy
    from roadworthy.guard.policy.facts import VARIABLES
    from roadworthy.guard.policy.model import GuardPolicy

    key = stub_key if stub_key is not None else secrets.token_bytes(_KEY_BYTES)
    if isinstance(policy, GuardPolicy):
        return compile_policy(
            with_shipped(policy), tier=tier, language=CelConditions(variables=VARIABLES), stub_key=key
        )
    if policy is not None and Path(policy).is_file():
        return load_bundle(Path(policy), tier=tier, stub_key=key)
    # Only a name or the manifest needs what finds them.
    from roadworthy.runtime.guard.policies import find_policy

    return load_bundle(find_policy(None if policy is None else str(policy)), tier=tier, stub_key=key)
