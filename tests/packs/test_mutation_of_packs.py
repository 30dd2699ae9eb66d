"""The shipped packs' own cases notice when the packs are loosened."""

import pytest

from roadworthy.adapters.packs import shipped_packs
from roadworthy.runtime.policy.testing import MIN_SCORE, Summary, run_pack_tests

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packs_mutated")]


@pytest.fixture(scope="module")
def tests():
    return run_pack_tests(None, shipped_packs())


def test_every_case_of_every_shipped_pack_is_met_and_none_is_owed(tests):
    assert [one for test in tests for one in (*test.failed, *test.unmet, *test.uncovered)] == []


def test_the_cases_of_each_shipped_pack_notice_nearly_every_change(tests):
    scores = {test.pack: test.mutation.score for test in tests if test.mutation.score is not None}

    assert set(scores) == set(shipped_packs())
    assert min(scores.values()) >= MIN_SCORE == 0.95


def test_each_change_that_nothing_notices_has_a_reason_and_each_reason_a_change(tests):
    left = [(test.pack, one.operator, one.rule, one.change) for test in tests for one in test.mutation.unexplained]
    idle = [line for test in tests for line in test.mutation.idle_reasons]

    assert left == []
    assert idle == []


def test_hundreds_of_changes_are_tried_on_the_base_pack(tests):
    (base,) = (test for test in tests if test.pack == "base")

    assert base.mutation.mutants > 2_500
    assert base.mutation.invalid == 0
    assert Summary(tests=tests).is_good
