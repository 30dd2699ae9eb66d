"""``rw attest``, ``pack``, ``verify``, ``report``, ``card``, ``list``, ``log``: evidence in and out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.core.errors import ConfigError

if TYPE_CHECKING:
    from roadworthy.core.evidence import Evidence
    from roadworthy.core.records import Stored
    from roadworthy.evidence.verification import Verification
    from roadworthy.runtime.attesting import Attestation
    from roadworthy.runtime.workspace import Workspace

Key = Annotated[Path | None, typer.Option("--key", help="With --independent: your private key, Ed25519 in PEM.")]
SshKey = Annotated[Path | None, typer.Option("--ssh-key", help="With --independent: your OpenSSH key.")]
Signer = Annotated[str | None, typer.Option("--signer", help="With --independent: command:PROGRAM, or NAME:WHAT.")]

log_app = typer.Typer(help="The hash-chained log of everything that was recorded.", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; the default names it for you.")]
Reference = Annotated[
    str | None,
    typer.Argument(help="Version or digest of a release, or id of a decision; the default is the last."),
]


class Noun(StrEnum):
    """What there is to list."""

    RELEASE = "release"
    ASSESSMENT = "assessment"
    EVIDENCE = "evidence"
    DECISION = "decision"


def attest(
    type: Annotated[str, typer.Argument(help="Evidence type that a rule asks for, e.g. document:runbook.")],
    statement: Annotated[str, typer.Option(help="What was done or seen, in a sentence.")],
    document: Annotated[Path | None, typer.Option(help="File that backs it; its digest is recorded.")] = None,
    author: Annotated[
        str | None, typer.Option(help="Who declares it; the default is ROADWORTHY_ACTOR or the account.")
    ] = None,
    about: Annotated[list[str] | None, typer.Option(help="Further component that it covers; repeatable.")] = None,
    refute: Annotated[bool, typer.Option("--refute", help="The finding speaks against the control.")] = False,
    observed_at: Annotated[str | None, typer.Option(help="When it was so, RFC 3339; the default is now.")] = None,
    independent: Annotated[
        bool,
        typer.Option(
            "--independent", help="You are no part of the team, and sign with your own key: --key or the like."
        ),
    ] = False,
    key: Key = None,
    ssh_key: SshKey = None,
    signer: Signer = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Declare that a document exists, a review was held or a drill was done, and sign it."""
    from roadworthy.runtime.attesting import Attestation

    workspace = workspace_at(root)
    wanted = Attestation(
        type=type,
        statement=statement,
        author=author or workspace.actor,
        document=document,
        about=tuple(about or ()),
        supports=not refute,
        observed_at=_moment(observed_at, flag="--observed-at"),
    )
    stored = _attested(workspace, wanted, independent=independent, key=key, ssh_key=ssh_key, signer=signer)
    if format is Format.JSON:
        output.result_json(stored.record)
    else:
        covered = ", ".join(subject.name for subject in stored.record.subjects)
        output.result(f"{stored.record.id}  {stored.record.type}  about {covered}")
        if independent:
            output.note("signed with your key as independent of the team")


def _attested(
    workspace: Workspace,
    wanted: Attestation,
    *,
    independent: bool,
    key: Path | None,
    ssh_key: Path | None,
    signer: str | None,
) -> Stored[Evidence]:
    from roadworthy.runtime.attesting import attest as record
    from roadworthy.runtime.oversight.reviewing import attest_independently
    from roadworthy.runtime.oversight.signing import KeyChoice

    if independent:
        choice = KeyChoice(key=key, ssh_key=ssh_key, signer=signer)
        return attest_independently(workspace, wanted, key=choice)
    if any((key, ssh_key, signer)):
        raise ConfigError(
            "a key of your own is for what is independent", where="--key", fix="add --independent, or leave the key out"
        )
    return record(workspace, wanted)


def pack(
    release: Reference = None,
    out: Out = None,
    root: Root = None,
) -> None:
    """Write one archive that anyone can verify offline: decision, evidence, journals without texts, documents."""
    from roadworthy.runtime.packing import write_pack

    path, size, key = write_pack(workspace_at(root), release, out)
    output.result(str(path))
    output.note(f"{size} bytes; verify it with: rw verify {path} --key {key}")


