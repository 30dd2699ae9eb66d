"""Only a decision that says so is an allowance, whatever comes back over the wire."""

import asyncio
import json
from dataclasses import replace

import pytest

from fakes.gate_world import fact_check, judge, policy, rule
from fakes.opa_server import TRAPS, opa_server
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.opa_server.answer import OpaDecision, OpaNoAnswer, OpaUndefined, read_answer
from roadworthy.adapters.opa_server.server import OpaServer
from roadworthy.adapters.targets.exchange import Answer
from roadworthy.core.errors import ConfigError
from roadworthy.policy.rego.export import export_rego
from roadworthy.policy.resolved import PackRef
from roadworthy.runtime.consulting import Difference, compared

FACTS = {"system": {"owner": "desk"}}
ALLOWED = {"a bare yes", "yes"}
DENIED = {"a bare no"}
UNDEFINED = {"undefined", "undefined with a warning"}


def asked(server, facts=FACTS, **how):
    return asyncio.run(OpaServer(server.url, **{"timeout_s": 5.0, **how}).decide(facts))


@pytest.mark.parametrize("trap", sorted(set(TRAPS) - ALLOWED - DENIED - UNDEFINED - {"never"}))
def test_what_is_no_decision_is_no_answer(trap):
    server, _ = opa_server(trap=trap)
    with server:
        answer = asked(server)

    assert isinstance(answer, OpaNoAnswer)
    assert answer.reason


def test_an_answer_that_does_not_come_is_no_answer():
    server, _ = opa_server(trap="never")
    with server:
        answer = asked(server, timeout_s=0.3)

    assert answer == OpaNoAnswer(reason="timeout after 0.3 s")


def test_a_server_that_is_not_there_is_no_answer():
    server, _ = opa_server()
    with server:
        pass

    assert isinstance(asked(server), OpaNoAnswer)


def test_undefined_is_its_own_answer():
    server, _ = opa_server(trap="undefined")
    with server:
        assert asked(server) == OpaUndefined(decision_id="d-7")


def test_warnings_of_the_server_are_kept():
    server, _ = opa_server(trap="undefined with a warning")
    with server:
        assert asked(server) == OpaUndefined(warnings=("api_usage_warning: 'input' key missing",))


@pytest.mark.parametrize(("trap", "allow"), [("a bare yes", True), ("yes", True), ("a bare no", False)])
def test_a_decision_is_read(trap, allow):
    server, _ = opa_server(trap=trap)
    with server:
        answer = asked(server)

    assert isinstance(answer, OpaDecision)
    assert answer.allow is allow
    assert "\x1b" not in answer.decision_id


def test_redirects_are_not_followed():
    server, _ = opa_server(trap="elsewhere")
    with server:
        answer = asked(server)

    assert answer == OpaNoAnswer(reason="HTTP 307: it sends us elsewhere, and redirects are not followed")
    assert server.hits == 1


def test_the_question_is_the_input_and_the_token_a_header():
    server, stand_in = opa_server(trap="a bare yes", token="s3cret-token")
    with server:
        answer = asked(server, path="team/allow", token="s3cret-token")

    assert isinstance(answer, OpaDecision)
    assert stand_in.seen["path"] == "/v1/data/team/allow"
    assert json.loads(stand_in.seen["body"]) == {"input": FACTS}


def test_a_refused_token_shows_nowhere():
    server, _ = opa_server(trap="a bare yes", token="another")
    with server:
        asking = OpaServer(server.url, token="s3cret-token")
        answer = asyncio.run(asking.decide(FACTS))

    assert answer == OpaNoAnswer(reason="HTTP 401")
    assert "s3cret-token" not in repr(asking) + repr(vars(asking)) + repr(vars(asking._exchange).get("_url", ""))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://opa.example.com:8181", "would send the facts and the token in the clear"),
        ("http://10.0.0.1", "in the clear"),
        ("http://127.0.0.1.example.com", "in the clear"),
        ("https://user:pw-secret@opa.example.com", "holds a user"),
        ("https://opa.example.com/?token=pw-secret", "holds a user, a query"),
        ("ftp://opa.example.com", "no http or https address"),
        ("https://", "no http or https address"),
        ("https://opa.example.com:port", "no http or https address"),
        ("https://opa.example.com/\nHost: x", "no http or https address"),
        ("opa", "no http or https address"),
        ("", "no http or https address"),
    ],
)
def test_an_address_that_would_leak_or_is_none_is_refused(url, says):
    with pytest.raises(ConfigError, match=says) as caught:
        OpaServer(url)

    assert "pw-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:8181", "http://127.0.0.1", "http://[::1]:8181", "https://opa.example.com/x/"]
)
def test_an_address_that_stays_here_or_is_safe_is_taken(url):
    assert OpaServer(url).place == url.rstrip("/")


def test_plain_http_is_taken_where_it_is_asked_for():
    assert OpaServer("http://opa:8181", plain_http=True).place == "http://opa:8181"


