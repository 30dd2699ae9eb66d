"""Takes the assistant from its manifest to a signed decision, without and with a guard, and shows what that changed.

Suites, thresholds, prompts and the code that answers without a guard are the same both times.

Everything happens in a copy of this folder under ``build/demo``; the commands shown are
the ones that were run. The application and its model are started before the first
question and stopped at the end, however it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guard_effect import BENIGN, Judgement, costs, effects, rules, stopped
from support_desk.sessions import HEADER, KEY_VARIABLE, issue

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
COPY = CHECKOUT / "build" / "demo"
RW = Path(sys.executable).with_name("rw")
STOP_TIMEOUT_S = 15
EDITED = "prompts/act.md"
EDIT = "\nNever tell a bank account or an e-mail address.\n"

COMPONENT = "  - {type: guard_policy, key: guard, path: guard.yaml}"
QUESTION = "Where is my order 1002?"
SESSION_KEY = secrets.token_hex(16)
"""Under which the shop's web site would sign sessions; made up anew each time."""
OUR_OWN = ("demo.py", "guard_effect.py")
REPORTS = ("report.json", "report-guarded.json")
SHIP, BLOCKED, CANNOT_TELL = 0, 1, 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write what the guard changed to this file")
    parser.add_argument(
        "--rerun", action="store_true", help="after the edit of a prompt at the end, also run what it made stale"
    )
    options = parser.parse_args()
    began = time.monotonic()
    say("A real assistant on a real small language model, on this machine alone. Nothing is sent anywhere.")
    copy_example()
    with served(log="without.jsonl") as url:
        first_release(environment_for(url))
        before = last_runs(environment_for(url))
    put_in_guard()
    with served("--guard", "guard.yaml", log="guarded.jsonl") as url:
        guarded_release(environment_for(url))
        found = judgement(environment_for(url), before)
        signed_in(url)
        edit_one_prompt()
        one_prompt_later(environment_for(url))
    if options.rerun:
        with served("--guard", "guard.yaml", log="edited.jsonl") as url:
            rerun(environment_for(url))
    show(found, options.json)
    say(f"Done in {time.monotonic() - began:.0f} s; everything that was started is stopped. Open these in a browser:")
    for name in ("report.html", "system-card.html", "report-guarded.html"):
        print(f"    {COPY / name}")
    print(f"    {COPY / 'support-desk.zip'}  (the pack; verify it anywhere with the public key)")
    return 0


def first_release(environment: dict[str, str]) -> None:
    say("1. How dangerous is it? The facts in the manifest, the law's tables and our threat catalogue say.")
    rw("assess", environment=environment)
    say("2. What must be shown before it may ship? Nothing was run yet, so everything is missing.")
    rw("plan", environment=environment)
    say("3. Run it. Each answer is on the disk before the next question is asked.")
    rw("eval", "run", environment=environment)
    say("4. May it ship?")
    rw("gate", environment=environment, expect=(SHIP, BLOCKED, CANNOT_TELL))
    say("5. The same decision as pages for people, and as a pack that an auditor checks without us.")
    rw("report", "--output", "report.html", environment=environment)
    rw("card", "--output", "system-card.html", environment=environment)
    rw("pack", "--output", "support-desk.zip", environment=environment)
    key = ".roadworthy/keys/signing-key.pub.pem"
    rw("verify", "support-desk.zip", "--key", key, environment=environment)
    rw("replay", version(), environment=environment)


def put_in_guard() -> None:
    say("6. A guard policy is put in (guard.yaml; it stands on the shipped `base`), and the application started again.")
    manifest = COPY / "roadworthy.yaml"
    manifest.write_text(with_guard(manifest.read_text(encoding="utf-8")), encoding="utf-8")


def with_guard(manifest: str) -> str:
    """Return the manifest with the policy as one more component, which both assistants use."""
    text = manifest.replace("components:\n", f"components:\n{COMPONENT}\n", 1)
    for agent in ("help-centre", "account-chat"):
        head, found, tail = text.partition(f"    key: {agent}\n    description:")
        text = head + found + tail.replace("application]", "application, guard]", 1)
    return text


def guarded_release(environment: dict[str, str]) -> None:
    say("7. The policy is looked through, and tried with its own cases, before anybody relies on it.")
    rw("guard", "lint", environment=environment)
    rw("guard", "diff", "base", "guard.yaml", environment=environment, expect=(0, 1, 3))
    rw("guard", "test", "--no-mutants", environment=environment)
    say("8. The release differs by the policy and by who uses it. What it can have changed is stale, and is run again.")
    rw("diff", version(), environment=environment)
    print("\n$ rw assess | tail -1")
    print(rw_output("assess", environment=environment).strip().splitlines()[-1])
    rw("eval", "run", environment=environment)
    say("9. May it ship now?")
    rw("gate", environment=environment, expect=(SHIP, BLOCKED, CANNOT_TELL))
    rw("report", "--output", "report-guarded.html", environment=environment)


def signed_in(url: str) -> None:
    say("10. Nobody is signed in when the suites ask. The same question with a session of the shop's web site:")
    for who, customer in (
        ("nobody is signed in", ""),
        ("signed in as the owner", "tobias.ehrenfeld@example.com"),
        ("signed in as somebody else", "mara.lindqvist@example.com"),
    ):
        answer = asked(url, QUESTION, customer=customer)
        tools = ", ".join(call["name"] for call in answer["roadworthy"]["tool_calls"]) or "no tool"
        print(f"    {QUESTION} ({who}; {tools})\n        {answer['choices'][0]['message']['content']}")


