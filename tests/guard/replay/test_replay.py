from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.severity import RiskTier
from roadworthy.guard.budget.admission import Refused, admit
from roadworthy.guard.budget.book import InProcessBudgets
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.engine.bundle import Bundle, compile_policy
from roadworthy.guard.engine.deciding import decision_of
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Principal, UnknownField
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import GuardPolicy, GuardRule, UnknownBehaviour, Unknowns
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.replay.difference import summed_up
from roadworthy.guard.replay.model import MASK, Change, GuardRecord, Replayed
from roadworthy.guard.replay.recording import mask, policy_use, record
from roadworthy.guard.replay.replaying import replay
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Span, Stage
from roadworthy.guard.verdict import Action

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEW = ConversationState()


def rule(name: str, *patterns: str, action: Action = Action.DENY, **more: object) -> GuardRule:
    rail = PatternSettings(patterns=patterns) if patterns else None
    return GuardRule(id=f"desk/{name}", description="d", action=action, rail=rail, **more)


def bundle(*rules: GuardRule, **more: object) -> Bundle:
    policy = GuardPolicy(
        name="desk", version="1", title="t", owner="o", licence="Apache-2.0", rules=rules or (ANY,), **more
    )
    return compile_policy(policy, tier=RiskTier.HIGH, language=CelConditions(variables=VARIABLES))


ANY = rule("any", "zzzz")


def event(text: str, **more: object) -> Event:
    segment = Segment(
        stage=Stage.INPUT,
        role=Role.USER,
        channel=Channel.TEXT,
        source=Source(kind=SourceKind.USER),
        text=text,
        path="/messages/0/content",
    )
    return Event(id="e1", route="chat", at=NOON, principal=Principal(id="ana", tenant="t"), segments=(segment,), **more)


def recorded(judged_by: Bundle, said: Event, *, keep: bool = True) -> GuardRecord:
    """What would be recorded where no rail for confidential text had anything to mask."""
    decision = enforce(judged_by, said)
    kept = record(judged_by, said, decision, state=NEW)
    return replace(kept, event=said) if keep else kept


def replayed(old: Bundle, new: Bundle, text: str, *, keep: bool = True) -> Replayed:
    return replay(new, recorded(old, event(text), keep=keep), looks=old.looks)


POISON = rule("poison", "poison")


@pytest.mark.parametrize(
    ("old", "new", "text", "change", "rules"),
    [
        ((POISON,), (POISON,), "poison", Change.SAME, ()),
        ((POISON,), (POISON, rule("bomb", "bomb")), "a bomb", Change.NEW_STOP, ("desk/bomb",)),
        ((POISON,), (ANY,), "poison", Change.LOST_STOP, ("desk/poison",)),
        ((POISON,), (rule("poison", "bomb"),), "poison", Change.LOST_STOP, ("desk/poison",)),
        ((POISON,), (replace(POISON, action=Action.ESCALATE),), "poison", Change.LOOSER, ("desk/poison",)),
        ((POISON,), (replace(POISON, mode="shadow"), ANY), "poison", Change.LOST_STOP, ("desk/poison",)),
        ((replace(POISON, mode="shadow"), ANY), (POISON,), "poison", Change.NEW_STOP, ("desk/poison",)),
        ((ANY,), (rule("bomb", "bomb", action=Action.TRANSFORM),), "a bomb", Change.STRICTER, ("desk/bomb",)),
        ((ANY,), (rule("short", when="segment.characters < 9"),), "a bomb", Change.NEW_STOP, ("desk/short",)),
    ],
)
def test_a_candidate_changes_what_it_changes_and_says_by_which_rule(old, new, text, change, rules):
    found = replayed(bundle(*old), bundle(*new), text)

    assert (found.change, found.rules) == (change, rules)


def test_a_rule_that_looks_as_before_is_taken_at_its_word_though_the_text_is_gone():
    old, new = bundle(POISON), bundle(replace(POISON, action=Action.QUARANTINE))

    assert replayed(old, new, "poison", keep=False).change is Change.LOST_STOP
    assert replayed(old, new, "tea", keep=False).change is Change.SAME


def test_a_new_rule_on_text_that_is_gone_cannot_be_told():
    found = replayed(bundle(POISON), bundle(POISON, rule("bomb", "bomb")), "a bomb", keep=False)

    assert (found.change, found.rules) == (Change.UNKNOWN, ("desk/bomb",))
    assert (found.at_least, found.at_most) == (Action.ALLOW, Action.DENY)


def test_what_cannot_be_told_does_not_matter_where_another_rule_stops_anyway():
    found = replayed(bundle(POISON), bundle(POISON, rule("bomb", "bomb")), "poison", keep=False)

    assert found.change is Change.SAME


