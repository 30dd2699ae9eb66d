"""Runs the jobs of a GitLab component on this machine: the constructs that ours use."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fakes.pipelines.shell import JobLog, bash, check_out

_INPUT = re.compile(r"\$\[\[ inputs\.([a-z_]+) \]\]")
_VARIABLE = re.compile(r"\$([A-Z_0-9]+)")
_JOB_KEYS = {"stage", "image", "variables", "cache", "script", "artifacts", "needs", "rules", "allow_failure"}


@dataclass
class GitLabRunner:
    """A machine that takes jobs; its caches stay from one to the next."""

    folder: Path
    programs: Path
    origin: Path
    variables: dict[str, str] = field(default_factory=dict)
    """Of the project."""

    num_pipelines: int = 0

    def run(self, template: Path, *, ref: str, inputs: dict[str, Any], variables: dict[str, str]) -> dict[str, JobLog]:
        """Run every job of a component, one after the other, and return their logs by name."""
        self.num_pipelines += 1
        jobs = component(template, inputs)
        logs: dict[str, JobLog] = {}
        for name, job in jobs.items():
            assert set(job) <= _JOB_KEYS, f"the runner does not know {set(job) - _JOB_KEYS}"
            slug = re.sub(r"[^a-z0-9]", "-", ref.lower())
            known = {"CI_COMMIT_REF_SLUG": slug, "CI_DEFAULT_BRANCH": "main", **self.variables, **variables}
            known |= {key: _filled(value, known) for key, value in job.get("variables", {}).items()}
            if "rules" in job and not _holds(job["rules"][0]["if"], known):
                continue
            logs[name] = self._job(name, job, known, ref=ref, before=logs)
        return logs

    def _job(
        self, name: str, job: dict[str, Any], known: dict[str, str], *, ref: str, before: dict[str, JobLog]
    ) -> JobLog:
        home = self.folder / f"pipeline-{self.num_pipelines}" / name
        home.mkdir(parents=True)
        log = JobLog(workspace=home / "work", artifacts=home / "artifacts")
        if known.get("GIT_STRATEGY") == "none":
            log.workspace.mkdir()
        else:
            check_out(self.origin, ref, log.workspace, depth=int(known.get("GIT_DEPTH", "20")))
        for needed in job.get("needs", ()):
            shutil.copytree(before[needed["job"]].artifacts, log.workspace, dirs_exist_ok=True)
        cache = job.get("cache")
        if cache is not None:
            self._fetch(cache, known, log)
        script = "\n".join(job["script"])
        code, log.text = bash(script, cwd=log.workspace, env=known, programs=self.programs)
        log.failed = code != 0 and not job.get("allow_failure", False)
        log.outputs["exit"] = str(code)
        if cache is not None and (code == 0 or cache.get("when") == "always"):
            self._store(cache, known, log)
        self._artifacts(job.get("artifacts"), log, ok=code == 0)
        return log

    def _fetch(self, cache: dict[str, Any], known: dict[str, str], log: JobLog) -> None:
        for key in (cache["key"], *cache.get("fallback_keys", ())):
            place = self.folder / "caches" / _filled(key, known)
            if place.is_dir():
                shutil.copytree(place, log.workspace, dirs_exist_ok=True)
                return

    def _store(self, cache: dict[str, Any], known: dict[str, str], log: JobLog) -> None:
        place = self.folder / "caches" / _filled(cache["key"], known)
        shutil.rmtree(place, ignore_errors=True)
        for path in cache["paths"]:
            if (log.workspace / path).is_dir():
                shutil.copytree(log.workspace / path, place / path)

    def _artifacts(self, described: dict[str, Any] | None, log: JobLog, *, ok: bool) -> None:
        log.artifacts.mkdir(exist_ok=True)
        if described is None or not (ok or described.get("when") == "always"):
            return
        for path in described["paths"]:
            if (log.workspace / path).is_dir():
                shutil.copytree(log.workspace / path, log.artifacts / path)


def component(template: Path, inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the jobs of a component with its inputs filled in, as GitLab does it: in the text."""
    head, _, body = template.read_text().partition("\n---\n")
    described = yaml.safe_load(head)["spec"]["inputs"]
    unknown = set(inputs) - set(described)
    assert not unknown, f"the component has no inputs {unknown}"
    given = {name: inputs.get(name, one["default"]) for name, one in described.items()}
    shown = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}
    jobs: dict[str, Any] = yaml.safe_load(_INPUT.sub(lambda found: shown[found[1]], body))
    return jobs


def _filled(text: object, known: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda found: known.get(found[1], ""), str(text))


def _holds(condition: str, known: dict[str, str]) -> bool:
    """A variable that is there, and two texts that are the same, joined by ``&&``."""
    for part in condition.split("&&"):
        left, equal, right = part.strip().partition("==")
        if equal:
            if left.strip().strip('"') != right.strip().strip('"'):
                return False
        elif not _filled(left, known):
            return False
    return True
