"""What the section ``tools`` of one policy does more strictly or more loosely than that of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeAlias

from roadworthy.guard.calls.policy import Approval, Argument, ArgumentType, Grant, ToolPolicy
from roadworthy.guard.flow.label import Secrecy
from roadworthy.policy.compare import Direction

Change: TypeAlias = "tuple[str, Direction, str]"
"""Subject, direction and what is said."""

_PINNING = ("off", "first_use", "required")


def tool_changes(old: ToolPolicy | None, new: ToolPolicy | None) -> Iterator[Change]:
    """Yield how ``new`` differs from ``old``.

    A tool without a grant is denied: a first grant is looser, a further one for the same name is stricter.
    """
    if old is None or new is None:
        if old is not new:
            said = "calls are judged by grants now" if old is None else "calls are no longer judged by grants"
            yield "tools", Direction.TIGHTER if old is None else Direction.LOOSER, said
        return
    yield from _settings(old, new)
    before, after = _by_tool(old.grants), _by_tool(new.grants)
    for tool in sorted({*before, *after}):
        was, is_now = before.get(tool, ()), after.get(tool, ())
        for number in range(max(len(was), len(is_now))):
            subject = f"tool {tool}" if number == 0 else f"tool {tool} ({number + 1})"
            if number >= len(was):
                yield subject, _come(is_now[number], first=not _opens(was)), "a grant is new"
            elif number >= len(is_now):
                yield subject, _gone(was[number], last=not _opens(is_now)), "a grant is gone"
            else:
                for direction, said in _grant(was[number], is_now[number]):
                    yield subject, direction, said


def _by_tool(grants: Sequence[Grant]) -> Mapping[str, tuple[Grant, ...]]:
    found: dict[str, tuple[Grant, ...]] = {}
    for grant in grants:
        found[grant.tool] = (*found.get(grant.tool, ()), grant)
    return found


def _opens(grants: Sequence[Grant]) -> bool:
    return any(grant.mode == "enforce" for grant in grants)


def _come(grant: Grant, *, first: bool) -> Direction:
    if grant.mode == "shadow":
        return Direction.NOTED
    return Direction.LOOSER if first else Direction.TIGHTER


def _gone(grant: Grant, *, last: bool) -> Direction:
    if grant.mode == "shadow":
        return Direction.NOTED
    return Direction.TIGHTER if last else Direction.LOOSER


def _settings(old: ToolPolicy, new: ToolPolicy) -> Iterator[Change]:
    for name in ("max_steps", "max_depth", "max_repeats"):
        was, is_now = getattr(old, name), getattr(new, name)
        if was != is_now:
            yield "tools", _fewer(was, is_now), f"{name} {was} -> {is_now}"
    if old.pinning != new.pinning:
        change = _PINNING.index(new.pinning) - _PINNING.index(old.pinning)
        yield "tools", _stricter(change), f"pinning {old.pinning} -> {new.pinning}"
    if old.operator_decides != new.operator_decides:
        direction = Direction.LOOSER if new.operator_decides else Direction.TIGHTER
        yield "tools", direction, f"operator_decides {old.operator_decides} -> {new.operator_decides}"
    if old.same != new.same:
        more, less = set(new.same) > set(old.same), set(new.same) < set(old.same)
        direction = Direction.LOOSER if more else Direction.TIGHTER if less else Direction.UNORDERED
        yield "tools", direction, "other words say the same"


def _grant(old: Grant, new: Grant) -> Iterator[tuple[Direction, str]]:
    if old.mode != new.mode:
        yield (Direction.TIGHTER if new.mode == "enforce" else Direction.LOOSER), f"{old.mode} -> {new.mode}"
    for name in ("roles", "routes"):
        was, is_now = set(getattr(old, name)), set(getattr(new, name))
        if was != is_now:
            yield _any_of(was, is_now), f"{name} {_listed(was)} -> {_listed(is_now)}"
    if set(old.scopes) != set(new.scopes):
        yield _all_of(set(old.scopes), set(new.scopes)), f"scopes {_listed(old.scopes)} -> {_listed(new.scopes)}"
    if old.when != new.when:
        was_open, is_open = old.when == "true", new.when == "true"
        direction = Direction.TIGHTER if was_open else Direction.LOOSER if is_open else Direction.UNORDERED
        yield direction, f"when {old.when!r} -> {new.when!r}"
    yield from _arguments(old, new)
    if set(old.after) != set(new.after):
        said = f"after {_listed(one.tool for one in old.after)} -> {_listed(one.tool for one in new.after)}"
        yield _all_of(set(old.after), set(new.after)), said
    if old.untainted != new.untainted:
        yield (Direction.TIGHTER if new.untainted else Direction.LOOSER), f"untainted -> {new.untainted}"
    if old.approval != new.approval:
        yield (
            _approval(old.approval, new.approval),
            "approval is another"
            if old.approval and new.approval
            else ("approval is needed now" if new.approval else "approval is no longer needed"),
        )
    yield from _counted(old, new)
    yield from _of_results(old, new)
    if set(old.effects) != set(new.effects):
        yield Direction.NOTED, f"effects {_listed(old.effects)} -> {_listed(new.effects)}"


def _counted(old: Grant, new: Grant) -> Iterator[tuple[Direction, str]]:
    if old.max_repeats != new.max_repeats:
        yield _unless_set(old.max_repeats, new.max_repeats), f"max_repeats {old.max_repeats} -> {new.max_repeats}"
    before, after = ({one.name: one for one in grant.limits} for grant in (old, new))
    for name in sorted({*before, *after}):
        was, is_now = before.get(name), after.get(name)
        if was is None or is_now is None:
            yield (
                (Direction.TIGHTER if was is None else Direction.LOOSER),
                f"limit {name} {'new' if was is None else 'gone'}",
            )
        elif was != is_now:
            same = (was.amount, was.per, was.window_s) == (is_now.amount, is_now.per, is_now.window_s)
            yield _fewer(was.limit, is_now.limit) if same else Direction.UNORDERED, f"limit {name} is another"


def _of_results(old: Grant, new: Grant) -> Iterator[tuple[Direction, str]]:
    was, is_now = old.result, new.result
    if was.trusted != is_now.trusted:
        yield (Direction.LOOSER if is_now.trusted else Direction.TIGHTER), f"result.trusted -> {is_now.trusted}"
    if was.secrecy is not is_now.secrecy:
        said = f"result.secrecy {was.secrecy or 'not stated'} -> {is_now.secrecy or 'not stated'}"
        yield _secrecy(was.secrecy, is_now.secrecy), said
    before, after = ({one.path: one for one in result.fields} for result in (was, is_now))
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            trusts = [one.trusted if one is not None else None for one in (before.get(path), after.get(path))]
            direction = Direction.LOOSER if trusts[1] and not trusts[0] else Direction.UNORDERED
            yield direction, f"result.fields {path} is another"
    if (was.owner, was.id, was.kind) != (is_now.owner, is_now.id, is_now.kind):
        yield Direction.UNORDERED, "other fields of the result say to whom records belong"
    if old.outcome != new.outcome:
        direction = Direction.TIGHTER if old.outcome is None else Direction.UNORDERED
        yield direction, "the outcome is told in another way"
    if old.pin != new.pin:
        direction = (
            Direction.TIGHTER if old.pin is None else Direction.LOOSER if new.pin is None else Direction.UNORDERED
        )
        yield direction, "the pin is another"
    if old.memory != new.memory:
        yield Direction.UNORDERED, "the memory is another"


def _arguments(old: Grant, new: Grant) -> Iterator[tuple[Direction, str]]:
    if old.other_arguments != new.other_arguments:
        direction = Direction.LOOSER if new.other_arguments == "allow" else Direction.TIGHTER
        yield direction, f"other_arguments {old.other_arguments} -> {new.other_arguments}"
    before, after = ({one.name: one for one in grant.arguments} for grant in (old, new))
    for name in sorted({*before, *after}):
        was, is_now = before.get(name), after.get(name)
        if was is None or is_now is None:
            # Without a line it is denied, unless others are allowed.
            opens = (was is None) == (new.other_arguments == "deny")
            yield (
                (Direction.LOOSER if opens else Direction.TIGHTER),
                f"argument {name} {'new' if was is None else 'gone'}",
            )
            continue
        for direction, said in _argument(was, is_now):
            yield direction, f"argument {name}: {said}"


def _argument(old: Argument, new: Argument) -> Iterator[tuple[Direction, str]]:
    for one in fields(Argument):
        was, is_now = getattr(old, one.name), getattr(new, one.name)
        if was == is_now or (isinstance(was, tuple) and set(was) == set(is_now)):
            continue
        yield _way(one.name, was, is_now), f"{one.name} {_listed(was)} -> {_listed(is_now)}"


def _way(name: str, was: Any, is_now: Any) -> Direction:
    known = _WAYS.get(name)
    return _unset(not was, not is_now) if known is None else known(was, is_now)


def _origins(was: set[str], is_now: set[str]) -> Direction:
    if "any" in was or "any" in is_now:
        return Direction.NOTED if "any" in was and "any" in is_now else _unset("any" in was, "any" in is_now)
    return Direction.LOOSER if is_now > was else Direction.TIGHTER if is_now < was else Direction.UNORDERED


def _approval(was: Approval | None, is_now: Approval | None) -> Direction:
    if was is None or is_now is None:
        return Direction.TIGHTER if was is None else Direction.LOOSER
    if replace(was, show=is_now.show) == is_now:
        return Direction.NOTED  # what is shown to who answers opens no call
    if (was.when, set(was.by), was.distinct) == (is_now.when, set(is_now.by), is_now.distinct):
        return _fewer(was.expires_s, is_now.expires_s)
    if (was.when, was.expires_s) == (is_now.when, is_now.expires_s) and set(was.by) == set(is_now.by):
        return Direction.TIGHTER if is_now.distinct else Direction.LOOSER
    return Direction.UNORDERED


def _secrecy(was: Secrecy | None, is_now: Secrecy | None) -> Direction:
    """Return which way it went. Where nothing is stated it is internal, or as secret as what the call was given."""
    if was is not None and is_now is not None:
        return _stricter(is_now.rank - was.rank)
    stated = is_now or was
    if stated is None or stated is Secrecy.CONFIDENTIAL:
        return Direction.UNORDERED
    return _stricter(1 if (stated is Secrecy.SECRET) is (was is None) else -1)


def _unset(was_open: bool, is_open: bool) -> Direction:
    if was_open == is_open:
        return Direction.UNORDERED
    return Direction.TIGHTER if was_open else Direction.LOOSER


def _any_of(was: set[Any], is_now: set[Any]) -> Direction:
    """Return which way a list went of which one must hold; empty is any."""
    if not was or not is_now:
        return _unset(not was, not is_now)
    return Direction.LOOSER if is_now > was else Direction.TIGHTER if is_now < was else Direction.UNORDERED


def _all_of(was: set[Any], is_now: set[Any]) -> Direction:
    """Return which way a list went of which all must hold."""
    return Direction.TIGHTER if is_now > was else Direction.LOOSER if is_now < was else Direction.UNORDERED


def _unless_set(was: float | None, is_now: float | None) -> Direction:
    if was is None or is_now is None:
        return _unset(was is None, is_now is None)
    return _fewer(was, is_now)


def _fewer(was: float, is_now: float) -> Direction:
    return _stricter(-1 if is_now > was else int(is_now < was))


def _stricter(change: int) -> Direction:
    if change == 0:
        return Direction.NOTED
    return Direction.TIGHTER if change > 0 else Direction.LOOSER


def _listed(values: Any) -> str:
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        return "not set" if values in (None, "") else str(values)
    return ", ".join(sorted(map(str, values))) or "any"


_WAYS: Mapping[str, Callable[[Any, Any], Direction]] = {
    "required": lambda _, is_now: Direction.TIGHTER if is_now else Direction.LOOSER,
    "max_chars": _fewer,
    "max_items": _fewer,
    "maximum": _unless_set,
    "minimum": lambda was, is_now: _unless_set(None if was is None else -was, None if is_now is None else -is_now),
    "one_of": lambda was, is_now: _any_of(set(was), set(is_now)),
    "hosts": lambda was, is_now: _any_of(set(was), set(is_now)),
    "origins": lambda was, is_now: _origins(set(was), set(is_now)),
    "carries": lambda was, is_now: _stricter(was.rank - is_now.rank),
    "otherwise": lambda was, is_now: _stricter(is_now.rank - was.rank),
    "type": lambda was, is_now: _unset(was is ArgumentType.ANY, is_now is ArgumentType.ANY),
}
"""Which way a line of an argument went; one that is not here opens where it is empty."""
