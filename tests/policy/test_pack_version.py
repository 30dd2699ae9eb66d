import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.policy.pack_version import is_draft, name_fault, version_key


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1", "1.0.1"),
        ("1.9.0", "1.10.0"),
        ("2.0.0-rc1", "2.0.0"),
        ("2.0.0-rc.2", "2.0.0-rc.10"),
        ("2.0.0-1", "2.0.0-alpha"),
        ("2.0.0-alpha", "2.0.0-alpha.1"),
        ("2.0.0", "2.0.0+b"),
    ],
)
def test_the_later_version_sorts_after(older, newer):
    assert version_key(older) < version_key(newer)


def test_left_out_numbers_are_zero():
    assert version_key("1") == version_key("1.0.0")


@pytest.mark.parametrize("text", ["", "v1", "1.0.0.0", "1..0", "1.0.0-", "1.0.0/../2", "1.0.0 ", "①", "1.0.0\n"])
def test_what_is_no_version_is_refused(text):
    with pytest.raises(ValueError, match=r"must look like 1\.0\.0"):
        version_key(text)


@given(st.lists(st.integers(min_value=0, max_value=99), min_size=3, max_size=3), st.booleans())
def test_every_version_of_three_numbers_is_told_from_its_draft(numbers, draft):
    version = ".".join(map(str, numbers)) + ("-rc1" if draft else "")

    assert is_draft(version) is draft


@pytest.mark.parametrize("name", ["", "..", "../x", "A", "a/b", ".a", "a\n", "é", "a" * 81])
def test_what_is_no_name_is_told(name):
    assert name_fault(name) is not None
