"""The tutorial is true: its commands are run in order, and what it shows is what they print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "tutorials" / "first-release.md"
FILES = DOCS / "tutorials" / "first-release"
ANY = "..."
MASKS = (
    (r"\b[a-z]+_[0-9A-HJKMNP-TV-Z]{26}\b", "ID"),
    (r"sha256:[0-9a-f]+…?", "DIGEST"),
    (r"\bkey [0-9a-f]{16}…", "KEY"),
    (r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?", "DAY"),
)


@dataclass(frozen=True)
class Step:
    command: str
    shown: tuple[str, ...]
    line: int


def steps(page: str) -> list[Step]:
    """Every command of the page's console blocks, with the lines shown below it."""
    found: list[Step] = []
    inside = False
    for number, line in enumerate(page.splitlines(), start=1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append(Step(line[2:], (), number))
        elif inside:
            last = found.pop()
            found.append(Step(last.command, (*last.shown, line), last.line))
    return found


def masked(text: str) -> str:
    """What differs from run to run, replaced by a word."""
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return text.rstrip()


def matches(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether ``printed`` is what is shown; ``...`` stands for any text, alone in a line for any lines."""
    lines = [
        r"(?:.*\n)*" if line == ANY else re.escape(masked(line)).replace(re.escape(ANY), ".*") + r"\n" for line in shown
    ]
    return re.fullmatch("".join(lines), "".join(masked(line) + "\n" for line in printed)) is not None


class Shell:
    """Runs one command after the other in one folder, and remembers the exit code and what was exported."""

    def __init__(self, folder: Path, *, programs: Path) -> None:
        self._folder = folder
        self._code = 0
        self._environ = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, command: str) -> list[str]:
        exported = re.fullmatch(r"export (\w+)=(\S+)", command)
        if exported:
            self._environ[exported[1]] = exported[2]
            return []
        done = subprocess.run(
            ["bash", "-c", f"(exit {self._code})\n{command}"],
            cwd=self._folder,
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        self._code = done.returncode
        return done.stdout.splitlines()


@pytest.mark.slow
def test_every_command_prints_what_the_tutorial_shows(tmp_path, programs):
    folder = tmp_path / "first-release"
    shutil.copytree(FILES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shell = Shell(folder, programs=programs)

    for step in steps(PAGE.read_text(encoding="utf-8")):
        printed = shell.run(step.command)
        assert matches(step.shown, printed), f"{PAGE.name}:{step.line}: `{step.command}` prints\n" + "\n".join(printed)


def test_the_tutorial_takes_the_whole_road():
    commands = {" ".join(step.command.split()[:2]) for step in steps(PAGE.read_text(encoding="utf-8"))}

    assert {f"rw {name}" for name in ("init", "assess", "plan", "eval", "gate", "attest", "pack", "verify")} <= commands


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("a", "..."), ["a", "b", "c"], True),
        (("...", "c"), ["a", "b", "c"], True),
        (("a", "c"), ["a", "b", "c"], False),
        (("BROKEN  ...",), ["BROKEN  x: y"], True),
        (("ev_01M7Y8SNK4EDC5K1GGZKX7PEG1 a",), ["ev_01M7Y8SNK4EDC5K1GGZKX7PEG2 a"], True),
        (("31 of 31",), ["30 of 31"], False),
        ((), ["anything"], False),
    ],
)
def test_what_is_shown_is_compared_line_by_line(shown, printed, same):
    assert matches(shown, printed) is same
