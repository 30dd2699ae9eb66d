"""A stream gives values back as the whole text would, wherever it is cut, and holds little."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.event import Principal
from roadworthy.guard.vault.model import Scope, VaultPolicy
from roadworthy.guard.vault.placeholder import code_for, written
from roadworthy.guard.vault.restoring import MOST_HELD, RestoreStream
from roadworthy.guard.vault.vault import Vault

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADA = Principal(id="ada", tenant="acme")
VAULT = Vault(Scope(tenant="acme", conversation="c1"), key=b"k" * 32, policy=VaultPolicy(mail_kinds=("mail",)))
MAIL = VAULT.hide("ana@shop.test", kind="mail", principal=ADA, at=NOW)
NAME = VAULT.hide("Ana Bell", kind="person", principal=ADA, at=NOW)
LOOK = VAULT.hide(NAME, kind="note", principal=ADA, at=NOW)
FORGED = written(code_for(b"x" * 32, kind="person", value="Ana Bell"), label="PERSON")
PARTS = st.one_of(
    st.sampled_from(
        [MAIL, NAME, LOOK, FORGED, NAME.lower(), MAIL.upper(), " ".join(NAME), NAME.partition("-")[2], NAME[:-1],
         MAIL[:-3], MAIL.partition("@")[0], NAME + "@placeholder.invalid", "internationalisation" + NAME, "PV", "p v",
         NAME[:9] + NAME, "person-", "PERSON person ", "@placeholder.invalid", "x" * 40, NAME.replace("-", " -- ")]
    ),
    st.text(alphabet="pvPV2B -.@e", max_size=6),
    st.text(max_size=4),
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=8).map("".join)


def streamed(parts):
    stream = RestoreStream(VAULT, recipient=ADA, at=NOW)
    text = "".join([*(stream.push(part) for part in parts), stream.finish()])
    return text, stream.restored, stream.kept


def whole(text):
    said = VAULT.restore(text, recipient=ADA, at=NOW)
    return said.text, said.restored, said.kept


@given(text=TEXTS, data=st.data())
def test_a_stream_cut_anywhere_says_what_the_whole_says(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    assert streamed(parts) == whole(text)


@given(text=TEXTS)
def test_a_stream_of_single_characters_says_what_the_whole_says(text):
    assert streamed(list(text)) == whole(text)


@pytest.mark.parametrize("placeholder", [MAIL, NAME, " ".join(NAME), NAME.lower(), FORGED])
def test_every_single_cut_through_a_placeholder_gives_the_same(placeholder):
    text = f"Send it to {placeholder}, then stop."

    assert {streamed([text[:cut], text[cut:]]) for cut in range(len(text) + 1)} == {whole(text)}


@given(text=st.one_of(TEXTS, st.text(alphabet="pv23 ", max_size=400)))
def test_little_is_held_at_any_time(text):
    stream = RestoreStream(VAULT, recipient=ADA, at=NOW)
    passed = 0
    for taken, character in enumerate(text, start=1):
        stream.push(character)
        passed = max(passed, taken - int(repr(stream).partition("held=")[2].rstrip(")")))
        assert taken - passed <= MOST_HELD


def test_of_ordinary_prose_no_more_than_a_word_is_held():
    stream = RestoreStream(VAULT, recipient=ADA, at=NOW)
    prose = "The parcel was sent on Monday and will be there by Thursday, we are sorry for the delay. " * 5
    held = []
    for character in prose:
        stream.push(character)
        held.append(int(repr(stream).partition("held=")[2].rstrip(")")))

    assert max(held) <= 20
    assert sum(held) / len(held) < 6


def test_a_megabyte_in_small_parts_takes_no_more_than_in_proportion():
    stream = RestoreStream(VAULT, recipient=ADA, at=NOW)
    text = ("PV" * 40 + NAME) * 200
    out = "".join([*(stream.push(text[at : at + 4]) for at in range(0, len(text), 4)), stream.finish()])

    assert out.count("Ana Bell") == 200
