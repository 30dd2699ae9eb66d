"""Whether an exception is about a release, and whether one scope lies within another."""

from __future__ import annotations

from typing import assert_never

from roadworthy.exceptions.model import ComponentScope, PolicyException, ReleaseScope, Scope, VersionScope
from roadworthy.exceptions.versions import is_between
from roadworthy.inventory.release import Release


def in_scope(exception: PolicyException, release: Release) -> bool:
    """Return whether ``exception`` is about ``release``."""
    if exception.system != release.system:
        return False
    match exception.scope:
        case ReleaseScope(release=digest):
            return digest == release.digest
        case VersionScope(system=system, first=first, last=last):
            return system == release.system and is_between(release.version, first=first, last=last)
        case ComponentScope(component=key, digest=digest):
            return any(part.key == key and part.digest == digest for part in release.components)
        case other:
            assert_never(other)


def is_within(inner: Scope, outer: Scope) -> bool:
    """Return whether ``inner`` reaches no further than ``outer``: a renewal may not widen what was approved."""
    if isinstance(inner, VersionScope) and isinstance(outer, VersionScope):
        return inner.system == outer.system and all(
            is_between(version, first=outer.first, last=outer.last) for version in (inner.first, inner.last)
        )
    return inner == outer


def scope_text(scope: Scope) -> str:
    """Say a scope for people.

    >>> scope_text(VersionScope(system="desk", first="1.2", last="1.4"))
    'desk versions 1.2 to 1.4'
    """
    match scope:
        case ReleaseScope(release=digest):
            return f"release {digest[7:19]}…"
        case VersionScope(system=system, first=first, last=last):
            return f"{system} versions {first} to {last}"
        case ComponentScope(component=key, digest=digest):
            return f"component {key} at {digest[7:19]}…"
        case other:
            assert_never(other)
