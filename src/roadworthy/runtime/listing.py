"""What the store holds, a line each."""

from __future__ import annotations

from roadworthy.core.errors import NotFoundError
from roadworthy.runtime.oversight.relying import standings_now
from roadworthy.runtime.workspace import Workspace

_TIME = "%Y-%m-%d %H:%M:%S"


def rows_of(workspace: Workspace, noun: str) -> list[dict[str, str]]:
    """Return one row for each record of ``noun``, oldest first; the keys are the same in each."""
    match noun:
        case "release":
            return [
                {
                    "at": f"{s.record.frozen_at:{_TIME}}",
                    "version": s.record.version,
                    "digest": s.record.digest,
                }
                for s in workspace.releases.all()
            ]
        case "assessment":
            return [
                {"at": f"{s.record.assessed_at:{_TIME}}", "id": s.record.id, "headline": s.record.headline}
                for s in workspace.assessments.all()
            ]
        case "evidence":
            return [
                {"at": f"{s.record.observed_at:{_TIME}}", "id": s.record.id, "type": s.record.type}
                for s in workspace.evidence.all()
            ]
        case "decision":
            decisions = [stored.record for stored in workspace.decisions.all()]
            standings = standings_now(workspace, decisions) if decisions else ()
            return [
                {
                    "at": f"{decision.decided_at:{_TIME}}",
                    "id": decision.id,
                    "version": decision.version,
                    "verdict": decision.verdict.value,
                    "standing": standing.state.value,
                    "release": decision.release,
                }
                for decision, standing in zip(decisions, standings, strict=True)
            ]
        case _:
            raise NotFoundError(f"there is nothing called {noun!r} to list", fix="see `rw list --help`")
