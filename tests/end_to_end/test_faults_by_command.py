"""``rw eval run`` against a server that does everything wrong: what was lost, what was counted, how many were asked."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections import Counter

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.small_system import write_system
from roadworthy.cli.main import run

NUM_SAMPLES = 60
GOOD, CANNOT_TELL = 0, 3
OWN_PROCESS = (sys.executable, "-c", "from roadworthy.cli.main import main; main()")

pytestmark = pytest.mark.slow


def chat(text):
    body = {"choices": [{"message": {"role": "assistant", "content": text}}]}
    return web.json_response({**body, "usage": {"prompt_tokens": 7, "completion_tokens": 3}})


async def number_of(request):
    return int((await request.json())["messages"][-1]["content"].removeprefix("item "))


async def echo(request):
    return chat(f"item {await number_of(request)}")


def system(folder, server, *, more=", timeout_s: 60"):
    target = f"{{key: desk, kind: openai, url: '{server.url}/v1', model: m{more}}}"
    root = write_system(folder, target=target, num_samples=NUM_SAMPLES)
    assert run(["assess", "--root", str(root)]) == GOOD
    return root


@pytest.fixture(scope="session")
def command(programs):
    def call(root, *arguments, program=(programs / "rw",), **more):
        return subprocess.run(
            [*program, *arguments], cwd=root, capture_output=True, text=True, timeout=240, check=False, **more
        )  # fmt: skip

    return call


@pytest.fixture(scope="session")
def evaluated(command):
    def call(root, *arguments, **more):
        return command(root, "eval", "run", "answers", "--no-cache", "--format", "json", *arguments, **more)

    return call


def measurement(done):
    """Successes, assessed and attempted, as they were signed."""
    (evidence,) = json.loads(done.stdout)["evidence"]
    (whole,) = (m for m in evidence["result"]["measurements"] if m["slice"] == "all")
    return whole["numerator"], whole["denominator"], whole["attempted"]


def journal(root):
    """Lines as they lie on the disk, of all runs."""
    return [
        json.loads(line)
        for path in root.glob(".roadworthy/runs/*/journal.jsonl")
        for line in path.read_bytes().splitlines()
    ]


def reasons(root):
    return {r["sample"]: r["response"]["reason"] for r in journal(root) if r["response"]["kind"] == "no_reply"}


@pytest.fixture(scope="session")
def signed(command):
    return lambda root: json.loads(command(root, "list", "evidence", "--format", "json").stdout)


EVERY = {f"a{number}" for number in range(NUM_SAMPLES)}

MALFORMED = (
    b"", b"<html>busy</html>", b"{", b"null", b"[]", b'{"choices": []}', b'{"choices": [{"message": 7}]}',
    b'{"choices": [{"message": {"content": {"a": 1}}}]}', b"\xff\xfe", b"[" * 100_000,
    b'{"choices": [{"message": {"content": "item 10", "tool_calls": {}}}]}',
    b'{"choices": [{"message": {"content": "item 11"}}], "roadworthy": {"tool_calls": 7}}',
)  # fmt: skip


def test_malformed_replies_are_unassessed_and_neither_passed_nor_failed(tmp_path, evaluated):
    async def handle(request):
        number = await number_of(request)
        return web.Response(body=MALFORMED[number]) if number < len(MALFORMED) else chat(f"item {number}")

    with LocalServer(handle) as server:
        root = system(tmp_path / "desk", server)
        done = evaluated(root)
        hits = server.hits

    bad = {f"a{number}" for number in range(len(MALFORMED))}
    good = NUM_SAMPLES - len(MALFORMED)
    assert done.returncode == GOOD, done.stderr
    assert measurement(done) == (good, good, NUM_SAMPLES)
    assert {r["sample"] for r in journal(root)} == EVERY
    assert reasons(root).keys() == bad
    assert hits == NUM_SAMPLES


def test_targets_that_hang_drip_or_pour_for_ever_cost_their_samples_alone(tmp_path, evaluated):
    async def handle(request):
        number = await number_of(request)
        if number == 0:
            await asyncio.sleep(300)
        if number in (1, 2):
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            piece = b'data: {"choices": [{"delta": {"content": "' + b"x" * (64, 65_536)[number - 1] + b'"}}]}\n\n'
            while True:
                await response.write(piece)
                await asyncio.sleep((0.02, 0)[number - 1])
        piece = json.dumps({"choices": [{"delta": {"content": f"item {number}"}}]})
        return web.Response(text=f"data: {piece}\n\ndata: [DONE]\n\n", content_type="text/event-stream")

    began = time.monotonic()
    with LocalServer(handle) as server:
        root = system(tmp_path / "desk", server, more=", timeout_s: 2, parameters: {stream: true}")
        done = evaluated(root, "--concurrency", "4")

    assert done.returncode == GOOD, done.stderr
    assert measurement(done) == (NUM_SAMPLES - 3, NUM_SAMPLES - 3, NUM_SAMPLES)
    assert {r["sample"] for r in journal(root)} == EVERY
    assert reasons(root).keys() == {"a0", "a1", "a2"}
    assert reasons(root)["a0"].startswith("timeout after 2 s")
    assert reasons(root)["a1"].startswith("timeout after 2 s")
    assert time.monotonic() - began < 150


class Crowded:
    """Turns away what is more than ``most`` at once, and everybody for a while then."""

    def __init__(self, most):
        self.most, self.in_flight, self.refused, self.answered = most, 0, 0, 0
        self._closed_until = 0.0

    async def handle(self, request):
        number, now = await number_of(request), time.monotonic()
        if self.in_flight >= self.most or now < self._closed_until:
            self.refused += 1
            self._closed_until = max(self._closed_until, now + 0.2)
            return web.json_response({}, status=429, headers={"Retry-After": "0.2"})
        self.in_flight += 1
        await asyncio.sleep(0.01)
        self.in_flight -= 1
        self.answered += 1
        return chat(f"item {number}")


def test_in_a_storm_of_429_every_sample_is_answered_and_every_call_is_counted(tmp_path, evaluated):
    crowded = Crowded(3)
    with LocalServer(crowded.handle) as server:
        root = system(tmp_path / "desk", server)
        done = evaluated(root, "--concurrency", "32")
        hits = server.hits

    assert done.returncode == GOOD, done.stderr
    assert measurement(done) == (NUM_SAMPLES,) * 3
    assert crowded.refused > 0
    assert crowded.answered == NUM_SAMPLES
    assert sum(r["calls"] for r in journal(root)) == hits


def test_a_cap_holds_through_the_storm_and_resuming_under_it_asks_nothing_twice(tmp_path, evaluated, signed):
    crowded = Crowded(3)
    with LocalServer(crowded.handle) as server:
        root = system(tmp_path / "desk", server)
        capped = evaluated(root, "--concurrency", "16", "--max-calls", "30")
        hits_when_capped, nothing_yet, first = server.hits, signed(root), journal(root)
        resumed = evaluated(root, "--resume")

    results = journal(root)
    assert capped.returncode == CANNOT_TELL
    assert "max-calls" in capped.stderr
    assert hits_when_capped <= 30
    assert nothing_yet == []
    assert resumed.returncode == GOOD, resumed.stderr
    assert results[: len(first)] == first
    assert Counter(r["sample"] for r in results) == Counter(EVERY)
    assert measurement(resumed) == (NUM_SAMPLES,) * 3


def test_a_cap_on_tokens_is_passed_by_the_calls_in_flight_at_most(tmp_path, evaluated):
    with LocalServer(echo) as server:
        root = system(tmp_path / "desk", server)
        capped = evaluated(root, "--concurrency", "8", "--max-tokens", "200")
        hits = server.hits

    assert capped.returncode == CANNOT_TELL
    assert "max-tokens" in capped.stderr
    assert 10 * hits <= 200 + 8 * 10
    assert hits == len(journal(root))


def test_a_full_disk_is_told_and_what_was_recorded_is_gone_on_with(tmp_path, evaluated, signed):
    """The file size is limited, which fails writes in the middle of a line as a full disk does."""

    async def handle(request):
        return chat(f"item {await number_of(request)} " + "word " * 8_000)

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    with LocalServer(handle) as server:
        root = system(tmp_path / "desk", server)
        full = evaluated(root, "--concurrency", "2", program=OWN_PROCESS, preexec_fn=small_disk)
        kept, nothing_yet, hits = journal(root), signed(root), server.hits
        resumed = evaluated(root, "--resume")
        asked_again = server.hits - hits

    results = journal(root)
    assert full.returncode == CANNOT_TELL
    assert "cannot write journal.jsonl: File too large" in full.stderr
    assert 3 < len(kept) < NUM_SAMPLES
    assert nothing_yet == []
    assert resumed.returncode == GOOD, resumed.stderr
    assert results[: len(kept)] == kept
    assert Counter(r["sample"] for r in results) == Counter(EVERY)
    assert asked_again == NUM_SAMPLES - len(kept)
    assert measurement(resumed) == (NUM_SAMPLES,) * 3
