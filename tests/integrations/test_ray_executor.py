"""Judging on a real local Ray: the same scores as in this process, in order, whatever happens to a worker."""

import asyncio
import os
import subprocess
import sys
import time

import pytest

from fakes.scripted_target import NOW, MemoryJournal, ScriptedTarget, make_plan, make_task
from roadworthy.core.digest import canonical_json
from roadworthy.core.errors import TaskError
from roadworthy.core.result import Unassessed
from roadworthy.evals.execution.judge import judge
from roadworthy.evals.execution.runner import RetryPolicy, run
from roadworthy.evals.model import NoReply, Reply, Sample, ScorerSpec, task_digest
from roadworthy.evals.scorers.registry import build
from roadworthy.integrations.ray_executor import RayExecutor, _remove

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray"), pytest.mark.timeout(240)]

SPECS = (
    ScorerSpec(kind="exact"),
    ScorerSpec(kind="includes"),
    ScorerSpec(kind="pattern", options={"pattern": "[0-9]+"}),
)


class Deadly(Reply):
    """Ends the process that reads it."""

    def __reduce__(self):
        return (os._exit, (1,))


def task_of(count):
    """Samples with replies of every kind: right, wrong, empty, none at all."""
    for number in range(count):
        sample = Sample(id=f"s{number}", prompt="how many?", expected=str(number), includes=(str(number % 7),))
        match number % 5:
            case 0:
                yield sample, Reply(text=str(number))
            case 1:
                yield sample, Reply(text=f"about {number} ü \N{GRINNING FACE}")
            case 2:
                yield sample, Reply(text="")
            case 3:
                yield sample, NoReply(reason="timeout after 1 s", retryable=True)
            case _:
                yield sample, Reply(text="many", probabilities={"many": 0.5})


async def judged(executor, pairs):
    return await asyncio.gather(*(executor.judge(sample, response) for sample, response in pairs))


def inline(pairs):
    scorers = [build(spec) for spec in SPECS]
    return [judge(sample, response, scorers) for sample, response in pairs]


def started(tries=4):
    """On a busy machine Ray gives its own processes up after half a minute; it is started again then."""
    for left in reversed(range(tries)):
        try:
            return RayExecutor(SPECS, workers=2)
        except Exception as fault:  # Ray raises the bare class
            if left == 0 or "timed out during startup" not in str(fault):
                raise
    return None


@pytest.fixture(scope="module")
def ray():
    """One local Ray for the module; executors join it and leave it running, and the first one ends it."""
    import ray

    first = started()
    yield ray
    asyncio.run(first.close())
    assert not ray.is_initialized()


@pytest.fixture
def executor(ray):
    made = RayExecutor(SPECS, workers=1)
    yield made
    asyncio.run(made.close())


def test_500_samples_get_byte_identical_scores_in_the_same_order(executor):
    pairs = list(task_of(500))

    spread = asyncio.run(judged(executor, pairs))

    assert [canonical_json(s) for s in spread] == [canonical_json(s) for s in inline(pairs)]
    assert {type(score.outcome).__name__ for scores in spread for score in scores} == {
        "Success", "Failure", "Unassessed",
    }  # fmt: skip


def test_a_folder_that_somebody_still_writes_to_is_removed_when_they_stop(tmp_path):
    """As Ray's processes do for a moment after they were ended."""
    folder = tmp_path / "ray"
    folder.mkdir()
    writing = (
        "import pathlib, sys, time\n"
        "until = time.monotonic() + 1\n"
        "while time.monotonic() < until:\n"
        "    pathlib.Path(sys.argv[1]).mkdir(exist_ok=True)\n"
        "    pathlib.Path(sys.argv[1], str(time.monotonic_ns())).touch()\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", writing, str(folder)], stderr=subprocess.DEVNULL)
    while not any(folder.iterdir()):
        time.sleep(0.01)

    _remove(folder)
    writer.wait()
    _remove(folder)

    assert not folder.exists()


class OneMoment:
    """A clock that stands still, so that two runs differ in nothing but who judged."""

    def now(self):
        return NOW


def test_a_run_of_500_samples_is_the_same_on_asyncio_and_on_ray_byte_for_byte(executor):
    pairs = {sample.id: (sample, response) for sample, response in task_of(500)}
    task = make_task(samples=tuple(sample for sample, _ in pairs.values()), scorers=SPECS)
    scorers = tuple(build(spec) for spec in SPECS)
    versions = {scorer.name: scorer.version for scorer in scorers}

    def lines(judges):
        target = ScriptedTarget(lambda request, _: pairs[request.sample][1])
        results = []
        asyncio.run(
            run(
                task, plan=make_plan(task, task_digest=task_digest(task, scorer_versions=versions)), target=target,
                scorers=scorers, journal=MemoryJournal(results), cache=None, clock=OneMoment(), concurrency=16,
                retries=RetryPolicy(max_attempts=1), on_result=lambda _: None, executor=judges,
            )
        )  # fmt: skip
        return sorted(canonical_json(result) for result in results)

    on_ray, here = lines(executor), lines(None)

    assert len(here) == 500
    assert on_ray == here


def test_a_reply_that_ends_its_worker_is_unassessed_and_the_others_of_its_batch_are_judged(executor):
    pairs = list(task_of(20))
    deadly = [*pairs[:7], (pairs[7][0], Deadly(text="boom")), *pairs[8:]]

    spread = asyncio.run(judged(executor, deadly))

    assert spread[:7] + spread[8:] == inline(pairs)[:7] + inline(pairs)[8:]
    assert [score.scorer for score in spread[7]] == ["exact", "includes", "pattern"]
    assert {score.outcome for score in spread[7]} == {Unassessed(reason="the worker that judged it ended, twice")}


def test_a_closed_executor_judges_no_more_and_leaves_a_ray_that_it_did_not_start(ray):
    executor = RayExecutor(SPECS, workers=1)

    async def closed():
        waiting = asyncio.ensure_future(judged(executor, list(task_of(50))))
        await asyncio.sleep(0.01)
        await executor.close()
        await executor.close()
        return await waiting

    scores = asyncio.run(closed())

    assert {score.outcome.reason for one in scores for score in one} >= {"the executor was closed"}
    assert ray.is_initialized()
    with pytest.raises(RuntimeError, match="was closed"):
        asyncio.run(executor.judge(*next(task_of(1))))


def test_a_scorer_that_cannot_be_built_is_told_before_anything_starts(ray):
    with pytest.raises(TaskError, match="unknown scorer 'exakt'"):
        RayExecutor((ScorerSpec(kind="exakt"),), workers=1)


def test_no_worker_is_no_executor():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        RayExecutor(SPECS, workers=0)


def test_a_cluster_that_is_not_there_is_told():
    """In a process of its own: a Ray that is up here would be taken instead."""
    addresses = ("127.0.0.1:1", "ray://127.0.0.1:1", "nowhere", "host:many", "127.0.0.1:99999")
    code = (
        "from roadworthy.integrations.ray_executor import RayExecutor\n"
        "from roadworthy.core.errors import ConfigError\n"
        f"for address in {addresses!r}:\n"
        "    try: RayExecutor((), workers=1, address=address)\n"
        "    except ConfigError as fault: print(address, '/', fault.problem, '/', fault.where)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=False
    )  # fmt: skip
    told = [line for line in done.stdout.splitlines() if " / " in line]

    assert [line.partition(" ")[0] for line in told] == list(addresses), done.stderr
    assert all("Ray cluster" in line and "RAY_ADDRESS" in line for line in told), told
