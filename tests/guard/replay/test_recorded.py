"""What is kept of a decision repeats nobody's text."""

from fakes.guard_world import bundle, event, rule
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState
from roadworthy.guard.replay.recording import recorded
from roadworthy.guard.verdict import Action

JUDGED = bundle(rule("cut", "abra", action=Action.TRANSFORM), rule("hold", "zzz", action=Action.QUARANTINE))


def test_no_replacement_and_no_canary_is_kept_and_every_place_is():
    decision = enforce(JUDGED, event("abra zzz"), ConversationState(canaries=("canary-1",)))

    kept = recorded(decision)

    assert [edit.replacement for verdict in kept.verdicts for edit in verdict.edits] == ["", ""]
    assert kept.state.canaries == ()
    assert [verdict.spans for verdict in kept.verdicts] == [verdict.spans for verdict in decision.verdicts]
