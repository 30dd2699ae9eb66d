"""Attempts to ship on what a judge says where nobody knows how far to believe it, and on a judge that misbehaves."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web

from fakes.judged_system import grader_of, write_gold, write_judged_system
from fakes.local_server import LocalServer
from roadworthy.cli.main import run

pytestmark = pytest.mark.slow
SHIP, CANNOT_TELL, PASSWORD = 0, 3, "hush-4711-do-not-tell"
RW = (sys.executable, "-c", "from roadworthy.cli.main import main; main()")


class Grader:
    """A judge's model on a server: says what ``say`` makes of the reply that it is shown, and counts."""

    def __init__(self, say, *, status: int = 200, slow_s: float = 0.0) -> None:
        self._say, self._status, self._slow_s = say, status, slow_s
        self.asked: Counter[str] = Counter()

    async def handle(self, request: web.Request) -> web.Response:
        text = (await request.json())["messages"][1]["content"]
        reply = text.rpartition("<<<reply ")[2].partition(">>>\n")[2].partition("\n<<<end")[0]
        self.asked[reply] += 1
        await asyncio.sleep(self._slow_s)
        said = self._say(reply, text.rpartition('"code": "')[2][:8])
        if self._status != 200:
            return web.json_response({"error": f"not with {request.headers['Authorization']}"}, status=self._status)
        return web.json_response({"choices": [{"message": {"role": "assistant", "content": said}}]})


def verdict(code: str, *, good: bool) -> str:
    return json.dumps({"code": code, "reason": "seen", "verdict": "yes" if good else "no"})


def honest(reply: str, code: str) -> str:
    return verdict(code, good=reply.startswith("You asked"))


def kind(reply: str, code: str) -> str:
    return verdict(code, good=True)


def silent_on_the_system(reply: str, code: str) -> str:
    """Grades what is labelled and not what the system says."""
    return "..." if reply.startswith("You asked: item") else honest(reply, code)


def written(folder: Path, server: LocalServer, **of_system: object) -> Path:
    root = write_judged_system(folder, **of_system)
    manifest = root / "roadworthy.yaml"
    python = f"kind: python, callable: '{grader_of(root)}:grade'"
    served = f"kind: openai, url: '{server.url}/v1', model: m, headers: {{Authorization: 'Bearer ${{JUDGE_KEY}}'}}"
    manifest.write_text(manifest.read_text().replace(python, served))
    return root


@pytest.fixture
def rw(capsys, monkeypatch):
    monkeypatch.setenv("JUDGE_KEY", PASSWORD)

    def call(root: Path, *arguments: str):
        monkeypatch.chdir(root)
        capsys.readouterr()
        code = run([*arguments, "--format", "json"])
        shown = capsys.readouterr()
        return code, json.loads(shown.out) if shown.out else None, shown.err

    return call


def judged(decision) -> dict[str, object]:
    return next(r for r in decision["results"] if r["rule"] == "desk/answers-right")


def released(rw, root: Path, gold: str):
    rw(root, "assess")
    calibrated = rw(root, "judge", "calibrate", "right", "--gold", gold)
    rw(root, "eval", "run")
    code, decision, _ = rw(root, "gate")
    return calibrated, code, judged(decision)


@pytest.mark.parametrize(
    ("say", "outcome", "said"),
    [
        pytest.param(kind, "missing", "flags good replies as often as bad ones", id="it likes everything"),
        pytest.param(silent_on_the_system, "missing", "none of 40", id="it is silent on the system"),
    ],
)
def test_a_judge_that_never_objects_ships_nothing(tmp_path, rw, say, outcome, said):
    with LocalServer(Grader(say).handle) as server:
        root = written(tmp_path / "desk", server, num_samples=40)
        _, code, rule = released(rw, root, write_gold(root))

    assert (code, rule["outcome"]) == (CANNOT_TELL, outcome)
    assert said in rule["reason"]


