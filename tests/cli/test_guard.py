"""`rw guard`: what its commands say, and with which exit code."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from fakes.guard_world import event
from roadworthy.adapters.guard.records import RecordFile
from roadworthy.cli.app import app
from roadworthy.core.errors import RoadworthyError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState
from roadworthy.guard.replay.recording import policy_use, record
from roadworthy.runtime.guard.policies import ready

EXAMPLE = Path(__file__).parents[2] / "examples" / "support-desk" / "roadworthy.yaml"
POLICY = {
    "schema": "roadworthy/guard-policy/v1",
    "name": "desk",
    "version": "1",
    "title": "Desk",
    "owner": "Support",
    "licence": "CC0-1.0",
    "rules": [
        {"id": "desk/size", "description": "Nothing endless.", "action": "deny", "message": "limit",
         "rail": {"kind": "size", "max_chars": 100}},
        {"id": "desk/topic", "description": "No talk of it.", "action": "deny", "message": "out-of-scope",
         "rail": {"kind": "pattern", "patterns": ["canary"]}, "where": {"stages": ["input"]}},
        {"id": "desk/personal", "description": "x", "action": "transform", "rail": {"kind": "personal_data"}},
        {"id": "desk/secrets", "description": "x", "action": "deny", "rail": {"kind": "secrets"}, "message": "secret"},
    ],
    "routes": [{"name": "*", "completion": "unknown"}],
}  # fmt: skip
CASES = {
    "schema": "roadworthy/guard-cases/v1",
    "policy": "desk",
    "cases": [
        {"id": "fine", "about": "x", "parts": [{"stage": "input", "text": "hello"}], "expect": {"action": "allow"}},
        {"id": "topic", "about": "x", "parts": [{"stage": "input", "text": "a canary"}],
         "expect": {"action": "deny", "rules": ["desk/topic"]}, "self_test": True},
    ],
}  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, ["guard", *map(str, arguments)])


def code_of(said):
    """Return the exit code, also of an error that only the program's entry turns into one."""
    return said.exception.exit_code if isinstance(said.exception, RoadworthyError) else said.exit_code


def changed(**rule):
    """Return the policy with the rule on the topic changed."""
    rules = [one | rule if one["id"] == "desk/topic" else one for one in POLICY["rules"]]
    return POLICY | {"rules": rules}


@pytest.fixture
def written(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_text(yaml.safe_dump(content))
        return path

    return write


@pytest.fixture
def policy(written):
    return written("guard.yaml", POLICY)


def test_a_clean_policy_is_said_to_be_clean(policy):
    said = run("lint", policy)

    assert said.exit_code == 0
    assert said.stdout == ""
    assert "clean" in said.stderr


def test_a_flaw_is_said_with_its_line_and_what_to_do(written):
    wrong = written("guard.yaml", changed(rail={"kind": "pattern", "patterns": ["[^company.com]"]}))

    said = run("lint", wrong)
    told = json.loads(run("lint", wrong, "--format", "json").stdout)

    assert said.exit_code == 1
    assert "domain-in-class" in said.stdout
    assert "fix:" in said.stdout
    line = int(told["found"][0]["where"].split(":")[-2])
    assert "company.com" in wrong.read_text().splitlines()[line - 1]


def test_warnings_count_only_with_strict(written):
    warned = written("guard.yaml", changed(mode="shadow"))

    assert run("lint", warned).exit_code == 0
    assert run("lint", warned, "--strict").exit_code == 1


@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_policy_that_does_not_read_exits_with_2(written, command):
    assert code_of(run(command, written("guard.yaml", {"schema": "roadworthy/guard-policy/v1"}))) == 2
    assert code_of(run(command, "nowhere.yaml")) == 2


def test_cases_are_met_and_changes_that_they_miss_are_listed(policy, written):
    written("guard-cases.yaml", CASES)

    said = run("test", policy, "--no-mutants")
    told = json.loads(run("test", policy, "--format", "json").stdout)

    assert said.exit_code == 1
    assert "2 cases" in said.stdout
    assert "uncovered  desk/size" in said.stdout
    assert "desk/size: dropped" in told["test"]["mutation"]["survivors"]
    assert not told["is_good"]


def test_a_case_that_is_not_met_is_named_and_its_text_is_not(policy, written):
    wrong = [case | {"expect": {"action": "deny", "rules": ["desk/topic"]}} for case in CASES["cases"]]
    written("guard-cases.yaml", CASES | {"cases": wrong})

    said = run("test", policy)

    assert said.exit_code == 1
    assert "not met    fine (whole): allow, not deny" in said.stdout
    assert "hello" not in said.stdout


def test_explain_shows_places_and_texts_only_where_asked(policy):
    said = run("explain", policy, "--text", "is this a canary?")
    shown = run("explain", policy, "--text", "is this a canary?", "--show-text")

    assert said.exit_code == 1
    assert "characters 10 to 16" in said.stdout
    assert "canary" not in said.stdout
    assert "'canary'" in shown.stdout
    assert "desk/topic" in said.stdout
    assert "the user is told (out-of-scope/en)" in said.stdout


def test_explain_takes_a_message_of_a_protocol(policy, tmp_path):
    message = {"model": "m", "messages": [{"role": "user", "content": "write to ana@shop-mail.net"}]}
    (tmp_path / "message.json").write_text(json.dumps(message))

    said = run("explain", policy, "--file", tmp_path / "message.json", "--protocol", "openai.chat.request",
               "--format", "json")  # fmt: skip
    told = json.loads(said.stdout)

    assert said.exit_code == 0
    assert told["action"] == "transform"
    assert told["fields"][0]["path"] == "/messages/0/content"
    assert "ana@" not in said.stdout


def test_explain_counts_what_no_codec_knows_of_a_message(policy, tmp_path):
    message = {"model": "m", "messages": [{"role": "user", "content": "hello"}], "x_new": {"text": "hidden"}}
    (tmp_path / "message.json").write_text(json.dumps(message))

    said = run("explain", policy, "--file", tmp_path / "message.json", "--protocol", "openai.chat.request")

    assert said.exit_code == 1
    assert "guard/unknown-field: unknown field, denied: openai.chat.request: /x_new" in said.stdout
    assert "hidden" not in said.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["--text", "x", "--file", "y"], ["--file", "missing.json", "--protocol", "mcp.client"],
     ["--text", "x", "--protocol", "openai.chat.request"], ["--text", "x", "--protocol", "plain.nothing"],
     ["--text", "{}", "--tool", "pay"]],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_exits_with_2(policy, arguments):
    assert code_of(run("explain", policy, *arguments)) == 2


