"""kill -9 during ``rw eval run``, and ``--resume``: what people do when a laptop dies or a job is evicted."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
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
RW = (sys.executable, "-c", "from roadworthy.cli.main import main; main()")


class Counting:
    """Answers each question always the same, slowly enough to be killed in the middle, and counts."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._more = threading.Condition()

    async def handle(self, request: web.Request) -> web.Response:
        question = (await request.json())["messages"][-1]["content"]
        with self._more:
            self.asked[question] += 1
            self._more.notify_all()
        await asyncio.sleep(0.01)
        text = question if zlib.crc32(question.encode()) % 10 else "no"
        return web.json_response({"choices": [{"message": {"role": "assistant", "content": text}}]})

    def wait_for(self, num_more: int, process: subprocess.Popen[bytes]) -> None:
        with self._more:
            goal = self.asked.total() + num_more
            while self.asked.total() < goal and process.poll() is None:
                self._more.wait(0.05)


def rw(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*RW, *arguments], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def done(root: Path, *arguments: str) -> dict[str, object]:
    process = rw(root, *arguments)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    return json.loads(out) if out.strip().startswith((b"{", b"[")) else {}


def recorded(root: Path) -> set[str]:
    """Questions whose answer is in a journal, read as text is, without the store's help."""
    lines = [
        line for path in root.glob(".roadworthy/runs/*/journal.jsonl") for line in path.read_bytes().split(b"\n")[:-1]
    ]
    return {f"item {json.loads(line)['sample'][1:]}" for line in lines}


def measured(root: Path) -> list[object]:
    shown = done(root, "eval", "list", "--format", "json")
    run = shown[0]["plan"]["id"]
    results = done(root, "eval", "show", run, "--format", "json")["results"]
    return sorted((r["sample"], r["epoch"], r["response"]["text"], json.dumps(r["scores"])) for r in results)


@pytest.mark.slow
def test_twenty_kills_ask_no_finished_sample_again_and_change_no_result(tmp_path):
    luck = random.Random(4711)  # noqa: S311 - reproducible, nothing is secret
    counting = Counting()
    with LocalServer(counting.handle) as server:
        target = f"{{key: desk, kind: openai, url: '{server.url}/v1', model: m}}"
        root = write_system(tmp_path / "killed", target=target, num_samples=NUM_SAMPLES)
        whole = write_system(tmp_path / "whole", target=target, num_samples=NUM_SAMPLES)
        done(root, "assess")
        seen: dict[str, int] = {}
        for number in range(KILLS):
            process = rw(root, "eval", "run", "answers", *(("--resume",) if number else ()))
            counting.wait_for(luck.randint(1, 15), process)
            time.sleep(luck.random() * 0.02)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"
            for question in recorded(root):
                seen.setdefault(question, counting.asked[question])
        done(root, "eval", "run", "answers", "--resume")
        asked = Counter(counting.asked)
        done(whole, "assess")
        done(whole, "eval", "run", "answers")

    assert len(seen) > KILLS
    assert {question: asked[question] for question in seen} == seen
    assert len(asked) == NUM_SAMPLES
    assert measured(root) == measured(whole)
