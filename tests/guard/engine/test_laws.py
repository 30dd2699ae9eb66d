"""What holds of every policy: more rules never loosen, order does not matter, and the answer is always the same."""

import asyncio
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.guard_rails import Watch
from fakes.guard_world import LANGUAGE, containment, event, policy, rule, segment
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.applying import apply, edits_of
from roadworthy.guard.engine.bundle import compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState
from roadworthy.guard.policy.model import Route, TenantOverlay, Tighten, Where
from roadworthy.guard.rails.size import SizeSettings
from roadworthy.guard.segment import Channel, Role, Stage
from roadworthy.guard.verdict import Action

KEY = b"sixteen bytes!!!"
ACTIONS = [Action.TRANSFORM, Action.QUARANTINE, Action.ESCALATE, Action.DENY]
CONDITIONS = ["true", "segment.role == 'user'", "size(detections) > 1", "principal.purpose == 'x'"]
# A rule that is enforced everywhere: without one the fail mode of an empty policy decides, not the rules.
ALWAYS = rule("always", "never-there")

wheres = st.builds(
    Where,
    stages=st.sampled_from([(), (Stage.INPUT,), (Stage.OUTPUT,)]),
    roles=st.sampled_from([(), (Role.USER,), (Role.TOOL,)]),
    channels=st.sampled_from([(), (Channel.TEXT,), (Channel.REASONING,)]),
    labels=st.sampled_from([(), ("history",)]),
)


def rules_of(prefix):
    pattern_rules = st.builds(
        lambda number, patterns, action, where, when: rule(
            f"{prefix}/r{number}", *patterns, action=action, where=where, when=when
        ),
        st.integers(0, 10_000),
        st.lists(st.sampled_from(["a", "b+", "ab", "cc", "a.c"]), min_size=1, max_size=2).map(tuple),
        st.sampled_from(ACTIONS),
        wheres,
        st.sampled_from(CONDITIONS),
    )
    size_rules = st.builds(
        lambda number, most, action: rule(f"{prefix}/s{number}", action=action, rail=SizeSettings(max_chars=most)),
        st.integers(0, 10_000),
        st.integers(1, 8),
        st.sampled_from(ACTIONS),
    )
    return st.lists(pattern_rules | size_rules, max_size=4, unique_by=lambda one: one.id)


segments = st.builds(
    lambda text, stage, role, channel, labels: segment(text, stage=stage, role=role, channel=channel, labels=labels),
    st.text("abc ", max_size=10),
    st.sampled_from([Stage.INPUT, Stage.OUTPUT]),
    st.sampled_from([Role.USER, Role.TOOL]),
    st.sampled_from([Channel.TEXT, Channel.REASONING]),
    st.sampled_from([(), ("history",)]),
)
events = st.lists(segments, min_size=1, max_size=3).map(lambda parts: event(*parts))


def compiled(*rules, overlays=(), containments=()):
    return compile_policy(
        policy(ALWAYS, *rules),
        tier=RiskTier.HIGH,
        language=LANGUAGE,
        overlays=overlays,
        containments=containments,
        stub_key=KEY,
    )


def judged(made, asked):
    return enforce(made, asked, ConversationState())


def released(decision, asked):
    """Return the place of every character that goes on as it is."""
    if decision.stops:
        return set()
    return {
        (part.index, place)
        for part in asked.segments
        for place in range(len(part.text))
        if not any(edit.span.start <= place < edit.span.end for edit in edits_of(decision, part))
    }


def assert_no_looser(stricter, looser, asked):
    assert stricter.action.rank >= looser.action.rank
    assert released(stricter, asked) <= released(looser, asked)


@settings(max_examples=40)
@given(rules_of("t"), rules_of("t"), events)
def test_a_further_rule_never_loosens(rules, further, asked):
    ids = {one.id for one in rules}
    new = [one for one in further if one.id not in ids]

    assert_no_looser(judged(compiled(*rules, *new), asked), judged(compiled(*rules), asked), asked)


