"""The Rego module that every exported rule stands on: conditions in which what is not stated is never an answer."""

from __future__ import annotations

from roadworthy.policy.rego.ranges import RANGES
from roadworthy.policy.rego.truth import TRUTH

_COMPARED_LEVELS = 8
"""How deep nulls are left out before two lists or maps are compared. Rego has no recursion, so it is written out."""


def library() -> str:
    """Return the module ``roadworthy.cel``."""
    return "\n".join([TRUTH, _comparing(), RANGES])


def _comparing() -> str:
    lines = [
        "# Equal in what they state: an entry that is null is no entry.",
        "same(x, y) := true if { x == y }",
        "",
        "else := true if {",
        "\tis_range(x)",
        "\tis_range(y)",
        f"\tstated_{_COMPARED_LEVELS}(x) == stated_{_COMPARED_LEVELS}(y)",
        "}",
        "",
        "else := false",
        "",
        "# Rego has no recursion, so each level is written out; beneath the last, values stand as they are.",
    ]
    for level in range(_COMPARED_LEVELS, 0, -1):
        below = f"stated_{level - 1}(e)" if level > 1 else "e"
        lines += [
            f"stated_{level}(v) := {{k: {below} |",
            "\tsome k, e in v",
            "\te != null",
            "} if { is_object(v) }",
            "",
            f"else := [{below} | some e in v] if {{ is_array(v) }}",
            "",
            "else := v",
            "",
        ]
    return "\n".join(lines)
