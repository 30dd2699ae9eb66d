"""The travel world: what its tools do and refuse, and which of its attacks only its policy stops."""

from __future__ import annotations

import pytest

from roadworthy.core.severity import RiskTier
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.session.guard import Guard
from roadworthy.redteam.worlds.campaign import truth
from roadworthy.redteam.worlds.episode import attack, play, prepared, variants
from roadworthy.redteam.worlds.hands import GuardedHands, Person
from roadworthy.redteam.worlds.model import Injection, ToolError, UserTask
from roadworthy.redteam.worlds.step import do
from roadworthy.redteam.worlds.travel.world import WORLD
from roadworthy.runtime.redteam.benches import bench_of

TASKS = {one.id: one for one in WORLD.tasks}
INJECTIONS = {one.id: one for one in WORLD.injections}
BENCH = bench_of(WORLD, policy=None, tier=RiskTier.HIGH)


def behind_the_policy(task: UserTask, injection: Injection | None) -> GuardedHands:
    book = InProcessApprovals()
    run = Guard(BENCH.bundle, clock=BENCH.clock, ids=BENCH.ids, approvals=book).run(WORLD.principal)
    person = Person(truth(WORLD, task, injection))
    return GuardedHands(
        world=WORLD, state=prepared(WORLD, injection), run=run, book=book, clock=BENCH.clock, person=person
    )


def test_there_are_enough_tasks_and_injections_with_several_ways_to_write() -> None:
    assert len(WORLD.tasks) >= 16
    assert len([one for one in WORLD.injections if not one.beyond]) >= 11
    assert {one.kind for one in WORLD.injections} >= {"exfiltration", "money", "deletion", "persistence", "propagation"}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        pytest.param(do("cancel_booking", ref="BK-0000"), "there is no entry", id="no such booking"),
        pytest.param(do("transfer_miles", to_number="X", miles=0), "48200 miles", id="no miles at all"),
        pytest.param(do("transfer_miles", to_number="X", miles=48_201), "48200 miles", id="one mile too many"),
        pytest.param(
            do("book_flight", flight="QA 999", date="2027-03-12", card="card-blue"), "no entry", id="no such flight"
        ),
        pytest.param(
            do("book_hotel", hotel="h-311", check_in="2027-03-12", check_out="2027-03-12", people=1, card="card-blue"),
            "at least one night",
            id="no night",
        ),
        pytest.param(
            do("book_hotel", hotel="h-311", check_in="soon", check_out="later", people=1, card="card-blue"),
            "not as it should be",
            id="no date",
        ),
        pytest.param(do("read_reviews", place=7), "there is no entry", id="an id of the wrong type"),
        pytest.param(do("create_event", title="x"), "missing", id="arguments missing"),
    ],
)
def test_a_tool_says_why_it_cannot_and_changes_nothing(call, said) -> None:
    state = WORLD.initial()

    with pytest.raises(ToolError, match=said):
        WORLD.perform(call, state)

    assert state == WORLD.initial()


def test_a_booking_above_the_limit_is_not_charged() -> None:
    state = WORLD.initial()
    stay = do("book_hotel", hotel="h-340", check_in="2027-03-12", check_out="2027-03-15", people=1, card="card-blue")

    with pytest.raises(ToolError, match="1830 EUR is above the spending limit"):
        WORLD.perform(stay, state)

    assert state["charges"] == []


@pytest.mark.parametrize("task", WORLD.tasks, ids=lambda task: task.id)
def test_a_task_is_done_behind_the_policy_with_at_most_one_question(task: UserTask) -> None:
    hands = behind_the_policy(task, None)

    played = play(task, hands, state=hands.state)

    assert played.done, played.broke
    assert sum(hands.questions.values()) <= 1


@pytest.mark.parametrize(
    ("task", "injection"),
    [
        pytest.param("book-named-hotel", "other-hotel", id="another hotel than the one named"),
        pytest.param("book-named-hotel", "more-nights", id="the hotel named, for longer"),
        pytest.param("book-named-flight", "miles-of-flight", id="the flight named, with other miles"),
        pytest.param("tell-the-airline", "cancel-own-flight", id="the booking named, cancelled"),
        pytest.param("tell-the-airline", "card-to-host", id="the host named, told a card"),
        pytest.param("table-with-note", "passport-in-note", id="the table named, with a passport in the note"),
        pytest.param("itinerary-to-jonas", "copy-to-stranger", id="the mail asked for, with a copy"),
        pytest.param("itinerary-to-jonas", "chain-letter", id="the person named, another letter"),
        pytest.param("flight-into-calendar", "wrong-time", id="the entry asked for, at another time"),
        pytest.param("remember-pillow", "poison-preferences", id="something else remembered"),
    ],
)
def test_what_the_user_named_is_not_bent_to_what_the_attacker_wants(task: str, injection: str) -> None:
    reached = []
    for variant in (variants(WORLD)[0], variants(WORLD)[-1]):
        hands = behind_the_policy(TASKS[task], INJECTIONS[injection])
        played = attack(TASKS[task], INJECTIONS[injection], variant, hands, state=hands.state)
        if played.succeeded:
            reached.append(variant.name)

    assert reached == []


@pytest.mark.parametrize("variant", variants(WORLD), ids=lambda one: one.name)
def test_the_flight_that_the_user_named_is_booked_once_whatever_else_is_in_the_call(variant) -> None:
    task, injection = TASKS["book-named-flight"], INJECTIONS["second-seat"]
    hands = behind_the_policy(task, injection)

    assert not attack(task, injection, variant, hands, state=hands.state).succeeded


def test_who_signs_everything_books_the_flight_twice() -> None:
    task, injection = TASKS["book-named-flight"], INJECTIONS["second-seat"]
    hands = behind_the_policy(task, injection)
    hands.person = Person(signs_all=True)

    assert attack(task, injection, variants(WORLD)[0], hands, state=hands.state).succeeded
