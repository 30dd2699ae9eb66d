"""A threat model and what changed in one, in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.cli import output
from roadworthy.evidence.documents.threat_model.wording import STATE_WORD, headline, ids_of, letters_of
from roadworthy.evidence.documents.wording import visible
from roadworthy.risk.threat_model.diagram import DataFlow
from roadworthy.risk.threat_model.difference import ThreatModelDifference
from roadworthy.risk.threat_model.model import ThreatModel, ThreatState
from roadworthy.runtime.threats.modelling import ModelChange

_STYLE = {
    ThreatState.OPEN: "red",
    ThreatState.PARTLY: "yellow",
    ThreatState.ACCEPTED: "cyan",
    ThreatState.MITIGATED: "green",
}
_MOST_FURTHER = 8


def model_lines(model: ThreatModel, *, full: bool) -> Iterator[str]:
    """Yield the model for people: open threats first."""
    diagram = model.diagram
    yield f"{visible(model.system)}: {headline(model)}"
    yield (
        f"{len(diagram.elements)} elements, {len(diagram.flows)} flows of which "
        f"{sum(flow.crosses for flow in diagram.flows)} cross a trust boundary; digest {model.digest[7:19]}"
    )
    yield ""
    order = tuple(ThreatState)
    known = sorted((t for t in model.threats if t.catalogued), key=lambda t: order.index(t.state))
    for threat in known:
        if not full and threat.state is ThreatState.MITIGATED:
            continue
        also = f"  ({ids_of(threat)})" if ids_of(threat) else ""
        yield f"{_mark(threat.state)} {threat.id} {visible(threat.title)}  [{letters_of(threat)}]{also}"
        yield f"{'':<18} through {visible(', '.join(threat.through) or 'the whole system')}"
        yield f"{'':<18} {visible(threat.reason)}"
    yield from _further(model, full=full)
    if model.abuse_cases:
        yield ""
        yield "Abuse cases"
    for case in model.abuse_cases:
        yield f"{_mark(case.state)} {case.id}  {visible(case.text)}"
        yield f"{'':<18} {visible(case.reason)}"
    yield ""
    yield from (f"note: {visible(note)}" for note in model.notes)


def _further(model: ThreatModel, *, full: bool) -> Iterator[str]:
    further = [t for t in model.threats if not t.catalogued and (full or t.state is not ThreatState.MITIGATED)]
    shown = further if full else further[:_MOST_FURTHER]
    if further:
        yield ""
        yield f"Further threats by STRIDE that none of the catalogue covers ({len(further)})"
    yield from (f"{_mark(t.state)} {visible(t.id)}  {visible(t.description)}" for t in shown)
    if len(shown) < len(further):
        yield f"{'':<18} … and {len(further) - len(shown)} more; see them with --full"


def _mark(state: ThreatState) -> str:
    return output.coloured(f"{STATE_WORD[state]:<17}", _STYLE[state])


def difference_lines(change: ModelChange) -> Iterator[str]:
    """Yield what changed, what is new first."""
    found = change.difference
    yield f"since {visible(change.version)} (decision {change.decision})"
    if found.is_empty:
        yield "nothing in the threat model changed"
        return
    for element in found.new_elements:
        yield f"+ element  {visible(element.title)} ({element.type or 'outside'}, {visible(element.boundary)})"
    for element in found.gone_elements:
        yield f"- element  {visible(element.title)}"
    for sign, flows in (("+", found.new_flows), ("-", found.gone_flows), ("~", found.changed_flows)):
        yield from (f"{sign} flow     {_flow(flow)}" for flow in flows)
    yield from _threat_lines(found)


def _flow(flow: DataFlow) -> str:
    across = ", across a trust boundary" if flow.crosses else ""
    outsiders = ", outsiders can write it" if flow.untrusted else ""
    return f"{visible(flow.id)}: {flow.carries}{across}{outsiders}"


def _threat_lines(found: ThreatModelDifference) -> Iterator[str]:
    for sign, threats in (("+", found.new_threats), ("-", found.gone_threats)):
        for threat in threats:
            yield f"{sign} threat   {visible(threat.id)} {visible(threat.title)}: {STATE_WORD[threat.state].lower()}"
    for wider in found.wider_threats:
        yield f"~ threat   {wider.id} {visible(wider.title)} comes through {visible(', '.join(wider.through))} as well"
    for turned in found.turned_threats:
        yield f"~ threat   {visible(turned.id)}: {turned.before.value} → {turned.now.value} ({visible(turned.reason)})"
    for case in found.new_abuse_cases:
        yield f"+ abuse    {visible(case.text)}"
