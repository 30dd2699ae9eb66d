"""Cases of a policy are met whole and streamed, and each change of the policy is noticed by the case that names it."""

import pytest

from fakes.guard_world import bundle, policy, rule
from roadworthy.guard.calls.policy import Argument, ArgumentType, Grant, ToolPolicy
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.model import Where
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.segment import Span, Stage
from roadworthy.guard.trying.model import Before, Expected, GuardCase, GuardCases, Happened, Message, Part, Person
from roadworthy.guard.trying.mutants import mutants
from roadworthy.guard.trying.mutation import noticed, uncovered
from roadworthy.guard.trying.running import asked, in_modes, misses, stream_misses
from roadworthy.guard.verdict import Action, Detection

TOPIC = rule("topic", "abra", "zzz", where=Where(stages=(Stage.OUTPUT,)))
CUT = rule("cut", "keyword", action=Action.TRANSFORM, when="conversation.turns == 0")
BOTH = policy(TOPIC, CUT)
JUDGED = bundle(TOPIC, CUT)


def case(name, said, action=Action.ALLOW, *rules, stage=Stage.OUTPUT, turns=0, **expect):
    return GuardCase(
        id=name,
        about="A case.",
        parts=(Part(stage=stage, text=said),),
        before=Before(turns=turns),
        expect=Expected(action=action, rules=rules, **expect),
    )


CASES = (
    case("fine", "nothing here"),
    case("abra", "say abra", Action.DENY, "t/topic"),
    case("zzz", "say zzz", Action.DENY, "t/topic"),
    case("asked", "say abra", stage=Stage.INPUT),
    case("cut", "a keyword here", Action.TRANSFORM, "t/cut", text="a [pattern] here"),
    case("later", "a keyword here", turns=1),
)
PUT = [asked(one) for one in CASES]


def surveyed(put, *, reasons=None):
    def compiled(changed):
        made = bundle(*changed.rules, unknown=changed.unknown)
        return made if isinstance(made, Bundle) else None

    return noticed(BOTH, put, make=compiled, reasons=reasons or {}, progress=lambda done, total: None)


@pytest.mark.parametrize("one", PUT, ids=lambda one: one.case.id)
def test_a_case_that_is_met_is_met_whole_and_in_every_mode(one):
    modes = {name: bundle(*each.rules, routes=each.routes) for name, each in in_modes(BOTH).items()}

    assert list(misses(JUDGED, one)) == []
    assert list(stream_misses(modes, one)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        case("action", "say abra", Action.ESCALATE, "t/topic"),
        case("rule", "say abra", Action.DENY, "t/other"),
        case("more", "say abra", Action.DENY, "t/topic", "t/cut"),
        case("text", "a keyword", Action.TRANSFORM, "t/cut", text="another"),
        case("kind", "a keyword", Action.TRANSFORM, "t/cut", kinds=("nothing",)),
        case("words", "say abra", Action.DENY, "t/topic", completion="secret/en"),
        case("shadow", "nothing", shadow=("t/topic",)),
    ],
    ids=lambda one: one.id,
)
def test_a_case_that_wants_something_else_is_missed(wrong):
    assert {one.case for one in misses(JUDGED, asked(wrong))} == {wrong.id}


@pytest.mark.parametrize(("order", "action"), [("1001", Action.ALLOW), ("1002", Action.DENY)])
def test_a_case_says_what_belongs_to_its_person(order, action):
    owned = Argument(name="order", type=ArgumentType.STRING, owned="order", origins=("any",))
    tools = ToolPolicy(grants=(Grant(tool="look_up", effects=(Effect.READ,), arguments=(owned,)),))
    one = asked(
        GuardCase(
            id="owned",
            about="A record is for whom it belongs to.",
            person=Person(owns={"order": ("1001",)}),
            parts=(Part(stage=Stage.TOOL_CALL, tool="look_up", text=f'{{"order": "{order}"}}'),),
            expect=Expected(action=action, rules=() if action is Action.ALLOW else ("t/tools-look-up",)),
        )
    )

    assert list(misses(bundle(tools=tools), one)) == []
    assert list(stream_misses({"buffer": bundle(tools=tools)}, one)) == []


def test_a_miss_repeats_no_text():
    wrong = case("text", "a keyword and a canary", Action.TRANSFORM, "t/cut", text="canary")

    assert "canary" not in repr(list(misses(JUDGED, asked(wrong))))


