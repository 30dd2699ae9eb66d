"""Judges one call by a tool policy and what its run has done. Pure: whoever asks brings the answers of others along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from roadworthy.core.digest import Digest
from roadworthy.guard.calls.compiling import CompiledGrant, CompiledTools, Node, ToolTerms
from roadworthy.guard.calls.flowing import carrying_objections, flow_objections, is_permitted
from roadworthy.guard.calls.ordering import calls_of, order_objections, times_made
from roadworthy.guard.calls.owning import Owns, owned_objections
from roadworthy.guard.calls.placing import at, is_given
from roadworthy.guard.calls.policy import ArgumentType, ToolPolicy
from roadworthy.guard.calls.value import is_fine, objections
from roadworthy.guard.calls.wrong import RAIL, Objection, Wrong, shown
from roadworthy.guard.event import Principal
from roadworthy.guard.flow.effort import MOST_WORK_OF_EVENT, Effort
from roadworthy.guard.run.call import Call
from roadworthy.guard.run.state import RunState
from roadworthy.guard.verdict import Action, Verdict
from roadworthy.policy.ports import Fails, Holds, Truth


@dataclass(slots=True, kw_only=True, eq=False)
class Asking:
    """All that a call is judged by besides the policy."""

    principal: Principal
    route: str
    run: RunState
    repetition: Digest
    """`repetition_digest` of the call."""

    facts: Callable[[], Mapping[str, Any]] = field(repr=False)
    """Facts of the event, made when first asked for."""

    ask: Callable[[dict[str, Any]], Callable[[str], Truth]] = field(repr=False)
    """Makes facts ready for conditions."""

    action: Digest
    """`action_digest` of the call."""

    approved: Sequence[Digest] = ()
    """Actions to which a person has said yes."""

    owns: Owns = field(default_factory=dict, repr=False)
    effort: Effort = field(default_factory=lambda: Effort(MOST_WORK_OF_EVENT), repr=False)
    """What may be spent on looking where values come from; calls of one event have one together."""

    segment: int | None = None
    """Where verdicts are put: `Segment.index` of the arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is said of one call."""

    verdicts: tuple[Verdict, ...] = ()
    shadow: tuple[Verdict, ...] = ()
    """What grants in shadow mode would have said. Nothing follows from them, and they open no tool."""


_OPEN = frozenset((ArgumentType.ANY, ArgumentType.LIST, ArgumentType.OBJECT))
"""Types of values that may have parts."""

FINE = Judged()
"""Of a call with which nothing is wrong."""


def judge_call(tools: CompiledTools, call: Call, asking: Asking) -> Judged:
    """Return what ``tools`` says of ``call``: nothing where it may be made.

    Each enforced grant that fits must hold, so that a further one never loosens. Where only a person's yes is
    missing the verdicts say `Action.ESCALATE`; that yes (`Asking.approved`) does away with them and with nothing
    else.

    Args:
        tools: The policy.
        call: Its tool and its arguments, read by `read_arguments`.
        asking: The run so far, who it is for, and answers from outside.
    """
    terms = tools.terms(call.tool)
    if not terms.enforced:
        verdicts = [_not_granted(terms, call, asking)]
    else:
        verdicts = [] if _is_within(tools.policy, terms, call, asking.run) else _own(tools, terms, call, asking)
        for grant in terms.enforced:
            verdicts += _verdicts(grant, terms, call, asking, tools=tools)
    if not terms.shadow:
        return Judged(verdicts=tuple(verdicts)) if verdicts else FINE
    shadow = [one for grant in terms.shadow for one in _verdicts(grant, terms, call, asking, tools=tools)]
    return Judged(verdicts=tuple(verdicts), shadow=tuple(shadow))


def malformed(why: str, *, segment: int | None) -> Verdict:
    """Return the denial of a call that cannot be read."""
    said = Objection(Wrong.MALFORMED, f"the call cannot be read: {why}", f"Its arguments cannot be read: {why}.")
    return _verdict(said, rule=f"guard/tool-{Wrong.MALFORMED.value}", tool="", segment=segment)


def failed(error: Exception, *, segment: int | None) -> Verdict:
    """Return the denial of a call that could not be judged. The error's own words may hold the arguments."""
    said = Objection(Wrong.FAILED, f"it could not be judged ({type(error).__name__})", "It could not be checked.")
    return replace(_verdict(said, rule="guard/tool-failed", tool="", segment=segment), degraded=True)


def _not_granted(terms: ToolTerms, call: Call, asking: Asking) -> Verdict:
    why = "its only grants are in shadow mode" if terms.shadow else "no grant is for it"
    said = Objection(Wrong.NOT_GRANTED, f"{shown(call.tool)}: {why}", "It is not permitted here.")
    return _verdict(said, rule="guard/tool-not-granted", tool=call.tool, segment=asking.segment)


def _is_within(policy: ToolPolicy, terms: ToolTerms, call: Call, run: RunState) -> bool:
    """Return whether `_own` has nothing to say."""
    return (
        len(run.calls) < policy.max_steps
        and call.depth <= policy.max_depth
        and not terms.pins
        and policy.pinning != "required"
    )


