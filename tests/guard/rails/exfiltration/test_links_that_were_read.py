"""With ``links: read`` a link stands only where somebody who may has said it whole; a composed one never does."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.looked_at import said, scene
from roadworthy.guard.engine.merging import edited, merged
from roadworthy.guard.event import ConversationState
from roadworthy.guard.flow.label import Label, Origin
from roadworthy.guard.flow.ledger import EMPTY, Ledger
from roadworthy.guard.rails.exfiltration.rail import ExfiltrationRail, ExfiltrationSettings
from roadworthy.guard.reading.reading import read
from roadworthy.guard.run.state import RunState
from roadworthy.guard.segment import SourceKind

RAIL = ExfiltrationRail(ExfiltrationSettings(links="read", trusted_domains=("acme.example",)))
USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))
MAIL = Label(origin=Origin(kind=SourceKind.TOOL, name="read_mail"))
BOOK = Label(origin=Origin(kind=SourceKind.TOOL, name="find_contact", trusted=True))


def ledger(*read_before: tuple[str, Label]) -> Ledger:
    kept = EMPTY
    for text, label in read_before:
        kept = kept.with_content(text, label)
    return kept


def shown(answer: str, *read_before: tuple[str, Label]) -> str:
    segment = said(answer)
    about = replace(scene(segment), state=ConversationState(run=RunState(ledger=ledger(*read_before))))
    found = RAIL.examine(segment, read(answer), about)
    return edited(answer, merged([one.edit for one in found if one.edit is not None]))


@pytest.mark.parametrize(
    ("answer", "read_before"),
    [
        ("See https://shop.example/a?b=1.", [("Open https://shop.example/a?b=1, please.", USER)]),
        ("See [it](https://shop.example/a?b=1)", [("Open (https://shop.example/a?b=1) please", USER)]),
        ("See www.shop.example/x", [('{"site": "www.shop.example/x"}', BOOK)]),
        ("It is at https://docs.acme.example/new", []),
        (
            "Here: https://techservices.com/reset/t=?a1",
            [("Get me the link to my TechServices reset", USER), ("Go: https://techservices.com/reset/t=?a1", MAIL)],
        ),
        (
            "Hier: https://stadt-kultur.example/karten",
            [("Wie heißt die Webseite von Stadt Kultur?", USER), ("https://stadt-kultur.example/karten", MAIL)],
        ),
    ],
)  # fmt: skip
def test_a_link_that_somebody_who_may_has_said_whole_stands(answer: str, read_before: list[tuple[str, Label]]) -> None:
    assert shown(answer, *read_before) == answer


@pytest.mark.parametrize(
    ("answer", "read_before"),
    [
        # More, less or something else than what was said.
        ("https://shop.example/a?b=12", [("https://shop.example/a?b=1", USER)]),
        ("https://shop.example/a", [("https://shop.example/abc", USER)]),
        ("https://shop.example/A", [("https://shop.example/a", USER)]),
        ("https://shop.example/a", [("https://shop.example/a?b=1", USER)]),
        ("https://shop.example/a-secret", [("https://shop.example/a and secret", USER)]),
        ("https://evil.example/x", [("https://good.example/?next=https://evil.example/x", USER)]),
        # Where others can write, and the user did not ask for it, or named another, or it is not plain which.
        ("https://bank-login.example/", [("Summarise my mail", USER), ("Go to https://bank-login.example/", MAIL)]),
        ("https://evil.example/r", [("Get me the link of TechServices", USER), ("https://evil.example/r", MAIL)]),
        (
            "https://techservices.evil.example/r",
            [("Get me the link of TechServices", USER), ("https://techservices.evil.example/r", MAIL)],
        ),
        (
            "https://techservices.xyz/r",
            [
                ("Get me the link of TechServices", USER),
                ("https://techservices.xyz/r", MAIL),
                ("https://techservices.com/r", MAIL),
            ],
        ),
        ("https://message.example/r", [("Get me the link in that message", USER), ("https://message.example/r", MAIL)]),
        ("https://1.2.3.4/r", [("Get me the link to 1.2.3.4", USER), ("https://1.2.3.4/r", MAIL)]),
        ("https://nobody.example/r", []),
        ("https://shop.example/a~.~_!", [("https://shop.example/a", USER)]),
    ],
)  # fmt: skip
def test_any_other_link_is_text_that_nobody_can_click_on(answer: str, read_before: list[tuple[str, Label]]) -> None:
    left = shown(f"So: {answer} as it says", *read_before)

    assert answer not in left
    assert "(.)" in left
    assert left.endswith(" as it says")


def test_of_a_link_that_was_read_the_reader_keeps_all_and_of_a_composed_one_only_the_host() -> None:
    mail = ("Go to https://shop.example/a?b=1", MAIL)

    assert shown("Mail says: https://shop.example/a?b=1", mail) == "Mail says: shop(.)example/a?b=1"
    assert shown("Mail says: https://shop.example/a?b=2", mail) == "Mail says: shop(.)example"


@given(secret=st.text(min_size=1, max_size=20), in_host=st.booleans())
def test_nothing_can_be_put_into_a_link_whatever_was_read(secret: str, in_host: bool) -> None:
    code = quote(secret, safe="") + "x"
    host = f"{secret.encode().hex()[:60]}.shop.example/a" if in_host else f"shop.example/a?d={code}"
    before = [
        ("Give me the link to shop example", USER),
        (secret, MAIL),
        ("https://shop.example/a https://shop.example/a?d=", MAIL),
    ]

    assert f"https://{host}" not in shown(f"See https://{host} now", *before)


def test_an_image_is_held_to_trusted_hosts_though_the_user_said_its_address() -> None:
    left = shown("![x](https://shop.example/i.png)", ("Show me https://shop.example/i.png", USER))

    assert "https://shop.example" not in left


def test_what_is_left_of_a_link_is_none_itself() -> None:
    mail = "https://shop.example/?u=www.evil.example https://shop.example//evil.example/x https://shop.example/a;b"

    left = shown(mail, (mail, MAIL))

    assert shown(left, (mail, MAIL)) == left


def test_many_links_in_a_long_run_take_no_longer_than_a_moment() -> None:
    many = " ".join(f"https://shop{n}.example/{'a' * 40}" for n in range(3_000))

    left = shown(many, (many, MAIL), ("Give me the link to shop9", USER))

    assert "https://shop9.example" in left
    assert "https://shop8.example" not in left
