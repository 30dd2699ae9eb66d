"""What the worlds share for telling what happened in a table."""

import pytest

from roadworthy.redteam.worlds.rows import and_says, came, differs


def test_a_row_that_came_twice_is_there_twice_and_one_of_before_is_not():
    before, after = {"t": [{"n": "A"}]}, {"t": [{"n": "A"}, {"n": "a "}, {"n": "A"}, {"n": "B"}]}
    assert came(before, after, "t", n="a") == [{"n": "a "}, {"n": "A"}]
    assert came(before, after, "t", m="a") == []


@pytest.mark.parametrize(
    ("is_done", "answer", "told"),
    [(True, "Booked for Friday", True), (True, "booked", False), (True, "", False), (False, "booked friday", False)],
)
def test_a_task_with_words_is_done_where_both_hold(is_done, answer, told):
    assert and_says(lambda before, after, said: is_done, "booked", "friday")({}, {}, answer) is told


def test_what_went_counts_as_well_as_what_came():
    assert not differs({"t": [{"n": 1}]}, {"t": [{"n": 2}]}, "t", came=({"n": 2},))
    assert differs({"t": [{"n": 1}]}, {"t": [{"n": 2}]}, "t", came=({"n": 2},), went=({"n": 1},))
