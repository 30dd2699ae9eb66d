"""What an exception must satisfy: to be asked for, and again whenever something is decided on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches

from roadworthy.core.severity import RiskTier
from roadworthy.exceptions.model import PolicyException, VersionScope
from roadworthy.exceptions.scope import is_within
from roadworthy.exceptions.versions import version_order
from roadworthy.governance.model import ActorKind, ConsentKind, Governance
from roadworthy.policy.model import Rule

MAX_TEXT_CHARACTERS = 4000
"""Longest justification or note."""

MAX_RULES = 50
"""Most rules that one exception names: a policy is not waived by the list."""


def broken_dates(exception: PolicyException, governance: Governance) -> tuple[str, ...]:
    """Return what is wrong with the dates of ``exception``; an exception of which something is never counts."""
    problems = []
    if exception.starts_at < exception.requested_at:
        problems.append("it starts before it was asked for")
    allowed = governance.exceptions.max_days.get(exception.tier)
    if exception.tier is RiskTier.PROHIBITED or allowed is None:
        problems.append(f"nothing can be excepted in tier {exception.tier.value}")
    elif exception.expires_at - exception.starts_at > timedelta(days=allowed):
        lasts = (exception.expires_at - exception.starts_at) / timedelta(days=1)
        problems.append(f"it lasts {lasts:.1f} days; tier {exception.tier.value} allows {allowed}")
    return tuple(problems)


def broken_terms(
    exception: PolicyException,
    *,
    rules: Mapping[str, Rule],
    governance: Governance,
    renewed: PolicyException | None = None,
) -> tuple[str, ...]:
    """Return every way in which ``exception`` does not satisfy the terms, in sentences; empty where it does.

    Args:
        exception: What is asked for.
        rules: The rules in force, by id.
        governance: Whose terms.
        renewed: The exception that it goes on from; None where it renews none, or that one is not there.
    """
    return (
        *broken_dates(exception, governance),
        *_about_rules(exception, rules),
        *_about_compensation(exception, rules=rules, governance=governance),
        *_about_renewal(exception, governance=governance, renewed=renewed),
        *_about_consent(exception, governance),
        *_about_form(exception),
    )


def _about_rules(exception: PolicyException, rules: Mapping[str, Rule]) -> list[str]:
    problems = [_not_in_force("rule", rule, rules) for rule in exception.rules if rule not in rules]
    problems += [
        f"rule {rule} may be waived by nobody"
        for rule in exception.rules
        if rule in rules and not rules[rule].who_may_waive
    ]
    if len(exception.rules) > MAX_RULES:
        problems.append(f"it names {len(exception.rules)} rules; at most {MAX_RULES} go into one exception")
    return problems


def _about_compensation(exception: PolicyException, *, rules: Mapping[str, Rule], governance: Governance) -> list[str]:
    problems = [_not_in_force("compensating rule", one, rules) for one in exception.compensating if one not in rules]
    if exception.tier in governance.exceptions.compensated_tiers and not exception.compensating:
        problems.append(f"tier {exception.tier.value} asks for a compensating rule, and it names none")
    return problems


def _not_in_force(what: str, named: str, rules: Mapping[str, Rule]) -> str:
    near = get_close_matches(named, sorted(rules), n=3, cutoff=0.5)
    meant = f"; near it are {', '.join(near)}" if near else ""
    return f"{what} {named!r} is not in force: see the names of rules with `rw why`{meant}"


def _about_renewal(exception: PolicyException, *, governance: Governance, renewed: PolicyException | None) -> list[str]:
    if exception.renews is None:
        return []
    if renewed is None or renewed.id != exception.renews:
        return [f"it renews {exception.renews}, which is not there"]
    problems = []
    if exception.renewal != renewed.renewal + 1:
        problems.append(f"it says that it is renewal {exception.renewal}, and it is {renewed.renewal + 1}")
    if max(exception.renewal, renewed.renewal + 1) > governance.exceptions.max_renewals:
        problems.append(f"it was renewed as often as it may be ({governance.exceptions.max_renewals})")
    if not set(exception.rules) <= set(renewed.rules) or not is_within(exception.scope, renewed.scope):
        problems.append("it reaches further than the one that it renews; ask for a new one")
    if exception.requested_at < renewed.requested_at:
        problems.append("it was asked for before the one that it renews")
    return problems


def unapprovable(exception: PolicyException, *, rules: Mapping[str, Rule], governance: Governance) -> tuple[str, ...]:
    """Return which rules nobody could waive by approving ``exception``, in sentences: to be told before it is asked.

    An approver fills a seat of the quorum and holds a role in ``who_may_waive``, and is not who asks or wrote it.
    """
    consent = governance.consent_rule(ConsentKind.EXCEPTION, exception.tier)
    if consent is None:
        return ()
    seats = {seat.role for seat in consent.quorum}
    others = [
        set(person.roles)
        for person in governance.people
        if person.kind is ActorKind.HUMAN and person.id not in {exception.requested_by, *exception.authors}
    ]
    return tuple(
        f"rule {rule} may be waived by {' or '.join(sorted(rules[rule].who_may_waive))}, and of those who approve "
        f"exceptions ({', '.join(sorted(seats))}) nobody is that who neither asks for it nor wrote what it is about"
        for rule in exception.rules
        if rule in rules
        and rules[rule].who_may_waive
        and not any(roles & seats and roles & set(rules[rule].who_may_waive) for roles in others)
    )


def _about_consent(exception: PolicyException, governance: Governance) -> list[str]:
    if governance.consent_rule(ConsentKind.EXCEPTION, exception.tier) is not None:
        return []
    return [f"the governance file says of nobody that they approve exceptions in tier {exception.tier.value}"]


def _about_form(exception: PolicyException) -> list[str]:
    problems = []
    if max(len(exception.justification), len(exception.review_note)) > MAX_TEXT_CHARACTERS:
        problems.append(f"a justification or note has at most {MAX_TEXT_CHARACTERS} characters")
    scope = exception.scope
    if isinstance(scope, VersionScope):
        try:
            if version_order(scope.last) < version_order(scope.first):
                problems.append(f"its range of versions is empty: {scope.first} comes after {scope.last}")
        except ValueError as error:
            problems.append(str(error))
        if scope.system != exception.system:
            problems.append(f"its versions are of {scope.system!r}, and it is about {exception.system!r}")
    return problems
