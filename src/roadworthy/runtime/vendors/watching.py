"""Looks at what vendors say now, records what changed, and has the evidence recalled that it voids.

Nothing is contacted but what ``vendors.yaml`` names, and only here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roadworthy.adapters.vendors.alias import Resolved, Unresolved, resolve_alias
from roadworthy.adapters.vendors.terms import look_at_terms
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import ConfigError, ConflictError
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.inventory.model import HostedModel
from roadworthy.runtime.oversight.recalling import record_recall
from roadworthy.runtime.vendors.reading import VendorDesk, read_desk
from roadworthy.runtime.vendors.stores import VendorStores
from roadworthy.runtime.workspace import Workspace
from roadworthy.vendors.changes import Observation, VendorChange, due, moved
from roadworthy.vendors.model import AliasWatch, Vendor
from roadworthy.vendors.voiding import Voiding, voiding_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSeen:
    """Something that could not be looked at."""

    vendor: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReport:
    """What looking at the vendors brought."""

    seen: tuple[Observation, ...]
    not_seen: tuple[NotSeen, ...]
    changes: tuple[VendorChange, ...]
    """New ones, first recorded now."""

    recalls: tuple[Recall, ...]
    """Recorded now."""

    @property
    def exit_code(self) -> int:
        """1 where something changed or was voided, 3 where something could not be looked at, else 0."""
        if self.changes or self.recalls:
            return 1
        return 3 if self.not_seen else 0


def watch(workspace: Workspace, *, only: str | None = None) -> WatchReport:
    """Compare what vendors say now with what was recorded.

    Args:
        workspace: The repository.
        only: Key of one vendor; None: all.

    Raises:
        ConfigError: If ``vendors.yaml`` does not load, or an alias cannot be asked as it is stated.
        NotFoundError: If there is no such vendor.
    """
    desk = read_desk(workspace)
    vendors = desk.file.vendors if only is None else (desk.vendor(only),)
    asks = [(vendor, alias, _asked(desk, vendor, alias)) for vendor in vendors for alias in vendor.aliases]
    looked = asyncio.run(_look(workspace, vendors, asks))
    seen = tuple(one for one in looked if isinstance(one, Observation))
    changes = [change for one in seen if (change := _record(workspace, one)) is not None]
    for vendor in vendors:
        for change in due(vendor, relies_on=desk.relies.get(vendor.key, ()), now=workspace.clock.now()):
            changes += [change] if _add_change(workspace, change) else []
    recalls = _recall(workspace, desk, keys={vendor.key for vendor in vendors})
    return WatchReport(
        seen=seen,
        not_seen=tuple(one for one in looked if isinstance(one, NotSeen)),
        changes=tuple(changes),
        recalls=recalls,
    )


def _asked(desk: VendorDesk, vendor: Vendor, alias: AliasWatch) -> str:
    """Return the name that is asked for."""
    component = next((c for c in desk.manifest.components if c.key == alias.component), None)
    if not isinstance(component, HostedModel):
        raise ConfigError(
            f"vendor {vendor.key} watches {alias.component!r}, which is no hosted model of the manifest",
            where="vendors.yaml, aliases",
            fix="name the key of a component of type hosted_model",
        )
    return alias.model or component.model


async def _look(
    workspace: Workspace, vendors: Sequence[Vendor], asks: Sequence[tuple[Vendor, AliasWatch, str]]
) -> list[Observation | NotSeen]:
    looked: list[Observation | NotSeen] = []
    for vendor, alias, model in asks:
        answer = await resolve_alias(alias, model=model, environ=workspace.environ)
        looked.append(_seen(workspace, answer, vendor=vendor.key, kind="alias", subject=alias.component, asked=model))
    for vendor in vendors:
        for terms in vendor.terms:
            answer = await look_at_terms(terms, root=workspace.root)
            asked = answer.place if isinstance(answer, Resolved) else ""
            looked.append(_seen(workspace, answer, vendor=vendor.key, kind="terms", subject=terms.name, asked=asked))
    return looked


def _seen(
    workspace: Workspace, answer: Resolved | Unresolved, *, vendor: str, kind: str, subject: str, asked: str
) -> Observation | NotSeen:
    if isinstance(answer, Unresolved):
        return NotSeen(vendor=vendor, subject=subject, reason=answer.reason)
    return Observation(
        id=workspace.ids.new("observation"),
        vendor=vendor,
        kind="alias" if kind == "alias" else "terms",
        subject=subject,
        asked=asked,
        value=answer.value,
        observed_at=workspace.clock.now(),
    )


def _record(workspace: Workspace, seen: Observation) -> VendorChange | None:
    """Record a look and what it shows; return the change where it is new.

    The change is written before the look: a process that ends in between finds it again at the next look.
    """
    stores = VendorStores(workspace)
    change = moved([s.record for s in stores.observations.all()], seen)
    is_new = change is not None and _add_change(workspace, change)
    stores.observations.add(seen)
    return change if is_new else None


def _add_change(workspace: Workspace, change: VendorChange) -> bool:
    """Record a change; return whether it was not known before."""
    stores = VendorStores(workspace)
    if any(stored.record.id == change.id for stored in stores.changes.all()):
        return False
    try:
        stores.changes.add(change, claim=change.id)
    except ConflictError:
        return False
    return True


def _recall(workspace: Workspace, desk: VendorDesk, *, keys: set[str]) -> tuple[Recall, ...]:
    """Record the recalls that known changes call for, and return those made now."""
    known = {stored.record.id for stored in workspace.recalls.all()}
    wanted = [recall for recall in _wanted(workspace, desk, keys=keys) if recall.id not in known]
    return tuple(record_recall(workspace, recall, observed=True).record for recall in wanted)


def _wanted(workspace: Workspace, desk: VendorDesk, *, keys: set[str]) -> Iterator[Recall]:
    releases = [stored.record for stored in workspace.releases.all()]
    components: list[tuple[str, Digest]] = [(c.key, c.digest) for release in releases for c in release.components]
    components += [(r.component, r.digest) for found in desk.relies.values() for r in found if r.digest is not None]
    evidence = [stored.record for stored in workspace.evidence.all()]
    for stored in VendorStores(workspace).changes.all():
        change = stored.record
        if change.vendor not in keys:
            continue
        mine = {reliance.component for reliance in desk.relies.get(change.vendor, ())}
        for voiding in voiding_of(change, components=components, mine=mine, evidence=evidence):
            yield _as_recall(workspace, voiding)


def _as_recall(workspace: Workspace, voiding: Voiding) -> Recall:
    return Recall(
        id=f"recall-{digest_of(voiding)[7:27]}",
        cause=RecallCause(voiding.cause.value),
        reason=voiding.reason,
        subject=voiding.subject,
        evidence=voiding.evidence,
        observed_until=voiding.observed_until,
        recorded_by=workspace.person.id if workspace.person is not None else workspace.actor,
        recorded_at=workspace.clock.now(),
    )
