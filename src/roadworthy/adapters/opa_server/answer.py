"""What an Open Policy Agent may answer, and how it is read. What it leaves undefined is missing, never an allowance.

A wrong path, a bundle that is not loaded yet and a rule that found no answer all look alike
there: status 200 and no ``result``. Only a decision that says ``allow: true``, and names
nothing that speaks against it, is read as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from roadworthy.adapters.targets.exchange import Answer

_OK = 200
_MAX_SHOWN = 200
_AGAINST = ("denied", "missing", "errors")
_CONFIRMS = {
    "verdict": ("ship", "conditions"),
    "assessment_holds": (True,),
    "is_readable": (True,),
}
"""What an exported decision says beside an allowance, where it says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaDecision:
    """The server decided."""

    allow: bool
    policy: str = ""
    """Digest of the policy that it says it has; empty where it says none."""

    outcomes: Mapping[str, str] = field(default_factory=dict)
    """By rule: what it names as denied, missing, an error or a warning. Every other rule it lets through."""

    decision_id: str = ""
    """Of its decision log."""

    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaUndefined:
    """The server has no answer at that path: it is missing, and not an allowance."""

    decision_id: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaNoAnswer:
    """Nothing came back that can be read as a decision."""

    reason: str
    decision_id: str = ""


OpaAnswer: TypeAlias = OpaDecision | OpaUndefined | OpaNoAnswer


def read_answer(answer: Answer) -> OpaAnswer:
    """Return what ``answer`` says; whatever cannot be read as a decision is an `OpaNoAnswer`."""
    if answer.status != _OK:
        return OpaNoAnswer(reason=_refused(answer.status))
    try:
        body = json.loads(answer.body, object_pairs_hook=_no_repeats, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return OpaNoAnswer(reason="the answer is not JSON, or says a thing twice")
    if not isinstance(body, dict):
        return OpaNoAnswer(reason="the answer is no object")
    decision_id = _shown(body.get("decision_id"))
    if "result" not in body:
        return OpaUndefined(decision_id=decision_id, warnings=_warnings(body))
    return _decision(body["result"], decision_id=decision_id, warnings=_warnings(body))


def _refused(status: int) -> str:
    if 300 <= status < 400:
        return f"HTTP {status}: it sends us elsewhere, and redirects are not followed"
    return f"HTTP {status}"


def _decision(result: object, *, decision_id: str, warnings: tuple[str, ...]) -> OpaAnswer:
    if isinstance(result, bool):
        return OpaDecision(allow=result, decision_id=decision_id, warnings=warnings)
    if not isinstance(result, dict) or not isinstance(result.get("allow"), bool):
        kind = type(result).__name__ if result is not None else "null"
        said = f"an object whose `allow` is {_kind(result.get('allow'))}" if isinstance(result, dict) else kind
        return OpaNoAnswer(reason=f"the result is {said}, not a decision", decision_id=decision_id)
    listed = _listed(result)
    if listed is None:
        return OpaNoAnswer(reason="the decision's lists of rules cannot be read", decision_id=decision_id)
    against = _against(result) if result["allow"] else ""
    if against:
        return OpaNoAnswer(reason=f"the decision allows and {against}", decision_id=decision_id)
    return OpaDecision(
        allow=result["allow"],
        policy=_shown(result.get("policy")),
        outcomes=listed,
        decision_id=decision_id,
        warnings=warnings,
    )


def _against(result: Mapping[str, Any]) -> str:
    """Return what a decision says that does not go with an allowance; empty where nothing."""
    if any(result.get(name) for name in _AGAINST):
        return "names rules that speak against it"
    for name, confirming in _CONFIRMS.items():
        said = result.get(name, confirming[0])
        if not any(said is one or (isinstance(one, str) and said == one) for one in confirming):
            return f"its `{name}` speaks against it"
    return ""


def _kind(value: object) -> str:
    return "absent or null" if value is None else f"of type {type(value).__name__}"


def _listed(result: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the outcome of every rule that the decision names; None where a list is none."""
    found: dict[str, str] = {}
    for name in (*_AGAINST, "warnings"):
        entries = result.get(name, [])
        if not isinstance(entries, list):
            return None
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("rule"), str):
                return None
            found[_shown(entry["rule"])] = _shown(entry.get("outcome")) or name
    return found


def _warnings(body: Mapping[str, Any]) -> tuple[str, ...]:
    warning = body.get("warning")
    if not isinstance(warning, dict):
        return ()
    return (f"{_shown(warning.get('code'))}: {_shown(warning.get('message'))}",)


def _shown(value: object) -> str:
    """Return a text of the server, short and without control characters; anything else is empty."""
    if not isinstance(value, str):
        return ""
    return re.sub(r"[^\x20-\x7e]", "?", value[:_MAX_SHOWN])


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")
