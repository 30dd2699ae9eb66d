import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.scripted_target import (
    MemoryCache,
    MemoryJournal,
    SaysAnswer,
    ScriptedTarget,
    TickingClock,
    make_plan,
    make_task,
)
from fakes.virtual_time import run_virtually
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import StoreError, TaskError
from roadworthy.core.result import Success, Unassessed
from roadworthy.core.subject import Subject
from roadworthy.evals.execution.runner import RetryPolicy, run
from roadworthy.evals.model import NoReply, Reply


def carry_out(task, target, *, lines=None, journal=None, **changes):
    lines = [] if lines is None else lines
    heard = []
    arguments = {
        "plan": make_plan(task), "target": target, "scorers": (SaysAnswer(),), "cache": None, "clock": TickingClock(),
        "journal": journal or MemoryJournal(lines), "concurrency": 4, "retries": RetryPolicy(max_attempts=3),
        "on_result": heard.append,
    }  # fmt: skip
    ending = run_virtually(run(task, **(arguments | changes)))
    return lines, ending, heard


def keys(lines):
    return Counter((line.sample, line.epoch) for line in lines)


RESPONSES = st.sampled_from(
    [Reply(text="an answer"), Reply(text="no"), NoReply(reason="HTTP 400"), NoReply(reason="HTTP 503", retryable=True)]
)


@settings(max_examples=60)
@given(data=st.data(), num_samples=st.integers(1, 8), epochs=st.integers(1, 3), concurrency=st.integers(1, 9))
def test_every_sample_is_recorded_once_whatever_fails_and_the_bound_holds(data, num_samples, epochs, concurrency):
    script = data.draw(st.lists(RESPONSES, min_size=1, max_size=10))
    turn = iter(range(10**6))
    target = ScriptedTarget(lambda _request, _attempt: script[next(turn) % len(script)])
    task = make_task(num_samples, epochs=epochs)

    lines, _, heard = carry_out(task, target, concurrency=concurrency)

    assert keys(lines) == Counter((f"s{i}", e) for i in range(num_samples) for e in range(epochs))
    assert heard == lines
    assert target.most_in_flight <= concurrency
    assert max(target.asked.values()) <= 3


@settings(max_examples=40)
@given(num_samples=st.integers(1, 6), epochs=st.integers(1, 3), done=st.integers(0, 18), concurrency=st.integers(1, 5))
def test_resuming_asks_nothing_that_is_finished_and_everything_else(num_samples, epochs, done, concurrency):
    task = make_task(num_samples, epochs=epochs)
    whole, _, _ = carry_out(task, ScriptedTarget())
    before = whole[:done]
    target = ScriptedTarget()

    lines, _, heard = carry_out(task, target, lines=list(before), concurrency=concurrency)

    assert set(target.asked) == set(keys(whole[done:]))
    assert keys(lines) == keys(whole)
    assert heard == lines[len(before) :]


def test_a_result_is_durable_before_anybody_hears_of_it():
    lines = []

    def check(result):
        assert lines[-1] is result

    carry_out(make_task(5), ScriptedTarget(), lines=lines, on_result=check)

    assert len(lines) == 5


def test_an_unassessed_sample_is_asked_again_only_on_request_and_the_later_line_counts():
    task = make_task(2)
    lines, _, _ = carry_out(task, ScriptedTarget(lambda r, _: NoReply(reason="HTTP 400")))
    idle, eager = ScriptedTarget(), ScriptedTarget()

    carry_out(task, idle, lines=lines)
    carry_out(task, eager, lines=lines, retry_unassessed=True)

    assert idle.asked == Counter()
    assert eager.asked == Counter({("s0", 0): 1, ("s1", 0): 1})
    assert isinstance(lines[-1].response, Reply)


def test_a_failed_call_is_unassessed_with_its_reason_and_the_number_of_tries():
    lines, _, _ = carry_out(make_task(1), ScriptedTarget(lambda r, _: NoReply(reason="HTTP 503", retryable=True)))

    assert lines[0].response == NoReply(reason="HTTP 503 after 3 tries", retryable=True)
    assert lines[0].scores[0].outcome == Unassessed(reason="no reply: HTTP 503 after 3 tries")
    assert lines[0].calls == 3


def test_a_call_that_recovers_is_judged_like_any_other():
    target = ScriptedTarget(
        lambda r, n: NoReply(reason="timeout", retryable=True) if n < 3 else Reply(text="an answer")
    )

    lines, _, _ = carry_out(make_task(1), target)

    assert lines[0].scores[0].outcome == Success()


class Breaks:
    name = "breaks"
    version = "1"

    def score(self, sample, response):
        raise KeyError("secret text of the reply")


class Lies(Breaks):
    name = "lies"

    def score(self, sample, response):
        return True