def _own(tools: CompiledTools, terms: ToolTerms, call: Call, asking: Asking) -> list[Verdict]:
    """Return what the engine itself says: number of calls, depth and definition."""
    policy, run = tools.policy, asking.run
    found: list[Objection] = []
    if run.step + 1 > policy.max_steps:
        said = f"call {run.step + 1} of the run; at most {policy.max_steps}"
        found.append(Objection(Wrong.TOO_MANY_STEPS, said, f"At most {policy.max_steps} calls may be made."))
    if call.depth > policy.max_depth:
        said = f"depth {call.depth}; at most {policy.max_depth}"
        found.append(Objection(Wrong.TOO_DEEP, said, "Agents may not call agents so deep."))
    if terms.pins or policy.pinning == "required":
        found += _pinned(terms, call, run)
    return [
        _verdict(one, rule=f"guard/tool-{one.wrong.value}", tool=call.tool, segment=asking.segment) for one in found
    ]


def _pinned(terms: ToolTerms, call: Call, run: RunState) -> Iterator[Objection]:
    stated = next((one.digest for one in run.definitions if one.tool == call.tool), None)
    advice = "Its definition is not the one that was reviewed."
    if not terms.pins:
        yield Objection(Wrong.NOT_PINNED, "no grant pins its definition, and the policy requires pins", advice)
    elif stated is None:
        yield Objection(Wrong.NOT_PINNED, "its definition was not stated in this run, and it is pinned", advice)
    elif any(pin != stated for pin in terms.pins):
        yield Objection(Wrong.NOT_PINNED, "its definition is not the one that is pinned", advice)


def _verdicts(
    grant: CompiledGrant, terms: ToolTerms, call: Call, asking: Asking, *, tools: CompiledTools
) -> Sequence[Verdict]:
    principal, run = asking.principal, asking.run
    is_fine = grant.allows_all or _is_fine(grant, call, asking, tools)
    if (
        is_fine
        and not grant.asks_run
        and len(run.calls) < grant.max_repeats
        and (not grant.roles or not grant.roles.isdisjoint(principal.roles))
        and (not grant.scopes or grant.scopes.issubset(principal.scopes))
        and (not grant.routes or asking.route in grant.routes)
    ):
        return ()
    found = [
        *(() if is_fine else _arguments(grant, call, asking, tools=tools)),
        *_who(grant, asking),
        *order_objections(grant, call, run, repetition=asking.repetition),
        *_conditions(grant, terms, call, asking),
    ]
    if any(one.action is Action.ESCALATE for one in found) and asking.action in asking.approved:
        found = [one for one in found if one.action is not Action.ESCALATE]
    return [_verdict(one, rule=grant.rule, tool=call.tool, segment=asking.segment) for one in found]


def _who(grant: CompiledGrant, asking: Asking) -> Iterator[Objection]:
    principal = asking.principal
    if grant.roles and grant.roles.isdisjoint(principal.roles):
        said = f"the principal has none of the roles {', '.join(sorted(grant.roles))}"
        yield Objection(Wrong.ROLE, said, "The person for whom it is done may not do it.")
    if grant.scopes and not grant.scopes.issubset(principal.scopes):
        missing = ", ".join(sorted(grant.scopes.difference(principal.scopes)))
        yield Objection(Wrong.SCOPE, f"the principal lacks the scopes {missing}", f"It needs the scope {missing}.")
    if grant.routes and asking.route not in grant.routes:
        yield Objection(Wrong.ROUTE, f"it is not granted on route {asking.route}", "It is not permitted here.")


def _is_fine(grant: CompiledGrant, call: Call, asking: Asking, tools: CompiledTools) -> bool:
    """Return whether nothing is wrong with the arguments at a glance; else `_arguments` has the last word."""
    below, ledger = grant.tree.below, asking.run.ledger
    if grant.bounded and ledger.secrecy.rank > grant.bounded[0].most:
        return False
    for name, value in call.arguments.items():
        node = below.get(name)
        if node is None:
            if not grant.allows_others:
                return False
            continue
        line = node.line
        if line is None or node.below or not is_fine(value, line):
            return False
        if line.is_traced and not is_permitted(value, line, ledger=ledger, same=tools.same, effort=asking.effort):
            return False
    for name in grant.needed:
        value = call.arguments.get(name)
        if not value and (value is None or value in ("", [])):
            return False
    return grant.is_flat or all(is_given(call.arguments, line) for line in grant.required)


def _arguments(grant: CompiledGrant, call: Call, asking: Asking, *, tools: CompiledTools) -> Iterator[Objection]:
    is_denied = False
    for one in _placed(call.arguments, grant.tree, grant, asking, tools=tools, path=""):
        is_denied |= one.action is Action.DENY
        yield one
    ledger = asking.run.ledger
    if not is_denied and grant.bounded and ledger.secrecy.rank > grant.bounded[0].most:
        given = [(line, value) for line in grant.bounded for value in at(call.arguments, line.path)]
        yield from carrying_objections(given, ledger=ledger, same=tools.same, effort=asking.effort)
    for line in grant.required:
        if not is_given(call.arguments, line):
            name = line.argument.name
            yield Objection(Wrong.ARGUMENT_MISSING, f"argument `{name}` is missing", f"`{name}` must be given.")


