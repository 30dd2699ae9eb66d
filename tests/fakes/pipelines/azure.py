"""Runs a template of steps for Azure Pipelines on this machine: the constructs that ours use."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fakes.pipelines.shell import JobLog, bash, check_out

_PARAMETER = re.compile(r"\$\{\{ parameters\.([A-Za-z]+) \}\}")
_MACRO = re.compile(r"\$\(([A-Za-z.]+)\)")
_EQUAL = re.compile(r"and\(succeededOrFailed\(\), eq\('([^']*)', '([^']*)'\)\)")
_OUTPUT = re.compile(r"##vso\[task\.setvariable variable=([\w-]+);isOutput=true\](.*)")
_STEP_KEYS = {"task", "bash", "name", "displayName", "condition", "continueOnError", "env", "inputs"}


@dataclass
class AzureRunner:
    """A machine that takes jobs; its caches stay from one to the next."""

    folder: Path
    programs: Path
    origin: Path
    variables: dict[str, str] = field(default_factory=dict)
    """Of the pipeline, secret ones included; a step sees none that it does not name."""

    num_jobs: int = 0

    def run(self, template: Path, *, ref: str, parameters: dict[str, str], environ: dict[str, str]) -> JobLog:
        """Run the template's steps in a job of their own."""
        self.num_jobs += 1
        home = self.folder / f"job-{self.num_jobs}"
        home.mkdir(parents=True)
        log = JobLog(workspace=home / "work", artifacts=home / "artifacts")
        check_out(self.origin, ref, log.workspace)
        (home / "temp").mkdir()
        environ = {**environ, "AGENT_TEMPDIRECTORY": str(home / "temp")}
        self._known = {**self.variables, "Build.SourceBranch": ref, "Build.BuildId": str(self.num_jobs)}
        self._after: list[Callable[[], None]] = []
        for number, step in enumerate(_steps(template, parameters)):
            assert set(step) <= _STEP_KEYS, f"the runner does not know {set(step) - _STEP_KEYS}"
            name = step.get("displayName", f"step {number}")
            if not _is_run(step.get("condition"), failed=log.failed):
                log.steps[name] = "skipped"
                continue
            ok = self._step(step, log, environ)
            log.steps[name] = "success" if ok else "failure"
            log.failed = log.failed or not (ok or step.get("continueOnError") == "true")
        for store in self._after if not log.failed else ():
            store()
        return log

    def _step(self, step: dict[str, Any], log: JobLog, environ: dict[str, str]) -> bool:
        if "bash" in step:
            env = {name: self._filled(value) for name, value in step.get("env", {}).items()}
            code, text = bash(step["bash"], cwd=log.workspace, env={**environ, **env}, programs=self.programs)
            log.text += text
            log.outputs |= dict(_OUTPUT.findall(text))
            return code == 0
        given = {name: self._filled(value) for name, value in step["inputs"].items()}
        return bool(_TASKS[step["task"]](self, given, log))

    def _cache(self, given: dict[str, str], log: JobLog) -> bool:
        def place(key: str) -> str:
            return "-".join(re.findall(r"[A-Za-z0-9_.-]+", key))

        caches = sorted((self.folder / "caches").glob("*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for key in (given["key"], *given["restoreKeys"].strip().splitlines()):
            fitting = [path for path in caches if path.name.startswith(place(key))]
            if fitting:
                shutil.copytree(fitting[0], log.workspace / given["path"])
                break

        def store() -> None:
            if (log.workspace / given["path"]).is_dir():
                shutil.copytree(log.workspace / given["path"], self.folder / "caches" / place(given["key"]))

        self._after.append(store)
        return True

    def _publish(self, given: dict[str, str], log: JobLog) -> bool:
        place = log.workspace / given["PathtoPublish"]
        if place.is_dir():
            shutil.copytree(place, log.artifacts / given["ArtifactName"])
        return place.is_dir()

    def _publish_tests(self, given: dict[str, str], log: JobLog) -> bool:
        return bool(list(log.workspace.glob(given["testResultsFiles"])))

    def _filled(self, text: object) -> str:
        """Fill in macros; one that is not defined stays as it is written, as on the platform."""
        return _MACRO.sub(lambda found: self._known.get(found[1], found[0]), str(text))


_TASKS = {
    "Cache@2": AzureRunner._cache,
    "PublishBuildArtifacts@1": AzureRunner._publish,
    "PublishTestResults@2": AzureRunner._publish_tests,
}


def _steps(template: Path, parameters: dict[str, str]) -> list[dict[str, Any]]:
    described = yaml.safe_load(template.read_text())
    defaults = {one["name"]: one["default"] for one in described["parameters"]}
    unknown = set(parameters) - set(defaults)
    assert not unknown, f"the template has no parameters {unknown}"
    given = {**defaults, **parameters}
    filled: list[dict[str, Any]] = _replaced(described["steps"], given)
    return filled


def _replaced(value: Any, given: dict[str, str]) -> Any:
    """Fill in parameters after the file was parsed, as the platform does: a value cannot become structure."""
    if isinstance(value, dict):
        return {key: _replaced(item, given) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, given) for item in value]
    return _PARAMETER.sub(lambda found: given[found[1]], value) if isinstance(value, str) else value


def _is_run(condition: str | None, *, failed: bool) -> bool:
    if condition is None:
        return not failed
    if condition == "succeededOrFailed()":
        return True
    found = _EQUAL.fullmatch(condition)
    assert found is not None, f"the runner does not know {condition!r}"
    return found[1] == found[2]
