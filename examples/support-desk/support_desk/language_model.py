"""A client for the language model's server, which speaks OpenAI's chat completions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from support_desk.prompts import Turn

TIMEOUT_S = 60


class ModelError(Exception):
    """The model's server did not give an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the model draws its words."""

    temperature: float = 0.0
    seed: Any = 0
    max_tokens: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What the model wrote and what it cost."""

    text: str
    finish_reason: str
    input_tokens: int
    output_tokens: int


class LanguageModel:
    """Asks one server. Use it as an asynchronous context manager."""

    def __init__(self, url: str, *, key: str = "") -> None:
        self._url = f"{url.rstrip('/')}/v1/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> LanguageModel:
        self._session = aiohttp.ClientSession(
            headers=self._headers, timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), trust_env=False
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def complete(
        self, turns: Sequence[Turn], sampling: Sampling, *, schema: dict[str, Any] | None = None
    ) -> Completion:
        """Ask for the next turn; with ``schema``, the reply is JSON of that shape.

        Raises:
            ModelError: If the server fails, refuses, or answers what cannot be read.
        """
        body: dict[str, Any] = {
            "messages": list(turns),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            "max_tokens": sampling.max_tokens,
        }
        if schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
        return _read(await self._post(body))

    async def _post(self, body: dict[str, Any]) -> Any:
        if self._session is None:
            raise RuntimeError("enter the language model's context first")
        try:
            async with self._session.post(self._url, json=body) as response:
                if response.status != 200:
                    raise ModelError(f"the language model answered HTTP {response.status}")
                return await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
            raise ModelError(f"the language model cannot be asked: {type(fault).__name__}") from fault


def _read(body: Any) -> Completion:
    try:
        choice, usage = body["choices"][0], body.get("usage", {})
        return Completion(
            text=str(choice["message"]["content"]).strip(),
            finish_reason=str(choice.get("finish_reason") or "stop"),
            input_tokens=int(usage.get("prompt_tokens", 0)),
            output_tokens=int(usage.get("completion_tokens", 0)),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as fault:
        raise ModelError("the language model's answer does not read") from fault
