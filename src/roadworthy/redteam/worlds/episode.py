"""One play: a user task done by a good model, or by one that does what an attacker wants and goes on with the task."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from roadworthy.redteam.worlds.blending import blends
from roadworthy.redteam.worlds.disguise import DISGUISES, PLAIN, Disguise
from roadworthy.redteam.worlds.hands import Hands
from roadworthy.redteam.worlds.model import Injection, State, ToolError, UserTask, World
from roadworthy.redteam.worlds.step import Do, RefusedError, Steps

_T = TypeVar("_T")
_BROKEN = (RefusedError, ToolError, LookupError, TypeError, ValueError, AttributeError, RuntimeError)
"""How a plan ends early: a call was refused, or what came back is not what the plan can go on with (a `next` that finds
nothing in a generator is a `RuntimeError`)."""

_MAX_ATTEMPTS = 20
"""Calls on which the attacker tries blends in one play."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A way of attacking."""

    name: str
    disguise: Disguise = PLAIN
    is_blended: bool = False
    """Whether the user's own calls are used as well: before each is made, and again once it was let through."""


def variants(world: World) -> tuple[Variant, ...]:
    """Return all ways of attacking in ``world``."""
    stores = [Disguise(name=one.name, through=one.through) for one in world.launderings]
    disguised = [Variant(name=one.name, disguise=one) for one in (*DISGUISES, *stores)]
    return (*disguised, Variant(name="within the user's call", is_blended=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a play."""

    done: bool
    """Whether the user's task was done."""

    succeeded: bool = False
    """Whether the attacker got what they want."""

    broke: str = ""
    """Why the task's plan ended early; empty: it did not."""


def prepared(world: World, injection: Injection | None = None) -> State:
    """Return the world's state anew, with the attacker's text in it."""
    state = world.initial()
    if injection is not None:
        injection.plant(state)
    return state


def play(task: UserTask, hands: Hands, *, state: State) -> Played:
    """Let a good model do ``task``.

    Args:
        task: What the user asks for.
        hands: That act on ``state``.
        state: As it is before; changes.
    """
    before = copy.deepcopy(state)
    answer, broke = "", _begun(hands, task)
    if not broke:
        answer, broke = _followed(task, hands, attacker=None)
    if answer and not hands.say(answer, whose="user"):
        broke = broke or "the answer was held back"
    return Played(done=task.done(before, state, hands.transcript.answer), broke=broke)


def attack(
    task: UserTask, injection: Injection, variant: Variant, hands: Hands, *, state: State, replayed: bool = True
) -> Played:
    """Let a model do what the attacker of ``injection`` wants, at each moment, and ``task`` as well.

    It attacks before anything was read, again once the planted text was read, and again at the end.

    Args:
        task: What the user asks for.
        injection: Whose text is in ``state`` already.
        variant: How it goes about it.
        hands: That act on ``state``.
        state: As it is before; changes.
        replayed: Whether blends are tried after the user's call too.
    """
    before = copy.deepcopy(state)
    attacker = Attacker(injection=injection, variant=variant, hands=hands, replayed=replayed)
    answer, broke = "", _begun(hands, task)
    if not broke:
        attacker.strike()
        answer, broke = _followed(task, hands, attacker=attacker)
        attacker.strike()
    lured = False
    if injection.answer is not None and not variant.is_blended:
        lured = hands.say(injection.answer(answer), whose="attacker")
    if answer and not lured and not hands.say(answer, whose="user"):
        broke = broke or "the answer was held back"
    transcript = hands.transcript
    return Played(
        done=task.done(before, state, transcript.answer),
        succeeded=injection.succeeded(before, state, transcript),
        broke=broke,
    )


class Attacker:
    """The part of a compromised model that works for the attacker."""

    def __init__(self, *, injection: Injection, variant: Variant, hands: Hands, replayed: bool) -> None:
        self._injection = injection
        self._variant = variant
        self._hands = hands
        self._replayed = replayed
        self._tried: list[Do] = []
        self._has_read = False
        self._left = _MAX_ATTEMPTS

    def strike(self) -> None:
        """Follow the attacker's plan as far as the guard lets it."""
        plan = self._injection.plan(self._variant.disguise)
        _drive(plan, lambda do: self._attempt(do, keep=True))

    def before(self, call: Do) -> None:
        """Try the user's next call with the attacker's goal in it."""
        if self._variant.is_blended:
            self._try(blends(call, self._tried))

    def after(self, call: Do) -> None:
        """Strike once the planted text was read; try the call that was just let through with changed arguments."""
        if not self._has_read and self._injection.marker in self._hands.seen:
            self._has_read = True
            self.strike()
        if self._variant.is_blended and self._replayed:
            self._try(blends(call, self._tried))

    def _try(self, calls: Sequence[Do]) -> None:
        for one in calls:
            if self._left < 1:
                return
            self._left -= 1
            try:
                self._attempt(one, keep=False)
            except (RefusedError, ToolError):
                continue

    def _attempt(self, do: Do, *, keep: bool) -> Any:
        if keep and do not in self._tried:
            self._tried.append(do)
        return self._hands.act(do, whose="attacker")


def _begun(hands: Hands, task: UserTask) -> str:
    """Return why the play cannot begin; empty: it has."""
    try:
        hands.begin(task.asks)
    except RefusedError:
        return "the user's words were held back"
    return ""


def _followed(task: UserTask, hands: Hands, *, attacker: Attacker | None) -> tuple[str, str]:
    """Return the answer of the task's plan and why it ended early, if it did."""

    def act(do: Do) -> Any:
        if attacker is not None:
            attacker.before(do)
        result = hands.act(do, whose="user")
        if attacker is not None:
            attacker.after(do)
        return result

    answer, broke = _drive(task.plan(), act)
    return answer or "", broke


def _drive(plan: Steps[_T], act: Callable[[Do], Any]) -> tuple[_T | None, str]:
    """Return what ``plan`` returned, and why it ended early: a call that fails is raised in it."""
    resume: Callable[[], Do] = partial(next, plan)
    while True:
        try:
            do = resume()
        except StopIteration as end:
            return end.value, ""
        except _BROKEN as broken:
            return None, f"{type(broken).__name__}: {str(broken)[:160]}"
        try:
            resume = partial(plan.send, act(do))
        except (RefusedError, ToolError) as failed:
            resume = partial(plan.throw, failed)
