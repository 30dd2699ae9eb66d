"""What real servers, files and processes do wrong: nothing is lost and nothing is counted wrongly."""

import asyncio
import os
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.scripted_target import RUN, MemoryJournal, SaysAnswer, ScriptedTarget, TickingClock, make_plan, make_task
from roadworthy.adapters.runs.store import FileRunStore
from roadworthy.adapters.targets import build_target
from roadworthy.evals.execution.brakes.breaker import Breaker, BreakerPolicy
from roadworthy.evals.execution.brakes.budget import Budget, Caps
from roadworthy.evals.execution.brakes.controls import Controls
from roadworthy.evals.execution.brakes.ending import FINISHED, Halt, Stop
from roadworthy.evals.execution.brakes.pace import Pace, PaceLimits
from roadworthy.evals.execution.retry import RetryPolicy
from roadworthy.evals.execution.runner import run
from roadworthy.evals.model import NoReply, Reply
from roadworthy.inventory.model import TargetSpec

SCRIPT = Path(__file__).parents[2] / "fakes" / "carry_out_run.py"
TESTS = Path(__file__).parents[2]


def answer(text="an answer", **changes):
    body = {"choices": [{"message": {"role": "assistant", "content": text}}], **changes}
    return web.json_response({**body, "usage": {"prompt_tokens": 7, "completion_tokens": 3}})


def question(body):
    return int(body["messages"][0]["content"].removeprefix("question "))


def carry_out(folder, url, task, *, caps=None, timeout_s=20.0, concurrency=16, retries=None):
    """Run ``task`` with a journal on disk, all brakes on."""
    spec = TargetSpec(key="scripted", kind="openai", url=url, model="m", timeout_s=timeout_s)

    async def main():
        target = build_target(spec, root=folder, environ={})
        halt = Halt()
        controls = Controls(
            pace=Pace(PaceLimits(most=concurrency, cooldown_s=2.0), halt=halt), halt=halt,
            budget=Budget(caps or Caps()), breaker=Breaker(BreakerPolicy(wait_s=0.1), halt=halt),
            deadline_s=timeout_s + 1.0,
        )  # fmt: skip
        journal = FileRunStore(folder).register(make_plan(task, target.digest))
        try:
            return await run(
                task, plan=make_plan(task, target.digest), target=target, scorers=(SaysAnswer(),), journal=journal,
                cache=None, clock=TickingClock(), concurrency=concurrency, on_result=lambda _: None,
                retries=retries or RetryPolicy(first_wait_s=0.01), controls=controls,
            )  # fmt: skip
        finally:
            await target.close()

    ending = asyncio.run(main())
    return ending, FileRunStore(folder).read(RUN)


class Limiting:
    """Turns calls away beyond ``most`` at once, and everybody for a while then, as providers do."""

    def __init__(self, most):
        self.most = most
        self.in_flight = 0
        self.refused = 0
        self._closed_until = 0.0

    async def handle(self, request):
        await request.read()
        now = time.monotonic()
        if self.in_flight >= self.most or now < self._closed_until:
            self.refused += 1
            self._closed_until = max(self._closed_until, now + 0.3)
            return web.json_response({"error": "slow down"}, status=429, headers={"Retry-After": "0.3"})
        self.in_flight += 1
        try:
            await asyncio.sleep(0.01)
        finally:
            self.in_flight -= 1
        return answer()


def test_a_storm_of_429_loses_no_sample_and_counts_every_call(tmp_path):
    limiting = Limiting(4)
    with LocalServer(limiting.handle) as server:
        ending, results = carry_out(tmp_path, server.url, make_task(300), concurrency=16)

    assert ending == FINISHED
    assert Counter(r.sample for r in results) == Counter(f"s{i}" for i in range(300))
    assert all(isinstance(r.response, Reply) for r in results)
    assert limiting.refused > 0
    assert sum(r.calls for r in results) == server.hits


