"""``rw policy export-rego`` and ``ask-opa``: the policy for Open Policy Agent, and its answer beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.core.severity import RiskTier

if TYPE_CHECKING:
    from roadworthy.policy.rego.model import RegoExport
    from roadworthy.runtime.consulting import Comparison


def export_rego(
    packs: Annotated[
        list[str] | None, typer.Argument(help="Packs, by name or folder; the default is the manifest's.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the modules and their tests.")] = None,
    bundle: Annotated[Path | None, typer.Option("--bundle", help="File for a bundle, such as policy.tar.gz.")] = None,
    tier: Annotated[
        RiskTier | None, typer.Option(help="Tier of the systems; needed with PACKS, else the assessment's.")
    ] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Write the policy as Rego, with tests, for Open Policy Agent: what is not stated is missing, never a pass."""
    from roadworthy.runtime.policy.exporting import write_bundle, write_folder

    if out is None and bundle is None:
        raise typer.BadParameter("say where to: --out FOLDER, --bundle FILE, or both")
    export = _exported(packs or [], tier, root)
    if out is not None:
        write_folder(export, out)
    if bundle is not None:
        write_bundle(export, bundle)
    _show_export(export, format)


def ask_opa(
    url: Annotated[str | None, typer.Option("--url", help="Where the server listens, e.g. https://opa:8181.")] = None,
    path: Annotated[str, typer.Option("--path", help="Document to ask for, below /v1/data/.")] = "roadworthy/decision",
    token_env: Annotated[
        str | None, typer.Option("--token-env", help="Environment variable that holds a bearer token.")
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Longest wait, in seconds.")] = 10.0,
    plain_http: Annotated[bool, typer.Option("--plain-http", help="Allow http to another machine.")] = False,
    print_input: Annotated[
        bool, typer.Option("--print-input", help="Print what would be sent, and ask nobody.")
    ] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Ask an Open Policy Agent about this release, and show where it differs from our gate.

    Exit code 0: both allow. 1: both deny. 3: they differ, or the server has no answer.
    """
    from roadworthy.runtime.consulting import ask_opa as ask
    from roadworthy.runtime.consulting import opa_input, server_at
    from roadworthy.runtime.gating import judge_candidate

    if url is None and not print_input:
        raise typer.BadParameter("say where the server listens: --url https://host:8181")
    server = server_at(url, path=path, token_env=token_env, timeout_s=timeout, plain_http=plain_http) if url else None
    bench = judge_candidate(workspace_at(root))
    if print_input or server is None:
        output.result_json({"input": opa_input(bench)})
        return
    found = ask(bench, server)
    _show_comparison(found, format)
    raise typer.Exit(found.exit_code)


def _exported(packs: list[str], tier: RiskTier | None, root: Path | None) -> RegoExport:
    from roadworthy.runtime.policy.exporting import export_named, export_workspace

    if not packs:
        return export_workspace(workspace_at(root), tier=tier)
    if tier is None:
        raise typer.BadParameter("name the tier of the systems: --tier high")
    return export_named(packs, tier=tier, root=root or Path())


def _show_export(export: RegoExport, format: Format) -> None:
    if format is Format.JSON:
        found = {
            "policy": export.policy,
            "files": [file.path for file in export.files],
            "decided": export.decided,
            "obligations": export.obligations,
            "tests": export.tests,
        }
        output.result_json(found)
        return
    for file in export.files:
        output.result(file.path)
    output.note(
        f"{len(export.decided)} rules decided from facts, {len(export.obligations)} asked of our gate's summary, "
        f"{export.tests} tests; ask for /v1/data/roadworthy/decision"
    )


def _show_comparison(found: Comparison, format: Format) -> None:
    if format is Format.JSON:
        output.result_json(found)
        return
    output.result(f"OPA: {found.answer}   ours: {found.ours.value}")
    if found.reason:
        output.result(f"  {found.reason}")
    for difference in found.differences:
        output.result(f"  {difference.what}: ours {difference.ours}, theirs {difference.theirs}")
    for warning in found.warnings:
        output.note(f"the server warns: {warning}")
    if found.decision_id:
        output.note(f"decision {found.decision_id}")
