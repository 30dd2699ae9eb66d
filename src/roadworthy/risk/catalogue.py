"""The threat catalogue as values: data with sources, in our wording. Nothing is decided here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.risk.method import Harm, TierMethod
from roadworthy.risk.source import CatalogueSource

_THREAT = re.compile(r"T\d{2}")
_ATLAS = re.compile(r"AML\.T\d{4}(\.\d{3})?")
_OWASP_LLM = re.compile(r"LLM\d{2}:2025")
_OWASP_ASI = re.compile(r"ASI\d{2}:2026")


class FlowKind(StrEnum):
    """A dangerous meeting of data and powers within one route."""

    LETHAL = "lethal"
    """Private data, content that outsiders can write, and a channel outwards."""

    UNTRUSTED_ACTION = "untrusted_action"
    """Content that outsiders can write, and a tool that changes the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """One way in which a system comes to harm somebody."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``T01`` …; never reused for another threat."""

    title: str
    description: str
    """How it happens."""

    consequence: str
    """What follows, and for whom."""

    surface: Literal[
        "user_input", "retrieved_content", "tool_results", "training_data", "supply_chain", "model",
        "context", "tools", "memory", "output", "operations",
    ]  # fmt: skip
    component_types: tuple[str, ...] = ()
    """Types through which it comes; a system without any of them is not exposed. Empty: every system."""

    applies_when: str = "true"
    """CEL over ``system`` and ``components``. A fact that is not stated leaves the threat standing."""

    flow: FlowKind | None = None
    """A data flow that makes it likelier by one step."""

    harms: tuple[Harm, ...]
    severity: int
    """1 to 5, before the facts of the system are looked at."""

    likelihood: int
    detectability: int = 3
    """5: nobody would notice."""

    irreversible: bool = False
    atlas: tuple[str, ...] = ()
    owasp_llm: tuple[str, ...] = ()
    owasp_asi: tuple[str, ...] = ()
    evaluation: tuple[str, ...] = ()
    """Categories of evaluation that look for it; empty: no automatic evaluation can."""

    mitigations: tuple[str, ...]

    def __post_init__(self) -> None:
        if _THREAT.fullmatch(self.id) is None:
            raise ValueError(f"threat id must look like 'T07', got {self.id!r}")
        for name in ("severity", "likelihood", "detectability"):
            if not 1 <= getattr(self, name) <= 5:
                raise ValueError(f"threat {self.id}: `{name}` must be in 1..5, got {getattr(self, name)}")
        for name, pattern in (("atlas", _ATLAS), ("owasp_llm", _OWASP_LLM), ("owasp_asi", _OWASP_ASI)):
            if malformed := [i for i in getattr(self, name) if pattern.fullmatch(i) is None]:
                raise ValueError(f"threat {self.id}: `{name}` holds the malformed id {malformed[0]!r}")
        if not self.harms or not self.mitigations:
            raise ValueError(f"threat {self.id} must name a harm and a mitigation")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatCatalogue:
    """Every threat that we know to look for, and the method that scores them."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/threats/v1"]
    version: str
    licence: str
    """SPDX id of the catalogue's own text."""

    as_of: date
    sources: tuple[CatalogueSource, ...]
    method: TierMethod
    threats: tuple[Threat, ...]

    def __post_init__(self) -> None:
        if not self.licence.strip():
            raise ValueError("the threat catalogue states no licence")
        if not self.sources:
            raise ValueError("the threat catalogue names no source")
        if not self.threats:
            raise ValueError("the threat catalogue is empty")
        ids = [threat.id for threat in self.threats]
        if repeated := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"threats repeat: {', '.join(repeated)}")
        named = {i for factor in self.method.factors for i in factor.threats}
        if unknown := sorted(named - set(ids)):
            raise ValueError(f"factors name unknown threats: {', '.join(unknown)}")

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Every condition, each with the id of what it belongs to."""
        return (
            *((threat.id, threat.applies_when) for threat in self.threats),
            *((factor.id, factor.when) for factor in self.method.factors),
            *((floor.id, floor.when) for floor in self.method.harm_floors),
        )

    def threat(self, identifier: str) -> Threat:
        """Return the threat with this id.

        Raises:
            KeyError: If the catalogue has none.
        """
        return {threat.id: threat for threat in self.threats}[identifier]
