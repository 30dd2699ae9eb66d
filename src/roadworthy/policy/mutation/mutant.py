"""A pack with one thing changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from roadworthy.policy.model import Pack, Rule

Operator: TypeAlias = Literal[
    "loosen_threshold",
    "lower_confidence",
    "lower_min_samples",
    "lower_min_coverage",
    "lengthen_max_age",
    "lengthen_calibration_age",
    "drop_slice",
    "turn_on_imports",
    "turn_rate",
    "ask_for_another",
    "widen_origins",
    "lower_assurance",
    "drop_about",
    "soften_severity",
    "drop_tier",
    "widen_waivers",
    "postpone",
    "always_apply",
    "never_apply",
    "flip_comparator",
    "shift_comparator",
    "drop_operand",
    "swap_connective",
    "swap_quantifier",
    "negate",
    "change_constant",
    "remove_item",
    "drop_rule",
    "drop_control",
    "drop_tightening",
    "weaken_tightening",
    "postpone_pack",
]
"""What was done. ``docs/how-to/test-a-pack.md`` says what each means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule, changed in one place."""

    operator: Operator
    change: str
    """What, in a few words: the old value and the new."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A pack with one thing changed."""

    operator: Operator
    rule: str
    """The rule or, where a whole one is changed, the control or the pack."""

    change: str
    pack: Pack
