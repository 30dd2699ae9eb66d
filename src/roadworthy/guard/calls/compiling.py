"""A tool policy made ready: grants indexed by the tool's name, patterns and origins read, conditions looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import re2

from roadworthy.core.digest import Digest, digest_of
from roadworthy.guard.calls.origin import MAX_TOOL_NAME, Permitted, fits, permitted
from roadworthy.guard.calls.policy import Approval, Argument, Grant, ToolPolicy
from roadworthy.guard.flow.label import Label, Origin, Secrecy, most_secret
from roadworthy.guard.flow.ledger import Owned
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.segment import SourceKind

Place: TypeAlias = "tuple[str | int, ...]"
Note: TypeAlias = Callable[[Place, str, str], None]
"""Takes in a problem: its place beneath ``tools``, the tool and what is wrong."""

Check: TypeAlias = Callable[[str, frozenset[str]], str | None]
"""Returns why a condition that may ask for these facts does not compile; None: it does."""

_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_FACTS = frozenset(("event", "principal", "conversation", "usage"))
_OF_A_CALL = _FACTS | {"call"}
_OF_A_RESULT = frozenset(("result",))
_MAX_TOOLS = 4_096
LOOK = "tools"
"""What the names of `CompiledTools.looks` start with; no rule has such an id."""

_RE2 = re2.Options()
_RE2.log_errors = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """One argument's line, ready to be asked."""

    argument: Argument
    permitted: Permitted
    pattern: Any = None
    """RE2; None: any."""

    path: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """In lower case."""

    same_as: tuple[str, ...] = ()
    is_traced: bool = False
    """Whether it is asked where its value comes from."""

    is_plain: bool = False
    """Whether nothing but its type and size is asked of a value."""

    is_simple: bool = False
    """Whether nothing but its type, its size and its range is."""

    most: int = Secrecy.SECRET.rank
    """`Secrecy.rank` of the most secret content that it may carry."""


