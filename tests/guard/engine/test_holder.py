"""The bundle in force changes in one step, and only to a newer one that was given out properly."""

import threading
from datetime import timedelta

import pytest

from fakes.guard_world import NOW, bundle, event, rule
from roadworthy.core.errors import ConflictError, VerificationError
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.engine.holder import Issue, PolicyHolder

FIRST = bundle(rule("first", "abra"))
SECOND = bundle(rule("second", "abra"))


def issue(number, made=SECOND, **fields):
    return Issue(bundle=made, number=number, **{"issued_at": NOW, "signed_by": "key-1", **fields})


def holder(**options):
    return PolicyHolder(issue(5, FIRST), **options)


def test_a_newer_issue_takes_the_place_of_the_one_in_force():
    held = holder()

    before = held.swap(issue(6), at=NOW)

    assert (held.current, held.issue.number, before.number) == (SECOND, 6, 5)


@pytest.mark.parametrize(
    ("candidate", "error", "problem"),
    [
        pytest.param(issue(5), ConflictError, "not newer than issue 5", id="the same number"),
        pytest.param(issue(4), ConflictError, "not newer than issue 5", id="older"),
        pytest.param(issue(6, signed_by=""), VerificationError, "not signed", id="unsigned"),
        pytest.param(issue(6, expires_at=NOW), VerificationError, "has expired", id="expired"),
    ],
)
def test_anything_else_is_refused_and_what_is_in_force_stays(candidate, error, problem):
    held = holder()

    with pytest.raises(error, match=problem):
        held.swap(candidate, at=NOW)

    assert held.current is FIRST


def test_an_issue_that_has_not_expired_yet_is_taken():
    held = holder()
    held.swap(issue(6, expires_at=NOW + timedelta(microseconds=1)), at=NOW)

    assert held.current is SECOND


def test_a_holder_of_its_own_can_do_without_signatures():
    held = holder(requires_signature=False)
    held.swap(issue(6, signed_by=""), at=NOW)

    assert held.current is SECOND


@pytest.mark.parametrize(
    "fields",
    [{"number": 0}, {"issued_at": NOW.replace(tzinfo=None)}, {"expires_at": NOW.replace(tzinfo=None)}],
)
def test_an_issue_without_number_or_time_zone_is_refused(fields):
    with pytest.raises(ValueError, match=r"must be (>= 1|timezone-aware)"):
        issue(**{"number": 1, **fields})


def test_every_decision_is_of_one_bundle_whatever_changes_meanwhile():
    bundles = [FIRST, SECOND]
    held = PolicyHolder(issue(1, FIRST))
    rule_of = {FIRST.digest: "t/first", SECOND.digest: "t/second"}
    decisions = []
    done = threading.Event()

    def judging():
        while not done.is_set():
            decisions.append(enforce(held.current, event("abra")))

    threads = [threading.Thread(target=judging) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(2, 400):
        held.swap(issue(number, bundles[number % 2]), at=NOW)
    while len({decision.policy for decision in decisions[-2000:]}) < 1:
        pass
    done.set()
    for thread in threads:
        thread.join()

    assert decisions
    assert all([verdict.rule for verdict in one.verdicts] == [rule_of[one.policy]] for one in decisions)


def test_of_many_at_a_time_the_newest_stays():
    held = PolicyHolder(issue(1, FIRST))
    refused = []

    def swapping(numbers):
        for number in numbers:
            try:
                held.swap(issue(number), at=NOW)
            except ConflictError:
                refused.append(number)

    threads = [threading.Thread(target=swapping, args=(range(2 + start, 400, 4),)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert held.issue.number == 399
    assert 399 not in refused
