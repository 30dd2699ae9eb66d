"""Reads the packs that bind the system and resolves them into the policy of its tier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from roadworthy.core.severity import RiskTier
from roadworthy.inventory.model import Manifest
from roadworthy.policy.model import Pack
from roadworthy.policy.resolve import pack_digest, resolve
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.runtime.workspace import Workspace


def read_packs(workspace: Workspace, manifest: Manifest) -> tuple[Pack, ...]:
    """Read every pack that the manifest chooses, in its order."""
    return tuple(workspace.packs.load(reference) for reference in manifest.policy.packs)


def resolve_policy(packs: Sequence[Pack], tier: RiskTier, *, on: date) -> ResolvedPolicy:
    """Return what ``packs`` ask of a system of ``tier`` on a day, in UTC."""
    return resolve(packs, tier=tier, digests={pack.name: pack_digest(pack) for pack in packs}, on=on)
