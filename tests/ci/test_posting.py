"""Comments on the change requests of three platforms, over real HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from roadworthy.core.errors import ConfigError, NotPermittedError, StoreError
from roadworthy.evidence.documents.change_comment import MARKER
from roadworthy.integrations.change_requests.conversation import Api
from roadworthy.runtime.pipeline.posting import PostedState, post_comment

TOKEN = "t0ken-of-the-job"


@pytest.fixture
def comment(tmp_path: Path) -> Path:
    path = tmp_path / "comment.md"
    path.write_text(f"{MARKER}\n## Ship\n")
    return path


class Threads:
    """The threads of one pull request of Azure DevOps."""

    def __init__(self, *, author: str = "me") -> None:
        self.comments: list[dict[str, Any]] = [
            {"id": 4, "comments": [{"id": 1, "content": f"{MARKER}\nold", "author": {"id": author}}]}
        ]
        self.paths: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.paths.append(f"{request.method} {request.path}")
        if request.path.endswith("/connectionData"):
            return web.json_response({"authenticatedUser": {"id": "me"}})
        if request.method == "GET":
            return web.json_response({"value": self.comments})
        return web.json_response({"id": 5})


def azure(server: LocalServer) -> dict[str, str]:
    return {
        "SYSTEM_COLLECTIONURI": f"{server.url}/shop/", "SYSTEM_PULLREQUEST_PULLREQUESTID": "8",
        "SYSTEM_TEAMPROJECT": "The Desk", "BUILD_REPOSITORY_ID": "r-1", "SYSTEM_ACCESSTOKEN": TOKEN,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("author", "state", "last"),
    [
        (
            "me",
            PostedState.UPDATED,
            "PATCH /shop/The Desk/_apis/git/repositories/r-1/pullRequests/8/threads/4/comments/1",
        ),
        ("somebody", PostedState.CREATED, "POST /shop/The Desk/_apis/git/repositories/r-1/pullRequests/8/threads"),
    ],
)
def test_on_azure_only_our_own_thread_is_written_over(
    comment: Path, author: str, state: PostedState, last: str
) -> None:
    threads = Threads(author=author)
    with LocalServer(threads.handle) as server:
        posted = post_comment("azure", comment, environ=azure(server))

    assert posted.state is state
    assert threads.paths[-1] == last


def test_a_comment_that_says_it_already_is_left_alone(comment: Path) -> None:
    threads = Threads()
    threads.comments[0]["comments"][0]["content"] = comment.read_text()
    with LocalServer(threads.handle) as server:
        assert post_comment("azure", comment, environ=azure(server)).state is PostedState.UNCHANGED


ADDRESS = "https://platform.example"
NOBODY = {"SYSTEM_COLLECTIONURI": ADDRESS, "SYSTEM_PULLREQUEST_PULLREQUESTID": ""}
MERGE = {"CI_API_V4_URL": ADDRESS, "CI_MERGE_REQUEST_IID": "1", "CI_PROJECT_ID": "2"}


@pytest.mark.parametrize(
    ("platform", "environ", "state"),
    [
        pytest.param("azure", NOBODY, PostedState.NO_CHANGE_REQUEST, id="azure, a branch"),
        pytest.param("gitlab", {"CI_API_V4_URL": ADDRESS}, PostedState.NO_CHANGE_REQUEST, id="gitlab, a branch"),
        pytest.param("gitlab", MERGE, PostedState.NOT_PERMITTED, id="gitlab, no token"),
    ],
)
def test_a_job_without_a_change_request_or_token_posts_nothing_and_says_so(
    comment: Path, platform: str, environ: dict[str, str], state: PostedState
) -> None:
    assert post_comment(platform, comment, environ=environ).state is state


@pytest.mark.parametrize("platform", ["github", "gitlab", "azure"])
def test_outside_a_job_it_is_asked_wrongly(comment: Path, platform: str) -> None:
    with pytest.raises(ConfigError, match="is not set"):
        post_comment(platform, comment, environ={})


def test_a_file_that_is_no_comment_of_ours_is_not_posted(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("root:x")

    with pytest.raises(ConfigError, match="is no comment of"):
        post_comment("github", tmp_path / "passwords", environ={})


@pytest.mark.parametrize("status", [301, 401, 403, 404, 500])
def test_what_a_platform_refuses_is_told_without_the_token(status: int) -> None:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/elsewhere"}, text=request.headers["Authorization"])

    expected = NotPermittedError if status in (401, 403, 404) else StoreError
    with LocalServer(handle) as server:
        with pytest.raises(expected, match=f"answered {status}") as error:
            Api(server.url, headers={"Authorization": TOKEN}).ask("POST", "/x", {})
        assert server.hits == 1
    assert TOKEN not in str(error.value)


def test_an_answer_that_is_no_json_or_no_answer_is_a_failure() -> None:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(text="<html>")

    with LocalServer(handle) as server, pytest.raises(StoreError, match="no JSON"):
        Api(server.url, headers={}).ask("GET", "/x")
    with pytest.raises(StoreError, match="does not answer"):
        Api("http://127.0.0.1:1", headers={}).ask("GET", "/x")


@pytest.mark.parametrize("address", ["http://platform.example", "file:///etc", "nonsense"])
def test_a_token_is_sent_only_over_https(address: str) -> None:
    with pytest.raises(ConfigError, match=r"not sent without encryption|no address of a platform"):
        Api(address, headers={"Authorization": TOKEN})


def test_on_github_a_second_page_is_looked_through(comment: Path, tmp_path: Path) -> None:
    theirs = [{"id": i, "body": "hello", "user": {"login": "a"}} for i in range(100)]
    ours = [{"id": 500, "body": f"{MARKER}\nold", "user": {"login": "github-actions[bot]"}}]

    async def handle(request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.json_response(theirs if request.query["page"] == "1" else ours)
        return web.json_response({"path": request.path})

    (tmp_path / "event.json").write_text(json.dumps({"pull_request": {"number": 3}}))
    with LocalServer(handle) as server:
        environ = {
            "GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": server.url,
        }  # fmt: skip
        assert post_comment("github", comment, environ=environ).reason == "comment 500"