def verify(
    pack: Annotated[Path, typer.Argument(help="Archive, or the folder that it was unpacked to.")],
    key: Annotated[Path, typer.Option(help="Public key of the team, from a source that you trust.")],
    at: Annotated[
        str | None, typer.Option(help="Time at which it must be in force, RFC 3339; the default is now.")
    ] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="A signed checkpoint that you kept from before.")] = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Check a pack offline, from it and a public key alone. Exits 0 intact, 1 broken, 3 intact but not in force."""
    from roadworthy.runtime.verifying import verify_pack

    result = verify_pack(pack, key=key, at=_moment(at, flag="--at"), checkpoint=checkpoint)
    if format is Format.JSON:
        output.result_json({"intact": result.intact, "verification": result})
    else:
        for line in _verification(result):
            output.result(line)
    raise typer.Exit(1 if not result.intact else 0 if result.may_be_relied_on else 3)


def report(release: Reference = None, out: Out = None, root: Root = None) -> None:
    """Write the decision as one self-contained page: what was judged, the intervals, the evidence."""
    from roadworthy.runtime.rendering import write_report

    output.result(str(write_report(workspace_at(root), release, out)))


def card(release: Reference = None, out: Out = None, root: Root = None) -> None:
    """Write the system card: every measured claim cites its evidence, and none is made without."""
    from roadworthy.runtime.rendering import write_card

    output.result(str(write_card(workspace_at(root), release, out)))


def list_records(
    noun: Annotated[Noun, typer.Argument(help="What to list.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List what the store holds of one noun, oldest first."""
    from roadworthy.runtime.listing import rows_of

    rows = rows_of(workspace_at(root), noun.value)
    if format is Format.JSON:
        output.result_json(rows)
        return
    for row in rows:
        output.result("  ".join(row.values()))
    if not rows:
        output.note(f"no {noun.value} yet")


@log_app.command("verify")
def log_verify(
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(help="A signed checkpoint that was kept elsewhere, or a folder of them; repeatable."),
    ] = None,
    root: Root = None,
) -> None:
    """Check the chain, every record, index and signature, and kept checkpoints. Exits 0 whole, 1 broken."""
    from roadworthy.core.errors import VerificationError
    from roadworthy.runtime.log import verify_log

    try:
        size = verify_log(workspace_at(root), checkpoint)
    except VerificationError as error:
        output.note(str(error))
        raise typer.Exit(1) from error
    output.result(f"the log is whole: {size} entries")


@log_app.command("checkpoint")
def log_checkpoint(
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="File, or folder that keeps one after the other, out of reach of who runs the log.",
        ),
    ],
    root: Root = None,
) -> None:
    """Write a signed checkpoint: with it, cutting off or rebuilding the log is noticed later."""
    from roadworthy.runtime.log import write_checkpoint

    output.result(str(write_checkpoint(workspace_at(root), out)))


@log_app.command("move")
def log_move(
    to: Annotated[
        str,
        typer.Option("--to", help="Where to: postgresql://user@host/database, sqlite:///path or the path of a file."),
    ],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Copy the whole log with its records into an empty database of either engine, and check the copy.

    The log here stays as it is; nobody can write to it meanwhile. Exits 0 copied, 1 the log is not whole, 2 the
    target holds a log already.
    """
    from roadworthy.core.errors import VerificationError
    from roadworthy.runtime.log import move_log

    try:
        moved = move_log(workspace_at(root), to)
    except VerificationError as error:
        output.note(str(error))
        raise typer.Exit(1) from error
    if format is Format.JSON:
        output.result_json(moved)
    else:
        output.result(f"copied and checked: {moved.entries} entries from {moved.source} to {moved.target}")
    output.note(
        "from now on set ROADWORTHY_DATABASE to the new place for everybody who writes: "
        "two logs that go on side by side are two different logs"
    )


def _verification(result: Verification) -> list[str]:
    marks = {"ok": ("✓", "green"), "failed": ("✗", "red"), "not_checked": ("–", "dim")}
    lines = []
    for check in result.checks:
        mark, style = marks[check.status.value]
        detail = f": {check.detail}" if check.detail else ""
        where = f"  [{check.where}]" if check.where else ""
        lines.append(f"  {output.coloured(mark, style)} {check.what}{detail}{where}")
    first = result.first_failure
    if first is not None:
        return [*lines, "", f"BROKEN  {first.where or first.name}: {first.detail}"]
    until = f" until {result.valid_until:%Y-%m-%d %H:%M} UTC" if result.valid_until else ""
    verdict = result.verdict.value.replace("_", " ") if result.verdict else "unknown"
    state = {"in_force": f"in force{until}", "expired": f"no longer in force, it held{until}"}.get(
        result.force.value, result.force.value.replace("_", " ")
    )
    return [*lines, "", f"INTACT  decision {result.decision}: {verdict}; {state}"]


def _moment(text: str | None, *, flag: str) -> datetime | None:
    from roadworthy.core.clock import parse_rfc3339

    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise ConfigError(str(error), where=flag, fix="write it like 2026-01-02T03:04:05Z") from error
