"""The team's own code as a decision model: functions on a row or on rows, objects that predict, and how they fail."""

import asyncio
import itertools
import time

import pytest

from roadworthy.adapters.targets.table.batching import MAX_ABANDONED, Batcher
from roadworthy.adapters.targets.table.build import build_table
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.evals.model import NoReply, Reply
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

NUMBERS = itertools.count()


def target_of(root, code, name, **fields):
    """A target on ``name`` of a module with ``code``; modules stay imported, so each gets a name of its own."""
    module = f"table_callables_{next(NUMBERS)}"
    (root / f"{module}.py").write_text(code)
    spec = TargetSpec(key="credit", kind="table", callable=f"{module}:{name}", **fields)
    return build_table(spec, root=root)


def asked(target, *rows):
    async def together():
        try:
            requests = [
                Request(sample=f"s{i}", epoch=0, messages=(), raw=None, seed=0, parameters={}, features=row)
                for i, row in enumerate(rows)
            ]
            return await asyncio.gather(*map(target.ask, requests))
        finally:
            await target.close()

    return asyncio.run(together())


def texts(target, *rows):
    return [one.text if isinstance(one, Reply) else one.reason for one in asked(target, *rows)]


ROWS = [{"income": i} for i in range(100)]


@pytest.mark.parametrize(
    "code",
    [
        "def f(row): return 'yes' if row['income'] > 49 else 'no'",
        "def f(rows): return ['yes' if r['income'] > 49 else 'no' for r in rows]",
        "def f(rows): return tuple({'label': 'yes' if r['income'] > 49 else 'no'} for r in rows)",
        "import numpy as np\ndef f(rows): return np.where([r['income'] > 49 for r in rows], 'yes', 'no')",
        "def make():\n  return lambda rows: ['yes' if r['income'] > 49 else 'no' for r in rows]\nf = make()",
        "class f:\n  def __call__(self, row): return 'yes' if row['income'] > 49 else 'no'",
        "class f:\n  def predict(self, table): return ['yes' if row[0] > 49 else 'no' for row in table]",
        "class C:\n  def predict(self, table): return ['yes' if row[0] > 49 else 'no' for row in table]\nf = C()",
        "class C:\n  def predict(self, t): return ['yes' if row[0] > 49 else 'no' for row in t]\ndef f(): return C()",
    ],
)
def test_every_form_of_callable_gives_the_same_decisions(tmp_path, code):
    assert texts(target_of(tmp_path, code, "f", columns=("income",)), *ROWS) == ["no"] * 50 + ["yes"] * 50


@pytest.mark.parametrize(
    ("returned", "text"),
    [("'granted'", "granted"), ("True", "true"), ("3", "3"), ("3.0", "3"), ("0.1 + 0.2", "0.3"), ("1e-7", "1e-7")],
)
def test_a_decision_is_canonical_text(tmp_path, returned, text):
    assert texts(target_of(tmp_path, f"def f(row): return {returned}", "f"), {"a": 1}) == [text]


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        ("float('nan')", "not a finite number"),
        ("None", "a NoneType, not a text or a number"),
        ("'x' * 2000", "longer than 1000 characters"),
        ("{'probabilities': {}}", "must have `label`"),
        ("{'label': 'a', 'why': 'b'}", "has nothing else"),
        ("{'label': 'a', 'probabilities': {'a': 1.5}}", "not in 0..1"),
        ("{'label': 'a', 'probabilities': {'a': float('nan')}}", "not a finite number"),
        ("{'label': 'a', 'probabilities': {'a': True}}", "not a finite number"),
        ("{'label': 'a', 'probabilities': [1]}", "a number by class"),
        ("1 / 0", "the model raised ZeroDivisionError"),
        ("exit(3)", "the model raised SystemExit"),
        ("next(iter(()))", "the model raised StopIteration"),
    ],
)
def test_what_is_no_decision_is_no_reply_with_its_reason(tmp_path, returned, reason):
    (answer,) = asked(target_of(tmp_path, f"def f(row): return {returned}", "f"), {"a": 1})

    assert isinstance(answer, NoReply)
    assert reason in answer.reason


def test_probabilities_travel_with_the_decision(tmp_path):
    code = "def f(rows): return [{'label': True, 'probabilities': {True: 0.75, False: 0.25}} for _ in rows]"
    (reply,) = asked(target_of(tmp_path, code, "f"), {"a": 1})

    assert (reply.text, reply.probabilities) == ("true", {"true": 0.75, "false": 0.25})


def test_a_bad_row_does_not_take_the_others_down(tmp_path):
    code = "def f(rows): return [10 // r['n'] for r in rows]"

    assert texts(target_of(tmp_path, code, "f"), {"n": 5}, {"n": 0}, {"n": 2}) == [
        "2",
        "the model raised ZeroDivisionError",
        "5",
    ]


def test_a_wrong_number_of_predictions_is_no_reply(tmp_path):
    code = "def f(rows): return ['a'] * (len(rows) + 1)"

    assert (
        texts(target_of(tmp_path, code, "f"), {"n": 5}, {"n": 1}) == ["the model returned 2 predictions for 1 rows"] * 2
    )


def test_rows_asked_together_share_a_call_that_is_proven_once_against_each_row_alone(tmp_path):
    log = tmp_path / "calls"
    code = f"""
def f(rows):
    with open({str(log)!r}, "a") as out:
        out.write(str(len(rows)) + " ")
    return [0] * len(rows)
"""
    target = target_of(tmp_path, code, "f")

    async def twice():
        request = Request(sample="s", epoch=0, messages=(), raw=None, seed=0, parameters={}, features={"a": 1})
        for _ in range(2):
            await asyncio.gather(*(target.ask(request) for _ in range(100)))
        await target.close()

    asyncio.run(twice())

    assert log.read_text().split() == ["100"] + ["1"] * 100 + ["100"]


