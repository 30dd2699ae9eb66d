"""Lets a chunk through to those alone who may read it: user, chunk, tenant and purpose must all agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.subject import STRICT
from roadworthy.guard.event import Principal
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Provenance, Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint

EVERYBODY = "*"

_NOT_AN_ID = ("role:", "group:", EVERYBODY)
"""How an id must not begin, or its bearer could pass for a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementSettings:
    """What must agree besides tenant and readers."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["entitlement"] = "entitlement"
    check_purpose: bool = True
    """Whether the chunk's purposes must name that of the request."""

    shared_tenants: tuple[str, ...] = ()
    """Tenants whose documents every tenant may be given, such as ``public``."""


class EntitlementRail:
    """Finds chunks that this principal may not be given.

    What is not stated is no permission: a chunk without tenant, readers or purposes, and a request without purpose,
    are found as well.

    Args:
        settings: What must agree.
    """

    operating_point: OperatingPoint | None = None
    triggers: Triggers | None = None
    reach: int | None = None

    def __init__(self, settings: EntitlementSettings) -> None:
        self._settings = settings

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return one detection over the whole chunk for each thing that does not agree."""
        whole = Span(start=0, end=len(segment.text))
        if segment.provenance is None:
            return (Detection(kind="no_provenance", span=whole),)
        kinds = self._faults(segment.provenance, scene.event.principal)
        return [Detection(kind=kind, span=whole) for kind in kinds]

    def _faults(self, chunk: Provenance, principal: Principal) -> list[str]:
        faults = []
        if not chunk.tenant:
            faults.append("tenant_not_stated")
        elif chunk.tenant != principal.tenant and chunk.tenant not in self._settings.shared_tenants:
            faults.append("other_tenant")
        if chunk.readers is None:
            faults.append("readers_not_stated")
        elif EVERYBODY not in chunk.readers and readers_of(principal).isdisjoint(chunk.readers):
            faults.append("not_a_reader")
        if self._settings.check_purpose:
            faults += _purpose_faults(chunk, principal)
        return faults


def _purpose_faults(chunk: Provenance, principal: Principal) -> list[str]:
    if chunk.purposes is None:
        return ["purpose_not_stated"]
    if EVERYBODY in chunk.purposes or (principal.purpose and principal.purpose in chunk.purposes):
        return []
    return ["other_purpose" if principal.purpose else "purpose_not_stated"]


def readers_of(principal: Principal) -> frozenset[str]:
    """Return every name under which ``principal`` may be listed as a reader.

    >>> sorted(readers_of(Principal(id="ada", tenant="acme", roles=("agent",), groups=("finance",))))
    ['*', 'ada', 'group:finance', 'role:agent']
    """
    return frozenset(
        name
        for name in (
            EVERYBODY,
            *(() if principal.id.startswith(_NOT_AN_ID) else (principal.id,)),
            *(f"role:{role}" for role in principal.roles),
            *(f"group:{group}" for group in principal.groups),
        )
        if name
    )


def entitlement_digest(principal: Principal) -> Digest:
    """Return what the keys of a cache of answers or chunks must contain.

    With it nobody is given what was retrieved for somebody who may read more.
    It depends on everything that `EntitlementRail` looks at, and on nothing else.

    >>> one = Principal(id="ada", tenant="acme", groups=("a", "b"), locale="de")
    >>> other = Principal(id="ada", tenant="acme", groups=("b", "a"), locale="en")
    >>> entitlement_digest(one) == entitlement_digest(other)
    True
    """
    return digest_of(
        {"tenant": principal.tenant, "readers": sorted(readers_of(principal)), "purpose": principal.purpose}
    )
