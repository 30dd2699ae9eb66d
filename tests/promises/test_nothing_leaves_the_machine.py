"""Promise: nothing leaves the machine but questions to the targets that the manifest names.

The commands run in a process of their own, in which the interpreter reports every
attempt to look up a name, open a connection, send or listen, and every program that
is started. An attempt that is not allowed raises, so it could not be made in secret.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.small_system import write_system

WATCHED = """
import json, sys

allowed = set(json.loads(sys.argv[1]))
seen = []


def watch(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        address = arguments[1] if event in ("socket.connect", "socket.bind", "socket.sendto") else arguments[0]
        place = f"{address[0]}:{address[1]}" if isinstance(address, tuple) else str(address)
        seen.append([event, place])
        if place not in allowed and place.partition(":")[0] not in {a.partition(":")[0] for a in allowed}:
            raise PermissionError(f"{event} to {place} is not allowed")
    if event in ("urllib.Request", "ftplib.connect", "smtplib.connect", "http.client.connect"):
        raise PermissionError(f"{event} is not allowed")
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        seen.append([event, str(arguments[0])])


sys.addaudithook(watch)
from roadworthy.cli.main import run

codes = [run(arguments) for arguments in json.loads(sys.argv[2])]
sys.__stdout__.flush()
sys.__stderr__.write("\\n@@" + json.dumps({"codes": codes, "seen": seen}))
"""

ROAD = [
    ["assess"],
    ["controls"],
    ["plan"],
    ["eval", "run"],
    ["gate"],
    ["why"],
    ["replay", "1.0.0"],
    ["report", "--output", "report.html"],
    ["card", "--output", "card.html"],
    ["pack", "--output", "desk.zip"],
    ["verify", "desk.zip", "--key", ".roadworthy/keys/signing-key.pub.pem"],
    ["log", "verify"],
]


def watched(root: Path, commands: list[list[str]], *, allowed: tuple[str, ...] = ()) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(WATCHED), json.dumps(allowed), json.dumps(commands)],
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr.rpartition("@@")[2])


@pytest.fixture(scope="module")
def whole_road(tmp_path_factory) -> dict:
    """What the interpreter saw from the first command to the last, with a target in the same process."""
    return watched(write_system(tmp_path_factory.mktemp("quiet") / "desk"), ROAD)


def test_the_whole_road_is_walked_without_a_network(whole_road):
    assert whole_road["codes"] == [0] * len(ROAD)
    assert [event for event in whole_road["seen"] if event[0].startswith("socket.")] == []


def test_the_only_program_that_is_started_is_git(whole_road):
    started = {Path(name).name for event, name in whole_road["seen"] if not event.startswith("socket.")}

    assert started <= {"git"}


def test_only_the_target_of_the_manifest_is_contacted(tmp_path):
    async def answer(request: web.Request) -> web.Response:
        asked = await request.json()
        return web.json_response({"answer": f"You asked: {asked['question']}"})

    with LocalServer(answer) as server:
        target = (
            f"{{key: desk, kind: http, url: '{server.url}/ask', "
            "body: {question: '{{prompt}}'}, reply_path: /answer}"
        )
        root = write_system(tmp_path / "desk", target=target)
        result = watched(root, [["assess"], ["eval", "run"], ["gate"]], allowed=(server.url.removeprefix("http://"),))

    contacted = {place for event, place in result["seen"] if event in ("socket.connect", "socket.sendto")}
    assert result["codes"][:2] == [0, 0]
    assert contacted == {server.url.removeprefix("http://")}
    assert server.hits == 48


@pytest.mark.slow
def test_the_watch_would_have_noticed(tmp_path):
    target = "{key: desk, kind: openai, url: 'http://203.0.113.1:9/v1', model: m}"
    root = write_system(tmp_path / "desk", target=target, num_samples=1)
    result = watched(root, [["assess"], ["eval", "run", "answers"]])

    assert result["codes"] == [0, 3]
    assert "203.0.113.1:9" in {place for _, place in result["seen"]}
