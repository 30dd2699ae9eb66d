"""What the page about a threat model shows, as values; a template lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.evidence.documents.threat_model.picture import diagram_svg
from roadworthy.evidence.documents.threat_model.wording import (
    RULE_WORD,
    STATE_TONE,
    STATE_WORD,
    classes_text,
    headline,
    ids_of,
    letters_of,
    numbered_flows,
)
from roadworthy.evidence.documents.wording import Tone
from roadworthy.risk.threat_model.model import ModelledThreat, RuleState, ThreatModel, ThreatState
from roadworthy.risk.threat_model.stride import Stride


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatRow:
    """One threat."""

    id: str
    title: str
    text: str
    word: str
    tone: Tone
    letters: str
    through: str
    reason: str
    ids: str
    flows: tuple[str, ...]
    controls: tuple[str, ...]
    """Each with how it stands."""

    risks: str
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One element or flow with the ids of its threats by kind, in the order of the letters."""

    place: str
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatPage:
    """Everything that the page shows."""

    system: str
    headline: str
    digest: str
    decision: str
    svg: str
    notes: tuple[str, ...]
    open: tuple[ThreatRow, ...]
    """Of the catalogue, open or countered in part."""

    settled: tuple[ThreatRow, ...]
    further: tuple[ThreatRow, ...]
    """By STRIDE alone."""

    abuse: tuple[tuple[str, Tone, str, str, str], ...]
    """Word, tone, id, text and reason."""

    rules: tuple[tuple[str, str, str, str, Tone, str], ...]
    """Control, title, rule, word, tone and tests."""

    flows: tuple[tuple[str, ...], ...]
    matrix: tuple[CellRow, ...]
    kinds: tuple[str, ...]


def threat_page(model: ThreatModel) -> ThreatPage:
    """Return what the page about ``model`` shows."""
    controls = {c.control: f"{c.control}: {c.title} ({RULE_WORD[c.state]})" for c in model.countermeasures}
    known = [t for t in model.threats if t.catalogued]
    unsettled = (ThreatState.OPEN, ThreatState.PARTLY)
    order = tuple(ThreatState)
    known.sort(key=lambda t: order.index(t.state))
    return ThreatPage(
        system=model.system,
        headline=headline(model),
        digest=model.digest,
        decision=model.decision or "",
        svg=diagram_svg(model, fits=True),
        notes=model.notes,
        open=tuple(_row(t, controls) for t in known if t.state in unsettled),
        settled=tuple(_row(t, controls) for t in known if t.state not in unsettled),
        further=tuple(_row(t, controls) for t in model.threats if not t.catalogued),
        abuse=tuple((STATE_WORD[a.state], STATE_TONE[a.state], a.id, a.text, a.reason) for a in model.abuse_cases),
        rules=_rules(model),
        flows=tuple(
            (
                str(number),
                flow.source,
                flow.target,
                flow.carries,
                classes_text(flow),
                "yes" if flow.untrusted else "no",
                "yes" if flow.crosses else "no",
            )
            for number, flow in numbered_flows(model)
        ),
        matrix=tuple(
            CellRow(place=e.id, cells=tuple(tuple(t.id for t in model.cell(e.id, kind)) for kind in Stride))
            for e in model.diagram.elements
        ),
        kinds=tuple(kind.value.replace("_", " ") for kind in Stride),
    )


def _row(threat: ModelledThreat, controls: dict[str, str]) -> ThreatRow:
    return ThreatRow(
        id=threat.id,
        title=threat.title,
        text=threat.description,
        word=STATE_WORD[threat.state],
        tone=STATE_TONE[threat.state],
        letters=letters_of(threat),
        through=", ".join(threat.through) or "the whole system",
        reason=threat.reason,
        ids=ids_of(threat),
        flows=threat.flows,
        controls=tuple(controls[name] for name in threat.countermeasures),
        risks=", ".join(threat.risks),
        advice=threat.advice,
    )


def _rules(model: ThreatModel) -> tuple[tuple[str, str, str, str, Tone, str], ...]:
    tones = {
        RuleState.HOLDS: Tone.GOOD,
        RuleState.WAIVED: Tone.OWED,
        RuleState.DOES_NOT_HOLD: Tone.BAD,
        RuleState.NOT_KNOWN: Tone.UNKNOWN,
        RuleState.NOT_APPLICABLE: Tone.QUIET,
    }
    return tuple(
        (c.control, c.title, r.rule, RULE_WORD[r.state], tones[r.state], ", ".join(r.tests))
        for c in model.countermeasures
        for r in c.rules
    )
