"""Values go behind placeholders and come back only within their conversation, in time, and for who may have them."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.errors import ConfigError, VaultFullError
from roadworthy.guard.event import Principal
from roadworthy.guard.vault.encoding import in_html, in_json
from roadworthy.guard.vault.model import Entitlement, NotRestored, Scope, VaultPolicy
from roadworthy.guard.vault.placeholder import code_for, seen_in, written
from roadworthy.guard.vault.vault import Vault, conversation_key

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADA = Principal(id="ada", tenant="acme")
BOB = Principal(id="bob", tenant="acme", roles=("support",), purpose="refund")
EVE = Principal(id="ada", tenant="evil", roles=("support",))
SCOPE = Scope(tenant="acme", conversation="c1")
SECRET = b"s" * 32
VALUES = st.text(min_size=1, max_size=40)


def vault(scope=SCOPE, **policy):
    return Vault(scope, key=conversation_key(SECRET, scope), policy=VaultPolicy(**policy))


def hidden(store, value="ana@shop.test", *, kind="email", who=ADA, at=NOW):
    return store.hide(value, kind=kind, principal=who, at=at)


def back(store, text, *, who=ADA, at=NOW):
    return store.restore(text, recipient=who, at=at)


@given(value=VALUES, kind=st.sampled_from(["email", "person", "us_ssn", "IBAN", "7"]))
def test_whatever_is_hidden_comes_back(value, kind):
    store = vault()
    placeholder = hidden(store, value, kind=kind)

    assert back(store, f"a {placeholder}, b").text == f"a {value}, b"


def test_the_same_value_has_the_same_placeholder_within_a_conversation_and_another_one_elsewhere():
    other = vault(Scope(tenant="acme", conversation="c2"))
    foreign = vault(Scope(tenant="beta", conversation="c1"))
    store = vault()

    assert hidden(store) == hidden(store, who=BOB)
    assert len({hidden(store), hidden(other), hidden(foreign, who=Principal(id="ada", tenant="beta"))}) == 3
    assert hidden(store) != hidden(store, "bea@shop.test")
    assert hidden(store) != hidden(store, kind="person")


@pytest.mark.parametrize(
    "rewrite",
    [
        str.lower,
        str.upper,
        str.title,
        " ".join,
        lambda p: p.replace("-", " "),
        lambda p: p.replace("-", r"\-"),
        lambda p: p.replace("-", ""),
        lambda p: p.partition("-")[2],
        lambda p: f"**{p}**",
        lambda p: "-".join((p[:10], p[10:14], p[14:])),
        lambda p: p.replace("PV", "PV\u200b"),
        lambda p: ".\n".join((p[:12], p[12:])),
    ],
)
def test_a_placeholder_is_known_again_however_it_was_rewritten(rewrite):
    store = vault()
    said = back(store, f"To {rewrite(hidden(store))}!")

    assert "ana@shop.test" in said.text
    assert (said.restored, said.kept) == (1, ())


def test_an_address_stays_an_address_where_that_is_asked_for():
    store = vault(mail_kinds=("email",))
    placeholder = hidden(store)

    assert placeholder.endswith("@placeholder.invalid")
    assert back(store, f"<{placeholder.upper()}>").text == "<ana@shop.test>"
    assert back(store, placeholder.partition("@")[0]).text == "ana@shop.test"


@pytest.mark.parametrize(
    ("store", "who", "at", "why"),
    [
        pytest.param(vault(Scope(tenant="acme", conversation="c2")), ADA, NOW, NotRestored.UNKNOWN, id="conversation"),
        pytest.param(None, EVE, NOW, NotRestored.UNKNOWN, id="tenant"),
        pytest.param(None, BOB, NOW, NotRestored.NOT_ENTITLED, id="principal"),
        pytest.param(None, ADA, NOW + timedelta(hours=1), NotRestored.EXPIRED, id="late"),
    ],
)
def test_nobody_else_gets_a_value_back_and_the_attempt_is_told(store, who, at, why):
    own = vault()
    text = f"To {hidden(own)}!"
    said = back(own if store is None else store, text, who=who, at=at)

    assert said.text == text
    assert [kept.why for kept in said.kept] == [why]


def test_a_made_up_placeholder_stays_and_is_told():
    forged = written(code_for(b"x" * 32, kind="email", value="ana@shop.test"), label="EMAIL")
    said = back(vault(), f"To {forged}!")

    assert said.text == f"To {forged}!"
    assert [(kept.why, kept.start) for kept in said.kept] == [(NotRestored.UNKNOWN, 3)]


@pytest.mark.parametrize(
    ("entitlement", "gets"),
    [
        (Entitlement(kinds=("email",), roles=("support",)), True),
        (Entitlement(kinds=("*",), principals=("bob",)), True),
        (Entitlement(kinds=("email",), roles=("support",), purposes=("refund",)), True),
        (Entitlement(kinds=("email",), roles=("support",), purposes=("marketing",)), False),
        (Entitlement(kinds=("iban",), roles=("support",)), False),
        (Entitlement(kinds=("email",), roles=("legal",)), False),
        (Entitlement(kinds=("email",), principals=("cyd",), roles=("support",)), False),
    ],
)
def test_who_else_gets_a_kind_back_is_the_policys_to_say(entitlement, gets):
    store = vault(entitlements=(entitlement,))

    assert (back(store, hidden(store), who=BOB).text == "ana@shop.test") is gets


def test_an_entitlement_reaches_into_no_other_tenant():
    store = vault(entitlements=(Entitlement(kinds=("*",), roles=("support",)),))

    assert back(store, hidden(store), who=EVE).restored == 0


@pytest.mark.parametrize("wrong", [{"kinds": ()}, {"kinds": ("*",)}, {"kinds": ("*",), "purposes": ("refund",)}])
def test_an_entitlement_of_everybody_is_refused(wrong):
    with pytest.raises(ValueError, match=r"kinds|purpose"):
        Entitlement(**wrong)


def test_what_somebody_writes_to_get_anothers_value_comes_back_as_written():
    store = vault()
    stolen = hidden(store)
    asked = store.hide_look_alikes(f"Repeat: {stolen}", principal=BOB, at=NOW)
    said = back(store, asked, who=BOB)

    assert stolen not in asked
    assert said.text == f"Repeat: {stolen}"
    assert back(store, asked, who=ADA).text == f"Repeat: {stolen}"


def test_what_comes_back_is_not_looked_at_again():
    store = vault()
    inner = hidden(store)
    outer = hidden(store, f"see {inner}", kind="note")

    assert back(store, outer).text == f"see {inner}"


@given(value=VALUES)
def test_a_value_in_json_leaves_it_json(value):
    store = vault()
    body = json.dumps({"to": hidden(store, value)})
    said = store.restore(body, recipient=ADA, at=NOW, encode=in_json)

    assert json.loads(said.text) == {"to": value}


def test_a_value_in_html_is_no_markup():
    store = vault()
    said = store.restore(hidden(store, "<b>Ana</b>"), recipient=ADA, at=NOW, encode=in_html)

    assert said.text == "&lt;b&gt;Ana&lt;/b&gt;"


def test_saying_a_value_again_keeps_it_longer():
    store = vault(ttl_s=60)
    placeholder = hidden(store)
    hidden(store, at=NOW + timedelta(seconds=50))

    assert back(store, placeholder, at=NOW + timedelta(seconds=100)).restored == 1
    assert back(store, placeholder, at=NOW + timedelta(seconds=110)).restored == 0
    assert store.forget_expired(NOW + timedelta(seconds=110)) == 1
    assert len(store) == 0


def test_a_full_vault_refuses_and_makes_room_only_by_what_expired():
    store = vault(max_entries=2, ttl_s=60)
    hidden(store, "a1")
    hidden(store, "b2")

    with pytest.raises(VaultFullError, match="2 values already"):
        hidden(store, "c3")
    assert back(store, hidden(store, "c3", at=NOW + timedelta(seconds=60))).text == "c3"


@pytest.mark.parametrize("value", ["", "x" * 101])
def test_a_value_that_cannot_be_kept_is_refused_without_being_repeated(value):
    with pytest.raises(VaultFullError, match=f"{len(value)} characters") as refused:
        hidden(vault(max_value_chars=100), value)
    assert not value or value not in str(refused.value)


def test_a_value_of_another_tenants_principal_is_refused():
    with pytest.raises(ConfigError, match="another tenant"):
        hidden(vault(), who=EVE)


@pytest.mark.parametrize("make", [lambda: conversation_key(b"short", SCOPE), lambda: Vault(SCOPE, key=b"short")])
def test_a_key_that_is_none_is_refused(make):
    with pytest.raises(ValueError, match="needs"):
        make()


@given(text=st.text(alphabet="pvPV23456789BCDxyz -_.@", max_size=300))
def test_ordinary_and_hostile_text_stays_as_it_is(text):
    said = back(vault(), text)

    assert said.text == text


def test_ordinary_text_is_hardly_ever_taken_for_a_placeholder():
    numbers = " ".join(f"PV {n:016d}".replace("0", "2").replace("1", "3") for n in range(2_000))

    assert sum(1 for _ in seen_in(numbers)) < 15


@given(values=st.lists(VALUES, min_size=1, max_size=6), who=st.sampled_from([ADA, BOB]))
def test_no_value_is_in_any_repr(values, who):
    store = vault()
    placeholders = [hidden(store, f"canary-{value}", who=ADA) for value in values]
    said = back(store, " ".join(placeholders), who=who)

    assert "canary" not in repr((store, store.entries, said, said.kept))


def test_threads_agree_on_every_placeholder():
    store = vault()
    seen: list[set[str]] = [set() for _ in range(50)]

    def work():
        for number in range(50):
            seen[number].add(hidden(store, f"value {number}"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(one) for one in seen] == [1] * 50
    assert len(store) == 50
