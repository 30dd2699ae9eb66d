"""Notes on a merge request of GitLab.

Source:
    GitLab documentation, "Notes API", merge requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

from roadworthy.integrations.change_requests.conversation import MAX_PAGES, Api, Comment, field, items, needed, token_of

_PER_PAGE = 100


class GitLabNotes:
    """The notes on the merge request that a pipeline runs for."""

    def __init__(self, api: Api, *, project: int, number: int) -> None:
        self._api = api
        self._path = f"/projects/{project}/merge_requests/{number}/notes"

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> Self | None:
        """Return the conversation of this job; None where it is about no merge request.

        Raises:
            ConfigError: If this is no job of GitLab.
            NotPermittedError: If there is no token; the job's own token may not write notes.
        """
        address = needed(environ, "CI_API_V4_URL", what="there is no GitLab to comment in")
        number = environ.get("CI_MERGE_REQUEST_IID", "").strip()
        if not number.isdecimal():
            return None
        project = environ.get("CI_MERGE_REQUEST_PROJECT_ID", "") or needed(
            environ, "CI_PROJECT_ID", what="there is no project to comment in"
        )
        token = token_of(environ, "ROADWORTHY_GITLAB_TOKEN")
        return cls(Api(address, headers={"PRIVATE-TOKEN": token}), project=int(project), number=int(number))

    def own_comments(self) -> Iterator[Comment]:
        """Yield the notes that the account of this job wrote, oldest first."""
        me = field(self._api.ask("GET", "/user"), "id")
        for page in range(1, MAX_PAGES + 1):
            found = items(self._api.ask("GET", f"{self._path}?sort=asc&per_page={_PER_PAGE}&page={page}"))
            for one in found:
                if me is not None and field(one, "author", "id") == me and not one.get("system"):
                    yield Comment(id=str(one.get("id")), body=str(one.get("body") or ""))
            if len(found) < _PER_PAGE:
                return

    def create(self, body: str) -> str:
        """Post a note and return its id."""
        return str(field(self._api.ask("POST", self._path, {"body": body}), "id"))

    def update(self, id: str, body: str) -> None:
        """Write over a note."""
        self._api.ask("PUT", f"{self._path}/{int(id)}", {"body": body})
