"""Comments on a pull request of GitHub.

Source:
    GitHub REST API, "REST API endpoints for issue comments", version 2022-11-28.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.integrations.change_requests.conversation import MAX_PAGES, Api, Comment, field, items, needed, token_of

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_PER_PAGE = 100
_MAX_EVENT_BYTES = 16 * 1024 * 1024


class GitHubComments:
    """The comments on the pull request that a workflow runs for."""

    def __init__(self, api: Api, *, repository: str, number: int, author: str) -> None:
        self._api = api
        self._repository = repository
        self._number = number
        self._author = author

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> Self | None:
        """Return the conversation of this job; None where it is about no pull request.

        Raises:
            ConfigError: If this is no job of GitHub.
            NotPermittedError: If there is no token.
        """
        repository = needed(environ, "GITHUB_REPOSITORY", what="there is no repository to comment in")
        if _REPOSITORY.fullmatch(repository) is None:
            raise ConfigError("GITHUB_REPOSITORY names no repository", where="GITHUB_REPOSITORY", fix="run it in a job")
        number = _pull_request(environ)
        if number is None:
            return None
        token = token_of(environ, "GITHUB_TOKEN")
        api = Api(
            environ.get("GITHUB_API_URL", "https://api.github.com"),
            headers={"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2022-11-28"},
        )
        author = environ.get("ROADWORTHY_COMMENT_AUTHOR", "").strip() or "github-actions[bot]"
        return cls(api, repository=repository, number=number, author=author)

    def own_comments(self) -> Iterator[Comment]:
        """Yield the comments that the account of this job wrote, oldest first."""
        for page in range(1, MAX_PAGES + 1):
            path = f"/repos/{self._repository}/issues/{self._number}/comments?per_page={_PER_PAGE}&page={page}"
            found = items(self._api.ask("GET", path))
            for one in found:
                if field(one, "user", "login") == self._author:
                    yield Comment(id=str(one.get("id")), body=str(one.get("body") or ""))
            if len(found) < _PER_PAGE:
                return

    def create(self, body: str) -> str:
        """Post a comment and return its id."""
        path = f"/repos/{self._repository}/issues/{self._number}/comments"
        return str(field(self._api.ask("POST", path, {"body": body}), "id"))

    def update(self, id: str, body: str) -> None:
        """Write over a comment."""
        self._api.ask("PATCH", f"/repos/{self._repository}/issues/comments/{int(id)}", {"body": body})


def _pull_request(environ: Mapping[str, str]) -> int | None:
    path = Path(needed(environ, "GITHUB_EVENT_PATH", what="there is no event to read the pull request from"))
    try:
        with path.open("rb") as stream:
            event: JsonValue = json.loads(stream.read(_MAX_EVENT_BYTES))
    except (OSError, ValueError) as error:
        raise ConfigError(
            "the event of this job does not read", where="GITHUB_EVENT_PATH", fix="run it in a job"
        ) from error
    number = field(event, "pull_request", "number")
    return number if isinstance(number, int) and number > 0 else None
