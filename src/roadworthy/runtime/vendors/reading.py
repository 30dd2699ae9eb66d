"""Reads ``vendors.yaml`` and the manifest beside it, and says what hangs on whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.vendors.file import VENDORS_NAME, load_vendors
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, NotFoundError, RoadworthyError
from roadworthy.core.severity import RiskTier
from roadworthy.inventory.model import Manifest
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.threats.controls import latest_assessment
from roadworthy.runtime.workspace import Workspace
from roadworthy.vendors.assessment import Reliance, VendorAssessment, assess_vendor
from roadworthy.vendors.demands import demands_in_force
from roadworthy.vendors.model import Vendor, VendorFile
from roadworthy.vendors.reliance import NOBODY, reliances


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorDesk:
    """What is stated of vendors, of the system and of what it has from whom."""

    file: VendorFile
    manifest: Manifest
    relies: Mapping[str, tuple[Reliance, ...]]
    """By the vendor's key; under `NOBODY` what no vendor is named for."""

    tier: RiskTier
    assessed: bool
    """Whether the tier comes from an assessment; else the gravest that is not forbidden is taken."""

    @property
    def unassigned(self) -> tuple[str, ...]:
        """Hosted models and tool servers for which no vendor is named, sorted."""
        return tuple(sorted(reliance.component for reliance in self.relies.get(NOBODY, ())))

    @property
    def data_classes(self) -> tuple[str, ...] | None:
        """What the system reads; None: not stated."""
        stated = self.manifest.system.data_classes
        return None if stated is None else tuple(sorted(item.value for item in stated))

    def vendor(self, key: str) -> Vendor:
        """Return the vendor with this key.

        Raises:
            NotFoundError: If the file names none.
        """
        found = self.file.vendor(key)
        if found is None:
            known = ", ".join(vendor.key for vendor in self.file.vendors) or "none"
            raise NotFoundError(f"no vendor is called {key!r}", where=VENDORS_NAME, fix=f"choose from: {known}")
        return found


def read_desk(workspace: Workspace) -> VendorDesk:
    """Read the vendors and what the system has from them.

    Raises:
        ConfigError: If there is no ``vendors.yaml``, or it does not load.
        ManifestError: If the manifest does not load.
    """
    path = workspace.root / VENDORS_NAME
    if not path.is_file():
        raise ConfigError(
            f"there is no {VENDORS_NAME} beside the manifest",
            where=str(workspace.root),
            fix="write one; docs/how-to/assess-vendors.md shows how",
        )
    file, manifest = load_vendors(path), load_manifest(workspace.manifest_path)
    assessment = latest_assessment(workspace, manifest.system.key)
    digests = _digests(workspace)
    relies = {
        key: tuple(replace(reliance, digest=digests.get(reliance.component)) for reliance in found)
        for key, found in reliances(manifest, file.vendors).items()
    }
    return VendorDesk(
        file=file,
        manifest=manifest,
        relies=relies,
        tier=RiskTier.CRITICAL if assessment is None else assessment.tier,
        assessed=assessment is not None,
    )


def assessed_now(workspace: Workspace, desk: VendorDesk, vendor: Vendor) -> VendorAssessment:
    """Return how a vendor's terms stand now. Nothing is stored."""
    return assess_vendor(
        vendor,
        id=workspace.ids.new("assessment"),
        system=desk.manifest.system.key,
        relies_on=desk.relies.get(vendor.key, ()),
        demands=demands_in_force(desk.file.demands),
        tier=desk.tier,
        data_classes=desk.data_classes,
        by=acting_name(workspace),
        now=workspace.clock.now(),
    )


def acting_name(workspace: Workspace) -> str:
    """Return who is acting: their id where the governance file knows them, else the name that they gave."""
    return workspace.person.id if workspace.person is not None else workspace.actor


def _digests(workspace: Workspace) -> dict[str, Digest]:
    """Return the digest of each component; none where the release in the making cannot be read."""
    try:
        release = read_candidate(workspace).release
    except RoadworthyError:
        return {}
    return {component.key: component.digest for component in release.components}
