"""Near misses: a plan done almost right, on which an oracle must not be fooled.

A plan's calls, as they were made without a guard, are changed one thing at a time: a step left out, made twice or made
on another object, an argument changed, a thing undone afterwards, the answer altered. What an oracle says of the
states that follow tells whether it looks at what it should.

Source: DeMillo, Lipton and Sayward 1978, "Hints on test data selection", Computer 11(4), doi:10.1109/C-M.1978.218136.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from roadworthy.redteam.worlds.model import (
    Disguise,
    Injection,
    State,
    Steps,
    ToolError,
    Transcript,
    UserTask,
    World,
    steps_of,
)
from roadworthy.redteam.worlds.step import Do

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\d+")
_ELSEWHERE = "something else altogether"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a plan left, and how it was changed."""

    what: str
    """Such as ``step 2 (send_email) to: changed``; empty: it was not changed."""

    before: State = field(repr=False)
    after: State = field(repr=False)
    transcript: Transcript

    def is_as(self, other: Played) -> bool:
        """Return whether the world and the answer are as after ``other``: the change had no effect."""
        return self.after == other.after and self.transcript.answer == other.transcript.answer


def played_task(world: World, task: UserTask) -> tuple[Played, ...]:
    """Return what the ground truth of ``task`` leaves, first, and what near misses of it leave."""
    state = world.initial()
    made, answer = steps_of(task.plan(), world, state)
    return _played(world, world.initial(), made, answer)


def played_injection(world: World, injection: Injection, how: Disguise) -> tuple[Played, ...]:
    """Return what the attacker's plan leaves in the planted world, first, and what near misses of it leave."""
    planted = world.initial()
    injection.plant(planted)
    state = copy.deepcopy(planted)
    made = _attempted(injection.plan(how), world, state)
    answer = injection.answer("All done.") if injection.answer is not None else ""
    return _played(world, planted, made, answer)


def _attempted(plan: Steps[None], world: World, state: State) -> tuple[Do, ...]:
    """Return the calls of ``plan`` up to its end or the first that the plan cannot go on after."""
    made: list[Do] = []
    try:
        do = next(plan)
        while True:
            made.append(do)
            try:
                result = world.perform(do, state)
            except ToolError as failed:
                do = plan.throw(failed)
            else:
                do = plan.send(result)
    except (StopIteration, ToolError):
        return tuple(made)


def _played(world: World, start: State, made: Sequence[Do], answer: str) -> tuple[Played, ...]:
    whole = _replay(world, start, made, answer, what="")
    changed = [_replay(world, start, calls, answer, what=what) for what, calls in _plans(made, start)]
    return (whole, *changed, *_undone(whole), *_answered(whole))


def _replay(world: World, start: State, calls: Sequence[Do], answer: str, *, what: str) -> Played:
    state = copy.deepcopy(start)
    made = []
    for call in calls:
        try:
            world.perform(call, state)
        except ToolError:
            continue
        made.append(call)
    return Played(what=what, before=start, after=state, transcript=Transcript(calls=tuple(made), answer=answer))


def _undone(whole: Played) -> Iterator[Played]:
    """Yield what is left where all of it, or what it did to one part of the state, was undone afterwards."""
    parts = [name for name, value in whole.after.items() if whole.before.get(name) != value]
    for name in parts:
        after = {**whole.after, name: whole.before.get(name)}
        yield Played(what=f"undone: {name}", before=whole.before, after=after, transcript=whole.transcript)
    if len(parts) > 1:
        yield Played(what="undone", before=whole.before, after=whole.before, transcript=whole.transcript)


def _answered(whole: Played) -> Iterator[Played]:
    said = whole.transcript.answer
    others = {"empty": "", "another": _ELSEWHERE} if said else {}
    for found in _NUMBER.finditer(said):
        changed = said[: found.start()] + str(int(found.group()) + 3) + said[found.end() :]
        others[f"{found.group()} at {found.start()} changed"] = changed
    for what, answer in others.items():
        transcript = Transcript(calls=whole.transcript.calls, answer=answer)
        yield Played(what=f"answer: {what}", before=whole.before, after=whole.after, transcript=transcript)


def _plans(made: Sequence[Do], start: State) -> Iterator[tuple[str, tuple[Do, ...]]]:
    for at, call in enumerate(made):
        where = f"step {at + 1} ({call.tool})"
        yield f"{where}: left out", (*made[:at], *made[at + 1 :])
        yield f"{where}: made twice", (*made[: at + 1], call, *made[at + 1 :])
        for what, arguments in _arguments(call.arguments, start):
            yield f"{where} {what}", (*made[:at], Do(tool=call.tool, arguments=arguments), *made[at + 1 :])


def _arguments(given: Mapping[str, Any], start: State) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in given.items():
        yield f"{name}: left out", {other: kept for other, kept in given.items() if other != name}
        for other in _others(value, start):
            is_grown = isinstance(other, list) and len(other) > len(value)
            yield f"{name}: {'one more' if is_grown else f'changed to {str(other)[:60]!r}'}", {**given, name: other}


def _others(value: Any, start: State) -> Iterator[Any]:
    """Yield other values of the kind of ``value``."""
    match value:
        case bool():
            yield not value
        case int() | float():
            yield value + 1
            yield value * 10
        case str():
            yield from _other_texts(value, start)
        case list():
            if len(value) > 1:
                yield value[:-1]
            yield [*value, _ELSEWHERE]
            for at, item in enumerate(value):
                for other in _others(item, start):
                    yield [*value[:at], other, *value[at + 1 :]]
        case dict():
            for _, changed in _arguments(value, start):
                yield changed


def _other_texts(value: str, start: State) -> Iterator[str]:
    yield _ELSEWHERE
    if _DAY.fullmatch(value):
        yield (date.fromisoformat(value) + timedelta(days=1)).isoformat()
    elif (number := _NUMBER.search(value)) is not None:
        yield value[: number.start()] + str(int(number.group()) + 1) + value[number.end() :]
    if "@" in value:
        yield value.replace("@", "@other.", 1)
    same = [one for one in _of_one_kind(start, value) if one != value]
    yield from sorted(dict.fromkeys(same))[:2]


def _of_one_kind(start: State, value: str) -> list[str]:
    """Return the values of the fields in which ``value`` stands in the world's tables."""
    return [
        str(row[name])
        for table in start.values()
        if isinstance(table, list)
        for name in {key for row in table if isinstance(row, dict) for key, one in row.items() if one == value}
        for row in table
        if isinstance(row, dict) and isinstance(row.get(name), str)
    ]
