"""Commands are loaded when they are called, and the list of commands says what they say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from roadworthy.cli.app import STOPS, command


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_the_list_of_commands_says_what_the_command_says_of_itself(stop):
    own = (command().commands[stop.name].help or "").split("\n\n")[0]

    assert stop.help == " ".join(own.split())


def test_no_command_is_named_twice():
    names = [stop.name for stop in STOPS]

    assert len(names) == len(set(names))


def test_listing_the_commands_loads_none_of_them():
    code = "import sys\nfrom roadworthy.cli.main import run\nrun(['--help'])\nprint(*sys.modules, file=sys.__stderr__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    loaded = {name for name in done.stderr.split() if name.startswith("roadworthy.")}
    assert loaded == {"roadworthy.cli", "roadworthy.core"} | {
        f"roadworthy.{name}" for name in ("cli.app", "cli.main", "cli.output", "cli.road", "core.errors")
    } | {name for name in loaded if name.startswith("roadworthy.core.")}


def test_the_program_is_built_once():
    assert command() is command()
