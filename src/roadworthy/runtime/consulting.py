"""Puts the release to an Open Policy Agent, and its decision beside ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.adapters.opa_server.answer import OpaAnswer, OpaDecision, OpaNoAnswer, OpaUndefined
from roadworthy.adapters.opa_server.server import OpaServer
from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT
from roadworthy.gates.model import GateDecision, RuleOutcome, Verdict
from roadworthy.runtime.gating import Bench

_QUIET = frozenset({RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})
_LETS_THROUGH = "lets it through"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One rule, or the decision itself, of which the two say different things."""

    __pydantic_config__: ClassVar = STRICT

    what: str
    """Id of a rule, ``allow`` or ``policy``."""

    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the server said, beside what our gate says of the same facts."""

    __pydantic_config__: ClassVar = STRICT

    answer: Literal["allow", "deny", "undefined", "no_answer"]
    reason: str
    """Why there is no decision; empty where there is one."""

    ours: Verdict
    differences: tuple[Difference, ...]
    decision_id: str
    warnings: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 both allow, 1 both deny, 3 where it cannot be told or they differ."""
        if self.differences or self.answer in ("undefined", "no_answer"):
            return 3
        return 0 if self.answer == "allow" else 1


def opa_input(bench: Bench) -> dict[str, JsonValue]:
    """Return what an exported policy is asked of: the facts, and what our gate said of each rule as ``evidence``.

    The summary is ours to vouch for: the server checks that it names its policy, not who wrote it.
    """
    rules: dict[str, JsonValue] = {
        r.rule: {"outcome": r.outcome.value, "severity": r.severity.value} for r in bench.decision.results
    }
    evidence: dict[str, JsonValue] = {
        "schema": "roadworthy/rego-evidence/v1",
        "policy": bench.decision.policy,
        "release": bench.decision.release,
        "decided_at": rfc3339(bench.decision.decided_at),
        "rules": rules,
    }
    return {**bench.inputs.facts, "evidence": evidence}


def ask_opa(bench: Bench, server: OpaServer) -> Comparison:
    """Ask ``server`` of the release on the bench and compare. Nothing is stored."""
    return compared(bench.decision, asyncio.run(server.decide(opa_input(bench))))


def compared(decision: GateDecision, answer: OpaAnswer) -> Comparison:
    """Return ``answer`` beside ``decision``, with every difference."""
    match answer:
        case OpaNoAnswer(reason=reason, decision_id=decision_id):
            return _none(decision, "no_answer", reason, decision_id, ())
        case OpaUndefined(decision_id=decision_id, warnings=warnings):
            reason = "the server has no document at that path, or has not loaded its bundle: undefined is missing"
            return _none(decision, "undefined", reason, decision_id, warnings)
        case OpaDecision():
            return Comparison(
                answer="allow" if answer.allow else "deny",
                reason="",
                ours=decision.verdict,
                differences=_differences(decision, answer),
                decision_id=answer.decision_id,
                warnings=answer.warnings,
            )


def _none(
    decision: GateDecision,
    answer: Literal["undefined", "no_answer"],
    reason: str,
    decision_id: str,
    warnings: tuple[str, ...],
) -> Comparison:
    return Comparison(
        answer=answer,
        reason=reason,
        ours=decision.verdict,
        differences=(),
        decision_id=decision_id,
        warnings=warnings,
    )


def _differences(decision: GateDecision, answer: OpaDecision) -> tuple[Difference, ...]:
    ours_allows = decision.verdict in (Verdict.SHIP, Verdict.CONDITIONS)
    found = []
    if ours_allows != answer.allow:
        found.append(Difference(what="allow", ours=_yes(ours_allows), theirs=_yes(answer.allow)))
    if answer.policy and answer.policy != decision.policy:
        found.append(Difference(what="policy", ours=decision.policy, theirs=answer.policy))
    if not answer.policy:
        # A bare yes or no, or a policy of somebody else's: it names no rules of ours.
        return tuple(found)
    ours = _open_rules(decision)
    for rule in sorted({*ours, *answer.outcomes}):
        mine, theirs = ours.get(rule, _LETS_THROUGH), answer.outcomes.get(rule, _LETS_THROUGH)
        if mine != theirs:
            found.append(Difference(what=rule, ours=mine, theirs=theirs))
    return tuple(found)


def _open_rules(decision: GateDecision) -> Mapping[str, str]:
    """Return the rules that do not let the release through, with what came of each; notes are not compared."""
    return {
        result.rule: result.outcome.value
        for result in decision.results
        if result.severity is not Severity.INFO and result.outcome not in _QUIET
    }


def _yes(allows: bool) -> str:
    return "allow" if allows else "deny"


def server_at(url: str, *, path: str, token_env: str | None, timeout_s: float, plain_http: bool) -> OpaServer:
    """Return the server at ``url``, with the token of an environment variable where one is named.

    Raises:
        ConfigError: If the variable is not set, or the address or the path is none.
    """
    token = os.environ.get(token_env, "") if token_env is not None else ""
    if token_env is not None and not token:
        # A question without the token would be refused, or worse, answered.
        raise ConfigError(
            f"the environment variable {token_env!r} is not set", where="--token-env", fix="export it, or leave it out"
        )
    return OpaServer(url, path=path, token=token, timeout_s=timeout_s, plain_http=plain_http)
