"""What exceptions let through, and whether people consent to the release: the last two steps of a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from roadworthy.approvals.model import ApprovalPayload, Consents
from roadworthy.approvals.payload import release_payload
from roadworthy.approvals.standing import ConsentStanding, ConsentState, standing_of
from roadworthy.core.digest import Digest, digest_of
from roadworthy.exceptions.model import ExceptionStanding, HeldException
from roadworthy.exceptions.standing import Circumstances, standing_of_exception
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Verdict
from roadworthy.gates.recall import Recall
from roadworthy.governance.model import ConsentKind, Governance
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy

WAIVABLE = frozenset({RuleOutcome.FAIL, RuleOutcome.MISSING, RuleOutcome.STALE, RuleOutcome.UNDERPOWERED})
"""Outcomes that an exception can let through. Never an error: what could not be evaluated nobody has looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """What people said and what became known later, as a decision takes it in."""

    governance: Governance | None = None
    """Without aliases; None: there is no governance file."""

    exceptions: tuple[HeldException, ...] = ()
    consents: Consents = field(default_factory=Consents)
    recalls: tuple[Recall, ...] = ()


def oversight_of(inputs: GateInputs) -> Oversight:
    """Return what ``inputs`` say of people and of what became known later."""
    return Oversight(
        governance=inputs.governance,
        exceptions=inputs.exceptions,
        consents=inputs.consents,
        recalls=inputs.recalls,
    )


def with_exceptions(
    results: Sequence[RuleResult],
    *,
    oversight: Oversight,
    release: Release,
    policy: ResolvedPolicy,
    now: datetime,
) -> tuple[list[RuleResult], tuple[ExceptionStanding, ...]]:
    """Return ``results`` with the exceptions that let some of them through, and how each exception stands.

    No outcome is changed and nothing is taken out: an exception hides no rule.

    Args:
        results: What was found of each rule; exceptions that it names from before are forgotten.
        oversight: The exceptions and what people said of them.
        release: What is decided on.
        policy: The rules in force. Exceptions of another system, or of rules that it has not, are left out.
        now: Time of the decision.
    """
    plain = [replace(result, exceptions=()) if result.exceptions else result for result in results]
    rules = {rule.id: rule for rule in policy.rules}
    bearing = [
        held
        for held in oversight.exceptions
        if held.exception.system == release.system and set(held.exception.rules) & set(rules)
    ]
    if not bearing:
        return plain, ()
    circumstances = Circumstances(
        release=release,
        tier=policy.tier,
        rules=rules,
        passing=frozenset(r.rule for r in plain if r.outcome is RuleOutcome.PASS),
        unmet=frozenset(r.rule for r in plain if r.outcome in WAIVABLE),
        governance=oversight.governance,
        consents=oversight.consents,
        others={held.exception.id: held for held in oversight.exceptions},
        now=now,
    )
    standings = sorted((standing_of_exception(held, at=circumstances) for held in bearing), key=lambda s: s.id)
    letting: dict[str, tuple[str, ...]] = {}
    for standing in standings:
        for rule in standing.waived:
            letting[rule] = (*letting.get(rule, ()), standing.id)
    return [replace(r, exceptions=letting[r.rule]) if r.rule in letting else r for r in plain], tuple(standings)


def exceptions_digest(standings: Sequence[ExceptionStanding]) -> Digest:
    """Return the digest over the exceptions that a release ships on, and what each lets through."""
    return digest_of(sorted((s.id, s.digest, list(s.waived)) for s in standings if s.waived))


def payload_of(decision: GateDecision) -> ApprovalPayload:
    """Return what people consent to who consent to the release that ``decision`` is about.

    Where a bar was loosened after a run was registered, that is bound by a name of its own, so that nobody
    approves it without having been shown it.
    """
    bound = {
        "release": decision.release,
        "assessment": decision.assessment,
        "policy": decision.policy,
        "evidence": decision.evidence_set,
        "exceptions": exceptions_digest(decision.exceptions),
        "tasks": decision.tasks,
        "facts": decision.facts,
    }
    moved = moved_bars(decision.results)
    if moved:
        bound["moved_bars"] = digest_of(list(moved))
    return release_payload(bound, tier=decision.tier)


def moved_bars(results: Sequence[RuleResult]) -> tuple[str, ...]:
    """Return the rules whose bar was loosened after a run was registered with it, sorted."""
    return tuple(sorted(result.rule for result in results if result.bar_moved))


def with_consent(decision: GateDecision, *, oversight: Oversight) -> GateDecision:
    """Return ``decision`` with how people's consent to the release stands, and the verdict that follows.

    Args:
        decision: As the rules and exceptions have it.
        oversight: Who may consent, and what was said. Without a governance file nobody is asked.
    """
    if oversight.governance is None:
        return decision
    standing = standing_of(
        payload_of(decision),
        consents=_of_releases(oversight.consents),
        governance=oversight.governance,
        now=decision.decided_at,
        exception_approvers=exception_approvers(decision.exceptions),
        passing_rules=[r.rule for r in decision.results if r.outcome is RuleOutcome.PASS],
    )
    return replace(decision, consent=standing, verdict=verdict_with(decision.verdict, standing))


def exception_approvers(standings: Sequence[ExceptionStanding]) -> tuple[str, ...]:
    """Return who approved an exception that lets something through, sorted."""
    return tuple(sorted({person for s in standings if s.waived for person in s.consent.approvers}))


def verdict_with(verdict: Verdict, consent: ConsentStanding | None) -> Verdict:
    """Return what a verdict becomes with people's consent, or without it. Consent never makes it better.

    >>> verdict_with(Verdict.BLOCKED, None)
    <Verdict.BLOCKED: 'blocked'>
    """
    if consent is None or consent.state.is_consent or verdict is Verdict.BLOCKED:
        return verdict
    return Verdict.BLOCKED if consent.state is ConsentState.REJECTED else Verdict.CANNOT_TELL


def rules_waived(decision: GateDecision) -> Mapping[str, tuple[ExceptionStanding, ...]]:
    """Return by rule the exceptions that let it through."""
    by_id = {standing.id: standing for standing in decision.exceptions}
    return {r.rule: tuple(by_id[key] for key in r.exceptions) for r in decision.results if r.exceptions}


def _of_releases(consents: Consents) -> Consents:
    requests = tuple(r for r in consents.requests if r.payload.kind is ConsentKind.RELEASE)
    return replace(consents, requests=requests)
