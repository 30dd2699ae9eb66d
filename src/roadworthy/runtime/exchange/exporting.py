"""Writes a decided release in other people's formats."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath

from roadworthy.adapters.datasets.datasheet_file import card_of, load_datasheet
from roadworthy.adapters.exchange.readme import page_bytes, read_page
from roadworthy.adapters.files import write_atomically
from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError, StoreError
from roadworthy.evals.datasets.datasheet import Datasheet
from roadworthy.evidence.exchange.cards.dataset_card import dataset_card_of, dataset_of
from roadworthy.evidence.exchange.cards.model_card import model_card_of
from roadworthy.evidence.exchange.cards.page import Page
from roadworthy.evidence.exchange.cyclonedx.bom import SpecVersion, bom_of
from roadworthy.evidence.exchange.oscal.folder import OscalModel, folder_of
from roadworthy.evidence.pack import file_stem
from roadworthy.runtime.exchange.gather import decided_release
from roadworthy.runtime.workspace import Workspace

_DOCUMENTS = (
    "catalog.json",
    "system-security-plan.json",
    "assessment-plan.json",
    "assessment-results.json",
    "component-definition.json",
    "plan-of-action-and-milestones.json",
)


def export_bom(workspace: Workspace, reference: str | None, *, spec: str) -> tuple[JsonValue, str]:
    """Return the AI bill of materials of a decision, and a file name for it.

    Raises:
        ConfigError: If the edition is none that can be written.
    """
    if spec not in {one.value for one in SpecVersion}:
        known = " or ".join(one.value for one in SpecVersion)
        raise ConfigError(f"CycloneDX {spec!r} cannot be written", where="--spec", fix=f"choose {known}")
    source = decided_release(workspace, reference)
    return bom_of(source, spec=SpecVersion(spec)), f"{file_stem(source.decision)}.cdx.json"


def export_oscal(
    workspace: Workspace, reference: str | None, *, model: str, out: Path | None
) -> tuple[Path, list[str]]:
    """Write the OSCAL documents of a decision into a folder.

    Returns:
        The folder, and the names of the files that were written.

    Raises:
        ConfigError: If the model is none that can be written, or the folder holds something else.
    """
    if model not in {one.value for one in OscalModel}:
        known = ", ".join(one.value for one in OscalModel)
        raise ConfigError(
            f"{model!r} is no OSCAL model that can be written", where="--model", fix=f"choose from {known}"
        )
    source = decided_release(workspace, reference)
    folder = out or Path(f"{file_stem(source.decision)}-oscal")
    files = folder_of(source, model=OscalModel(model))
    _require_ours(folder)
    _remove_others(folder, source.decision.id, keep=files)
    # Documents that refer to others come last: a killed process leaves no reference to a file that is not there.
    for name in sorted(files, key=lambda name: (not name.startswith("evidence/"), list(files).index(name))):
        place = folder.resolve() / PurePosixPath(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, files[name])
    return folder, sorted(files)


def _require_ours(folder: Path) -> None:
    """Refuse a place that is no folder, or one with files that an export would not write."""
    if not folder.exists():
        return
    known = {*_DOCUMENTS, "evidence"}
    foreign = (
        sorted(path.name for path in folder.iterdir() if path.name not in known) if folder.is_dir() else [folder.name]
    )
    if foreign:
        raise ConfigError(
            f"{foreign[0]} is in the way: the folder is not one of an earlier export",
            where=str(folder),
            fix="give an empty or a new folder with --output",
        )


def _remove_others(folder: Path, decision: str, *, keep: Collection[str]) -> None:
    """Remove the documents of another decision: beside those of this one they would pass for a part of it."""
    catalog = folder / "catalog.json"
    try:
        if not catalog.is_file() or decision.encode("ascii") in catalog.read_bytes():
            return
        for name in _DOCUMENTS:
            if name not in keep:
                (folder / name).unlink(missing_ok=True)
        for path in folder.glob("evidence/*.dsse.json"):
            if f"evidence/{path.name}" not in keep:
                path.unlink()
    except OSError as error:
        raise StoreError(
            f"the earlier export cannot be renewed: {error.strerror}", where=str(folder), fix="name another folder"
        ) from error


def export_model_card(
    workspace: Workspace, reference: str | None, *, component: str, task_type: str, out: Path | None
) -> tuple[Path, bytes]:
    """Return a model's card, merged into the one that is there, and where it belongs."""
    source = decided_release(workspace, reference)
    place = out or Path("README.md")
    page = model_card_of(source, component, existing=_existing(place), task_type=task_type, where=str(place))
    return place, page_bytes(page)


def export_dataset_card(
    workspace: Workspace, reference: str | None, *, component: str, out: Path | None
) -> tuple[Path, bytes]:
    """Return a dataset's card, merged into the one that is there, and where it belongs."""
    source = decided_release(workspace, reference)
    place = out or Path("README.md")
    sheet = _datasheet(workspace, dataset_of(source, component).path)
    page = dataset_card_of(source, component, datasheet=sheet, existing=_existing(place), where=str(place))
    return place, page_bytes(page)


def _existing(place: Path) -> Page | None:
    return None if str(place) == "-" else read_page(place)


def _datasheet(workspace: Workspace, path: str | None) -> Datasheet | None:
    """Return the datasheet beside a dataset; None where there is none."""
    if path is None:
        return None
    place = card_of(workspace.root / path)
    return load_datasheet(place) if place.is_file() else None


def write_card(place: Path, content: bytes) -> Path:
    """Write a card, whole or not at all, and return its path."""
    write_atomically(place.resolve(), content)
    return place