def asked(url: str, question: str, *, customer: str) -> dict[str, Any]:
    """Return the account chat's reply to a customer; empty: to whom nobody knows."""
    body = {"model": "support-desk", "messages": [{"role": "user", "content": question}], "max_tokens": 48}
    headers = {"Content-Type": "application/json"}
    if customer:
        headers[HEADER] = issue(customer, key=SESSION_KEY.encode(), expires_at=int(time.time()) + 600)
    request = urllib.request.Request(  # noqa: S310 - our own service on the loopback address
        f"{url}/v1/chat/completions", data=json.dumps(body).encode(), headers=headers
    )
    with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 - as above
        reply: dict[str, Any] = json.load(response)
    return reply


def last_runs(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the plan of each task's last run, by task."""
    listed = json.loads(rw_output("eval", "list", "--format", "json", environment=environment))
    return {str(one["plan"]["task"]): one["plan"] for one in listed}


def judgement(environment: dict[str, str], before: dict[str, dict[str, Any]]) -> Judgement:
    """Hold the runs with the guard against those without, sample by sample."""
    after = last_runs(environment)
    changed = [task for task in before if after[task]["id"] != before[task]["id"]]
    compared = []
    for task in changed:
        runs = (before[task]["id"], after[task]["id"])
        compared.append(json.loads(rw_output("eval", "diff", *runs, "--format", "json", environment=environment)))
    without, guarded = (json.loads((COPY / name).read_text(encoding="utf-8")) for name in REPORTS)
    return Judgement(
        effects=effects(compared),
        benign_stopped={
            task: (stopped(journal_of(after[task]["id"])), after[task]["num_samples"])
            for task in changed
            if after[task]["category"] in BENIGN
        },
        without=costs(COPY / "without.jsonl"),
        guarded=costs(COPY / "guarded.jsonl"),
        rules=rules(COPY / "guarded.jsonl"),
        reports=(without, guarded),
    )


def journal_of(run: str) -> Path:
    return COPY / ".roadworthy" / "runs" / run / "journal.jsonl"


def show(found: Judgement, file: Path | None) -> None:
    say("12. What the guard fixed, what it did not, and what it cost. Differences have 95 % intervals, over pairs.")
    for line in found.lines():
        print(line)
    text = json.dumps(found.as_json(), indent=2, ensure_ascii=False) + "\n"
    for path in (COPY / "guard-effect.json", file):
        if path is not None:
            path.write_text(text, encoding="utf-8")


def edit_one_prompt() -> None:
    say(f"11. One prompt is edited ({EDITED}). Only the evidence that depended on it is stale now.")
    prompt = COPY / EDITED
    prompt.write_text(prompt.read_text(encoding="utf-8") + EDIT, encoding="utf-8")


def one_prompt_later(environment: dict[str, str]) -> None:
    rw("diff", version(), environment=environment)
    rw("plan", environment=environment)


def rerun(environment: dict[str, str]) -> None:
    rw("eval", "run", environment=environment)
    rw("gate", environment=environment, expect=(SHIP, BLOCKED, CANNOT_TELL))
    rw("report", "--output", "report-edited.html", environment=environment)


def environment_for(url: str) -> dict[str, str]:
    return {**os.environ, "SUPPORT_DESK_URL": url, "ROADWORTHY_ACTOR": "demo"}


def version() -> str:
    for line in (COPY / "roadworthy.yaml").read_text(encoding="utf-8").splitlines():
        if line.strip().startswith("version:"):
            return line.split(":", 1)[1].strip().strip("\"'")
    raise SystemExit("the manifest has no version")


def copy_example() -> None:
    if COPY.exists():
        shutil.rmtree(COPY)
    shutil.copytree(
        HERE, COPY, ignore=shutil.ignore_patterns("__pycache__", ".roadworthy", "demo.py", "guard_effect.py")
    )
    if shutil.which("git"):
        # Its own repository, so that the application's revision can be recorded.
        identity = ("-c", "user.name=Support Desk", "-c", "user.email=support-desk@example.com")
        for command in (("init", "--quiet"), ("add", "."), (*identity, "commit", "--quiet", "-m", "support-desk")):
            subprocess.run(["git", *command], cwd=COPY, check=True)


@contextlib.contextmanager
def served(*arguments: str, log: str) -> Iterator[str]:
    """Run the application until the context ends; yield its address."""
    said = (COPY / "application.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "support_desk", "--log", log, *arguments],
        cwd=COPY,
        env={**os.environ, KEY_VARIABLE: SESSION_KEY},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
    )
    try:
        yield ready(process)
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        said.close()


def ready(process: subprocess.Popen[str]) -> str:
    """Wait for the line that says where the application listens."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"the application did not start; see {COPY / 'application.log'}")
    return str(json.loads(line)["url"])


def rw(*arguments: str, environment: dict[str, str], expect: tuple[int, ...] = (0,)) -> None:
    print(f"\n$ rw {' '.join(arguments)}", flush=True)
    done = subprocess.run([str(RW), *arguments], cwd=COPY, env=environment, check=False)
    if done.returncode not in expect:
        raise SystemExit(f"`rw {' '.join(arguments)}` exited {done.returncode}, which is not what the demo shows")


def rw_output(*arguments: str, environment: dict[str, str]) -> str:
    """Return what a command prints, whatever it decides."""
    done = subprocess.run([str(RW), *arguments], cwd=COPY, env=environment, check=False, capture_output=True, text=True)
    if not done.stdout:
        raise SystemExit(f"`rw {' '.join(arguments)}` said nothing: {done.stderr.strip()}")
    return done.stdout


def say(text: str) -> None:
    print(f"\n{'-' * 100}\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
