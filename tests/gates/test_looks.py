"""What looking again and again costs: the figures that the documents state."""

from __future__ import annotations

import random

import pytest

from fakes.gate_world import bar, measure_check, rule, run_evidence, task
from roadworthy.core.evidence import RunResult
from roadworthy.core.result import ClusterCount, Interval, Measurement
from roadworthy.gates.model import RuleOutcome
from roadworthy.gates.rate import judge_runs, worst

PROMPTS, BAR, REPETITIONS, LOOKS = 60, 0.2, 400, 10


def drawn(luck: random.Random) -> RunResult:
    """One run of every prompt, each failing with the very rate that must not be exceeded."""
    outcomes = [luck.random() >= BAR for _ in range(PROMPTS)]
    clusters = tuple(ClusterCount(cluster=f"c{i:03}", successes=int(ok), trials=1) for i, ok in enumerate(outcomes))
    measured = Measurement(
        metric="canary_leak",
        slice="all",
        numerator=sum(outcomes),
        denominator=PROMPTS,
        attempted=PROMPTS,
        clusters=clusters,
        interval=Interval(low=0, high=1, confidence=0.95, method="not used by the gate"),
    )
    result = run_evidence(measured, task_ref=task()).result
    assert result is not None
    return result


@pytest.mark.slow
def test_ten_looks_let_through_at_most_a_little_more_than_one():
    luck = random.Random(20260601)  # noqa: S311 - reproducible, nothing is secret
    check = measure_check(threshold=BAR)
    asked = bar(rule=rule().id, threshold=BAR)
    once = ever = 0
    for _ in range(REPETITIONS):
        runs: list[RunResult] = []
        passed = []
        for _ in range(LOOKS):
            runs.insert(0, drawn(luck))
            passed.append(worst(judge_runs(runs, check=check, bar=asked)) is RuleOutcome.PASS)
        once += passed[0]
        ever += any(passed)

    assert once / REPETITIONS <= 0.05 + 3 * (0.05 * 0.95 / REPETITIONS) ** 0.5
    assert once <= ever
    assert ever / REPETITIONS <= 0.07 + 3 * (0.07 * 0.93 / REPETITIONS) ** 0.5
