from fakes.gate_world import bar, measure_check, measurement, run_evidence
from roadworthy.gates.rate import judge_runs
from roadworthy.gates.recent import Recent


def test_only_the_very_same_objects_are_answered_from_memory():
    recent: Recent[str] = Recent(size=8)
    one, equal = [1], [1]

    first = recent.answer((tuple(one),), "q", lambda: "first")
    again = recent.answer((tuple(equal),), "q", lambda: "second")

    assert (first, again) == ("first", "second")


def test_another_question_about_the_same_object_is_asked():
    recent: Recent[int] = Recent(size=8)
    about = (object(),)

    assert [recent.answer(about, question, lambda question=question: question) for question in (1, 2, 1)] == [1, 2, 1]


def test_an_object_is_held_as_long_as_its_answer():
    recent: Recent[int] = Recent(size=10_000)

    answers = [recent.answer((object(),), "q", lambda number=number: number) for number in range(1_000)]

    assert answers == list(range(1_000))


def test_no_more_answers_are_kept_than_were_allowed():
    recent: Recent[int] = Recent(size=3)
    objects = [object() for _ in range(10)]
    for number, about in enumerate(objects):
        recent.answer((about,), "q", lambda number=number: number)

    assert recent.answer((objects[0],), "q", lambda: -1) == -1
    assert recent.answer((objects[0],), "q", lambda: -2) == -1


def test_what_is_remembered_of_a_run_is_what_is_worked_out_of_an_equal_one():
    bars = [bar(threshold=threshold, min_samples=samples) for threshold in (0.01, 0.05) for samples in (30, 900)]

    def judged(run, asked):
        return judge_runs(
            (run, run_evidence(measurement(failures=9, trials=400)).result), check=measure_check(), bar=asked
        )

    one, equal = (run_evidence(measurement(failures=3, trials=400)).result for _ in range(2))
    first = [judged(one, asked) for asked in bars]

    assert [judged(one, asked) for asked in bars] == first
    assert [judged(equal, asked) for asked in reversed(bars)] == first[::-1]
    assert len({str(found) for found in first}) > 1
