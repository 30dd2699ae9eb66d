"""``rw exception``: ask that a rule may go unmet, approve that, renew it, end it, and see how all of them stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.cli.oversight.moment import moment_of

if TYPE_CHECKING:
    from roadworthy.runtime.oversight.excepted import ExceptionView
    from roadworthy.runtime.workspace import Workspace

app = typer.Typer(
    help="Let a release ship although some rule does not hold: approved by people, compensated, and until a day.",
    no_args_is_help=True,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the exception, from `rw exception list`.")]
Role = Annotated[str, typer.Option("--role", help="In which role you answer, one that governance.yaml gives you.")]
Key = Annotated[Path | None, typer.Option("--key", help="Your own Ed25519 private key in PEM.")]
SshKey = Annotated[
    Path | None, typer.Option("--ssh-key", help="Your OpenSSH key: the private file, or the .pub of one in an agent.")
]
Signer = Annotated[
    str | None, typer.Option("--signer", help="Another way to sign, e.g. 'command:PROGRAM' for a key service.")
]
Comment = Annotated[str, typer.Option("--comment", help="What you want to add for the record.")]
Expires = Annotated[
    str, typer.Option("--expires", metavar="TIME", help="When it ends: YYYY-MM-DD (end of that day, UTC) or RFC 3339.")
]


@app.command("request")
def request(
    rules: Annotated[list[str], typer.Argument(metavar="RULE…", help="Rules that may go unmet, from `rw why`.")],
    reason_code: Annotated[
        str,
        typer.Option(
            "--reason-code",
            help="false_positive, compensated, not_yet_feasible, vendor_limitation, test_unavailable, emergency_fix, "
            "legacy or risk_accepted.",
        ),
    ],
    justification: Annotated[str, typer.Option("--justification", help="Why the rule cannot be met now.")],
    expires: Expires,
    release: Annotated[bool, typer.Option("--release", help="Only this release as it is now (the default).")] = False,
    versions: Annotated[str | None, typer.Option("--versions", metavar="A..B", help="Releases A to B.")] = None,
    component: Annotated[
        str | None, typer.Option("--component", metavar="KEY", help="Releases with this component as it is now.")
    ] = None,
    compensate: Annotated[
        list[str] | None,
        typer.Option("--compensate", metavar="RULE", help="Rule that must hold meanwhile; repeatable."),
    ] = None,
    risk: Annotated[list[str] | None, typer.Option("--risk", help="Risk that is accepted with it; repeatable.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask for an exception. It lets nothing through before people approved it."""
    from roadworthy.core.errors import ConfigError
    from roadworthy.runtime.oversight.excepting import request_exception, wish_of

    if release and (versions or component):
        raise ConfigError(
            "two scopes are given", where="--release", fix="give one of --release, --versions, --component"
        )
    wish = wish_of(
        rules=rules,
        reason_code=reason_code,
        justification=justification,
        expires_at=moment_of(expires, flag="--expires"),
        versions=versions,
        component=component,
        compensating=compensate or (),
        risks=risk or (),
    )
    view = request_exception(workspace_at(root), wish)
    _show(view, format)
    output.note(f"next: somebody who may approve it runs `rw exception approve {view.exception.id} --role … --key …`")


@app.command("approve")
def approve(
    id: Id,
    role: Role,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    comment: Comment = "",
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Approve an exception, signed with your own key. Not your own request, nor what you wrote."""
    _answer(root, id, approving=True, role=role, keys=(key, ssh_key, signer), comment=comment, format=format)


@app.command("reject")
def reject(
    id: Id,
    role: Role,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    comment: Comment = "",
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say no to an exception, signed with your own key."""
    _answer(root, id, approving=False, role=role, keys=(key, ssh_key, signer), comment=comment, format=format)


@app.command("renew")
def renew(
    id: Id,
    expires: Expires,
    review_note: Annotated[str, typer.Option("--review-note", help="What was looked at, and why it is still needed.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask that an exception goes on. A renewal is approved like the first, and there may only be so many."""
    from roadworthy.runtime.oversight.excepting import renew_exception

    until = moment_of(expires, flag="--expires")
    _show(renew_exception(workspace_at(root), id, expires_at=until, review_note=review_note), format)


@app.command("revoke")
def revoke(
    id: Id,
    reason: Annotated[str, typer.Option("--reason", help="Why it may not go on.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """End an exception now. Decisions that ship on it are void at once."""
    from roadworthy.runtime.oversight.excepting import end_exception

    _show(end_exception(workspace_at(root), id, end="revoked", reason=reason), format)


@app.command("resolve")
def resolve(
    id: Id,
    reason: Annotated[str, typer.Option("--reason", help="How the rule is met now.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """End an exception because its rules are met now and need none."""
    from roadworthy.runtime.oversight.excepting import end_exception

    _show(end_exception(workspace_at(root), id, end="resolved", reason=reason), format)


@app.command("list")
def list_all(
    expiring: Annotated[bool, typer.Option("--expiring", help="Only those that hold now and end soon.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List exceptions, the first to end first."""
    from roadworthy.cli.oversight.exception_text import list_lines
    from roadworthy.runtime.oversight.excepted import list_exceptions

    views = list_exceptions(workspace_at(root), expiring=expiring, everything=everything)
    if format is Format.JSON:
        output.result_json(views)
        return
    for line in list_lines(views):
        output.result(line)
    if not views:
        output.note(
            "no exception" + (" ends soon" if expiring else "" if everything else " is open; --all shows others")
        )


@app.command("show")
def show(id: Id, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Show one exception: what it lets through, who asked and approved, until when, and what rests on it."""
    from roadworthy.runtime.oversight.excepted import exception_view

    _show(exception_view(workspace_at(root), id), format)


@app.command("reasons")
def reasons(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Say what all exceptions say together: why, from which rules, how old, how often renewed."""
    from roadworthy.cli.oversight.exception_text import distribution_lines
    from roadworthy.runtime.oversight.excepted import exception_reasons

    found = exception_reasons(workspace_at(root))
    if format is Format.JSON:
        output.result_json(found)
        return
    for line in distribution_lines(found):
        output.result(line)


def _answer(
    root: Path | None,
    id: str,
    *,
    approving: bool,
    role: str,
    keys: tuple[Path | None, Path | None, str | None],
    comment: str,
    format: Format,
) -> None:
    from roadworthy.runtime.oversight.excepting import answer_exception
    from roadworthy.runtime.oversight.signing import KeyChoice

    workspace: Workspace = workspace_at(root)
    choice = KeyChoice(key=keys[0], ssh_key=keys[1], signer=keys[2])
    _show(answer_exception(workspace, id, approving=approving, role=role, comment=comment, key=choice), format)


def _show(view: ExceptionView, format: Format) -> None:
    from roadworthy.cli.oversight.exception_text import view_lines

    if format is Format.JSON:
        output.result_json(view)
        return
    for line in view_lines(view):
        output.result(line)
