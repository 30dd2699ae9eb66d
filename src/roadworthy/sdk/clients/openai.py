"""The OpenAI package's clients, guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.speaking import Named, Speaker

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from roadworthy.guard.session.guard import Guard
    from roadworthy.sdk.exchange.exchange import Refused
    from roadworthy.sdk.exchange.media import Media

ClientT = TypeVar("ClientT", bound="OpenAI | AsyncOpenAI")

_SERVED = ("chat", "completions", "responses", "embeddings", "moderations", "models")
_SERVED_WRAPPERS = ("with_raw_response", "with_streaming_response")


def guard_openai(
    client: ClientT,
    *,
    guard: Guard,
    principal: Speaker = None,
    route: str = "*",
    refused: Refused = "drop",
    conversation: Named = None,
    media: Media = "refuse",
) -> ClientT:
    """Return ``client`` guarded: every request is judged before it is sent, every answer before anybody sees it.

    Chat completions, responses, embeddings, moderations and completions of a text are guarded, with streams, raw
    answers, retries and timeouts as the package has them. Every other part of the client, and every address that is
    not known, is refused with `NotServedError`. Each request is a run of its own that reads the history in it, unless
    one is under way (`in_run`).

    Args:
        client: An ``OpenAI`` or ``AsyncOpenAI``. It stays as it is; close it yourself.
        guard: The policy in force.
        principal: For whom, or where to ask for it at each request.
        route: Of the policy.
        refused: What becomes of a tool call that the policy refuses: ``drop`` leaves it out of the answer and says so
            in its text, ``raise`` raises `CallRefusedError`. In a stream ``drop`` ends the stream with the words for
            the person and the reason ``content_filter``.
        conversation: Where to ask for the name of the conversation that a request belongs to: limits of one
            conversation, and a person's yes to a call in it, hold beyond one request. None: each is one of its own.
        media: What becomes of pictures, sound and files in a request: ``refuse`` raises `ConfigError`, ``pass`` lets
            them go to the model unjudged.

    Raises:
        ConfigError: If ``client`` is none of these.
    """
    from openai import AsyncOpenAI, OpenAI

    from roadworthy.sdk.clients.client import guarded_client, runs_of
    from roadworthy.sdk.clients.passing import Passing
    from roadworthy.sdk.exchange.endpoints import OPENAI

    if not isinstance(client, (OpenAI, AsyncOpenAI)):
        raise ConfigError(
            f"a {type(client).__name__} is no client of openai", where="client", fix="pass OpenAI() or AsyncOpenAI()"
        )
    passing = Passing(
        client="openai",
        guard=guard,
        endpoints=OPENAI,
        runs=runs_of(guard, principal, route=route, conversation=conversation),
        refused=refused,
        media=media,
    )
    made: ClientT = guarded_client(
        client, passing, served=(*_SERVED, *_SERVED_WRAPPERS), is_async=isinstance(client, AsyncOpenAI)
    )
    return made
