"""What is wrong with guard policies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.guards import baseline, failing, rails
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "guards.fails-open": Detector(of_file=failing.fails_open),
        "guards.default-allow": Detector(of_file=failing.default_allow),
        "guards.only-watches": Detector(of_file=failing.only_watches),
        "guards.switched-off": Detector(of_file=failing.switched_off),
        "guards.rail-off": Detector(of_file=failing.rail_off),
        "guards.on-request": Detector(of_file=failing.on_request),
        "guards.empty": Detector(of_file=rails.empty),
        "guards.one-sided": Detector(of_file=rails.one_sided),
        "guards.never-fires": Detector(of_file=rails.never_fires),
        "guards.stream-unguarded": Detector(of_file=rails.stream_unguarded),
        "guards.broken-pattern": Detector(of_file=rails.broken_pattern),
        "guards.weaker": Detector(of_repository=baseline.weaker),
    }
)
"""By name; a rule in `roadworthy.lint_rules` says which it asks."""
