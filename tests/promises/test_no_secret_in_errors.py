"""Promise: a credential is used and never shown, stored, digested or handed out."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.small_system import write_code, write_system
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.targets.build import build_target
from roadworthy.cli.main import run as rw
from roadworthy.runtime.workspace import Workspace

SECRET = "sk-live-0123456789-ZEBRA"
HEADERS = "headers: {Authorization: 'Bearer ${DESK_KEY}', X-Extra: '${DESK_KEY}'}"


def http_target(url: str) -> str:
    return f"{{key: desk, kind: http, url: '{url}', body: {{q: '{{{{prompt}}}}'}}, reply_path: /answer, {HEADERS}}}"


def openai_target(url: str) -> str:
    return f"{{key: desk, kind: openai, url: '{url}', model: m, {HEADERS}}}"


def shown_and_stored(root: Path, capsys, *commands: list[str]) -> str:
    """Everything that the commands print and leave behind, as one text."""
    capsys.readouterr()
    for command in commands:
        rw([*command, "--root", str(root)])
    shown = capsys.readouterr()
    files = [p for p in root.rglob("*") if p.is_file()]
    return shown.out + shown.err + "".join(p.read_bytes().decode("latin-1") for p in files)


ROAD = (["assess"], ["eval", "run", "--no-cache"], ["eval", "list"], ["gate"], ["why"], ["plan"])


@pytest.mark.slow
@pytest.mark.parametrize("target", [http_target, openai_target], ids=["http", "openai"])
def test_a_target_that_is_not_there_shows_no_credential(tmp_path, capsys, monkeypatch, target):
    monkeypatch.setenv("DESK_KEY", SECRET)
    root = write_system(tmp_path / "desk", target=target("http://127.0.0.1:9/ask?key=${DESK_KEY}"), num_samples=1)

    everything = shown_and_stored(root, capsys, ["assess"], ["eval", "run", "answers"], ["gate"], ["plan"])

    assert "connection" in everything
    assert SECRET not in everything


def test_a_target_that_repeats_the_credential_cannot_get_it_out_of_the_journal(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DESK_KEY", SECRET)

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=401, text=f"wrong key {request.headers['X-Extra']}")

    with LocalServer(refuse) as server:
        root = write_system(tmp_path / "desk", target=http_target(server.url), num_samples=2)
        everything = shown_and_stored(root, capsys, *ROAD)

    assert server.hits > 0
    assert SECRET not in everything


def test_a_run_that_works_stores_no_credential_and_packs_none(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DESK_KEY", SECRET)

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        return web.json_response({"answer": "You asked: " + (await request.json())["q"]})

    with LocalServer(answer) as server:
        root = write_system(tmp_path / "desk", target=http_target(server.url))
        packed = ["pack", "--output", str(root / "desk.zip")]
        everything = shown_and_stored(root, capsys, *ROAD, packed)

    assert (root / "desk.zip").stat().st_size > 1000
    assert SECRET not in everything


def test_the_digest_of_a_target_does_not_depend_on_the_credential(tmp_path):
    root = write_system(tmp_path / "desk", target=http_target("http://127.0.0.1:9/ask?key=${DESK_KEY}"))
    (spec,) = load_manifest(root / "roadworthy.yaml").targets
    digests = {build_target(spec, root=root, environ={"DESK_KEY": key}).digest for key in ("a", SECRET)}

    assert len(digests) == 1


def test_a_variable_that_is_not_set_is_named_and_others_are_not_shown(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("OTHER_KEY", SECRET)
    monkeypatch.delenv("DESK_KEY", raising=False)
    root = write_system(tmp_path / "desk", target=http_target("http://127.0.0.1:9/${OTHER_KEY}"))
    text = shown_and_stored(root, capsys, ["assess"], ["eval", "run"])

    assert "needs the environment variable DESK_KEY" in text
    assert SECRET not in text


def test_a_credential_in_the_manifest_is_refused_and_not_repeated(tmp_path, capsys):
    target = http_target("http://127.0.0.1:9/ask").replace("Bearer ${DESK_KEY}", SECRET)
    root = write_system(tmp_path / "desk", target=target)
    capsys.readouterr()

    assert rw(["assess", "--root", str(root)]) == 2
    shown = capsys.readouterr()
    assert "a credential is written into the manifest" in shown.err
    assert SECRET not in shown.out + shown.err


def test_a_callable_that_raises_its_credential_is_not_quoted(tmp_path, capsys):
    root = write_system(tmp_path / "desk")
    write_code(root, f"def answer(request):\n    raise RuntimeError('key {SECRET} expired')\n")
    capsys.readouterr()
    for command in ROAD:
        rw([*command, "--root", str(root)])
    shown = capsys.readouterr()
    stored = "".join(p.read_bytes().decode("latin-1") for p in (root / ".roadworthy").rglob("*") if p.is_file())

    assert "RuntimeError" in stored
    assert SECRET not in shown.out + shown.err + stored


def test_what_holds_the_environment_does_not_show_it(tmp_path):
    workspace = Workspace(root=write_system(tmp_path / "desk"), environ={"DESK_KEY": SECRET})

    assert SECRET not in repr(workspace)
    assert SECRET not in repr(workspace.signer)


def test_the_private_key_is_printed_by_no_command(tmp_path, capsys):
    root = write_system(tmp_path / "desk")
    rw(["key", "show", "--root", str(root)])
    shown = capsys.readouterr()
    private = (root / ".roadworthy" / "keys" / "signing-key.pem").read_text().splitlines()[1]

    assert "BEGIN PUBLIC KEY" in shown.out
    assert private not in shown.out + shown.err
    assert "PRIVATE" not in shown.out + shown.err
