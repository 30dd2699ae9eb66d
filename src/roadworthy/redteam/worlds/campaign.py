"""Plays a world through: every task by a good model, every attack on every task, with and without somebody to ask."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from roadworthy.core.clock import Clock
from roadworthy.core.ids import IdSource
from roadworthy.core.subject import STRICT
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.session.guard import Guard
from roadworthy.redteam.worlds.disguise import PLAIN
from roadworthy.redteam.worlds.episode import Played, Variant, attack, play, prepared, variants
from roadworthy.redteam.worlds.hands import BareHands, GuardedHands, Person, Refusal
from roadworthy.redteam.worlds.model import Injection, State, UserTask, World
from roadworthy.redteam.worlds.step import Do, Steps

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many plays are done, and how many there are."""


class Asking(StrEnum):
    """Who answers when the guard wants a person's yes."""

    CAREFUL = "careful"
    """Somebody who reads what they sign: yes to each action that the user's task needs, once, and no to all else."""

    NEVER = "never"
    """Nobody: every question is answered with no."""

    ALWAYS = "always"
    """Somebody who signs whatever is put before them: what the policy holds back by itself."""


USUAL = (Asking.CAREFUL, Asking.NEVER)
"""Played where nothing else is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A policy with what a guard needs."""

    bundle: Bundle
    clock: Clock
    ids: IdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One play behind the guard, and what came of it."""

    __pydantic_config__: ClassVar = STRICT

    world: str
    asking: Asking
    task: str
    injection: str
    """Empty: a good model, and nothing planted."""

    variant: str
    """Of the attack; empty for none."""

    done: bool
    succeeded: bool
    broke: str
    """Why the task's plan ended early; empty: it did not."""

    questions: int
    """Put to the person for the user's task."""

    attackers_questions: int
    """Put to the person for the attacker's calls."""

    refusals: tuple[Refusal, ...]
    """Of the user's own calls and answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be played in a world."""

    world: World
    pairs: tuple[tuple[UserTask, Injection, Variant], ...]
    askings: tuple[Asking, ...]

    @property
    def plays(self) -> int:
        """How many plays that are."""
        return (len(self.world.tasks) + len(self.pairs)) * len(self.askings)


def plan_of(world: World, *, askings: Sequence[Asking] = USUAL, tasks_per_injection: int | None = None) -> Plan:
    """Return what is to be played: each injection on its tasks, in each variant that does what the attacker wants.

    A variant is played where it differs from the direct attack and succeeds without a guard; that within the user's
    own calls where the attacker's calls use a tool of the task.

    Args:
        world: Where.
        askings: Who is there to be asked.
        tasks_per_injection: Played with each injection, spread evenly and differently for each; None: all.
    """
    pairs: list[tuple[UserTask, Injection, Variant]] = []
    tools = {task.id: {do.tool for do in truth(world, task, None)} for task in world.tasks}
    for number, injection in enumerate(world.injections):
        wanted, ways = working(world, injection)
        for task in _spread(world.tasks, tasks_per_injection, first=number):
            shares_tool = bool(tools[task.id] & {do.tool for do in wanted})
            pairs += [(task, injection, way) for way in ways if shares_tool or not way.is_blended]
    return Plan(world=world, pairs=tuple(pairs), askings=tuple(askings))


def trials(plan: Plan, bench: Bench, *, progress: Progress = lambda done, total: None) -> Iterator[Trial]:
    """Play ``plan`` behind the policy of ``bench``, and yield what comes of each play as it ends."""
    number = 0
    for asking in plan.askings:
        for task in plan.world.tasks:
            yield _benign(plan.world, task, bench, asking=asking)
            number += 1
            progress(number, plan.plays)
        for task, injection, variant in plan.pairs:
            yield _attacked(plan.world, task, injection, variant, bench, asking=asking)
            number += 1
            progress(number, plan.plays)


def unsound(world: World) -> tuple[str, ...]:
    """Return what is wrong with ``world`` itself: a task that is not done, or an attack that fails, without a guard.

    Figures of a world with such faults say nothing.
    """
    faults = []
    for task in world.tasks:
        state = prepared(world)
        untouched = copy.deepcopy(state)
        if task.done(untouched, state, ""):
            faults.append(f"{world.name}: the task {task.id} counts as done before anything was done")
        if not play(task, BareHands(world, state), state=state).done:
            faults.append(f"{world.name}: the task {task.id} is not done without a guard")
    for injection in world.injections:
        if _bare(world, world.tasks[0], injection, None).succeeded:
            faults.append(f"{world.name}: the attack {injection.id} counts as a success where nobody attacks")
        direct = Variant(name=PLAIN.name)
        if not any(_bare(world, task, injection, direct).succeeded for task in world.tasks):
            faults.append(f"{world.name}: the attack {injection.id} fails without a guard")
    return tuple(faults)


