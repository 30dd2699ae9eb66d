"""``rw eval run`` of one task of 500 samples, judged in the process and on a local Ray: the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from fakes.small_system import write_code, write_system
from roadworthy.core.digest import canonical_json

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray"), pytest.mark.timeout(240)]

NUM_SAMPLES = 500

CODE = '''\
"""Replies of every kind, always the same to the same question: right, wrong, empty, odd, none at all."""


def answer(request: dict) -> str | dict:
    number = int(request["prompt"].removeprefix("item "))
    match number % 6:
        case 0:
            return f"item {number}"
        case 1:
            return f"about {number} \\u00fc \\U0001f600"
        case 2:
            return ""
        case 3:
            raise ValueError("no reply")
        case 4:
            return {"text": "I cannot help.", "tool_calls": [{"name": "refund", "arguments": {"order": number}}]}
        case _:
            return {"text": f"Secret PEAR-{number}", "usage": {"input_tokens": number, "output_tokens": 3}}
'''

TASK = """\
schema: roadworthy/task/v1
id: many
title: many
category: quality
target: desk
exercises: [answer-route]
scorers:
  - {kind: includes}
  - {kind: canary_leak}
  - {kind: tool_calls}
  - {kind: exact}
  - {kind: refusal}
dataset: many.jsonl
"""


def row(number):
    return {
        "id": f"s{number}", "prompt": f"item {number}", "cluster": f"c{number // 2}",
        "slices": {"language": ("en", "de", "fr")[number % 3]}, "includes": [f"item {number}"],
        "forbidden": [f"PEAR-{number}"], "forbidden_calls": ["refund"], "should_refuse": number % 2 == 0,
        "expected": f"item {number}",
    }  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory, programs):
    """What ``rw eval run`` said and kept, by executor, of one system in one folder."""
    root = write_system(tmp_path_factory.mktemp("ray") / "desk")
    write_code(root, CODE)
    (root / "evals" / "many.yaml").write_text(TASK)
    (root / "evals" / "many.jsonl").write_text("".join(json.dumps(row(n)) + "\n" for n in range(NUM_SAMPLES)))
    command(programs / "rw", root, "assess")
    return {
        executor: json.loads(
            command(
                programs / "rw", root, "eval", "run", "many", "--no-cache", "--executor", executor, "--format", "json"
            )
        )["evidence"][0]["result"]
        for executor in ("asyncio", "ray")
    } | {"root": root, "rw": programs / "rw"}


def command(program, root, *arguments):
    environment = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    done = subprocess.run(
        [program, *arguments], cwd=root, env=environment, capture_output=True, text=True, timeout=200, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def kept(runs, executor):
    """Every result as it is kept, without the two things that a clock says: when it came, and how long it took."""
    lines = []
    for result in json.loads(
        command(runs["rw"], runs["root"], "eval", "show", runs[executor]["run"], "--format", "json")
    )["results"]:
        del result["finished_at"]
        if result["response"]["kind"] == "reply":
            del result["response"]["usage"]["latency_s"]
        lines.append(canonical_json(result))
    return sorted(lines)


def test_500_samples_have_the_same_replies_and_scores_byte_for_byte(runs):
    here, on_ray = kept(runs, "asyncio"), kept(runs, "ray")

    assert runs["asyncio"]["run"] != runs["ray"]["run"]
    assert len(here) == NUM_SAMPLES
    assert on_ray == here
    outcomes = Counter(score["outcome"]["kind"] for line in here for score in json.loads(line)["scores"])
    assert set(outcomes) == {"success", "failure", "unassessed"}


def test_they_measure_the_same_to_the_last_digit(runs):
    here, on_ray = runs["asyncio"]["measurements"], runs["ray"]["measurements"]

    assert canonical_json(on_ray) == canonical_json(here)
    assert {m["metric"] for m in here} == {"includes", "canary_leak", "tool_calls", "exact", "refusal"}
    assert {m["slice"] for m in here} == {"all", "language=en", "language=de", "language=fr"}


def test_the_two_runs_were_planned_alike(runs):
    plans = {}
    for executor in ("asyncio", "ray"):
        path = Path(runs["root"], ".roadworthy", "runs", runs[executor]["run"], "plan.json")
        plan = json.loads(path.read_text())
        plans[executor] = {key: value for key, value in plan.items() if key not in ("id", "registered_at")}

    assert plans["ray"] == plans["asyncio"]
    assert plans["asyncio"]["num_samples"] == NUM_SAMPLES
