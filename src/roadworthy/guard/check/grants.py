"""Grants that permit more than is likely meant, that another makes idle, or that nothing can ever meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from roadworthy.core.severity import Severity
from roadworthy.guard.calls.origin import fits
from roadworthy.guard.calls.policy import Argument, ArgumentType, Grant, ToolPolicy
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.engine.compiling.problem import Place
from roadworthy.guard.policy.model import GuardPolicy
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.verdict import Action

_HARMLESS = frozenset((Effect.READ, Effect.REMEMBER))
_GRAVE = frozenset((Effect.SEND, Effect.PAY, Effect.DELETE, Effect.SHARE, Effect.EXECUTE))
_WIDE = re.compile(r"(?:\.|\\S|\[\^[^\]]*\]|\\[sS]\\[sS])[*+]")
_CLASS_ONLY = re.compile(r"\[[^\]]*\][*+]")
_FREE = frozenset(("any", "model"))

_Numbered: TypeAlias = "tuple[Place, Grant]"


def tool_flaws(policy: GuardPolicy) -> Iterator[Flaw]:
    """Yield what is wrong with the grants of ``policy``."""
    tools = policy.tools
    if tools is None:
        return
    grants: list[_Numbered] = [(("tools", "grants", number), grant) for number, grant in enumerate(tools.grants)]
    for place, grant in grants:
        yield from _of_effects(place, grant)
        yield from _of_arguments(place, grant, tools)
        yield from _of_order(place, grant, tools)
        yield from _of_approval(place, grant)
        yield from _of_shadow(place, grant, tools.grants)
        yield from _of_others(place, grant, grants)


def _flaw(  # noqa: PLR0917 - in the order in which a reader sees them
    check: str, severity: Severity, place: Place, grant: Grant, said: str, fix: str
) -> Flaw:
    return Flaw(check=check, severity=severity, place=place, subject=f"tool {grant.tool}", said=said, fix=fix)


def _of_effects(place: Place, grant: Grant) -> Iterator[Flaw]:
    grave = sorted(_GRAVE.intersection(grant.effects))
    is_held = (
        grant.approval is not None
        or grant.untainted
        or any(not _FREE.intersection(one.origins) or one.same_as or one.owned for one in grant.arguments)
    )
    if grave and not is_held:
        said = f"it can {grave[0].value}, and nothing asks by whose word: no approval, no origins, nothing owned"
        fix = "say `origins` of the arguments that decide where it goes, or ask for an approval"
        yield _flaw("effect-by-anybody", Severity.WARN, (*place, "effects"), grant, said, fix)
    if Effect.READ in grant.effects and len(grant.effects) > 1:
        said = "it has `read` beside other effects, so that it is not only read"
        yield _flaw("effect-read-and-more", Severity.INFO, (*place, "effects"), grant, said, "leave `read` out")
    if "*" in grant.tool and grave:
        said = f"every tool that fits {grant.tool!r} can {grave[0].value}, those that come later too"
        yield _flaw("grant-for-many", Severity.WARN, (*place, "tool"), grant, said, "name the tools one by one")


def _of_arguments(place: Place, grant: Grant, tools: ToolPolicy) -> Iterator[Flaw]:
    acts = not _HARMLESS.issuperset(grant.effects)
    if grant.other_arguments == "allow" and acts:
        said = "arguments without a line may be anything"
        fix = "write a line for each argument, and leave `other_arguments` out"
        yield _flaw("arguments-open", Severity.WARN, (*place, "other_arguments"), grant, said, fix)
    for number, one in enumerate(grant.arguments):
        at = (*place, "arguments", number)
        if acts and "any" in one.origins and grant.approval is None and _decides(one):
            said = f"argument {one.name}: an attacker may say it, and it is an address or an amount"
            fix = "say `origins`, such as [user], or ask for an approval"
            yield _flaw("origin-any", Severity.WARN, (*at, "origins"), grant, said, fix)
        if "any" in one.origins and len(one.origins) > 1:
            said = f"argument {one.name}: `any` makes the other origins idle"
            yield _flaw("origin-idle", Severity.WARN, (*at, "origins"), grant, said, "leave `any` out, or the others")
        if one.pattern and (_WIDE.search(one.pattern) or _CLASS_ONLY.fullmatch(one.pattern)):
            said = f"argument {one.name}: {one.pattern[:60]!r} lets long stretches of anything through"
            fix = "write what may stand there, with how often, such as [A-Z]{2}[0-9]{6}"
            yield _flaw("pattern-wide", Severity.INFO, (*at, "pattern"), grant, said, fix)
        yield from _of_sources(at, one, grant, tools)


def _decides(one: Argument) -> bool:
    return one.type in (ArgumentType.EMAIL, ArgumentType.URL, ArgumentType.IBAN) and not (
        one.one_of or one.hosts or one.same_as or one.owned
    )


def _of_sources(at: Place, one: Argument, grant: Grant, tools: ToolPolicy) -> Iterator[Flaw]:
    for origin in one.origins:
        kind, _, rest = origin.partition(":")
        name = rest.partition("/")[0]
        if kind not in ("tool", "user-via"):
            continue
        known = [
            other for other in tools.grants if other.tool == name or fits(other.tool, name) or fits(name, other.tool)
        ]
        if not known:
            said = f"argument {one.name}: {origin!r} names a tool without a grant, whose results never come"
            yield _flaw("origin-unknown-tool", Severity.BLOCK, (*at, "origins"), grant, said, "correct the name")
        elif kind == "user-via" and not any(
            other.result.trusted or any(line.trusted for line in other.result.fields) for other in known
        ):
            said = f"argument {one.name}: nothing of the results of {name} is trusted, so that no record of it counts"
            fix = "say `result.trusted` of that tool, or of fields of its result"
            yield _flaw("origin-not-vouched", Severity.BLOCK, (*at, "origins"), grant, said, fix)


def _of_order(place: Place, grant: Grant, tools: ToolPolicy) -> Iterator[Flaw]:
    for number, after in enumerate(grant.after):
        at = (*place, "after", number)
        known = [one for one in tools.grants if fits(after.tool, one.tool) or fits(one.tool, after.tool)]
        if not known:
            said = f"it must come after {after.tool}, which has no grant and is never called"
            yield _flaw("after-unknown-tool", Severity.BLOCK, (*at, "tool"), grant, said, "correct the name")
        elif after.confirmed and all(one.outcome is None for one in known):
            said = f"{after.tool} must be confirmed, and no `outcome` says how that is told"
            fix = "say `outcome` of that tool, or `confirmed: false` here"
            yield _flaw("after-never-confirmed", Severity.BLOCK, at, grant, said, fix)


def _of_approval(place: Place, grant: Grant) -> Iterator[Flaw]:
    approval = grant.approval
    if approval is None:
        return
    asks_otherwise = any(line.otherwise is Action.ESCALATE for line in grant.arguments)
    if approval.when.strip() == "false" and not asks_otherwise:
        said = "`approval.when` never holds, so that nobody is ever asked"
        fix = "take the approval out, or say when it is needed"
        yield _flaw("approval-never", Severity.BLOCK, (*place, "approval", "when"), grant, said, fix)
    if approval.distinct and not approval.by:
        said = "whoever answers must be somebody else, and no role says who: only the user may answer then, who may not"
        fix = "say `by`, the roles of who may answer"
        yield _flaw("approval-by-nobody", Severity.BLOCK, (*place, "approval", "by"), grant, said, fix)


def _of_shadow(place: Place, grant: Grant, grants: Sequence[Grant]) -> Iterator[Flaw]:
    if grant.mode != "shadow":
        return
    if not any(one.mode == "enforce" and fits(one.tool, grant.tool) for one in grants):
        said = "its only grant is in shadow mode, which opens nothing: it is denied"
        fix = "add an enforced grant, or enforce this one"
        yield _flaw("grant-opens-nothing", Severity.WARN, (*place, "mode"), grant, said, fix)
    else:
        said = "it is in shadow mode: nothing follows from it"
        yield _flaw("in-shadow", Severity.INFO, (*place, "mode"), grant, said, "enforce it when its verdicts are right")


def _of_others(place: Place, grant: Grant, grants: Sequence[_Numbered]) -> Iterator[Flaw]:
    for other_place, other in grants:
        if other_place >= place or other.mode != grant.mode:
            continue
        if other.tool == grant.tool and other == grant:
            said = "the same grant is there twice"
            yield _flaw("grant-twice", Severity.WARN, place, grant, said, "take one out")
            continue
        if not (fits(other.tool, grant.tool) or fits(grant.tool, other.tool)):
            continue
        alone = sorted({one.name for one in grant.arguments} ^ {one.name for one in other.arguments})
        if alone and "deny" in (grant.other_arguments, other.other_arguments):
            said = f"with the grant of {other.tool} each must hold, and {alone[0]!r} has a line in one of them only"
            fix = "give both the same arguments, or `other_arguments: allow` to the wider one"
            yield _flaw("grant-shadowed", Severity.WARN, place, grant, said, fix)
