"""The shipped worlds: how much is in them, whose words their policies are, and that the policies hold."""

import json
import re
from dataclasses import replace
from importlib.resources import files

import pytest

from roadworthy.core.severity import RiskTier
from roadworthy.redteam.worlds.campaign import Asking, plan_of, trials, truth, unsound
from roadworthy.redteam.worlds.episode import variants
from roadworthy.redteam.worlds.figures import figures
from roadworthy.redteam.worlds.known import known_worlds
from roadworthy.redteam.worlds.model import AttackKind
from roadworthy.runtime.redteam.benches import bench_of

WORLDS = known_worlds()
EACH = pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)


def policy_text(world):
    return (files("roadworthy.redteam.worlds") / "policies" / f"{world.name}.yaml").read_text("utf-8")


def test_there_are_enough_tasks_and_injections_in_four_worlds():
    stoppable = [one for world in WORLDS for one in world.injections if not one.beyond]
    assert len(WORLDS) == 4
    assert sum(len(world.tasks) for world in WORLDS) >= 60
    assert len(stoppable) >= 40
    assert {one.kind for one in stoppable} == set(AttackKind)


@EACH
def test_each_world_is_sound_and_has_ways_through_its_stores(world):
    assert unsound(world) == ()
    assert len(world.tasks) >= 16
    assert len(world.injections) >= 11
    assert len(variants(world)) > 10


@EACH
def test_no_value_of_a_task_or_an_attack_is_in_the_policy(world):
    text = policy_text(world).casefold()
    values = {
        value.casefold()
        for task in world.tasks
        for call in truth(world, task, None)
        for value in re.findall(r'"((?:[^"\\]|\\.)+)"', json.dumps(list(call.arguments.values())))
        if len(value) > 7
    }
    assert values
    assert not [value for value in values if value in text]
    assert not re.findall(r"[\w.]+@[\w.]+", text), "an address of somebody"


@EACH
def test_a_definition_states_each_argument_and_what_is_required(world):
    for definition in world.definitions:
        schema = definition["parameters"]
        assert set(schema["required"]) <= set(schema["properties"])
        assert definition["description"].endswith(".")


@EACH
def test_attacks_fail_and_tasks_are_done_behind_the_worlds_policy(world):
    """Of all plays one of each injection, in another variant for each; the page has all of them."""
    plan = plan_of(world, askings=(Asking.CAREFUL,), tasks_per_injection=1)
    ways = [[pair for pair in plan.pairs if pair[1] is injection] for injection in world.injections]
    plan = replace(plan, pairs=tuple(each[number % len(each)] for number, each in enumerate(ways)))
    found = figures((world,), trials(plan, bench_of(world, policy=None, tier=RiskTier.HIGH)), asking=Asking.CAREFUL)
    assert found.successes == ()
    assert found.misses == ()
    assert found.benign.count == found.benign.trials
