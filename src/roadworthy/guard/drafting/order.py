"""What a definition says plainly of order and of outcome: which call goes before, and which field tells that it was."""

from __future__ import annotations

import re
from collections.abc import Mapping

from roadworthy.guard.calls.policy import After, Outcome
from roadworthy.guard.drafting.argument import Kind, kind_of
from roadworthy.guard.drafting.definition import ToolDefinition
from roadworthy.guard.drafting.schema import leaves

_MAX_READ = 20_000
_NEAR = 60
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:/-]*[A-Za-z0-9_])?")
_SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\S))+")
_NEEDS = re.compile(
    r"\b(?:requires?|needs?|only after|after|once|benötigt|erst nach|nach|nécessite|après|requiere|tras)\b"
)
_FIRST = re.compile(
    r"\b(?:first|before(?:hand)?(?!\s+\w)|before (?:this|it|you|using|calling)|zuerst|vorher|d'abord|primero)\b"
)
_REVERSED = re.compile(
    r"\b(?:before|prior to|vor|bevor|avant|antes de|instead of|not|unlike|nicht|sans|sin)\b[^,]{0,30}\Z"
)
_SUCCESS = frozenset(("success", "succeeded", "ok", "done", "successful"))


def what_goes_before(tool: ToolDefinition, *, tools: Mapping[str, ToolDefinition]) -> tuple[After, ...]:
    """Return the calls of which the description of ``tool`` says that they must have gone before.

    Only where it names the other tool as it is called, in a sentence that says so; a line too many would deny.

    >>> verify = ToolDefinition(name="verify_customer")
    >>> refund = ToolDefinition(name="refund", description="Refunds. Requires verify_customer first.")
    >>> [one.tool for one in what_goes_before(refund, tools={"verify_customer": verify})]
    ['verify_customer']
    """
    sentences = _SENTENCE.findall(tool.description[:_MAX_READ])
    said = [one for one in sentences if _NEEDS.search(one.lower()) or _FIRST.search(one.lower())]
    found: dict[str, After] = {}
    for sentence in said:
        for match in _NAME.finditer(sentence):
            other = tools.get(match[0])
            if other is None or other.name in (tool.name, *found) or not _is_plain_name(other.name):
                continue
            if _goes_before(sentence[: match.start()].lower(), sentence[match.end() :].lower()):
                found[other.name] = _after(tool, other)
    return tuple(found.values())


def _after(tool: ToolDefinition, other: ToolDefinition) -> After:
    return After(tool=other.name, same=_same(tool, other), confirmed=outcome_of(other) is not None)


def outcome_of(tool: ToolDefinition) -> Outcome | None:
    """Return how the result of ``tool`` tells that it happened, by a truth value; None: it does not tell."""
    flags = [leaf for leaf in leaves(tool.output) if leaf.type == "boolean" and leaf.path.lower() in _SUCCESS]
    return Outcome(holds=f"result.{flags[0].path} == true") if len(flags) == 1 else None


def _is_plain_name(name: str) -> bool:
    """Return whether a name is none that a sentence would have by chance."""
    return len(name) >= 5 and ("_" in name or name.lower() != name or "-" in name or "." in name)


def _goes_before(ahead: str, behind: str) -> bool:
    """Return whether a sentence says so of the tool that is named between ``ahead`` and ``behind``."""
    if _REVERSED.search(ahead[-_NEAR:]):
        return False
    return bool(
        _NEEDS.search(ahead[-_NEAR:]) or _FIRST.search(behind[:_NEAR]) or re.search(r"\bfirst\b", ahead[-_NEAR:])
    )


def _same(tool: ToolDefinition, other: ToolDefinition) -> tuple[tuple[str, str], ...]:
    """Return the identifiers that both take by the same name: it is the same thing that went before."""
    theirs = {leaf.path for leaf in leaves(other.parameters) if leaf.is_required and not leaf.is_list}
    mine = [leaf for leaf in leaves(tool.parameters) if leaf.is_required and not leaf.is_list and "/" not in leaf.path]
    return tuple((leaf.path, leaf.path) for leaf in mine if leaf.path in theirs and kind_of(leaf) is Kind.IDENTIFIER)
