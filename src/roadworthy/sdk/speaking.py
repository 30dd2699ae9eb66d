"""For whom something is done, and in which run: said once where a request begins, and kept apart between tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeAlias

from roadworthy.core.errors import ConfigError

if TYPE_CHECKING:
    from roadworthy.guard.event import Principal
    from roadworthy.guard.session.guard import Guard
    from roadworthy.guard.session.run import Run

Speaker: TypeAlias = "Principal | Callable[[], Principal] | ContextVar[Principal] | None"
"""A principal, or where to ask for the one of this request; None: the one that `speaking_for` names."""

Named: TypeAlias = "Callable[[], str] | ContextVar[str] | None"
"""Where to ask for the name of the conversation that a request belongs to; None: each is one of its own."""

_Step: TypeAlias = "tuple[Guard, Run, Principal | None]"
"""A guard, its run that is under way, and whom `speaking_for` named when it began to be."""

_MAX_NAME = 256
_principal: ContextVar[Principal | None] = ContextVar("roadworthy_principal", default=None)
_running: ContextVar[tuple[_Step, ...]] = ContextVar("roadworthy_runs", default=())
_is_composed: ContextVar[bool] = ContextVar("roadworthy_composed", default=False)


@contextmanager
def speaking_for(principal: Principal) -> Iterator[None]:
    """Say for whom everything within is done, in this task or thread and what it starts with its context.

    >>> from roadworthy.guard.event import Principal
    >>> with speaking_for(Principal(id="ada", tenant="acme")):
    ...     principal_of(None).id
    'ada'
    """
    token = _principal.set(principal)
    try:
        yield
    finally:
        _principal.reset(token)


@contextmanager
def in_run(guard: Guard, run: Run) -> Iterator[Run]:
    """Have everything within that the same guard guards be steps of one ``run``.

    A conversation that the application keeps, or an agent that calls tools, is one run: what the user said in it
    explains what a tool is called with later. It is for whom it was begun, whoever is named outside of it; to name
    somebody else within it is an error.
    """
    # Runs of other guards go on: what is done within them by their guards stays a step of theirs.
    others = tuple(one for one in _running.get() if one[0] is not guard)
    token = _running.set((*others, (guard, run, _principal.get())))
    try:
        yield run
    finally:
        _running.reset(token)


@contextmanager
def within_tool() -> Iterator[None]:
    """Have whatever is said within be nobody's word: a tool is given what the model composed, and passes it on."""
    token = _is_composed.set(True)
    try:
        yield
    finally:
        _is_composed.reset(token)


def is_composed() -> bool:
    """Return whether what is said here as the user's was composed by a model, because a tool says it."""
    return _is_composed.get()


def current_run(guard: Guard) -> Run | None:
    """Return the run that is under way here by ``guard``; None: there is none."""
    found = _step(guard)
    return None if found is None else found[1]


def _step(guard: Guard) -> _Step | None:
    return next((one for one in _running.get() if one[0] is guard), None)


def run_here(guard: Guard, speaker: Speaker) -> Run | None:
    """Return the run that is under way here, for what states ``speaker``; None: there is none.

    Raises:
        ConfigError: If the run is for somebody else than ``speaker``, or than `speaking_for` has named since it is
            under way: what is done for one person counts for no other.
    """
    found = _step(guard)
    if found is None:
        return None
    _, run, before = found
    stated = _stated(speaker)
    if speaker is None and stated == before:
        stated = None
    if stated is not None and stated != run.principal:
        raise ConfigError(
            "the principal is another than that of the run that is under way",
            where="principal",
            fix="state none within a run, or do it outside of the run",
        )
    return run


def conversation_of(named: Named) -> str:
    """Return the name of the conversation that something belongs to; empty: it is one of its own.

    Raises:
        ConfigError: If it is no printable text of 1 to 256 characters.
    """
    if named is None:
        return ""
    found: object = named.get("") if isinstance(named, ContextVar) else named()
    if isinstance(found, str) and len(found) <= _MAX_NAME and found.isprintable():
        return found
    raise ConfigError(
        f"the name of a conversation must be a printable text of at most {_MAX_NAME} characters",
        where="conversation",
        fix="give the id under which your application keeps it",
    )


def principal_of(speaker: Speaker) -> Principal:
    """Return for whom something is done now.

    Raises:
        ConfigError: If nobody has said it, or what was said is no principal: the guard never assumes one.
    """
    from roadworthy.guard.event import Principal

    found = _stated(speaker)
    if isinstance(found, Principal):
        return found
    raise ConfigError(
        "nobody has said for whom this is done"
        if found is None
        else f"the principal is a {type(found).__name__}, not a Principal",
        where="principal",
        fix="pass `principal=Principal(id=..., tenant=...)`, a callable or ContextVar that gives one, or use `with "
        "speaking_for(principal):`",
    )


def _stated(speaker: Speaker) -> object:
    if isinstance(speaker, ContextVar):
        return speaker.get(None)
    if callable(speaker):
        return speaker()
    return speaker if speaker is not None else _principal.get()
