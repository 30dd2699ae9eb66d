"""The faults of the base pack: their rules exist, their edits hold, no technical control goes untried."""

from collections import Counter
from pathlib import Path

import pytest

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders
from roadworthy.gates.proof import unproven
from roadworthy.policy.categories import CATEGORIES
from roadworthy.policy.facts import unknown_facts
from roadworthy.policy.faults import (
    AddComponent,
    EditTask,
    LoosenPolicy,
    RegressTarget,
    SetField,
    SpoilEvidence,
    WriteFile,
)
from roadworthy.policy.model import EvidenceCheck, MeasureCheck
from roadworthy.runtime.proving.manifest import content_of

FEWEST = 45


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return PackFolders(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def base(source):
    return source.load("base")


@pytest.fixture(scope="module")
def faults(source):
    return source.faults("base")


@pytest.fixture(scope="module")
def rules(base):
    return {rule.id: rule for control in base.controls for rule in control.rules}


def edits(faults, *kinds):
    return [(fault.id, edit) for fault in faults for edit in fault.plant if isinstance(edit, kinds)]


def test_there_are_enough_of_them_and_no_title_repeats(faults):
    assert len(faults) >= FEWEST
    assert [title for title, count in Counter(f.title for f in faults).items() if count > 1] == []


def test_every_rule_that_is_to_catch_one_is_in_the_pack(faults, rules):
    assert {rule for fault in faults for rule in fault.caught_by} <= set(rules)


def test_every_technical_control_has_a_fault_that_proves_it(base, faults):
    assert unproven([base], faults) == ()


def test_every_rule_of_a_technical_control_is_named_by_some_fault_of_some_tier(base, faults):
    """A control may have a rule for each tier; of the controls on facts, no rule is left out."""
    named = {rule for fault in faults for rule in fault.caught_by}
    left_out = {
        rule.id
        for control in base.controls
        if control.type in ("preventive", "detective")
        for rule in control.rules
        if not isinstance(rule.require, MeasureCheck | EvidenceCheck) and rule.id not in named
    }

    assert left_out == set()


def test_rules_of_every_kind_are_tried(faults, rules):
    kinds = Counter(type(rules[rule].require).__name__ for fault in faults for rule in fault.caught_by)

    assert min(kinds[kind] for kind in ("FactCheck", "MeasureCheck", "EvidenceCheck")) >= 15


def test_faults_are_planted_in_every_way_that_there_is(faults):
    assert {edit.kind for _, edit in edits(faults, object)} == {
        "set_field", "add_component", "write_file", "remove_file", "lose_revision", "edit_task", "spoil_assessment",
        "spoil_evidence", "regress_target", "loosen_policy",
    }  # fmt: skip
    assert {edit.how for _, edit in edits(faults, SpoilEvidence)} == {
        "remove", "expire", "post_date", "forge", "other_release", "other_policy", "refute", "unsigned", "regress",
        "shrink",
    }  # fmt: skip


def test_what_a_fault_needs_compiles_and_names_facts_that_there_are(faults):
    conditions = CelConditions()

    assert {f.id: conditions.problem(f.needs) for f in faults if f.needs and conditions.problem(f.needs)} == {}
    assert {f.id: unknown_facts(f.needs) for f in faults if f.needs and unknown_facts(f.needs)} == {}


def test_categories_and_evidence_types_that_are_spoilt_are_asked_for_by_a_rule_that_is_to_catch_it(faults, rules):
    for id, edit in edits(faults, RegressTarget, EditTask):
        assert edit.category in CATEGORIES, id
    for fault in faults:
        asked = {getattr(rules[rule].require, "type", "") for rule in fault.caught_by}
        asked |= {f"eval:{getattr(rules[rule].require, 'category', '')}" for rule in fault.caught_by}
        assert {edit.type for edit in fault.plant if isinstance(edit, SpoilEvidence)} <= asked, fault.id


def test_every_measured_category_has_a_regression_that_the_real_engine_measures(faults, rules):
    measured = {rule.require.category for rule in rules.values() if isinstance(rule.require, MeasureCheck)}

    assert {edit.category for _, edit in edits(faults, RegressTarget)} == measured


def test_a_loosened_rule_exists_and_the_field_is_one_of_its_own(faults, rules):
    for id, edit in edits(faults, LoosenPolicy):
        named = [rule for name, rule in rules.items() if Path(name).match(edit.rule)]
        assert named, id
        assert all(hasattr(rule.require, edit.field) for rule in named), id


def test_contents_can_be_written_and_hold_no_secret_as_they_lie_in_the_pack(faults):
    for id, edit in edits(faults, WriteFile):
        assert content_of(edit, before=b""), id
        assert "AKIA4QX7" not in edit.content, id


def test_added_components_have_keys_of_their_own(faults):
    for fault in faults:
        keys = [edit.component["key"] for edit in fault.plant if isinstance(edit, AddComponent)]
        assert len(keys) == len(set(keys)), fault.id


def test_repairs_are_for_rules_on_facts_that_some_fault_names(source, faults, rules):
    named = {rule for fault in faults for rule in fault.caught_by}

    for repair in source.repairs("base"):
        assert set(repair.rules) <= set(rules), repair.title
        assert set(repair.rules) <= named, repair.title
        assert all(isinstance(edit, SetField | AddComponent | WriteFile) for edit in repair.edits), repair.title
