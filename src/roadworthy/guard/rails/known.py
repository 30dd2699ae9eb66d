"""The rails that a policy can name, and how each is made from its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from roadworthy.core.tagged import TaggedBy
from roadworthy.guard.ports import EntityDetector, LanguageIdentifier, PoisonDetector
from roadworthy.guard.rails.disclosure import DisclosureRail, DisclosureSettings
from roadworthy.guard.rails.exfiltration.rail import ExfiltrationRail, ExfiltrationSettings
from roadworthy.guard.rails.invisible_text import InvisibleTextRail, InvisibleTextSettings
from roadworthy.guard.rails.language import LanguageSettings, language_rail
from roadworthy.guard.rails.pattern import PatternRail, PatternSettings
from roadworthy.guard.rails.personal_data import PersonalDataSettings, personal_data_rail
from roadworthy.guard.rails.placeholder import PlaceholderRail, PlaceholderSettings
from roadworthy.guard.rails.prompt_leak import PromptLeakRail, PromptLeakSettings
from roadworthy.guard.rails.rail import Rail
from roadworthy.guard.rails.retrieval.citation import CitationRail, CitationSettings
from roadworthy.guard.rails.retrieval.entitlement import EntitlementRail, EntitlementSettings
from roadworthy.guard.rails.retrieval.instructions import InstructionsRail, InstructionsSettings
from roadworthy.guard.rails.retrieval.poisoning import PoisoningRail, PoisoningSettings
from roadworthy.guard.rails.retrieval.provenance import ProvenanceRail, ProvenanceSettings
from roadworthy.guard.rails.secrets import SecretsRail, SecretsSettings
from roadworthy.guard.rails.sink.rail import OutputEncodingRail, OutputEncodingSettings
from roadworthy.guard.rails.size import SizeRail, SizeSettings
from roadworthy.guard.rails.structured.rail import StructuredOutputRail, StructuredOutputSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectors:
    """What rails may use from outside, by the name that settings give it. None is made for a rail that names none."""

    entities: Mapping[str, EntityDetector]
    languages: Mapping[str, LanguageIdentifier]
    poison: Mapping[str, PoisonDetector]


NO_DETECTORS = Detectors(entities={}, languages={}, poison={})

RailSettings: TypeAlias = Annotated[
    PatternSettings
    | DisclosureSettings
    | StructuredOutputSettings
    | ExfiltrationSettings
    | OutputEncodingSettings
    | SizeSettings
    | PromptLeakSettings
    | InvisibleTextSettings
    | LanguageSettings
    | EntitlementSettings
    | ProvenanceSettings
    | InstructionsSettings
    | CitationSettings
    | PoisoningSettings
    | PlaceholderSettings
    | PersonalDataSettings
    | SecretsSettings,
    TaggedBy("kind"),
]
"""Settings of any rail. The tag ``kind`` is the rail's name."""

BUILDERS: Mapping[type, Callable[[Any, Detectors], Rail]] = {
    PatternSettings: lambda settings, _: PatternRail(settings),
    SizeSettings: lambda settings, _: SizeRail(settings),
    PromptLeakSettings: lambda settings, _: PromptLeakRail(settings),
    InvisibleTextSettings: lambda settings, _: InvisibleTextRail(settings),
    LanguageSettings: lambda settings, detectors: language_rail(settings, detectors.languages),
    DisclosureSettings: lambda settings, _: DisclosureRail(settings),
    StructuredOutputSettings: lambda settings, _: StructuredOutputRail(settings),
    ExfiltrationSettings: lambda settings, _: ExfiltrationRail(settings),
    OutputEncodingSettings: lambda settings, _: OutputEncodingRail(settings),
    EntitlementSettings: lambda settings, _: EntitlementRail(settings),
    ProvenanceSettings: lambda settings, _: ProvenanceRail(settings),
    InstructionsSettings: lambda settings, _: InstructionsRail(settings),
    CitationSettings: lambda settings, _: CitationRail(settings),
    PoisoningSettings: lambda settings, detectors: PoisoningRail(
        settings, detector=detectors.poison[settings.detector]
    ),
    PersonalDataSettings: lambda settings, detectors: personal_data_rail(settings, detectors.entities),
    PlaceholderSettings: lambda settings, _: PlaceholderRail(settings),
    SecretsSettings: lambda settings, _: SecretsRail(settings),
}
"""Makes a rail from its settings. A builder raises `LookupError` where a detector is not there."""
