"""Which rails a guard policy has: none, one side only, none on a stream, or with bounds that never bind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.guards.own_settings import guard_settings, is_guard_file, own_policy, own_rules
from roadworthy.lint.model import Hit
from roadworthy.lint.ports import Parsed, SourceFile

MAX_LINE = 2_000
"""Characters of one line that are looked at."""

_LISTS = ("rails", "guardrails", "rules", "scanners", "detectors", "policies", "checks", "flows")
_THRESHOLDS = ("threshold", "confidence_threshold", "score_threshold", "block_threshold", "min_score", "min_confidence",
               "similarity_threshold")  # fmt: skip
_DOMAIN_IN_CLASS = re.compile(r"\[\^[\w-]{2,}\.[a-z]{2,}[^\]]{0,200}\]")
_INPUT = frozenset(
    {"input", "inputs", "pre_call", "during_call", "pre_flight", "request", "prompt", "before_request_hooks"}
)
_OUTPUT = frozenset({"output", "outputs", "post_call", "response", "completion", "reply", "after_request_hooks"})


def empty(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find guard policies that hold no rail at all."""
    parsed = file.parsed()
    if parsed is None:
        return
    if parsed.data in (None, {}, []) and (file.component or is_guard_file(file)):
        yield Hit(said="the guard policy is empty", subject="policy")
        return
    for path, policy in _policies(parsed.data):
        if policy.get("extends"):
            continue  # what it stands on has rails; `rw guard lint` reads both
        named = [name for name in _LISTS if name in policy]
        if named and all(not _leaves(policy[name]) for name in named):
            said = f"the guard policy has no rail under `{named[0]}`"
            yield Hit(line=parsed.line_of((*path, named[0])), said=said, subject=named[0])


def _policies(data: object) -> Iterator[tuple[tuple[str, ...], dict[Any, Any]]]:
    """Yield the mappings that hold rails: the file itself, and its section on guards."""
    if isinstance(data, dict):
        yield (), data
        for name in ("guardrails", "guard", "guard_policy", "moderation"):
            if isinstance(data.get(name), dict):
                yield (name,), data[name]


def _leaves(value: object, depth: int = 0) -> bool:
    """Return whether anything is said below ``value``."""
    if depth > 20:
        return True
    if isinstance(value, dict):
        return any(_leaves(item, depth + 1) for item in value.values())
    if isinstance(value, list):
        return any(_leaves(item, depth + 1) for item in value)
    return value is not None and value != ""


def one_sided(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find policies that screen what goes in and not what comes out, or the other way round."""
    parsed = file.parsed()
    policy = own_policy(file)
    if policy is not None and policy.get("extends"):
        return  # what it stands on may have the other side; `rw guard lint` reads both
    sides = set(_own_sides(policy)) if policy is not None else set(_sides(parsed)) if parsed is not None else set()
    if len(sides & {"input", "output"}) == 1:
        missing = "what comes out of the model" if "input" in sides else "what goes into the model"
        yield Hit(said=f"the guard policy has no rail for {missing}", subject="sides")


def _own_sides(policy: dict[str, Any]) -> Iterator[str]:
    """Yield the sides that enforced rules look at; a rule that names no stage looks at all."""
    for rule in own_rules(policy):
        where = rule.get("where")
        stages = where.get("stages") if isinstance(where, dict) else None
        if rule.get("mode") != "shadow":
            for stage in stages if isinstance(stages, list) and stages else ["input", "output"]:
                yield "output" if stage == "output" else "input" if stage == "input" else str(stage)


def _sides(parsed: Parsed) -> Iterator[str]:
    """Yield ``input`` and ``output`` for the sides that have rails."""
    data = parsed.data if isinstance(parsed.data, dict) else {}
    rails = data.get("rails", data)
    for name, value in (rails if isinstance(rails, dict) else {}).items():
        side = _side(str(name))
        if side and _leaves(value):
            yield side
    for one in _entries(data):
        for key in ("mode", "stage", "hook", "direction", "applies_to", "on"):
            said = one.get(
                key, one.get("litellm_params", {}).get(key) if isinstance(one.get("litellm_params"), dict) else None
            )
            for word in said if isinstance(said, list) else [said]:
                side = {"both": "both", "during_call": "input"}.get(str(word), _side(str(word)))
                if side:
                    yield side


def _entries(data: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    for name in ("guardrails", "rails", "rules", "scanners"):
        value = data.get(name)
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict):
                yield one


def _side(name: str) -> str:
    name = name.replace("-", "_").lower()
    return "input" if name in _INPUT else "output" if name in _OUTPUT else ""


def never_fires(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find thresholds that no score can reach, or that every score reaches."""
    for setting in guard_settings(file, *_THRESHOLDS):
        value = setting.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        is_share = isinstance(value, float) or "score" in setting.key or "confidence" in setting.key
        if value < 0 or (is_share and 1.0 <= value <= 10.0):
            why = "no score is above it" if value >= 1 else "every score is above it"
            said = f"`{setting.key}` is {value}: {why}"
            yield Hit(line=setting.line, said=said, subject=f"{setting.owner}.{setting.key}")


def stream_unguarded(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find streams of which the reader sees the text before the guard does."""
    if own_policy(file) is not None:
        for setting in guard_settings(file, "kind"):
            if setting.owner.endswith(".streaming") and setting.value == "observe":
                said = "a route only observes its streams: text is shown before the guard has seen it"
                yield Hit(line=setting.line, said=said, subject=setting.owner)
        return
    for setting in guard_settings(
        file, "stream_first", "streaming_mode", "stream_mode", "guard_streams", "scan_streams"
    ):
        key = setting.key.replace("-", "_").lower()
        value = setting.value.lower() if isinstance(setting.value, str) else setting.value
        switched = {"stream_first": True, "guard_streams": False, "scan_streams": False}.get(key)
        if value is switched if switched is not None else value in ("skip", "bypass", "passthrough", "async", "after"):
            said = f"`{setting.key}` is {str(setting.value).lower()}: text is shown before the guard has seen it"
            yield Hit(line=setting.line, said=said, subject=f"{setting.owner}.{setting.key}")


def broken_pattern(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find patterns with a domain in a negated set of characters: it says *none of these letters*, not *not there*."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        found = _DOMAIN_IN_CLASS.search(line[:MAX_LINE])
        if found:
            said = f"{found[0][:60]!r} is a set of single characters, not a domain"
            yield Hit(line=number, column=found.start() + 1, said=said, subject=found[0][:60])
