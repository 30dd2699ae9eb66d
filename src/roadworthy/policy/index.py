"""Finding a control or a rule: by id, area, threat or framework."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from roadworthy.core.errors import NotFoundError
from roadworthy.policy.model import Area, Control, Link, Pack, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A control, and the one rule of it that was asked for, if one was."""

    pack: Pack
    control: Control
    rule: Rule | None


def controls(
    packs: Iterable[Pack],
    *,
    area: Area | None = None,
    threat: str | None = None,
    framework: str | None = None,
    requirement: str | None = None,
) -> tuple[Control, ...]:
    """Return the controls that meet every condition given, sorted by id.

    Args:
        packs: Where to look.
        area: Of the control; None takes every area.
        threat: Threat id that the control counters.
        framework: Framework that the control links to; withdrawn links do not count.
        requirement: The framework's own identifier, e.g. ``Art. 15(1)``.
    """
    found = [
        control
        for pack in packs
        for control in pack.controls
        if (area is None or control.area is area)
        and (threat is None or threat in control.threats)
        and _serves(control.links, framework=framework, requirement=requirement)
    ]
    return tuple(sorted(found, key=lambda control: control.id))


def lookup(packs: Sequence[Pack], reference: str) -> Found:
    """Return the control or rule named ``reference``; its pack's name may be left out where one pack has it.

    Raises:
        NotFoundError: If nothing, or more than one thing, has that name; with the nearest names.
    """
    for match in (reference.__eq__, lambda name: name.partition("/")[2] == reference):
        hits = [found for name, found in _entries(packs) if match(name)]
        # A control that shares its id with its rule is the answer: it shows the rule as well.
        hits = [hit for hit in hits if hit.rule is None] or hits
        if len(hits) == 1:
            return hits[0]
        if hits:
            names = ", ".join(sorted(_name(hit) for hit in hits))
            raise NotFoundError(f"{reference!r} names more than one: {names}", where=reference, fix="give the full id")
    raise NotFoundError(
        f"no control or rule is named {reference!r}", where=reference, fix=_suggestion(packs, reference)
    )


def _entries(packs: Iterable[Pack]) -> Iterable[tuple[str, Found]]:
    for pack in packs:
        for control in pack.controls:
            yield control.id, Found(pack=pack, control=control, rule=None)
            for rule in control.rules:
                yield rule.id, Found(pack=pack, control=control, rule=rule)


def _name(found: Found) -> str:
    return found.control.id if found.rule is None else found.rule.id


def _serves(links: Sequence[Link], *, framework: str | None, requirement: str | None) -> bool:
    if framework is None and requirement is None:
        return True
    return any(
        (framework is None or link.framework == framework)
        and (requirement is None or link.id == requirement)
        and link.status != "withdrawn"
        for link in links
    )


def _suggestion(packs: Iterable[Pack], reference: str) -> str:
    names = [name for name, _ in _entries(packs)]
    near = get_close_matches(reference, names, n=3, cutoff=0.5)
    if not near:
        short = {name.partition("/")[2]: name for name in names}
        near = [short[name] for name in get_close_matches(reference, short, n=3, cutoff=0.5)]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "run `rw controls` for every id"
