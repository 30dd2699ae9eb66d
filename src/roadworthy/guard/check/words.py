"""Blocks that leave the user without help: categories that nobody has words for, languages that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roadworthy.core.severity import Severity
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.policy.model import Completion, GuardPolicy


def word_flaws(policy: GuardPolicy, *, served: Sequence[Completion]) -> Iterator[Flaw]:
    """Yield what is wrong with what users are told.

    Args:
        policy: As it was written.
        served: All that can be told: the policy's own texts and those that come with the package.
    """
    known = {one.category for one in served}
    asked = [
        *((("rules", number, "message"), f"rule {rule.id}", rule.message) for number, rule in enumerate(policy.rules)),
        *((("routes", n, "completion"), f"route {one.name}", one.completion) for n, one in enumerate(policy.routes)),
        *((("budgets", n, "completion"), f"budget {one.name}", one.completion) for n, one in enumerate(policy.budgets)),
    ]
    for place, subject, category in asked:
        if category and category not in known:
            yield Flaw(
                check="no-words",
                severity=Severity.BLOCK,
                place=place,
                subject=subject,
                said=f"nothing is said for {category!r}: users are told the words for `unknown`",
                fix=f"add completions of that category, or take one of {', '.join(sorted(known))}",
            )
    yield from _silent(policy)
    yield from _languages(policy, served=served)


def _silent(policy: GuardPolicy) -> Iterator[Flaw]:
    bare = [route.name for route in policy.routes if not route.completion]
    if not bare:
        return
    for number, rule in enumerate(policy.rules):
        if rule.action.stops and not rule.message and rule.mode == "enforce":
            yield Flaw(
                check="no-message",
                severity=Severity.WARN,
                place=("rules", number),
                subject=f"rule {rule.id}",
                said="it stops a request, and the user is told no more than that",
                fix="set `message`, or `completion` of each route",
            )


def _languages(policy: GuardPolicy, *, served: Sequence[Completion]) -> Iterator[Flaw]:
    if not policy.completions:
        return
    spoken = {_language(one.locale) for one in policy.completions} - {"*"}
    told: dict[str, set[str]] = {}
    for one in served:
        told.setdefault(one.category, set()).add(_language(one.locale))
    for number, one in enumerate(policy.completions):
        missing = sorted(spoken - told[one.category])
        if missing and "*" not in told[one.category]:
            yield Flaw(
                check="language-missing",
                severity=Severity.WARN,
                place=("completions", number),
                subject=f"completion {one.category}",
                said=f"the policy has texts in {missing[0]!r}, and none for this category",
                fix=f"add a completion for {one.category} in {', '.join(missing)}",
            )


def _language(locale: str) -> str:
    return locale.replace("_", "-").lower().split("-")[0]