def test_the_cap_on_calls_holds_at_the_server(tmp_path):
    async def handle(request):
        return answer() if question(await request.json()) % 3 else web.json_response({}, status=500)

    with LocalServer(handle) as server:
        ending, results = carry_out(tmp_path, server.url, make_task(200), caps=Caps(calls=57))

    assert ending.stop is Stop.MAX_CALLS
    assert server.hits == 57
    assert sum(r.calls for r in results) <= 57


def test_a_cap_on_tokens_is_passed_by_calls_in_flight_at_most(tmp_path):
    async def handle(request):
        await request.read()
        return answer()

    with LocalServer(handle) as server:
        ending, results = carry_out(tmp_path, server.url, make_task(500), caps=Caps(tokens=1000))

    assert ending.stop is Stop.MAX_TOKENS
    assert server.hits == len(results)
    assert 1000 - 16 * 10 <= 10 * len(results) <= 1000 + 16 * 10


MALFORMED = [
    b"", b"<html>busy</html>", b"{", b"null", b"[]", b'{"choices": []}', b'{"choices": [{"message": 7}]}',
    b'{"choices": [{"message": {"content": {"a": 1}}}]}', b"\xff\xfe", b"[" * 100_000,
    b'{"choices": [{"message": {"content": "an answer", "tool_calls": {}}}]}',
]  # fmt: skip


def test_malformed_replies_are_unassessed_one_by_one_and_the_rest_is_judged(tmp_path):
    async def handle(request):
        number = question(await request.json())
        return web.Response(body=MALFORMED[number]) if number < len(MALFORMED) else answer()

    with LocalServer(handle) as server:
        ending, results = carry_out(tmp_path, server.url, make_task(40), retries=RetryPolicy(max_attempts=1))

    bad = {f"s{i}" for i in range(len(MALFORMED))}
    assert ending == FINISHED
    assert {r.sample for r in results if isinstance(r.response, NoReply)} == bad
    assert {r.sample for r in results if r.scores[0].outcome.kind == "unassessed"} == bad
    assert len(results) == 40


def test_a_target_that_hangs_and_one_that_never_ends_cost_their_samples_alone(tmp_path):
    async def handle(request):
        number = question(await request.json())
        if number == 0:
            await asyncio.sleep(300)
        if number == 1:
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            await response.prepare(request)
            while True:
                await response.write(b" " * 64)
                await asyncio.sleep(0.02)
        if number == 2:
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            await response.prepare(request)
            while True:
                await response.write(b" " * 1024 * 1024)
        return answer()

    started = time.monotonic()
    with LocalServer(handle) as server:
        ending, results = carry_out(
            tmp_path, server.url, make_task(30), timeout_s=2.0, retries=RetryPolicy(max_attempts=1)
        )

    reasons = {r.sample: r.response.reason for r in results if isinstance(r.response, NoReply)}
    assert ending == FINISHED
    assert time.monotonic() - started < 150
    assert sorted(reasons) == ["s0", "s1", "s2"]
    assert reasons["s0"].startswith("timeout")
    assert reasons["s1"].startswith("timeout")


def test_a_server_that_goes_away_stops_the_run_and_leaves_the_rest_unasked(tmp_path):
    hits = threading.Semaphore(0)

    async def handle(request):
        hits.release()
        await request.read()
        if request.app is not None and hits._value > 60:
            request.transport.close()
        return answer()

    with LocalServer(handle) as server:
        ending, results = carry_out(tmp_path, server.url, make_task(300))

    assert ending.stop is Stop.TARGET_DOWN
    assert 40 <= len(results) <= 60
    assert all(isinstance(r.response, Reply) for r in results)


def environment():
    return {**os.environ, "PYTHONPATH": str(TESTS)}


