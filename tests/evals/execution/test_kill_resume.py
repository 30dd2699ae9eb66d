"""kill -9 at any point loses at most the samples in flight, and the resumed run measures the same."""

import asyncio
import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.scripted_target import RUN
from roadworthy.adapters.runs.store import FileRunStore
from roadworthy.core.digest import digest_of
from roadworthy.evals.model import Usage
from roadworthy.evals.summary import summarise

SCRIPT = Path(__file__).parents[2] / "fakes" / "carry_out_run.py"
SOURCES = Path(__file__).parents[3] / "src"
SAMPLES, EPOCHS, KILLS = 240, 2, 20
IN_FLIGHT = 4
"""Questions that are answered at most after the goal of a wait is reached."""


class Counting:
    """Answers each question always the same and counts; who waits for it to be asked is not overtaken."""

    def __init__(self):
        self.asked = Counter()
        self._most = math.inf
        self._more = threading.Condition()

    async def handle(self, request):
        body = await request.json()
        question = body["messages"][0]["content"], body["seed"]
        with self._more:
            self.asked[question] += 1
            self._more.notify_all()
        while self.asked.total() > self._most:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.004)
        luck = zlib.crc32(repr(question).encode()) % 10
        message = {"role": "assistant", "content": "an answer" if luck < 7 else "no"}
        return web.json_response(
            {
                "choices": [{"message": message, "finish_reason": "stop"}],
                "roadworthy": {"components": [f"c{luck % 3}"]},
            },
            status=400 if luck == 9 else 200,
        )

    def answer_all(self):
        self._most = math.inf

    def wait_for(self, num_more, process):
        with self._more:
            goal = self.asked.total() + num_more
            self._most = goal + IN_FLIGHT
            while self.asked.total() < goal and process.poll() is None:
                self._more.wait(0.05)


def started(program, folder, url):
    return subprocess.Popen(
        [*program, str(folder), url, str(SAMPLES), str(EPOCHS)],
        env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{SOURCES.parent / 'tests'}"},
        stderr=subprocess.PIPE,
    )


def finished(folder):
    """Samples whose line is in the journal, read as bytes are, without the store's help."""
    path = folder / RUN / "journal.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def questions(results):
    from roadworthy.evals.execution.request import seed_of

    return [(f"question {r.sample[1:]}", seed_of(7, epoch=r.epoch)) for r in results]


def timeless(results):
    return sorted(
        (replace(r, finished_at=results[0].finished_at, response=_without_latency(r.response)) for r in results),
        key=lambda r: (r.sample, r.epoch),
    )


def _without_latency(response):
    return replace(response, usage=Usage()) if response.kind == "reply" else response


@pytest.mark.slow
def test_twenty_kills_lose_nothing_that_was_recorded_and_change_no_result(tmp_path, programs):
    luck = random.Random(20261121)  # noqa: S311 - reproducible, nothing is secret
    counting = Counting()
    killed = kept = 0
    program = (programs / "carry-out-run",)
    with LocalServer(counting.handle) as server:
        folder = tmp_path / "killed"
        store = FileRunStore(folder)
        asked_when_recorded: dict[tuple[str, int], int] = {}
        while killed < KILLS:
            process = started(program, folder, server.url)
            counting.wait_for(luck.randint(1, 24), process)
            time.sleep(luck.random() * 0.01)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"
            killed += 1
            for question in questions(store.read(RUN)) if finished(folder) else ():
                asked_when_recorded.setdefault(question, counting.asked[question])
            assert finished(folder) >= kept
            kept = finished(folder)
        counting.answer_all()
        last = started(program, folder, server.url)
        assert last.wait(240) == 0, last.communicate()[1].decode()
        last.communicate()
        asked = Counter(counting.asked)
        whole = started(program, tmp_path / "whole", server.url)
        assert whole.wait(240) == 0
        whole.communicate()

    interrupted, uninterrupted = store.read(RUN), FileRunStore(tmp_path / "whole").read(RUN)
    plan = store.plans()[0]
    digest = digest_of("journal")
    assert 40 < kept < SAMPLES * EPOCHS
    assert {question: asked[question] for question in asked_when_recorded} == asked_when_recorded
    assert Counter(questions(interrupted)).most_common(1)[0][1] == 1
    assert asked.total() - SAMPLES * EPOCHS <= KILLS * 4
    assert timeless(interrupted) == timeless(uninterrupted)
    same = {"journal_digest": digest, "target_digest": digest}
    assert summarise(plan, timeless(interrupted), **same) == summarise(plan, timeless(uninterrupted), **same)


def test_an_interrupt_from_the_keyboard_leaves_whole_lines_and_no_lock(tmp_path):
    counting = Counting()
    with LocalServer(counting.handle) as server:
        process = started((sys.executable, str(SCRIPT)), tmp_path / "runs", server.url)
        counting.wait_for(20, process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    store = FileRunStore(tmp_path / "runs")
    journal_path = tmp_path / "runs" / RUN / "journal.jsonl"

    _, journal = store.open(RUN)
    journal.close()

    assert process.returncode != 0
    assert journal_path.read_bytes().endswith(b"\n")
    assert 10 < len(store.read(RUN)) < SAMPLES * EPOCHS