def truth(world: World, task: UserTask, injection: Injection | None) -> tuple[Do, ...]:
    """Return the calls that ``task`` needs in a world where the text of ``injection`` was planted."""
    state = prepared(world, injection)
    hands = BareHands(world, state)
    play(task, hands, state=state)
    return tuple(hands.calls)


def working(world: World, injection: Injection) -> tuple[tuple[Do, ...], tuple[Variant, ...]]:
    """Return the calls of the direct attack, and the variants that differ from it and succeed without a guard."""
    direct: tuple[Do, ...] = ()
    ways: list[Variant] = []
    seen: list[tuple[Do, ...]] = []
    for variant in variants(world):
        made, succeeded = _strike(world, injection, variant)
        if variant.disguise is PLAIN and not variant.is_blended:
            direct = made
            ways.append(variant)
        elif made and (variant.is_blended or (succeeded and made not in seen)):
            ways.append(variant)
        seen.append(made)
    return direct, tuple(ways)


def _strike(world: World, injection: Injection, variant: Variant) -> tuple[tuple[Do, ...], bool]:
    state = prepared(world, injection)
    hands = BareHands(world, state)
    nothing = UserTask(id="nothing", asks="", plan=_nothing, done=lambda before, after, answer: False)
    played = attack(nothing, injection, variant, hands, state=state)
    return tuple(hands.calls), played.succeeded


def _nothing() -> Steps[str]:
    yield from ()
    return "Done."


def _bare(world: World, task: UserTask, injection: Injection, variant: Variant | None) -> Played:
    state = prepared(world, injection)
    before = copy.deepcopy(state)
    hands = BareHands(world, state)
    if variant is None:
        played = play(task, hands, state=state)
        won = not injection.beyond and injection.succeeded(before, state, hands.transcript)
        return Played(done=played.done, succeeded=won)
    return attack(task, injection, variant, hands, state=state)


def _spread(tasks: Sequence[UserTask], most: int | None, *, first: int) -> tuple[UserTask, ...]:
    """Return at most ``most`` of ``tasks``, at even distances, beginning elsewhere for each ``first``."""
    count = len(tasks) if most is None else min(most, len(tasks))
    return tuple(tasks[(first + at * len(tasks) // count) % len(tasks)] for at in range(count))


def _hands(world: World, state: State, bench: Bench, *, person: Person) -> GuardedHands:
    book = InProcessApprovals()
    guard = Guard(bench.bundle, clock=bench.clock, ids=bench.ids, approvals=book)
    run = guard.run(world.principal, route=world.route)
    return GuardedHands(world=world, state=state, run=run, book=book, clock=bench.clock, person=person)


def _person(world: World, task: UserTask, injection: Injection | None, *, asking: Asking) -> Person:
    needed = truth(world, task, injection) if asking is Asking.CAREFUL else ()
    return Person(needed, signs_all=asking is Asking.ALWAYS)


def _benign(world: World, task: UserTask, bench: Bench, *, asking: Asking) -> Trial:
    state = prepared(world)
    hands = _hands(world, state, bench, person=_person(world, task, None, asking=asking))
    played = play(task, hands, state=state)
    return _trial(hands, played, task=task.id, injection="", variant="", asking=asking)


def _attacked(
    world: World, task: UserTask, injection: Injection, variant: Variant, bench: Bench, *, asking: Asking
) -> Trial:
    state = prepared(world, injection)
    hands = _hands(world, state, bench, person=_person(world, task, injection, asking=asking))
    played = attack(task, injection, variant, hands, state=state)
    return _trial(hands, played, task=task.id, injection=injection.id, variant=variant.name, asking=asking)


def _trial(hands: GuardedHands, played: Played, *, task: str, injection: str, variant: str, asking: Asking) -> Trial:
    return Trial(
        world=hands.world.name,
        asking=asking,
        task=task,
        injection=injection,
        variant=variant,
        done=played.done,
        succeeded=played.succeeded,
        broke=played.broke,
        questions=hands.questions["user"],
        attackers_questions=hands.questions["attacker"],
        refusals=tuple(one for one in hands.refusals if one.whose == "user"),
    )
