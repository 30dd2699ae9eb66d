"""What the guard does to one request at a client's HTTP layer, whichever way the bytes then go."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import RoadworthyError
from roadworthy.guard.session.errors import BlockedError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.run import Run
from roadworthy.sdk.clients.errors import NotServedError
from roadworthy.sdk.exchange.endpoints import Endpoint, endpoint_of
from roadworthy.sdk.exchange.exchange import Exchange, Refused
from roadworthy.sdk.exchange.media import Media
from roadworthy.sdk.exchange.surface import Surface

_QUERY = frozenset((
    *("api-version", "after", "after_id", "before", "before_id", "beta", "include", "include[]"),
    *("include_obfuscation", "limit", "starting_after", "stream"),
))  # fmt: skip
_WORD = re.compile(r"[A-Za-z0-9._:-]{0,80}")
"""A value that is a name of the service's."""

ERROR = "roadworthy.error"
"""Extension of a response under which the guard's error stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """How the requests of one client pass.

    Args:
        client: Name of its package.
        guard: The policy in force.
        endpoints: That are served.
        runs: Gives the run of a request that is made now, and whether it is the request's own.
        refused: What becomes of refused tool calls.
        media: What becomes of pictures, sound and files.
        stated: What the client's own settings put into the query of each address.
    """

    client: str
    guard: Guard
    endpoints: Sequence[Endpoint]
    runs: Callable[[], tuple[Run, bool]]
    refused: Refused
    media: Media = "refuse"
    stated: Sequence[tuple[str, str]] = ()

    def surface(self, *, method: str, path: str) -> Surface | None:
        """Return how the messages of a request are read; None: it carries none.

        Raises:
            NotServedError: If nothing is known of it.
        """
        found = endpoint_of(self.endpoints, method=method, path=path)
        if found is None:
            raise NotServedError(f"{method} {path[:120]}", client=self.client)
        return found.surface

    def check_query(self, query: Sequence[tuple[str, str]]) -> None:
        """Refuse an address with what nobody judges in it.

        Raises:
            NotServedError: If there is such a parameter.
        """
        for name, value in query:
            if (name, value) in self.stated or (name in _QUERY and _WORD.fullmatch(value)):
                continue
            raise NotServedError(f"the query parameter {name[:40]!r}", client=self.client)

    def exchange(self, surface: Surface) -> Exchange:
        """Return the exchange of a request that is made now."""
        run, owns_run = self.runs()
        return Exchange(run, self.guard.bundle, surface, refused=self.refused, owns_run=owns_run, media=self.media)


def refusal(error: RoadworthyError) -> Mapping[str, JsonValue]:
    """Return what a client that knows nothing of the guard is told in place of an answer."""
    said = error.message if isinstance(error, BlockedError) else error.problem
    return {"error": {"message": said, "type": "blocked_by_policy", "param": None, "code": error.code}}
