"""Changes of the section ``tools``, one at a time, of which the cases of a policy should notice each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from roadworthy.guard.calls.compiling import rule_id
from roadworthy.guard.calls.policy import Argument, ArgumentType, Grant, ToolPolicy
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.verdict import Action

_MAX_CHARS, _MAX_ITEMS = 100_000, 1_000


def tool_mutants(tools: ToolPolicy, *, name: str) -> Iterator[tuple[str, str, ToolPolicy]]:
    """Yield each changed section: the rule that it is of, what was changed, and the section.

    Args:
        tools: As it was written.
        name: Of the guard policy.
    """
    for number, grant in enumerate(tools.grants):
        rule = rule_id(name, grant.tool)
        for change, changed in _of_grant(grant):
            grants = (*tools.grants[:number], *(() if changed is None else (changed,)), *tools.grants[number + 1 :])
            yield rule, change, replace(tools, grants=grants)
    for setting in ("max_steps", "max_depth", "max_repeats"):
        yield "", f"tools.{setting} ten times", replace(tools, **_set(setting, getattr(tools, setting) * 10))
    if tools.pinning != "off":
        yield "", "tools.pinning off", replace(tools, pinning="off")
    for number in range(len(tools.same)):
        yield "", f"tools.same[{number}] out", replace(tools, same=(*tools.same[:number], *tools.same[number + 1 :]))


def _of_grant(grant: Grant) -> Iterator[tuple[str, Grant | None]]:
    yield "dropped", None
    if grant.when.strip() != "true":
        yield "without `when`", replace(grant, when="true")
    for name in ("roles", "scopes", "routes"):
        if getattr(grant, name):
            yield f"{name} open", replace(grant, **_set(name, ()))
    for number, argument in enumerate(grant.arguments):
        rest = (*grant.arguments[:number], *grant.arguments[number + 1 :])
        yield f"argument {argument.name} out", replace(grant, arguments=rest)
        for change, changed in _of_argument(argument):
            lines = (*grant.arguments[:number], changed, *grant.arguments[number + 1 :])
            yield f"argument {argument.name}: {change}", replace(grant, arguments=lines)
    if grant.other_arguments == "deny":
        yield "other arguments allowed", replace(grant, other_arguments="allow")
    yield from _of_run(grant)


def _of_run(grant: Grant) -> Iterator[tuple[str, Grant]]:
    for number, after in enumerate(grant.after):
        rest = (*grant.after[:number], *grant.after[number + 1 :])
        yield f"without after {after.tool}", replace(grant, after=rest)
        for change, other in (
            ("same", replace(after, same=())),
            ("within_steps", replace(after, within_steps=None)),
            ("confirmed", replace(after, confirmed=False)),
        ):
            if other != after:
                lines = (*grant.after[:number], other, *grant.after[number + 1 :])
                yield f"after {after.tool} without {change}", replace(grant, after=lines)
    if grant.untainted:
        yield "tainted too", replace(grant, untainted=False)
    if grant.approval is not None:
        yield "without approval", replace(grant, approval=None)
        if grant.approval.when.strip() != "true":
            yield "approval always", replace(grant, approval=replace(grant.approval, when="true"))
    if grant.max_repeats is not None:
        yield "max_repeats ten times", replace(grant, max_repeats=grant.max_repeats * 10)
    if grant.outcome is not None:
        yield "outcome always", replace(grant, outcome=replace(grant.outcome, holds="true"))
    yield from _of_result(grant)


def _of_result(grant: Grant) -> Iterator[tuple[str, Grant]]:
    result = grant.result
    yield f"result trusted {not result.trusted}", replace(grant, result=replace(result, trusted=not result.trusted))
    for number, field in enumerate(result.fields):
        fields = (*result.fields[:number], *result.fields[number + 1 :])
        yield f"result field {field.path} out", replace(grant, result=replace(result, fields=fields))
    if result.secrecy is not Secrecy.PUBLIC:
        yield "result public", replace(grant, result=replace(result, secrecy=Secrecy.PUBLIC))


def _of_argument(argument: Argument) -> Iterator[tuple[str, Argument]]:
    if "any" not in argument.origins:
        yield "said by anybody", replace(argument, origins=("any",))
        if len(argument.origins) > 1:
            for origin in argument.origins:
                kept = tuple(one for one in argument.origins if one != origin)
                yield f"not said by {origin}", replace(argument, origins=kept)
    if argument.carries is not Secrecy.SECRET:
        yield "carries anything", replace(argument, carries=Secrecy.SECRET)
    if argument.otherwise is Action.ESCALATE:
        yield "otherwise deny", replace(argument, otherwise=Action.DENY)
    if argument.type is not ArgumentType.ANY:
        yield "of any type", replace(argument, type=ArgumentType.ANY)
    if argument.required:
        yield "not required", replace(argument, required=False)
    for name, open_value, word in (
        ("one_of", (), "any value"),
        ("pattern", "", "without pattern"),
        ("minimum", None, "without minimum"),
        ("maximum", None, "without maximum"),
        ("max_chars", _MAX_CHARS, "as long as it likes"),
        ("max_items", _MAX_ITEMS, "as many as it likes"),
        ("hosts", (), "at any host"),
        ("same_as", "", "without same_as"),
        ("owned", "", "of anybody"),
    ):
        if getattr(argument, name) != open_value:
            yield word, replace(argument, **_set(name, open_value))


def _set(name: str, value: object) -> dict[str, Any]:
    return {name: value}