@pytest.mark.parametrize(
    ("scorer", "reason"),
    [
        (Breaks(), "the scorer raised KeyError"),
        (Lies(), "the scorer returned bool, not an outcome"),
    ],
)
def test_a_broken_scorer_is_unassessed_and_the_others_still_judge(scorer, reason):
    task = make_task(1)
    scorers = (scorer, SaysAnswer())
    digest = make_plan(task).task_digest
    plan = make_plan(task, task_digest=digest)
    from roadworthy.evals.model import task_digest

    plan = replace(plan, task_digest=task_digest(task, scorer_versions={s.name: s.version for s in scorers}))

    lines, _, _ = carry_out(task, ScriptedTarget(), scorers=scorers, plan=plan)

    assert [score.outcome for score in lines[0].scores] == [Unassessed(reason=reason), Success()]


class FullDisk(MemoryJournal):
    async def append(self, result):
        if len(self._lines) == 2:
            raise StoreError("cannot write journal.jsonl: No space left on device")
        await super().append(result)


def test_a_journal_that_cannot_be_written_stops_the_run_with_that_error():
    lines = []
    target = ScriptedTarget()

    with pytest.raises(StoreError, match="No space left"):
        carry_out(make_task(50), target, journal=FullDisk(lines), concurrency=3)

    assert len(lines) == 2
    assert sum(target.asked.values()) < 12


def test_cancelling_closes_the_journal_and_records_no_half_result():
    lines = []
    journal = MemoryJournal(lines)

    async def forever(request, attempt):
        await asyncio.sleep(3600)

    class Hanging(ScriptedTarget):
        async def ask(self, request):
            if request.sample == "s0":
                return Reply(text="answer")
            return await forever(request, 0)

    async def cancelled():
        task = make_task(4)
        running = asyncio.create_task(
            run(
                task, plan=make_plan(task), target=Hanging(), scorers=(SaysAnswer(),), journal=journal, cache=None,
                clock=TickingClock(), concurrency=2, retries=RetryPolicy(), on_result=lambda _: None,
            )
        )  # fmt: skip
        while not lines:
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(cancelled())

    assert [line.sample for line in lines] == ["s0"]
    with pytest.raises(StoreError, match="closed"):
        asyncio.run(journal.append(lines[0]))


def test_a_kept_reply_is_not_asked_for_again_and_epochs_never_share_one():
    task, cache, target = make_task(2, epochs=2), MemoryCache(), ScriptedTarget()

    first, _, _ = carry_out(task, target, cache=cache)
    again, _, _ = carry_out(task, target, cache=cache)

    assert len(cache.kept) == 4
    assert set(target.asked.values()) == {1}
    assert [line.cached for line in first] == [False] * 4
    assert [line.cached for line in again] == [True] * 4


class LaterClock(TickingClock):
    """A clock of a year later."""

    def now(self):
        return super().now() + timedelta(days=365)


def test_a_run_that_asks_nothing_does_not_make_old_answers_younger():
    task, cache, target = make_task(3), MemoryCache(), ScriptedTarget()

    first, _, _ = carry_out(task, target, cache=cache)
    again, _, _ = carry_out(task, target, cache=cache, clock=LaterClock())
    thrice, _, _ = carry_out(task, target, cache=cache, clock=LaterClock())

    assert {line.sample: line.finished_at for line in again} == {line.sample: line.finished_at for line in first}
    assert {line.sample: line.finished_at for line in thrice} == {line.sample: line.finished_at for line in first}


def test_a_changed_component_behind_the_same_address_is_asked_anew():
    task, cache, target = make_task(1), MemoryCache(), ScriptedTarget()
    plans = [
        make_plan(task, subjects=(Subject(kind="component", name="prompt", digest=digest_of(text)),))
        for text in ("old prompt", "new prompt")
    ]

    for plan in plans:
        carry_out(task, target, cache=cache, plan=plan)

    assert target.asked["s0", 0] == 2


@pytest.mark.parametrize("response", [NoReply(reason="HTTP 400"), Reply(text="Internal error", status=500)])
def test_failures_and_crashes_are_never_kept(response):
    cache = MemoryCache()

    carry_out(make_task(1), ScriptedTarget(lambda r, _: response), cache=cache)

    assert cache.kept == {}


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"plan": make_plan(make_task(4))}, "the task is not the one"),
        ({"plan": make_plan(make_task(3), target_digest=digest_of("other"))}, "the target is not the one"),
        ({"scorers": (SaysAnswer(), SaysAnswer())}, "two scorers called 'says_answer'"),
    ],
)
def test_nothing_is_asked_under_a_plan_that_registered_something_else(changes, match):
    target = ScriptedTarget()

    with pytest.raises(TaskError, match=match):
        carry_out(make_task(3), target, **changes)

    assert target.asked == Counter()


def test_no_worker_is_refused():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        carry_out(make_task(1), ScriptedTarget(), concurrency=0)
