"""What a value may carry, generously, and how much is taken for a flow that is none."""

from __future__ import annotations

import base64
import codecs
import gzip
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.guard.flow.label import Label, Origin, Secrecy
from roadworthy.guard.flow.ledger import EMPTY
from roadworthy.guard.segment import SourceKind

ROOT = Path(__file__).parents[3]
USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))
VAULT = Label(origin=Origin(kind=SourceKind.TOOL, name="vault"), secrecy=Secrecy.SECRET)
NOTE = "The merger with Globex Corporation will be announced in the spring"
RECORD = {"pin": "4711-0815", "word": "Hunter2!x", "note": NOTE, "salary": 85400, "born": "1971-12-24"}
LEDGER = EMPTY.with_content({**RECORD, "firm": "Globexcorp"}, VAULT).with_content(
    "Please book a table for the team at noon", USER
)


_AZ = "abcdefghijklmnopqrstuvwxyz"


def _base64(said: str | bytes) -> str:
    return base64.b64encode(said.encode() if isinstance(said, str) else said).decode()


def _encoded(text: str, times: int) -> str:
    return _encoded(_base64(text), times - 1) if times else text


def _lines(text: str, length: int = 12) -> list[str]:
    return [text[place : place + length] for place in range(0, len(text), length)]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("4711 0815", id="separated otherwise"),
        pytest.param("4 7 1 1 0 8 1 5", id="spelled out"),
        pytest.param("four seven one one zero eight one five", id="in words"),
        pytest.param("HUNTER2!X", id="re-cased"),
        pytest.param(_base64("Hunter2!x"), id="base64"),
        pytest.param(_base64(_base64(NOTE)), id="base64 twice"),
        pytest.param(base64.b32encode(NOTE.encode()).decode(), id="base32"),
        pytest.param(NOTE.encode().hex(), id="hex"),
        pytest.param(quote(_base64(NOTE)), id="URL of base64"),
        pytest.param("".join(f"&#{ord(sign)};" for sign in NOTE), id="HTML"),
        pytest.param(codecs.encode(NOTE, "rot13"), id="rot13"),
        pytest.param(NOTE[::-1], id="reversed"),
        pytest.param(json.dumps(json.dumps({"a": NOTE})), id="JSON in JSON"),
        pytest.param("the_merger_with_Globex_Corporation", id="underscores"),
        pytest.param("The merger with Gl\u043ebex C\u043erp\u043eration will", id="look-alikes"),
        pytest.param("\u200b".join("Globex Corporation will"), id="zero width"),
        pytest.param("The merger with Globex Corparation will be anounced in the spring", id="typing errors"),
        pytest.param("Fusion with Globex Corporation", id="a word translated"),
        pytest.param("EUR 85,400.00", id="number as money"),
        pytest.param("eighty-five thousand four hundred euros", id="number in words"),
        pytest.param("fünfundachtzigtausendvierhundert", id="number in German words"),
        pytest.param("85.4k", id="number shortened"),
        pytest.param("born 24/12/71", id="date of two digits"),
        pytest.param("the twenty-fourth of December nineteen seventy-one", id="date in words"),
        pytest.param(f"token={_base64('xxx4711-0815')}", id="glued to something and encoded"),
        pytest.param("> " + "\n> ".join(_lines(_base64(NOTE))), id="base64 in quoted lines"),
        pytest.param(json.dumps(_lines(_base64(NOTE))), id="base64 in a list"),
        pytest.param(_base64(gzip.compress(NOTE.encode(), mtime=0)), id="packed"),
        pytest.param("-".join(_lines(base64.b32encode(NOTE.encode()).decode(), 4)), id="base32 in groups"),
        pytest.param(f"see {base64.b85encode(NOTE.encode()).decode()} there", id="base85 among words"),
        pytest.param("+".join(f"chr({ord(sign)})" for sign in NOTE), id="code"),
        pytest.param(NOTE.encode("utf-16-le").hex(), id="UTF-16 in hex"),
        pytest.param(codecs.encode(NOTE, "rot13").translate(str.maketrans(_AZ, _AZ[3:] + _AZ[:3])), id="moved letters"),
        pytest.param(" ".join(f"<b>{sign}</b>" for sign in NOTE), id="tags"),
        pytest.param("Golf Lima Oscar Bravo Echo X-ray Charlie Oscar Romeo Papa Oscar", id="letters as words"),
        pytest.param("-... --- .-. -. --. .-.. --- -... . -..- -.-. --- .-. .--.", id="Morse"),
        pytest.param("\n".join(f"{place}. {part}" for place, part in enumerate(_lines(NOTE, 9))), id="numbered"),
        pytest.param(85400, id="number"),
    ],
)
def test_finds_a_secret_in_whatever_form(value: Any) -> None:
    found = LEDGER.carried(value, same=(("merger", "fusion"),))

    assert [label.secrecy for label in found][:1] == [Secrecy.SECRET]


