"""What of a reply goes to scorers, journal and cache, by policy."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.scripted_target import (
    MemoryCache,
    MemoryJournal,
    SaysAnswer,
    ScriptedTarget,
    TickingClock,
    make_plan,
    make_task,
)
from roadworthy.core.digest import canonical_json
from roadworthy.core.result import Failure, Success, Unassessed
from roadworthy.evals.execution.runner import RetryPolicy, run
from roadworthy.evals.model import Context, Message, NoReply, Reply, Sample, Score, ToolCall
from roadworthy.evals.privacy import WITHHELD, Transcripts, redacted, redacted_reply
from roadworthy.evals.scorers.leaks.personal_data import PersonalData
from roadworthy.evals.scorers.leaks.secrets import Secrets
from roadworthy.inventory.model import TranscriptPolicy

SAMPLE = Sample(id="a", prompt="?")
FOUND = [
    ("ana@shop.test", "[email]"),
    ("DE89 3704 0044 0532 0130 00", "[iban]"),
    ("4111 1111 1111 1111", "[card]"),
    ("+49 30 901820", "[phone]"),
    ("536-90-4399", "[national-id]"),
    ("AKIAIOSFODNN7EXAMPL2", "[secret]"),
    ("ghp_" + "a1B2" * 9, "[secret]"),
]


@pytest.mark.parametrize(("value", "label"), FOUND, ids=[f"{n}-{label}" for n, (_, label) in enumerate(FOUND)])
def test_what_the_detectors_find_is_replaced_by_what_it_is(value, label):
    assert redacted(f"It is {value}, é thanks.") == f"It is {label}, é thanks."


@pytest.mark.parametrize(
    "text",
    ["", "It is 42.", "Order 12345 of 2026-11-02 ships in 3 to 5 days.", "https://shop.test/a?b=1", "ü" * 50],
    ids=["empty", "short", "dates", "address", "letters"],
)
def test_a_clean_text_is_left_as_it_is(text):
    assert redacted(text) is text


def test_what_overlaps_is_replaced_once():
    assert redacted("postgres://ana:tR7kq92Lm@db.shop.test/x") == "postgres://ana:[email]/x"


def test_half_a_character_does_not_get_in_the_way():
    assert redacted("\ud800 ana@shop.test") == "? [email]"


VALUES = st.sampled_from([value for value, _ in FOUND]) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(VALUES, max_size=6))
def test_after_redaction_the_detectors_find_nothing_and_doing_it_again_changes_nothing(parts):
    clean = redacted(" | ".join(parts))

    assert redacted(clean) == clean
    if clean.strip():
        for scorer in (PersonalData(), Secrets()):
            assert isinstance(scorer.score(SAMPLE, Reply(text=clean)), Success)


EVERYWHERE = Reply(
    text="ana@shop.test",
    tool_calls=(ToolCall(name="mail", arguments={"to": ["ana@shop.test"], "ana@shop.test": {"n": 4111111111111111}},
                         result="sent to ana@shop.test"),),
    turns=(Message(role="assistant", content="Is it ana@shop.test?"), Message(role="user", content="ana@shop.test")),
    effects={"mails": [{"to": "ana@shop.test"}]},
    contexts=(Context(source="mail/ana@shop.test", text="ana@shop.test wrote"),),
    finish_reason="ana@shop.test",
    components=("prompt", "ana@shop.test"),
    digests={"ana@shop.test": "ana@shop.test"},
    probabilities={"ana@shop.test": 0.5},
    scores_reported={"ana@shop.test": "ana@shop.test", "match": "C"},
    status=200,
)  # fmt: skip


def test_every_field_that_carries_text_is_redacted():
    clean = redacted_reply(EVERYWHERE)

    content = canonical_json(clean)
    assert (b"ana@" in content, b"4111" in content) == (False, False)
    assert content.count(b"[email]") == 15
    assert (clean.transcript, clean.status) == ("redacted", 200)


def test_without_any_text_numbers_and_counts_are_left():
    stored = Transcripts(policy=TranscriptPolicy(store="none")).handled(EVERYWHERE).stored

    assert stored == Reply(
        text="", tool_calls=(ToolCall(name=WITHHELD),), components=("prompt", WITHHELD), digests={WITHHELD: WITHHELD},
        scores_reported={"match": "C"}, status=200, transcript="none",
    )  # fmt: skip


def test_keys_that_become_one_are_told_apart():
    call = ToolCall(name="mail", arguments={"ana@shop.test": 1, "li@shop.test": 2})

    (clean,) = redacted_reply(Reply(text="", tool_calls=(call,))).tool_calls

    assert clean.arguments == {"[email]": 1, "[email] 2": 2}


CLEAN, PERSONAL = Reply(text="the answer"), Reply(text="the answer: ana@shop.test")


@pytest.mark.parametrize(
    ("policy", "reply", "seen", "stored", "is_kept"),
    [
        (TranscriptPolicy(), CLEAN, "the answer", "the answer", True),
        (TranscriptPolicy(), PERSONAL, "the answer: ana@shop.test", "the answer: [email]", False),
        (TranscriptPolicy(scorers_see="redacted"), PERSONAL, "the answer: [email]", "the answer: [email]", False),
        (TranscriptPolicy(store="full"), PERSONAL, "the answer: ana@shop.test", "the answer: ana@shop.test", True),
        (TranscriptPolicy(store="full", scorers_see="redacted"), PERSONAL, "the answer: [email]",
         "the answer: ana@shop.test", True),
        (TranscriptPolicy(store="none"), CLEAN, "the answer", "", False),
        (TranscriptPolicy(store="none", scorers_see="redacted"), PERSONAL, "the answer: [email]", "", False),
    ],
)  # fmt: skip
def test_scorers_journal_and_cache_get_what_the_policy_says(policy, reply, seen, stored, is_kept):
    handled = Transcripts(policy=policy).handled(reply)

    assert (handled.seen.text, handled.stored.text, handled.may_be_kept) == (seen, stored, is_kept)


def test_a_failed_call_has_no_text_to_keep():
    failed = NoReply(reason="timeout")

    assert Transcripts(policy=TranscriptPolicy(store="none")).handled(failed).stored is failed


@pytest.mark.parametrize("changes", [{"purpose": " "}, {"retain_days": 0}, {"retain_days": 3651}], ids=str)
def test_a_policy_says_what_for_and_until_when(changes):
    with pytest.raises(ValueError, match=r"purpose|retain_days"):
        TranscriptPolicy(**changes)


def test_a_run_without_a_policy_records_no_personal_data_and_keeps_no_such_reply():
    task, lines, cache = make_task(2), [], MemoryCache()
    target = ScriptedTarget(lambda request, _: PERSONAL if request.sample == "s0" else CLEAN)

    asyncio.run(
        run(
            task, plan=make_plan(task), target=target, scorers=(SaysAnswer(),), journal=MemoryJournal(lines),
            cache=cache, clock=TickingClock(), concurrency=1, retries=RetryPolicy(), on_result=lambda _: None,
        )
    )  # fmt: skip

    assert [line.response.text for line in lines] == ["the answer: [email]", "the answer"]
    assert [kept.reply.text for kept in cache.kept.values()] == ["the answer"]


@pytest.mark.parametrize("store", ["redacted", "none"])
def test_why_there_is_no_reply_holds_no_personal_data(store):
    failed = NoReply(reason="the provider reports ana@shop.test", retryable=True)

    handled = Transcripts(policy=TranscriptPolicy(store=store)).handled(failed)

    assert handled.stored == NoReply(reason="the provider reports [email]", retryable=True)


def scored(reason, outcome=Failure):
    return (Score(scorer="own", version="1", outcome=outcome(reason=reason)),)


@pytest.mark.parametrize(
    ("store", "never_quote", "reason", "kept"),
    [
        ("full", (), "said ana@shop.test", "said ana@shop.test"),
        ("redacted", (), "said ana@shop.test", "said [email]"),
        ("redacted", ("own",), "said ana@shop.test", "said [email]"),
        ("none", (), "said ZEBRA", WITHHELD),
        ("none", (), "", ""),
        ("none", ("own",), "differs from the expected answer", "differs from the expected answer"),
    ],
)
@pytest.mark.parametrize("outcome", [Success, Failure, Unassessed])
def test_a_scorers_reason_is_kept_as_the_policy_says(store, never_quote, reason, kept, outcome):
    if outcome is Unassessed and not reason:
        reason = kept = "no reply: timeout"
    scores = Transcripts(policy=TranscriptPolicy(store=store)).scores(scored(reason, outcome), never_quote=never_quote)

    assert scores == scored(kept, outcome)


class Quotes:
    """A scorer of the team's own that puts the reply into its reason."""

    name, version = "says_answer", "1"

    def score(self, _sample, response):
        return Failure(reason=f"said {response.text}")


