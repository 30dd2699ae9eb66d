"""What is wrong with a policy or an overlay, each with its place, so that a reader finds the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from roadworthy.core.errors import ConfigError
from roadworthy.guard.policy.model import Containment, TenantOverlay

POLICY = "policy"
"""What problems of the policy itself are noted under (`Problem.document`)."""

Place: TypeAlias = "tuple[str | int, ...]"
"""Path of a field in its document, such as ``("rules", 3, "when")``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that keeps a policy from being compiled."""

    document: str
    """``policy``, ``overlay <tenant>`` or ``containment <id>``."""

    place: Place
    rule: str
    """Id of the rule; empty where it is about none."""

    said: str
    """What is wrong, with the offending value."""

    @property
    def field(self) -> str:
        """The place as a reader writes it.

        >>> Problem(document="policy", place=("rules", 3, "when"), rule="a/b", said="").field
        'rules[3].when'
        """
        written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place)
        return written.lstrip(".")

    def __str__(self) -> str:
        return ": ".join(part for part in (self.document, self.field, self.rule, self.said) if part)


def overlay_document(overlay: TenantOverlay) -> str:
    """Return what problems of ``overlay`` are noted under."""
    return f"overlay {overlay.tenant}"


def containment_document(containment: Containment) -> str:
    """Return what problems of ``containment`` are noted under."""
    return f"containment {containment.id}"


def error_of(problems: Sequence[Problem]) -> ConfigError:
    """Return one error that says all of ``problems``, of which there is at least one."""
    first, *rest = problems
    return ConfigError(
        f"{first.rule}: {first.said}" if first.rule else first.said,
        where=f"{first.document}: {first.field}",
        fix="correct the fields named above",
        details=tuple(str(problem) for problem in rest),
    )