def test_a_masked_part_cannot_be_told_and_a_hit_beside_it_can():
    old, new = bundle(ANY), bundle(ANY, rule("bomb", "bomb"))
    kept = recorded(old, event("to ana@x.test"))

    def masked(text: str) -> GuardRecord:
        return replace(kept, event=event(mask(text, [Span(start=3, end=13)])))

    assert replay(new, masked("to ana@x.test"), looks=old.looks).change is Change.UNKNOWN
    assert replay(new, masked("to ana@x.test a bomb"), looks=old.looks).change is Change.NEW_STOP


def test_where_nothing_is_known_of_the_old_policy_every_rule_is_asked_anew():
    old = bundle(POISON)

    assert replay(bundle(POISON), recorded(old, event("poison")), looks={}).change is Change.SAME
    assert replay(bundle(POISON), recorded(old, event("poison"), keep=False), looks={}).change is Change.UNKNOWN


def test_what_becomes_of_unknown_fields_is_asked_anew():
    said = event("tea", unknown=(UnknownField(path="/x", protocol="plain", characters=3),))
    old = bundle(unknown=Unknowns(default=UnknownBehaviour.PASS_AND_FLAG))

    assert replay(bundle(), recorded(old, said), looks=old.looks).rules == ("guard/unknown-field",)


def test_a_refusal_by_a_budget_cannot_be_told_while_the_budget_stands():
    calls = Budget(name="calls", unit=Unit.REQUESTS, limit=1, window_s=60)
    old, book, said = bundle(budgets=(calls,)), InProcessBudgets(), event("tea")
    admit((calls,), said, book=book)
    refused = admit((calls,), said, book=book)
    assert isinstance(refused, Refused)
    kept = record(old, said, decision_of(old, said, NEW, verdicts=[refused.verdict]), state=NEW)

    assert replay(old, kept, looks=old.looks).change is Change.UNKNOWN
    assert replay(bundle(), kept, looks=old.looks).change is Change.LOST_STOP


def test_a_canary_that_was_not_kept_cannot_be_looked_for():
    state = replace(NEW, canaries=("kx-canary",))
    old = bundle()
    kept = record(old, event("tea"), enforce(old, event("tea"), state), state=state)

    assert kept.state.canaries == ()
    assert kept.had_canaries


@given(st.sampled_from(["poison", "tea", "a bomb", ""]), st.booleans())
def test_the_policy_that_decided_changes_nothing(text, keep):
    old = bundle(POISON, rule("bomb", "bomb", action=Action.TRANSFORM), rule("w", when="segment.role == 'user'"))

    assert replayed(old, old, text, keep=keep).change is Change.SAME


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 10)), max_size=6))
def test_a_mask_keeps_every_place_and_nothing_of_what_it_covers(text, places):
    spans = [Span(start=start, end=start + length) for start, length in places]
    masked = mask(text, spans)

    covered = {place for span in spans for place in range(span.start, span.end)}
    assert masked == "".join(MASK if place in covered else character for place, character in enumerate(text))


def test_no_text_is_kept_where_nobody_asked_for_it():
    old = bundle(POISON)
    said = event("my poison and I")
    kept = record(old, said, enforce(old, said), state=NEW)

    assert kept.event.segments[0].text == MASK * len("my poison and I")
    assert kept.event.principal.id == ""
    assert record(old, said, enforce(old, said), state=NEW, pseudonym=lambda name: f"p-{len(name)}").event.principal.id


def test_no_text_is_kept_where_nothing_looked_for_personal_data_and_secrets():
    old, said = bundle(POISON), event("my poison and I")
    kept = record(old, said, enforce(old, said), state=NEW, keep_text=True)

    assert set(kept.event.segments[0].text) == {MASK}


def test_what_each_rule_looked_at_is_named_whatever_follows_from_it():
    one, other = bundle(POISON), bundle(replace(POISON, action=Action.ESCALATE, description="other"))

    assert policy_use(one).looks == policy_use(other).looks
    assert policy_use(one).policy != policy_use(other).policy
    assert one.looks != bundle(rule("poison", "poisons")).looks


def test_a_difference_counts_each_decision_once_and_each_rule_with_examples():
    old, new = bundle(POISON), bundle(rule("bomb", "bomb"), rule("b", "bomb"))
    texts = ["poison", "a bomb", "tea", *["poison"] * 8]
    found = summed_up(replayed(old, new, text) for text in texts)

    assert dict(found.counts) == {
        **dict.fromkeys(Change, 0),
        Change.SAME: 1,
        Change.NEW_STOP: 1,
        Change.LOST_STOP: 9,
    }
    assert [(one.rule, one.decisions, len(one.examples)) for one in found.rules] == [
        ("desk/b", 1, 1),
        ("desk/bomb", 1, 1),
        ("desk/poison", 9, 5),
    ]
    assert found.is_looser
    assert found.total == 11
