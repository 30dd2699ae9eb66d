"""Small guard policies, events and rails that tests of the guard judge with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.bundle import Bundle, compile_policy
from roadworthy.guard.event import Event, Principal
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import Containment, GuardPolicy, GuardRule, Tighten
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY = b"a key that is only for tests"
LANGUAGE = CelConditions(variables=VARIABLES)


def segment(text: str, *, index: int = 0, **fields) -> Segment:
    """Return what a user wrote, unless ``fields`` say otherwise."""
    stated = {
        "stage": Stage.INPUT,
        "role": Role.USER,
        "channel": Channel.TEXT,
        "source": Source(kind=SourceKind.USER),
        "path": f"/messages/{index}/content",
    }
    return Segment(text=text, index=index, **{**stated, **fields})


def event(*parts: str | Segment, **fields) -> Event:
    """Return an event with a segment for each text."""
    stated = {"id": "event-1", "route": "chat", "at": NOW, "principal": Principal(id="ada", tenant="acme")}
    segments = tuple(
        replace(part, index=place) if isinstance(part, Segment) else segment(part, index=place)
        for place, part in enumerate(parts)
    )
    return Event(segments=segments, **{**stated, **fields})


def rule(name: str, *patterns: str, action: Action = Action.DENY, **fields) -> GuardRule:
    """Return a rule of the pack ``t`` that looks for ``patterns``, or that only has a condition."""
    rail = PatternSettings(patterns=patterns) if patterns else None
    stated = {"id": name if "/" in name else f"t/{name}", "description": "A rule.", "action": action, "rail": rail}
    return GuardRule(**{**stated, **fields})


def policy(*rules: GuardRule, **fields) -> GuardPolicy:
    """Return a policy of ``rules``."""
    stated = {"name": "t", "version": "1", "title": "Test", "owner": "Team", "licence": "CC0-1.0"}
    return GuardPolicy(rules=rules, **{**stated, **fields})


def bundle(*rules: GuardRule, tier: RiskTier = RiskTier.HIGH, compiled: dict | None = None, **fields) -> Bundle:
    """Return a policy of ``rules``, compiled; ``compiled`` goes to the compiler, ``fields`` to the policy."""
    return compile_policy(
        policy(*rules, **fields), tier=tier, language=LANGUAGE, **{"stub_key": KEY, **(compiled or {})}
    )


def containment(name: str, *rules: GuardRule, tighten: Sequence[Tighten] = (), **fields) -> Containment:
    """Return a containment of a day from now on."""
    stated = {
        "id": name,
        "incident": "inc-1",
        "reason": "An incident.",
        "issued_at": NOW - timedelta(hours=1),
        "expires_at": NOW + timedelta(days=1),
    }
    return Containment(rules=rules, tighten=tuple(tighten), **{**stated, **fields})
