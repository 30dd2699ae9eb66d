"""Every framework that links may name, and whether an identifier is one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.policy.frameworks import eu, standards, uk, us
from roadworthy.policy.frameworks.framework import Framework

FRAMEWORKS: Mapping[str, Framework] = MappingProxyType(
    {**standards.FRAMEWORKS, **eu.FRAMEWORKS, **us.FRAMEWORKS, **uk.FRAMEWORKS}
)
"""By the name that links use. An unknown one is an error when a pack is loaded."""


def is_plausible(framework: str, identifier: str) -> bool:
    """Return whether ``identifier`` is one that ``framework`` has, as far as its form and numbers say.

    >>> is_plausible("nist-ai-rmf", "MEASURE 2.13"), is_plausible("nist-ai-rmf", "MEASURE 2.14")
    (True, False)
    """
    known = FRAMEWORKS.get(framework)
    return known is not None and known.has(identifier)
