"""The words and tones in which documents speak of threats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roadworthy.evidence.documents.threat_model.layers import layers_of
from roadworthy.evidence.documents.wording import Tone
from roadworthy.risk.threat_model.diagram import DataFlow
from roadworthy.risk.threat_model.model import ModelledThreat, RuleState, ThreatModel, ThreatState

STATE_WORD = {
    ThreatState.OPEN: "Open",
    ThreatState.PARTLY: "Countered in part",
    ThreatState.ACCEPTED: "Accepted",
    ThreatState.MITIGATED: "Countered",
}
STATE_TONE = {
    ThreatState.OPEN: Tone.BAD,
    ThreatState.PARTLY: Tone.OWED,
    ThreatState.ACCEPTED: Tone.UNKNOWN,
    ThreatState.MITIGATED: Tone.GOOD,
}
RULE_WORD = {
    RuleState.HOLDS: "holds",
    RuleState.WAIVED: "excepted",
    RuleState.DOES_NOT_HOLD: "does not hold",
    RuleState.NOT_KNOWN: "not shown to hold",
    RuleState.NOT_APPLICABLE: "does not apply",
}


def headline(model: ThreatModel) -> str:
    """Say in one sentence how many threats there are and how they stand.

    Open threats stand first, because they are what a reader has to know.
    """
    known = [threat for threat in model.threats if threat.catalogued]
    further = [threat for threat in model.threats if not threat.catalogued]
    parts = [f"threats of the catalogue: {_counted(known)}", f"further ones by STRIDE: {_counted(further)}"]
    return "; ".join(part for part, some in zip(parts, (known, further), strict=True) if some) or "no threats"


def _counted(threats: Sequence[ModelledThreat]) -> str:
    counts = {state: sum(threat.state is state for threat in threats) for state in ThreatState}
    said = ", ".join(f"{counts[state]} {STATE_WORD[state].lower()}" for state in ThreatState if counts[state])
    return f"{said} of {len(threats)}"


def ids_of(threat: ModelledThreat) -> str:
    """Return the ids that other catalogues have for a threat, joined; empty where there are none."""
    return ", ".join((*threat.owasp_llm, *threat.owasp_asi, *threat.atlas))


def letters_of(threat: ModelledThreat) -> str:
    """Return the STRIDE letters of a threat, e.g. ``TE``."""
    return "".join(kind.letter for kind in threat.stride)


def classes_text(flow: DataFlow) -> str:
    """Say which data a flow may carry."""
    if flow.data_classes is None:
        return "not stated"
    return ", ".join(name.replace("_", " ") for name in flow.data_classes) or "none of those stated"


def numbered_flows(model: ThreatModel) -> Iterator[tuple[int, DataFlow]]:
    """Yield every flow with the number that its line has in the picture."""
    for interaction in layers_of(model.diagram).interactions:
        for flow in interaction.flows:
            yield interaction.number, flow