@dataclass(slots=True)
class Node:
    """One step of the names of arguments: the line that ends there and the steps below."""

    line: Line | None = None
    below: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledGrant:
    """One grant, ready to be asked."""

    grant: Grant
    rule: str
    is_shadow: bool
    tree: Node
    lines: tuple[Line, ...]
    required: tuple[Line, ...]
    needed: tuple[str, ...]
    """First names of `required`."""

    is_flat: bool
    """Whether all of `required` are arguments themselves, not parts of them."""

    effects: tuple[Effect, ...]
    roles: frozenset[str]
    scopes: frozenset[str]
    routes: frozenset[str]
    """Empty: any."""

    condition: str | None
    """CEL; None: always."""

    approval_when: str | None
    """CEL; None: always, where the grant has an approval."""

    max_repeats: int
    asks_run: bool
    """Whether anything is asked of a condition, a person or the run, the repetitions aside."""

    allows_others: bool
    """Whether arguments without a line may be given."""

    allows_all: bool
    """Whether nothing is asked of any argument."""

    bounded: tuple[Line, ...]
    """Lines that say how secret a value may be, `Secrecy.SECRET` excepted, the least secret first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ToolTerms:
    """All that a policy says of one tool."""

    tool: str
    enforced: tuple[CompiledGrant, ...]
    shadow: tuple[CompiledGrant, ...]
    effects: tuple[Effect, ...]
    vouches: bool
    """Whether anything of its result can be trusted."""

    recalls: bool
    """Whether its result is what a memory kept."""

    label: Label
    """Of its result, if its call was explained."""

    doubted: Label
    """Of its result, if not."""

    fields: tuple[tuple[str, Label], ...]
    doubted_fields: tuple[tuple[str, Label], ...]
    unstated: frozenset[str]
    """Paths of fields of whose secrecy a grant says nothing, empty for the whole: they say again what the call was
    given (`Result.secrecy`)."""

    outcomes: tuple[str, ...]
    """CEL; each must hold."""

    pins: tuple[str, ...]
    constants: frozenset[str]
    """Names of arguments whose values the policy itself lists, or that must equal a fact: they are explained."""

    approval: Approval | None
    """What a person who says yes must be, of all its grants together; None: none asks."""

    owned: tuple[Owned, ...] = ()
    """Which fields of its result say whose its records are, of all grants that name them."""


class CompiledTools:
    """A tool policy in force. Nothing in it changes but what it keeps ready; it may serve any number of threads.

    Args:
        policy: As it was written.
        grants: Of it, ready to be asked.
        name: Of the guard policy.
    """

    __slots__ = ("_by_name", "_globs", "_terms", "grants", "name", "policy", "same")

    def __init__(self, policy: ToolPolicy, grants: Sequence[CompiledGrant], *, name: str) -> None:
        self.policy = policy
        self.name = name
        self.grants = tuple(grants)
        self.same = policy.same
        self._by_name: dict[str, list[CompiledGrant]] = {}
        self._globs: list[CompiledGrant] = []
        for grant in grants:
            if "*" in grant.grant.tool:
                self._globs.append(grant)
            else:
                self._by_name.setdefault(grant.grant.tool, []).append(grant)
        self._terms: dict[str, ToolTerms] = {}

    @property
    def looks(self) -> dict[str, Digest]:
        """Digest of each grant by `LOOK`, its tool and its place, and of the settings by `LOOK` alone.

        Two policies whose grants for a tool and whose settings have the same say the same of its calls.
        """
        found = {
            f"{LOOK} {grant.grant.tool} {number}": digest_of(grant.grant) for number, grant in enumerate(self.grants)
        }
        return {LOOK: digest_of(replace(self.policy, grants=())), **found}

    def terms(self, tool: str) -> ToolTerms:
        """Return what is said of ``tool``: by grants of its name, and then by those that it fits."""
        found = self._terms.get(tool)
        if found is None:
            grants = [*self._by_name.get(tool, ()), *(one for one in self._globs if fits(one.grant.tool, tool))]
            found = _terms(tool, grants)
            if len(tool) > MAX_TOOL_NAME:
                return found
            if len(self._terms) >= _MAX_TOOLS:
                self._terms.clear()
            self._terms[tool] = found
        return found


def compile_tools(policy: ToolPolicy, *, name: str, check: Check, note: Note) -> CompiledTools:
    """Return ``policy`` ready to be asked; what is wrong with it goes to ``note``, and it is then of no use.

    Args:
        policy: As it was written.
        name: Of the guard policy; verdicts carry ``<name>/tools-<tool>``.
        check: Says whether a condition compiles.
        note: Takes in each problem.
    """
    grants = [
        _grant(grant, number, policy=policy, name=name, check=check, note=note)
        for number, grant in enumerate(policy.grants)
    ]
    for number, words in enumerate(policy.same):
        if len(words) < 2 or any(not word.strip() for word in words):
            note(("same", number), "", "a line of `same` needs at least two words")
    return CompiledTools(policy, grants, name=name)


def rule_id(name: str, tool: str) -> str:
    """Return the id that verdicts of a tool's grant carry.

    >>> rule_id("desk", "mail.Send_*")
    'desk/tools-mail-send-any'
    """
    written = _NOT_IN_ID.sub("-", tool.replace("*", "-any-").lower()).strip("-")
    return f"{name}/tools-{written or 'any'}"


def _grant(grant: Grant, number: int, *, policy: ToolPolicy, name: str, check: Check, note: Note) -> CompiledGrant:
    place: Place = ("grants", number)
    _check_conditions(grant, place, check=check, note=note)
    tree = Node()
    lines = []
    for at, argument in enumerate(grant.arguments):
        line = _line(argument, (*place, "arguments", at), tool=grant.tool, note=note)
        lines.append(line)
        node = tree
        for step in line.path:
            node = node.below.setdefault(step, Node())
        node.line = line
    required = tuple(line for line in lines if line.argument.required)
    when = grant.when.strip()
    asked = "" if grant.approval is None else grant.approval.when.strip()
    return CompiledGrant(
        grant=grant,
        rule=rule_id(name, grant.tool),
        is_shadow=grant.mode == "shadow",
        tree=tree,
        lines=tuple(lines),
        required=required,
        needed=tuple(line.path[0] for line in required),
        is_flat=all(len(line.path) == 1 for line in required),
        effects=grant.effects,
        roles=frozenset(grant.roles),
        scopes=frozenset(grant.scopes),
        routes=frozenset() if "*" in grant.routes else frozenset(grant.routes),
        condition=None if when == "true" else when,
        approval_when=None if asked in ("", "true") else asked,
        max_repeats=policy.max_repeats if grant.max_repeats is None else grant.max_repeats,
        asks_run=bool(grant.after or grant.untainted or grant.approval is not None or when != "true"),
        allows_others=grant.other_arguments == "allow",
        allows_all=grant.other_arguments == "allow" and not lines,
        bounded=tuple(sorted((one for one in lines if one.most < Secrecy.SECRET.rank), key=lambda one: one.most)),
    )


def _check_conditions(grant: Grant, place: Place, *, check: Check, note: Note) -> None:
    written: list[tuple[Place, str, frozenset[str]]] = [((*place, "when"), grant.when, _OF_A_CALL)]
    if grant.approval is not None:
        written.append(((*place, "approval", "when"), grant.approval.when, _OF_A_CALL))
    if grant.outcome is not None:
        written.append(((*place, "outcome", "holds"), grant.outcome.holds, _OF_A_RESULT))
    for where, condition, facts in written:
        said = check(condition, facts)
        if said is not None:
            note(where, grant.tool, f"the condition does not compile: {said}")
    if grant.max_repeats is not None and grant.max_repeats < 1:
        note((*place, "max_repeats"), grant.tool, f"it must be >= 1, got {grant.max_repeats}")


def _line(argument: Argument, place: Place, *, tool: str, note: Note) -> Line:
    pattern = None
    if argument.pattern:
        try:
            pattern = re2.compile(argument.pattern, _RE2)
        except re2.error as error:
            note((*place, "pattern"), tool, f"{argument.pattern[:80]!r} is no RE2 pattern: {error}")
    same_as = tuple(argument.same_as.split(".")) if argument.same_as else ()
    if same_as and (same_as[0] not in _FACTS or len(same_as) < 2):
        said = f"{argument.same_as[:80]!r} is no fact; it starts with event, principal, conversation or usage"
        note((*place, "same_as"), tool, said)
    path = tuple(argument.name.split("/"))
    if not all(path) or path[0] == "*":
        note((*place, "name"), tool, f"{argument.name[:80]!r} is no name of an argument, such as `filter/owner`")
    may = permitted(argument.origins)
    is_simple = not (argument.one_of or argument.pattern or argument.hosts or argument.same_as or argument.owned)
    is_traced = not may.any or argument.carries is not Secrecy.SECRET
    return Line(
        argument=argument,
        permitted=may,
        pattern=pattern,
        path=path,
        hosts=tuple(host.lower().strip(".") for host in argument.hosts),
        same_as=same_as,
        is_traced=is_traced,
        most=argument.carries.rank,
        is_plain=is_simple and argument.minimum is None and argument.maximum is None,
        is_simple=is_simple,
    )


def _terms(tool: str, grants: Sequence[CompiledGrant]) -> ToolTerms:
    enforced = tuple(one for one in grants if not one.is_shadow)
    results = [one.grant.result for one in enforced]
    paths = sorted({line.path for result in results for line in result.fields})
    trusted = bool(results) and all(result.trusted for result in results)
    secrecy = most_secret(*(result.secrecy or Secrecy.INTERNAL for result in results)) if results else Secrecy.INTERNAL

    def said(path: str) -> list[Secrecy | None]:
        lines = [(result, next((one for one in result.fields if one.path == path), None)) for result in results]
        return [result.secrecy if line is None or line.secrecy is None else line.secrecy for result, line in lines]

    def label(path: str, *, vouched: bool) -> Label:
        lines = [(result, next((one for one in result.fields if one.path == path), None)) for result in results]
        is_trusted = vouched and all(
            result.trusted if line is None or line.trusted is None else line.trusted for result, line in lines
        )
        secret = most_secret(*(one or Secrecy.INTERNAL for one in said(path)))
        return Label(origin=Origin(kind=SourceKind.TOOL, name=tool, field=path, trusted=is_trusted), secrecy=secret)

    fields = tuple((path, label(path, vouched=True)) for path in paths)
    whole = Origin(kind=SourceKind.TOOL, name=tool, trusted=trusted)
    return ToolTerms(
        tool=tool,
        enforced=enforced,
        shadow=tuple(one for one in grants if one.is_shadow),
        effects=tuple(sorted({effect for one in enforced for effect in one.effects})),
        vouches=trusted or any(one.origin.trusted for _, one in fields),
        recalls=any(one.grant.memory is not None and Effect.REMEMBER not in one.effects for one in enforced),
        label=Label(origin=whole, secrecy=secrecy),
        doubted=Label(origin=Origin(kind=SourceKind.TOOL, name=tool), secrecy=secrecy),
        fields=fields,
        doubted_fields=tuple((path, label(path, vouched=False)) for path in paths),
        unstated=frozenset(path for path in ("", *paths) if None in said(path) or not results),
        outcomes=tuple(one.grant.outcome.holds for one in enforced if one.grant.outcome is not None),
        pins=tuple(one.grant.pin for one in enforced if one.grant.pin is not None),
        constants=frozenset(
            line.argument.name for one in enforced for line in one.lines if line.argument.one_of or line.same_as
        ),
        approval=_approval([one.grant.approval for one in enforced if one.grant.approval is not None]),
        owned=tuple(
            dict.fromkeys(
                Owned(kind=result.kind, id=result.id, owner=result.owner)
                for result in results
                if result.owner and result.id and result.kind
            )
        ),
    )


def _approval(asked: Sequence[Approval]) -> Approval | None:
    """Return what all of ``asked`` come to: who may say yes to one of them alone may not say it to all."""
    if not asked:
        return None
    named = [frozenset(one.by) for one in asked if one.by]
    by = frozenset.intersection(*named) if named else frozenset()
    return Approval(
        by=tuple(sorted(by)) if by or not named else ("nobody-may",),
        distinct=any(one.distinct for one in asked),
        expires_s=min(one.expires_s for one in asked),
        show="values" if all(one.show == "values" for one in asked) else "names",
    )
