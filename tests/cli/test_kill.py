"""kill -9 during ``rw eval run``, and ``--resume``: what people do when a laptop dies or a job is evicted."""

from __future__ import annotations

import asyncio
import json
import math
import random
import signal
import subprocess
import threading
import time
import zlib
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.small_system import write_system

KILLS = 20
NUM_SAMPLES = 400
IN_FLIGHT = 8
"""Questions that are answered at most after the goal of a wait is reached."""


class Counting:
    """Answers each question always the same and counts; who waits for it to be asked is not overtaken."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._most: float = math.inf
        self._more = threading.Condition()

    async def handle(self, request: web.Request) -> web.Response:
        question = (await request.json())["messages"][-1]["content"]
        with self._more:
            self.asked[question] += 1
            self._more.notify_all()
        while self.asked.total() > self._most:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)
        text = question if zlib.crc32(question.encode()) % 10 else "no"
        return web.json_response({"choices": [{"message": {"role": "assistant", "content": text}}]})

    def answer_all(self) -> None:
        self._most = math.inf

    def wait_for(self, num_more: int, process: subprocess.Popen[bytes]) -> None:
        with self._more:
            goal = self.asked.total() + num_more
            self._most = goal + IN_FLIGHT
            while self.asked.total() < goal and process.poll() is None:
                self._more.wait(0.05)


class System:
    """A system's folder, in which ``rw`` is started as a program."""

    def __init__(self, root: Path, *, program: Path) -> None:
        self._root = root
        self._program = program

    def rw(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._program, *arguments], cwd=self._root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def done(self, *arguments: str) -> dict[str, object]:
        process = self.rw(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
        return json.loads(out) if out.strip().startswith((b"{", b"[")) else {}

    def recorded(self) -> set[str]:
        """Questions whose answer is in a journal, read as text is, without the store's help."""
        journals = self._root.glob(".roadworthy/runs/*/journal.jsonl")
        lines = [line for path in journals for line in path.read_bytes().split(b"\n")[:-1]]
        return {f"item {json.loads(line)['sample'][1:]}" for line in lines}

    def measured(self) -> list[object]:
        shown = self.done("eval", "list", "--format", "json")
        run = shown[0]["plan"]["id"]
        results = self.done("eval", "show", run, "--format", "json")["results"]
        return sorted((r["sample"], r["epoch"], r["response"]["text"], json.dumps(r["scores"])) for r in results)


@pytest.mark.slow
def test_twenty_kills_ask_no_finished_sample_again_and_change_no_result(tmp_path, programs):
    luck = random.Random(4711)  # noqa: S311 - reproducible, nothing is secret
    counting = Counting()
    with LocalServer(counting.handle) as server:
        target = f"{{key: desk, kind: openai, url: '{server.url}/v1', model: m}}"
        killed, whole = (
            System(write_system(tmp_path / name, target=target, num_samples=NUM_SAMPLES), program=programs / "rw")
            for name in ("killed", "whole")
        )
        killed.done("assess")
        seen: dict[str, int] = {}
        for number in range(KILLS):
            process = killed.rw("eval", "run", "answers", *(("--resume",) if number else ()))
            counting.wait_for(luck.randint(1, 15), process)
            time.sleep(luck.random() * 0.02)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"
            for question in killed.recorded():
                seen.setdefault(question, counting.asked[question])
        counting.answer_all()
        killed.done("eval", "run", "answers", "--resume")
        asked = Counter(counting.asked)
        whole.done("assess")
        whole.done("eval", "run", "answers")

    assert len(seen) > KILLS
    assert {question: asked[question] for question in seen} == seen
    assert len(asked) == NUM_SAMPLES
    assert killed.measured() == whole.measured()
