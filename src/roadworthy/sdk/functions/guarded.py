"""`guarded`: a function of an application, with a policy around it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.speaking import Speaker

if TYPE_CHECKING:
    from roadworthy.sdk.functions.settings import PolicySource

P = ParamSpec("P")
R = TypeVar("R")


@overload
def guarded(
    function: Callable[P, R],
    *,
    policy: PolicySource,
    principal: Speaker = ...,
    route: str = ...,
    tool: bool | str = ...,
    unjudged: Collection[str] = ...,
) -> Callable[P, R]: ...


@overload
def guarded(
    *,
    policy: PolicySource,
    principal: Speaker = ...,
    route: str = ...,
    tool: bool | str = ...,
    unjudged: Collection[str] = ...,
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def guarded(
    function: Callable[..., Any] | None = None,
    *,
    policy: PolicySource,
    principal: Speaker = None,
    route: str = "*",
    tool: bool | str = False,
    unjudged: Collection[str] = (),
) -> Any:
    """Return ``function`` guarded, or what guards one: as a decorator or as a call.

    Every text in its arguments is judged as what the user says, and what it gives back as what is said to the user;
    of a generator, bit by bit, and nothing leaves early. A tool's arguments are judged as a call, and its result as
    the tool's word. Tools that are called within a guarded function are steps of its run, so that what the user said
    explains what they are called with; another guarded function that is called within it is given the model's words,
    not the user's. It keeps name, signature, docstring and kind (asynchronous, generator).

    Args:
        function: A function, an asynchronous one, a generator of text of either kind, or an object with `__call__`.
        policy: A guard, or a file, a folder with a ``guard.yaml`` or a pack's name, which is read at the first call.
        principal: For whom, or where to ask for it at each call; None: as `speaking_for` says. Nobody is assumed.
        route: Of the policy.
        tool: Whether it is a tool, or its name as one.
        unjudged: Arguments that are not looked at, such as a connection to a database. All others must be text, JSON
            values or pydantic models.

    Raises:
        ConfigError: If it cannot be guarded as it is.
    """
    if function is None:
        return functools.partial(guarded, policy=policy, principal=principal, route=route, tool=tool, unjudged=unjudged)
    from roadworthy.sdk.functions.settings import Settings
    from roadworthy.sdk.functions.values import signature_of

    if not callable(function):
        raise ConfigError(
            f"a {type(function).__name__} cannot be called",
            where="guarded",
            fix="guard a function or a callable object",
        )
    name = getattr(function, "__name__", type(function).__name__)
    settings = Settings(
        policy=policy, principal=principal, route=route, tool=(tool if isinstance(tool, str) else name) if tool else ""
    )
    wrapper = _wrapper(function, is_tool=bool(tool))
    made = wrapper(function, signature_of(function, unjudged=unjudged), settings)
    functools.update_wrapper(made, function)
    if not hasattr(function, "__name__"):
        made.__name__ = made.__qualname__ = name
        made.__doc__ = inspect.getdoc(type(function).__call__) or inspect.getdoc(function)
    return made


def _wrapper(function: Callable[..., Any], *, is_tool: bool) -> Callable[..., Callable[..., Any]]:
    from roadworthy.sdk.functions import answering, tooling

    called: Any = function.func if isinstance(function, functools.partial) else function
    called = called if inspect.isroutine(called) else called.__call__
    # A decorator that passes on what it is given says nothing of the kind; one that waits or yields itself does.
    called = inspect.unwrap(called, stop=_has_kind)
    is_async = inspect.iscoroutinefunction(called)
    generates, generates_async = inspect.isgeneratorfunction(called), inspect.isasyncgenfunction(called)
    if is_tool and (generates or generates_async):
        raise ConfigError("a tool gives one result, not a stream", where="guarded", fix="return the result as a whole")
    if is_tool:
        return tooling.tool_async if is_async else tooling.tool
    if generates_async:
        return answering.generated_async
    if generates:
        return answering.generated
    return answering.awaited if is_async else answering.called


def _has_kind(function: Any) -> bool:
    return any(
        of(function) for of in (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    )
