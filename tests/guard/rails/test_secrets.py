"""The rail of credentials: where they stand in what was written, and no character of them in what is said."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.issued_secrets import ISSUERS, SETTINGS, dice_of, placed
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.rails.secrets import SecretsRail, SecretsSettings
from roadworthy.guard.reading.reading import read
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.secrets.format import Group

RAIL = SecretsRail(SecretsSettings())
TOKEN = "sk-ant-api03-" + "aB3dE6gH9j" * 5
SCENE = Scene(
    event=Event(
        id="e1", route="chat", at=datetime(2026, 11, 21, tzinfo=UTC), principal=Principal(id="ada", tenant="acme"),
        segments=(),
    ),
    state=ConversationState(),
)  # fmt: skip


def examine(text, rail=RAIL):
    segment = Segment(
        stage=Stage.OUTPUT, role=Role.ASSISTANT, channel=Channel.TEXT, source=Source(kind=SourceKind.MODEL), text=text,
        path="/content",
    )  # fmt: skip
    return rail.examine(segment, read(text), SCENE)


def edited(text, rail=RAIL):
    for one in reversed(examine(text, rail)):
        text = text[: one.span.start] + one.edit.replacement + text[one.span.end :]
    return text


def test_a_credential_is_replaced_by_what_it_was():
    assert edited(f"Use {TOKEN} now.") == "Use [ANTHROPIC_KEY] now."
    assert edited("postgres://app:tR7kq92Lm@db.shop.io/x") == "postgres://app:[PASSWORD_IN_AN_ADDRESS]@db.shop.io/x"


@given(data=st.data())
def test_no_character_run_of_a_credential_is_left_or_said(data):
    dice = dice_of(str(data.draw(st.integers(0, 10**9))))
    issuer = data.draw(st.sampled_from(["GitHub", "Stripe", "OpenAI", "Slack", "PEM key", "age", "JSON Web Token"]))
    value = dice.choice(ISSUERS[issuer])(dice)
    text = placed(value, dice.choice(sorted(SETTINGS)), dice)
    core = value.splitlines()[len(value.splitlines()) // 2][-20:]

    assert core not in edited(text)
    assert core not in repr(examine(text))


def test_a_word_that_came_about_by_chance_within_a_token_hides_nothing():
    assert edited("ghu_Rsf5bskE7cAOvwX8NacE0xFdBhLGH13yoUrR") == "[GITHUB_TOKEN]"
    assert examine("ghp_yourTokenGoesHere0123456789abcdefghi") == []


@pytest.mark.parametrize(
    "disguised",
    [
        base64.b64encode(f"the key is {TOKEN} ok".encode()).decode(),
        f"the key is {TOKEN} ok".encode().hex(),
        TOKEN[:20] + "\u200b" + TOKEN[20:],
        "".join(chr(ord(c) + 0xFEE0) for c in TOKEN),
    ],
    ids=["base64", "hex", "zero width", "full width"],
)
def test_a_disguised_credential_is_found_where_it_stands_as_written(disguised):
    text = f"Note: {disguised} end"
    (one,) = examine(text)

    assert one.kind == "anthropic_key"
    assert (text[: one.span.start].strip(), text[one.span.end :].strip()) == ("Note:", "end")


@pytest.mark.parametrize("extent", ["whole", "head"])
@given(data=st.data())
def test_where_no_trigger_matches_nothing_is_found(extent, data):
    rail = SecretsRail(SecretsSettings(extent=extent))
    dice = dice_of(str(data.draw(st.integers(0, 10**9))))
    issuer = data.draw(st.sampled_from(sorted(ISSUERS)))
    text = placed(dice.choice(ISSUERS[issuer])(dice), dice.choice(sorted(SETTINGS)), dice)
    reading = read(text)
    triggered = any(compiled(pattern).search(reading.folded) for pattern in rail.triggers.patterns)

    assert triggered or bool(reading.smuggled) or not examine(text, rail)


def test_settings_say_what_is_looked_for():
    both = f"{TOKEN} and password=tR7#kq92Lm1"

    def kinds_of(**settings):
        return [one.kind for one in examine(both, SecretsRail(SecretsSettings(**settings)))]

    assert kinds_of() == ["anthropic_key", "assigned_secret"]
    assert kinds_of(groups=(Group.MODEL,)) == ["anthropic_key"]
    assert kinds_of(providers=("assigned",)) == ["assigned_secret"]
    assert kinds_of(providers=("github",)) == []


def test_a_token_with_a_wrong_check_sum_counts_where_check_sums_are_ignored():
    text = "ghp_" + "aB3dE6gH9jK2" * 3

    assert examine(text) == []
    assert [one.kind for one in examine(text, SecretsRail(SecretsSettings(check_sums="ignore")))] == ["github_token"]


def test_a_private_key_goes_whole_or_by_its_beginning():
    key = ISSUERS["PEM key"][1](dice_of("1"))
    head = SecretsRail(SecretsSettings(extent="head"))

    assert edited(f"a {key} b") == "a [PRIVATE_KEY] b"
    assert examine(key, head)[0].span.end <= 256
    assert (head.reach < 1_200, RAIL.reach > 16_000) == (True, True)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"providers": ("gitbuh",)}, "'gitbuh'"), ({"providers": ("github",), "groups": (Group.KEY,)}, "nothing to look")],
)
def test_settings_that_look_for_nothing_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SecretsSettings(**settings)


@given(text=st.text(max_size=200))
def test_spans_lie_in_the_text(text):
    for one in examine(text):
        assert 0 <= one.span.start < one.span.end <= len(text)
