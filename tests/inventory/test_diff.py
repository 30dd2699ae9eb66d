import dataclasses
from datetime import UTC, datetime
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.digest import digest_of_bytes
from roadworthy.inventory.diff import CLASS_OF_TYPE, ChangeClass, change_classes, diff, summary
from roadworthy.inventory.freeze import freeze
from roadworthy.inventory.materials import Materials, content_digest
from roadworthy.inventory.model import Agent, FileComponent, HostedModel, Manifest, McpServer, PinKind, System, Tool

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MODEL = HostedModel(key="llm", provider="p", model="m", pin=PinKind.ALIAS)
AGENT = Agent(key="route", description="chat", uses=("llm",))


def release(*extra, files=None, components=(MODEL, AGENT), purpose="answers", key="desk", version="1"):
    system = System(key=key, name="Desk", version=version, purpose=purpose)
    app = FileComponent(type="application", key="app", path="app")
    found = tuple(sorted((n, digest_of_bytes(t.encode())) for n, t in (files or {"a.py": "1"}).items()))
    made = Materials(key="app", files=found, content=content_digest(found, single=False))
    manifest = Manifest(schema="roadworthy/manifest/v1", system=system, components=(app, *components, *extra))
    return freeze(manifest, [made], now=NOW)


def test_a_release_does_not_differ_from_itself():
    difference = diff(release(), release())

    assert difference.is_empty
    assert summary(difference) == "desk 1 → 1: nothing changed"


def test_changed_files_are_named_with_what_became_of_them():
    difference = diff(
        release(files={"a.py": "1", "b.py": "1", "c.py": "1"}), release(files={"a.py": "1", "b.py": "2", "d.py": "1"})
    )

    (change,) = difference.components
    assert (change.key, change.kind, change.change) == ("app", ChangeClass.CODE, "changed")
    assert [(f.name, f.change) for f in change.files] == [("b.py", "changed"), ("c.py", "removed"), ("d.py", "added")]


def test_a_component_that_uses_others_is_rewired_not_changed():
    guard = McpServer(key="guard", uri="u")
    rewired = dataclasses.replace(AGENT, uses=("guard",))

    difference = diff(release(guard), release(guard, components=(MODEL, rewired)))

    (change,) = difference.components
    assert (change.change, change.uses_added, change.uses_removed) == ("rewired", ("guard",), ("llm",))


def test_a_component_that_changed_and_was_rewired_counts_as_changed():
    other = dataclasses.replace(AGENT, uses=(), description="other")

    (change,) = diff(release(), release(components=(MODEL, other))).components

    assert (change.change, change.uses_removed) == ("changed", ("llm",))


def test_an_added_component_has_no_digest_before_and_a_removed_one_none_after():
    server = McpServer(key="files", uri="u")

    (added,) = diff(release(), release(server)).components
    (removed,) = diff(release(server), release()).components

    assert (added.change, added.before, added.kind) == ("added", None, ChangeClass.TOOL)
    assert (removed.change, removed.after, removed.before) == ("removed", None, added.after)


def test_a_renamed_component_is_one_removed_and_one_added():
    renamed = dataclasses.replace(MODEL, key="model")
    route = dataclasses.replace(AGENT, uses=())

    changes = diff(release(components=(MODEL, route)), release(components=(renamed, route))).components

    assert [(c.key, c.change) for c in changes] == [("llm", "removed"), ("model", "added")]


def test_other_facts_are_a_change_of_facts_alone():
    difference = diff(release(), release(purpose="decides"))

    assert change_classes(difference) == (ChangeClass.FACTS,)
    assert "other facts about the system" in summary(difference)


def test_a_new_label_on_the_same_content_changes_nothing():
    assert diff(release(), release(version="2")).is_empty


def test_releases_of_different_systems_are_not_compared():
    with pytest.raises(ValueError, match=r"different systems"):
        diff(release(), release(key="other"))


def test_every_component_type_has_a_class():
    types = {
        tag
        for kind in (HostedModel, FileComponent, Tool, McpServer, Agent)
        for tag in get_args(get_type_hints(kind)["type"])
    }

    assert types == CLASS_OF_TYPE.keys()


def test_a_summary_names_components_files_and_wiring():
    text = summary(diff(release(), release(files={"a.py": "2"}, version="2")))

    assert text.splitlines()[0] == "desk 1 → 2: code changed"
    assert "~ code: app changed" in text
    assert "~ a.py" in text


def test_a_long_list_of_files_is_cut_in_the_summary():
    many = {f"{n:03}.py": "x" for n in range(50)}

    text = summary(diff(release(), release(files=many)))

    assert "and 31 more files" in text


trees = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), min_size=1)


@given(trees, trees)
def test_a_diff_backwards_swaps_added_and_removed(before, after):
    swap = {"added": "removed", "removed": "added", "changed": "changed"}
    old, new = release(files=before), release(files=after)

    forward = [(f.name, f.change) for c in diff(old, new).components for f in c.files]
    backward = [(f.name, swap[f.change]) for c in diff(new, old).components for f in c.files]

    assert forward == backward
    assert bool(forward) == (before != after)
