"""What the store holds, a line each."""

from __future__ import annotations

from roadworthy.core.errors import NotFoundError
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
            return [
                {
                    "at": f"{s.record.decided_at:{_TIME}}",
                    "id": s.record.id,
                    "version": s.record.version,
                    "verdict": s.record.verdict.value,
                    "release": s.record.release,
                }
                for s in workspace.decisions.all()
            ]
        case _:
            raise NotFoundError(f"there is nothing called {noun!r} to list", fix="see `rw list --help`")
