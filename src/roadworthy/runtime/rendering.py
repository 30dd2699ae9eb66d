"""Turns decisions into documents: the report, the system card, and what CI systems read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from roadworthy.adapters.documents import render_report, render_system_card
from roadworthy.adapters.files import write_atomically
from roadworthy.core.digest import JsonValue, plain
from roadworthy.core.errors import EvidenceError, NotFoundError
from roadworthy.core.evidence import Evidence
from roadworthy.evidence.documents.junit import junit_of
from roadworthy.evidence.documents.markdown import markdown_of
from roadworthy.evidence.documents.report import report_of
from roadworthy.evidence.documents.sarif import sarif_of
from roadworthy.evidence.documents.system_card import SystemCard, system_card_of
from roadworthy.evidence.pack import file_stem
from roadworthy.gates.model import GateDecision
from roadworthy.inventory.release import Release
from roadworthy.runtime.workspace import MANIFEST, Workspace


def decision_of(workspace: Workspace, reference: str | None) -> GateDecision:
    """Return the decision of this id or digest, the last one on this version or release, or the last of all.

    Raises:
        NotFoundError: If there is none.
    """
    if reference is None:
        latest = workspace.decisions.latest()
        if latest is None:
            raise NotFoundError("nothing was decided yet", fix="run `rw gate`")
        return latest.record
    try:
        return workspace.decisions.get(reference).record
    except NotFoundError:
        about = [s.record for s in workspace.decisions.all() if s.record.release.startswith(_as_digest(reference))]
        if not about:
            raise
        return about[-1]


def render_decision(workspace: Workspace, decision: GateDecision, form: str) -> str:
    """Return ``decision`` as ``json``, ``markdown``, ``junit`` or ``sarif``."""
    match form:
        case "json":
            return json.dumps(plain(decision), ensure_ascii=False, indent=2, sort_keys=True)
        case "markdown":
            return markdown_of(decision)
        case "junit":
            return junit_of(decision)
        case "sarif":
            return json.dumps(sarif_of(decision, manifest=MANIFEST), ensure_ascii=False, indent=2)
        case _:
            raise NotFoundError(f"a decision has no form {form!r}", fix="choose json, markdown, junit or sarif")


def write_result(path: Path, text: str) -> None:
    """Write a rendered result to a file, whole or not at all."""
    write_atomically(path.resolve(), (text if text.endswith("\n") else text + "\n").encode("utf-8"))


def write_report(workspace: Workspace, reference: str | None, out: Path | None) -> Path:
    """Write the report of a decision, with its JSON beside it, and return its path."""
    decision = decision_of(workspace, reference)
    path = out or Path(f"{file_stem(decision)}-report.html")
    html, data = report_documents(workspace, decision)
    write_atomically(path.resolve(), html)
    write_result(path.with_suffix(".json"), json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))
    return path


def write_card(workspace: Workspace, reference: str | None, out: Path | None) -> Path:
    """Write the system card of a decision, with its JSON beside it, and return its path."""
    decision = decision_of(workspace, reference)
    path = out or Path(f"{file_stem(decision)}-system-card.html")
    html, data = card_documents(workspace, decision)
    write_atomically(path.resolve(), html)
    write_result(path.with_suffix(".json"), json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))
    return path


def report_documents(workspace: Workspace, decision: GateDecision) -> tuple[bytes, JsonValue]:
    """Return the report of ``decision`` as a page and as data."""
    report = report_of(decision, release=release_of(workspace, decision), evidence=evidence_of(workspace, decision))
    return render_report(report), plain(report)


def card_documents(workspace: Workspace, decision: GateDecision) -> tuple[bytes, JsonValue]:
    """Return the system card of ``decision`` as a page and as data."""
    card = _card(workspace, decision)
    return render_system_card(card), plain(card)


def _card(workspace: Workspace, decision: GateDecision) -> SystemCard:
    facts = workspace.inputs.get(decision.id).record.facts
    assessment = plain(workspace.assessments.get(decision.assessment).record)
    return system_card_of(
        decision,
        release=release_of(workspace, decision),
        system=_mapping(facts.get("system")),
        assessment=_mapping(assessment),
        evidence=evidence_of(workspace, decision),
    )


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def release_of(workspace: Workspace, decision: GateDecision) -> Release:
    """Return the release that was decided on."""
    return workspace.releases.get(decision.release).record


def evidence_of(workspace: Workspace, decision: GateDecision) -> tuple[Evidence, ...]:
    """Return everything that the decision considered, sorted by id.

    Raises:
        EvidenceError: If the store no longer holds what the decision was made from.
    """
    inputs = workspace.inputs.get(decision.id).record
    try:
        found = [workspace.evidence.get(ref.digest).record for ref in inputs.evidence]
    except NotFoundError as error:
        raise EvidenceError(f"evidence of decision {decision.id} is gone: {error.problem}") from error
    return tuple(sorted(found, key=lambda evidence: evidence.id))


def _as_digest(reference: str) -> str:
    return reference if reference.startswith("sha256:") else f"sha256:{reference}"
