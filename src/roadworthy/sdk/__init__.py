"""The guard in people's applications: functions, clients of model services, agents, web applications, tool servers.

Importing this loads nothing but the standard library; each name loads what it needs when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roadworthy.guard.event import Principal as Principal
    from roadworthy.guard.session.errors import ApprovalRequiredError as ApprovalRequiredError
    from roadworthy.guard.session.errors import BlockedError as BlockedError
    from roadworthy.guard.session.errors import BudgetExhaustedError as BudgetExhaustedError
    from roadworthy.guard.session.errors import CallRefusedError as CallRefusedError
    from roadworthy.guard.session.guard import Guard as Guard
    from roadworthy.runtime.guard.serving import open_guard as open_guard
    from roadworthy.sdk.clients.anthropic import guard_anthropic as guard_anthropic
    from roadworthy.sdk.clients.errors import NotServedError as NotServedError
    from roadworthy.sdk.clients.openai import guard_openai as guard_openai
    from roadworthy.sdk.functions.guarded import guarded as guarded
    from roadworthy.sdk.speaking import in_run as in_run
    from roadworthy.sdk.speaking import speaking_for as speaking_for

_HOMES = {
    "ApprovalRequiredError": "roadworthy.guard.session.errors",
    "BlockedError": "roadworthy.guard.session.errors",
    "BudgetExhaustedError": "roadworthy.guard.session.errors",
    "CallRefusedError": "roadworthy.guard.session.errors",
    "Guard": "roadworthy.guard.session.guard",
    "NotServedError": "roadworthy.sdk.clients.errors",
    "Principal": "roadworthy.guard.event",
    "guard_anthropic": "roadworthy.sdk.clients.anthropic",
    "guard_openai": "roadworthy.sdk.clients.openai",
    "guarded": "roadworthy.sdk.functions.guarded",
    "in_run": "roadworthy.sdk.speaking",
    "open_guard": "roadworthy.runtime.guard.serving",
    "speaking_for": "roadworthy.sdk.speaking",
}

__all__ = [
    "ApprovalRequiredError",
    "BlockedError",
    "BudgetExhaustedError",
    "CallRefusedError",
    "Guard",
    "NotServedError",
    "Principal",
    "guard_anthropic",
    "guard_openai",
    "guarded",
    "in_run",
    "open_guard",
    "speaking_for",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return list(__all__)
