"""Takes the assistant from its manifest to a signed decision, edits one prompt, and does what is left to do.

Everything happens in a copy of this folder under ``build/demo``; the commands shown are
the ones that were run. The application and its model are started before the first
question and stopped at the end, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
COPY = CHECKOUT / "build" / "demo"
RW = Path(sys.executable).with_name("rw")
STOP_TIMEOUT_S = 15
EDITED = "prompts/act.md"
EDIT = "\nNever tell a bank account or an e-mail address.\n"

SHIP, BLOCKED, CANNOT_TELL = 0, 1, 3


def main() -> int:
    began = time.monotonic()
    say("A real assistant on a real small language model, on this machine alone. Nothing is sent anywhere.")
    copy_example()
    with served() as url:
        first_release(environment_for(url))
    edit_one_prompt()
    with served() as url:
        one_prompt_later(environment_for(url))
    say(f"Done in {time.monotonic() - began:.0f} s; everything that was started is stopped. Open these in a browser:")
    for name in ("report.html", "system-card.html", "report-2.html"):
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


def edit_one_prompt() -> None:
    say(f"6. One prompt is edited ({EDITED}) and the application started again.")
    prompt = COPY / EDITED
    prompt.write_text(prompt.read_text(encoding="utf-8") + EDIT, encoding="utf-8")


def one_prompt_later(environment: dict[str, str]) -> None:
    say("7. Only the evidence that depended on that prompt is stale, and only that is run again.")
    rw("diff", version(), environment=environment)
    rw("plan", environment=environment)
    rw("eval", "run", environment=environment)
    rw("gate", environment=environment, expect=(SHIP, BLOCKED, CANNOT_TELL))
    rw("report", "--output", "report-2.html", environment=environment)


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
    shutil.copytree(HERE, COPY, ignore=shutil.ignore_patterns("__pycache__", ".roadworthy", "demo.py"))
    if shutil.which("git"):
        # Its own repository, so that the application's revision can be recorded.
        identity = ("-c", "user.name=Support Desk", "-c", "user.email=support-desk@example.com")
        for command in (("init", "--quiet"), ("add", "."), (*identity, "commit", "--quiet", "-m", "support-desk")):
            subprocess.run(["git", *command], cwd=COPY, check=True)


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Run the application until the context ends; yield its address."""
    log = (COPY / "application.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "support_desk"],
        cwd=COPY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
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
        log.close()


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


def say(text: str) -> None:
    print(f"\n{'-' * 100}\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