@pytest.mark.parametrize(
    "value",
    [
        "Hello, how are you?",
        "Please book a table for the team at noon",
        "a table for two",
        5,
        "2026",
        True,
        "",
        "🍀",
        "x" * 5000,
    ],
)
def test_does_not_take_for_a_flow_what_is_none(value: Any) -> None:
    assert [label for label in LEDGER.carried(value) if label.secrecy is Secrecy.SECRET] == []


def test_finds_a_secret_that_is_split_over_arguments() -> None:
    assert not LEDGER.carried("Hunt")
    assert LEDGER.carried("Hunt", "er2!x")[0].secrecy is Secrecy.SECRET


def test_what_is_public_as_well_is_no_secret() -> None:
    ledger = LEDGER.with_content(f"Press: {NOTE} of next year", USER)

    assert [label.secrecy for label in ledger.carried(NOTE)] == [Secrecy.PUBLIC]
    assert Secrecy.SECRET in {label.secrecy for label in ledger.carried(f"{NOTE} 4711-0815")}


def test_words_that_are_public_one_by_one_do_not_hide_a_secret_sentence() -> None:
    ledger = EMPTY.with_content("deploy key rotates friday midnight", VAULT)
    for word in ("deploy", "key", "rotates", "friday", "midnight"):
        ledger = ledger.with_content(f"{word} is a word", USER)

    assert Secrecy.SECRET in {label.secrecy for label in ledger.carried("deploy key rotates friday midnight now")}


def test_a_word_beside_common_ones_is_no_sentence_and_one_that_is_public_is_no_secret() -> None:
    ledger = EMPTY.with_content("It will be announced with the Lieferung for the branch", VAULT)
    ledger = ledger.with_content({"state": "Lieferung"}, VAULT).with_content("die Lieferung kommt morgen an", USER)

    assert Secrecy.SECRET not in {
        label.secrecy for label in ledger.carried("Is Lieferung for free with the order here?")
    }
    assert Secrecy.SECRET in {label.secrecy for label in ledger.carried("announced-with-the-Lieferung-for-the-branch")}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(_encoded("nobody keeps this harmless sentence secret", 6), id="encoded six times"),
        pytest.param(_base64(gzip.compress(b"a word " * 50_000, mtime=0)), id="packed a thousandfold"),
    ],
)
def test_what_is_not_unwrapped_to_its_end_may_carry_anything(value: str) -> None:
    begin = time.process_time()
    found = LEDGER.carried(value)

    assert time.process_time() - begin < 10
    assert found[0].secrecy is Secrecy.SECRET


def test_a_secret_that_was_read_encoded_is_found_in_plain_text() -> None:
    ledger = EMPTY.with_content(f"token: {_base64(NOTE)}", VAULT)

    assert ledger.carried(NOTE)


@given(text=st.text(max_size=300))
@settings(max_examples=40)
def test_any_text_can_be_asked_about(text: str) -> None:
    LEDGER.carried(text, text[::-1])

    assert LEDGER.carried(f"{text} {NOTE}")


def _benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("guard_flow", ROOT / "benchmarks" / "guard_flow.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["guard_flow"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_few_flows_are_missed_and_nobody_is_said_to_have_said_what_he_did_not() -> None:
    figures, _ = _benchmark().measured(seed=20261121, conversations=4)

    for told in (figures["plain"], figures["foreign"]):
        assert told["missed"]["rate"] <= 0.01
        assert told["wrongly_explained"]["bad"] == 0
        assert told["user_not_found"]["bad"] == 0
        assert told["over_tainted_user"]["rate"] <= 0.05
