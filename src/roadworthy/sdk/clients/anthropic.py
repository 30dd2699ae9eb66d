"""The Anthropic package's clients, guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.speaking import Named, Speaker

if TYPE_CHECKING:
    from anthropic import Anthropic, AsyncAnthropic

    from roadworthy.guard.session.guard import Guard
    from roadworthy.sdk.exchange.exchange import Refused
    from roadworthy.sdk.exchange.media import Media

ClientT = TypeVar("ClientT", bound="Anthropic | AsyncAnthropic")

_SERVED = ("messages", "models", "beta")
_SERVED_WRAPPERS = ("with_raw_response", "with_streaming_response")


def guard_anthropic(
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

    Messages and the counting of their tokens are guarded, under ``beta`` too, with streams, raw answers, retries and
    timeouts as the package has them. Batches, files and every other address are refused with `NotServedError`. Each
    request is a run of its own that reads the history in it, unless one is under way (`in_run`).

    Args:
        client: An ``Anthropic`` or ``AsyncAnthropic``. It stays as it is; close it yourself.
        guard: The policy in force.
        principal: For whom, or where to ask for it at each request.
        route: Of the policy.
        refused: What becomes of a tool call that the policy refuses: ``drop`` leaves it out of the answer and says so
            in its text, ``raise`` raises `CallRefusedError`. In a stream ``drop`` ends the stream with the words for
            the person and the stop reason ``refusal``.
        conversation: Where to ask for the name of the conversation that a request belongs to: limits of one
            conversation, and a person's yes to a call in it, hold beyond one request. None: each is one of its own.
        media: What becomes of pictures, sound and files in a request: ``refuse`` raises `ConfigError`, ``pass`` lets
            them go to the model unjudged.

    Raises:
        ConfigError: If ``client`` is none of these.
    """
    from anthropic import Anthropic, AsyncAnthropic

    from roadworthy.sdk.clients.client import guarded_client, runs_of
    from roadworthy.sdk.clients.passing import Passing
    from roadworthy.sdk.exchange.endpoints import ANTHROPIC

    if not isinstance(client, (Anthropic, AsyncAnthropic)):
        raise ConfigError(
            f"a {type(client).__name__} is no client of anthropic",
            where="client",
            fix="pass Anthropic() or AsyncAnthropic()",
        )
    passing = Passing(
        client="anthropic",
        guard=guard,
        endpoints=ANTHROPIC,
        runs=runs_of(guard, principal, route=route, conversation=conversation),
        refused=refused,
        media=media,
    )
    made: ClientT = guarded_client(
        client, passing, served=(*_SERVED, *_SERVED_WRAPPERS), is_async=isinstance(client, AsyncAnthropic)
    )
    return made
