"""Credentials are found as their issuers make them, wherever they stand, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.growth import grows_in_proportion
from fakes.issued_secrets import DOCUMENTED, ISSUERS, LOOK_ALIKES, SETTINGS, dice_of, placed
from roadworthy.sensitive.secrets.finder import PROVIDERS, Search, kinds, secrets_in
from roadworthy.sensitive.secrets.format import Check, Group
from roadworthy.sensitive.secrets.formats import FORMATS

SEARCH = Search()
HEAD = Search(whole=False)
WHERE = sorted(SETTINGS)


def found_in(text, search=SEARCH):
    return [(one.name, text[one.start : one.end]) for one in search.find(text)]


@pytest.mark.parametrize("issuer", sorted(ISSUERS))
def test_what_an_issuer_makes_is_found_in_code_configuration_prose_and_logs(issuer):
    dice = dice_of(issuer)
    texts = [placed(make(dice), where, dice) for make in ISSUERS[issuer] for where in WHERE for _ in range(6)]
    missed = [text for text in texts if not SEARCH.find(text)]

    assert len(missed) <= len(texts) // 50


@pytest.mark.parametrize("kind", sorted(LOOK_ALIKES))
def test_what_only_resembles_a_credential_is_left_alone(kind):
    dice = dice_of(kind)
    texts = [placed(LOOK_ALIKES[kind](dice), where, dice) for where in WHERE for _ in range(10)]

    assert [found_in(text) for text in texts if SEARCH.find(text)] == []


@pytest.mark.parametrize("example", DOCUMENTED)
def test_what_manuals_print_is_left_alone(example):
    dice = dice_of("7")

    assert [found_in(placed(example, where, dice)) for where in WHERE] == [[]] * len(WHERE)


def test_more_than_forty_issuers_are_known():
    assert len({form.provider for form in FORMATS}) > 80
    assert len(ISSUERS) >= 50
    assert {form.provider for form in FORMATS} <= PROVIDERS


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: f"{form.provider}-{form.heads[0]}")
def test_a_format_needs_no_more_characters_than_it_states_and_its_heads_are_literal(form):
    assert form.most < 17_000
    assert form.trigger == form.trigger.lower()
    assert all(head and head.isascii() for head in form.heads)
    assert not form.opening or form.opening_most <= 600


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "line\\nsk-ant-api03-' + "aB3dE6gH9j" * 5 + '"}', "sk-ant-api03-" + "aB3dE6gH9j" * 5),
        ("key%3DAKIA4QX7VJ2KD5TNW3HB", "AKIA4QX7VJ2KD5TNW3HB"),
        ("redis://:" + "aB3dE6gH9jK2@cache.shop.io:6379", "aB3dE6gH9jK2"),
        ("mysql://app:p%40ss%21Word9@db.shop.io/x", "p%40ss%21Word9"),
        ('password="tR7#kq92Lm"', "tR7#kq92Lm"),
        ("The password is tR7#kq92Lm.", "tR7#kq92Lm"),
        ("Das Passwort lautet Winter!2026x", "Winter!2026x"),
        ("Authorization: Basic " + "YWRhOnRSNyNrcTkyTG0xMjM0", "YWRhOnRSNyNrcTkyTG0xMjM0"),
    ],
)
def test_the_credential_alone_is_named(text, value):
    assert [said for _, said in found_in(text)] == [value]


def test_a_check_sum_that_does_not_hold_rules_a_token_out_only_where_that_is_asked():
    text = "key ghp_" + "aB3dE6gH9jK2" * 3

    assert SEARCH.find(text) == []
    assert [one.check for one in secrets_in(text, frozenset([Group.CODE]))] == [Check.FAILS]


def test_one_find_within_another_is_told_once():
    token = "sk-ant-api03-" + "aB3dE6gH9j" * 5

    assert [name for name, _ in found_in(f'api_key = "{token}"')] == ["Anthropic key"]


@pytest.mark.parametrize("search", [SEARCH, HEAD])
@given(data=st.data())
def test_nothing_is_found_without_a_trigger(search, data):
    dice = dice_of(str(data.draw(st.integers(0, 10**9))))
    issuer = data.draw(st.sampled_from(sorted(ISSUERS)))
    text = placed(dice.choice(ISSUERS[issuer])(dice), dice.choice(WHERE), dice)
    triggers = {trigger for trigger, find in kinds(search) if list(find(text))}

    assert triggers <= set(search.triggers)
    assert bool(triggers) == bool(Search(whole=search.whole, checked=False).find(text))


@given(data=st.data())
def test_a_find_depends_only_on_the_characters_within_reach(data):
    dice = dice_of(str(data.draw(st.integers(0, 10**9))))
    issuer = data.draw(st.sampled_from(sorted(set(ISSUERS) - {"PEM key", "OpenPGP key", "kubeconfig"})))
    core = " " + placed(dice.choice(ISSUERS[issuer])(dice), dice.choice(WHERE), dice) + " "
    filler = st.lists(
        st.sampled_from([core, "sk-", "://a:bcde@", "eyJ", "password=", "$2y$", "a" * 300, " ", "-----BEGIN "])
    )
    before, after = "".join(data.draw(filler)), "".join(data.draw(filler))
    reach = HEAD.reach
    near = before[-reach:] + core + after[:reach]
    shift = len(before) - len(before[-reach:])

    def within(text, at):
        return {
            (one.name, one.start - at, one.end - at)
            for one in HEAD.find(text)
            if one.start >= at and one.end <= at + len(core)
        }

    assert within(before + core + after, len(before)) == within(near, len(before) - shift)


@pytest.mark.parametrize(
    "text", ["-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA" * n for n in (4, 40, 400, 4000)]
)
def test_a_private_key_that_is_cut_off_is_found_to_its_end_or_the_bound(text):
    (one,) = SEARCH.find(text)
    (head,) = HEAD.find(text)

    assert one.end == min(len(text), 16_384)
    assert head.end <= 256


@pytest.mark.parametrize(
    "piece",
    ["sk-", "://", "a://b:cccc@", "password=", "eyJaaaaaaaa.", "$2a$", "-----BEGIN RSA PRIVATE KEY-----", ".", "AKIA",
     "machine a login b password ", "ghp_" + "a1B2" * 9 + " ", "eyJhbGciOiJIUzI1NiJ9.", "EAA", "&sig="],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(piece):
    short, long = ((piece * (size // len(piece) + 1))[:size] for size in (10_000, 40_000))

    assert grows_in_proportion(SEARCH.find, short, long, slack=3, floor_s=0.002)


@given(text=st.text(max_size=300))
def test_no_text_makes_the_search_fail(text):
    for one in SEARCH.find(text):
        assert 0 <= one.start < one.end <= len(text)


@given(data=st.data())
def test_a_find_does_not_repeat_the_value(data):
    dice = dice_of(str(data.draw(st.integers(0, 10**9))))
    issuer = data.draw(st.sampled_from(sorted(ISSUERS)))
    value = dice.choice(ISSUERS[issuer])(dice)

    assert all(value[-16:] not in repr(one) for one in SEARCH.find(f"x {value}\n"))
