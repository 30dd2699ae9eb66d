"""The rails that a policy can name, and how each is made from its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from roadworthy.core.tagged import TaggedBy
from roadworthy.guard.ports import EntityDetector, LanguageIdentifier, PoisonDetector
from roadworthy.guard.rails.pattern import PatternRail, PatternSettings
from roadworthy.guard.rails.rail import Rail
from roadworthy.guard.rails.size import SizeRail, SizeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectors:
    """What rails may use from outside, by the name that settings give it. None is made for a rail that names none."""

    entities: Mapping[str, EntityDetector]
    languages: Mapping[str, LanguageIdentifier]
    poison: Mapping[str, PoisonDetector]


NO_DETECTORS = Detectors(entities={}, languages={}, poison={})

RailSettings: TypeAlias = Annotated[PatternSettings | SizeSettings, TaggedBy("kind")]
"""Settings of any rail. The tag ``kind`` is the rail's name."""

BUILDERS: Mapping[type, Callable[[Any, Detectors], Rail]] = {
    PatternSettings: lambda settings, _: PatternRail(settings),
    SizeSettings: lambda settings, _: SizeRail(settings),
}
"""Makes a rail from its settings. A builder raises `LookupError` where a detector is not there."""
