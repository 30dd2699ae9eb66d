"""A package's client with the guard in it: the same class and methods, and what it raises where the guard stops."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from roadworthy.core.errors import ConfigError, RoadworthyError
from roadworthy.sdk.clients.errors import NotServedError
from roadworthy.sdk.clients.http import guarded_http
from roadworthy.sdk.clients.passing import ERROR, Passing
from roadworthy.sdk.speaking import Named, Speaker, conversation_of, principal_of, run_here

if TYPE_CHECKING:
    from roadworthy.guard.session.guard import Guard
    from roadworthy.guard.session.run import Run

_WITH_SOCKETS = frozenset(("responses",))
"""Parts whose ``connect`` opens a web socket, which nothing here reads."""


def runs_of(
    guard: Guard, speaker: Speaker, *, route: str, conversation: Named = None
) -> Callable[[], tuple[Run, bool]]:
    """Return what gives the run of a request, and whether it is its own: else it is the one that is under way here."""

    def run() -> tuple[Run, bool]:
        found = run_here(guard, speaker)
        if found is not None:
            return found, False
        name = conversation_of(conversation)
        return guard.run(principal_of(speaker), route=route, conversation=name), True

    return run


def guarded_client(client: Any, passing: Passing, *, served: Collection[str], is_async: bool) -> Any:
    """Return ``client`` guarded. It is of a class below the client's own.

    Args:
        client: Of a package. It stays as it is.
        passing: What is done to its requests.
        served: Names of the parts that are served; the others are refused when they are named.
        is_async: Whether it is an asynchronous client.
    """
    if getattr(client, "_is_guarded", False):
        raise ConfigError("the client is guarded already", where="client", fix="guard it once")
    passing = replace(passing, stated=tuple((name, str(value)) for name, value in client.default_query.items()))
    made = client.copy(http_client=guarded_http(client._client, passing, is_async=is_async))
    made.__class__ = _guarded_class(type(client), passing.client, frozenset(served))
    return made


def _guarded_class(kind: type, package: str, served: frozenset[str]) -> type:
    members: dict[str, Any] = {
        name: _refusing(name, package)
        for name, member in _members(kind).items()
        if not name.startswith("_") and type(member).__name__ == "cached_property" and name not in served
    }
    members |= {
        name: _without_sockets(name, member, package)
        for name, member in _members(kind).items()
        if name in served and name in _WITH_SOCKETS and type(member).__name__ == "cached_property"
    }

    def status_error(self: Any, said: str, *, body: object, response: Any) -> Any:
        error = response.extensions.get(ERROR)
        if isinstance(error, RoadworthyError):
            return error
        return kind._make_status_error(self, said, body=body, response=response)  # type: ignore[attr-defined]  # of the package

    def copy(self: Any, *, http_client: Any = None, **settings: Any) -> Any:
        if http_client is not None or settings.get("provider") is not None:
            raise ConfigError(
                "another HTTP client or provider would go by the guard",
                where="http_client",
                fix="make the client with it first, and guard that",
            )
        return kind.copy(self, **settings)  # type: ignore[attr-defined]  # of the package

    members |= {"_is_guarded": True, "_make_status_error": status_error, "copy": copy, "with_options": copy}
    return type(f"Guarded{kind.__name__}", (kind,), {"__module__": kind.__module__, "__doc__": kind.__doc__} | members)


def _members(kind: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in reversed(kind.__mro__):
        found |= vars(one)
    return found


def _refusing(name: str, package: str) -> property:
    def refuse(self: object) -> Any:
        raise NotServedError(f"`client.{name}`", client=package)

    return property(refuse, doc="Not guarded, so it is refused.")


def _without_sockets(name: str, member: Any, package: str) -> property:
    """Return a part of the client whose ``connect``, which goes by the HTTP client, is refused."""

    def part(self: Any) -> Any:
        made = self.__dict__.get(f"_guarded_{name}")
        if made is None:
            made = self.__dict__[f"_guarded_{name}"] = member.func(self)
            made.connect = _refused_call(f"`client.{name}.connect`", package)
        return made

    return property(part, doc=member.__doc__)


def _refused_call(what: str, package: str) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> Any:
        raise NotServedError(what, client=package)

    return refuse
