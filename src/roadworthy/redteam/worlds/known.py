"""The worlds that come with the package."""

from __future__ import annotations

from roadworthy.redteam.worlds.banking.world import WORLD as BANKING
from roadworthy.redteam.worlds.messaging.world import WORLD as MESSAGING
from roadworthy.redteam.worlds.model import World
from roadworthy.redteam.worlds.travel.world import WORLD as TRAVEL
from roadworthy.redteam.worlds.workspace.world import WORLD as WORKSPACE


def known_worlds() -> tuple[World, ...]:
    """Return them, sorted by name."""
    return (BANKING, MESSAGING, TRAVEL, WORKSPACE)
