"""A model's card: what it is, what it is for, and what was measured of the system with it."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import NotFoundError
from roadworthy.core.result import Measurement
from roadworthy.evidence.exchange.cards.model_index import merged, results_of
from roadworthy.evidence.exchange.cards.page import Page, plain_text, with_section
from roadworthy.evidence.exchange.licence import licences_of
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.inventory.model import FileComponent, HostedModel, PinKind

MODEL_INDEX = "model-index"


def model_card_of(source: DecidedRelease, key: str, *, existing: Page | None, task_type: str, where: str) -> Page:
    """Return the card of a model, merged into the one that is there.

    Args:
        source: The decided release.
        key: Of a model, an adapter or a hosted model.
        existing: The card that is there; None for none. What others wrote in it stays.
        task_type: What the hub calls the task.
        where: The card's file name, for errors.

    Raises:
        NotFoundError: If the release has no such model.
        EvidenceError: If a row of the card cites evidence that is another one now.
    """
    component = model_of(source, key)
    page = existing or Page(front={}, body=f"# {plain_text(key)}\n")
    front = with_defaults(page.front, component.licence, ())
    index = merged(
        front.get(MODEL_INDEX),
        name=key,
        ours=results_of(source, key, task_type=task_type),
        source=source,
        where=where,
    )
    front.pop(MODEL_INDEX, None)
    if index:
        front[MODEL_INDEX] = index
    return Page(front=front, body=with_section(page.body, _section(source, component), where=where))


def model_of(source: DecidedRelease, key: str) -> FileComponent | HostedModel:
    """Return the model of a release.

    Raises:
        NotFoundError: If it has none of that key.
    """
    models = [
        component
        for component in source.manifest.components
        if isinstance(component, HostedModel)
        or (isinstance(component, FileComponent) and component.type in {"model", "adapter"})
    ]
    found = next((component for component in models if component.key == key), None)
    if found is None:
        known = ", ".join(component.key for component in models) or "none"
        raise NotFoundError(
            f"{key!r} is no model of this release", where="rw export model-card", fix=f"choose from {known}"
        )
    return found


def with_defaults(front: dict[str, JsonValue], licence: str | None, languages: tuple[str, ...]) -> dict[str, JsonValue]:
    """Return front matter with licence and languages where it says nothing of them.

    The languages of a system are not those of its model, so a model's card gets none.
    """
    made = dict(front)
    if "license" not in made:
        made |= _licence(licence)
    if "language" not in made and languages:
        made["language"] = list(languages)
    return made


def _licence(stated: str | None) -> dict[str, JsonValue]:
    match licences_of(stated):
        case [{"license": {"id": str(found)}}]:
            return {"license": found.lower()}
        case []:
            return {}
        case _:
            return {"license": "other", "license_name": stated}


def _section(source: DecidedRelease, component: FileComponent | HostedModel) -> str:
    system, decision = source.manifest.system, source.decision
    version = source.release.component(component.key)
    parts = [
        "## What was checked",
        f"This model is the component `{component.key}` of {plain_text(system.name)}, release "
        f"{source.release.version}. The release was decided on {decision.decided_at:%Y-%m-%d}: "
        f"**{decision.verdict.value.replace('_', ' ')}**, until {decision.valid_until:%Y-%m-%d}.",
        f"Component digest: `{version.digest if version else 'unknown'}`. Release digest: `{source.release.digest}`.",
    ]
    if isinstance(component, HostedModel):
        snapshot = plain_text(component.snapshot or "")
        pinned = component.pin is not PinKind.ALIAS
        pin = f"pinned ({component.pin.value}) to `{snapshot}`" if pinned else "**not pinned**"
        parts.append(f"It is `{plain_text(component.model)}` of {plain_text(component.provider)}, {pin}.")
    parts += [_list("Intended use", system.intended_use), _list("Not for", system.out_of_scope_use)]
    parts += [_results(source, component.key), _limits()]
    return "\n\n".join(part for part in parts if part)


def _list(title: str, items: tuple[str, ...]) -> str:
    return "\n".join([f"### {title}", "", *(f"- {plain_text(item)}" for item in items)]) if items else ""


def _results(source: DecidedRelease, key: str) -> str:
    rows = [
        _row(item.result.task, one.metric, one.slice, _rate(one), f"{one.denominator} of {one.attempted}", item.id)
        for item in source.about(key)
        if item.result is not None
        for one in item.result.measurements
    ]
    if not rows:
        return "### Measured\n\nNothing was measured of the system with this model that counts for this release."
    head = [
        "### Measured",
        "",
        "| task | metric | slice | success rate | assessed | evidence |",
        "| - | - | - | - | - | - |",
    ]
    return "\n".join([*head, *rows])


def _row(*cells: str) -> str:
    return f"| {' | '.join(plain_text(cell) for cell in cells)} |"


def _rate(one: Measurement) -> str:
    if one.estimate is None or one.interval is None:
        return "unknown"
    interval = one.interval
    return f"{one.estimate:.3f} ({interval.low:.3f} to {interval.high:.3f} at {interval.confidence:g})"


def _limits() -> str:
    return (
        "### What this does not say\n\n"
        "The figures are of the whole system with this model in it, not of the model alone. They do not say that the "
        "samples represent what users will ask. Each cites a signed piece of evidence: ask the team for the evidence "
        "pack of the release, and check it with its public key."
    )
