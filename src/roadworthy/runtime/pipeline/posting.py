"""Posts the comment on a change request, or writes over the one that was posted before."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from roadworthy.core.errors import ConfigError, NotPermittedError
from roadworthy.evidence.documents.change_comment import MARKER, MAX_CHARACTERS
from roadworthy.integrations.change_requests.azure import AzureThreads
from roadworthy.integrations.change_requests.conversation import Conversation
from roadworthy.integrations.change_requests.github import GitHubComments
from roadworthy.integrations.change_requests.gitlab import GitLabNotes

_OPEN: Mapping[str, Callable[[Mapping[str, str]], Conversation | None]] = {
    "github": GitHubComments.open,
    "gitlab": GitLabNotes.open,
    "azure": AzureThreads.open,
}


class PostedState(StrEnum):
    """What became of a comment."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NO_CHANGE_REQUEST = "no_change_request"
    """The job is about no change request."""

    NOT_PERMITTED = "not_permitted"
    """The job has no token that may comment, as in a fork."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of a comment, and why."""

    state: PostedState
    reason: str

    @property
    def is_there(self) -> bool:
        """Whether the change request shows the comment now."""
        return self.state in (PostedState.CREATED, PostedState.UPDATED, PostedState.UNCHANGED)


def post_comment(platform: str, file: Path, *, environ: Mapping[str, str] | None = None) -> Posted:
    """Post what is in ``file`` on the change request that the environment names.

    Only a comment that the same account wrote is written over: a reader who copies the marker gets nothing
    overwritten.

    Args:
        platform: ``github``, ``gitlab`` or ``azure``.
        file: The comment; its first line is the marker.
        environ: The job's environment; None is this process's.

    Raises:
        ConfigError: If the file is no such comment, or the environment is not that of the platform.
        StoreError: If the platform does not answer as it should.
    """
    body = _read(file)
    open_in = _OPEN[platform]
    given = dict(os.environ if environ is None else environ)
    try:
        conversation = open_in(given)
    except NotPermittedError as error:
        return Posted(state=PostedState.NOT_PERMITTED, reason=error.problem)
    if conversation is None:
        return Posted(state=PostedState.NO_CHANGE_REQUEST, reason="this job is about no change request")
    try:
        return _post(conversation, body)
    except NotPermittedError as error:
        return Posted(state=PostedState.NOT_PERMITTED, reason=error.problem)


def _post(conversation: Conversation, body: str) -> Posted:
    for comment in conversation.own_comments():
        if comment.body.startswith(MARKER):
            if comment.body.strip() == body.strip():
                return Posted(state=PostedState.UNCHANGED, reason=f"comment {comment.id} says it already")
            conversation.update(comment.id, body)
            return Posted(state=PostedState.UPDATED, reason=f"comment {comment.id}")
    return Posted(state=PostedState.CREATED, reason=f"comment {conversation.create(body)}")


def _read(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "the comment cannot be read", where=str(file), fix="write it with `rw ci run` and name its comment.md"
        ) from error
    if not text.startswith(MARKER) or len(text) > MAX_CHARACTERS + 1:
        raise ConfigError(
            "the file is no comment of `rw ci run`", where=str(file), fix="give the comment.md that it wrote"
        )
    return text
