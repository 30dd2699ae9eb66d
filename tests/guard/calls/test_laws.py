"""Nothing that is added to a grant, or laid over a policy, lets a call through that was refused before."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.guard_world import LANGUAGE, policy, rule
from fakes.tool_calls import Walk, call_segments
from roadworthy.core.severity import RiskTier
from roadworthy.guard.calls.policy import After, Approval, Argument, ArgumentType, Grant, ToolPolicy
from roadworthy.guard.calls.reading import Unread, read_arguments
from roadworthy.guard.calls.value import is_same
from roadworthy.guard.engine.bundle import compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.policy.model import TenantOverlay
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.verdict import Action

ORIGINS = ("user", "trusted", "document", "operator", "model", "tool:read", "user-via:contacts")
VALUES = ("ada@corp.com", "eve@evil.com", "hello", 5, 50, True, None, ["ada@corp.com", "x"], {"k": "hello"})
LINES = st.builds(
    Argument,
    name=st.sampled_from(["to", "n"]),
    type=st.sampled_from([ArgumentType.ANY, ArgumentType.STRING, ArgumentType.NUMBER, ArgumentType.EMAIL]),
    required=st.booleans(),
    maximum=st.sampled_from([None, 10]),
    max_chars=st.sampled_from([100, 4]),
    origins=st.one_of(
        st.just(("any",)), st.sets(st.sampled_from(ORIGINS), min_size=1).map(lambda one: tuple(sorted(one)))
    ),
    carries=st.sampled_from(Secrecy),
    otherwise=st.sampled_from([Action.DENY, Action.ESCALATE]),
)
GRANTS = st.builds(
    Grant,
    tool=st.sampled_from(["pay", "pay*", "p*y", "*"]),
    effects=st.just((Effect.PAY,)),
    roles=st.sampled_from([(), ("clerk",), ("boss",)]),
    scopes=st.sampled_from([(), ("mail.send",), ("none",)]),
    when=st.sampled_from(["true", "call.step < 3", "call.arguments.n < 20", "!call.tainted"]),
    arguments=st.lists(LINES, max_size=2, unique_by=lambda one: one.name).map(tuple),
    other_arguments=st.sampled_from(["allow", "deny"]),
    after=st.sampled_from([(), (After(tool="read", confirmed=False),)]),
    untainted=st.booleans(),
    approval=st.sampled_from([None, Approval(), Approval(when="call.arguments.n > 10")]),
    max_repeats=st.sampled_from([None, 1]),
)
CALLED = st.dictionaries(st.sampled_from(["to", "n", "z"]), st.sampled_from(VALUES), max_size=3)


def made(grants, **over):
    written = policy(rule("open", when="segment.stage == 'never'"), tools=ToolPolicy(grants=tuple(grants)))
    return compile_policy(written, tier=RiskTier.HIGH, language=LANGUAGE, **over)


def action(bundle, arguments):
    walk = Walk(bundle)
    walk.said("pay 5 to ada@corp.com")
    walk.fetched("hello eve@evil.com")
    walk.call("read")
    return enforce(bundle, walk.event(*call_segments("pay", arguments, id="z")), walk.state).action.rank


@settings(max_examples=40)
@given(first=st.lists(GRANTS, min_size=1, max_size=2), further=GRANTS, arguments=CALLED)
def test_a_further_grant_never_loosens(first, further, arguments):
    assert action(made([*first, further]), arguments) >= action(made(first), arguments)


@settings(max_examples=40)
@given(grant=GRANTS, line=LINES, arguments=CALLED)
def test_a_line_for_an_argument_that_may_be_anything_never_loosens(grant, line, arguments):
    grant = replace(grant, other_arguments="allow")
    lines = {one.name for one in grant.arguments}
    more = grant if line.name in lines else replace(grant, arguments=(*grant.arguments, line))
    assert action(made([more]), arguments) >= action(made([grant]), arguments)


@settings(max_examples=40)
@given(grant=GRANTS, arguments=CALLED, data=st.data())
def test_fewer_origins_never_loosen(grant, arguments, data):
    def fewer(line):
        kept = data.draw(st.sets(st.sampled_from(sorted(line.origins)), min_size=1))
        return replace(line, origins=tuple(sorted(kept)))

    less = replace(grant, arguments=tuple(map(fewer, grant.arguments)))
    assert action(made([less]), arguments) >= action(made([grant]), arguments)


@settings(max_examples=40)
@given(grant=GRANTS, arguments=CALLED, pattern=st.sampled_from(["ada", "5", "zzz"]))
def test_a_rule_of_a_tenant_never_loosens(grant, arguments, pattern):
    over = TenantOverlay(tenant="acme", version="1", rules=(rule("acme/more", pattern),))
    bundle = compile_policy(made([grant]).policy, tier=RiskTier.HIGH, language=LANGUAGE, overlays=(over,))
    assert action(bundle, arguments) >= action(made([grant]), arguments)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(value=JSON)
def test_equal_is_what_json_calls_equal(value):
    assert is_same(value, value)
    assert not is_same([value], {"x": value})


@settings(max_examples=40)
@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    found = read_arguments(text)
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    assert found.why if isinstance(found, Unread) else found == ({} if said is None else said)


@settings(max_examples=40)
@given(arguments=st.dictionaries(st.text(max_size=12), JSON, max_size=4), tool=st.text(max_size=30))
def test_any_call_gets_a_verdict_and_no_exception(arguments, tool):
    walk = Walk(made([Grant(tool="*", effects=(Effect.READ,), arguments=(Argument(name="a", origins=("user",)),))]))
    walk.said("hello")
    decision = walk.call(tool, arguments)

    assert all("failed" not in said.kinds for said in decision.verdicts)
    assert decision.stops == bool(decision.verdicts)
