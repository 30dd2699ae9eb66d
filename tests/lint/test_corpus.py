"""Composed repositories: what lint tells of them stays at least as right and as whole as was measured."""

import importlib.util
import json
from datetime import date
from pathlib import Path

import pytest

from lint.corpus.composed import FOLDER, read
from roadworthy.adapters.lint.memory import FilesRepository
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.adapters.lint.source import HeldBytes
from roadworthy.core.severity import Severity
from roadworthy.lint.engine import Engine

RULES = read_rules()
ENGINE = Engine(RULES)
TODAY = date(2026, 11, 21)
REPOSITORIES = {collection: read(collection) for collection in ("first", "second")}
ALL = [one for found in REPOSITORIES.values() for one in found]


def findings(files):
    held = {path: HeldBytes(one.encode() if isinstance(one, str) else one) for path, one in files.items()}
    return ENGINE.check(FilesRepository(held), today=TODAY).findings


@pytest.fixture(scope="module")
def told():
    return {(one.name, one.version): findings(one.files) for one in ALL}


def test_there_are_at_least_twelve_repositories_of_a_fair_size_in_both_versions():
    first = REPOSITORIES["first"]

    assert len({one.name for one in first}) >= 12
    assert all({one.version for one in ALL if one.name == name} == {"clean", "dirty"} for name in {o.name for o in ALL})
    assert all(10 <= len(one.files) <= 40 for one in first)


def test_labels_name_rules_and_files_that_exist():
    known = {rule.id for rule in RULES}

    assert {rule for one in ALL for _, rule in one.labels} <= known
    assert all(path in one.files for one in ALL for path, _ in one.labels)


def test_the_two_versions_of_a_repository_differ_where_labels_say_so():
    by_name = {(one.name, one.version): one for one in ALL}
    for one in ALL:
        clean = by_name[one.name, "clean"]
        # Whether a lock lies there shows in another file than the one that is told.
        only_dirty = {path for path, rule in one.labels - clean.labels if not rule.endswith("no-lock")}
        assert all(one.files[path] != clean.files.get(path) or path not in clean.files for path in only_dirty)


def test_no_file_of_the_corpus_holds_a_credential():
    texts = {path.name: path.read_text("utf-8") for path in FOLDER.rglob("*.txt")}
    found = findings({f"src/{name}.py": text for name, text in texts.items()})
    secrets = {one.rule for one in found if one.rule.startswith("secret/")}

    assert secrets <= {"secret/assigned-secret"}  # passwords of nobody


@pytest.mark.parametrize(("collection", "precision", "recall"), [("first", 0.86, 0.74), ("second", 0.93, 0.95)])
def test_precision_and_recall_do_not_fall(told, collection, precision, recall):
    agreed = unlabelled = missed = 0
    for one in REPOSITORIES[collection]:
        places = {(found.path, found.rule) for found in told[one.name, one.version]}
        agreed += len(places & one.labels)
        unlabelled += len(places - one.labels)
        missed += len(one.labels - places)

    assert agreed / (agreed + unlabelled) >= precision
    assert agreed / (agreed + missed) >= recall


def test_nothing_blocking_is_told_of_a_clean_repository(told):
    blocking = [one for (_, version), found in told.items() if version == "clean" for one in found]

    assert [one for one in blocking if one.severity is Severity.BLOCK] == []


def test_a_clean_repository_has_hardly_a_finding_that_no_reviewer_would_make(told):
    clean = [one for one in ALL if one.version == "clean"]
    wrong = [
        (one.name, found.rule)
        for one in clean
        for found in told[one.name, one.version]
        if (found.path, found.rule) not in one.labels
    ]

    assert wrong == [("crewai_crew", "tool/unapproved-by-name")]


def test_every_dirty_repository_is_told_to_have_something_blocking(told):
    blocked = {
        name
        for (name, version), found in told.items()
        if version == "dirty" and any(one.severity is Severity.BLOCK for one in found)
    }

    assert blocked == {one.name for one in ALL}


@pytest.mark.parametrize("package", ["click", "httpx", "jinja2"])
def test_nothing_blocking_is_told_of_a_package_that_many_use(package):
    spec = importlib.util.find_spec(package)
    folder = Path((spec.submodule_search_locations or [""])[0])
    files = {f"{package}/{one.relative_to(folder)}": one.read_bytes() for one in folder.rglob("*.py")}

    assert len(files) > 5
    assert [one for one in findings(files) if one.severity is Severity.BLOCK] == []


@pytest.mark.parametrize("name", ["first", "second"])
def test_what_was_measured_at_first_sight_is_kept_as_it_was(name):
    kept = json.loads((FOLDER / f"{name}_sight.json").read_text("utf-8"))
    labelled = sum(one["agreed"] + one["missed"] for one in kept.values())

    assert labelled == sum(len(one.labels) for one in REPOSITORIES[name])
