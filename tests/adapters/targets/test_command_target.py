"""A program as a target: no shell, no leaks, no processes left over."""

import asyncio
import json
import os
import stat
import sys
import time
from pathlib import Path

import pytest

from roadworthy.adapters.targets import build_target
from roadworthy.adapters.targets.process import MAX_OUTPUT_BYTES
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.evals.model import Message, NoReply, Reply, ToolCall
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "SECRET": "s3cret", "OTHER": "no"}


def question(*texts, **changes):
    messages = tuple(Message(role="user", content=text) for text in texts or ("hi",))
    fields = {"sample": "s0", "epoch": 0, "messages": messages, "raw": None, "seed": 5, "parameters": {}}
    return Request(**(fields | changes))


def target_of(tmp_path, code, *arguments, **changes):
    (tmp_path / "app.py").write_text("import json, os, sys, time\n" + code)
    fields = {"key": "t", "kind": "command", "command": (sys.executable, "app.py", *arguments), "timeout_s": 20.0}
    return build_target(TargetSpec(**(fields | changes)), root=tmp_path, environ=ENVIRON)


def ask(target, request=None):
    return asyncio.run(target.ask(request or question()))


def test_the_request_arrives_on_standard_input(tmp_path):
    target = target_of(tmp_path, "print(json.dumps({'text': json.dumps(json.load(sys.stdin))}))", parameters={"a": 1})

    reply = ask(target, question(session="abc", turn=0, parameters={"b": 2}))

    assert json.loads(reply.text) == {
        "prompt": "hi",
        "messages": [{"role": "user", "content": "hi"}],
        "features": None,
        "raw": None,
        "session": "abc",
        "turn": 0,
        "seed": 5,
        "parameters": {"a": 1, "b": 2},
    }
    assert reply.usage.latency_s > 0


def test_in_a_session_only_the_new_turn_arrives(tmp_path):
    code = "print([m['content'] for m in json.load(sys.stdin)['messages']])"
    later = question("1", "2", "3", session="abc", turn=1)

    assert ask(target_of(tmp_path, code, turns="session"), later).text == "['3']"
    assert ask(target_of(tmp_path, code), later).text == "['1', '2', '3']"


@pytest.mark.parametrize(
    "prompt", ["$(touch owned) `touch owned`; touch owned | cat > owned & \n", "a'b\"c\\", "--help", "", "grüße 🦊"]
)
def test_arguments_are_passed_as_they_are_and_no_shell_reads_them(tmp_path, prompt):
    target = target_of(tmp_path, "print(json.dumps({'text': json.dumps(sys.argv[1:])}))", "--", "{{prompt}}",
                       "{{seed}}", "{{ session }}", "{{turn}}", "$HOME *")  # fmt: skip

    reply = ask(target, question(prompt, session="abc"))

    assert json.loads(reply.text) == ["--", prompt, "5", "abc", "0", "$HOME *"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py"]


def test_the_program_gets_the_environment_that_is_named_and_runs_in_the_manifests_folder(tmp_path):
    code = "print(json.dumps({'text': json.dumps([os.getcwd(), sorted(os.environ), os.environ['SECRET']])}))"

    folder, names, secret = json.loads(ask(target_of(tmp_path, code, environment=("SECRET",))).text)

    assert folder == str(tmp_path.resolve())
    assert {"PATH", "HOME", "SECRET"} <= set(names)
    assert "OTHER" not in names
    assert secret == "s3cret"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print('hello')", Reply(text="hello")),
        ("sys.stdout.write('hello\\n\\n')", Reply(text="hello\n")),
        ("pass", Reply(text="")),
        ("sys.stdout.buffer.write(b'\\xff')", Reply(text="\N{REPLACEMENT CHARACTER}")),
        ("print('{not json')", Reply(text="{not json")),
        ("print('{\"answer\": 3}')", Reply(text='{"answer": 3}')),
        ("print('{}')", Reply(text="{}")),
        ("print('[1]')", Reply(text="[1]")),
        (
            "print(json.dumps({'text': 'x', 'tool_calls': [{'name': 'a', 'result': 'ok'}], 'effects': {'n': 1}}))",
            Reply(text="x", tool_calls=(ToolCall(name="a", result="ok"),), effects={"n": 1}),
        ),
        ("print('{\"text\": 7}')", NoReply(reason="the reply does not read: text: string_type")),
        ("print('{\"text\": \"x\", \"novel\": 1}')", NoReply(
            reason="the reply does not read: *: unexpected_keyword_argument")),
        ("print('{\"tool_calls\": []}')", NoReply(reason="the reply does not read: text: missing")),
        ("print('x'); sys.exit(3)", NoReply(
            reason="the command ended with exit code 3 (0 bytes on standard error)")),
        ("sys.stderr.write('s3cret'); sys.exit(75)", NoReply(
            reason="the command ended with exit code 75 (6 bytes on standard error)", retryable=True)),
        ("os.kill(os.getpid(), 9)", NoReply(
            reason="the command ended with signal 9 (0 bytes on standard error)")),
    ],
)  # fmt: skip
def test_the_output_is_the_reply(tmp_path, code, expected):
    got = ask(target_of(tmp_path, code))

    if isinstance(expected, NoReply):
        assert got == expected
    else:
        fields = [name for name in Reply.__dataclass_fields__ if name != "usage"]
        assert {n: getattr(got, n) for n in fields} == {n: getattr(expected, n) for n in fields}