def test_a_full_disk_stops_the_run_with_whole_lines_and_resuming_completes_it(tmp_path):
    async def handle(request):
        await request.read()
        return answer("an answer " * 20)

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    with LocalServer(handle) as server:
        command = [sys.executable, str(SCRIPT), str(tmp_path), server.url, "60", "1"]
        full = subprocess.run(
            command, preexec_fn=small_disk, env=environment(), capture_output=True, timeout=60, check=False
        )
        kept = FileRunStore(tmp_path).read(RUN)
        content = FileRunStore(tmp_path).content(RUN)
        hits = server.hits
        resumed = subprocess.run(command, env=environment(), capture_output=True, timeout=60, check=False)
        asked_again = server.hits - hits

    results = FileRunStore(tmp_path).read(RUN)
    assert full.returncode != 0
    assert b"cannot write journal.jsonl: File too large" in full.stderr
    assert 3 < len(kept) < 60
    assert content.endswith(b"\n")
    assert len(content) <= 20_000
    assert resumed.returncode == 0, resumed.stderr.decode()
    assert results[: len(kept)] == kept
    assert Counter(r.sample for r in results) == Counter(f"s{i}" for i in range(60))
    assert asked_again == 60 - len(kept)


def test_a_second_process_is_refused_and_disturbs_nothing(tmp_path):
    arrived, may_answer = threading.Event(), threading.Event()

    async def handle(request):
        await request.read()
        arrived.set()
        while not may_answer.is_set():
            await asyncio.sleep(0.01)
        return answer()

    with LocalServer(handle) as server:
        command = [sys.executable, str(SCRIPT), str(tmp_path), server.url, "200", "1"]
        first = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE)
        assert arrived.wait(30)
        second = subprocess.run(command, env=environment(), capture_output=True, timeout=60, check=False)
        may_answer.set()
        _, said = first.communicate(timeout=60)

    assert b"is being written by another process" in second.stderr
    assert second.returncode != 0
    assert first.returncode == 0, said.decode()
    assert Counter(r.sample for r in FileRunStore(tmp_path).read(RUN)) == Counter(f"s{i}" for i in range(200))
    assert server.hits == 200


def odd_run(script, scorer=None, samples=6):
    """Run a task against a target that does not do what the port says; return how it ended and the results."""
    task, lines = make_task(samples), []
    ending = asyncio.run(
        run(
            task, plan=make_plan(task), target=ScriptedTarget(script), scorers=(scorer or SaysAnswer(),),
            journal=MemoryJournal(lines), cache=None, clock=TickingClock(), concurrency=2, retries=RetryPolicy(),
            on_result=lambda _: None,
        )
    )  # fmt: skip
    return ending, lines


def raising(fault):
    def script(request, _):
        if request.sample in ("s1", "s3"):
            raise fault
        return Reply(text="the answer")

    return script


@pytest.mark.parametrize("fault", [asyncio.CancelledError, OverflowError("s3cret"), TimeoutError], ids=str)
def test_a_target_that_raises_loses_no_sample_and_ends_no_worker(fault):
    ending, lines = odd_run(raising(fault))
    unassessed = {line.sample: line.scores[0].outcome for line in lines if isinstance(line.response, NoReply)}

    assert (ending, len(lines)) == (FINISHED, 6)
    assert sorted(unassessed) == ["s1", "s3"]
    assert all(outcome.kind == "unassessed" and "s3cret" not in outcome.reason for outcome in unassessed.values())


def test_a_target_that_returns_no_response_gets_no_score():
    ending, lines = odd_run(lambda request, _: None)

    assert (ending, len(lines)) == (FINISHED, 6)
    assert {line.response.reason for line in lines} == {"the target returned NoneType, not a response"}


def test_a_target_that_reports_absurd_counts_over_several_turns_can_be_recorded(tmp_path):
    async def handler(_request):
        body = {"choices": [{"message": {"content": "the answer"}}], "usage": {"prompt_tokens": 2**53 - 1}}
        return web.json_response(body)

    task = make_task(3)
    task = replace(task, samples=tuple(replace(sample, turns=("And?", "And then?")) for sample in task.samples))
    with LocalServer(handler) as server:
        ending, results = carry_out(tmp_path, server.url, task)

    assert ending == FINISHED
    assert [(r.calls, r.response.usage.input_tokens) for r in results] == [(3, 0)] * 3
