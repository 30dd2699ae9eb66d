"""Writes what a pipeline hands on: decisions in every form, packs, the comment, and values for later steps."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.core.digest import JsonValue, plain
from roadworthy.core.errors import ConfigError, RoadworthyError, StoreError
from roadworthy.evidence.documents.change_comment import LeftOut, SystemOutcome, change_comment
from roadworthy.evidence.documents.junit import junit_of
from roadworthy.evidence.documents.sarif import sarif_of
from roadworthy.gates.model import GateDecision
from roadworthy.runtime.packing import write_pack
from roadworthy.runtime.pipeline.running import problem_text
from roadworthy.runtime.rendering import render_decision, write_report, write_result
from roadworthy.runtime.workspace import MANIFEST, Workspace

COMMENT = "comment.md"
SARIF = "sarif"
JUNIT = "junit"
PACKS = "packs"
RESULT = "result.json"

_REPORTS = (
    COMMENT, RESULT, "*.decision.json", "*.report.html", f"{SARIF}/*.sarif", f"{JUNIT}/*.xml",
    f"{PACKS}/*.rwpack.zip", f"{PACKS}/*.pub.pem",
)  # fmt: skip

# Of several systems the worst speaks: what is refuted before what was asked wrongly before what nobody can tell.
_WORST_FIRST = (1, 2, 3, 0)
_WORD = {0: "ship", 1: "blocked", 2: "asked_wrongly", 3: "cannot_tell"}


def worst(codes: Sequence[int]) -> int:
    """Return the exit code of several systems together; 0 where there is none.

    >>> worst([0, 3, 1]), worst([])
    (1, 0)
    """
    return next((code for code in _WORST_FIRST if code in codes), 0)


def prepare_folder(out: Path) -> None:
    """Make the folder for reports, ignored by version control: what lies in it is no part of any system.

    Reports of an earlier job are removed: where this one ends early, they would be taken for what it found.

    Raises:
        ConfigError: If it cannot be made.
    """
    try:
        for folder in (out, out / SARIF, out / JUNIT, out / PACKS):
            folder.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(out / ".gitignore"):
            (out / ".gitignore").write_text("*\n", encoding="utf-8")
        for path in (path for pattern in _REPORTS for path in out.glob(pattern)):
            path.unlink()
    except OSError as error:
        raise ConfigError(
            f"the folder for reports cannot be made: {error.strerror}", where=str(out), fix="name another with --out"
        ) from error


def write_system(workspace: Workspace, outcome: SystemOutcome, out: Path) -> tuple[str, ...]:
    """Write every form of one decision and its pack below ``out``; return what could not be written.

    Raises:
        StoreError: If the disk does not take a file.
    """
    decision = outcome.decision
    if decision is None:
        return ()
    key = outcome.system
    write_result(out / f"{key}.decision.json", render_decision(workspace, decision, "json"))
    write_result(out / JUNIT / f"{key}.xml", junit_of(decision))
    write_result(out / SARIF / f"{key}.sarif", json.dumps(_sarif(decision, outcome), ensure_ascii=False, indent=2))
    problems = []
    try:
        write_report(workspace, decision.id, out / f"{key}.report.html")
        write_pack(workspace, decision.id, out / PACKS / f"{key}.rwpack.zip")
        write_atomically((out / PACKS / f"{key}.pub.pem").resolve(), workspace.signer.public_pem)
    except StoreError:
        raise
    except RoadworthyError as error:
        problems.append(problem_text(error))
    return tuple(problems)


def _sarif(decision: GateDecision, outcome: SystemOutcome) -> JsonValue:
    place = MANIFEST if outcome.folder == "." else f"{outcome.folder}/{MANIFEST}"
    log = sarif_of(decision, manifest=place)
    runs = log["runs"]
    # Code scanning keeps one result for each category; without one, systems would replace each other's.
    identified: list[JsonValue] = [
        {**run, "automationDetails": {"id": f"roadworthy/{outcome.system}/"}} for run in _objects(runs)
    ]
    return {**log, "runs": identified}


def _objects(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def write_comment(outcomes: Sequence[SystemOutcome], left_out: Sequence[LeftOut], out: Path) -> str:
    """Write the comment on the change and return it."""
    text = change_comment(outcomes, left_out)
    write_result(out / COMMENT, text)
    return text


def outputs_of(outcomes: Sequence[SystemOutcome], out: Path) -> dict[str, str]:
    """Return the values that later steps read."""
    code = worst([one.exit_code for one in outcomes])
    decisions = [one.decision for one in outcomes if one.decision is not None]
    verdicts = {one.verdict.value for one in decisions}
    has_all = len(decisions) == len(outcomes) > 0
    word = "no_system" if not outcomes else verdicts.pop() if has_all and len(verdicts) == 1 else _WORD[code]
    only = decisions[0] if len(decisions) == 1 == len(outcomes) else None
    return {
        "verdict": word,
        "exit-code": str(code),
        "systems": ",".join(one.system or one.folder for one in outcomes),
        "decision": only.id if only else "",
        "release": only.release if only else "",
        "valid-until": only.valid_until.isoformat() if only else "",
        "evaluations": str(sum(len(one.tasks) for one in outcomes)),
        "reused": str(sum(one.num_reused for one in outcomes)),
        "comment": str(out / COMMENT),
        "sarif": str(out / SARIF) if decisions else "",
        "packs": str(out / PACKS) if decisions else "",
    }


def write_outputs(values: Mapping[str, str], path: Path) -> None:
    """Append ``name=value`` lines, as later steps read them.

    Raises:
        ConfigError: If a value has several lines, or the file cannot be written.
    """
    lines = []
    for name, value in values.items():
        if any(not character.isprintable() for character in value):
            raise ConfigError(f"the value of {name} has several lines", where=str(path), fix="rename the folder")
        lines.append(f"{name}={value}\n")
    append_text(path, "".join(lines))


def append_text(path: Path, text: str) -> None:
    """Append ``text`` to a file of the platform, e.g. the summary of a job.

    Raises:
        ConfigError: If it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=str(path), fix="check the path") from error


def write_summary(outcomes: Sequence[SystemOutcome], left_out: Sequence[LeftOut], out: Path) -> JsonValue:
    """Write ``result.json``, what became of every system, and return it."""
    found: JsonValue = {
        "exit_code": worst([one.exit_code for one in outcomes]),
        "systems": [_said(one) for one in outcomes],
        "left_out": [{"name": one.name, "reason": one.reason} for one in left_out],
    }
    write_result(out / RESULT, json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True))
    return found


def _said(one: SystemOutcome) -> JsonValue:
    decision = one.decision
    return {
        "system": one.system,
        "folder": one.folder,
        "exit_code": one.exit_code,
        "verdict": decision.verdict.value if decision else None,
        "decision": decision.id if decision else None,
        "release": decision.release if decision else None,
        "summary": decision.summary if decision else "",
        "tasks": plain(one.tasks),
        "problems": list(one.problems),
    }
