"""Budgets as people write them: what may be spent, by whom, in what time."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.guard.event import Event, Usage

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NAME_OF_LIMIT = re.compile(r"limit/[a-z0-9][a-z0-9-]{0,63}")
MAX_AMOUNT = 2**63 - 1
"""More is counted as this, so that what is said of it is of bounded length."""


class Unit(StrEnum):
    """What is counted."""

    REQUESTS = "requests"
    INPUT_TOKENS = "input_tokens"
    OUTPUT_TOKENS = "output_tokens"
    TOKENS = "tokens"
    """Input and output together."""

    MONEY = "money"
    """In millionths of the currency of the policy."""

    TOOL_CALLS = "tool_calls"
    CONCURRENT = "concurrent"
    """Requests under way at the same moment."""

    AMOUNT = "amount"
    """What a limit of a tool counts: calls, or thousandths of an argument's unit. Only the book says how much."""

    def amount(self, usage: Usage) -> int:
        """Return how much of this unit ``usage`` is, >= 0; a request is one.

        What is stated as less than nothing is nothing, so that nobody earns by what they report.

        >>> Unit.TOKENS.amount(Usage(input_tokens=-900, output_tokens=50))
        50
        """
        match self:
            case Unit.INPUT_TOKENS:
                return _counted(usage.input_tokens)
            case Unit.OUTPUT_TOKENS:
                return _counted(usage.output_tokens)
            case Unit.TOKENS:
                return _counted(usage.input_tokens) + _counted(usage.output_tokens)
            case Unit.MONEY:
                return _counted(usage.money)
            case Unit.TOOL_CALLS:
                return _counted(usage.tool_calls)
            case Unit.AMOUNT:
                return 0
            case Unit.REQUESTS | Unit.CONCURRENT:
                return 1


def _counted(stated: int) -> int:
    return min(max(0, stated), MAX_AMOUNT)


class Per(StrEnum):
    """Whose budget it is: each has one of its own."""

    EVERYBODY = "everybody"
    TENANT = "tenant"
    PRINCIPAL = "principal"
    CONVERSATION = "conversation"
    MODEL = "model"
    """As `Event.model` has it: who makes the event puts the model's one name there, not what the request calls it."""

    def key(self, event: Event, *, conversation: str) -> str:
        """Return which budget of this kind ``event`` draws on.

        Two owners never share one, whatever characters their ids are made of: each part says how long it is. It is
        of bounded length, and says nobody's id.
        """
        who = event.principal
        parts: tuple[str, ...] = ()
        match self:
            case Per.TENANT:
                parts = (who.tenant,)
            case Per.PRINCIPAL:
                parts = (who.tenant, who.id)
            case Per.CONVERSATION:
                parts = (who.tenant, who.id, conversation)
            case Per.MODEL:
                parts = (event.model,)
        joined = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
        return f"{self.value}-{hashlib.sha256(joined).hexdigest()}"


_COUNTED_WITHOUT_BEING_TOLD = frozenset({Unit.REQUESTS, Unit.CONCURRENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most that may be spent of one unit.

    Raises:
        ValueError: If it allows nothing, has a window that it cannot have, or says nothing of requests that do not
            state what they will use.
    """

    __pydantic_config__: ClassVar = STRICT

    name: str
    unit: Unit
    limit: int
    """>= 1."""

    per: Per = Per.TENANT
    window_s: int | None = None
    """Length of the sliding window in seconds, 1 to 31 days; None: for good, as for the budget of one conversation."""

    assumed: int = 0
    """What is reserved for a request that does not state what it will use, >= 1 but for requests and those under
    way at once: what nobody states is not nothing."""

    routes: tuple[str, ...] = ()
    """Empty: every route."""

    completion: str = "limit"
    """Category of the safe completion for the user."""

    def __post_init__(self) -> None:
        of_limit = self.unit is Unit.AMOUNT
        if (_NAME_OF_LIMIT if of_limit else _NAME).fullmatch(self.name) is None:
            like = "'limit/refunds' for a limit of a tool" if of_limit else "'calls-per-minute'"
            raise ValueError(f"budget name must look like {like}, got {self.name[:80]!r}")
        if self.limit < 1:
            raise ValueError(f"budget {self.name}: `limit` must be >= 1, got {self.limit}")
        if self.window_s is not None and not 1 <= self.window_s <= 31 * 86_400:
            raise ValueError(f"budget {self.name}: `window_s` must be in 1..{31 * 86_400}, got {self.window_s}")
        if self.unit is Unit.CONCURRENT and self.window_s is not None:
            raise ValueError(f"budget {self.name}: what is under way at once has no `window_s`")
        if self.unit not in _COUNTED_WITHOUT_BEING_TOLD and not 1 <= self.assumed <= self.limit:
            raise ValueError(
                f"budget {self.name}: `assumed` must be in 1..{self.limit}, the amount reserved for a request that "
                f"does not state its {self.unit.value}; got {self.assumed}"
            )

    def asks(self, usage: Usage) -> int:
        """Return what is reserved for ``usage``: what it states, or else what is assumed.

        >>> budget = Budget(name="tokens", unit=Unit.OUTPUT_TOKENS, limit=1000, assumed=500)
        >>> budget.asks(Usage(output_tokens=20)), budget.asks(Usage())
        (20, 500)
        """
        stated = self.unit.amount(usage)
        if self.unit is Unit.TOKENS and usage.output_tokens <= 0:
            # Input is counted beforehand; what has no end yet is the answer.
            return max(self.assumed, usage.input_tokens + self.assumed if usage.input_tokens > 0 else 0)
        return stated if stated > 0 else self.assumed