def test_two_labels_and_a_thousand_copies_of_them_decide_nothing(tmp_path, rw):
    with LocalServer(Grader(honest).handle) as server:
        for name, copies in (("two", 1), ("copied", 500)):
            root = written(tmp_path / name, server, num_samples=40)
            rows = [
                {"id": f"{label}{i}", "prompt": "Hello?", "reply": reply, "label": label, "slices": {"language": "en"}}
                for label, reply in (("good", "You asked: Hello?"), ("bad", "Banana"))
                for i in range(copies)
            ]
            (root / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
            _, code, rule = released(rw, root, "gold.jsonl")

            assert (code, rule["outcome"]) == (CANNOT_TELL, "missing")
            assert "nobody counted its errors in en on 10 good and 10 bad replies" in rule["reason"]


def test_a_later_calibration_takes_an_earlier_one_back_until_the_task_is_run_again(tmp_path, rw):
    with LocalServer(Grader(honest).handle) as server:
        root = written(tmp_path / "desk", server, num_samples=60)
        _, before, _ = released(rw, root, write_gold(root))
        # The very replies that it passes, labelled bad by people who looked again.
        bad = [json.loads(line) for line in (root / "gold-en.jsonl").read_text().splitlines()]
        looked_again = [{**row, "label": "bad" if i % 3 else "good"} for i, row in enumerate(bad)]
        (root / "again.jsonl").write_text("".join(json.dumps(row) + "\n" for row in looked_again))
        rw(root, "judge", "calibrate", "right", "--gold", "again.jsonl")
        code, decision, _ = rw(root, "gate")
        plan = rw(root, "plan")[1]
        rw(root, "eval", "run")
        after, decided, _ = rw(root, "gate")

    rule = judged(decision)
    assert (before, code, after) == (SHIP, CANNOT_TELL, CANNOT_TELL)
    assert (rule["outcome"], rule["command"]) == ("stale", "rw eval run answers")
    assert "was calibrated after this run" in rule["reason"]
    assert [item["need"]["task"] for item in plan["run"]] == ["answers"]
    assert "was calibrated after this run" not in judged(decided)["reason"]


def test_labels_of_a_task_s_own_prompts_are_said_to_be(tmp_path, rw, capsys):
    with LocalServer(Grader(honest).handle) as server:
        root = written(tmp_path / "desk", server, num_samples=20)
        _, evidence, _ = rw(root, "judge", "calibrate", "right", "--gold", write_gold(root))
        run(["judge", "show", "right"])

    # Prompts `item 0` to `item 19`, a good and a bad reply to each.
    assert evidence["calibration"]["asked_by_tasks"] == 40
    assert "40 of the labelled prompts are asked by a task that it grades" in capsys.readouterr().out


def test_a_judge_s_key_is_told_nowhere(tmp_path, rw):
    with LocalServer(Grader(honest, status=401).handle) as server:
        root = written(tmp_path / "desk", server, num_samples=3)
        calibrated, code, rule = released(rw, root, write_gold(root, good=2, bad=2))

    assert code == CANNOT_TELL
    assert "came to no verdict" in calibrated[2]
    kept = [path.read_bytes() for path in (root / ".roadworthy").rglob("*") if path.is_file()]
    assert any(b"model_graded:right" in content for content in kept)
    assert not any(PASSWORD.encode() in content for content in (*kept, calibrated[2].encode(), str(rule).encode()))


def test_a_price_is_needed_for_a_cap_on_cost_and_the_plan_counts_the_judge(tmp_path, rw):
    with LocalServer(Grader(honest).handle) as server:
        root = written(tmp_path / "desk", server, num_samples=12)
        rw(root, "assess")
        first = rw(root, "plan")[1]
        code, _, refused = rw(root, "eval", "run", "answers", "--max-cost", "1")

    [estimate] = [item["estimate"] for item in first["run"] if item["need"]["task"] == "answers"]
    assert (estimate["calls"], estimate["judge_calls"], estimate["minutes"]) == (12, 12, None)
    assert code == 2
    assert "has no price" in refused


def test_kill_9_amid_judging_loses_no_verdict_and_judges_nothing_recorded_again(tmp_path, rw):
    grader = Grader(honest, slow_s=0.02)
    with LocalServer(grader.handle) as server:
        root = written(tmp_path / "desk", server, num_samples=60)
        rw(root, "assess")
        recorded: Counter[str] = Counter()
        for number in range(2):
            goal = grader.asked.total() + 16
            process = subprocess.Popen(
                [*RW, "eval", "run", "answers", "--no-cache", *(("--resume",) if number else ())],
                cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            while grader.asked.total() < goal and process.poll() is None:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            assert process.wait(120) == -signal.SIGKILL
            for line in journal_of(root):
                reply = f"You asked: item {line['sample'].removeprefix('a')}"
                recorded.setdefault(reply, grader.asked[reply])
                assert [score["outcome"]["kind"] for score in line["scores"]] == ["success"]
        rw(root, "eval", "run", "answers", "--resume", "--no-cache")
        results = rw(root, "eval", "show", "answers")[1]["results"]

    assert recorded
    assert {reply: grader.asked[reply] for reply in recorded} == dict(recorded)
    assert len({r["sample"] for r in results}) == len(results) == 60
    assert {r["scores"][0]["outcome"]["kind"] for r in results} == {"success"}


def journal_of(root: Path) -> list[dict]:
    """Whole lines only: what the kill tore is dropped on the next start."""
    [path] = (root / ".roadworthy" / "runs").glob("*/journal.jsonl")
    lines = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
    return [line for line in lines if "scores" in line]