def _placed(
    value: dict[str, Any], node: Node, grant: CompiledGrant, asking: Asking, *, tools: CompiledTools, path: str
) -> Iterator[Objection]:
    """Yield what is wrong with the members of one object, by the lines at and below each."""
    for name, member in value.items():
        below = node.below.get(name) if name != "*" else None
        if below is None:
            if grant.grant.other_arguments == "deny" and node.line is None:
                where = shown(f"{path}{name}")
                yield Objection(
                    Wrong.ARGUMENT_UNKNOWN, f"argument {where} has no line", f"The argument {where} is not permitted."
                )
            continue
        if member is None:
            # What is null is not given; whether it must be is asked of `Argument.required`.
            continue
        yield from _member(member, below, grant, asking, tools=tools, path=f"{path}{name}/")


def _member(
    value: Any, node: Node, grant: CompiledGrant, asking: Asking, *, tools: CompiledTools, path: str
) -> Iterator[Objection]:
    line = node.line
    if line is not None:
        yield from objections(value, line, facts=asking.facts)
        if line.is_traced:
            ledger, effort = asking.run.ledger, asking.effort
            yield from flow_objections(value, line, ledger=ledger, same=tools.same, effort=effort)
        if line.argument.owned:
            ledger, principal = asking.run.ledger, asking.principal
            yield from owned_objections(value, line, ledger=ledger, principal=principal, owns=asking.owns)
    if node.below:
        yield from _below(value, node, grant, asking, tools=tools, path=path)


def _below(
    value: Any, node: Node, grant: CompiledGrant, asking: Asking, *, tools: CompiledTools, path: str
) -> Iterator[Objection]:
    """Yield what is wrong below a value by the lines there: of a list they hold for each item, as its own line does."""
    each = node.below.get("*")
    if type(value) is list and (each is not None or node.line is not None):
        for item in value:
            if each is not None:
                yield from _member(item, each, grant, asking, tools=tools, path=f"{path}*/")
            elif item is not None:
                yield from _below(item, node, grant, asking, tools=tools, path=path)
    elif type(value) is dict and (each is None or len(node.below) > 1):
        yield from _placed(value, node, grant, asking, tools=tools, path=path)
    elif node.line is None or node.line.argument.type in _OPEN:
        where = shown(path.rstrip("/"))
        wanted = "be a list" if each is not None and len(node.below) == 1 else "have parts"
        yield Objection(Wrong.ARGUMENT_TYPE, f"argument {where}: nothing below it", f"{where} must {wanted}.")


def _conditions(grant: CompiledGrant, terms: ToolTerms, call: Call, asking: Asking) -> Iterator[Objection]:
    approval = grant.grant.approval
    if grant.condition is None and approval is None:
        return
    ask: Callable[[str], Truth] | None = None
    if grant.condition is not None or (approval is not None and grant.approval_when is not None):
        ask = asking.ask({**asking.facts(), "call": call_facts(call, terms, asking)})
    if grant.condition is not None and ask is not None:
        truth = ask(grant.condition)
        if isinstance(truth, Fails):
            yield Objection(Wrong.CONDITION, "`when` does not hold", "It is not permitted in this case.")
        elif not isinstance(truth, Holds):
            yield Objection(Wrong.CONDITION_UNKNOWN, "`when` cannot be told", "Whether it is permitted is not known.")
    if approval is None:
        return
    told = Holds() if grant.approval_when is None or ask is None else ask(grant.approval_when)
    if not isinstance(told, Fails):
        why = "a person must say yes" if isinstance(told, Holds) else "whether a person must say yes cannot be told"
        made = calls_of(asking.run, call.tool)
        before = f"; calls of this tool before in this run: {made}" if made else ""
        yield Objection(
            Wrong.APPROVAL_NEEDED,
            f"{why} to this exact action{before}",
            "A person must say yes to it first.",
            Action.ESCALATE,
        )


def call_facts(call: Call, terms: ToolTerms, asking: Asking) -> dict[str, Any]:
    """Return what conditions see of a call as ``call``."""
    repeated = times_made(asking.run, asking.repetition)
    return {
        "tool": call.tool,
        "effects": [effect.value for effect in terms.effects],
        "arguments": call.arguments,
        "depth": call.depth,
        "step": asking.run.step + 1,
        "tainted": asking.run.ledger.is_tainted,
        "made": calls_of(asking.run, call.tool),
        "repeated": repeated,
    }


def _verdict(found: Objection, *, rule: str, tool: str, segment: int | None) -> Verdict:
    kinds = {found.wrong.value}
    if found.action is Action.ESCALATE:
        kinds.add(Wrong.APPROVAL_NEEDED.value)
    lead = f"The call of {shown(tool)} was not made. " if tool else "The call was not made. "
    return Verdict(
        action=found.action,
        rule=rule,
        rail=RAIL,
        segment=segment,
        reason=found.reason,
        message=lead + found.advice,
        kinds=tuple(sorted(kinds)),
    )
