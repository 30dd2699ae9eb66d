"""What is wrong with the definitions of tools."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.ports import Detector
from roadworthy.lint.tools import arguments, bodies, descriptions, effects, names, reviewed, scopes

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "tools.scope-too-broad": Detector(of_file=scopes.too_broad),
        "tools.scope-beyond-effect": Detector(of_file=scopes.beyond_effect),
        "tools.open-arguments": Detector(of_file=arguments.open_arguments),
        "tools.unconstrained-argument": Detector(of_file=arguments.unconstrained),
        "tools.arbitrary-execution": Detector(of_file=arguments.arbitrary_execution),
        "tools.unbounded-amount": Detector(of_file=arguments.unbounded_amount),
        "tools.unbounded-array": Detector(of_file=arguments.unbounded_array),
        "tools.missing-enum": Detector(of_file=arguments.missing_enum),
        "tools.asks-for-secret": Detector(of_file=arguments.asks_for_secret),
        "tools.secret-default": Detector(of_file=arguments.secret_default),
        "tools.effect-unbraked": Detector(of_file=effects.unbraked),
        "tools.effect-undeclared": Detector(of_file=effects.undeclared),
        "tools.unapproved-by-name": Detector(of_repository=effects.unapproved_by_name),
        "tools.description-orders": Detector(of_file=descriptions.orders),
        "tools.description-steers": Detector(of_file=descriptions.steering),
        "tools.hidden-text": Detector(of_file=descriptions.hidden),
        "tools.result-unmarked": Detector(of_file=descriptions.unmarked_result),
        "tools.undescribed": Detector(of_file=descriptions.undescribed),
        "tools.name-lookalike": Detector(of_file=names.lookalike),
        "tools.name-twice": Detector(of_file=names.twice),
        "tools.executes-argument": Detector(of_file=bodies.executes_argument),
        "tools.fetches-argument": Detector(of_file=bodies.fetches_argument),
        "tools.opens-argument": Detector(of_file=bodies.opens_argument),
        "tools.differs-from-manifest": Detector(of_repository=reviewed.differs),
    }
)
"""By name; a rule in `roadworthy.lint_rules` says which it asks."""
