"""The files of all three platforms, executed step by step on a real repository with changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fakes.local_server import LocalServer
from fakes.pipelines.azure import AzureRunner
from fakes.pipelines.github import GitHubRunner
from fakes.pipelines.gitlab import GitLabRunner
from fakes.pipelines.shell import JobLog, git
from fakes.small_system import CODE, module_of

CI = Path(__file__).parents[2] / "ci"
SARIF_SCHEMA = Path(__file__).parents[1] / "evidence" / "exchange" / "schemas" / "sarif-2.1.0.schema.json"
EXPOSED = "PEAR-4711"


def sarif_fault(path: Path) -> str:
    """Return what is wrong with a SARIF file by its schema, as the platform would; empty where nothing is."""
    described = json.loads(SARIF_SCHEMA.read_text())
    validator = jsonschema.validators.validator_for(described)(described)
    return "; ".join(error.message for error in validator.iter_errors(json.loads(path.read_text())))


def new_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class PullRequest:
    """The comments of one pull request, as GitHub gives them; ``may_write`` says whether the token may."""

    def __init__(self, *, may_write: bool = True) -> None:
        self.may_write = may_write
        self.comments: list[dict[str, Any]] = [
            {"id": 1, "body": "<!-- roadworthy:change-comment -->\nmine", "user": {"login": "somebody"}}
        ]

    async def handle(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer job-token"
        if request.method == "GET":
            return web.json_response(self.comments)
        if not self.may_write:
            return web.json_response({"message": "Resource not accessible by integration"}, status=403)
        body = (await request.json())["body"]
        if request.method == "POST":
            self.comments.append({"id": 77, "body": body, "user": {"login": "github-actions[bot]"}})
            return web.json_response(self.comments[-1], status=201)
        (found,) = [one for one in self.comments if str(one["id"]) == request.path.rpartition("/")[2]]
        found["body"] = body
        return web.json_response(found)


def strangers(log: JobLog) -> str:
    """Files that a job left where a component or a static check would take them for the system's."""
    return git("status", "--porcelain", cwd=log.workspace)


def gate(runner: GitHubRunner, branch: str) -> JobLog:
    event = {"pull_request": {"number": 4}}
    return runner.run(CI / "github" / "workflow.yml", "gate", ref=branch, event=event, event_name="pull_request")


class OnGitHub:
    """Four jobs in a row: the system, a changed prompt, changed documents, and a fork that tells the secret."""

    def __init__(self, folder: Path, *, programs: Path, repository: Any) -> None:
        self.conversation = PullRequest()
        self.checked: list[str] = []
        with LocalServer(self.conversation.handle) as server:
            runner = GitHubRunner(
                folder=folder / "github", programs=programs, origin=repository.origin,
                secrets={"ROADWORTHY_SIGNING_KEY": new_key()}, environ={"GITHUB_API_URL": server.url},
                check_sarif=lambda path: self.checked.append(sarif_fault(path)),
            )  # fmt: skip
            self.first = gate(runner, "main")

            repository.write("prompts/answer.txt", "Answer kindly.\n")
            repository.push("a kinder prompt")
            self.second = gate(runner, "main")

            repository.write("README.md", "How to use it.\n")
            repository.push("docs only")
            self.third = gate(runner, "main")
            self.caches = len(list((folder / "github" / "caches").iterdir()))

            runner.secrets = {}
            self.conversation.may_write = False
            repository.write(f"{module_of(repository.work)}.py", CODE.replace("I cannot tell you that.", EXPOSED))
            repository.push("tell it", branch="fork")
            self.forked = gate(runner, "fork")
            self.caches_after_fork = len(list((folder / "github" / "caches").iterdir()))

    @property
    def ours(self) -> list[JobLog]:
        return [self.first, self.second, self.third]


@pytest.fixture(scope="module")
def on_github(
    tmp_path_factory: pytest.TempPathFactory, programs: Path, new_repository: Callable[[Path], Any]
) -> OnGitHub:
    folder = tmp_path_factory.mktemp("on-github")
    return OnGitHub(folder, programs=programs, repository=new_repository(folder))


@pytest.mark.slow
def test_on_github_a_second_change_reruns_only_what_it_touches_and_a_third_nothing(on_github: OnGitHub) -> None:
    names = ("verdict", "reused", "evaluations")
    counts = [tuple(log.outputs[name] for name in names) for log in on_github.ours]

    assert [log.failed for log in on_github.ours] == [False] * 3, "".join(log.text for log in on_github.ours)
    assert counts == [("ship", "0", "2"), ("ship", "1", "2"), ("ship", "2", "2")]
    assert on_github.checked == [""] * 4
    pack = on_github.third.artifacts / "roadworthy" / "packs" / "echo-desk.rwpack.zip"
    assert pack.stat().st_size > 1000


