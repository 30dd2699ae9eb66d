"""Reads findings in: from a SARIF file, from a look at the repository, from the failing samples of a run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.yaml_source import read_text
from roadworthy.core.digest import digest_of, digest_of_bytes
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.result import Failure
from roadworthy.core.severity import Severity
from roadworthy.core.subject import Subject
from roadworthy.evals.model import RunPlan, SampleResult
from roadworthy.findings.model import MAX_NAME, MAX_TITLE, CaseRef, FindingSource
from roadworthy.inventory.release import ComponentVersion, Release
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.findings.recording import Recorded, Sighting, record
from roadworthy.runtime.linting import LintRequest, lint
from roadworthy.runtime.workspace import Workspace

MAX_SARIF_BYTES = 64 * 1024 * 1024
MAX_FINDINGS = 5_000
"""Of one report; more is no list that anybody mends."""

_LEVELS = {"error": Severity.BLOCK, "warning": Severity.WARN, "note": Severity.INFO, "none": Severity.INFO}
_FIX = "give a SARIF 2.1.0 log as scanners write it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a report."""

    findings: tuple[Recorded, ...]
    passed_over: int
    """Results that are no findings: passes, and what a tool or the repository suppressed."""


def import_sarif(workspace: Workspace, path: Path) -> Imported:
    """Record what a scanner found. Messages of results are not kept: they may hold what a model or a user wrote.

    Raises:
        ConfigError: If the file is no SARIF 2.1.0 log, or has too many results.
        NotPermittedError: If the governance file does not know who acts.
    """
    text = read_text(path, error=ConfigError, max_bytes=MAX_SARIF_BYTES)
    try:
        log = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigError("the file is not JSON", where=str(path), fix=_FIX) from None
    if not isinstance(log, dict) or log.get("version") != "2.1.0" or not isinstance(log.get("runs"), list):
        raise ConfigError("the file is no SARIF 2.1.0 log", where=str(path), fix=_FIX)
    release = read_candidate(workspace).release
    seen_in = digest_of_bytes(text.encode("utf-8"))
    results = [(run, result) for run in log["runs"] for result in _objects(run, "results")]
    kept = [(run, result) for run, result in results if _is_finding(result)]
    _require_few(len(kept), where=str(path))
    sightings = [_of_sarif(run, result, release=release, seen_in=seen_in, where=str(path)) for run, result in kept]
    made = record(workspace, sightings, system=release.system)
    return Imported(findings=made, passed_over=len(results) - len(kept))


def _objects(value: object, key: str) -> list[Mapping[str, object]]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _object(value: object, key: str) -> Mapping[str, object]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _is_finding(result: Mapping[str, object]) -> bool:
    kind = result.get("kind", "fail")
    return kind in ("fail", "open", "review") and not _objects(result, "suppressions")


def _of_sarif(
    run: Mapping[str, object], result: Mapping[str, object], *, release: Release, seen_in: str, where: str
) -> Sighting:
    rule = result.get("ruleId") or _object(result, "rule").get("id")
    if not isinstance(rule, str) or not rule.strip():
        raise ConfigError("a result names no rule", where=where, fix=_FIX)
    driver = _object(_object(run, "tool"), "driver")
    tool = str(driver.get("name") or "scanner")
    described = next((one for one in _objects(driver, "rules") if one.get("id") == rule), {})
    level = result.get("level") or _object(described, "defaultConfiguration").get("level") or "warning"
    path, line = _place(result)
    component = _component_of(path, release)
    prints = _object(result, "partialFingerprints") or _object(result, "fingerprints")
    said = str(_object(described, "shortDescription").get("text") or described.get("name") or rule)
    stable = digest_of(sorted((str(key), str(value)) for key, value in prints.items())) if prints else ""
    return Sighting(
        source=FindingSource.SCANNER,
        rule=_line(f"{tool}: {rule}", MAX_NAME),
        title=_line(said, MAX_TITLE),
        severity=_LEVELS.get(str(level), Severity.WARN),
        seen_in=seen_in,
        component=component.key if component else "",
        case=f"{path}\n{stable}",
        name=_own_name(prints),
        about=_about(component),
        place=_line(f"{path}:{line}" if path and line else path, MAX_NAME),
    )


def _own_name(prints: Mapping[str, object]) -> str | None:
    """Return the fingerprint that `rw lint` gave, so that its report and a look at the repository are one finding."""
    name = prints.get("roadworthyLint/v1")
    return name if isinstance(name, str) and re.fullmatch(r"[0-9a-f]{32}", name) else None


def _place(result: Mapping[str, object]) -> tuple[str, int]:
    for location in _objects(result, "locations"):
        physical = _object(location, "physicalLocation")
        uri = _object(physical, "artifactLocation").get("uri")
        line = _object(physical, "region").get("startLine")
        if isinstance(uri, str):
            return uri, line if isinstance(line, int) else 0
    return "", 0


