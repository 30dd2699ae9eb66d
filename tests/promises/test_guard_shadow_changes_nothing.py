"""A shadow rule is seen in the decision and nowhere else: same action, edits, message, text, state, next turns."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fakes.guard_rails import ScriptedSettings, found, raises, saying, scripted
from fakes.guard_world import bundle, event, rule
from roadworthy.guard.engine.applying import apply, texts
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState
from roadworthy.guard.policy.model import Completion
from roadworthy.guard.verdict import Action

ENFORCED = (
    rule("cut", "b+", action=Action.TRANSFORM),
    rule("hold", "cc", action=Action.QUARANTINE),
    rule("stop", "dd", action=Action.DENY, message="stop"),
)
SCRIPTS = {
    "finds": saying(found(0, 1)),
    "breaks": raises(ValueError("x")),
    "lies": lambda _: 7,
    "quiet": saying(),
}
COMPLETIONS = tuple(Completion(category=one, locale="*", text=f"About {one}.") for one in ("stop", "shadow"))

shadows = st.lists(
    st.builds(
        lambda name, action, when, number: rule(
            f"t/shadow-{number}",
            action=action,
            when=when,
            mode="shadow",
            message="shadow",
            rail=ScriptedSettings(name=name, reach=None),
        ),
        st.sampled_from(sorted(SCRIPTS)),
        st.sampled_from([Action.TRANSFORM, Action.QUARANTINE, Action.ESCALATE, Action.DENY]),
        st.sampled_from(["true", "segment.role == 'user'", "principal.purpose == 'x'", "segment.path > 3"]),
        st.integers(0, 99),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
conversations = st.lists(st.lists(st.text("abcd ", max_size=8), min_size=1, max_size=3), min_size=1, max_size=3)


def judged_in_turn(rules, turns):
    made = bundle(*rules, completions=COMPLETIONS, compiled={"builders": scripted(**SCRIPTS)})
    state = ConversationState()
    for number, parts in enumerate(turns):
        asked = event(*parts, id=f"event-{number}")
        decision = enforce(made, asked, state)
        state = decision.state
        yield asked, decision


@given(shadows, conversations)
def test_a_conversation_goes_the_same_with_and_without_shadow_rules(rules, turns):
    for (asked, plain), (_, shadowed) in zip(
        judged_in_turn(ENFORCED, turns), judged_in_turn((*ENFORCED, *rules), turns), strict=True
    ):
        assert replace(shadowed, shadow=(), policy="") == replace(plain, policy="")
        assert apply(shadowed, asked) == apply(plain, asked)
        assert texts(shadowed, asked) == texts(plain, asked)


def test_what_a_shadow_rule_would_have_done_is_seen():
    shadow = rule("trial", "hello", mode="shadow")
    (_, decision), *_ = judged_in_turn((*ENFORCED, shadow), [["hello"]])

    assert [(one.rule, one.action) for one in decision.shadow] == [("t/trial", Action.DENY)]
    assert decision.action is Action.ALLOW
