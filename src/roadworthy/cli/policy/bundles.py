"""``rw policy review``, ``bundle``, ``verify``, ``publish``, ``versions``, ``install``, ``installed``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at, workspace_or_none
from roadworthy.cli.output import Format

Beside = Annotated[
    list[str] | None,
    typer.Option("--with", help="A pack whose rules it tightens, where that is no shipped one. May be repeated."),
]
Registry = Annotated[Path, typer.Option("--from", metavar="DIR", help="The registry folder.")]
Into = Annotated[
    Path | None, typer.Option(help="Folder of installed packs; the default is packs/ beside the manifest.")
]


def review(
    pack: Annotated[str, typer.Argument(help="Folder of the pack that you read.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Your name: a person's, not a service's.")],
    beside: Beside = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say that a person reviewed a proposed pack, so that it may bind. Its cases must pass."""
    from roadworthy.runtime.policy.reviewing import review_pack

    reviewed = review_pack(pack, by=by, root=_root(root), beside=beside or ())
    if format is Format.JSON:
        output.result_json(reviewed)
    else:
        output.result(f"{reviewed.name} {reviewed.version} is reviewed by {reviewed.by}  ({reviewed.path})")


def bundle(
    pack: Annotated[str, typer.Argument(help="Folder of a pack, or a shipped pack's name.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The archive; default NAME-VERSION.rwpolicy.")] = None,
    beside: Beside = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Write a pack as one signed archive, once its cases pass and cover every rule. Signs with this system's key."""
    from roadworthy.runtime.policy.bundling import bundle_pack

    workspace = workspace_at(root)
    made = bundle_pack(pack, root=workspace.root, signer=workspace.signer, out=out, beside=beside or ())
    if format is Format.JSON:
        output.result_json(made)
        return
    output.result(f"{made.path}  {made.name} {made.version}, {made.num_files} files")
    output.result(f"  archive {made.archive}")
    output.result(f"  signed by key {made.key_id}")


def verify(
    archive: Annotated[Path, typer.Argument(help="A .rwpolicy archive.")],
    key: Annotated[Path | None, typer.Option(help="Public key of its maker, from a source that you trust.")] = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Check a signed pack: that it is whole, loads, and is what its maker signed.

    Exits 0 when the given key signed it, and 3 when no key is given or anything does not hold.
    """
    from roadworthy.runtime.policy.bundling import verify_archive

    found = verify_archive(archive, key=key)
    if format is Format.JSON:
        output.result_json(found)
    else:
        output.result(f"{found.name} {found.version}, {found.num_files} files, pack {found.pack}")
        signed = "signed by" if found.is_verified else "names, unchecked,"
        output.result(f"  {signed} key {found.key_id}")
    if not found.is_verified:
        output.note("whole, but nobody checked who made it: give --key")
    raise typer.Exit(0 if found.is_verified else 3)


def publish(
    archive: Annotated[Path, typer.Argument(help="A .rwpolicy archive.")],
    to: Annotated[Path, typer.Option(metavar="DIR", help="The registry folder; made where there is none.")],
    format: AsFormat = Format.TEXT,
) -> None:
    """Add a signed pack to a folder of versions. A version that is there never changes."""
    from roadworthy.runtime.policy.installing import publish_archive

    done = publish_archive(archive, to=to)
    if format is Format.JSON:
        output.result_json(done)
    else:
        word = "published" if done.is_new else "already published"
        output.result(f"{word}: {done.name} {done.version}  ({done.path})")


def versions(
    name: Annotated[str, typer.Argument(help="Name of a pack.")],
    registry: Registry,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the versions of a pack in a registry folder, oldest first."""
    from roadworthy.runtime.policy.installing import published_versions

    found = published_versions(name, registry=registry)
    if format is Format.JSON:
        output.result_json({"name": name, "versions": found})
    else:
        output.result("\n".join(found))


def install(
    name: Annotated[str, typer.Argument(metavar="NAME[@VERSION]", help="The pack; without a version, the latest.")],
    registry: Registry,
    key: Annotated[Path, typer.Option(help="Public key that must have signed it, from a source that you trust.")],
    into: Into = None,
    downgrade: Annotated[bool, typer.Option("--downgrade", help="Let an older version take its place.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Verify a signed pack and put it where a manifest can name it."""
    from roadworthy.runtime.policy.installing import install as install_pack

    done = install_pack(name, registry=registry, key=key, into=_into(into, root), downgrade=downgrade)
    if format is Format.JSON:
        output.result_json(done)
        return
    before = f", before it {done.before}" if done.before else ""
    output.result(f"installed: {done.name} {done.version}{before}  ({done.path})")
    if done.key_before not in (None, done.key_id):
        output.note(f"another key signed it than {done.before}: {done.key_id}, before {done.key_before}")
    output.note("name its folder under `policy: packs:` in roadworthy.yaml to be bound by it")


def installed(into: Into = None, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """List installed packs, each checked against its signature. Exits 2 where one was changed."""
    from roadworthy.runtime.policy.installing import installed_packs

    found = installed_packs(_into(into, root))
    if format is Format.JSON:
        output.result_json(found)
    else:
        for one in found:
            state = output.coloured(one.problem, "red") if one.problem else "as signed"
            output.result(f"{one.name} {one.version}  key {one.key_id[:16]}…  {state}  ({one.path})")
        output.note(f"{len(found)} installed packs")
    raise typer.Exit(2 if any(one.problem for one in found) else 0)


def _into(into: Path | None, root: Path | None) -> Path:
    from roadworthy.runtime.policy.installing import PACKS

    return into if into is not None else _root(root) / PACKS


def _root(root: Path | None) -> Path:
    workspace = workspace_or_none(root)
    return workspace.root if workspace else Path()