@pytest.mark.parametrize(("store", "reason"), [("redacted", "said the answer: [email]"), ("none", WITHHELD)])
def test_a_reply_does_not_get_into_the_journal_through_a_reason(store, reason):
    task, lines = make_task(1), []
    plan = replace(make_plan(task), transcripts=TranscriptPolicy(store=store))

    asyncio.run(
        run(
            task, plan=plan, target=ScriptedTarget(lambda *_: PERSONAL), scorers=(Quotes(),),
            journal=MemoryJournal(lines), cache=None, clock=TickingClock(), concurrency=1, retries=RetryPolicy(),
            on_result=lambda _: None,
        )
    )  # fmt: skip

    assert [line.scores[0].outcome for line in lines] == [Failure(reason=reason)]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("card 4111\u00a01111\u202f1111\u20091111.", "card [card]."),
        ("４１１１１１１１１１１１１１１１", "[card]"),
        ("4111‑1111–1111−1111", "[card]"),
        ("ana＠shop.test", "[email]"),
        ("+٤٩ 30 901820", "[phone]"),
        ("grüße\u00a0an alle", "grüße\u00a0an alle"),
    ],
)
def test_personal_data_is_seen_through_widths_spaces_and_dashes(said, kept):
    assert redacted(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a -----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nabc=\n-----END PRIVATE KEY----- b", "a [secret] b"),
        (
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIEvQ\n-----END EC PRIVATE KEY-----",
            "[secret]",
        ),
        ('"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkq\\nMIIEvQIBADANBgkq"', '"[secret]"'),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq and so on", "[secret] and so on"),
    ],
    ids=["whole", "encrypted", "in-json", "cut-off"],
)
def test_of_a_private_key_not_only_its_first_line_goes(said, kept):
    assert redacted(said) == kept


def test_an_identifier_does_not_hide_the_next_one():
    said = "DE89370400440532013000 and DE89 3704 0044 0532 0130 00 or GB82 WEST 1234 5698 7654 32 please"

    assert redacted(said) == "[iban] and [iban] or [iban] please"


@pytest.mark.parametrize(
    "piece", ["DE89 ", "-----BEGIN PRIVATE KEY-----\n", "+49 30 ", "password: tR7#kq92Lm "], ids=str
)
@pytest.mark.timeout(60)
def test_a_hostile_reply_does_not_hold_the_run_up(piece):
    text = piece * (200_000 // len(piece))

    assert len(redacted(text)) <= len(text)