def test_what_it_says_on_standard_error_is_thrown_away(tmp_path):
    code = "sys.stderr.write('s3cret' * 100_000); sys.stderr.flush(); print('fine')"

    assert ask(target_of(tmp_path, code)).text == "fine"


def test_a_program_that_does_not_read_its_input_is_answered_for_all_the_same(tmp_path):
    assert ask(target_of(tmp_path, "os.close(0); print('deaf')"), question("x" * 1_000_000)).text == "deaf"


def test_endless_output_is_cut_off(tmp_path):
    got = ask(target_of(tmp_path, "while True: sys.stdout.write('x' * 100_000)"))

    assert got == NoReply(reason=f"the output is larger than {MAX_OUTPUT_BYTES} bytes")


def running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pids):
    deadline = time.monotonic() + 60
    while any(running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(running(pid) for pid in pids)


FAMILY = """
child = os.fork()
if child == 0:
    time.sleep(600)
open('pids', 'w').write(f'{os.getpid()} {child}')
"""


def test_a_command_that_hangs_ends_in_time_with_everything_that_it_started(tmp_path):
    started = time.perf_counter()

    for timeout_s in (1, 20):  # the longer one on a machine on which a program takes a second to begin
        got = ask(target_of(tmp_path, FAMILY + "time.sleep(600)", timeout_s=float(timeout_s)))
        assert got == NoReply(reason=f"timeout after {timeout_s} s", retryable=True)
        if (tmp_path / "pids").exists():
            break

    assert time.perf_counter() - started < 120
    assert wait_until_gone((tmp_path / "pids").read_text().split())


def test_what_a_command_leaves_in_the_background_ends_with_it(tmp_path):
    quiet = "child = os.fork()\nif child == 0:\n    os.close(1); os.close(2); time.sleep(60)\n"
    target = target_of(tmp_path, quiet + "open('pids', 'w').write(str(child)); print('done')")

    assert ask(target).text == "done"
    assert wait_until_gone((tmp_path / "pids").read_text().split())


def test_a_cancelled_question_ends_its_command(tmp_path):
    target = target_of(tmp_path, FAMILY + "time.sleep(60)")

    async def cancelled():
        asking = asyncio.ensure_future(target.ask(question()))
        while not (tmp_path / "pids").exists() or not (tmp_path / "pids").read_text():
            await asyncio.sleep(0.02)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(cancelled())

    assert wait_until_gone((tmp_path / "pids").read_text().split())


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (question("a\0b"), "the command does not start: ValueError"),
        (question("\ud800"), "the request has no JSON form"),
        (question("x" * 3_000_000), "the command does not start: OSError"),
        (question("a", "b"), "the command takes one prompt, the sample has 2 messages"),
        (question(messages=(), raw={"a": 1}), "the command takes a prompt, the sample has none"),
    ],
)
def test_what_cannot_be_an_argument_is_no_reply(tmp_path, request_, reason):
    got = ask(target_of(tmp_path, "print(1)", "{{prompt}}"), request_)

    assert isinstance(got, NoReply)
    assert got.reason == reason


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"command": ()}, ManifestError, "has no `command`"),
        ({"command": ("",)}, ManifestError, "has no `command`"),
        ({"command": ("python3", "--ask={{prompt}}")}, ManifestError, "'--ask={{prompt}}' is no placeholder"),
        ({"command": ("python3", "{{messages}}")}, ManifestError, "'{{messages}}' is no placeholder"),
        ({"command": ("{{prompt}}",)}, ManifestError, "'{{prompt}}' is no placeholder"),
        ({"command": ("python3",), "headers": {"K": "v"}}, ManifestError, "a command has no headers"),
        ({"command": ("python3",), "environment": ("KEY",)}, ConfigError, "needs the environment variable KEY"),
        ({"command": ("no-such-program",)}, ConfigError, "'no-such-program' is not found"),
        ({"command": ("./app.sh",)}, ConfigError, "'./app.sh' is not found, or is not executable"),
    ],
)
def test_an_entry_that_could_not_work_is_refused(tmp_path, changes, error, match):
    (tmp_path / "app.sh").write_text("#!/bin/sh\necho hi\n")

    with pytest.raises(error, match=match):
        build_target(TargetSpec(key="t", kind="command", **changes), root=tmp_path, environ=ENVIRON)


def test_a_program_in_the_manifests_folder_is_found_from_wherever_the_run_is_started(tmp_path):
    script = tmp_path / "app.sh"
    script.write_text("#!/bin/sh\necho hi\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    target = build_target(TargetSpec(key="t", kind="command", command=("./app.sh",)), root=tmp_path, environ=ENVIRON)

    assert ask(target).text == "hi"


def test_the_digest_is_over_the_arguments_and_not_the_environment(tmp_path):
    def digest(*, key="a", **changes):
        fields = {"key": "t", "kind": "command", "command": ("python3", "a.py"), "environment": ("SECRET",)}
        return build_target(TargetSpec(**(fields | changes)), root=tmp_path, environ=ENVIRON | {"SECRET": key}).digest

    assert digest() == digest(key="b")
    assert len({digest(), digest(command=("python3", "b.py")), digest(turns="session")}) == 3
