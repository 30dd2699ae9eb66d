import pytest

from roadworthy.core import errors
from roadworthy.core.errors import ConfigError, RoadworthyError


def every_error(kind=RoadworthyError):
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


@pytest.mark.parametrize("kind", sorted(set(every_error()), key=lambda kind: kind.__name__))
def test_every_error_has_a_code_and_an_exit_code_of_its_family(kind):
    assert kind.code.startswith("roadworthy.")
    assert kind.exit_code in {1, 2, 3}


def test_no_two_errors_share_a_code():
    codes = [kind.code for kind in set(every_error())]

    assert len(codes) == len(set(codes))


def test_the_tree_in_the_docstring_names_every_error():
    missing = [kind.__name__ for kind in every_error() if kind.__name__ not in (errors.__doc__ or "")]

    assert missing == []


def test_an_error_says_what_where_and_what_to_do_in_this_order():
    text = str(ConfigError("a is wrong", where="x.yaml:3", fix="write b", details=("c is wrong too",)))

    assert text.splitlines() == [
        "[roadworthy.config] a is wrong",
        "       c is wrong too",
        "  at:  x.yaml:3",
        "  fix: write b",
    ]


def test_parts_that_are_not_known_leave_no_empty_lines():
    assert str(ConfigError("a is wrong")) == "[roadworthy.config] a is wrong"
