"""`rw redteam worlds`: what it says, writes and exits with."""

import json
from importlib.resources import files

import pytest
import yaml
from typer.testing import CliRunner

from roadworthy.cli.app import app
from roadworthy.core.errors import RoadworthyError
from roadworthy.redteam.worlds.banking.world import WORLD as BANKING


def call(*arguments):
    return CliRunner().invoke(app, ["redteam", "worlds", *map(str, arguments)])


@pytest.fixture
def open_policy(tmp_path):
    """The bank's policy with everything granted."""
    stated = yaml.safe_load((files("roadworthy.redteam.worlds") / "policies" / "banking.yaml").read_text("utf-8"))
    stated["rules"] = stated["rules"][:1]
    stated["tools"]["grants"] = [{"tool": "*", "effects": ["read"], "other_arguments": "allow"}]
    path = tmp_path / "open.yaml"
    path.write_text(yaml.safe_dump(stated), "utf-8")
    return path


@pytest.mark.slow
def test_the_figures_of_a_world_are_said_and_its_page_is_written(tmp_path):
    page = tmp_path / "worlds.md"
    done = call("banking", "--tasks", 1, "--asking", "careful", "--write", page)
    assert done.exit_code == 0, done.output
    assert "banking, asked: careful: every bar is met" in done.stdout
    assert "attacks that succeed      0 of" in done.stdout
    written = page.read_text("utf-8")
    for one in (*BANKING.tasks, *BANKING.injections):
        assert f"`{one.id}`" in written
    assert "beyond a guard" not in written
    assert "## What a guard cannot stop" in written


@pytest.mark.slow
def test_a_policy_that_grants_everything_fails_and_programs_read_which_attacks_succeeded(open_policy):
    done = call("banking", "--tasks", 1, "--asking", "never", "--policy", open_policy, "--format", "json")
    assert done.exit_code == 1
    record = json.loads(done.stdout)
    (figures,) = record["tried"]["worlds"]
    assert figures["successful"]["count"] >= 17
    assert figures["successes"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("atlantis",), "there is no world 'atlantis'"),
        (("banking", "--asking", "nobody"), "nobody answers in the way 'nobody'"),
        (("banking", "travel", "--policy", "guard.yaml"), "one policy for 2 worlds"),
        (("banking", "--write", "/nowhere/at/all.md"), "nothing can be written to"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_would_do(arguments, said):
    done = call(*arguments)
    assert isinstance(done.exception, RoadworthyError)
    assert said in str(done.exception)
