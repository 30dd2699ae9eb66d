"""A threat model as Markdown: what is open first, then every table. Inert whatever a name contains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roadworthy.evidence.documents.markdown import inert
from roadworthy.evidence.documents.threat_model.wording import (
    RULE_WORD,
    STATE_WORD,
    classes_text,
    headline,
    ids_of,
    letters_of,
    numbered_flows,
)
from roadworthy.risk.threat_model.model import ModelledThreat, ThreatModel, ThreatState


def threat_model_markdown(model: ThreatModel) -> str:
    """Return a threat model as one Markdown document."""
    lines = [
        f"# Threat model of {inert(model.system)}",
        "",
        f"{headline(model)}. Digest `{model.digest}`.",
        "",
        *(f"- {inert(note)}" for note in model.notes),
        "",
        *_threats("Threats of the catalogue", [t for t in model.threats if t.catalogued]),
        *_threats("Further threats by STRIDE", [t for t in model.threats if not t.catalogued]),
        *_abuse(model),
        *_controls(model),
        *_elements(model),
        *_flows(model),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}"
    yield ""
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _threats(title: str, threats: list[ModelledThreat]) -> Iterator[str]:
    order = tuple(ThreatState)
    rows = [
        (
            STATE_WORD[t.state],
            f"**{inert(t.id)}** {inert(t.title) if t.catalogued else inert(t.description)}",
            letters_of(t),
            inert(", ".join(t.through) or "the whole system"),
            inert(t.reason),
            inert(ids_of(t)),
        )
        for t in sorted(threats, key=lambda t: order.index(t.state))
    ]
    yield from _table(title, ("State", "Threat", "STRIDE", "Comes through", "Why", "Also known as"), rows)


def _abuse(model: ThreatModel) -> Iterator[str]:
    rows = [
        (STATE_WORD[a.state], f"**{a.id}** {inert(a.text)}", inert(", ".join(a.threats)), inert(a.reason))
        for a in model.abuse_cases
    ]
    yield from _table("Abuse cases", ("State", "Case", "By way of", "Why"), rows)


def _controls(model: ThreatModel) -> Iterator[str]:
    rows = [
        (
            inert(control.control),
            inert(control.title),
            inert(rule.rule),
            RULE_WORD[rule.state],
            inert(", ".join(rule.tests)),
        )
        for control in model.countermeasures
        for rule in control.rules
    ]
    yield from _table("Controls", ("Control", "Title", "Rule", "In the latest decision", "Tests"), rows)


def _elements(model: ThreatModel) -> Iterator[str]:
    rows = [
        (inert(e.title), e.kind.value, inert(e.type.replace("_", " ")), inert(e.boundary))
        for e in model.diagram.elements
    ]
    yield from _table("Elements", ("Element", "Is a", "Type", "Inside"), rows)


def _flows(model: ThreatModel) -> Iterator[str]:
    rows = [
        (
            str(number),
            inert(flow.source),
            inert(flow.target),
            inert(flow.carries),
            classes_text(flow),
            "yes" if flow.untrusted else "",
            "yes" if flow.crosses else "",
        )
        for number, flow in numbered_flows(model)
    ]
    columns = ("No.", "From", "To", "What", "Data at most", "Outsiders can write it", "Crosses a boundary")
    yield from _table("Flows", columns, rows)
