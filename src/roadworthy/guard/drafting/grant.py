"""Drafts the grant of one tool: its effects, a line for each argument, approval, limits and what its result is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from roadworthy.guard.calls.policy import Approval, Argument, ArgumentType, Grant, Limit, Memory
from roadworthy.guard.drafting.anchor import MAY_BE_HERE, anchored
from roadworthy.guard.drafting.argument import Kind, kind_of, mentions, only_shows
from roadworthy.guard.drafting.definition import ToolDefinition
from roadworthy.guard.drafting.directory import Directory
from roadworthy.guard.drafting.effect import Told
from roadworthy.guard.drafting.order import outcome_of, what_goes_before
from roadworthy.guard.drafting.result import Answers, asks_outside
from roadworthy.guard.drafting.schema import Leaf, leaves
from roadworthy.guard.drafting.word import parts, vocabulary
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.verdict import Action

_ASKED = (Effect.PAY, Effect.DELETE, Effect.SHARE, Effect.EXECUTE, Effect.REMEMBER)
_LIMITS = {Effect.PAY: 10, Effect.SHARE: 10, Effect.DELETE: 20, Effect.EXECUTE: 20, Effect.SEND: 30}
_TYPES = {
    "string": ArgumentType.STRING,
    "integer": ArgumentType.INTEGER,
    "number": ArgumentType.NUMBER,
    "boolean": ArgumentType.BOOLEAN,
    "object": ArgumentType.OBJECT,
}
_FORMATS = {
    "email": ArgumentType.EMAIL,
    "idn-email": ArgumentType.EMAIL,
    "uri": ArgumentType.URL,
    "url": ArgumentType.URL,
    "date": ArgumentType.DATE,
    "iban": ArgumentType.IBAN,
}
_MAKES = vocabulary("create add new make write save insert compose draft schedule plan erstell creer crear")
_NAMES = vocabulary("name title label heading filename")
_SLUG = re.compile(r"[^a-z0-9]+")
_DECIDES = (Kind.RECIPIENT, Kind.ADDRESS, Kind.AMOUNT, Kind.IDENTIFIER, Kind.PATH, Kind.RIGHT, Kind.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the other tools offer to a grant."""

    directories: tuple[Directory, ...] = ()

    own: tuple[str, ...] = ()
    """Tools that tell of the user, such as the own account."""

    tools: Mapping[str, ToolDefinition] = field(default_factory=dict)
    """All of them, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedGrant:
    """A grant, and why each line of it is as it is."""

    grant: Grant
    because: tuple[tuple[str, str], ...]
    """Pairs of what (``tool``, ``result``, ``approval`` or ``arguments/NAME``) and why, in words for a reviewer."""

    is_known: bool = True
    """As `Told.is_known`."""


def drafted_grant(tool: ToolDefinition, *, told: Told, answers: Answers, around: Around) -> DraftedGrant:
    """Return the draft for ``tool``."""
    because = [("tool", f"{', '.join(one.value for one in told.effects)}: told by {told.because}")]
    arguments: list[Argument] = []
    read = leaves(tool.parameters)
    for leaf in read:
        line, why = _argument(leaf, tool=tool, effects=told.effects, around=around)
        arguments.append(line)
        because.append((f"arguments/{line.name}", why))
    approval, why = _approval(told, arguments)
    if approval is None and told.effects != (Effect.READ,):
        by_name = {one.name: one for one in anchored(_in_order(arguments, read=read)) or ()}
        arguments = [by_name.get(one.name, one) for one in arguments]
    if approval is not None:
        because.append(("approval", why))
    after = what_goes_before(tool, tools=around.tools)
    if after:
        because.append(("after", "its description says so"))
    because.append(("result", answers.because))
    grant = Grant(
        tool=tool.name,
        effects=told.effects,
        arguments=tuple(arguments),
        other_arguments="allow" if _is_open(tool) and told.effects == (Effect.READ,) else "deny",
        approval=approval,
        after=after,
        limits=_limits(tool, effects=told.effects),
        max_repeats=1 if Effect.PAY in told.effects else None,
        result=answers.result,
        outcome=outcome_of(tool),
        memory=_memory(tool, effects=told.effects),
    )
    return DraftedGrant(grant=grant, because=tuple(because), is_known=told.is_known)


def _argument(leaf: Leaf, *, tool: ToolDefinition, effects: Sequence[Effect], around: Around) -> tuple[Argument, str]:
    kind = kind_of(leaf)
    origins, why = _origins(leaf, kind, tool=tool, effects=effects, around=around)
    carries = _carries(kind, effects, asks_outside=asks_outside(tool))
    wanted = leaf.max_chars if leaf.max_chars is not None else 100_000
    line = Argument(
        name=leaf.path,
        type=_type(leaf),
        required=leaf.is_required,
        one_of=leaf.one_of,
        pattern=MAY_BE_HERE if kind is Kind.PATH and leaf.type == "string" else "",
        minimum=leaf.minimum,
        maximum=leaf.maximum,
        max_chars=min(wanted, 1_000) if kind in _DECIDES and kind is not Kind.OTHER else wanted,
        max_items=leaf.max_items if leaf.max_items is not None else 100 if leaf.is_list else 1_000,
        origins=origins,
        carries=carries,
        otherwise=Action.DENY if origins == ("any",) and carries is Secrecy.SECRET else Action.ESCALATE,
    )
    return line, f"{kind.value}: {why}"


def _type(leaf: Leaf) -> ArgumentType:
    if leaf.type == "string" and leaf.format in _FORMATS:
        return _FORMATS[leaf.format]
    if leaf.type == "array":
        return ArgumentType.LIST
    return _TYPES.get(leaf.type, ArgumentType.ANY)


def _origins(
    leaf: Leaf, kind: Kind, *, tool: ToolDefinition, effects: Sequence[Effect], around: Around
) -> tuple[tuple[str, ...], str]:
    if tuple(effects) == (Effect.READ,):
        if kind in (Kind.ADDRESS, Kind.COMMAND):
            return ("user", "operator"), "what is asked there leaves with the question, so a person must have named it"
        return ("any",), "it only asks"
    if kind in (Kind.FLAG, Kind.CHOICE) and only_shows(leaf):
        return ("any",), "it says how something looks, and nothing of what is done"
    if kind in (Kind.FLAG, Kind.CHOICE):
        return ("user", "operator"), "it may decide who sees it or how far it goes, so the user says it or says yes"
    if kind is Kind.TEXT or _names_something_new(leaf, kind, tool):
        return ("user", "operator"), "what is written in the user's name is in their words, or a person says yes"
    if kind is Kind.MOMENT:
        return ("user", "operator", "trusted"), "the user says when, or says yes to what was worked out"
    if kind is Kind.RECIPIENT:
        told = tuple(f"user-via:{one.tool}" for one in around.directories if one.tells_of(leaf.name))
        named = told + tuple(f"tool:{name}" for name in around.own)
        return ("user", "operator", *named), "who gets something is for the user to say, by name or by address"
    return ("user", "operator"), "it decides what is done, so the user must have said it, or says yes to it"


def _names_something_new(leaf: Leaf, kind: Kind, tool: ToolDefinition) -> bool:
    return kind in (Kind.OTHER, Kind.PATH) and mentions(leaf, _NAMES) and _makes(tool)


def _makes(tool: ToolDefinition) -> bool:
    return any(word in _MAKES for word in parts(tool.name))


def _carries(kind: Kind, effects: Sequence[Effect], *, asks_outside: bool) -> Secrecy:
    if kind is Kind.ADDRESS or (asks_outside and tuple(effects) == (Effect.READ,)):
        return Secrecy.INTERNAL
    if kind is Kind.TEXT and _leaves(effects):
        return Secrecy.INTERNAL
    if any(one in (Effect.SEND, Effect.SHARE, Effect.PAY) for one in effects) and kind is not Kind.SECRET:
        return Secrecy.CONFIDENTIAL
    return Secrecy.SECRET


def _leaves(effects: Sequence[Effect]) -> bool:
    return Effect.SEND in effects or Effect.SHARE in effects


def _approval(told: Told, arguments: Sequence[Argument]) -> tuple[Approval | None, str]:
    if not told.is_known:
        return Approval(show="values"), "what it does cannot be told, so a person looks at each call"
    asked = [one.value for one in told.effects if one in _ASKED]
    if asked:
        return Approval(show="values"), f"{asked[0]} does not come back"
    if told.effects != (Effect.READ,) and anchored(arguments) is None:
        return Approval(show="values"), "nothing in the call tells whether the user wants it"
    return None, ""


def _in_order(arguments: Sequence[Argument], *, read: Sequence[Leaf]) -> list[Argument]:
    """Return the lines that decide what is done before those of which the user may want nothing, such as a text."""
    last = {leaf.path for leaf in read if kind_of(leaf) in (Kind.TEXT, Kind.MOMENT)}
    return sorted(arguments, key=lambda one: one.name in last)


def _limits(tool: ToolDefinition, *, effects: Sequence[Effect]) -> tuple[Limit, ...]:
    found = [_LIMITS[one] for one in effects if one in _LIMITS]
    if not found:
        return ()
    slug = _SLUG.sub("-", "-".join(parts(tool.name))).strip("-")[:56] or "tool"
    return (Limit(name=f"{slug}-calls", limit=min(found)),)


def _memory(tool: ToolDefinition, *, effects: Sequence[Effect]) -> Memory | None:
    if not {"memory", "memories"} & set(parts(tool.name)) and Effect.REMEMBER not in effects:
        return None
    found = leaves(tool.parameters)
    key = next((leaf.path for leaf in found if mentions(leaf, frozenset({"key", "name", "id", "topic", "title"}))), "")
    if not key:
        return None
    writes = Effect.READ not in effects
    value = next((leaf.path for leaf in found if leaf.path != key and leaf.type in ("string", "object", "")), "")
    return Memory(name="memory", key=key, value=value if writes else "") if value or not writes else None


def _is_open(tool: ToolDefinition) -> bool:
    return not tool.parameters.get("properties") and tool.parameters.get("additionalProperties") is True