@pytest.mark.slow
def test_on_github_summary_and_comment_say_what_changed_and_one_comment_is_written_over(on_github: OnGitHub) -> None:
    second, third = on_github.second.summary, on_github.third.summary
    comments = on_github.conversation.comments

    assert "- answers run: answer-prompt changed" in second
    assert "refusals run" not in second
    assert "prompt: **answer-prompt** changed" in second
    assert "Nothing that they depend on changed" in third
    assert [one["user"]["login"] for one in comments] == ["somebody", "github-actions[bot]"]
    assert comments[0]["body"].endswith("mine")
    assert "2 of 2 evaluations reused" in comments[1]["body"]


@pytest.mark.slow
def test_on_github_nothing_secret_is_shown_and_nothing_is_left_among_the_systems_files(on_github: OnGitHub) -> None:
    said = [log.text + log.summary for log in (*on_github.ours, on_github.forked)]

    assert not [text for text in said for word in (EXPOSED, "PRIVATE KEY", "job-token") if word in text]
    assert [strangers(log) for log in on_github.ours] == [""] * 3


@pytest.mark.slow
def test_on_github_a_fork_without_secrets_is_refused_the_cache_and_still_blocked_rightly(on_github: OnGitHub) -> None:
    forked = on_github.forked

    assert forked.failed
    assert (forked.outputs["verdict"], forked.outputs["exit-code"], forked.outputs["reused"]) == ("blocked", "1", "0")
    assert "refused (there is no signing key here" in forked.text
    assert "not_permitted" in forked.text
    assert forked.steps["Gate"] == "failure"
    assert forked.steps["Keep the evidence"] == "skipped"
    assert forked.steps["Upload reports and packs"] == "success"
    assert len(on_github.conversation.comments) == 2
    assert (on_github.caches, on_github.caches_after_fork) == (3, 3)


@pytest.mark.slow
def test_on_gitlab_evidence_is_reused_and_the_note_is_posted_by_a_job_of_its_own(
    tmp_path: Path, programs: Path, repository: Any
) -> None:
    notes: list[dict[str, Any]] = []

    async def handle(request: web.Request) -> web.Response:
        assert request.headers["PRIVATE-TOKEN"] == "note-token"
        if request.path.endswith("/user"):
            return web.json_response({"id": 9})
        if request.method == "GET":
            return web.json_response(notes)
        body = (await request.json())["body"]
        if request.method == "PUT":
            notes[0]["body"] = body
        else:
            notes.append({"id": 5, "body": body, "system": False, "author": {"id": 9}})
        return web.json_response(notes[0])

    key = tmp_path / "key.pem"
    key.write_text(new_key())
    with LocalServer(handle) as server:
        runner = GitLabRunner(
            folder=tmp_path / "gitlab", programs=programs, origin=repository.origin,
            variables={"ROADWORTHY_SIGNING_KEY": str(key), "ROADWORTHY_GITLAB_TOKEN": "note-token"},
        )  # fmt: skip
        merge = {"CI_MERGE_REQUEST_IID": "3", "CI_PROJECT_ID": "12", "CI_API_V4_URL": f"{server.url}/api/v4"}
        template = CI / "gitlab" / "template.yml"
        runner.run(template, ref="main", inputs={}, variables={})
        repository.write("prompts/answer.txt", "Answer kindly.\n")
        repository.push("a kinder prompt", branch="kinder")
        logs = runner.run(template, ref="kinder", inputs={"comment": True}, variables=merge)

    assert [log.outputs["exit"] for log in logs.values()] == ["0", "0"], [log.text for log in logs.values()]
    result = json.loads((logs["roadworthy-gate"].artifacts / "roadworthy-out" / "result.json").read_text())
    assert [(t["task"], t["state"]) for t in result["systems"][0]["tasks"]] == [
        ("answers", "run"),
        ("refusals", "reused"),
    ]
    assert "1 of 2 evaluations reused" in notes[0]["body"]
    assert strangers(logs["roadworthy-gate"]) == ""


@pytest.mark.slow
def test_on_azure_outputs_are_set_and_a_blocked_change_fails_the_job_with_its_reports(
    tmp_path: Path, programs: Path, repository: Any
) -> None:
    repository.write(f"{module_of(repository.work)}.py", CODE.replace("I cannot tell you that.", EXPOSED))
    repository.push("tell it", branch="bad")
    runner = AzureRunner(folder=tmp_path / "azure", programs=programs, origin=repository.origin)
    parameters = {"signingKey": "$(roadworthySigningKey)", "comment": "false"}

    log = runner.run(CI / "azure" / "roadworthy.yml", ref="bad", parameters=parameters, environ={})

    assert log.failed
    assert (log.outputs["roadworthy-verdict"], log.outputs["roadworthy-exit-code"]) == ("blocked", "1")
    assert log.steps["Evaluate and decide"] == "failure"
    assert log.steps["Comment on the pull request"] == "skipped"
    assert (log.artifacts / "CodeAnalysisLogs" / "echo-desk.sarif").is_file()
    assert (log.artifacts / "roadworthy" / "packs" / "echo-desk.rwpack.zip").is_file()
    assert not (tmp_path / "azure" / "caches").exists()
    assert strangers(log) == ""
