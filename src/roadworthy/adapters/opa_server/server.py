"""One Open Policy Agent that is asked for one document."""

from __future__ import annotations

from collections.abc import Mapping

from roadworthy.adapters.opa_server.answer import OpaAnswer, OpaNoAnswer, read_answer
from roadworthy.adapters.opa_server.place import DEFAULT_PATH, document_at, place_of, require_token
from roadworthy.adapters.targets.address import Address
from roadworthy.adapters.targets.exchange import Exchange
from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.evals.model import NoReply

DEFAULT_TIMEOUT_S = 10.0


class OpaServer:
    """One Open Policy Agent, asked for one document.

    Redirects are not followed, the environment's proxies are not used, an answer is read to a
    bound, and the token shows in no error and no representation.

    Args:
        url: Where it listens, e.g. ``https://opa.example.com``.
        path: Of the document, below ``/v1/data/``.
        token: Sent as a bearer token; empty sends none.
        timeout_s: For the whole exchange, in seconds, greater than 0.
        plain_http: Allow ``http`` to another machine than this one.

    Raises:
        ConfigError: If the address, the path, the token or the time is none.
    """

    def __init__(
        self,
        url: str,
        *,
        path: str = DEFAULT_PATH,
        token: str = "",
        timeout_s: float = DEFAULT_TIMEOUT_S,
        plain_http: bool = False,
    ) -> None:
        if not 0 < timeout_s <= 600:
            raise ConfigError(f"a time of {timeout_s:g} s is none", where="--timeout", fix="give 1 to 600 seconds")
        self.place = place_of(url, plain_http=plain_http)
        headers = {"Authorization": f"Bearer {require_token(token)}"} if token else {}
        asked = f"{self.place}/v1/data/{document_at(path)}"
        self._exchange = Exchange(Address(url=asked, headers=headers, place=asked), timeout_s=timeout_s)

    async def decide(self, facts: Mapping[str, JsonValue]) -> OpaAnswer:
        """Ask for the document with ``facts`` as the input. Every failure is an `OpaNoAnswer`, never an exception."""
        try:
            answer = await self._exchange.post({"input": dict(facts)})
        finally:
            await self._exchange.close()
        return OpaNoAnswer(reason=answer.reason) if isinstance(answer, NoReply) else read_answer(answer)
