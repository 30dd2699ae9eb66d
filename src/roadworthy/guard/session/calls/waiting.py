"""Puts the question to a person whether an exact action may be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from roadworthy.core.digest import Digest
from roadworthy.guard.calls.policy import Approval
from roadworthy.guard.calls.ports import Asked, ShownArgument
from roadworthy.guard.event import Event
from roadworthy.guard.session.calls.showing import names_alone
from roadworthy.guard.verdict import Action, Verdict

_MAX_REASONS = 20


def question(
    said: Sequence[Verdict],
    event: Event,
    *,
    id: str,
    tool: str,
    action: Digest,
    approval: Approval | None,
    shown: Sequence[ShownArgument],
    more: int,
) -> Asked:
    """Return the question whether ``action`` may be done.

    Args:
        said: Verdicts on its call.
        event: With its call.
        id: Of the question.
        tool: That is called.
        action: As `action_digest` gives it.
        approval: Who may answer, of all grants of the tool together; None: they leave it to the user.
        shown: Its arguments as they may be seen.
        more: Further arguments that it has.
    """
    approval = Approval() if approval is None else approval
    escalations = [one for one in said if one.action is Action.ESCALATE]
    return Asked(
        id=id,
        action=action,
        tool=tool,
        tenant=event.principal.tenant,
        principal=event.principal.id,
        rule=escalations[0].rule,
        reasons=tuple(dict.fromkeys(one.reason for one in escalations))[:_MAX_REASONS],
        by=approval.by,
        distinct=approval.distinct,
        asked_at=event.at,
        expires_at=event.at + timedelta(seconds=approval.expires_s),
        arguments=tuple(shown) if approval.show == "values" else names_alone(shown),
        more_arguments=more,
    )
