"""Verdicts of comparisons: worse, better, not worse, and honestly unknown."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.run_results import name, table
from roadworthy.core.errors import ConfigError
from roadworthy.evals.comparison.compare import MAX_FLIPS, compare_runs
from roadworthy.evals.comparison.model import Change, RunComparison
from roadworthy.evals.comparison.pairing import pair_runs

RUNS = st.dictionaries(st.sampled_from("abcdefgh"), st.text("sfu", min_size=2, max_size=2), min_size=1, max_size=8)


def compared(first: dict[str, str], second: dict[str, str], *, slices=None, **options: object) -> RunComparison:
    pairing = pair_runs(table(first, slices=slices), table(second, slices=slices), same_task=True)
    return compare_runs(pairing, base=name("run_a"), candidate=name("run_b"), metrics=("exact",), **options)


def run(successes: int, failures: int, unassessed: int = 0) -> dict[str, str]:
    marks = "s" * successes + "f" * failures + "u" * unassessed
    return {f"q{i:04d}": mark for i, mark in enumerate(marks)}


@pytest.mark.parametrize(
    ("first", "second", "verdict", "code"),
    [
        pytest.param(run(400, 0), run(340, 60), Change.WORSE, 1, id="a clear loss"),
        pytest.param(run(340, 60), run(400, 0), Change.BETTER, 0, id="a clear gain"),
        pytest.param(run(400, 0), run(400, 0), Change.NOT_WORSE, 0, id="nothing changed in very many"),
        pytest.param(run(30, 0), run(30, 0), Change.CANNOT_TELL, 3, id="nothing changed in a few"),
        pytest.param(run(30, 0), run(29, 1), Change.CANNOT_TELL, 3, id="one flip in a few"),
        pytest.param(run(0, 0, 40), run(40, 0), Change.CANNOT_TELL, 3, id="nothing assessed in the base"),
        pytest.param(run(400, 0), run(380, 0, 20), Change.CANNOT_TELL, 3, id="what was lost could hide a loss"),
        pytest.param(run(380, 0, 20), run(400, 0), Change.NOT_WORSE, 0, id="what the base lost hides nothing"),
    ],
)
def test_verdict(first, second, verdict, code):
    found = compared(first, second)

    assert found.verdict is verdict
    assert found.verdict.exit_code == code


def test_errors_are_never_counted_as_a_change():
    found = compared(run(400, 0), run(350, 0, 50)).rates[0]

    assert (found.pairs, found.difference.estimate) == (350, 0.0)
    assert found.unassessed.candidate_only == 50


def test_a_larger_margin_forgives_more():
    first, second = run(400, 0), run(390, 10)

    assert compared(first, second, margin=0.02).verdict is Change.WORSE
    assert compared(first, second, margin=0.10).verdict is Change.NOT_WORSE


def test_one_slice_that_is_worse_makes_the_whole_worse():
    first = {f"q{i:04d}": "s" for i in range(800)}
    second = first | {f"q{i:04d}": "f" for i in range(30)}
    slices = {sample: {"language": "tr" if number < 40 else "en"} for number, sample in enumerate(first)}
    found = compared(first, second, slices=slices, margin=0.06)

    verdicts = {rate.slice: rate.verdict for rate in found.rates}
    assert verdicts == {"all": Change.NOT_WORSE, "language=en": Change.NOT_WORSE, "language=tr": Change.WORSE}
    assert found.verdict is Change.WORSE
    assert "language=tr" in found.reason


def test_many_slices_make_a_chance_difference_no_finding():
    """One slice of fifty differs at 5 % by itself; adjusted for all fifty-one, it is no finding."""
    first = {f"q{i:04d}": "s" for i in range(500)}
    second = first | {f"q{i:04d}": "f" for i in range(6)}
    slices = {sample: {"part": str(number // 10)} for number, sample in enumerate(first)}
    found = compared(first, second, slices=slices)
    part = next(rate for rate in found.rates if rate.slice == "part=0")

    assert part.difference.p_value / 2 < 0.05 < part.p_holm
    assert part.verdict is Change.CANNOT_TELL


def test_repeats_of_one_sample_are_one_cluster():
    once = compared(run(40, 0), run(30, 10)).rates[0]
    often = compared(
        {sample: mark * 5 for sample, mark in run(40, 0).items()},
        {sample: mark * 5 for sample, mark in run(30, 10).items()},
    ).rates[0]

    assert often.pairs == 5 * once.pairs
    assert often.bounds.low == pytest.approx(once.bounds.low, abs=0.05)
    assert often.difference.p_value == pytest.approx(once.difference.p_value)


def test_a_run_that_may_stop_early_is_held_to_bounds_that_allow_for_it():
    first, second = run(400, 0), run(340, 60)
    fixed, early = compared(first, second).rates[0], compared(first, second, largest=1).rates[0]

    assert early.verdict is Change.WORSE
    assert early.difference.estimate == fixed.difference.estimate
    assert early.difference.test == "betting"
    assert early.bounds.low < fixed.bounds.low
    assert early.bounds.high > fixed.bounds.high
    assert early.difference.p_value > fixed.difference.p_value


def looks_worse(first: dict[str, str], second: dict[str, str]) -> bool:
    """Whether the loss is above one standard error: below it nothing that is right 19 times of 20 says worse."""
    lost = sum(first[sample] > second[sample] for sample in first)
    won = sum(first[sample] < second[sample] for sample in first)
    return lost - won > (lost + won) ** 0.5


def test_looking_after_every_twenty_samples_rarely_calls_an_equal_run_worse():
    """The stated 5 % holds although the run stops as soon as it looks worse."""
    rng = random.Random(11)  # noqa: S311 - a simulation
    wrong = asked = 0
    for _ in range(100):
        first = {f"q{i}": "s" if rng.random() < 0.8 else "f" for i in range(200)}
        second = {f"q{i}": "s" if rng.random() < 0.8 else "f" for i in range(200)}
        for num_seen in range(20, 201, 20):
            early = {s: first[s] for s in list(first)[:num_seen]}, {s: second[s] for s in list(first)[:num_seen]}
            if not looks_worse(*early):
                continue
            asked += 1
            if compared(*early, largest=1).verdict is Change.WORSE:
                wrong += 1
                break
    assert asked > 50
    assert wrong / 100 <= 0.05 + 3 * (0.05 * 0.95 / 100) ** 0.5


def test_flips_name_the_samples_both_ways_with_reasons():
    found = compared({"a": "sss", "b": "fff", "c": "sss"}, {"a": "ffs", "b": "sss", "c": "ssf"})

    assert [(f.sample, f.base, f.candidate, f.reason) for f in found.newly_failing.shown] == [
        ("a", "3 of 3", "1 of 3", "the answer is wrong")
    ]
    assert [f.sample for f in found.newly_passing.shown] == ["b"]


def test_long_lists_of_flips_are_capped_and_counted():
    found = compared(run(200, 0), run(0, 200)).newly_failing

    assert (found.total, len(found.shown)) == (200, MAX_FLIPS)


def test_latency_is_compared_and_decides_nothing():
    marks = {f"q{i}": "s" * 2 for i in range(300)}
    slow = table(marks, latency_s=2.0)
    pairing = pair_runs(table(marks, latency_s=1.0), slow, same_task=True)
    found = compare_runs(pairing, base=name("run_a"), candidate=name("run_b"), metrics=("exact",))

    latency = next(value for value in found.values if value.metric == "latency")
    assert (latency.base_mean, latency.candidate_mean, latency.difference) == (1.0, 2.0, 1.0)
    assert found.verdict is Change.NOT_WORSE


@pytest.mark.parametrize(("option", "value"), [("margin", 0.0), ("margin", 1.0), ("confidence", 0.5)])
def test_options_out_of_range_are_named(option, value):
    with pytest.raises(ConfigError, match=rf"{option} must be in .* got {value}"):
        compared(run(3, 0), run(3, 0), **{option: value})


def test_runs_without_a_common_sample_are_refused_with_the_reasons():
    with pytest.raises(ConfigError, match="no sample in common") as caught:
        compared({"a": "s"}, {"b": "s"})

    assert caught.value.details == ("1 only in the base run", "1 only in the candidate run")


@given(RUNS, RUNS)
def test_turning_the_runs_around_turns_the_difference_around(first, second):
    second = {sample: second.get(sample, "ss") for sample in first}
    forward, backward = compared(first, second).rates[0], compared(second, first).rates[0]

    if forward.difference is None:
        assert backward.difference is None
    else:
        assert forward.difference.estimate == -backward.difference.estimate
        assert forward.unassessed.base_only == backward.unassessed.candidate_only


@given(RUNS)
def test_a_run_is_never_worse_or_better_than_itself(marks):
    assert compared(marks, marks).verdict in (Change.NOT_WORSE, Change.CANNOT_TELL)
