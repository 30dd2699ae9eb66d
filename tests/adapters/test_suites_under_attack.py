"""Suites that somebody made to hang, hide or overwrite something."""

import os
import subprocess
import sys

import pytest

from roadworthy.adapters.files import write_all_atomically
from roadworthy.adapters.suites.edit import change_scenario
from roadworthy.adapters.suites.hold import held
from roadworthy.adapters.suites.read import read_suite
from roadworthy.adapters.suites.write import write_scenarios, write_suite
from roadworthy.core.errors import StoreError, TaskError
from roadworthy.evals.suites.model import Scenario

HEAD = """\
schema: roadworthy/suite/v1
id: mine
version: "1"
title: Ours
description: Ours.
category: prompt_leak
kind: security
severity: block
languages: [en]
scorers: [{kind: canary_leak}]
licence: Proprietary
provenance: Ours.
"""


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "mine"
    (home / "scenarios").mkdir(parents=True)
    (home / "suite.yaml").write_text(HEAD)
    return home


def test_a_pipe_is_refused_rather_than_waited_for(home):
    os.mkfifo(home / "pipe.yaml")
    (home / "suite.yaml").write_text(HEAD + "files: [pipe.yaml]\n")
    with pytest.raises(TaskError, match="this is no file"):
        read_suite(home, root=home)

    (home / "suite.yaml").unlink()
    os.mkfifo(home / "suite.yaml")
    with pytest.raises(TaskError, match="this is no file"):
        read_suite(home, root=home)


@pytest.mark.parametrize(("goal", "message"), [("/etc/hosts", "outside the folder"), ("gone.yaml", "cannot read")])
def test_a_link_elsewhere_or_to_nowhere_is_told_and_not_passed_over(home, goal, message):
    (home / "scenarios" / "a.yaml").symlink_to(goal)
    with pytest.raises(TaskError, match=message):
        read_suite(home, root=home)


def test_a_scenario_is_read_whichever_ending_its_file_has(home):
    (home / "scenarios" / "a.yml").write_text("id: a\nprompt: Hi\n")
    (home / "scenarios" / "README.md").write_text("Ours.\n")
    assert [one.id for one in read_suite(home, root=home).suite.scenarios] == ["a"]


@pytest.mark.parametrize("field", ["version", "title", "category"])
def test_a_suite_says_what_it_is(home, field):
    lines = [f'{field}: " "' if line.startswith(f"{field}:") else line for line in HEAD.splitlines()]
    (home / "suite.yaml").write_text("\n".join(lines))
    with pytest.raises(TaskError, match=f"`{field}` says nothing"):
        read_suite(home, root=home)


def test_a_folder_is_changed_by_one_process_at_a_time_and_let_go_when_it_is_killed(home):
    program = "import fcntl, os, sys, time; d = os.open(sys.argv[1], os.O_RDONLY); fcntl.flock(d, fcntl.LOCK_EX); "
    program += "print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="another command is changing this folder"), held(home, wait_s=0.05):
            pytest.fail("it is held by the other one")
        other.kill()
    with held(home, wait_s=60):
        assert list(home.parent.iterdir()) == [home]


def test_what_is_not_there_cannot_be_held(tmp_path):
    with pytest.raises(StoreError, match="cannot open the folder"), held(tmp_path / "none"):
        pytest.fail("there is nothing to hold")


def test_a_new_suite_is_there_whole_or_not_at_all(home, tmp_path):
    suite = read_suite(home, root=home).suite
    made = write_suite(tmp_path / "new", suite)
    assert read_suite(made, root=tmp_path).suite == suite

    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("mine")
    with pytest.raises(TaskError, match="there is something at 'taken' already"):
        write_suite(tmp_path / "taken", suite)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TaskError, match="'link' already"):
        write_suite(tmp_path / "link", suite)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "mine", "new", "taken"]


def test_of_several_scenarios_all_are_written_or_none(home):
    (home / "scenarios" / "c.yaml").write_text("id: c\nprompt: Hi\n")
    good = [Scenario(id=name, prompt=f"{name}?") for name in "ab"]
    with pytest.raises(TaskError, match="there is a scenario 'c' already"):
        write_scenarios(read_suite(home, root=home), [*good, Scenario(id="c", prompt="x")])
    with pytest.raises(TaskError, match="notes: Input should be a valid string"):
        write_scenarios(read_suite(home, root=home), [*good, Scenario(id="d", prompt="x", features=None, notes=7)])
    assert [path.name for path in (home / "scenarios").iterdir()] == ["c.yaml"]

    assert len(write_scenarios(read_suite(home, root=home), good)) == 2
    assert [one.id for one in read_suite(home, root=home).suite.scenarios] == ["a", "b", "c"]


def test_a_value_that_others_repeat_is_not_changed_under_them(home):
    text = "- {id: a, author: desk, status: &s draft, prompt: x}\n- {id: b, author: desk, status: *s, prompt: y}\n"
    file = home / "scenarios" / "two.yaml"
    file.write_text(text)
    for name in "ab":
        with pytest.raises(TaskError, match="by hand"):
            change_scenario(home, name, {"status": "active"}, root=home)
    assert file.read_text() == text


def test_files_before_one_that_cannot_be_written_stay(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(StoreError, match="cannot write b"):
        write_all_atomically({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert (tmp_path / "a").read_bytes() == b"1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
