"""A run that may stop early: what it asks, what it counts, and that it can be recomputed from its results."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.core.errors import VerificationError
from roadworthy.core.evidence import Bar
from roadworthy.core.result import ClusterCount, Failure, Success, Unassessed
from roadworthy.core.severity import Severity
from roadworthy.evals.execution.questions import Answer, Question, answer
from roadworthy.evals.execution.registered_order import PlannedCluster, counted, design_of, registered_order
from roadworthy.evals.execution.until_answered import UntilAnswered, account, is_settled
from roadworthy.evals.model import NoReply, Reply, Sample, SampleResult, Score, ScorerSpec, Task
from roadworthy.evals.stats.cluster import flipped
from roadworthy.evals.stats.sequential import lower_bound, upper_bound
from roadworthy.evals.stats.sequential.wealth import tally_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
METRICS = ("exact",)


def make_task(num, *, per=1, epochs=1, slices=lambda i: {}):
    return Task(
        schema="roadworthy/task/v1",
        id="t",
        title="T",
        category="c",
        target="m",
        epochs=epochs,
        scorers=(ScorerSpec(kind="exact"),),
        samples=tuple(Sample(id=f"s{i}", prompt="?", cluster=f"c{i // per}", slices=slices(i)) for i in range(num)),
    )


def question(threshold=0.05, *, rate="failure", slices=(), metric="*", min_samples=30, min_coverage=0.9):
    bar = Bar(
        rule="p/r",
        comparator="<=" if rate == "failure" else ">=",
        threshold=threshold,
        confidence=0.95,
        min_samples=min_samples,
        min_coverage=min_coverage,
        severity=Severity.BLOCK,
    )
    return Question(metric=metric, slices=slices, rate=rate, bar=bar)


def result(sample, epoch, outcome, metrics=METRICS):
    return SampleResult(
        sample=sample.id,
        epoch=epoch,
        cluster=sample.cluster or sample.id,
        slices=sample.slices,
        request_digest="d",
        response=Reply(text="x"),
        scores=tuple(Score(scorer=m, version="1", outcome=outcome) for m in metrics),
        cached=False,
        finished_at=NOW,
    )


def carry_out(task, questions, judge, *, metrics=METRICS, in_flight=1, earlier=(), seed=1):
    """Ask as the runner does, ``in_flight`` at a time, hearing the newest first."""
    schedule = UntilAnswered(task, design=design_of(task, order_seed=seed), questions=questions, metrics=metrics)
    results = list(earlier)
    for one in earlier:
        schedule.heard(one)
    waiting = []
    while True:
        while len(waiting) < in_flight and (pair := schedule.next()) is not None:
            waiting.append(pair)
        if not waiting:
            return results
        sample, epoch = waiting.pop()
        results.append(result(sample, epoch, judge(sample, epoch), metrics))
        schedule.heard(results[-1])


def accounted(task, questions, results, *, metrics=METRICS, seed=1):
    return account(task, design=design_of(task, order_seed=seed), questions=questions, metrics=metrics, results=results)


def good(sample, epoch):
    return Success()


def bad(sample, epoch):
    return Failure()


def mixed(every):
    """Fail each sample whose number is a multiple of ``every``."""
    return lambda sample, epoch: Failure() if int(sample.id[1:]) % every == 0 else Success()


def test_a_perfect_system_is_asked_as_often_as_it_takes_to_show_it():
    task = make_task(1000)

    results = carry_out(task, [question(0.05)], good)

    assert len(results) == 77
    assert accounted(task, [question(0.05)], results).is_settled


def test_a_broken_system_is_refuted_at_once_whatever_the_least_number_of_samples():
    results = carry_out(make_task(1000), [question(0.05, min_samples=500)], bad)

    assert len(results) < 10


def test_the_least_number_of_samples_is_asked_before_a_bar_is_met():
    assert len(carry_out(make_task(1000), [question(0.05, min_samples=200)], good)) == 200


def test_a_rate_at_the_bar_spends_the_plan_and_is_not_settled():
    task, asked = make_task(500), [question(0.1)]

    results = carry_out(task, asked, mixed(10))
    found = accounted(task, asked, results)

    assert len(results) == 500
    assert not found.is_settled
    assert found.missing == {"all": 0}


@pytest.mark.parametrize(
    "questions",
    [
        pytest.param([], id="no question"),
        pytest.param([question(metric="other")], id="a scorer that the task does not have"),
    ],
)
def test_without_an_answerable_question_everything_is_asked(questions):
    task = make_task(40)

    results = carry_out(task, questions, good)

    assert len(results) == 40
    assert not accounted(task, questions, results).is_settled


def test_a_slice_that_no_sample_has_does_not_keep_the_run_going():
    assert len(carry_out(make_task(1000), [question(slices=("language",))], good)) == 77


@pytest.mark.parametrize("in_flight", [1, 7, 64])
def test_every_sample_and_epoch_of_a_started_cluster_is_asked_once(in_flight):
    task = make_task(600, per=3, epochs=2)

    results = carry_out(task, [question(0.2)], good, in_flight=in_flight)
    pairs = [(r.sample, r.epoch) for r in results]
    clusters = {r.cluster for r in results}

    assert len(set(pairs)) == len(pairs) == len(clusters) * 6
    assert len(clusters) < 40


def test_the_order_is_random_and_fixed_by_the_seed_alone():
    task = make_task(200)
    backwards = make_task(200)
    backwards = Task(**{f: getattr(backwards, f) for f in backwards.__slots__} | {"samples": backwards.samples[::-1]})

    def names(one, seed):
        return [c.cluster for c in registered_order(one, design=design_of(one, order_seed=seed))]

    assert names(task, 1) == names(backwards, 1)
    assert names(task, 1) != names(task, 2)
    assert names(task, 1) != sorted(names(task, 1))
    assert sorted(names(task, 1)) == sorted(names(task, 2))


def test_effort_goes_to_the_slices_that_are_still_open():
    """German never fails; English fails once in fifteen and takes longer to show."""
    task = make_task(4000, slices=lambda i: {"language": "de" if i % 2 else "en"})
    asked = [question(0.15, slices=("language",))]

    results = carry_out(task, asked, mixed(30))
    found = accounted(task, asked, results)
    per = {name: len(found.counted[f"language={name}"]) for name in ("de", "en")}

    assert found.is_settled
    assert per["en"] > per["de"] + 20
    assert len(results) == per["en"] + per["de"]
    assert not any(found.missing.values())


def test_a_refuted_slice_answers_the_whole_question():
    task = make_task(4000, slices=lambda i: {"language": "de" if i % 4 else "en"})
    asked = [question(0.3, slices=("language",))]

    results = carry_out(task, asked, lambda s, e: Failure() if s.slices["language"] == "en" else Success())

    assert accounted(task, asked, results).is_settled
    assert len(results) < 60


def test_what_comes_after_a_skipped_cluster_does_not_count():
    order = [
        PlannedCluster(cluster=name, samples=(Sample(id=name, prompt="?"),), slices=frozenset({"all", *slices}))
        for name, slices in (("a", {"g"}), ("b", {"h"}), ("c", {"g"}), ("d", {"h"}), ("e", {"g"}))
    ]

    found = counted(order, started={"a", "b", "d", "e"})

    assert found == {"all": {"a", "b"}, "g": {"a"}, "h": {"b", "d"}}


@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from("ghk"))), max_size=30))
def test_each_slice_counts_the_longest_run_of_started_clusters_from_its_first(kinds):
    order = [
        PlannedCluster(cluster=str(i), samples=(Sample(id=str(i), prompt="?"),), slices=frozenset({"all", *slices}))
        for i, (_, slices) in enumerate(kinds)
    ]
    started = {str(i) for i, (is_started, _) in enumerate(kinds) if is_started}

    for name, clusters in counted(order, started=started).items():
        mine = [one.cluster for one in order if name in one.slices]
        length = next((at for at, cluster in enumerate(mine) if cluster not in started), len(mine))
        assert clusters == set(mine[:length])


@settings(max_examples=25)
@given(
    st.integers(0, 2**31),
    st.sampled_from([1, 5, 30]),
    st.sampled_from([2, 5, 9, 40, 1000]),
    st.sampled_from([0.05, 0.2]),
)
def test_a_run_that_ended_by_itself_is_settled_or_spent(seed, in_flight, every, threshold):
    """Whatever was in flight when an answer was found: the results alone say the same."""
    task = make_task(300, per=2, slices=lambda i: {"g": str(i // 2 % 3)})
    asked = [question(threshold, slices=("g",))]

    results = carry_out(task, asked, mixed(every), in_flight=in_flight, seed=seed)
    found = accounted(task, asked, results, seed=seed)

    num_planned = {"all": 150, "g=0": 50, "g=1": 50, "g=2": 50}
    is_spent = any(len(found.counted[name]) == num for name, num in num_planned.items())
    assert found.is_settled or is_spent
    assert not any(found.missing.values())
    assert {r.cluster for r in results} == set().union(*found.counted.values())


@settings(max_examples=20)
@given(st.integers(0, 400), st.sampled_from([9, 40, 1000]))
def test_an_interrupted_run_goes_on_to_the_same_end(cut, every):
    task, asked = make_task(400, per=2, epochs=2), [question(0.1)]
    whole = carry_out(task, asked, mixed(every))

    resumed = carry_out(task, asked, mixed(every), earlier=whole[:cut])

    assert {(r.sample, r.epoch) for r in resumed} == {(r.sample, r.epoch) for r in whole}
    assert len(resumed) == len(whole)


def test_what_is_left_of_started_clusters_is_asked_first_on_resuming():
    task, asked = make_task(400, per=4), [question(0.1)]
    whole = carry_out(task, asked, good)
    schedule = UntilAnswered(task, design=design_of(task, order_seed=1), questions=asked, metrics=METRICS)
    for one in whole[:2]:
        schedule.heard(one)

    following = schedule.next()

    assert following is not None
    assert following[0].cluster == whole[0].cluster


def test_a_run_that_was_cut_short_misses_everything_that_it_did_not_ask():
    task, asked = make_task(400, per=2, slices=lambda i: {"g": str(i // 2 % 2)}), [question(0.05, slices=("g",))]
    whole = carry_out(task, asked, good)

    found = accounted(task, asked, whole[:51])

    assert not found.is_settled
    assert found.missing["all"] == 400 - 51
    assert found.missing["g=0"] + found.missing["g=1"] == 400 - 51


def test_a_slice_that_was_answered_before_the_cut_misses_nothing():
    task = make_task(4000, slices=lambda i: {"language": "de" if i % 2 else "en"})
    asked = [question(0.15, slices=("language",))]
    whole = carry_out(task, asked, mixed(30))

    found = accounted(task, asked, whole[:-5])

    assert not found.is_settled
    assert found.missing["language=de"] == found.missing["all"] == 0
    assert found.missing["language=en"] > 1000


def test_an_answer_that_in_flight_results_undo_is_open_again():
    """With 90 in flight the first 80 say yes; then three say no."""
    task, asked = make_task(2000), [question(0.05)]
    schedule = UntilAnswered(task, design=design_of(task, order_seed=1), questions=asked, metrics=METRICS)
    flying = [schedule.next() for _ in range(90)]
    for sample, epoch in flying[:80]:
        schedule.heard(result(sample, epoch, Success()))
    assert schedule.next() is None

    for sample, epoch in flying[80:83]:
        schedule.heard(result(sample, epoch, Failure()))

    assert schedule.next() is not None


def test_unassessed_samples_keep_a_bar_from_being_met():
    task, asked = make_task(300), [question(0.2)]

    def down(sample, epoch):
        return Unassessed(reason="timeout") if int(sample.id[1:]) % 4 == 0 else Success()

    assert len(carry_out(task, asked, down)) == 300


def test_a_result_without_a_reply_counts_as_attempted():
    task, asked = make_task(2), [question(0.9, min_samples=1)]
    silent = [
        SampleResult(
            sample=s.id,
            epoch=0,
            cluster=s.cluster,
            slices={},
            request_digest="d",
            response=NoReply(reason="timeout"),
            scores=(),
            cached=False,
            finished_at=NOW,
        )
        for s in task.samples
    ]

    found = accounted(task, asked, silent)

    assert not found.is_settled
    assert found.counted["all"] == {"c0", "c1"}
    assert found.missing["all"] == 0


def test_of_two_results_of_one_sample_the_later_counts():
    task, asked = make_task(100), [question(0.05)]
    first = [result(s, 0, Unassessed(reason="timeout")) for s in task.samples]
    again = [result(s, 0, Success()) for s in task.samples]

    assert not accounted(task, asked, first).is_settled
    assert accounted(task, asked, first + again).is_settled


def test_every_scorer_must_be_answered():
    task, asked = make_task(2000), [question(0.05), question(0.02, metric="leak")]

    alone = carry_out(task, [question(0.05, metric="exact")], good, metrics=("exact", "leak"))
    both = carry_out(task, asked, good, metrics=("exact", "leak"))

    assert len(alone) == 77
    assert len(both) == 194


def test_a_success_rate_is_answered_as_its_failure_rate():
    assert len(carry_out(make_task(1000), [question(0.95, rate="success")], good)) == 77


def test_a_result_that_the_run_does_not_have_is_refused():
    task = make_task(3)
    stranger = Sample(id="x", prompt="?")

    for wrong in (result(stranger, 0, Success()), result(task.samples[0], 1, Success())):
        with pytest.raises(VerificationError, match="which the run does not have"):
            is_settled(
                task, design=design_of(task, order_seed=1), questions=[question()], metrics=METRICS, results=[wrong]
            )


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(sum), min_size=1, max_size=80),
    st.sampled_from([0.0, 0.02, 0.1, 0.5, 0.9, 1.0]),
    st.sampled_from(["failure", "success"]),
)
def test_an_answer_is_what_the_gate_reads_off_the_bounds(pairs, threshold, rate):
    clusters = [ClusterCount(cluster=str(i), successes=s, trials=s + f) for i, (s, f) in enumerate(pairs)]
    asked = question(threshold, rate=rate, min_samples=1)
    rated = flipped(clusters) if rate == "failure" else clusters
    high = upper_bound(rated, confidence=0.95, largest=6).value
    low = lower_bound(rated, confidence=0.95, largest=6).value

    found = answer(asked, tally_of(clusters), attempted=sum(c.trials for c in clusters), largest=6)

    meets, misses = (high <= threshold, low > threshold) if rate == "failure" else (low >= threshold, high < threshold)
    expected = Answer.REFUTED if misses else Answer.MET if meets else Answer.OPEN
    assert found is expected


@pytest.mark.slow
def test_thousands_of_results_of_a_hundred_thousand_are_taken_in():
    task = make_task(100_000, slices=lambda i: {"language": str(i % 4)})
    asked = [question(0.05, slices=("language",))]
    schedule = UntilAnswered(task, design=design_of(task, order_seed=1), questions=asked, metrics=METRICS)
    num = 0
    while (pair := schedule.next()) is not None:
        one = result(*pair, Failure() if int(pair[0].id[1:]) // 4 % 20 == 0 else Success())
        schedule.heard(one)
        num += 1

    assert num > 5_000
