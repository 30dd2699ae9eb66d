"""What every book of approvals must do: one yes, to one exact action, used once, in time, by who may give it."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadworthy.adapters.guard.approvals import SqliteApprovals
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError, ConflictError, NotFoundError, NotPermittedError
from roadworthy.guard.approvals.answering import AnsweredNoError
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.calls.ports import Answer, Approvals, ApprovalsError, Asked

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAY = digest_of("pay 10 to Bob")
OTHER = digest_of("pay 1000 to Eve")


def in_file(folder: Path, **fields: int) -> Approvals:
    return SqliteApprovals(folder / "approvals.sqlite", **fields)


def in_process(folder: Path, **fields: int) -> Approvals:
    return InProcessApprovals(**fields)


@pytest.fixture(params=[in_process, in_file], ids=["in-process", "sqlite"])
def make(request):
    return request.param


@pytest.fixture
def book(make, tmp_path) -> Approvals:
    return make(tmp_path)


def asked(name: str = "question-1", **fields) -> Asked:
    stated = {
        "action": PAY,
        "tool": "pay",
        "tenant": "acme",
        "principal": "ada",
        "rule": "t/tools-pay",
        "reasons": ("a person must say yes",),
        "by": (),
        "distinct": False,
        "asked_at": NOON,
        "expires_at": NOON + timedelta(seconds=300),
    }
    return Asked(id=name, **{**stated, **fields})


def say(book: Approvals, answer: Answer = Answer.YES, *, question: str = "question-1", **fields) -> None:
    stated = {"person": "ada", "roles": (), "tenant": "acme", "at": NOON}
    book.answer(question, answer, **{**stated, **fields})


def test_a_yes_is_used_once(book):
    book.ask(asked())
    say(book)

    assert book.use(PAY, tenant="acme", at=NOON) == asked()
    assert book.use(PAY, tenant="acme", at=NOON) is None


@pytest.mark.parametrize("answer", [None, Answer.NO])
def test_without_a_yes_there_is_nothing_to_use(book, answer):
    book.ask(asked())
    if answer is not None:
        say(book, answer)

    assert book.use(PAY, tenant="acme", at=NOON) is None


def test_a_yes_is_for_its_action_and_tenant_alone(book):
    book.ask(asked())
    say(book)

    assert book.use(OTHER, tenant="acme", at=NOON) is None
    assert book.use(PAY, tenant="rival", at=NOON) is None
    assert book.use(PAY, tenant="acme", at=NOON) is not None


def test_a_late_yes_counts_for_nothing_and_nobody_can_answer_late(book):
    book.ask(asked())
    say(book)
    late = NOON + timedelta(seconds=300)

    assert book.use(PAY, tenant="acme", at=late) is None
    assert book.pending(tenant="acme", at=late) == ()

    book.ask(asked("question-2", asked_at=late, expires_at=late + timedelta(seconds=60)))
    with pytest.raises(ConflictError, match="is late"):
        say(book, question="question-2", at=late + timedelta(seconds=60))


def test_a_clock_that_is_set_back_lengthens_nothing(book):
    book.ask(asked())
    say(book)
    assert book.pending(tenant="acme", at=NOON + timedelta(seconds=400)) == ()

    assert book.use(PAY, tenant="acme", at=NOON) is None


def test_a_clock_that_was_far_ahead_by_mistake_does_not_close_the_book_for_good(book):
    assert book.pending(tenant="acme", at=NOON + timedelta(days=400)) == ()

    book.ask(asked())
    say(book)
    assert book.use(PAY, tenant="acme", at=NOON + timedelta(seconds=1)) is not None


def test_the_same_action_asks_one_question_until_it_is_used_or_late(book):
    assert book.ask(asked()).id == "question-1"
    assert book.ask(asked("question-2")).id == "question-1"
    say(book)
    assert book.ask(asked("question-3")).id == "question-1"
    book.use(PAY, tenant="acme", at=NOON)
    assert book.ask(asked("question-4")).id == "question-4"
    later = NOON + timedelta(seconds=301)
    again = asked("question-6", asked_at=later, expires_at=later + timedelta(seconds=300))
    assert book.ask(again) == again


def test_a_no_stands_until_its_question_would_have_been_late(book):
    book.ask(asked())
    say(book, Answer.NO)
    with pytest.raises(AnsweredNoError, match="question-1 about the same action was answered with no"):
        book.ask(asked("question-2"))
    other = asked("question-3", by=("manager",))
    assert book.ask(other) == other
    say(book, Answer.NO, question="question-3", roles=("manager",))
    later = NOON + timedelta(seconds=300)

    assert book.pending(tenant="acme", at=NOON) == ()
    assert book.ask(replace(other, id="question-4", asked_at=later, expires_at=later + timedelta(seconds=300)))


def test_what_waits_is_listed_oldest_first_and_for_its_tenant_alone(book):
    late = asked("question-2", action=OTHER, asked_at=NOON + timedelta(seconds=1))
    book.ask(late)
    book.ask(asked())
    book.ask(asked("question-3", tenant="rival"))

    assert [one.id for one in book.pending(tenant="acme", at=NOON)] == ["question-1", "question-2"]
    say(book)
    assert book.pending(tenant="acme", at=NOON) == (late,)


@pytest.mark.parametrize(
    ("terms", "person", "roles", "message"),
    [
        ({}, "bob", (), "by the person for whom"),
        ({"distinct": True}, "ada", (), "other than"),
        ({"distinct": True, "by": ("manager",)}, "ada", ("manager",), "other than"),
        ({"by": ("manager", "owner")}, "bob", ("clerk",), "manager or owner"),
        ({}, "", (), "nobody is named"),
    ],
)
def test_who_may_not_answer_changes_nothing(book, terms, person, roles, message):
    book.ask(asked(**terms))

    with pytest.raises(NotPermittedError, match=message):
        say(book, person=person, roles=roles)
    assert book.use(PAY, tenant="acme", at=NOON) is None
    assert len(book.pending(tenant="acme", at=NOON)) == 1


@pytest.mark.parametrize(
    ("terms", "person", "roles"),
    [({}, "ada", ()), ({"by": ("manager",)}, "bob", ("clerk", "manager")), ({"distinct": True}, "bob", ())],
)
def test_who_may_answer_does(book, terms, person, roles):
    book.ask(asked(**terms))
    say(book, person=person, roles=roles)

    assert book.use(PAY, tenant="acme", at=NOON) is not None


def test_nobody_of_another_tenant_can_answer(book):
    book.ask(asked())

    with pytest.raises(NotFoundError, match="no question"):
        say(book, tenant="rival")
    with pytest.raises(NotFoundError, match="no question"):
        say(book, question="question-9")


def test_a_yes_can_be_taken_back_until_it_is_used_and_a_no_cannot(book):
    book.ask(asked())
    say(book)
    say(book)
    say(book, Answer.NO)
    assert book.use(PAY, tenant="acme", at=NOON) is None

    with pytest.raises(ConflictError, match="answered with no"):
        say(book)
    with pytest.raises(ConfigError, match="yes or no"):
        say(book, Answer.PENDING)


def test_a_yes_that_is_given_back_counts_once_more_and_no_longer_than_before(book):
    book.ask(asked())
    say(book)
    used = book.use(PAY, tenant="acme", at=NOON)
    assert book.give_back(used, at=NOON)
    assert not book.give_back(used, at=NOON)

    assert book.use(PAY, tenant="acme", at=NOON) == used
    assert not book.give_back(used, at=NOON + timedelta(seconds=300))
    assert book.use(PAY, tenant="acme", at=NOON) is None


def test_a_yes_that_was_asked_for_anew_or_never_used_is_not_given_back(book):
    book.ask(asked())
    assert not book.give_back(asked(), at=NOON)
    say(book)
    used = book.use(PAY, tenant="acme", at=NOON)
    book.ask(asked("question-2"))

    assert not book.give_back(used, at=NOON)
    assert not book.give_back(asked("question-9", action=OTHER), at=NOON)
    assert book.use(PAY, tenant="acme", at=NOON) is None


def test_a_used_yes_can_neither_be_said_nor_taken_back(book):
    book.ask(asked())
    say(book)
    book.use(PAY, tenant="acme", at=NOON)

    for answer in (Answer.YES, Answer.NO):
        with pytest.raises(ConflictError, match="was used"):
            say(book, answer)
    assert book.pending(tenant="acme", at=NOON) == ()


def test_of_many_threads_one_gets_the_yes(book):
    book.ask(asked())
    say(book)
    started, got = threading.Barrier(8), []

    def use() -> None:
        started.wait()
        got.append(book.use(PAY, tenant="acme", at=NOON))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one for one in got if one is not None] == [asked()]


def _use(path: Path, started, got) -> None:
    book = SqliteApprovals(path)
    started.wait()
    got.put(book.use(PAY, tenant="acme", at=NOON) is not None)


def test_of_several_processes_one_gets_the_yes(tmp_path):
    path = tmp_path / "approvals.sqlite"
    SqliteApprovals(path).ask(asked())
    say(SqliteApprovals(path))
    context = multiprocessing.get_context("fork")
    started, got = context.Barrier(3), context.Queue()
    processes = [context.Process(target=_use, args=(path, started, got)) for _ in range(3)]
    for process in processes:
        process.start()

    assert sorted(got.get(timeout=30) for _ in processes) == [False, False, True]
    for process in processes:
        process.join(120)


def test_a_book_that_is_full_approves_nothing_and_drops_what_is_late_and_no_no(make, tmp_path):
    book = make(tmp_path, max_open=2)
    for number in range(2):
        book.ask(asked(f"question-{number}", action=digest_of(number)))
    say(book, Answer.NO, question="question-0")

    with pytest.raises(ApprovalsError, match="2 questions"):
        book.ask(asked("question-9", action=OTHER))
    later = NOON + timedelta(seconds=300)
    assert book.ask(asked("question-9", asked_at=later, expires_at=later + timedelta(seconds=1))).id == "question-9"


def test_a_file_that_is_no_book_approves_nothing(tmp_path):
    path = tmp_path / "approvals.sqlite"
    path.write_bytes(b"no database at all, and long enough to be one" * 100)

    with pytest.raises(ApprovalsError, match="cannot be used"):
        SqliteApprovals(path).use(PAY, tenant="acme", at=NOON)


def test_the_file_is_for_its_owner_alone_and_holds_nothing_of_the_call(tmp_path):
    book = SqliteApprovals(tmp_path / "approvals.sqlite")
    book.ask(asked())

    assert (tmp_path / "approvals.sqlite").stat().st_mode & 0o077 == 0


ACTIONS = [digest_of(number) for number in range(3)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "yes", "no", "use"]),
        st.sampled_from(ACTIONS),
        st.integers(min_value=-100, max_value=400),
    ),
    max_size=20,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_schedule_uses_more_than_was_granted(make, tmp_path_factory, steps):
    book = make(tmp_path_factory.mktemp("book"))
    at, latest = NOON, NOON
    granted: dict[str, datetime] = {}
    names: dict[str, Asked] = {}
    for number, (what, action, passed) in enumerate(steps):
        at += timedelta(seconds=passed)
        latest = max(at, latest)
        if what == "ask":
            put = asked(f"question-{number}", action=action, asked_at=at, expires_at=at + timedelta(seconds=300))
            with suppress(AnsweredNoError):
                names[action] = book.ask(put)
        elif what == "use":
            used = book.use(action, tenant="acme", at=at)
            assert used is None or (action in granted and at < granted.pop(action))
        elif action in names:
            try:
                say(book, Answer(what), question=names[action].id, at=at)
            except (ConflictError, NotFoundError):
                continue
            if what == "yes":
                granted[action] = names[action].expires_at
            else:
                granted.pop(action, None)


def test_two_books_of_one_file_see_the_same(tmp_path):
    one, other = in_file(tmp_path), in_file(tmp_path)
    one.ask(asked())
    say(other)

    assert one.use(PAY, tenant="acme", at=NOON) == asked()
    assert other.use(PAY, tenant="acme", at=NOON) is None


STRICT_TERMS = {"by": ("treasurer",), "distinct": True, "expires_at": NOON + timedelta(seconds=60)}


@pytest.mark.parametrize("term", STRICT_TERMS)
@pytest.mark.parametrize("is_answered", [False, True])
def test_an_open_question_gives_way_to_one_with_other_terms(book, term, is_answered):
    book.ask(asked())
    if is_answered:
        say(book)
    stricter = asked("question-2", **{term: STRICT_TERMS[term]})

    assert book.ask(stricter) == stricter
    assert book.pending(tenant="acme", at=NOON) == (stricter,)
    assert book.use(PAY, tenant="acme", at=NOON) is None
    assert book.ask(asked("question-3", **{term: STRICT_TERMS[term]})) == stricter