@settings(max_examples=40)
@given(rules_of("t"), rules_of("t"), st.sets(st.sampled_from(Stage), min_size=1), events)
def test_where_stages_are_stated_not_even_the_first_rule_opens_one(rules, further, stages, asked):
    served = (Route(name="*", stages=tuple(sorted(stages))),)
    ids = {one.id for one in rules}
    new = [one for one in further if one.id not in ids]
    ruled = [replace(one, where=replace(one.where, stages=())) for one in rules] or [ALWAYS]

    few, more = (
        compile_policy(policy(*some, routes=served), tier=RiskTier.HIGH, language=LANGUAGE)
        for some in (ruled, [*ruled, *new])
    )

    assert_no_looser(judged(more, asked), judged(few, asked), asked)
    assert judged(more, asked).stops or {part.stage for part in asked.segments} <= stages


@settings(max_examples=40)
@given(rules_of("t"), rules_of("acme"), rules_of("containment"), st.sampled_from(ACTIONS), events)
def test_what_lies_over_a_policy_never_loosens(rules, own, contained, action, asked):
    base = compiled(*rules)
    lines = [
        Tighten(rule=one.id, reason="r", action=max(action, one.action, key=lambda a: a.rank)) for one in rules[:2]
    ]
    overlay = TenantOverlay(tenant="acme", version="1", rules=tuple(own), tighten=tuple(lines[:1]))
    stops = [containment("c1", *contained, tighten=lines[1:])] if contained or lines[1:] else []

    with_overlay = compiled(*rules, overlays=[overlay])
    with_both = compiled(*rules, overlays=[overlay], containments=stops)

    first, second, third = (judged(made, asked) for made in (base, with_overlay, with_both))
    assert_no_looser(second, first, asked)
    assert_no_looser(third, second, asked)


@settings(max_examples=40)
@given(rules_of("t"), events, st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(rules, asked, shuffler):
    shuffled = list(rules)
    shuffler.shuffle(shuffled)
    first, second = (judged(compiled(*order), asked) for order in (rules, shuffled))

    assert replace(first, policy="") == replace(second, policy="")


@settings(max_examples=40)
@given(rules_of("t"), events)
def test_the_same_rules_twice_are_the_same_rules(rules, asked):
    twins = [replace(one, id=f"{one.id}-twin") for one in rules]
    first, second = (judged(compiled(*some), asked) for some in (rules, [*rules, *twins]))

    assert first.action is second.action
    assert [one.text for one in apply(first, asked)] == [one.text for one in apply(second, asked)]


@settings(max_examples=40)
@given(rules_of("t"), events)
def test_the_answer_is_the_same_but_for_its_cost(rules, asked):
    made = compiled(*rules)
    watch = Watch()

    async def awaited():
        return await asyncio.to_thread(judged, made, asked)

    first = judged(made, asked)
    assert judged(compiled(*rules), asked) == first
    assert enforce(made, asked, ConversationState(), stopwatch=watch) == first
    assert asyncio.run(awaited()) == first


@settings(max_examples=40)
@given(rules_of("t"), events)
def test_segments_are_judged_alike_together_and_alone(rules, asked):
    made = compiled(*rules)
    together = judged(made, asked)
    alone = [judged(made, replace(asked, segments=(part,))) for part in asked.segments]

    assert sorted(repr(one) for one in together.verdicts) == sorted(
        repr(one) for decision in alone for one in decision.verdicts
    )
    assert together.action is max((one.action for one in alone), key=lambda action: action.rank)


@settings(max_examples=40)
@given(rules_of("t"), rules_of("t"), events)
def test_shadow_rules_change_nothing(rules, further, asked):
    ids = {one.id for one in rules}
    shadow = [replace(one, mode="shadow") for one in further if one.id not in ids]
    plain, shadowed = judged(compiled(*rules), asked), judged(compiled(*rules, *shadow), asked)

    assert replace(shadowed, shadow=(), policy="") == replace(plain, policy="")
    assert apply(shadowed, asked) == apply(plain, asked)
    enforced = judged(compiled(*rules, *[replace(one, mode="enforce") for one in shadow]), asked)
    assert {one.rule for one in shadowed.shadow} == {
        one.rule for one in enforced.verdicts if one.rule not in {v.rule for v in plain.verdicts}
    } | {one.rule for one in shadowed.shadow if one.rule.startswith("guard/")}
