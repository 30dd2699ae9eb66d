"""What a guard does when it breaks, and whether it stops anything at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.guards.in_code import left_out_by_caller, lets_through
from roadworthy.lint.guards.own_settings import guard_settings, own_policy, own_rules
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import called, calls_of, keyword, last_name, mentions, says
from roadworthy.lint.settings import Setting

_ON_ERROR = ("on_error", "on_failure", "on_timeout", "on_exception", "on_unavailable", "fail_mode", "failure_mode",
             "error_mode", "unreachable_fallback", "fallback_action", "on_rail_error")  # fmt: skip
_LETS_THROUGH = frozenset({"allow", "pass", "open", "fail_open", "failopen", "ignore", "continue", "skip", "proceed"})
_FAIL_OPEN = ("fail_open", "allow_on_error", "failure_mode_allow", "ignore_errors", "continue_on_error", "fails_open")
_FAIL_CLOSED = ("fail_closed", "fail_on_error", "fail_on_plugin_error", "raise_guardrail_errors", "block_on_error")
_DEFAULTS = ("default_action", "default_decision", "default_verdict", "no_policy", "when_no_rule_matches")
_MODES = ("mode", "enforcement", "enforcement_mode", "action_mode", "policy_mode")
_WATCHING_WORDS = """
    log log_only logging_only monitor monitoring shadow observe audit detect detect_only permissive evaluate_only
    dry_run report report_only
"""
_WATCHING = frozenset(_WATCHING_WORDS.split())
_OFF = frozenset({"off", "disabled", "none", "disable"})
_NOOP = re.compile(r"on-fail(?:-[\w-]{1,80})?\s*=\s*[\"']noop[\"']")


def fails_open(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find guards that let everything through when they break."""
    if FileKind.PYTHON in file.kinds:
        yield from _keywords(file.text, _FAIL_CLOSED, value=False)
        yield from _keywords(file.text, ("fail_open", "allow_on_error", "failure_mode_allow"), value=True)
        yield from lets_through(file.text)
        return
    if own_policy(file) is not None:
        for setting in guard_settings(file, "mode"):
            if setting.owner.startswith("fail_modes.") and _word(setting.value) == "open":
                yield _hit(setting, "a tier fails open: whatever breaks the guard gets through")
    for setting in guard_settings(file, *_ON_ERROR, *_FAIL_OPEN, *_FAIL_CLOSED):
        key = _plain(setting.key)
        through = _word(setting.value) in _LETS_THROUGH if key in _ON_ERROR else setting.value is (key in _FAIL_OPEN)
        if through:
            yield _hit(setting, f"`{setting.key}` is {_shown(setting.value)}: whatever breaks the guard gets through")


def _keywords(text: str, names: tuple[str, ...], *, value: bool) -> Iterator[Hit]:
    if not mentions(text, *names) or not mentions(text.lower(), "guard", "rail"):
        return
    for call in calls_of(text):
        for name in names:
            if says(keyword(call, name), value):
                said = f"`{name}` is {value} in {called(call)}: whatever breaks the guard gets through"
                yield Hit(line=call.lineno, said=said, subject=f"{called(call)}.{name}")


def default_allow(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find guards that allow whatever no rule speaks of."""
    for setting in guard_settings(file, *_DEFAULTS, "default"):
        is_verdict = _plain(setting.key) != "default" or setting.owner in {"", "guard", "guardrails", "policy", "rails"}
        if is_verdict and _word(setting.value) in {"allow", "permit", "pass"}:
            yield _hit(setting, f"`{setting.key}` is {setting.value}: what no rule speaks of is allowed")


def only_watches(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find guards that write down what they see and stop nothing."""
    if FileKind.PYTHON in file.kinds:
        yield from _noops(file.text)
        return
    policy = own_policy(file)
    if policy is not None:
        rules = own_rules(policy)
        is_all = not policy.get("extends")
        if rules and is_all and all(rule.get("mode") == "shadow" for rule in rules):
            yield Hit(said="every rule is in shadow mode: the guard watches and stops nothing", subject="rules")
        return
    for setting in guard_settings(file, *_MODES, "dry_run", "shadow_mode", "log_only"):
        is_switch = _plain(setting.key) not in _MODES
        if setting.value is True if is_switch else _word(setting.value) in _WATCHING:
            yield _hit(setting, f"`{setting.key}` is {_shown(setting.value)}: the guard watches and stops nothing")
    if file.path.endswith(".rail"):
        for number, line in enumerate(file.text.splitlines(), start=1):
            if _NOOP.search(line):
                yield Hit(line=number, said="a validator does nothing when it fails (noop)", subject=line.strip()[:80])


def _noops(text: str) -> Iterator[Hit]:
    if not mentions(text, "on_fail") or not mentions(text, "guardrails"):
        return
    for call in calls_of(text):
        value = keyword(call, "on_fail")
        if says(value, "noop") or (value is not None and last_name(value) == "NOOP"):
            said = f"{called(call)} does nothing when it fails (noop)"
            yield Hit(line=call.lineno, said=said, subject=called(call))


def switched_off(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find guard policies that are off as a whole."""
    for setting in guard_settings(file, "enabled", "guardrails_enabled", *_MODES):
        is_whole = setting.owner in {"", "guard", "guardrails", "policy", "rails", "guard_policy"}
        if is_whole and (setting.value is False or _word(setting.value) in _OFF):
            yield _hit(setting, f"`{setting.key}` is {_shown(setting.value)}: the whole guard is off")


def rail_off(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find single rails that are off."""
    for setting in guard_settings(file, "enabled", "disabled", "action"):
        if not setting.owner or setting.owner in {"guard", "guardrails", "policy", "rails", "guard_policy"}:
            continue
        key = _plain(setting.key)
        is_off = {"enabled": setting.value is False, "disabled": setting.value is True}.get(key, False)
        if is_off or (key == "action" and _word(setting.value) in _OFF | {"allow_all", "noop"}):
            yield _hit(setting, f"the rail at {setting.owner!r} is off")


def on_request(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find guards that a caller can leave out or weaken."""
    if FileKind.PYTHON in file.kinds:
        yield from left_out_by_caller(file.text)
        return
    for setting in guard_settings(
        file, "default_on", "allow_client_override", "allow_override", "scanners_suppress", "client_can_disable"
    ):
        if setting.value is (_plain(setting.key) != "default_on"):
            yield _hit(
                setting, f"`{setting.key}` is {_shown(setting.value)}: the caller decides whether the guard runs"
            )


def _plain(key: str) -> str:
    return key.replace("-", "_").lower()


def _word(value: object) -> str:
    return _plain(value.strip()) if isinstance(value, str) else "off" if value is False else ""


def _shown(value: object) -> str:
    return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else str(value)[:40]


def _hit(setting: Setting, said: str) -> Hit:
    return Hit(line=setting.line, said=said, subject=f"{setting.owner}.{setting.key}")
