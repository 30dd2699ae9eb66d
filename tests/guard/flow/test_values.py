"""Values that are parts of others, or that stand against others: what the user said with them, and what not."""

from __future__ import annotations

from typing import Any

import pytest

from roadworthy.guard.flow.label import Label, Origin
from roadworthy.guard.flow.ledger import EMPTY
from roadworthy.guard.segment import SourceKind

USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))


def _explained(said: str, value: Any) -> bool:
    parts = EMPTY.with_content(said, USER).trace(value).parts
    return bool(parts) and all(part.origins for part in parts)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Pay 50 to BE68 5390 0754 7034 for rent", "BE68539007547034"),
        ("Pay AT61 1904 3002 3457 3201 50 euros", "AT611904300234573201"),
        ("Pay BE68539007547034 for rent", "BE68 5390 0754 7034"),
        ("Pay DE89 3704 0044 0532 0130 00 BE68 5390 0754 7034", "BE68539007547034"),
        ("Send it to bob@x.test—he asked", "bob@x.test"),
        ("mail→bob@x.test", "bob@x.test"),
        ("mail bob@x.test\u200b", "bob@x.test"),
        ("Send it to bob@x.test/ann@x.test", "ann@x.test"),
        ("See https://x.test/a,https://x.test/b", "https://x.test/b"),
        ("See https://x.test/a—nice", "https://x.test/a"),
        ("open src/main.py:42", "src/main.py"),
        ("give her 5mg", 5),
        ("wait 30s", 30),
        ("38.5°C", 38.5),
        ("Pay US$500", 500),
        ("Pay Rs.500", 500),
        ("It is .5 litres", 0.5),
        ("Book seats 1,2,3", 2),
        ("Pay 10 on 10 May 2026", 10),
        ("DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("on 21 November 2026", "21 November 2026"),
        ("Move seats 12 34 56 78", 34),
    ],
)
def test_what_the_user_said_is_explained_whatever_stands_beside_it(said, value):
    assert _explained(said, value)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Pay 10 to DE89 3704 0044 0532 0130 00", 3704),
        ("Pay 10 to DE89 3704 0044 0532 0130 00", "3704"),
        ("Pay 10 on 21 November 2026", 2026),
        ("Pay 10 on 21 November 2026", 21),
        ("call 030 1234567", 1234567),
        ("call +49 30 1234567", 30),
        ("salary 65k", 65),
        ("raised 5m", 5_000_000),
        ("Pay 12,14", 14),
        ("0042mg", 42),
        ("v5.1mg", 5.1),
        ("Pay BE68 5390 0754 7035 for rent", "BE68539007547034"),
    ],
)
def test_a_part_of_a_larger_value_is_not_what_the_user_said(said, value):
    assert not _explained(said, value)
