"""``rw approval``: ask people for consent, and answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.oversight.approving import Answering
    from roadworthy.runtime.oversight.signing import KeyChoice

app = typer.Typer(help="People's consent, bound to exactly what they looked at.", no_args_is_help=True)

RequestId = Annotated[str, typer.Argument(metavar="ID", help="Id of the request, or what it is about.")]
Role = Annotated[str, typer.Option(help="Role in which you answer, e.g. release_manager.")]
Key = Annotated[Path | None, typer.Option("--key", help="Your private key: Ed25519 in PEM.")]
SshKey = Annotated[
    Path | None,
    typer.Option("--ssh-key", help="Your OpenSSH key; give FILE.pub where an agent or a hardware key holds it."),
]
Signer = Annotated[
    str | None,
    typer.Option("--signer", help="command:PROGRAM, or the name of an installed signer and what it takes."),
]
Until = Annotated[
    str | None,
    typer.Option("--until", help="When your approval ends: a day or an RFC 3339 time; no later than allowed."),
]
Since = Annotated[
    str | None, typer.Option("--from", help="When it starts: a day or an RFC 3339 time; the default is now.")
]
Comment = Annotated[str, typer.Option(help="Why, in a sentence. It is stored with your answer.")]
Delegated = Annotated[str | None, typer.Option("--delegation", help="Id of the delegation that lends you the role.")]


@app.command()
def request(
    reason: Annotated[str, typer.Option(help="Why it is asked for now.")] = "",
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask for consent to the release in the making, exactly as it is now."""
    from roadworthy.cli.oversight.approval_text import request_lines
    from roadworthy.runtime.oversight.requesting import request_release

    asked = request_release(workspace_at(root), reason=reason)
    if format is Format.JSON:
        output.result_json({"request": asked.request, "verdict": asked.bench.decision.verdict})
        return
    for line in request_lines(asked):
        output.result(line)
    output.note(f"next: those who may answer run `rw approval approve {asked.request.id} --role … --key …`")


