"""What a platform's comments have in common, and how its answers are read."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError, NotPermittedError, StoreError

MAX_PAGES = 50
"""Pages of comments that are looked through for our own."""

_TIMEOUT_S = 30.0
_MAX_ANSWER_BYTES = 32 * 1024 * 1024
_REFUSED = (401, 403, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment that is there."""

    id: str
    body: str


class Conversation(Protocol):
    """The comments on one change request."""

    def own_comments(self) -> Iterator[Comment]:
        """Yield the comments that the account of this job wrote, oldest first."""
        ...

    def create(self, body: str) -> str:
        """Post a comment and return its id."""
        ...

    def update(self, id: str, body: str) -> None:
        """Write over a comment."""
        ...


class Api:
    """A platform's JSON interface under one address; the token is sent there and shown nowhere."""

    def __init__(self, address: str, *, headers: Mapping[str, str]) -> None:
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ConfigError(
                f"{address[:200]!r} is no address of a platform", where="environment", fix="run it in a job"
            )
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ConfigError(
                "a token is not sent without encryption", where=parts.hostname, fix="use the https address"
            )
        self._address = address.rstrip("/")
        self._headers = dict(headers)

    def ask(self, method: str, path: str, body: JsonValue = None) -> JsonValue:
        """Return what the platform answers.

        Raises:
            NotPermittedError: If the token may not do this, or there is none.
            StoreError: If it does not answer, or not with JSON.
        """
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked when this was made
            f"{self._address}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={**self._headers, "Accept": "application/json", "Content-Type": "application/json"},
        )
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
                content = answer.read(_MAX_ANSWER_BYTES + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise self._refusal(error.code, method) from None
        except (OSError, ValueError) as error:
            raise StoreError(
                f"the platform does not answer: {type(error).__name__}", where=self._host, fix="run the step again"
            ) from None
        return self._read(content)

    @property
    def _host(self) -> str:
        return urllib.parse.urlsplit(self._address).hostname or ""

    def _refusal(self, status: int, method: str) -> NotPermittedError | StoreError:
        if status in _REFUSED:
            return NotPermittedError(
                f"the platform answered {status}: this job's token may not {_DOES.get(method, method)} comments here",
                where=self._host,
                fix="grant it in the workflow, or leave the step out",
            )
        return StoreError(f"the platform answered {status}", where=self._host, fix="run the step again")

    def _read(self, content: bytes) -> JsonValue:
        if len(content) > _MAX_ANSWER_BYTES:
            raise StoreError("the platform's answer is too large", where=self._host, fix="run the step again")
        try:
            found: JsonValue = json.loads(content) if content.strip() else None
        except ValueError as error:
            raise StoreError("the platform's answer is no JSON", where=self._host, fix="run the step again") from error
        return found


_DOES = {"GET": "read", "POST": "write", "PATCH": "change", "PUT": "change"}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another address."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Follow none."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def needed(environ: Mapping[str, str], name: str, *, what: str) -> str:
    """Return a variable that the platform sets in its jobs.

    Raises:
        ConfigError: If it is missing.
    """
    value = environ.get(name, "").strip()
    if not value:
        raise ConfigError(f"{name} is not set: {what}", where=name, fix="run it in a job of that platform")
    return value


def token_of(environ: Mapping[str, str], name: str) -> str:
    """Return the token that may comment.

    Raises:
        NotPermittedError: If there is none, as in the job of a fork.
    """
    value = environ.get(name, "").strip()
    if not value or not value.isascii() or not value.isprintable():
        raise NotPermittedError(
            f"{name} holds no token, so nothing can be posted",
            where=name,
            fix="let the job have a token that may comment",
        )
    return value


def items(value: JsonValue) -> list[dict[str, JsonValue]]:
    """Return the objects of a list; empty for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def field(value: JsonValue, *names: str) -> JsonValue:
    """Return what stands under ``names`` in nested objects; None where it is not there.

    >>> field({"user": {"login": "bot"}}, "user", "login")
    'bot'
    """
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