def test_a_model_that_answers_by_the_company_of_a_row_is_asked_row_by_row(tmp_path):
    code = "def f(rows): return [r['income'] - min(q['income'] for q in rows) for r in rows]"

    assert texts(target_of(tmp_path, code, "f"), *ROWS[5:20]) == ["0"] * 15


def test_a_row_alone_and_in_a_batch_get_the_same_answer(tmp_path):
    code = """
import numpy as np
W = np.linspace(0.1, 0.9, 7)
def f(rows):
    return np.array([list(r.values()) for r in rows], float) @ W
"""
    target = target_of(tmp_path, code, "f")
    rows = [{f"c{j}": (i * 7 + j) / 3 for j in range(7)} for i in range(64)]

    assert texts(target, *rows) == [texts(target, row)[0] for row in rows]


def test_a_row_that_hangs_costs_its_own_answer_only(tmp_path):
    code = """
import time
def f(rows):
    if any(r["n"] == 3 for r in rows):
        time.sleep(60)
    return [r["n"] for r in rows]
"""
    target = target_of(tmp_path, code, "f", timeout_s=0.5)

    async def tried_again():
        requests = [
            Request(sample=f"s{n}", epoch=0, messages=(), raw=None, seed=0, parameters={}, features={"n": n})
            for n in range(6)
        ]
        first = await asyncio.gather(*map(target.ask, requests))
        second = await asyncio.gather(*map(target.ask, requests))
        await target.close()
        return first, second

    first, second = asyncio.run(tried_again())

    assert all(isinstance(one, NoReply) and one.retryable for one in first)
    assert [one.text if isinstance(one, Reply) else one.reason for one in second] == [
        "0", "1", "2", "timeout after 0.5 s", "4", "5",
    ]  # fmt: skip


def test_a_model_that_never_comes_back_is_given_up(tmp_path):
    target = target_of(tmp_path, "import time\ndef f(row): time.sleep(60)", "f", timeout_s=0.02)
    answers = [asked(target, {"n": 1})[0] for _ in range(MAX_ABANDONED + 1)]

    assert answers[0].retryable
    assert not answers[-1].retryable
    assert "asked no more" in answers[-1].reason


def test_closing_answers_who_still_waits(tmp_path):
    target = target_of(tmp_path, "import time\ndef f(row): time.sleep(60)", "f")

    async def closed():
        asking = [
            asyncio.ensure_future(
                target.ask(
                    Request(sample="s", epoch=0, messages=(), raw=None, seed=0, parameters={}, features={"a": 1})
                )
            )
            for _ in range(3)
        ]
        await asyncio.sleep(0.05)
        await target.close()
        return await asyncio.gather(*asking)

    started = time.perf_counter()

    assert asyncio.run(closed()) == [NoReply(reason="the target was closed")] * 3
    assert time.perf_counter() - started < 40


def test_null_and_declared_columns_of_a_callable(tmp_path):
    code = "def f(row): return 'none' if row['a'] is None else 'some'"
    target = target_of(tmp_path, code, "f", columns=("a",))

    assert texts(target, {"a": None}, {"b": 1}, {"a": 1, "b": 1}, {"a": float("inf")}, {"a": [1]}) == [
        "none",
        "the column 'a' is missing",
        "the model has no column 'b'",
        "the column 'a' has a number without a value",
        "the column 'a' must be a text, a number, a truth value or null, and has a list",
    ]


@pytest.mark.parametrize(
    ("code", "name", "error", "message"),
    [
        ("def f(thing): return 1", "f", ManifestError, "its parameter is called 'thing'"),
        ("async def f(row): return 1", "f", ManifestError, "`async`"),
        ("f = 3", "f", ManifestError, "neither a function nor an object"),
        ("def f(row): return 1", "g", ConfigError, "does not import: AttributeError"),
        ("1 / 0", "f", ConfigError, "does not import: ZeroDivisionError"),
        ("def f(): return 1 / 0", "f", ConfigError, "makes no model: ZeroDivisionError"),
        ("class f:\n  def __init__(self, size): pass", "f", ConfigError, "makes no model: TypeError"),
        ("class f:\n  def predict(self, table): return []", "f", ManifestError, "does not say which columns"),
        ("def f(row): return 1", "", ManifestError, "is not the name of one"),
    ],
)
def test_a_callable_that_is_no_model_is_refused(tmp_path, code, name, error, message):
    with pytest.raises(error, match=message) as caught:
        target_of(tmp_path, code, name)

    assert caught.value.where.startswith("targets.credit.callable")


class Breaks:
    """A model whose ``predict`` raises what is no ordinary error."""

    batches = True

    def __init__(self, fault):
        self._fault = fault

    def check(self, row):
        pass

    def predict(self, rows):
        raise self._fault


@pytest.mark.parametrize("fault", [GeneratorExit, asyncio.CancelledError, KeyboardInterrupt])
def test_whatever_a_model_raises_is_told_at_once_and_not_waited_for(fault):
    batcher = Batcher(model=Breaks(fault), timeout_s=30.0)

    async def main():
        try:
            return await asyncio.gather(*(batcher.ask({"a": number}) for number in range(3)))
        finally:
            await batcher.close()

    started = time.perf_counter()

    assert asyncio.run(main()) == [NoReply(reason=f"the model raised {fault.__name__}")] * 3
    assert time.perf_counter() - started < 25
