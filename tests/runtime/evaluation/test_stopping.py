"""``rw eval run`` that has to stop: at a cap, at a signal, before a target that is down; and how it goes on."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.small_system import write_system
from roadworthy.cli.main import run as rw
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError, StoppedError
from roadworthy.evals.execution.brakes.breaker import BreakerPolicy
from roadworthy.evals.execution.brakes.budget import Budget, Caps
from roadworthy.evals.execution.brakes.ending import Halt
from roadworthy.evals.judging.model import Judge
from roadworthy.evals.judging.scorer import ModelGraded
from roadworthy.inventory.model import TargetSpec
from roadworthy.runtime.evaluation.executor import build_executor
from roadworthy.runtime.evaluation.options import Options, caps_of, controls_for, require_price, seconds_of
from roadworthy.runtime.evaluation.session import open_session
from roadworthy.runtime.workspace import Workspace

NUM_SAMPLES = 40


class Desk:
    """Echoes questions; counts them; can be slow or down."""

    def __init__(self, *, pause_s=0.0):
        self.asked = Counter()
        self.in_flight = 0
        self.is_down = False
        self._pause_s = pause_s
        self._more = threading.Condition()

    async def handle(self, request):
        text = (await request.json())["messages"][-1]["content"]
        with self._more:
            self.asked[text] += 1
            self._more.notify_all()
        self.in_flight += 1
        await asyncio.sleep(self._pause_s)
        self.in_flight -= 1
        if self.is_down:
            return web.json_response({}, status=500)
        return web.json_response(
            {
                "choices": [{"message": {"role": "assistant", "content": text}}],
                "usage": {"prompt_tokens": 6, "completion_tokens": 4},
            }
        )

    def wait_for(self, number):
        with self._more:
            assert self._more.wait_for(lambda: self.asked.total() >= number, 30)


def system(folder, server, *, more="", num_samples=NUM_SAMPLES):
    target = f"{{key: desk, kind: openai, url: '{server.url}/v1', model: m{more}}}"
    root = write_system(folder, target=target, num_samples=num_samples)
    assert rw(["assess", "--root", str(root)]) == 0
    return root


def evaluated(root, *arguments):
    return rw(["eval", "run", "answers", "--root", str(root), *arguments])


def evidence(root, capsys):
    capsys.readouterr()
    assert rw(["list", "evidence", "--root", str(root), "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("cap", "more", "said"),
    [
        (("--max-calls", "15"), "", "(max-calls): 15 of at most 15 calls are made"),
        (("--max-tokens", "155"), "", "(max-tokens): 150 of at most 155 tokens are used"),
        (
            ("--max-cost", "0.155"),
            ", price_per_million_input_tokens: 1000, price_per_million_output_tokens: 1000",
            "(max-cost): 0.1500 of at most 0.155 is spent",
        ),
    ],
)
def test_a_cap_stops_the_run_without_evidence_and_resuming_completes_it(tmp_path, capsys, cap, more, said):
    desk = Desk()
    with LocalServer(desk.handle) as server:
        root = system(tmp_path / "desk", server, more=more)
        code = evaluated(root, *cap, "--concurrency", "1", "--no-cache")
        stopped = capsys.readouterr()
        asked = desk.asked.total()
        nothing = evidence(root, capsys)
        still = evaluated(root, *cap, "--resume", "--no-cache")
        resumed = evaluated(root, "--resume", "--no-cache")

    assert (code, asked) == (3, 15)
    assert said in stopped.err
    assert "rw eval run --resume" in stopped.err
    assert nothing == []
    assert (still, resumed) == (3, 0)
    assert desk.asked == Counter(f"item {i}" for i in range(NUM_SAMPLES))
    assert len(evidence(root, capsys)) == 1


def test_the_caps_hold_for_all_runs_of_a_command_together(tmp_path, capsys):
    desk = Desk()
    with LocalServer(desk.handle) as server:
        root = system(tmp_path / "desk", server)
        code = rw(["eval", "run", "--all", "--root", str(root), "--max-calls", "50", "--no-cache"])
        said = capsys.readouterr()

    assert (code, desk.asked.total()) == (3, 50)
    assert "answers" in said.out
    assert "of refusals stopped (max-calls)" in said.err


def test_replies_from_the_cache_spend_nothing(tmp_path):
    desk = Desk()
    with LocalServer(desk.handle) as server:
        root = system(tmp_path / "desk", server)
        codes = [evaluated(root), evaluated(root, "--max-calls", "1")]

    assert codes == [0, 0]
    assert desk.asked.total() == NUM_SAMPLES


def test_the_cap_on_time_stops_the_run(tmp_path, capsys):
    with LocalServer(Desk(pause_s=0.2).handle) as server:
        root = system(tmp_path / "desk", server)
        code = evaluated(root, "--max-time", "0.5s", "--concurrency", "1")

    assert code == 3
    assert "(max-time): the run went on for 0.5 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--max-time", "soon"), "'soon' is not a length of time"),
        (("--max-cost", "0"), "the cap `cost` must be a number above 0, got 0"),
        (("--max-cost", "nan"), "the cap `cost` must be a number above 0, got nan"),
        (("--max-cost", "1"), "the target 'desk' has no price"),
    ],
)
def test_a_cap_that_cannot_hold_is_refused_before_anything_is_asked_or_registered(tmp_path, capsys, arguments, said):
    desk = Desk()
    with LocalServer(desk.handle) as server:
        root = system(tmp_path / "desk", server)
        code = evaluated(root, *arguments)

    assert code == 2
    assert said in capsys.readouterr().err
    assert desk.asked.total() == 0
    assert list(root.glob(".roadworthy/runs/*")) == []


def test_a_target_that_is_down_stops_the_session_and_nothing_is_signed(tmp_path, capsys):
    desk = Desk()
    desk.is_down = True
    with LocalServer(desk.handle) as server:
        root = system(tmp_path / "desk", server)
        session = open_session(
            Workspace(root=root), ["answers"], everything=False, resume=False,
            options=Options(breaker=BreakerPolicy(wait_s=0.05), concurrency=16),
        )  # fmt: skip
        with pytest.raises(StoppedError, match="the target is down: HTTP 500; 3 further tries did not help"):
            session.carry_out(on_start=lambda *_: None, on_result=lambda _: None)
        assert evidence(root, capsys) == []
        desk.is_down = False
        code = evaluated(root, "--resume")

    assert code == 0
    assert all(desk.asked[f"item {i}"] >= 1 for i in range(NUM_SAMPLES))


def started(root, *arguments):
    command = [sys.executable, "-c", "from roadworthy.cli.main import main; main()", "eval", "run", "answers"]
    return subprocess.Popen([*command, *arguments], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_lets_the_calls_in_flight_finish_and_records_them(tmp_path, capsys, number):
    desk = Desk(pause_s=0.3)
    with LocalServer(desk.handle) as server:
        root = system(tmp_path / "desk", server, num_samples=400)
        process = started(root, "--concurrency", "4")
        desk.wait_for(9)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        asked = desk.asked.total()
        lines = b"".join(path.read_bytes() for path in root.glob(".roadworthy/runs/*/journal.jsonl"))
        signed = evidence(root, capsys)

    assert process.returncode == 130
    assert "stopping: the calls in flight finish first" in said
    assert "`rw eval run --resume` goes on" in said
    assert 9 <= asked < 100
    assert lines.count(b"\n") == asked
    assert signed == []


def test_the_second_signal_does_not_wait(tmp_path):
    desk = Desk(pause_s=20.0)
    with LocalServer(desk.handle) as server:
        root = system(tmp_path / "desk", server, num_samples=40)
        process = started(root, "--concurrency", "4")
        desk.wait_for(4)
        process.send_signal(signal.SIGINT)
        assert "stopping" in "".join(process.stderr.readline() for _ in range(2))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)

    assert process.returncode == 130
    assert desk.asked.total() == 4


def test_the_target_s_own_limit_bounds_what_is_in_flight():
    spec = TargetSpec(key="desk", kind="openai", max_concurrency=3, timeout_s=10.0)

    controls = controls_for(spec, Options(concurrency=64), budget=Budget(Caps()), halt=Halt())

    assert controls.pace.limit == 3
    assert controls.deadline_s == 15.0


@pytest.mark.parametrize(
    "wrong", [{"max_concurrency": 0}, {"max_requests_per_minute": -1}, {"max_tokens_per_minute": 0}]
)
def test_a_limit_of_nothing_is_refused_by_the_manifest(wrong):
    with pytest.raises(ValueError, match="must be at least 1"):
        TargetSpec(key="desk", kind="openai", **wrong)


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf")])
def test_a_price_that_is_none_is_refused_by_the_manifest(price):
    with pytest.raises(ValueError, match="a price must be a number of 0 or more"):
        TargetSpec(key="desk", kind="openai", price_per_million_input_tokens=price)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90.0), ("90s", 90.0), ("1.5m", 90.0), ("2h", 7200.0)])
def test_lengths_of_time_are_read(text, seconds):
    assert seconds_of(text, where="--max-time") == seconds


@pytest.mark.parametrize("text", ["", "s", "-5m", "0", "nan", "inf", "5d", "5 minutes"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(ConfigError, match="is not a length of time"):
        seconds_of(text, where="--max-time")


def test_a_cap_on_cost_needs_a_price_only_where_it_is_set():
    spec = TargetSpec(key="desk", kind="openai")

    require_price(spec, caps_of(calls=3))
    with pytest.raises(ConfigError, match="has no price"):
        require_price(spec, caps_of(cost=3.0))


def test_an_unknown_executor_is_refused():
    with pytest.raises(ConfigError, match="no executor is called 'dask'"):
        build_executor("dask", scorers=(), specs=(), open_encoder=lambda _: pytest.fail("nothing is to be opened"))


def test_a_judge_that_nobody_can_reach_is_refused_and_not_left_out():
    judge = Judge(
        schema="roadworthy/judge/v1", id="helpful", title="Helps", targets=("grader",), criterion="The reply helps."
    )
    scorer = ModelGraded(judge=judge, models={"grader": digest_of("grader")})

    with pytest.raises(ConfigError, match="nothing says how the judge behind model_graded:helpful is reached"):
        build_executor("asyncio", scorers=[scorer], specs=(), open_encoder=lambda _: pytest.fail("none to open"))