@pytest.mark.parametrize("path", ["", "a//b", "../x", "a/..", "a?x=1", "a b", "a#b", "a/%2e%2e"])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(ConfigError, match="is no path of a document"):
        OpaServer("https://opa.example.com", path=path)


@pytest.mark.parametrize("token", ["a\nb", "a b", "t\u00f6ken", "\x00"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(token):
    with pytest.raises(ConfigError, match="holds a character that no header may have") as caught:
        OpaServer("https://opa.example.com", token=token)

    assert token not in str(caught.value)


@pytest.mark.parametrize("timeout_s", [0, -1, float("nan"), 601])
def test_a_time_that_is_none_is_refused(timeout_s):
    with pytest.raises(ConfigError, match="is none"):
        OpaServer("https://opa.example.com", timeout_s=timeout_s)


POLICY = replace(
    policy(
        rule(fact_check("system.owner != ''"), id="org/owner"), rule(fact_check("system.plan != ''"), id="org/plan")
    ),
    packs=(PackRef(name="org", version="1", digest="sha256:" + "1" * 64),),
)


def exported():
    made = export_rego(POLICY, cases={}, language=CelConditions())
    data = json.loads(next(file.text for file in made.files if file.path == "data.json"))
    return {"modules": [file.text for file in made.bundle if file.path.endswith(".rego")], "data": data}


def ours(facts):
    """What our gate says of the facts, under the policy that the server has."""
    return judge(binding=POLICY, facts=facts)


@pytest.mark.parametrize(
    ("facts", "allow"),
    [
        pytest.param({"system": {"owner": "desk", "plan": "x"}}, True, id="met"),
        pytest.param({"system": {"owner": "", "plan": "x"}}, False, id="refuted"),
        pytest.param({"system": {"owner": "desk"}}, False, id="not stated"),
        pytest.param({"system": 5}, False, id="wrong type"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_an_exported_policy_behind_the_protocol_agrees_with_the_gate(facts, allow):
    stated = {**facts, "assessment": {"expires_at": "2200-01-01T00:00:00Z"}}
    server, _ = opa_server(**exported())
    with server:
        answer = asked(server, stated, timeout_s=60)
    found = compared(ours(stated), answer)

    assert found.differences == ()
    assert found.answer == ("allow" if allow else "deny")
    assert found.exit_code == (0 if allow else 1)
    assert found.decision_id == "d-1"


def test_a_wrong_path_is_undefined_and_cannot_be_told():
    server, _ = opa_server(**exported())
    with server:
        answer = asked(server, path="roadworthy/decisoin", timeout_s=60)
    found = compared(ours(FACTS), answer)

    assert (found.answer, found.exit_code) == ("undefined", 3)
    assert "undefined is missing" in found.reason


@pytest.mark.parametrize("trap", sorted(TRAPS.keys() - {"never", "endless", *ALLOWED, *DENIED}))
def test_no_trap_ever_comes_out_as_allowed(trap):
    server, _ = opa_server(trap=trap)
    with server:
        found = compared(ours({"system": {"owner": "desk", "plan": "x"}}), asked(server))

    assert found.exit_code == 3


def test_an_allowance_that_we_do_not_share_is_a_difference():
    server, _ = opa_server(trap="yes")
    with server:
        found = compared(ours({"system": {"owner": ""}}), asked(server))

    assert found.differences == (Difference(what="allow", ours="deny", theirs="allow"),)
    assert found.exit_code == 3


def test_another_policy_and_each_rule_that_is_judged_otherwise_are_named():
    decision = ours({"system": {"owner": "desk"}})
    theirs = OpaDecision(allow=False, policy="sha256:0", outcomes={"org/owner": "fail"})

    found = compared(decision, theirs)

    assert found.differences == (
        Difference(what="policy", ours=decision.policy, theirs="sha256:0"),
        Difference(what="org/owner", ours="lets it through", theirs="fail"),
        Difference(what="org/plan", ours="missing", theirs="lets it through"),
    )


def read(**result):
    body = json.dumps({"result": result}).encode()
    return read_answer(
        Answer(status=200, body=body, content_type="application/json", latency_s=0.0, retry_after_s=None)
    )


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"verdict": "blocked"}, "its `verdict` speaks against it"),
        ({"verdict": None}, "its `verdict` speaks against it"),
        ({"verdict": ["ship"]}, "its `verdict` speaks against it"),
        ({"assessment_holds": False}, "its `assessment_holds` speaks against it"),
        ({"assessment_holds": 1}, "its `assessment_holds` speaks against it"),
        ({"is_readable": None}, "its `is_readable` speaks against it"),
        ({"missing": [{"rule": "org/a"}]}, "names rules that speak against it"),
    ],
)
def test_an_allowance_that_contradicts_itself_is_none(said, reason):
    answer = read(allow=True, **said)

    assert isinstance(answer, OpaNoAnswer)
    assert reason in answer.reason


def test_an_allowance_with_all_that_goes_with_it_is_one():
    said = {"allow": True, "verdict": "conditions", "assessment_holds": True, "is_readable": True, "missing": []}

    assert read(**said) == OpaDecision(allow=True)
