"""Writes a draft as a guard policy in YAML, with the reason for each line beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any

from roadworthy.guard.calls.policy import Grant, Result
from roadworthy.guard.drafting.draft import Draft
from roadworthy.guard.drafting.grant import DraftedGrant
from roadworthy.guard.drafting.word import vocabulary

_PLAIN = re.compile(r"[A-Za-z][A-Za-z_-]*|[A-Za-z][A-Za-z_-]*:[A-Za-z0-9_.*-]+")
_TAKEN = vocabulary("true false yes no on off null y n nan inf")
_STAGES = "[input, retrieval, tool_call, tool_result, output]"


def policy_text(draft: Draft, *, name: str = "tools", domains: Sequence[str] = ()) -> str:
    """Return ``draft`` as the text of a guard policy that compiles as it is.

    Args:
        draft: As `draft_policy` gives it.
        name: Of the policy, in small letters, digits, dots and hyphens.
        domains: Hosts that answers may link to whatever stands in the link, each with what is below it.
    """
    return "\n".join([*_head(draft, name=name, domains=domains), *_grants(draft), ""])


def _head(draft: Draft, *, name: str, domains: Sequence[str]) -> Iterator[str]:
    yield "# Drafted from the tools' definitions. Read each grant before you put it into force: a definition says what"
    yield "# a tool is called, not what it does. What could not be told asks a person."
    if draft.untold:
        yield f"# Look at these first, of which nothing tells what they do: {_comment(', '.join(draft.untold), 400)}"
    yield "schema: roadworthy/guard-policy/v1"
    yield f"name: {_scalar(name)}"
    yield 'version: "0"'
    yield "title: Least privilege for tools, drafted"
    yield "owner: nobody yet"
    yield "licence: CC0-1.0"
    yield "rules:"
    yield f"  - id: {name}/size"
    yield "    description: Nothing endless goes in or out."
    yield "    action: deny"
    yield "    rail: {kind: size, max_chars: 500000}"
    yield "    message: limit"
    yield f"  - id: {name}/answers-load-nothing"
    yield "    description: No answer loads from, or carries data out to, a host that is not yours."
    yield "    action: transform"
    yield "    where: {stages: [output]}"
    hosts = ", ".join(_scalar(one) for one in domains)
    rail = f"{{kind: exfiltration, links: read, trusted_domains: [{hosts}]}}"
    yield f"    rail: {rail}  # name your domains; links: trusted lets no other link stand"
    yield "routes:"
    yield f'  - {{name: "*", completion: unknown, stages: {_STAGES}}}'


def _grants(draft: Draft) -> Iterator[str]:
    yield "tools:"
    yield "  grants:"
    for drafted in draft.grants:
        yield from _grant(drafted)


def _grant(drafted: DraftedGrant) -> Iterator[str]:
    grant, why = drafted.grant, dict(drafted.because)
    yield f"    - tool: {_scalar(grant.tool)}"
    yield f"      effects: {_flow(grant.effects)}  # {_comment(why['tool'].partition(': ')[2])}"
    if grant.arguments:
        yield "      arguments:"
        for argument in grant.arguments:
            yield f"        # {_comment(argument.name, 60)}: {_comment(why['arguments/' + argument.name])}"
            yield f"        - {_flow(_stated(argument))}"
    if grant.other_arguments != "deny":
        yield "      other_arguments: allow  # the definition leaves them open, and it only asks"
    if grant.after:
        yield f"      after: {_flow([_stated(one) for one in grant.after])}  # {_comment(why['after'])}"
    if grant.approval is not None:
        asking = {"when": grant.approval.when, "show": grant.approval.show}
        yield f"      approval: {_flow(asking)}  # {_comment(why['approval'])}"
    yield from _bounds(grant)
    yield f"      result: {_flow(_result(grant.result))}  # {_comment(why['result'])}"
    if grant.outcome is not None:
        yield f"      outcome: {_flow(_stated(grant.outcome))}  # what its result does not state is not known"
    if grant.memory is not None:
        yield f"      memory: {_flow(_stated(grant.memory))}  # what later runs read keeps the labels it came with"


def _bounds(grant: Grant) -> Iterator[str]:
    if grant.limits:
        yield f"      limits: {_flow([_stated(one) for one in grant.limits])}  # of one conversation; set your own"
    if grant.max_repeats is not None:
        yield f"      max_repeats: {grant.max_repeats}  # the same twice is a mistake or an attack"


def _result(result: Result) -> dict[str, Any]:
    said: dict[str, Any] = {"trusted": result.trusted}
    if result.secrecy is not None:
        said["secrecy"] = result.secrecy
    if result.fields:
        said["fields"] = [_stated(one) for one in result.fields]
    return said


def _stated(value: Any) -> dict[str, Any]:
    """Return the fields of a value that differ from what they are when left out."""
    found = {field.name: (getattr(value, field.name), field.default) for field in fields(value)}
    return {name: said for name, (said, default) in found.items() if said != default and said is not None}


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    said = value.value if isinstance(value, StrEnum) else value
    if isinstance(said, str) and _PLAIN.fullmatch(said) is not None and said.lower() not in _TAKEN:
        return said
    return json.dumps(said, ensure_ascii=True)


def _comment(said: str, length: int = 160) -> str:
    shown = "".join(one if one.isprintable() else " " for one in said)
    return shown if len(shown) <= length else shown[: length - 1] + "…"