def _line(text: str, longest: int) -> str:
    """Return ``text`` as one line of printable characters, cut to what is kept."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(clean.split())[:longest]


def _component_of(path: str, release: Release) -> ComponentVersion | None:
    """Return the component that has a file; its files are named relative to the component, so the end decides."""
    if not path:
        return None
    fits = [
        (len(name), part)
        for part in release.components
        for name, _ in part.files
        if path == name or path.endswith(f"/{name}")
    ]
    longest = max((length for length, _ in fits), default=0)
    best = [part for length, part in fits if length == longest]
    return best[0] if len(best) == 1 else None


def _about(component: ComponentVersion | None) -> tuple[Subject, ...]:
    if component is None:
        return ()
    return (Subject(kind="component", name=component.key, digest=component.digest),)


def import_lint(workspace: Workspace) -> Imported:
    """Look at the repository as `rw lint` does, and record what is found.

    Raises:
        ConfigError: If settings, rules or the manifest do not read.
        NotPermittedError: If the governance file does not know who acts.
    """
    release = read_candidate(workspace).release
    report = lint(LintRequest(root=workspace.root), today=workspace.clock.now().date())
    _require_few(len(report.findings), where="rw lint")
    seen_in = digest_of([release.digest, *sorted(one.fingerprint for one in report.findings)])
    sightings = [
        Sighting(
            source=FindingSource.SCANNER,
            rule=one.rule,
            title=_line(one.said, MAX_TITLE),
            severity=one.severity,
            seen_in=seen_in,
            component=one.component,
            case=one.fingerprint,
            name=one.fingerprint,
            about=_about(release.component(one.component)),
            place=_line(f"{one.path}:{one.line}", MAX_NAME),
        )
        for one in report.findings
    ]
    made = record(workspace, sightings, system=release.system)
    return Imported(findings=made, passed_over=len(report.suppressed))


def import_run(workspace: Workspace, reference: str) -> Imported:
    """Record each sample that failed in a run. It is of policy grade where a rule of the policy asked for the run.

    Raises:
        NotFoundError: If there is no such run.
        NotPermittedError: If the governance file does not know who acts.
    """
    plan = _plan(workspace, reference)
    failed: dict[str, list[SampleResult]] = {}
    for result in workspace.runs.results(plan.id):
        if any(isinstance(score.outcome, Failure) for score in result.scores):
            failed.setdefault(result.sample, []).append(result)
    _require_few(len(failed), where=plan.id)
    manifest = load_manifest(workspace.manifest_path)
    sightings = list(_of_samples(plan, failed, release=_release(workspace, plan)))
    made = record(workspace, sightings, system=manifest.system.key)
    return Imported(findings=made, passed_over=0)


def _plan(workspace: Workspace, reference: str) -> RunPlan:
    """Return the run with this id, or the last one of the task with this name."""
    plans = workspace.runs.plans()
    found = [plan for plan in plans if reference in (plan.id, plan.task)]
    if not found:
        raise NotFoundError(f"no run and no task is called {reference[:80]!r}", fix="see `rw eval list`")
    return found[-1]


def _release(workspace: Workspace, plan: RunPlan) -> Subject:
    try:
        return workspace.releases.record(plan.release).subject
    except NotFoundError:
        return Subject(kind="release", name=plan.target, digest=plan.release)


def _of_samples(plan: RunPlan, failed: Mapping[str, list[SampleResult]], *, release: Subject) -> Iterator[Sighting]:
    for sample, results in sorted(failed.items()):
        scorers = sorted({s.scorer for r in results for s in r.scores if isinstance(s.outcome, Failure)})
        yield Sighting(
            source=FindingSource.EVAL,
            rule=plan.task,
            title=_line(f"{plan.category}: sample {sample} fails {', '.join(scorers)}", MAX_TITLE),
            severity=max((bar.severity for bar in plan.bars), key=_SEVERITIES.index, default=Severity.WARN),
            seen_in=plan.id,
            component=plan.target,
            case=sample,
            about=(release, *plan.subjects),
            cases=(CaseRef(task=plan.task, sample=sample),),
            transcripts=tuple(digest_of(result.response) for result in results),
            policy_grade=bool(plan.bars),
            observed_at=max(result.finished_at for result in results),
        )


_SEVERITIES = tuple(Severity)


def _require_few(number: int, *, where: str) -> None:
    if number > MAX_FINDINGS:
        raise ConfigError(
            f"{number} findings are more than the {MAX_FINDINGS} that are read in at once",
            where=where,
            fix="mend the worst rule first, or split the report",
        )


def import_from(workspace: Workspace, *, sarif: Path | None, lint: bool, run: str | None) -> Imported:
    """Record what a report, a look at the repository or a run found; exactly one of them is named.

    Raises:
        ConfigError: If not, or it does not read.
        NotFoundError: If there is no such run.
        NotPermittedError: If the governance file does not know who acts.
    """
    if (sarif is not None) + lint + (run is not None) != 1:
        raise ConfigError(
            "say from where findings are read", where="rw finding import", fix="give one of --sarif, --lint and --run"
        )
    if sarif is not None:
        return import_sarif(workspace, sarif)
    return import_lint(workspace) if run is None else import_run(workspace, run)
