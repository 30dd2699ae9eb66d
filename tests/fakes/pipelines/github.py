"""Runs a GitHub workflow on this machine: the constructs that ours use, ``uses`` mapped to stand-ins."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fakes.pipelines.expressions import Expressions
from fakes.pipelines.shell import JobLog, bash, check_out, values

_STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "shell", "env", "working-directory", "continue-on-error"}


@dataclass
class GitHubRunner:
    """A machine that takes jobs; its caches stay from one to the next."""

    folder: Path
    programs: Path
    origin: Path
    secrets: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    """Further variables of every job."""

    check_sarif: Callable[[Path], None] = lambda _: None
    num_jobs: int = 0

    def run(self, workflow: Path, job: str, *, ref: str, event: Mapping[str, Any], event_name: str) -> JobLog:
        """Run one job of a workflow for an event."""
        self.num_jobs += 1
        home = self.folder / f"job-{self.num_jobs}"
        home.mkdir(parents=True)
        log = JobLog(workspace=home / "work", artifacts=home / "artifacts")
        (home / "event.json").write_text(json.dumps(event))
        github = {
            "event_name": event_name, "ref": ref, "token": "job-token",
            "run_id": str(1000 + self.num_jobs), "run_attempt": "1",
        }  # fmt: skip
        self._ref = ref
        described = yaml.safe_load(workflow.read_text())["jobs"][job]
        assert "permissions" in described, "a job names what it may do"
        contexts = {"github": github, "secrets": self.secrets, "inputs": {}}
        outputs = self._steps(described["steps"], contexts, log, home)
        log.outputs = outputs.get("gate", {})
        return log

    def _steps(
        self, steps: list[dict[str, Any]], contexts: dict[str, Any], log: JobLog, home: Path
    ) -> dict[str, dict[str, str]]:
        """Run the steps of a job or of a composite action, and return their outputs by step id."""
        outputs: dict[str, dict[str, str]] = {}
        failed = False
        for number, step in enumerate(steps):
            assert set(step) <= _STEP_KEYS, f"the runner does not know {set(step) - _STEP_KEYS}"
            name = step.get("name", f"step {number}")
            named = {id: {"outputs": found} for id, found in outputs.items()}
            status = {"always": True, "success": not failed, "failure": failed}
            said = Expressions({**contexts, "steps": named}, status=status)
            if not said.holds(step.get("if")):
                log.steps[name] = "skipped"
                continue
            ok, found = self._step(step, said, contexts, log, home)
            outputs[step.get("id", name)] = found
            log.steps[name] = "success" if ok else "failure"
            failed = failed or not (ok or step.get("continue-on-error", False))
        log.failed = log.failed or failed
        return outputs

    def _step(
        self, step: dict[str, Any], said: Expressions, contexts: dict[str, Any], log: JobLog, home: Path
    ) -> tuple[bool, dict[str, str]]:
        if "run" in step:
            return self._script(step, said, log, home)
        given = {name: said.rendered(value) for name, value in step.get("with", {}).items()}
        uses = step["uses"]
        if uses.startswith("./"):
            return self._composite(log.workspace / uses / "action.yml", given, contexts, log, home)
        action, _, pin = uses.partition("@")
        assert re.fullmatch(r"[0-9a-f]{40}", pin), f"{uses} is not pinned by commit"
        return _ACTIONS[action](self, given, log)

    def _script(self, step: dict[str, Any], said: Expressions, log: JobLog, home: Path) -> tuple[bool, dict[str, str]]:
        assert "${{" not in step["run"], "what comes from outside reaches a script through its environment"
        output, summary = home / f"output-{len(log.steps)}", home / "summary.md"
        env = {name: said.rendered(value) for name, value in step.get("env", {}).items()}
        code, text = bash(
            step["run"],
            cwd=log.workspace / said.rendered(step.get("working-directory", ".")),
            env={
                **env, **self.environ, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary),
                "GITHUB_EVENT_PATH": str(home / "event.json"), "GITHUB_REPOSITORY": "shop/desk",
            },
            programs=self.programs,
        )  # fmt: skip
        log.text += text
        log.summary = summary.read_text() if summary.exists() else ""
        return code == 0, values(output)

    def _composite(
        self, path: Path, given: dict[str, str], contexts: dict[str, Any], log: JobLog, home: Path
    ) -> tuple[bool, dict[str, str]]:
        action = yaml.safe_load(path.read_text())
        unknown = set(given) - set(action["inputs"])
        assert not unknown, f"the action has no inputs {unknown}"
        plain = Expressions(contexts, status={})
        inputs = {name: plain.rendered(one.get("default", "")) for name, one in action["inputs"].items()}
        inner = {**contexts, "inputs": {**inputs, **given}, "secrets": {}}
        was, log.failed = log.failed, False
        outputs = self._steps(action["runs"]["steps"], inner, log, home)
        ok, log.failed = not log.failed, was
        named = {id: {"outputs": found} for id, found in outputs.items()}
        said = Expressions({**inner, "steps": named}, status={})
        return ok, {name: said.rendered(one["value"]) for name, one in action["outputs"].items()}

    def _checkout(self, given: dict[str, str], log: JobLog) -> tuple[bool, dict[str, str]]:
        check_out(self.origin, self._ref, log.workspace, depth=int(given.get("fetch-depth", "1")))
        return True, {}

    def _cache_restore(self, given: dict[str, str], log: JobLog) -> tuple[bool, dict[str, str]]:
        caches = sorted((self.folder / "caches").glob("*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        wanted = [given["key"], *given.get("restore-keys", "").split()]
        for key in wanted:
            for path in caches:
                if path.name.startswith(key):
                    shutil.copytree(path, log.workspace / given["path"])
                    return True, {"cache-matched-key": path.name}
        return True, {}

    def _cache_save(self, given: dict[str, str], log: JobLog) -> tuple[bool, dict[str, str]]:
        place = self.folder / "caches" / given["key"]
        assert not place.exists(), "a cache is never written over"
        shutil.copytree(log.workspace / given["path"], place)
        return True, {}

    def _upload_artifact(self, given: dict[str, str], log: JobLog) -> tuple[bool, dict[str, str]]:
        shutil.copytree(log.workspace / given["path"], log.artifacts / given["name"])
        return True, {}

    def _upload_sarif(self, given: dict[str, str], log: JobLog) -> tuple[bool, dict[str, str]]:
        files = sorted((log.workspace / given["sarif_file"]).glob("*.sarif"))
        for path in files:
            self.check_sarif(path)
        return bool(files), {}


_ACTIONS: dict[str, Callable[[GitHubRunner, dict[str, str], JobLog], tuple[bool, dict[str, str]]]] = {
    "actions/checkout": GitHubRunner._checkout,
    "actions/cache/restore": GitHubRunner._cache_restore,
    "actions/cache/save": GitHubRunner._cache_save,
    "actions/upload-artifact": GitHubRunner._upload_artifact,
    "github/codeql-action/upload-sarif": GitHubRunner._upload_sarif,
}
