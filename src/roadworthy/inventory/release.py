"""A release: the digests of a system's components, fixed. Its own digest is what all records are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.subject import STRICT, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentVersion:
    """One component as it is in one release."""

    __pydantic_config__: ClassVar = STRICT

    key: str
    type: str
    digest: Digest
    """Over the content, over every field of the manifest that changes behaviour, and over ``uses``."""

    content: Digest | None = None
    """Like ``digest``, but without ``uses``: tells a component that was rewired from one that changed."""

    pin: Literal["exact", "dated", "alias"] | None = None
    """Hosted models only; ``alias`` is *unpinned*: the digest then names the alias, not the weights."""

    uses: tuple[str, ...] = ()
    """Keys of the components that it calls or reads, sorted."""

    files: tuple[tuple[str, Digest], ...] = ()
    """Relative name and digest of each file, sorted; empty for components without files."""

    revision: str | None = None
    """Version-control revision, of application code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A system's components at fixed digests.

    ``digest`` covers what is released, not when it was frozen or by whom: freezing
    the same content twice gives the same release.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/release/v1"] = "roadworthy/release/v1"
    system: str
    version: str
    components: tuple[ComponentVersion, ...]
    """Sorted by key."""

    manifest_digest: Digest
    """Digest of the manifest's system facts (not of its targets or tasks)."""

    digest: Digest
    frozen_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "frozen_at", require_aware(self.frozen_at, name="frozen_at"))
        expected = release_digest(
            system=self.system,
            version=self.version,
            components=self.components,
            manifest_digest=self.manifest_digest,
        )
        if self.digest != expected:
            raise ValueError(f"release {self.version}: its digest is {expected}, not {self.digest}")

    @property
    def subject(self) -> Subject:
        """The release as the subject of a record."""
        return Subject(kind="release", name=f"{self.system} {self.version}", digest=self.digest)

    def component(self, key: str) -> ComponentVersion | None:
        """Return the component named ``key``, or None when the release has none."""
        return next((c for c in self.components if c.key == key), None)


def release_digest(
    *, system: str, version: str, components: Iterable[ComponentVersion], manifest_digest: Digest
) -> Digest:
    """Return the digest that names a release: over its component digests and its stated facts."""
    return digest_of(
        {
            "schema": "roadworthy/release/v1",
            "system": system,
            "version": version,
            "manifest": manifest_digest,
            "components": {c.key: {"type": c.type, "digest": c.digest, "uses": list(c.uses)} for c in components},
        }
    )


def closure(release: Release, keys: Iterable[str]) -> tuple[Subject, ...]:
    """Return the subjects of ``keys`` and of everything that they use, directly or not.

    Args:
        release: Where the components are looked up.
        keys: Component keys; empty means every component: a check that does not say
            what it exercises depends on everything.

    Raises:
        KeyError: If a key is no component of the release.

    Returns:
        Subjects sorted by name, each once.
    """
    by_key: Mapping[str, ComponentVersion] = {c.key: c for c in release.components}
    waiting = list(keys) or list(by_key)
    found: dict[str, Subject] = {}
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        component = by_key[key]
        found[key] = Subject(kind="component", name=key, digest=component.digest)
        waiting.extend(component.uses)
    return tuple(sorted(found.values(), key=lambda subject: subject.name))
