"""A dataset's card: what its datasheet says, and what of it is in the release. What nobody stated is *not stated*."""

from __future__ import annotations

from roadworthy.core.errors import NotFoundError
from roadworthy.evals.datasets.datasheet import Datasheet
from roadworthy.evidence.exchange.cards.model_card import with_defaults
from roadworthy.evidence.exchange.cards.page import Page, plain_text, with_section
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.inventory.model import FileComponent

_UNKNOWN = "not stated"


def dataset_card_of(
    source: DecidedRelease, key: str, *, datasheet: Datasheet | None, existing: Page | None, where: str
) -> Page:
    """Return the card of a dataset or index, merged into the one that is there.

    Args:
        source: The decided release.
        key: Of a dataset or an index.
        datasheet: What its makers say of it; None where there is none, and then the card says so.
        existing: The card that is there; None for none. What others wrote in it stays.
        where: The card's file name, for errors.

    Raises:
        NotFoundError: If the release has no such dataset.
    """
    component = dataset_of(source, key)
    title = datasheet.name if datasheet else key
    page = existing or Page(front={}, body=f"# {plain_text(title)}\n")
    licence = datasheet.licence if datasheet else component.licence
    front = with_defaults(page.front, licence, datasheet.languages if datasheet else ())
    front.setdefault("pretty_name", title)
    return Page(front=front, body=with_section(page.body, _section(source, component, datasheet), where=where))


def dataset_of(source: DecidedRelease, key: str) -> FileComponent:
    """Return the dataset or index of a release.

    Raises:
        NotFoundError: If it has none of that key.
    """
    held = [c for c in source.manifest.components if isinstance(c, FileComponent) and c.type in {"dataset", "index"}]
    found = next((component for component in held if component.key == key), None)
    if found is None:
        known = ", ".join(component.key for component in held) or "none"
        raise NotFoundError(
            f"{key!r} is no dataset of this release", where="rw export dataset-card", fix=f"choose from {known}"
        )
    return found


def _section(source: DecidedRelease, component: FileComponent, sheet: Datasheet | None) -> str:
    version = source.release.component(component.key)
    rows = [
        ("component", f"`{component.key}` of {plain_text(source.manifest.system.name)} {source.release.version}"),
        ("digest", f"`{version.digest}`" if version else _UNKNOWN),
        ("files", str(len(version.files)) if version and version.files else _UNKNOWN),
        ("used for", component.role or _UNKNOWN),
        ("source", plain_text((sheet.source if sheet else None) or component.source or _UNKNOWN)),
        ("licence", plain_text((sheet.licence if sheet else None) or component.licence or _UNKNOWN)),
        ("personal data", _personal(component, sheet)),
        ("everyone who can write into it is trusted", _said(component.trusted)),
    ]
    table = "\n".join(["| | |", "| - | - |", *(f"| {name} | {value} |" for name, value in rows)])
    parts = ["## What it is", table, _sheet(sheet), _evidence(source, component)]
    return "\n\n".join(part for part in parts if part)


def _personal(component: FileComponent, sheet: Datasheet | None) -> str:
    stated = _said(component.personal_data)
    return f"{stated}: {plain_text(sheet.personal_data)}" if sheet and sheet.personal_data else stated


def _said(value: bool | None) -> str:
    return _UNKNOWN if value is None else "yes" if value else "no"


def _sheet(sheet: Datasheet | None) -> str:
    if sheet is None:
        return "There is no datasheet: who collected it, how, and what it lacks is not stated."
    said = [
        ("Purpose", sheet.purpose),
        ("Collection", sheet.collection),
        ("Independent unit", sheet.cluster_key or "each row"),
        ("Maintainer", sheet.maintainer or _UNKNOWN),
    ]
    lines = [f"**{name}.** {plain_text(text)}" for name, text in said]
    lines += [f"- part `{plain_text(name)}`: {plain_text(use)}" for name, use in sorted(sheet.splits.items())]
    lines += (
        ["### What it does not show", *(f"- {plain_text(limit)}" for limit in sheet.limits)] if sheet.limits else []
    )
    return "\n\n".join(lines)


def _evidence(source: DecidedRelease, component: FileComponent) -> str:
    cited = [
        f"- `{item.id}`, {item.type}, observed {item.observed_at:%Y-%m-%d}, digest `{source.digest(item.id)}`"
        for item in source.about(component.key)
    ]
    return "\n".join(["### Evidence that depended on it", "", *cited]) if cited else ""
