"""Threads on a pull request of Azure DevOps.

Source:
    Azure DevOps Services REST API 7.1, "Pull Request Threads" and "Pull Request Thread Comments".
"""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Self

from roadworthy.integrations.change_requests.conversation import Api, Comment, field, items, needed, token_of

_VERSION = "api-version=7.1"
_TEXT = 1
_ACTIVE = 1


class AzureThreads:
    """The threads on the pull request that a pipeline runs for."""

    def __init__(self, api: Api, *, path: str) -> None:
        self._api = api
        self._path = path

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> Self | None:
        """Return the conversation of this job; None where it is about no pull request.

        Raises:
            ConfigError: If this is no job of Azure DevOps.
            NotPermittedError: If there is no token: the pipeline must hand it to the step.
        """
        address = needed(environ, "SYSTEM_COLLECTIONURI", what="there is no Azure DevOps to comment in")
        number = environ.get("SYSTEM_PULLREQUEST_PULLREQUESTID", "").strip()
        if not number.isdecimal():
            return None
        project = urllib.parse.quote(needed(environ, "SYSTEM_TEAMPROJECT", what="there is no project"), safe="")
        repository = urllib.parse.quote(needed(environ, "BUILD_REPOSITORY_ID", what="there is no repository"), safe="")
        token = base64.b64encode(f":{token_of(environ, 'SYSTEM_ACCESSTOKEN')}".encode()).decode()
        path = f"/{project}/_apis/git/repositories/{repository}/pullRequests/{int(number)}/threads"
        return cls(Api(address, headers={"Authorization": f"Basic {token}"}), path=path)

    def own_comments(self) -> Iterator[Comment]:
        """Yield the first comment of each thread that the account of this job began."""
        me = field(self._api.ask("GET", "/_apis/connectionData"), "authenticatedUser", "id")
        for thread in items(field(self._api.ask("GET", f"{self._path}?{_VERSION}"), "value")):
            comments = items(thread.get("comments"))
            if me is not None and comments and field(comments[0], "author", "id") == me:
                yield Comment(
                    id=f"{thread.get('id')}/{comments[0].get('id')}", body=str(comments[0].get("content") or "")
                )

    def create(self, body: str) -> str:
        """Begin a thread and return the id of its comment."""
        thread = self._api.ask(
            "POST",
            f"{self._path}?{_VERSION}",
            {"comments": [{"parentCommentId": 0, "content": body, "commentType": _TEXT}], "status": _ACTIVE},
        )
        return str(field(thread, "id"))

    def update(self, id: str, body: str) -> None:
        """Write over the first comment of a thread."""
        thread, _, comment = id.partition("/")
        self._api.ask("PATCH", f"{self._path}/{int(thread)}/comments/{int(comment)}?{_VERSION}", {"content": body})
