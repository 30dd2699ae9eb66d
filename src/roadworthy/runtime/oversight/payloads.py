"""What a request is about, as it is now: read again each time, so that nobody signs what they did not look at."""

from __future__ import annotations

from roadworthy.approvals.model import ApprovalRequest
from roadworthy.approvals.payload import changed_names
from roadworthy.core.errors import ConflictError
from roadworthy.exceptions.standing import exception_payload
from roadworthy.gates.oversight.consenting import exception_approvers, payload_of
from roadworthy.governance.model import ConsentKind
from roadworthy.runtime.gating import judge_candidate
from roadworthy.runtime.workspace import Workspace


def require_unchanged(workspace: Workspace, request: ApprovalRequest) -> tuple[str, ...]:
    """Require that what ``request`` is about is still what was asked for.

    A release is judged again from the working tree. An exception's payload is that of its record, which never
    changes. Of other kinds the record that they bind is what they are about.

    Returns:
        Ids of those who approved an exception that the release ships on now; empty for other kinds.

    Raises:
        ConflictError: If something of it is another one now. Nothing was written.
        NotFoundError: If what it is about is gone.
    """
    approvers: tuple[str, ...] = ()
    match request.payload.kind:
        case ConsentKind.RELEASE:
            decision = judge_candidate(workspace).decision
            now, approvers = payload_of(decision), exception_approvers(decision.exceptions)
        case ConsentKind.EXCEPTION:
            stored = workspace.exceptions.get(request.about)
            now = exception_payload(stored.record, stored.digest)
        case _:
            now = request.payload
    changed = changed_names(request.payload, now)
    if changed:
        raise ConflictError(
            f"since {request.id} was asked for, {', '.join(changed)} changed",
            where=request.about,
            fix="see what with `rw approval show`, and have consent asked for again with `rw approval request`",
        )
    return approvers
