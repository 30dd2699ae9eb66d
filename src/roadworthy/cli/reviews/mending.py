"""``rw finding triage … reopen``: one step of a finding each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.cli.reviews.steps import Reason, SeenNumber
from roadworthy.core.severity import Severity
from roadworthy.findings.model import Likelihood

if TYPE_CHECKING:
    from roadworthy.findings.model import FindingStep

FindingId = Annotated[str, typer.Argument(metavar="FINDING", help="Id or fingerprint of the finding.")]


def _taken(root: Path | None, finding: str, step: FindingStep, format: Format, *, seen: int | None = None) -> None:
    from roadworthy.cli.reviews.finding_text import say_finding
    from roadworthy.runtime.findings.moving import take

    say_finding(take(workspace_at(root), finding, step, seen=seen), format)


def triage(
    finding: FindingId,
    severity: Annotated[Severity, typer.Option(help="How bad it is.")],
    likelihood: Annotated[Likelihood, typer.Option(help="How often it is to be expected.")],
    reason: Reason,
    seen: SeenNumber = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say how bad it is. The time to mend it goes by that."""
    from roadworthy.findings.model import FindingTriaged
    from roadworthy.runtime.findings.stepping import made

    step = made(FindingTriaged, severity=severity, likelihood=likelihood, reason=reason)
    _taken(root, finding, step, format, seen=seen)


def confirm(finding: FindingId, reason: Reason, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Say that it is so."""
    from roadworthy.findings.model import Confirmed
    from roadworthy.runtime.findings.stepping import made

    _taken(root, finding, made(Confirmed, reason=reason), format)


def dismiss(
    finding: FindingId,
    reason: Reason,
    seen: SeenNumber = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say that it is not so, or no fault. Neither who reported it nor who has to mend it may."""
    from roadworthy.findings.model import Dismissed
    from roadworthy.runtime.findings.stepping import made

    _taken(root, finding, made(Dismissed, reason=reason), format, seen=seen)


def assign(
    finding: FindingId,
    owner: Annotated[str, typer.Option(help="Id of who mends it.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say who mends it."""
    from roadworthy.findings.model import OwnerAssigned

    _taken(root, finding, OwnerAssigned(owner=owner), format)


def start(
    finding: FindingId,
    note: Annotated[str, typer.Option(help="What you are going to do.")] = "",
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Begin to mend it."""
    from roadworthy.findings.model import RemediationStarted
    from roadworthy.runtime.findings.stepping import made

    _taken(root, finding, made(RemediationStarted, note=note), format)


def fix(
    finding: FindingId,
    release: Annotated[str, typer.Option(help="The release that has it no more, by version or digest.")],
    reason: Annotated[str, typer.Option(help="What you changed.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say that a release has it no more. It counts as open until somebody else has verified that."""
    from roadworthy.cli.reviews.finding_text import say_finding
    from roadworthy.runtime.findings.stepping import fix

    say_finding(fix(workspace_at(root), finding, release=release, reason=reason), format)


def verify(
    finding: FindingId,
    evidence: Annotated[str, typer.Option(help="Id of evidence about the release that shows it.")],
    reason: Reason,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say, with evidence observed since, that the fix holds. Who mended it, or had to, may not.

    Where the finding names a sample, that sample must have passed. A recall of the evidence opens the finding again.
    """
    from roadworthy.findings.model import Verified
    from roadworthy.runtime.findings.stepping import made

    _taken(root, finding, made(Verified, evidence=evidence, reason=reason), format)


def close(
    finding: FindingId,
    test: Annotated[str | None, typer.Option(help="TASK/SAMPLE that fails if it comes back.")] = None,
    no_test: Annotated[
        str | None,
        typer.Option("--no-test", help="Why there can be no such test; signed by somebody who did not mend it."),
    ] = None,
    key: Annotated[Path | None, typer.Option(help="With --no-test: your Ed25519 private key in PEM.")] = None,
    ssh_key: Annotated[Path | None, typer.Option(help="With --no-test: your OpenSSH key instead.")] = None,
    signer: Annotated[str | None, typer.Option(help="With --no-test: command:… that signs instead.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Close it, with a test that keeps it mended, or a signed reason of somebody else why there can be none."""
    from roadworthy.cli.reviews.finding_text import say_finding
    from roadworthy.runtime.findings.stepping import close
    from roadworthy.runtime.oversight.signing import KeyChoice

    signing = KeyChoice(key=key, ssh_key=ssh_key, signer=signer)
    say_finding(close(workspace_at(root), finding, test=test, no_test=no_test, signing=signing), format)


def accept(
    finding: FindingId,
    exception: Annotated[str, typer.Option(help="Id of an exception that counts now (`rw exception list`).")],
    reason: Reason,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Let it stay for as long as an exception counts. When that ends, it is open again.

    The exception must reach everything that has the finding, and the newest decision on a release that it is about must
    have found what compensates it to hold (`rw gate`).
    """
    from roadworthy.findings.model import RiskAccepted
    from roadworthy.runtime.findings.stepping import made

    _taken(root, finding, made(RiskAccepted, exception=exception, reason=reason), format)


def reopen(finding: FindingId, reason: Reason, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Open one again that was done with. Its clock starts anew."""
    from roadworthy.findings.model import FindingReopened
    from roadworthy.runtime.findings.stepping import made

    _taken(root, finding, made(FindingReopened, reason=reason), format)
