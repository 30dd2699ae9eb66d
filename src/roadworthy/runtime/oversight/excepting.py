"""Asks for exceptions from rules, renews and ends them, and says how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from roadworthy.approvals.model import Answer
from roadworthy.core.errors import ConfigError, ConflictError, NotFoundError
from roadworthy.core.history import claim_of
from roadworthy.exceptions.distribution import OPEN
from roadworthy.exceptions.model import (
    ComponentScope,
    ExceptionEnd,
    ExceptionState,
    HeldException,
    PolicyException,
    ReasonCode,
    ReleaseScope,
    Scope,
    VersionScope,
)
from roadworthy.exceptions.standing import exception_payload
from roadworthy.exceptions.terms import broken_terms, unapprovable
from roadworthy.gates.model import RuleOutcome
from roadworthy.gates.oversight.consenting import payload_of
from roadworthy.governance.model import Governance
from roadworthy.runtime.gating import Bench, judge_candidate
from roadworthy.runtime.oversight.acting import acting_human, require_governance
from roadworthy.runtime.oversight.approving import Answering, Key, answer_request
from roadworthy.runtime.oversight.authorship import Authors, authors_of_release
from roadworthy.runtime.oversight.excepted import (
    ExceptionView,
    ensure_request,
    exception_view,
    exceptions_now,
    held_exception,
)
from roadworthy.runtime.oversight.requesting import approved_commit, request_consent, require_may_ask
from roadworthy.runtime.trust.bearing import exceptions_known
from roadworthy.runtime.workspace import Workspace

MAX_GAP_DAYS = 90
"""Within so many days after its end, the same exception again is a renewal."""

_FIX = "see what an exception must satisfy in docs/how-to/except-a-rule.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionWish:
    """What somebody asks to be excepted from."""

    rules: tuple[str, ...]
    reason_code: ReasonCode
    justification: str
    expires_at: datetime
    versions: str | None = None
    """``FIRST..LAST``; None: not by versions."""

    component: str | None = None
    """Key of a component, at the digest that it has now; None: not by component."""

    compensating: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    starts_at: datetime | None = None
    """None: at once."""


def wish_of(
    *,
    rules: Sequence[str],
    reason_code: str,
    justification: str,
    expires_at: datetime,
    versions: str | None = None,
    component: str | None = None,
    compensating: Sequence[str] = (),
    risks: Sequence[str] = (),
) -> ExceptionWish:
    """Return what was typed as a wish.

    Raises:
        ConfigError: If the reason code is none of the list.
    """
    try:
        code = ReasonCode(reason_code.replace("-", "_"))
    except ValueError as error:
        known = ", ".join(code.value for code in ReasonCode)
        raise ConfigError(f"{reason_code!r} is no reason code", where="--reason-code", fix=f"give {known}") from error
    return ExceptionWish(
        rules=tuple(rules),
        reason_code=code,
        justification=justification,
        expires_at=expires_at,
        versions=versions,
        component=component,
        compensating=tuple(compensating),
        risks=tuple(risks),
    )


def request_exception(workspace: Workspace, wish: ExceptionWish) -> ExceptionView:
    """Ask that rules may go unmet, and ask people for their consent to that.

    Raises:
        NotPermittedError: If nobody known asks, or a service or agent does. Only the refusal is recorded.
        ConfigError: If it does not satisfy the terms, with everything that is wrong. Nothing is written.
        ConflictError: If it asks again for what is asked for, or holds, already.
    """
    governance = require_governance(workspace)
    person = acting_human(workspace, action="except")
    require_may_ask(workspace)
    bench, now = judge_candidate(workspace), workspace.clock.now()
    authors = _authors(workspace, bench, governance)
    try:
        exception = PolicyException(
            id=workspace.ids.new("exception"),
            system=bench.candidate.release.system,
            rules=wish.rules,
            scope=_scope(bench, wish),
            reason_code=wish.reason_code,
            justification=wish.justification.strip(),
            risks=tuple(sorted(set(wish.risks))),
            compensating=wish.compensating,
            tier=bench.policy.tier,
            requested_by=person.id,
            authors=authors.known,
            requested_at=now,
            starts_at=wish.starts_at or now,
            expires_at=wish.expires_at,
        )
    except ValueError as error:
        raise ConfigError(str(error), where="rw exception request", fix=_FIX) from error
    _require_terms(exception, bench=bench, governance=governance, renewed=None, now=now)
    _require_new(workspace, exception, governance=governance)
    return _record(workspace, exception, authors=authors)


def renew_exception(workspace: Workspace, reference: str, *, expires_at: datetime, review_note: str) -> ExceptionView:
    """Ask that an exception goes on. It is a new exception, to be looked at and approved like the first.

    Raises:
        NotFoundError: If there is no such exception.
        ConflictError: If it was renewed already, or was ended.
        ConfigError: If it does not satisfy the terms, or says nothing of what was looked at.
        NotPermittedError: As in `request_exception`.
    """
    governance = require_governance(workspace)
    person = acting_human(workspace, action="except")
    require_may_ask(workspace)
    before = held_exception(workspace, reference)
    if before.end is not None:
        raise ConflictError(
            f"{before.exception.id} was {before.end.end} by {before.end.by}",
            where=before.exception.id,
            fix="ask for a new one with `rw exception request`",
        )
    number = _renewal_number(workspace, before)
    bench, now = judge_candidate(workspace), workspace.clock.now()
    old, authors = before.exception, _authors(workspace, bench, governance)
    try:
        exception = replace(
            old,
            id=workspace.ids.new("exception"),
            tier=bench.policy.tier,
            requested_by=person.id,
            authors=authors.known,
            requested_at=now,
            starts_at=now,
            expires_at=expires_at,
            renews=old.id,
            renewal=old.renewal + 1,
            review_note=review_note.strip(),
        )
    except ValueError as error:
        raise ConfigError(
            str(error), where="rw exception renew", fix="say with --review-note what you looked at"
        ) from (error)
    _require_terms(exception, bench=bench, governance=governance, renewed=old, now=now)
    return _record(workspace, exception, authors=authors, claim=claim_of(old.id, number))


def answer_exception(
    workspace: Workspace,
    reference: str,
    *,
    approving: bool,
    role: str,
    key: Key,
    comment: str = "",
) -> ExceptionView:
    """Approve or reject an exception as who is acting, signed with their own key.

    Raises:
        NotFoundError: If there is no such exception.
        NotPermittedError: If who is acting may not. Only the refusal is recorded.
        ConflictError: If it is over, or nobody's consent was asked for.
        ConfigError: If the key or the role cannot be used.
    """
    held = held_exception(workspace, reference)
    state = exceptions_now(workspace, (held,))[0]
    if held.end is not None or state.state is ExceptionState.EXPIRED:
        raise ConflictError(
            f"{held.exception.id} is over: {state.reason}",
            where=held.exception.id,
            fix="ask for a new one, or renew it",
        )
    wanted = Answering(
        request=ensure_request(workspace, held).id,
        answer=Answer.APPROVE if approving else Answer.REJECT,
        role=role,
        comment=comment,
    )
    answer_request(workspace, wanted, key=key)
    return exception_view(workspace, held.exception.id)


def end_exception(workspace: Workspace, reference: str, *, end: str, reason: str) -> ExceptionView:
    """End an exception before its time. Decisions that ship on it are void from then on.

    Anybody who acts as a person of the governance file may end one: it only ever makes things stricter.

    Args:
        workspace: Whose.
        reference: Id of the exception.
        end: ``revoked``, or ``resolved`` where the rule is met now.
        reason: Why.

    Raises:
        NotFoundError: If there is no such exception.
        ConflictError: If it was ended already.
        ConfigError: If no reason is given.
        NotPermittedError: If nobody known acts.
    """
    held = held_exception(workspace, reference)
    person = acting_human(workspace, action="except", of=held.digest)
    if not reason.strip():
        raise ConfigError("an end needs a reason", where="--reason", fix="say in a sentence why")
    record = ExceptionEnd(
        id=workspace.ids.new("exception_end"),
        exception=held.exception.id,
        end="resolved" if end == "resolved" else "revoked",
        by=person.id,
        at=workspace.clock.now(),
        reason=reason.strip(),
    )
    workspace.exception_ends.add(record, claim=f"{held.exception.id}/end")
    return exception_view(workspace, held.exception.id)


def _require_terms(
    exception: PolicyException,
    *,
    bench: Bench,
    governance: Governance,
    renewed: PolicyException | None,
    now: datetime,
) -> None:
    rules = {rule.id: rule for rule in bench.policy.rules}
    problems = list(broken_terms(exception, rules=rules, governance=governance, renewed=renewed))
    problems += unapprovable(exception, rules=rules, governance=governance)
    if exception.expires_at <= now:
        problems.append("it would be over before it was asked for")
    results = {result.rule: result for result in bench.decision.results}
    errors = [r for r in exception.rules if r in results and results[r].outcome is RuleOutcome.ERROR]
    problems += [f"rule {rule} could not be evaluated: mend it, an error is never excepted" for rule in errors]
    if problems:
        raise ConfigError(
            f"the exception does not satisfy the terms: {problems[0]}",
            where="rw exception request",
            fix=_FIX,
            details=tuple(problems[1:]),
        )


def _require_new(workspace: Workspace, exception: PolicyException, *, governance: Governance) -> None:
    """Refuse the same again: what was approved once goes on by renewal, which is counted and reviewed."""
    for one in exceptions_now(workspace, exceptions_known(workspace)):
        other = one.held.exception
        same = other.scope == exception.scope and set(other.rules) & set(exception.rules)
        if not same or other.system != exception.system:
            continue
        if one.state in OPEN:
            raise ConflictError(
                f"{other.id} names {sorted(set(other.rules) & set(exception.rules))[0]} for the same scope and is "
                f"{one.state.value.replace('_', ' ')}",
                where=other.id,
                fix=f"see `rw exception show {other.id}`",
            )
        was_in_force = one.state is ExceptionState.EXPIRED and bool(one.approvers)
        recent = exception.requested_at - other.expires_at < timedelta(days=MAX_GAP_DAYS)
        if was_in_force and recent:
            raise ConflictError(
                f"{other.id} covered the same until {other.expires_at:%Y-%m-%d}: going on is a renewal, "
                f"of which there may be {governance.exceptions.max_renewals}",
                where=other.id,
                fix=f"rw exception renew {other.id} --expires … --review-note …",
            )


def _record(
    workspace: Workspace, exception: PolicyException, *, authors: Authors, claim: str | None = None
) -> ExceptionView:
    # Together or not at all: an exception that nobody is asked about could be neither answered nor asked for again.
    with workspace.ledger.transaction():
        digest = workspace.exceptions.add(exception, claim=claim)
        request_consent(
            workspace,
            payload=exception_payload(exception, digest),
            about=exception.id,
            authors=authors,
            reason=exception.justification,
        )
    return exception_view(workspace, exception.id)


def _authors(workspace: Workspace, bench: Bench, governance: Governance) -> Authors:
    since = approved_commit(workspace, governance, payload_of(bench.decision))
    return authors_of_release(workspace, governance, since=since)


def _renewal_number(workspace: Workspace, held: HeldException) -> int:
    """Return which renewal of an exception the next one is; one that is asked for or holds is renewed itself."""
    renewals = [one for one in exceptions_known(workspace) if one.exception.renews == held.exception.id]
    for one in exceptions_now(workspace, tuple(renewals)):
        if one.state in OPEN:
            raise ConflictError(
                f"{held.exception.id} was renewed already: {one.held.exception.id} is {one.state.value}",
                where=one.held.exception.id,
                fix=f"see `rw exception show {one.held.exception.id}`",
            )
    return len(renewals) + 1


def _scope(bench: Bench, wish: ExceptionWish) -> Scope:
    release = bench.candidate.release
    if wish.versions is not None and wish.component is not None:
        raise ConfigError(
            "an exception has one scope, and two are given",
            where="--versions and --component",
            fix="ask for two exceptions",
        )
    if wish.versions is not None:
        first, dots, last = wish.versions.partition("..")
        if not dots or not first.strip() or not last.strip():
            raise ConfigError(
                f"{wish.versions!r} is no range of versions",
                where="--versions",
                fix="write it like 2026.11.1..2026.11.9",
            )
        return VersionScope(system=release.system, first=first.strip(), last=last.strip())
    if wish.component is not None:
        found = next((part for part in release.components if part.key == wish.component), None)
        if found is None:
            raise NotFoundError(
                f"no component is called {wish.component!r}", where="--component", fix="see `rw freeze`"
            )
        return ComponentScope(component=found.key, digest=found.digest)
    return ReleaseScope(release=release.digest)
