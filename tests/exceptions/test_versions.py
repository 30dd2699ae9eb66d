"""The order of version labels, and ranges of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.exceptions.versions import MAX_CHARACTERS, is_between, version_order

LABELS = st.from_regex(r"v?[0-9]{1,4}(\.[0-9]{1,3}){0,3}(-(rc|beta|hotfix)[0-9]{0,2})?", fullmatch=True)


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        pytest.param("1.9", "1.10", id="numbers, not text"),
        pytest.param("1.10-rc1", "1.10", id="a draft before the finished one"),
        pytest.param("1.10-rc2", "1.10-rc10", id="drafts by their number"),
        pytest.param("1.10", "1.10-hotfix", id="a word after it"),
        pytest.param("1.10-hotfix", "1.10.1", id="a word before the next one"),
        pytest.param("2026.2.1", "2026.11.1", id="months"),
    ],
)
def test_versions_are_in_the_order_that_people_read_them_in(smaller, larger):
    assert version_order(smaller) < version_order(larger)


@pytest.mark.parametrize("same", ["v1.2", "1.2.0", "1-2", "1_2.0.0"])
def test_separators_a_leading_v_and_zeros_at_the_end_say_nothing(same):
    assert version_order(same) == version_order("1.2")


@pytest.mark.parametrize("label", ["main", "", "3f9c1ab", "release-1", "٣.١", "1" * (MAX_CHARACTERS + 1)])
def test_a_label_without_a_number_in_front_has_no_order_and_lies_in_no_range(label):
    with pytest.raises(ValueError, match="has no order"):
        version_order(label)
    assert not is_between(label, first="0", last="9999")
    assert not is_between("1", first=label, last="9999")


@given(LABELS, LABELS, LABELS)
def test_a_range_holds_what_is_neither_before_its_first_nor_after_its_last(first, version, last):
    inside = is_between(version, first=first, last=last)

    assert inside == (version_order(first) <= version_order(version) <= version_order(last))
    assert is_between(first, first=first, last=first)