@app.command("list")
def list_requests(
    everything: Annotated[bool, typer.Option("--all", help="Also requests that were asked again later.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List requests: first what waits for you, then what waits for others."""
    from roadworthy.cli.oversight.approval_text import waiting_line
    from roadworthy.runtime.oversight.showing import waiting

    rows = waiting(workspace_at(root), older_too=everything)
    if format is Format.JSON:
        output.result_json(rows)
        return
    for row in rows:
        output.result(waiting_line(row))
    if not rows:
        output.note("nobody asked for consent yet; ask with `rw approval request`")


@app.command()
def show(request_id: RequestId, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Show what a request binds, how it stands, and what changed since it was asked for."""
    from roadworthy.cli.oversight.approval_text import shown_lines
    from roadworthy.runtime.oversight.showing import show as look

    shown = look(workspace_at(root), request_id)
    if format is Format.JSON:
        output.result_json(shown)
        return
    for line in shown_lines(shown):
        output.result(line)


@app.command()
def approve(
    request_id: RequestId,
    role: Role,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(help='"TEXT; due 2026-12-24", and "; rule ID" where a rule shows it; repeatable.'),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="When your approval ends: a day or an RFC 3339 time; at most what the rule lets.")
    ] = None,
    comment: Comment = "",
    delegation: Delegated = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Approve, with your own key. Whatever changes afterwards in what you looked at makes it void."""
    from roadworthy.approvals.model import Answer
    from roadworthy.cli.oversight.moment import moment_of
    from roadworthy.runtime.oversight.approving import Answering
    from roadworthy.runtime.oversight.stating import condition_of

    conditions = tuple(condition_of(text) for text in condition or ())
    wanted = Answering(
        request=request_id,
        answer=Answer.APPROVE_WITH_CONDITIONS if conditions else Answer.APPROVE,
        role=role,
        conditions=conditions,
        comment=comment,
        until=None if until is None else moment_of(until, flag="--until"),
        delegation=delegation,
    )
    _answer(wanted, _choice(key, ssh_key, signer), root=root, format=format)


@app.command()
def reject(
    request_id: RequestId,
    role: Role,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    comment: Comment = "",
    delegation: Delegated = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say no. One no of somebody who may approve is enough."""
    from roadworthy.approvals.model import Answer
    from roadworthy.runtime.oversight.approving import Answering

    wanted = Answering(request=request_id, answer=Answer.REJECT, role=role, comment=comment, delegation=delegation)
    _answer(wanted, _choice(key, ssh_key, signer), root=root, format=format)


@app.command()
def abstain(
    request_id: RequestId,
    role: Role,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    comment: Comment = "",
    delegation: Delegated = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say that you say neither yes nor no. Your seat stays empty."""
    from roadworthy.approvals.model import Answer
    from roadworthy.runtime.oversight.approving import Answering

    wanted = Answering(request=request_id, answer=Answer.ABSTAIN, role=role, comment=comment, delegation=delegation)
    _answer(wanted, _choice(key, ssh_key, signer), root=root, format=format)


@app.command()
def withdraw(
    reference: Annotated[str, typer.Argument(metavar="ID", help="Of your request, approval or delegation.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Take back a request, an approval or a delegation of yours."""
    from roadworthy.runtime.oversight.amending import withdraw as take_back

    choice = _choice(key, ssh_key, signer) if any((key, ssh_key, signer)) else None
    stored = take_back(workspace_at(root), reference, reason=reason, key=choice)
    _print(stored.record, f"{stored.record.id}  {stored.record.of} is taken back", format=format)


@app.command()
def delegate(
    role: Annotated[str, typer.Argument(help="Role of yours that you lend.")],
    to: Annotated[str, typer.Option(help="Id of the person who gets it.")],
    until: Annotated[str, typer.Option(help="When it ends: a day (its end, UTC) or an RFC 3339 time.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    kind: Annotated[list[str] | None, typer.Option(help="Kind of consent that it covers; repeatable.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="When it starts: a day or an RFC 3339 time; the default is now.")
    ] = None,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Lend a role of yours to somebody else for a while, with your own key. They cannot lend it on."""
    from roadworthy.cli.oversight.moment import moment_of, start_of
    from roadworthy.runtime.oversight.amending import Lending
    from roadworthy.runtime.oversight.amending import delegate as lend
    from roadworthy.runtime.oversight.stating import kinds_of

    workspace = workspace_at(root)
    wanted = Lending(
        borrower=to,
        role=role,
        kinds=kinds_of(kind or ["release"]),
        starts_at=start_of(since, flag="--from") or workspace.clock.now(),
        ends_at=moment_of(until, flag="--until"),
        reason=reason,
    )
    record = lend(workspace, wanted, key=_choice(key, ssh_key, signer)).record
    _print(
        record,
        f"{record.id}  {record.borrower} is {record.role} until {record.ends_at:%Y-%m-%d %H:%M} UTC",
        format=format,
    )


@app.command()
def met(
    approval: Annotated[str, typer.Argument(metavar="ID", help="Of the approval whose condition it is.")],
    note: Annotated[str, typer.Option(help="What shows that it is met.")],
    condition: Annotated[int, typer.Option(help="Which of its conditions, from 1.")] = 1,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say, with your own key, that a condition of an approval is met."""
    from roadworthy.runtime.oversight.amending import meet

    choice = _choice(key, ssh_key, signer)
    record = meet(workspace_at(root), approval, condition=condition - 1, note=note, key=choice).record
    _print(record, f"{record.id}  condition {condition} of {record.approval} is met", format=format)


def _choice(key: Path | None, ssh_key: Path | None, signer: str | None) -> KeyChoice:
    from roadworthy.runtime.oversight.signing import KeyChoice

    return KeyChoice(key=key, ssh_key=ssh_key, signer=signer)


def _answer(wanted: Answering, choice: KeyChoice, *, root: Path | None, format: Format) -> None:
    from roadworthy.runtime.oversight.approving import answer_request

    record = answer_request(workspace_at(root), wanted, key=choice).record
    said = record.answer.value.replace("_", " ")
    ends = f" until {record.valid_until:%Y-%m-%d %H:%M} UTC" if record.answer.value.startswith("approve") else ""
    _print(record, f"{record.id}  {record.approver} as {record.role}: {said}{ends}", format=format)


def _print(record: object, line: str, *, format: Format) -> None:
    if format is Format.JSON:
        output.result_json(record)
    else:
        output.result(line)