class OnlyWhileComing:
    """A rail that breaks its promise: it finds in a stream what it does not find in the whole."""

    reach = 4
    triggers = None
    operating_point = None

    def examine(self, segment, reading, scene):
        return () if scene.final else (Detection(kind="early", span=Span(start=0, end=1)),)


def test_a_stream_that_comes_to_something_else_is_told():
    builders = {PatternSettings: lambda settings, detectors: OnlyWhileComing()}
    broken = policy(rule("topic", "abra"))
    modes = {name: bundle(*each.rules, routes=each.routes, compiled={"builders": builders})
             for name, each in in_modes(broken).items()}  # fmt: skip

    told = list(stream_misses(modes, PUT[0]))

    assert {(one.mode, one.wanted) for one in told} >= {("observe", "allow by no rule")}


def test_all_changes_are_noticed_but_those_that_no_case_is_for():
    survey = surveyed(PUT)

    assert survey.tried > 8
    assert survey.survivors == ("unknown fields pass",)


@pytest.mark.parametrize(
    ("without", "survivor"),
    [
        ("zzz", "t/topic: rail.patterns[1] out"),
        ("asked", "t/topic: where.stages open"),
        ("later", "t/cut: without `when`"),
    ],
)
def test_a_change_lives_on_where_its_case_is_gone(without, survivor):
    assert survivor in surveyed([one for one in PUT if one.case.id != without]).survivors


def test_a_reason_excuses_a_survivor_and_an_idle_one_is_told():
    survey = surveyed(PUT, reasons={"unknown fields pass": "no protocol here", "t/topic: dropped": "left over"})

    assert survey.survivors == ()
    assert survey.excused == (("unknown fields pass", "no protocol here"),)
    assert survey.idle_reasons == ("t/topic: dropped",)
    assert not survey.is_good


def test_every_change_is_another_policy_with_a_name_of_its_own():
    changed = list(mutants(BOTH))

    assert all(one.policy != BOTH for one in changed)
    assert len({one.id for one in changed}) == len(changed)


def test_a_rule_that_no_case_expects_is_told():
    cases = GuardCases(policy="t", cases=CASES[:3])

    assert uncovered(BOTH, cases) == ("t/cut",)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: GuardCases(policy="t", cases=()), "there is no case"),
        (lambda: GuardCases(policy="t", cases=(CASES[0], CASES[0])), "'fine' is there twice"),
        (lambda: Expected(action=Action.ALLOW, rules=("t/topic",)), "nothing is allowed as it is"),
        (lambda: Message(protocol="openai.chat.request"), "either `body` or `file`"),
        (lambda: Part(stage=Stage.INPUT, text="x", times=0), "`times` must be in"),
        (lambda: GuardCase(id="x", about="x", expect=Expected(action=Action.DENY)), "give one of"),
        (
            lambda: GuardCase(id="x", about="x", expect=Expected(action=Action.ALLOW), unknown="/x", self_test=True),
            "to start cannot be allowed",
        ),
    ],
)
def test_a_case_that_says_nothing_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_patterns_with_labels_lose_their_labels_with_the_pattern():
    labelled = rule("x", rail=PatternSettings(patterns=("aaa", "bbb"), labels=("one", "two")))
    out = [one for one in mutants(policy(labelled)) if "rail.patterns" in one.id]

    assert [one.policy.rules[0].rail.labels for one in out] == [(), ()]


@pytest.mark.parametrize(
    ("happened", "got"),
    [
        (Happened(call="find", arguments={}, result={"a": 1}), []),
        (Happened(call="fnd", arguments={}), ["run[0] fnd: deny by guard/tool-not-granted"]),
        (Happened(call="fnd", arguments={}, refused=True), []),
        (Happened(call="find", arguments={}, refused=True), ["run[0] find: let through"]),
    ],
)
def test_a_run_before_that_did_not_happen_as_the_case_has_it_is_a_miss(happened, got):
    judged = bundle(TOPIC, tools=ToolPolicy(grants=(Grant(tool="find", effects=(Effect.READ,)),)))
    one = GuardCase(
        id="later",
        about="A case.",
        parts=(Part(stage=Stage.OUTPUT, text="fine"),),
        before=Before(run=(happened,)),
        expect=Expected(action=Action.ALLOW),
    )

    assert [miss.got for miss in misses(judged, asked(one))] == got
