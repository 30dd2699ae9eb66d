"""The policy that binds one system: every rule in force, with the layer that made it as strict as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.policy.model import Control, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRef:
    """A pack that took part, by name, version and digest."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    version: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTightening:
    """A tightening that is agreed and does not bind yet."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    effective_on: date
    """First day on which it binds."""

    pack: str
    reason: str
    becomes: tuple[str, ...]
    """``<field> <now> → <then>`` for each value that it makes stricter."""

    @property
    def text(self) -> str:
        """Say it in one sentence."""
        return (
            f"tightens on {self.effective_on.isoformat()}: {', '.join(self.becomes)} (pack {self.pack}: {self.reason})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedControl:
    """A control and those of its rules that bind, after every layer tightened them."""

    __pydantic_config__: ClassVar = STRICT

    control: Control
    """As its pack wrote it."""

    rules: tuple[Rule, ...]
    """Those whose tiers include the system's, tightened; never empty."""

    tightened_by: tuple[str, ...] = ()
    """``<pack>: <reason>`` for each tightening that took effect."""

    pending: tuple[PendingTightening, ...] = ()
    """Tightenings of its rules that bind from a later day, by day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedPolicy:
    """What binds a system of one tier. Its digest is what a run registers and a decision names."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/policy/v1"] = "roadworthy/policy/v1"
    tier: RiskTier
    packs: tuple[PackRef, ...]
    controls: tuple[ResolvedControl, ...]
    """Sorted by id."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in force, in the order of the controls."""
        return tuple(rule for control in self.controls for rule in control.rules)