def test_shadow_rules_are_told_and_followed_only_where_asked(written):
    shadow = written("guard.yaml", changed(mode="shadow"))

    said = run("explain", shadow, "--text", "a canary")
    followed = run("explain", shadow, "--text", "a canary", "--shadow")

    assert (said.exit_code, followed.exit_code) == (0, 1)
    assert "in shadow, would deny" in said.stdout


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({}, 0, "no difference"),
        ({"action": "escalate"}, 1, "looser"),
        ({"rail": {"kind": "pattern", "patterns": ["canary", "bird"]}}, 0, "tighter"),
        ({"when": "segment.role == 'user'"}, 3, "unordered"),
    ],
)
def test_diff_exits_by_the_worst_that_it_found(policy, written, change, code, word):
    new = written("new.yaml", changed(**change))

    said = run("diff", policy, new)

    assert said.exit_code == code
    assert word in said.stdout
    assert json.loads(run("diff", policy, new, "--format", "json").stdout)["old"] == "desk 1"


def test_diff_says_what_streams_expose_now(policy, written):
    streaming = {"name": "*", "completion": "unknown", "streaming": {"kind": "observe"}}

    said = run("diff", policy, written("new.yaml", POLICY | {"routes": [streaming]}))

    assert said.exit_code == 1
    assert "0 -> " in said.stdout
    assert "desk/secrets" in said.stdout


@pytest.fixture
def records(policy, tmp_path):
    bundle = ready(policy, tier=RiskTier.HIGH).bundle
    file, state = RecordFile(tmp_path / "records.jsonl"), ConversationState()
    events = [event(text, id=f"event-{number}") for number, text in enumerate(("hello", "a canary", "a bird"))]
    kept = [record(bundle, one, enforce(bundle, one, state), state=state, keep_text=True) for one in events]
    file.append(kept, uses={bundle.digest: policy_use(bundle)})
    masked = replace(kept[0], event=replace(kept[0].event, id="masked", segments=tuple(
        replace(segment, text="█" * 5) for segment in kept[0].event.segments)))  # fmt: skip
    other = RecordFile(tmp_path / "masked.jsonl")
    other.append([masked], uses={bundle.digest: policy_use(bundle)})
    file.close()
    other.close()
    return tmp_path / "records.jsonl"


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({}, 0, "same"),
        ({"action": "transform"}, 1, "lost_stop"),
        ({"rail": {"kind": "pattern", "patterns": ["canary", "bird"]}}, 0, "new_stop"),
    ],
)
def test_replay_exits_by_the_worst_that_it_found(records, written, change, code, word):
    candidate = written("new.yaml", changed(**change))

    said = run("replay", records, candidate)
    told = json.loads(run("replay", records, candidate, "--format", "json").stdout)

    assert said.exit_code == code
    assert word in said.stdout
    assert told["total"] == 3
    assert told["exit_code"] == code


def test_what_cannot_be_told_exits_with_3(records, written):
    candidate = written("new.yaml", changed(rail={"kind": "pattern", "patterns": ["canary", "bird"]}))

    said = run("replay", records.with_name("masked.jsonl"), candidate)

    assert said.exit_code == 3
    assert "unknown" in said.stdout


def test_replay_tells_what_shadow_rules_would_do(records, written):
    rule = {"id": "desk/birds", "description": "x", "action": "deny", "mode": "shadow",
            "rail": {"kind": "pattern", "patterns": ["bird"]}}  # fmt: skip
    candidate = written("new.yaml", POLICY | {"rules": [*POLICY["rules"], rule]})

    assert "new_stop" not in run("replay", records, candidate).stdout
    assert "new_stop" in run("replay", records, candidate, "--shadow").stdout


def test_records_that_are_none_cannot_be_replayed(policy, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "torn.jsonl").write_text("{}\n")

    assert code_of(run("replay", tmp_path / "empty.jsonl", policy)) == 3
    assert code_of(run("replay", tmp_path / "torn.jsonl", policy)) == 2


def test_the_policy_of_the_manifest_is_taken_where_none_is_named(tmp_path):
    manifest = yaml.safe_load(EXAMPLE.read_text())
    manifest["components"] = [{"type": "guard_policy", "key": "guard", "path": "desk/guard.yaml"}]
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "guard.yaml").write_text(yaml.safe_dump(POLICY))
    (tmp_path / "roadworthy.yaml").write_text(yaml.safe_dump(manifest, sort_keys=False))

    said = run("lint", "--root", tmp_path)

    assert said.exit_code == 0
    assert "desk/guard.yaml: clean" in said.stderr


def test_without_manifest_and_policy_it_was_asked_wrongly(tmp_path):
    assert code_of(run("lint", "--root", tmp_path)) == 2
